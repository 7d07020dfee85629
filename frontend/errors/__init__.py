"""Decides what is said when a page cannot be shown; a hidden page and a missing one are answered alike."""

from http import HTTPStatus
from uuid import uuid4

from flask import Flask, Response, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from frontend import kept
from frontend.page import PageFailed, PageWaits, changed, plain, show
from graphql_schema.faults import log_fault

# What a page must not carry along, even unseen.
SECRET = frozenset({"password", "again"})
HIDDEN = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


def answer(app: Flask) -> None:
    """Give the app its error pages."""
    app.register_error_handler(CSRFError, _not_from_here)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(PageWaits, _waits)
    app.register_error_handler(Exception, _failed)


def _not_from_here(_: CSRFError) -> Response:
    """A form without our token: it stood open past the sign-in, or another site sent it. Nothing was done.

    Whoever had it open and has signed in again meanwhile finds it as it was typed.
    """
    if again := kept.shown_again():
        return again
    return show("errors/old_form.html", status=403)


def _waits(error: PageWaits) -> Response:
    """Too much at once, too slow, or in the way of somebody else: what was typed stands in the page, to send again.

    A textarea's line ends and every box that was ticked go along, in the order they came in.
    """
    typed = None
    if request.method == "POST" and not changed() and not SECRET & request.form.keys():
        typed = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    # Where nothing can be sent again, the page that was asked for, or the first one in place of a form's own address.
    address = request.full_path.removesuffix("?") if request.method == "GET" or typed else url_for("start.start")
    answer = plain(
        "errors/wait.html",
        status=error.status,
        code=error.code,
        wait=error.wait,
        typed=typed,
        address=address,
        done=changed(),
    )
    if error.wait is not None:
        answer.headers["Retry-After"] = str(error.wait)
    return answer


def _http(error: HTTPException) -> Response | HTTPException:
    code = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if code < HTTPStatus.BAD_REQUEST:
        return error
    if code in HIDDEN:
        return show("errors/not_shown.html", status=404)
    if code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return show("errors/not_understood.html", status=code)
    return _failed(error)


def _failed(error: Exception) -> Response:
    """A fault of ours: logged under a reference, by kind and place alone, and the reader gets the reference."""
    reference = (error.reference if isinstance(error, PageFailed) else None) or str(uuid4())
    log_fault("page failed", error, reference=reference)
    return plain("errors/failed.html", status=500, reference=reference)
