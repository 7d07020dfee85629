"""Decides how real bodies and places enter the database: by code list, code and first day, as often as one likes."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.agencies.models import Agency, AgencyArea, Area, AreaWithin
from portal.agencies.official import Official, OfficialKey
from portal.agencies.reference_files import (
    DATA,
    read_authorities,
    read_authorities_in_forces,
    read_authorities_in_pcts,
    read_courts,
    read_forces,
    read_mental_health_trusts,
    read_pcts,
    read_serves,
)
from portal.shipped import lay

KEY = ("code_list", "code", "active_from")


def load_reference(session: Session, *, folder: Path = DATA) -> int:
    """Lay every body, place and relation of the files into the database as its owner; give how many rows that touched.

    A second time it touches none. Bodies and places that the files do not name stay untouched.
    """
    touched = _lay_agencies(session, folder) + _lay_areas(session, folder)
    agencies, areas = _ids(session, Agency), _ids(session, Area)
    within = [
        {"area_id": areas[one.area], "within_area_id": areas[one.within], "certainty": one.certainty.value}
        for one in (*read_authorities_in_forces(folder), *(pair for _, pair in read_authorities_in_pcts(folder)))
    ]
    serves = [{"agency_id": agencies[one.agency], "area_id": areas[one.area]} for one in read_serves(folder)]
    return (
        touched
        + lay(session, AreaWithin, within, key=("area_id", "within_area_id"))
        + lay(session, AgencyArea, serves, key=("agency_id", "area_id"))
    )


def _lay_agencies(session: Session, folder: Path) -> int:
    bodies: list[Official] = []
    for pairs in (read_pcts, read_authorities, read_forces):
        bodies += (body for body, _ in pairs(folder))
    bodies += (trust for trust, _ in read_mental_health_trusts(folder))
    bodies += (court for court, _ in read_courts(folder))
    renamed = {"version": Agency.version + 1, "updated_at": func.now()}
    return lay(session, Agency, _rows(bodies), key=KEY, on_change=renamed)


def _lay_areas(session: Session, folder: Path) -> int:
    places = [area for pairs in (read_pcts, read_authorities, read_forces) for _, area in pairs(folder)]
    places += (authority for authority, _ in read_authorities_in_pcts(folder))
    return lay(session, Area, _rows(places), key=KEY)


def _rows(officials: Iterable[Official]) -> list[dict[str, object]]:
    # One row a key: PostgreSQL refuses to lay the same row twice in one statement.
    return list({official.key: asdict(official) for official in officials}.values())


def _ids(session: Session, model: type[Agency] | type[Area]) -> dict[OfficialKey, UUID]:
    rows = session.execute(select(model.id, model.code_list, model.code, model.active_from))
    return {OfficialKey(code_list, code, active_from): identity for identity, code_list, code, active_from in rows}
