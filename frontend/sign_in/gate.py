"""Decides which pages are open to everyone; every other one asks for a sign-in and a membership first."""

from flask import Flask, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from frontend import kept
from frontend.sign_in import resuming

# An endpoint that is not listed is closed: a new page is private until somebody decides otherwise, here.
PUBLIC = frozenset(
    {
        "static",
        "sign_in.sign_in",
        "sign_in.sign_in_now",
        "sign_in.set_password",
        "sign_in.set_password_now",
        "sign_in.invitation",
        "sign_in.accept_invitation",
        "public.about",
        "public.accessibility",
        "public.help_page",
        # What every party of a plan agreed to make public.
        "plans.published_plans",
        "plans.published_plan",
        "plans.published_bundle",
        "plans.published_paper",
        # With it anybody verifies a bundle that they were given.
        "plans.key",
        # Probes ask before anybody can sign in, and are told no more than yes or no.
        "health.healthz",
        "health.readyz",
        # It asks for a token of its own, and reads no cookie.
        "graphql.execute",
    }
)
# Where somebody goes who is signed in and has not said in which membership they act.
WITHOUT_MEMBERSHIP = frozenset({"sign_in.choose_membership", "sign_in.choose_membership_now", "sign_in.sign_out"})


def stand_before(app: Flask) -> None:
    """Ask before every request, also one for an address that does not exist, so that nobody can map the site."""
    # First of all, so that a form sent after signing out ends at the sign-in page and not at a worn-out token.
    app.before_request_funcs.setdefault(None, []).insert(0, _admit)


def _admit() -> Response | None:
    if request.endpoint in PUBLIC:
        return None
    if kept.KEPT in request.form:
        # The sign-in page that came in answer to a form, sent back to where that form was going.
        return resuming.resume(request.form[kept.KEPT])
    if not current_user.is_authenticated:
        if sealed := kept.keep():
            return resuming.ask(sealed)
        return redirect(url_for("sign_in.sign_in", next=_wanted()), 303)
    if current_user.viewer is None and request.endpoint not in WITHOUT_MEMBERSHIP:
        return redirect(url_for("sign_in.choose_membership", next=_wanted()), 303)
    return None


def _wanted() -> str | None:
    """The page to come back to: one that was asked for, never one that would do something again."""
    here = request.full_path.removesuffix("?")
    return here if request.method == "GET" and here != "/" else None
