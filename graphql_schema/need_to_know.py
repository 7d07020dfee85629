"""Decides the words of need to know in the schema: groups, levels, and the directive that prints them on a field."""

from enum import StrEnum

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
