"""What the world can send about a flag, and how it becomes a report."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from portal.db import now
from portal.flags.models import FlagSetting, Standpoint, TimePrecision, Told, Urgency
from portal.flags.points import Point
from portal.flags.report import Emergency, GroupReported, PersonReported, Report, Source

KEY = "Fresh for each intent, the same on every retry; a retry applies once and answers as the record now stands."
VERSION = "The version this change was decided on; a newer one gives Conflict."


def optional(description: str, default: Any = None) -> Any:
    """An input field that may be left out."""
    return strawberry.field(default=default, description=description)


def needed(description: str) -> Any:
    """An input field that must be there."""
    return strawberry.field(description=description)


@strawberry.input(description="A person as far as known: a name or a description, and an age band.")
class PersonDetailsInput:
    age_band_code: str = needed("Age band, as it looked or is known.")
    preferred_name: str | None = optional("What they are called.")
    description: str | None = optional("What they look like, when no name is known.")


@strawberry.input(description="Young people at a place, nobody named.")
class PlaceGroupInput:
    description: str = needed("Who is seen there; name nobody.")
    age_band_code: str = needed("Age band, as it looked.")
    estimated_size: int | None = optional("About how many.")
    usual_times: str | None = optional("When they are there.")


@strawberry.input(one_of=True, description="Whom or what to flag: exactly one.")
class FlagSubjectInput:
    person: PersonDetailsInput | None = optional("Someone described, identity not yet settled.", strawberry.UNSET)
    place_group: PlaceGroupInput | None = optional("A group at a place.", strawberry.UNSET)

    def reported(self) -> PersonReported | GroupReported:
        """The subject as reported."""
        if self.person:
            return PersonReported(
                preferred_name=self.person.preferred_name,
                description=self.person.description,
                age_band_code=self.person.age_band_code,
            )
        assert self.place_group
        return GroupReported(
            description=self.place_group.description,
            age_band_code=self.place_group.age_band_code,
            estimated_size=self.place_group.estimated_size,
            usual_times=self.place_group.usual_times,
        )


@strawberry.input(description="A point in the United Kingdom, in degrees of WGS 84, exact to six places.")
class PointInput:
    latitude: Decimal = needed("Degrees north.")
    longitude: Decimal = needed("Degrees east; in most of England below zero.")
    approximate: bool = optional("Whether it was moved on purpose, so that no house is told.", False)

    def point(self) -> Point:
        """The point as reported."""
        return Point(latitude=self.latitude, longitude=self.longitude, approximate=self.approximate)


@strawberry.input(description="Where it was seen.")
class RaisedPlaceInput:
    description: str = needed("The place in words.")
    point: PointInput | None = optional("The place on the map.")
    ward_code: str | None = optional("Code of the partnership's ward or beat, when known.")


@strawberry.input(description="A flag, and the version a change was decided on.")
class FlagVersionInput:
    id: strawberry.ID = needed("The flag.")
    expected_version: int = needed(VERSION)


@strawberry.input(description="A reference in another system.")
class SourceReferenceInput:
    system: str = needed("Which system.")
    value: str = needed("Its reference.")


@strawberry.input(description="What was done before the form.")
class EmergencyInput:
    action_code: str = needed("Control room, police protection, section 136, 999, duty team.")
    incident_number: str | None = optional("The incident's number.")


@strawberry.input(description="What raiseFlag needs.")
class RaiseFlagInput:
    subject: FlagSubjectInput = needed("Who: name, description or group, with an age band.")
    place: RaisedPlaceInput = needed("Where.")
    concern_code: str = needed("The concern.")
    fact: str = needed("What you saw or heard.")
    urgency: Urgency = needed("How soon.")
    told: Told = needed("Whether they were told.")
    confirm: bool = needed("That this is what was seen; must be true.")
    idempotency_key: UUID = needed(KEY)
    observed_at: datetime | None = optional("When it was seen; now when left out.")
    observed_precision: TimePrecision = optional("How exactly that is known.", TimePrecision.MOMENT)
    setting: FlagSetting = optional("In what setting.", FlagSetting.STREET)
    standpoint: Standpoint = optional("How the young person stands to it.", Standpoint.UNCLEAR)
    purpose_code: str = optional("What for; the lawful basis follows from purpose, agency and age.", "EARLY_HELP")
    more_concern_codes: list[str] | None = optional("More concerns.")
    opinion: str | None = optional("What you make of it.")
    own_words: str | None = optional("What the young person said.")
    strengths: str | None = optional("What goes well for them.")
    third_party_notes: str | None = optional("Family and others.")
    emergency: EmergencyInput | None = optional("Needed for IMMEDIATE: what was done first.")
    source: SourceReferenceInput | None = optional("Own system's reference; a second flag with it is a Conflict.")
    draft_id: strawberry.ID | None = optional("The draft this replaces: one of your own, or an imported one.")
    draft_version: int | None = optional("The version of that draft this was decided on.")
    with_drafts: list[FlagVersionInput] | None = optional(
        "Other imported drafts of the same place that this is about: they end, and stay as sources of the one flag."
    )

    def report(self) -> Report:
        """What is reported."""
        return Report(
            subject=self.subject.reported(),
            place_description=self.place.description,
            point=None if self.place.point is None else self.place.point.point(),
            ward_code=self.place.ward_code,
            concern_codes=(self.concern_code, *(self.more_concern_codes or ())),
            fact=self.fact,
            urgency=self.urgency,
            told=self.told,
            confirm=self.confirm,
            observed_at=self.observed_at or now(),
            observed_precision=self.observed_precision,
            setting=self.setting,
            standpoint=self.standpoint,
            purpose_code=self.purpose_code,
            opinion=self.opinion,
            own_words=self.own_words,
            strengths=self.strengths,
            third_party_notes=self.third_party_notes,
            source=None if self.source is None else Source(system=self.source.system, reference=self.source.value),
            emergency=None
            if self.emergency is None
            else Emergency(action_code=self.emergency.action_code, incident_number=self.emergency.incident_number),
        )


@strawberry.input(description="One row of an import.")
class ImportFlagRowInput:
    reference: str = needed("The other system's reference.")
    subject: FlagSubjectInput = needed("Whom or what.")
    concern_code: str = needed("The concern.")
    observed_at: datetime = needed("When it was seen.")
    place: RaisedPlaceInput = needed("Where.")
    fact: str = needed("What was recorded.")
    observed_precision: TimePrecision = optional("How exactly that is known.", TimePrecision.MOMENT)
    urgency: Urgency = optional("How soon.", Urgency.ROUTINE)

    def report(self, system: str) -> Report:
        """What the other system recorded, as a draft to be looked at."""
        return Report(
            subject=self.subject.reported(),
            place_description=self.place.description,
            point=None if self.place.point is None else self.place.point.point(),
            concern_codes=(self.concern_code,),
            fact=self.fact,
            urgency=self.urgency,
            told=None,
            observed_at=self.observed_at,
            observed_precision=self.observed_precision,
            source=Source(system=system, reference=self.reference),
        )


@strawberry.input(description="What importFlags needs.")
class ImportFlagsInput:
    system: str = needed("Name of the other system; with each row's reference it makes the row's key.")
    rows: list[ImportFlagRowInput] = needed("Up to 200 rows.")
    idempotency_key: UUID = needed(KEY)
    dry_run: bool = optional("Only say what would happen.", False)


@strawberry.input(description="What discardImportedFlags needs.")
class DiscardImportedFlagsInput:
    flags: list[FlagVersionInput] = needed("Up to 200 imported drafts.")
    reason_code: str = needed("Why nobody needs them.")
    idempotency_key: UUID = needed(KEY)
