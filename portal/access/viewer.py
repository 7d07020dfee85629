"""Decides what the portal knows about who is asking: one membership, its agency and role, and its audiences."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a member does (domain roles; a person acts in one membership, so in one role, at a time)."""

    OFFICER = "OFFICER"
    SERGEANT = "SERGEANT"
    TRIAGE_WORKER = "TRIAGE_WORKER"
    PRACTITIONER = "PRACTITIONER"
    CLINICIAN = "CLINICIAN"
    SERVICE_ADMINISTRATOR = "SERVICE_ADMINISTRATOR"
    SERVICE_MANAGER = "SERVICE_MANAGER"
    COMMISSIONER = "COMMISSIONER"
    SIGNATORY = "SIGNATORY"
    GUARDIAN = "GUARDIAN"
    DPO = "DPO"
    AGENCY_ADMINISTRATOR = "AGENCY_ADMINISTRATOR"


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Somebody acting in one membership, as read from the database at the start of this request."""

    user_id: UUID
    membership_id: UUID
    agency_id: UUID
    agency_kind: str
    role: Role
    team_ids: tuple[UUID, ...]
    audience_ids: tuple[int, ...]
    partnership_ids: tuple[UUID, ...]
    display_name: str
    agency_name: str
