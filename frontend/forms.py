"""Decides how an answer travels: typed into a form, sent as one mutation, and shown again with what is wrong."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from flask import abort
from werkzeug.datastructures import MultiDict

from frontend.documents import Document
from frontend.page import ask, note_change

_VERSION = re.compile(r"[0-9]{1,9}")
# What each refusal is in HTTP, so that a browser and a test see a failure as one.
STATUS = {"Invalid": 422, "Conflict": 409, "NotPermitted": 403}


@dataclass(frozen=True)
class Saved:
    """The change was made; what the mutation selected of it."""

    payload: dict[str, Any]


@dataclass(frozen=True)
class Refusal:
    """The change was not made, for one of the expected reasons (a missing record has ended in the 404 page already)."""

    kind: str
    message: str
    remedy: str | None = None
    errors: tuple[dict[str, Any], ...] = ()
    conflict: str | None = None
    current_version: int | None = None


@dataclass
class Form:
    """What a person typed, what is wrong with it, and the key that makes a second press of the button do nothing."""

    typed: MultiDict[str, str] = field(default_factory=MultiDict)
    errors: dict[str, str] = field(default_factory=dict)
    unplaced: list[str] = field(default_factory=list)
    refusal: Refusal | None = None
    key: str = ""
    # Brought back after the sign-in had ended: it is shown as it was typed, and not sent until somebody does.
    unsent: bool = False

    def __post_init__(self) -> None:
        self.key = _key_or_new(self.typed.get("idempotency_key", ""))

    def text(self, name: str) -> str:
        """What was typed, without spaces at either end and with plain line ends; empty when nothing was."""
        return self.typed.get(name, "").replace("\r\n", "\n").strip()

    def optional(self, name: str) -> str | None:
        """What was typed, or None, for an input that may be left out."""
        return self.text(name) or None

    def settle(self, name: str, value: str) -> None:
        """Put what an answer was found to mean in place of what was typed."""
        self.typed = MultiDict(self.typed)
        self.typed.setlist(name, [value])

    def many(self, name: str) -> list[str]:
        """Every box ticked under one name."""
        return self.typed.getlist(name)

    def kept(self, shown: Collection[str]) -> list[tuple[str, str]]:
        """Everything typed but the fields a page shows itself, so that it travels along unseen."""
        own = {"csrf_token", "idempotency_key", "expected_version", "typed_by", "kept", *shown}
        return [(name, value) for name, value in self.typed.items(multi=True) if name not in own]

    def version(self) -> int:
        """The version of the record this form was made from; 0, which no record has, when it was tampered with."""
        return version_typed(self.text("expected_version"))

    def based_on(self, current: int) -> int:
        """The version the next press is decided on: the one the form was first shown with, until a conflict was shown.

        A form that comes back with an error must not quietly take a change that somebody else made meanwhile.
        """
        conflict = self.refusal is not None and self.refusal.kind == "Conflict"
        return current if conflict else self.version() or current

    def wrong(self, name: str, message: str) -> None:
        """Say what is wrong at one field; the first message for a field stands."""
        self.errors.setdefault(name, message)

    def error(self, name: str) -> dict[str, str] | None:
        """What is wrong at a field, as the govuk macros take it."""
        return {"text": self.errors[name]} if name in self.errors else None

    def need(self, name: str, message: str) -> None:
        """Say so when nothing was answered at all. Rules about what was answered belong to the domain."""
        if not self.text(name):
            self.wrong(name, message)

    def refuse(self, refusal: Refusal, places: Mapping[str, str]) -> None:
        """Put what the domain said at the fields; `places` maps an input path, or the beginning of one, to a field."""
        self.refusal = refusal
        for error in refusal.errors:
            name = _place(tuple(error["path"]), places)
            if name is None:
                self.unplaced.append(error["message"])
            else:
                self.wrong(name, error["message"])
        if refusal.kind == "Conflict":
            # The old key is spent or the record moved on: what is sent next is a new intent.
            self.key = str(uuid4())


def version_typed(typed: str) -> int:
    """A version as a form carries it; 0, which no record has, when it was tampered with."""
    return int(typed) if _VERSION.fullmatch(typed) else 0


def send(mutation: Document, details: dict[str, Any]) -> Saved | Refusal:
    """Run a mutation whose one field is called `answer` and say which member of the closed set came back."""
    answer = ask(mutation, input=details)["answer"]
    kind = answer["__typename"]
    if kind == "NotFound":
        abort(404)
    if kind not in STATUS:
        note_change()
        return Saved(answer)
    return Refusal(
        kind,
        answer["message"],
        remedy=answer.get("remedy"),
        errors=tuple(answer.get("errors", ())),
        conflict=answer.get("conflict"),
        current_version=answer.get("currentVersion"),
    )


def _key_or_new(typed: str) -> str:
    """The key the form was rendered with; a new one when it is missing or no UUID."""
    try:
        return str(UUID(typed))
    except ValueError:
        return str(uuid4())


def _place(path: tuple[str, ...], places: Mapping[str, str]) -> str | None:
    """The field for a path: the longest beginning of it that is known, list positions left out."""
    names = [part for part in path if not part.isdecimal()]
    for length in range(len(names), 0, -1):
        if (name := places.get(".".join(names[:length]))) is not None:
            return name
    return None
