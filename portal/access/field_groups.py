"""Decides how the need-to-know grid is packed: field groups, levels and the one integer that carries them.

A level is written as a thermometer of three bits (STATUS 001, CODED 011, FULL 111), so that combining several
disclosure rows by the highest level per group is PostgreSQL's `bit_or`, and testing a level is one bit.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum

BITS = 3


class Level(IntEnum):
    """How much of a field group a viewer holds; rows combine by the highest."""

    NONE = 0
    STATUS = 1
    CODED = 2
    FULL = 3


class FieldGroup(StrEnum):
    """The rows of the need-to-know grid, in the order their bits are packed. Only ever append."""

    IDENTITY = "IDENTITY"
    HEALTH_IDENTIFIER = "HEALTH_IDENTIFIER"
    CONTACTS = "CONTACTS"
    FLAG_FACTS = "FLAG_FACTS"
    FLAG_OPINION = "FLAG_OPINION"
    STANDPOINT = "STANDPOINT"
    SOURCE_REFERENCE = "SOURCE_REFERENCE"
    TRIAGE = "TRIAGE"
    SOCIAL_CARE = "SOCIAL_CARE"
    HEALTH = "HEALTH"
    REFERRAL = "REFERRAL"
    OUTCOME = "OUTCOME"
    LAWFUL_BASIS = "LAWFUL_BASIS"
    THIRD_PARTIES = "THIRD_PARTIES"
    CARE_TEAM = "CARE_TEAM"
    MEETING_NOTES = "MEETING_NOTES"
    UNMET_NEED = "UNMET_NEED"

    @property
    def offset(self) -> int:
        """Where the group's three bits begin."""
        return BITS * _ORDER[self]


_ORDER = {group: place for place, group in enumerate(FieldGroup)}


def bit(group: FieldGroup, level: Level) -> int:
    """The one bit that is set when a packed integer holds at least this level of the group."""
    if level is Level.NONE:
        raise ValueError("NONE has no bit: nobody needs a level for nothing.")
    return int(1 << (group.offset + level - 1))


def pack(levels: Mapping[FieldGroup, Level]) -> int:
    """Take a level for each group and give the packed integer; an absent group is NONE."""
    return sum(((1 << level) - 1) << group.offset for group, level in levels.items())


def level_of(packed: int, group: FieldGroup) -> Level:
    """The level a packed integer holds of one group."""
    return Level(((packed >> group.offset) & 0b111).bit_count())


def unpack(packed: int) -> dict[FieldGroup, Level]:
    """Every group a packed integer opens, with its level."""
    return {group: level for group in FieldGroup if (level := level_of(packed, group)) is not Level.NONE}


def highest(bits: int) -> dict[FieldGroup, Level]:
    """Every group with a bit set, with the highest level that any of its bits stands for.

    The audit keeps the bits that were needed and held, one for each field that was shown, and not whole thermometers.
    """
    found = {group: Level(((bits >> group.offset) & 0b111).bit_length()) for group in FieldGroup}
    return {group: level for group, level in found.items() if level is not Level.NONE}
