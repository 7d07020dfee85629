"""Decides the words of need to know in the schema: groups, levels, who reads, who does, and how each is printed."""

from enum import StrEnum
from typing import Any, Self

import strawberry
from strawberry.schema_directive import Location

from portal.access.field_groups import FieldGroup, Level
from portal.access.models import DisclosureReason
from portal.access.viewer import Role

strawberry.enum(
    FieldGroup, description="The rows of the need-to-know grid; the agreement in force says who holds what."
)
strawberry.enum(
    Level, name="DisclosureLevel", description="How much of a field group a viewer holds; rows combine by the highest."
)
strawberry.enum(DisclosureReason, description="The relationship that opens a record.")
strawberry.enum(Role, description="What a member does; a person acts in one membership at a time.")


@strawberry.enum(description="Why a field is null.")
class WithheldReason(StrEnum):
    NOT_IN_AGREEMENT = "NOT_IN_AGREEMENT"
    LEVEL_TOO_LOW = "LEVEL_TOO_LOW"
    CONDITION_NOT_MET = "CONDITION_NOT_MET"


@strawberry.enum(description="What could open it.")
class WithheldRemedy(StrEnum):
    REQUEST_SHARE = "REQUEST_SHARE"
    AMEND_AGREEMENT = "AMEND_AGREEMENT"


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="fieldGroup",
    description="The need-to-know group of a field and the lowest level that shows it; below it the field is null.",
)
class FieldGroupDirective:
    name: FieldGroup
    at: Level


class Readers(str):
    """The code that ends a description where no group of the grid applies, with the words for who that is."""

    __slots__ = ("who",)
    who: str

    def __new__(cls, code: str, who: str) -> Self:
        """A code of `READERS` for a type that can say more exactly who reads it."""
        made = super().__new__(cls, code)
        made.who = who
        return made


# What each code means where a type says nothing more exact.
READERS = {
    "RECORD": "whoever may see the record it is part of",
    "REFERENCE": "everybody with a sign-in or a token",
    "ACCOUNT": "the person themselves",
    "AGREEMENT": "members of the partnership the agreement binds",
    "STATISTIC": "members of the partnership: exact for their own agency, in bands for the others",
    "AUDIT": "whoever may read the audit of the agency or the record",
    "PLAN": "members of the agencies that are party to the plan, and anyone once it is published",
}
ONESELF = Readers("ACCOUNT", "the person themselves")
COLLEAGUES = Readers("ACCOUNT", "members of the same agency")
ADMINISTRATORS = Readers("ACCOUNT", "administrators of the agency")
ONESELF_OR_ADMINISTRATORS = Readers("ACCOUNT", "the person themselves, and administrators of an agency they work in")
MEMBERS = Readers("RECORD", "members of the partnership")
PARTIES = Readers("PLAN", "members of the agencies that are party to the plan")
WHOEVER_ASKED = Readers("RECORD", "whoever asked, about what they sent")


def who_reads(readers: str) -> str:
    """The words for who reads a type outside the grid."""
    return readers.who if isinstance(readers, Readers) else READERS.get(readers, "")


@strawberry.schema_directive(
    locations=[Location.OBJECT],
    name="readBy",
    description="Who reads a type that stands outside the need-to-know grid.",
)
class ReadBy:
    who: str


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="doneBy",
    description="Who may make a change; everybody else is answered NotPermitted, or NotFound where they see nothing.",
)
class DoneBy:
    who: str


def changing(what: str, *, done_by: str) -> Any:
    """A mutation: what it does, and the sentence on who may, which the description and the directive both print."""
    return strawberry.mutation(description=f"{what} {done_by}", directives=[DoneBy(who=done_by.removesuffix("."))])
