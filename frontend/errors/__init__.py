"""Decides what is said when a page cannot be shown; a hidden page and a missing one are answered alike."""

from http import HTTPStatus
from uuid import uuid4

from flask import Flask, Response
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from frontend import kept
from frontend.page import PageFailed, plain, show
from graphql_schema.faults import log_fault

HIDDEN = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


def answer(app: Flask) -> None:
    """Give the app its error pages."""
    app.register_error_handler(CSRFError, _not_from_here)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _failed)


def _not_from_here(_: CSRFError) -> Response:
    """A form without our token: it stood open past the sign-in, or another site sent it. Nothing was done.

    Whoever had it open and has signed in again meanwhile finds it as it was typed.
    """
    if again := kept.shown_again():
        return again
    return show("errors/old_form.html", status=403)


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
