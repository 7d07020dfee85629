"""Who reaches which address of the site: every route is listed here, or the suite fails and says so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.pages.answers import STEPS, about_a_group, about_a_person, no_further_action, to_ask
from tests.pages.canaries import Canaries, Record

Typed = Mapping[str, str | list[str]]

# Open to anybody, and why: each says nothing of any record. The gate has the same list.
PUBLIC = {
    "static": "the stylesheet and the mark",
    "public.about": "what Concord is",
    "public.accessibility": "the accessibility statement",
    "public.help_page": "how to use it",
    "sign_in.sign_in": "the way in",
    "sign_in.sign_in_now": "the way in",
    "sign_in.set_password": "the way in for the first time, by a secret link",
    "sign_in.set_password_now": "the way in for the first time, by a secret link",
    "sign_in.invitation": "the way in for whoever was invited, by a secret link",
    "sign_in.accept_invitation": "the way in for whoever was invited, by a secret link",
    "plans.published_plans": "plans that every party made public",
    "plans.published_plan": "what every party made public; tests/pages/test_published_plans.py",
    "plans.key": "the public key that verifies bundles of plans",
    "plans.published_bundle": "what every party made public; tests/plans/test_downloads.py",
    "plans.published_paper": "what every party made public; tests/plans/test_downloads.py",
    "health.healthz": "for balancers: yes or no",
    "health.readyz": "for balancers: yes or no",
    "graphql.execute": "asks for a token of its own",
}
# For whoever is signed in: about themselves, or about what everybody in the partnership may read.
EVERYBODY = {
    "start.start": "leads to one's first page",
    "agreement.agreement": "the agreement in force",
    "developers.developers": "who reads which fields, as the agreement in force says, and limits",
    "developers.schema": "the schema, without a record",
    "developers.explorer": "an editor that asks with a token of one's own",
    "tokens.take": "a token of one's own; tests/developers/test_tokens.py",
    "tokens.take_for_explorer": "a token of one's own; tests/developers/test_tokens.py",
    "feedback.feedback": "numbers of one's own agency and bands of the partners, without a record",
    "notifications.notifications": "what waits for oneself, without a word of any record",
    "notifications.read": "marks what waits for oneself as read",
    "notifications.choices": "how one hears oneself",
    "notifications.send_choices": "how one hears oneself",
    "sign_in.choose_membership": "one's own roles",
    "sign_in.choose_membership_now": "one's own roles",
    "sign_in.sign_out": "ends one's own session",
    "administration_links.link": "a link its reader has just made, once, and nothing to anybody else",
}
# Forms and pages under no record, each tried where its page is.
OWN_FORMS = {
    "exports.send_export": "tests/exports/test_exporting.py",
    "again.again": "tests/sign_in/test_again.py",
    "again.again_now": "tests/sign_in/test_again.py",
    "drafts.together": "tests/pages/test_drafts.py",
    "drafts.discard": "tests/pages/test_drafts.py",
    "administration.search": "tests/pages/test_administration.py",
    "administration.send_invitation": "tests/pages/test_administration.py",
    "teams.open_team": "tests/pages/test_administration.py",
    "partnership.set_clocks": "tests/pages/test_partnership.py",
    "partnership.set_week": "tests/pages/test_partnership.py",
    "partnership.set_day": "tests/pages/test_partnership.py",
    "partnership.remove_day": "tests/pages/test_partnership.py",
    "partnership.set_numbers": "tests/pages/test_partnership.py",
    "partnership.add_worry": "tests/pages/test_partnership.py",
    "partnership.order_worries": "tests/pages/test_partnership.py",
    "partnership.reword": "tests/pages/test_partnership.py",
    "partnership.end_worry": "tests/pages/test_partnership.py",
    "partnership.add_ward": "tests/pages/test_partnership.py",
    "partnership.ward": "tests/pages/test_partnership.py",
    "partnership.rename_ward": "tests/pages/test_partnership.py",
    "partnership.end_ward": "tests/pages/test_partnership.py",
    "many.change": "tests/pages/test_inbox.py",
    "many.end": "tests/pages/test_inbox.py",
    "inbox_views.save": "tests/pages/test_inbox.py",
    "inbox_views.remove": "tests/pages/test_inbox.py",
    "inbox_keys.switch": "tests/pages/test_inbox.py",
    "audit.search": "tests/pages/test_audit.py",
    "audit.checkpoint": "tests/pages/test_audit.py",
    "plans.begin_plan": "tests/pages/test_plan_editing.py",
    "plans.particulars": "tests/pages/test_plan_editing.py",
    "plans.set_particulars": "tests/pages/test_plan_editing.py",
    "plans.plan_parties": "tests/pages/test_plan_editing.py",
    "plans.set_parties": "tests/pages/test_plan_editing.py",
    "plans.scheme": "tests/pages/test_plan_schemes.py",
    "plans.save_scheme": "tests/pages/test_plan_schemes.py",
    "plans.scheme_to_remove": "tests/pages/test_plan_schemes.py",
    "plans.remove_scheme": "tests/pages/test_plan_schemes.py",
    "plans.clause_form": "tests/pages/test_plan_clauses.py",
    "plans.save_clause": "tests/pages/test_plan_clauses.py",
    "plans.move_clause": "tests/pages/test_plan_clauses.py",
    "plans.clause_to_remove": "tests/pages/test_plan_clauses.py",
    "plans.remove_clause": "tests/pages/test_plan_clauses.py",
    "plans.new_evidence": "tests/pages/test_plan_grounds.py",
    "plans.add_evidence": "tests/pages/test_plan_grounds.py",
    "plans.evidence_to_remove": "tests/pages/test_plan_grounds.py",
    "plans.remove_evidence": "tests/pages/test_plan_grounds.py",
    "plans.standards": "tests/pages/test_plan_grounds.py",
    "plans.answer_standards": "tests/pages/test_plan_grounds.py",
    "plans.send_propose": "tests/pages/test_plan_editing.py",
    "plans.clause": "tests/pages/test_plan_negotiating.py",
    "plans.comment_on_clause": "tests/pages/test_plan_negotiating.py",
    "plans.comment_on_plan": "tests/pages/test_plan_negotiating.py",
    "plans.resolve_comment": "tests/pages/test_plan_negotiating.py",
    "plans.counter_words": "tests/pages/test_plan_negotiating.py",
    "plans.offer_words": "tests/pages/test_plan_negotiating.py",
    "plans.counter_money": "tests/pages/test_plan_negotiating.py",
    "plans.offer_money": "tests/pages/test_plan_negotiating.py",
    "plans.proposal": "tests/pages/test_plan_negotiating.py",
    "plans.accept_proposal": "tests/pages/test_plan_negotiating.py",
    "plans.reject_proposal": "tests/pages/test_plan_negotiating.py",
    "plans.take_back_proposal": "tests/pages/test_plan_negotiating.py",
    "plans.send_revise": "tests/pages/test_plan_negotiating.py",
    "plans.pass_check": "tests/pages/test_plan_signing.py",
    "plans.list_of_checks": "tests/pages/test_plan_signing.py",
    "plans.set_checks": "tests/pages/test_plan_signing.py",
    "plans.send_open_signing": "tests/pages/test_plan_signing.py",
    "plans.sign": "tests/pages/test_plan_signing.py",
    "plans.send_signature": "tests/pages/test_plan_signing.py",
    "plans.signed": "tests/pages/test_plan_signing.py",
    "plans.decline": "tests/pages/test_plan_signing.py",
    "plans.send_decline": "tests/pages/test_plan_signing.py",
    "plans.leave": "tests/pages/test_plan_signing.py",
    "plans.send_leave": "tests/pages/test_plan_signing.py",
    "plans.publish": "tests/pages/test_plan_signing.py",
    "plans.send_publish": "tests/pages/test_plan_signing.py",
    "plans.milestone": "tests/pages/test_plan_signing.py",
    "plans.report_milestone": "tests/pages/test_plan_signing.py",
    "plans.bundle": "tests/plans/test_downloads.py",
    "plans.paper": "tests/plans/test_downloads.py",
}


@dataclass(frozen=True, kw_only=True)
class List:
    """A page of one's own: for some roles, or for every role; who finds marked records on it, and who none."""

    endpoint: str
    address: str
    finds: tuple[str, ...]
    empty: tuple[str, ...]
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of one record: who gets it, who sees the record but may not do this, and to whom it does not exist."""

    endpoint: str
    address: str
    record: Callable[[Canaries], Record]
    kind: str = "Flag"
    method: str = "GET"
    typed: Typed | None = None
    with_it: tuple[str, ...]
    refused: tuple[str, ...] = ()
    hidden: tuple[str, ...]


LISTS = (
    List(
        endpoint="inbox.inbox",
        address="/inbox",
        finds=("morgan", "jo", "sam", "ines"),
        empty=("priya", "alex", "dee"),
        hidden=("rowan", "mel", "robin", "noor", "gail"),
    ),
    List(endpoint="flags.flags", address="/flags", finds=("rowan",), empty=("dana", "ari", "robin", "noor")),
    List(endpoint="drafts.drafts", address="/drafts", finds=("rowan", "dana", "mel"), empty=("ari", "morgan", "noor")),
    List(
        endpoint="raising.drafts",
        address="/flags/drafts",
        finds=("ari",),
        empty=("rowan", "mel", "morgan", "priya", "sam", "ines", "alex"),
        hidden=("robin", "noor", "gail"),
    ),
    List(
        endpoint="raising.raise_flag",
        address="/flags/raise",
        finds=(),
        empty=("rowan", "mel", "morgan", "priya", "sam", "ines", "alex"),
        hidden=("robin", "noor", "gail"),
    ),
    List(
        endpoint="plans.new_plan",
        address="/plans/new",
        finds=(),
        empty=("brook", "frankie", "lou", "robin"),
        hidden=("ellis", "wren", "noor", "rowan", "morgan", "alex"),
    ),
    List(
        endpoint="plans.plans",
        address="/plans",
        finds=("brook", "ellis", "gail", "noor", "rowan", "frankie", "quinn", "lou", "remy"),
        empty=("robin", "val", "indra", "alex"),
    ),
)
ADMINISTRATION = tuple(
    List(
        endpoint=endpoint,
        address=address,
        finds=(),
        empty=("noor", "hollis"),
        hidden=("rowan", "mel", "gail", "morgan", "sam", "robin"),
    )
    for endpoint, address in {
        "administration.home": "/administration",
        "administration.people": "/administration/people",
        "administration.invite": "/administration/invite",
        "teams.teams": "/administration/teams",
    }.items()
)
LEADING = tuple(
    List(
        endpoint=endpoint,
        address=f"/administration/partnership{address}",
        finds=(),
        empty=("hollis",),
        hidden=("noor", "morgan", "dee", "rowan", "sam", "robin"),
    )
    for endpoint, address in {
        "partnership.partnership": "",
        "partnership.clocks": "/clocks",
        "partnership.days": "/days",
        "partnership.numbers": "/numbers",
        "partnership.worries": "/worries",
        "partnership.worry": "/worries/ALCOHOL",
        "partnership.wards": "/wards",
    }.items()
)
AUDIT = tuple(
    List(
        endpoint=endpoint,
        address=address,
        finds=(),
        empty=("gail", "wren", "harper", "toby"),
        hidden=("rowan", "mel", "noor", "morgan", "dee", "hollis", "priya", "sam", "ines", "robin", "alex"),
    )
    for endpoint, address in {
        "audit.audit": "/audit",
        "audit.alarms": "/audit/alarms",
        "audit.seals": "/audit/seals",
    }.items()
)
LISTS += ADMINISTRATION + LEADING + AUDIT
# An officer of another team, an officer of the same team, a commissioner, an administrator: of the partnership, and
# none of them on this flag. Whoever has the same role in another partnership is tried beside them.
OUTSIDERS = ("ari", "dana", "robin", "noor")
PAGES = (
    Page(
        endpoint="flags.flag",
        address="/flags/{id}",
        record=Canaries.answered,
        with_it=("rowan", "mel", "morgan", "sam"),
        hidden=(*OUTSIDERS, "lee", "priya"),
    ),
    Page(
        endpoint="exports.export",
        address="/flags/{id}/export",
        record=Canaries.answered,
        with_it=("rowan", "mel", "morgan", "sam"),
        hidden=(*OUTSIDERS, "lee", "priya"),
    ),
    Page(
        endpoint="audit.record",
        address="/audit/records/{id}",
        record=Canaries.audited,
        kind="AuditedRecord",
        with_it=("gail", "wren", "harper", "toby"),
        hidden=(*OUTSIDERS, "rowan", "mel", "morgan", "sam", "hollis"),
    ),
    Page(
        endpoint="raising.sent",
        address="/flags/{id}/sent",
        record=Canaries.new,
        with_it=("rowan",),
        hidden=OUTSIDERS,
    ),
    Page(
        endpoint="triage.take",
        method="POST",
        address="/flags/{id}/take",
        record=Canaries.new,
        typed={},
        with_it=("morgan", "jo"),
        refused=("rowan", "mel"),
        hidden=(*OUTSIDERS, "sam"),
    ),
    Page(
        endpoint="triage.decide",
        address="/flags/{id}/triage",
        record=Canaries.taken,
        with_it=("morgan", "jo"),
        hidden=("rowan", "mel", *OUTSIDERS, "sam"),
    ),
    Page(
        endpoint="triage.send_decision",
        method="POST",
        address="/flags/{id}/triage",
        record=Canaries.taken,
        typed=no_further_action(),
        with_it=("morgan", "jo"),
        refused=("rowan", "mel"),
        hidden=(*OUTSIDERS, "sam"),
    ),
    Page(
        endpoint="triage.send_decision",
        method="POST",
        address="/flags/{id}/triage",
        record=Canaries.taken,
        typed=to_ask(),
        with_it=("morgan", "jo"),
        refused=("rowan", "mel"),
        hidden=(*OUTSIDERS, "sam"),
    ),
    Page(
        endpoint="shares.answer",
        address="/shares/{id}/answer",
        record=Canaries.share,
        kind="Share",
        with_it=("sam", "ines"),
        hidden=("rowan", "morgan", *OUTSIDERS),
    ),
    Page(
        endpoint="shares.send_answer",
        method="POST",
        address="/shares/{id}/answer",
        record=Canaries.share,
        kind="Share",
        typed={"engagement": "ENGAGED", "note": "First appointment kept."},
        with_it=("sam", "ines"),
        refused=("rowan", "mel", "morgan"),
        hidden=OUTSIDERS,
    ),
    Page(
        endpoint="drafts.promote",
        address="/drafts/{id}/promote",
        record=Canaries.draft,
        with_it=("rowan", "dana", "mel"),
        hidden=("ari", "lee", "morgan", "sam", "robin", "noor"),
    ),
    Page(
        endpoint="drafts.send_promotion",
        method="POST",
        address="/drafts/{id}/promote",
        record=Canaries.draft,
        typed=about_a_group(similar="seen"),
        with_it=("rowan", "dana", "mel"),
        hidden=("ari", "morgan", "sam", "robin", "noor"),
    ),
)
# Whoever works for a party reads a plan, whatever their role; nobody of another agency of the partnership does.
PAGES += tuple(
    Page(
        endpoint=f"plans.{name}",
        address=f"/plans/{{id}}{address}",
        record=Canaries.plan,
        kind="Plan",
        with_it=("brook", "ellis", "wren", "noor", "rowan", "frankie", "lou"),
        hidden=("robin", "val", "indra", "alex"),
    )
    for name, address in {
        "plan": "",
        "money": "/money",
        "redline": "/redline",
        "history": "/history",
        "version": "/versions/1",
    }.items()
)
# What is written and decided on a page of its own; whoever else reads the plan comes to the plan instead.
PAGES += tuple(
    Page(
        endpoint=f"plans.{name}",
        address=f"/plans/{{id}}/{address}",
        record=record,
        kind="Plan",
        with_it=with_it,
        hidden=("robin", "val", "indra", "alex"),
    )
    for name, address, record, with_it in (
        ("edit_plan", "edit", Canaries.draft_plan, ("brook", "frankie", "lou")),
        ("propose", "propose", Canaries.draft_plan, ("brook", "frankie", "lou")),
        ("revise", "revise", Canaries.plan, ("brook", "frankie", "lou")),
        ("open_signing", "open-signing", Canaries.plan, ("brook", "frankie", "lou")),
        ("talk", "talk", Canaries.plan, ("brook", "ellis", "wren", "noor", "rowan", "lou")),
        ("checks", "checks", Canaries.plan, ("brook", "ellis", "wren", "noor", "rowan", "lou")),
    )
)
# Colleagues without the role, and the administrator of another agency of the partnership.
NO_ADMINISTRATORS = ("rowan", "mel", "gail", "hollis", "robin")


def _administered(
    endpoint: str,
    address: str,
    record: Callable[[Canaries], Record],
    kind: str,
    *,
    method: str = "GET",
    typed: Typed | None = None,
) -> Page:
    return Page(
        endpoint=endpoint,
        address=f"/administration/{address}",
        record=record,
        kind=kind,
        method=method,
        typed=typed,
        with_it=("noor",),
        hidden=NO_ADMINISTRATORS,
    )


def _changed(
    endpoint: str, address: str, record: Callable[[Canaries], Record], kind: str, typed: Typed | None = None
) -> Page:
    return _administered(endpoint, address, record, kind, method="POST", typed=typed or {})


PAGES += (
    _administered("person.person", "people/{id}", Canaries.colleague, "User"),
    _administered("person.new_role", "people/{id}/role", Canaries.colleague, "User"),
    _administered("roles.role", "roles/{id}", Canaries.role, "Membership"),
    _administered("teams.team", "teams/{id}", Canaries.team, "Team"),
    _changed("person.rename", "people/{id}/name", Canaries.colleague, "User", {"name": "Sgt Lake"}),
    _changed("person.change_email", "people/{id}/address", Canaries.colleague, "User", {"email": "x@agency.example"}),
    _changed("person.password_link", "people/{id}/password-link", Canaries.colleague, "User"),
    _changed("person.disable", "people/{id}/disable", Canaries.colleague, "User"),
    _changed("person.enable", "people/{id}/enable", Canaries.disabled, "User"),
    _changed("person.grant", "people/{id}/role", Canaries.colleague, "User", {"role": "SERGEANT"}),
    _changed("roles.end", "roles/{id}/end", Canaries.role, "Membership", {"last_day": "2030-01-01"}),
    _changed("roles.set_teams", "roles/{id}/teams", Canaries.role, "Membership"),
    _changed("teams.rename", "teams/{id}/name", Canaries.team, "Team", {"name": "Tewkesbury"}),
    _changed("teams.close", "teams/{id}/close", Canaries.team, "Team"),
    _changed("administration.renew", "invitations/{id}/renew", Canaries.invitation, "Invitation"),
    _changed("administration.withdraw", "invitations/{id}/withdraw", Canaries.invitation, "Invitation"),
)


@dataclass(frozen=True, kw_only=True)
class StepRoute:
    """One step of a flag's life: on which flag, who takes it, and who sees the flag and may not."""

    name: str
    record: Callable[[Canaries], Record]
    with_it: tuple[str, ...]
    refused: tuple[str, ...]


