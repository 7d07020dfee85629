"""Decides what somebody reports when they flag: the words as given, before anything is stored."""

from dataclasses import dataclass
from datetime import datetime

from portal.flags.models import FlagSetting, Standpoint, TimePrecision, Told, Urgency
from portal.flags.points import Point


@dataclass(frozen=True, kw_only=True)
class PersonReported:
    """A young person as far as known."""

    preferred_name: str | None
    description: str | None
    age_band_code: str


@dataclass(frozen=True, kw_only=True)
class GroupReported:
    """Young people at a place, nobody named."""

    description: str
    age_band_code: str
    estimated_size: int | None = None
    usual_times: str | None = None


@dataclass(frozen=True, kw_only=True)
class PersonDrafted:
    """Somebody it is about, perhaps not named yet."""

    preferred_name: str | None = None
    description: str | None = None


@dataclass(frozen=True, kw_only=True)
class GroupDrafted:
    """A group it is about, perhaps not described yet."""

    description: str | None = None
    estimated_size: int | None = None
    usual_times: str | None = None


@dataclass(frozen=True, kw_only=True)
class Source:
    """The reporter's own system and its reference."""

    system: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class Emergency:
    """What was done before the form."""

    action_code: str
    incident_number: str | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was seen, as it is sent; `told` is missing only while it is an imported draft."""

    subject: PersonReported | GroupReported
    place_description: str
    concern_codes: tuple[str, ...]
    fact: str
    urgency: Urgency
    told: Told | None
    observed_at: datetime
    confirm: bool = False
    observed_precision: TimePrecision = TimePrecision.MOMENT
    setting: FlagSetting = FlagSetting.STREET
    standpoint: Standpoint = Standpoint.UNCLEAR
    purpose_code: str = "EARLY_HELP"
    opinion: str | None = None
    own_words: str | None = None
    strengths: str | None = None
    third_party_notes: str | None = None
    source: Source | None = None
    emergency: Emergency | None = None
    point: Point | None = None
    ward_code: str | None = None


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """What somebody has typed so far of a flag; nothing of it is required, and each field has its column's name."""

    about: PersonDrafted | GroupDrafted | None = None
    age_band_code: str | None = None
    place_description: str | None = None
    ward_code: str | None = None
    concern_codes: tuple[str, ...] = ()
    fact: str | None = None
    urgency: Urgency | None = None
    told: Told | None = None
    observed_at: datetime | None = None
    observed_precision: TimePrecision = TimePrecision.MOMENT
    setting: FlagSetting = FlagSetting.STREET
    standpoint: Standpoint = Standpoint.UNCLEAR
    purpose_code: str = "EARLY_HELP"
    opinion: str | None = None
    own_words: str | None = None
    strengths: str | None = None
    third_party_notes: str | None = None
    source_system: str | None = None
    source_reference: str | None = None
    emergency_action_code: str | None = None
    emergency_incident_number: str | None = None
