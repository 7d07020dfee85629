"""Decides what an action asks of a flag beyond its own row."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.flags.models import Flag, FlagAddition, InformationRequest


def carries_others(session: Session, flag_id: UUID) -> bool:
    """Whether other flags are merged into one the viewer sees, which says nothing of which they are."""
    return bool(session.scalar(select(func.carries_others(flag_id))))


def known_facts(session: Session, flag: Flag) -> Sequence[str]:
    """Every fact a flag holds: as raised, as answered, as added when it was opened again."""
    added = session.scalars(select(FlagAddition.fact).where(FlagAddition.flag_id == flag.id))
    answered = session.scalars(
        select(InformationRequest.answer).where(
            InformationRequest.flag_id == flag.id, InformationRequest.answer.is_not(None)
        )
    )
    return [flag.fact, *added, *(answer for answer in answered if answer is not None)]
