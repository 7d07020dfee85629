"""Decides how the pages join an app: clients of the schema, behind one door."""

from collections.abc import Sequence
from typing import Protocol

from flask import Flask

from frontend import errors, plans, security, start, templates
from frontend.administration import links, partnership, people, person, roles, teams
from frontend.agreement import pages as agreement
from frontend.audit import pages as audit
from frontend.developers import pages as developers
from frontend.documents import ROOM
from frontend.drafts import pages as drafts
from frontend.exports import pages as exports
from frontend.feedback import pages as feedback
from frontend.flags import raising, reading, steps, triage
from frontend.inbox import keys, many, views_kept
from frontend.inbox import pages as inbox
from frontend.notifications import pages as notifications
from frontend.page import Door
from frontend.public import pages as public
from frontend.shares import pages as shares

ROOMS = (
    start,
    inbox,
    many,
    views_kept,
    keys,
    raising,
    reading,
    triage,
    steps,
    shares,
    drafts,
    agreement,
    feedback,
    audit,
    exports,
    notifications,
    developers,
    public,
    people,
    person,
    roles,
    teams,
    partnership,
    links,
    plans,
)


class Source(Protocol):
    """One source of reference data, in the words its licence asks for."""

    @property
    def covers(self) -> str: ...
    @property
    def sentence(self) -> str: ...
    @property
    def licence(self) -> str: ...
    @property
    def licence_address(self) -> str: ...


def install(app: Flask, *, door: Door, sources: Sequence[Source]) -> None:
    """Add every page to the app: `door` answers their documents, and the about page names the sources.

    Sign-in is installed beside it and stands before all of them.
    """
    app.extensions["concord_door"] = door
    app.extensions["concord_sources"] = sources
    templates.prepare(app)
    security.protect(app)
    errors.answer(app)
    for room in ROOMS:
        app.register_blueprint(room.pages)
    app.static_folder = ROOM / "static"
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=app.send_static_file)