# The pages of the single steps: whoever may not take one has no form, and is refused when they send it all the same.
STEP_ROUTES = (
    StepRoute(name="answer", record=Canaries.asked, with_it=("rowan", "mel"), refused=("morgan", "jo")),
    StepRoute(name="withdraw", record=Canaries.new, with_it=("rowan", "mel"), refused=("morgan", "jo")),
    StepRoute(name="reopen", record=Canaries.ended, with_it=("rowan", "mel", "morgan"), refused=()),
    StepRoute(name="close", record=Canaries.to_close, with_it=("morgan", "jo"), refused=("rowan", "mel", "sam")),
    StepRoute(name="tell", record=Canaries.shared, with_it=("morgan", "sam"), refused=("rowan", "mel")),
)
PAGES += tuple(
    page
    for step in STEP_ROUTES
    for page in (
        Page(
            endpoint="steps.step",
            address=f"/flags/{{id}}/{step.name}",
            record=step.record,
            with_it=step.with_it,
            hidden=(*step.refused, *OUTSIDERS),
        ),
        Page(
            endpoint="steps.take_step",
            method="POST",
            address=f"/flags/{{id}}/{step.name}",
            record=step.record,
            typed=STEPS[step.name],
            with_it=step.with_it,
            refused=step.refused,
            hidden=OUTSIDERS,
        ),
    )
)
# The receipt is read over shoulders, and a reason is asked before anything is shown: a reference, and nobody’s name.
NAMES_NOBODY = ("raising.sent", "exports.export", "audit.record")
# The one form that makes a record of its own; who may send it is who has the page above.
RAISING = ("raising.send_flag", "/flags/raise", about_a_person(similar="seen"))


def listed() -> set[str]:
    """Every endpoint that is spoken for."""
    return {*PUBLIC, *EVERYBODY, *OWN_FORMS, RAISING[0], *(each.endpoint for each in (*LISTS, *PAGES))}
