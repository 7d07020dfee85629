"""Decides how a partnership names wards and beats of its own: added, renamed and ended from a day on.

A name that changes is a new row, and the old one ends, so that a flag shows the place as it was called then.
Wards of official lists stay as they are.
"""

from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.agencies.models import AgencyArea, Area
from portal.errors import Invalid, InvalidCode
from portal.partnerships.leading import add, beginning, led, today, wrong
from portal.partnerships.queries import WARD_KINDS, wards
from portal.text import SHORT, text_problems


def list_of(partnership_id: UUID) -> str:
    """The list of codes in which a partnership's own wards stand."""
    return f"PARTNERSHIP-{partnership_id}"


def set_ward(
    session: Session,
    viewer: Viewer,
    *,
    partnership_id: UUID,
    expected_version: int,
    ward_id: UUID | None,
    kind: str,
    name: str,
    day: date | None,
) -> UUID:
    """Name a ward or beat from a day on: a new one, or in place of one of the partnership's own."""
    partnership = led(session, viewer, partnership_id, expected_version=expected_version)
    problems = list(text_problems(("name",), name, limit=SHORT, needed="Enter the name of the ward or beat."))
    if kind not in WARD_KINDS:
        problems.append(wrong(("kind",), InvalidCode.UNKNOWN, "Choose a ward or a beat."))
    if problems:
        raise Invalid(*problems)
    beginning(day)
    begins = day or today()
    if ward_id is not None:
        _end(session, partnership_id, ward_id, begins)
    taken = session.scalar(
        select(Area.id)
        .where(
            wards(partnership_id, Area),
            func.lower(Area.name) == func.lower(name.strip()),
            Area.id.is_distinct_from(ward_id),
        )
        .limit(1)
    )
    if taken is not None:
        raise Invalid(wrong(("name",), InvalidCode.NOT_UNIQUE, "A ward or beat has this name."))
    ward = Area(
        kind_code=kind,
        name=name.strip(),
        code_list=list_of(partnership_id),
        code=uuid4().hex,
        active_from=begins,
        active_to=None,
    )
    add(session, ward)
    add(session, AgencyArea(agency_id=partnership.lead_agency_id, area_id=ward.id))
    return partnership_id


def end_ward(
    session: Session, viewer: Viewer, *, partnership_id: UUID, expected_version: int, ward_id: UUID, day: date | None
) -> UUID:
    """Offer a ward or beat no more from a day on; flags that name it keep it."""
    led(session, viewer, partnership_id, expected_version=expected_version)
    beginning(day)
    _end(session, partnership_id, ward_id, day or today())
    return partnership_id


def _end(session: Session, partnership_id: UUID, ward_id: UUID, day: date) -> None:
    ward = session.scalar(
        select(Area)
        .where(
            Area.id == ward_id,
            Area.code_list == list_of(partnership_id),
            or_(Area.active_to.is_(None), Area.active_to >= day),
        )
        .with_for_update()
    )
    if ward is None:
        raise Invalid(
            wrong(("wardId",), InvalidCode.UNKNOWN, "Choose a ward or beat that your partnership named itself.")
        )
    ward.active_to = day - timedelta(days=1)
    session.flush()
