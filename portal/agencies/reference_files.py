"""Decides what the reference files say, as plain values: rows meet by code and list, because names drift."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from portal.agencies.official import Certainty, CodeList, Official, OfficialKey, Serves, Within
from portal.shipped import BrokenFile, numbered_rows

DATA = Path(__file__).parent / "data"

# The day each list speaks for; where its source names a year alone, the first day of it. See data/README.md.
PCT_LIST = date(2012, 1, 1)
FORCE_LIST = date(2019, 1, 1)
AUTHORITY_LIST = date(2019, 4, 1)
COURT_LIST = date(2021, 3, 11)
TRUST_LIST = date(2022, 1, 1)
# Health and Social Care Act 2012, section 34: primary care trusts were abolished on 1 April 2013.
LAST_DAY_OF_PCTS = date(2013, 3, 31)
LAST_DAY_BEFORE_AUTHORITY_LIST = date(2019, 3, 31)


def read_pcts(folder: Path = DATA) -> Iterator[tuple[Official, Official]]:
    """Give each primary care trust, care trusts among them, with the area it served."""
    for _, row in numbered_rows(folder / "pct_2012.csv", ("ods_code", "ons_code", "name", "kind")):
        yield (
            Official(
                kind_code="PCT",
                name=row["name"],
                code_list=CodeList.ODS,
                code=row["ods_code"],
                active_from=PCT_LIST,
                active_to=LAST_DAY_OF_PCTS,
            ),
            Official(
                kind_code="PCT_AREA",
                name=row["name"],
                code_list=CodeList.GSS,
                code=row["ons_code"],
                active_from=PCT_LIST,
                active_to=LAST_DAY_OF_PCTS,
            ),
        )


def read_authorities(folder: Path = DATA) -> Iterator[tuple[Official, Official]]:
    """Give each upper-tier authority of England with its area; the list has one code for both."""
    for _, row in numbered_rows(folder / "utla_england_2019.csv", ("gss_code", "name", "kind")):
        yield (
            _since(AUTHORITY_LIST, "LOCAL_AUTHORITY", CodeList.GSS, row["gss_code"], row["name"]),
            _since(AUTHORITY_LIST, "UPPER_TIER_AUTHORITY", CodeList.GSS, row["gss_code"], row["name"]),
        )


def read_forces(folder: Path = DATA) -> Iterator[tuple[Official, Official]]:
    """Give each police force of England and Wales, by its police.uk code, with the area it polices."""
    for _, row in numbered_rows(folder / "police_force_areas_2019.csv", ("pfa_gss", "name", "nation", "police_uk_id")):
        yield (
            _since(FORCE_LIST, "NEIGHBOURHOOD_POLICE", CodeList.POLICE_UK, row["police_uk_id"], row["name"]),
            _since(FORCE_LIST, "POLICE_FORCE_AREA", CodeList.GSS, row["pfa_gss"], row["name"]),
        )


def read_mental_health_trusts(folder: Path = DATA) -> Iterator[tuple[Official, str]]:
    """Give each trust that we class as a mental health service, and on what that rests: no official list says so."""
    path = folder / "mental_health_trusts_2022.csv"
    for line, row in numbered_rows(path, ("ods_code", "name", "basis")):
        if not row["basis"]:
            raise BrokenFile(path, line, "a classing of our own says what it rests on.")
        yield _since(TRUST_LIST, "MENTAL_HEALTH_SERVICE", CodeList.ODS, row["ods_code"], row["name"]), row["basis"]


def read_courts(folder: Path = DATA) -> Iterator[tuple[Official, OfficialKey | None]]:
    """Give each open magistrates' court, as the seat of a liaison scheme, with the force area it stands in if known."""
    path = folder / "magistrates_courts_hmcts.csv"
    for _, row in numbered_rows(path, ("slug", "name", "town", "postcode", "pfa_gss")):
        court = _since(COURT_LIST, "COURT_LIAISON", CodeList.FIND_A_COURT, row["slug"], row["name"])
        yield court, _force_area(row["pfa_gss"]) if row["pfa_gss"] else None


def read_authorities_in_forces(folder: Path = DATA) -> Iterator[Within]:
    """Give the force area each upper-tier authority lies in, reduced from its districts.

    Raises BrokenFile for an authority whose districts lie in two: every authority of the list lies in one.
    """
    path = folder / "districts_2019.csv"
    forces: dict[str, str] = {}
    for line, row in numbered_rows(path, ("district_gss", "utla_gss", "pfa_gss")):
        if forces.setdefault(row["utla_gss"], row["pfa_gss"]) != row["pfa_gss"]:
            raise BrokenFile(path, line, f"{row['utla_gss']} spans two forces.")
    for authority, force in forces.items():
        yield Within(OfficialKey(CodeList.GSS, authority, AUTHORITY_LIST), _force_area(force), Certainty.EXACT)


def read_authorities_in_pcts(folder: Path = DATA) -> Iterator[tuple[Official, Within]]:
    """Give each authority with the trust area it lies in, or shares a group with (then the certainty is GROUP_ONLY).

    Authorities of 2012 that had gone by the list of 2019 come with a period of their own.
    """
    areas = {body.code: area.key for body, area in read_pcts(folder)}
    current = {area.code: area for _, area in read_authorities(folder)}
    columns = ("pct_ods", "utla_gss", "utla_name", "area_group", "pcts_in_group", "utlas_in_group")
    for _, row in numbered_rows(folder / "pct_to_utla_2012.csv", columns):
        authority = current.get(row["utla_gss"]) or _gone_by_2019(row["utla_gss"], row["utla_name"])
        certainty = Certainty.EXACT if row["pcts_in_group"] == "1" else Certainty.GROUP_ONLY
        yield authority, Within(authority.key, areas[row["pct_ods"]], certainty)


def read_serves(folder: Path = DATA) -> Iterator[Serves]:
    """Give which agency serves which area."""
    for pairs in (read_pcts, read_authorities, read_forces):
        yield from (Serves(body.key, area.key) for body, area in pairs(folder))
    yield from (Serves(court.key, area) for court, area in read_courts(folder) if area is not None)


def _since(active_from: date, kind: str, code_list: CodeList, code: str, name: str) -> Official:
    return Official(kind_code=kind, name=name, code_list=code_list, code=code, active_from=active_from)


def _force_area(code: str) -> OfficialKey:
    return OfficialKey(CodeList.GSS, code, FORCE_LIST)


def _gone_by_2019(code: str, name: str) -> Official:
    return Official(
        kind_code="UPPER_TIER_AUTHORITY",
        name=name,
        code_list=CodeList.GSS,
        code=code,
        active_from=PCT_LIST,
        active_to=LAST_DAY_BEFORE_AUTHORITY_LIST,
    )
