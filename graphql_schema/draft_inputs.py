"""What the world can send of a flag that is half written, and how it becomes what was typed so far."""

from datetime import datetime
from uuid import UUID

import strawberry

from graphql_schema.flag_inputs import KEY, VERSION, EmergencyInput, SourceReferenceInput, needed, optional
from portal.flags.models import FlagSetting, Standpoint, TimePrecision, Told, Urgency
from portal.flags.report import Drafted, GroupDrafted, PersonDrafted


@strawberry.input(description="A person as far as written.")
class PersonSoFarInput:
    preferred_name: str | None = optional("What they are called.")
    description: str | None = optional("What they look like, when no name is known.")

    def drafted(self) -> PersonDrafted:
        """The person as typed."""
        return PersonDrafted(preferred_name=self.preferred_name, description=self.description)


@strawberry.input(description="Young people at a place, nobody named, as far as written.")
class PlaceGroupSoFarInput:
    description: str | None = optional("Who is seen there; name nobody.")
    estimated_size: int | None = optional("About how many.")
    usual_times: str | None = optional("When they are there.")

    def drafted(self) -> GroupDrafted:
        """The group as typed."""
        return GroupDrafted(
            description=self.description, estimated_size=self.estimated_size, usual_times=self.usual_times
        )


@strawberry.input(one_of=True, description="Whom or what it is about, as far as written: exactly one.")
class SubjectSoFarInput:
    person: PersonSoFarInput | None = optional("A young person.", strawberry.UNSET)
    place_group: PlaceGroupSoFarInput | None = optional("A group at a place.", strawberry.UNSET)

    def drafted(self) -> PersonDrafted | GroupDrafted | None:
        """The subject as typed."""
        said = self.person or self.place_group
        return said.drafted() if said else None


@strawberry.input(description="Where it was seen, as far as written.")
class PlaceSoFarInput:
    description: str | None = optional("The place in words.")
    ward_code: str | None = optional("Code of the partnership's ward or beat, when known.")


@strawberry.input(description="What saveFlagDraft takes: nothing of it is required but the key.")
class SaveFlagDraftInput:
    idempotency_key: UUID = needed(KEY)
    draft_id: strawberry.ID | None = optional("The draft to write over; leave it out to start one.")
    expected_version: int | None = optional("Its version, when writing over one.")
    subject: SubjectSoFarInput | None = optional("Whom or what.")
    age_band_code: str | None = optional("Age band, as it looked or is known.")
    place: PlaceSoFarInput | None = optional("Where.")
    concern_codes: list[str] | None = optional("The concerns.")
    fact: str | None = optional("What was seen or heard.")
    urgency: Urgency | None = optional("How soon.")
    told: Told | None = optional("Whether they were told.")
    observed_at: datetime | None = optional("When it was seen.")
    observed_precision: TimePrecision = optional("How exactly that is known.", TimePrecision.MOMENT)
    setting: FlagSetting = optional("In what setting.", FlagSetting.STREET)
    standpoint: Standpoint = optional("How the young person stands to it.", Standpoint.UNCLEAR)
    purpose_code: str = optional("What for.", "EARLY_HELP")
    opinion: str | None = optional("What the flagger makes of it.")
    own_words: str | None = optional("What the young person said.")
    strengths: str | None = optional("What goes well for them.")
    third_party_notes: str | None = optional("Family and others.")
    source: SourceReferenceInput | None = optional("Own system's reference.")
    emergency: EmergencyInput | None = optional("What was done first.")

    def drafted(self) -> Drafted:
        """What was typed so far."""
        return Drafted(
            about=None if self.subject is None else self.subject.drafted(),
            age_band_code=self.age_band_code,
            place_description=None if self.place is None else self.place.description,
            ward_code=None if self.place is None else self.place.ward_code,
            concern_codes=tuple(self.concern_codes or ()),
            fact=self.fact,
            urgency=self.urgency,
            told=self.told,
            observed_at=self.observed_at,
            observed_precision=self.observed_precision,
            setting=self.setting,
            standpoint=self.standpoint,
            purpose_code=self.purpose_code,
            opinion=self.opinion,
            own_words=self.own_words,
            strengths=self.strengths,
            third_party_notes=self.third_party_notes,
            source_system=None if self.source is None else self.source.system,
            source_reference=None if self.source is None else self.source.value,
            emergency_action_code=None if self.emergency is None else self.emergency.action_code,
            emergency_incident_number=None if self.emergency is None else self.emergency.incident_number,
        )


@strawberry.input(description="What discardFlagDraft needs.")
class DiscardFlagDraftInput:
    id: strawberry.ID = needed("The draft.")
    expected_version: int = needed(VERSION)
    idempotency_key: UUID = needed(KEY)
