"""How partnerships, their time and their agreements are told."""

from datetime import timedelta
from typing import Any

from portal.partnerships.calendar import differing_days
from tests.differential.asking import LONDON, Asking, Thing
from tests.differential.declared import LEVELS, names_of
from tests.differential.listing import Listed, listed
from tests.differential.rows import Row
from tests.differential.told import Arguments, coded, first_of, latest_first, named, tells, things

for place, told in {
    "Partnership.area": named("Area", "area", "area_id"),
    "Partnership.leadAgency": named("Agency", "agency", "lead_agency_id"),
    "AgreementVersion.agreement": named("SharingAgreement", "sharing_agreement", "agreement_id"),
    "GridCell.column": coded("grid-column", "column_code"),
    "GridRecipient.agencyKind": coded("agency-kind", "agency_kind_code"),
    "GridRecipient.column": coded("grid-column", "column_code"),
    "WorkingHours.opens": lambda ask, thing, arguments: thing["opens"].strftime("%H:%M"),
    "WorkingHours.closes": lambda ask, thing, arguments: thing["closes"].strftime("%H:%M"),
}.items():
    tells(place)(told)


def members_today(ask: Asking, partnership_id: Any, *, begun: bool) -> set[Any]:
    """The agencies that belong to a partnership and have not left it; `begun`: and have joined it."""
    return {
        row["agency_id"]
        for row in ask.rows.where("partnership_member", partnership_id=partnership_id)
        if (row["active_to"] is None or row["active_to"] >= ask.today)
        and (not begun or row["active_from"] <= ask.today)
    }


@tells("Partnership.members")
def _members(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    ids = members_today(ask, thing["id"], begun=False)
    rows = [row for row in ask.rows.where("agency") if row["id"] in ids]
    return listed(ask, "Agency", rows, arguments, by=lambda row: row["name"])


def _of(ask: Asking, thing: Thing, table: str, *, now: bool) -> list[Row]:
    rows = ask.rows.where(table, partnership_id=thing["id"])
    return [row for row in rows if not now or ask.in_force(row)]


@tells("Partnership.dutyDesks")
def _desks(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    return things(ask, "DutyDesk", sorted(_of(ask, thing, "duty_desk", now=True), key=lambda row: row["position"]))


@tells("Partnership.dutyDeskHistory")
def _desk_history(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    rows = _of(ask, thing, "duty_desk", now=False)
    return things(ask, "DutyDesk", sorted(rows, key=lambda row: (latest_first(row["valid_from"]), row["position"])))


@tells("Partnership.clockHistory")
def _clock_history(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    rows = _of(ask, thing, "partnership_clock", now=False)
    # What makes no difference of urgency comes last.
    rows.sort(key=lambda row: (latest_first(row["valid_from"]), row["kind"], row["urgency"] or "~"))
    return things(ask, "PartnershipClock", rows)


@tells("Partnership.concernHistory")
def _concern_history(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    rows = _of(ask, thing, "local_concept", now=False)
    rows.sort(key=lambda row: (latest_first(row["valid_from"]), row["position"], row["code"]))
    return things(ask, "LocalConcept", rows)


@tells("Partnership.clocks")
def _clocks(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    kinds, urgencies = names_of("ClockKind"), [*names_of("Urgency"), None]
    rows = _of(ask, thing, "partnership_clock", now=True)
    # The most urgent first, and before it what makes no difference of urgency.
    rows.sort(key=lambda row: (kinds.index(row["kind"]), -urgencies.index(row["urgency"])))
    return things(ask, "PartnershipClock", rows)


@tells("Partnership.workingWeek")
def _week(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    rows = _of(ask, thing, "partnership_working_week", now=True)
    return things(ask, "WorkingHours", sorted(rows, key=lambda row: (row["weekday"], row["opens"])))


@tells("Partnership.holidays")
def _holidays(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    first = ask.moment.astimezone(LONDON).date()
    last = first + timedelta(days=365)
    law = {each.day: each.name for each in differing_days(thing["holiday_subdivision"], (), first=first, last=last)}
    days = {day: {"day": day, "working": False, "name": name, "bank_holiday": True} for day, name in law.items()} | {
        row["day"]: row | {"bank_holiday": row["day"] in law}
        for row in ask.rows.where("partnership_day", partnership_id=thing["id"])
        if first <= row["day"] <= last
    }
    return [Thing("PartnershipDay", days[day]) for day in sorted(days)]


@tells("Partnership.wards")
def _wards(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    agencies = members_today(ask, thing["id"], begun=True)
    served = {row["area_id"] for row in ask.rows.where("agency_area") if row["agency_id"] in agencies}
    rows = [
        row
        for row in ask.rows.where("area")
        if row["id"] in served
        and row["kind_code"] in {"WARD", "BEAT"}
        and row["active_from"] <= ask.today
        and (row["active_to"] is None or row["active_to"] >= ask.today)
    ]
    return things(ask, "Area", sorted(rows, key=lambda row: (row["name"], row["id"])), limit=1000)


@tells("Partnership.agreementInForce")
def _agreement(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    own = {row["id"] for row in ask.rows.where("sharing_agreement", partnership_id=thing["id"])}
    rows = [row for row in ask.rows.where("agreement_version", state="IN_FORCE") if row["agreement_id"] in own]
    return ask.see("AgreementVersion", first_of(rows, lambda row: -row["number"]))


def _of_version(ask: Asking, thing: Thing, table: str) -> list[Row]:
    return list(ask.rows.where(table, agreement_version_id=thing["id"]))


@tells("AgreementVersion.clauses")
def _clauses(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    rows = _of_version(ask, thing, "agreement_clause")
    return things(ask, "AgreementClause", sorted(rows, key=lambda row: row["position"]))


@tells("AgreementVersion.cells")
def _cells(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    rows = _of_version(ask, thing, "grid_cell")
    return things(ask, "GridCell", sorted(rows, key=lambda row: (row["field_group"], row["column_code"])), limit=340)


@tells("AgreementVersion.recipients")
def _recipients(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    rows = _of_version(ask, thing, "grid_recipient")
    return things(ask, "GridRecipient", sorted(rows, key=lambda row: (row["agency_kind_code"], row["role"])), limit=240)


@tells("GridCell.level")
def _level(ask: Asking, thing: Thing, arguments: Arguments) -> str:
    return str(LEVELS[thing["level"]])


@tells("GridCell.conditionalLevel")
def _conditional(ask: Asking, thing: Thing, arguments: Arguments) -> str | None:
    return None if thing["conditional_level"] is None else LEVELS[thing["conditional_level"]]


@tells("GridCell.clauseNumber")
def _clause(ask: Asking, thing: Thing, arguments: Arguments) -> str | None:
    wanted = {each: thing[each] for each in ("agreement_version_id", "field_group")}
    found = ask.rows.one("agreement_clause", **wanted)
    return None if found is None else str(found["number"])


@tells("FeedbackLedgerEntry.agency")
def _entry_agency(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    return ask.see("Agency", ask.rows.one("agency", id=thing["agency_id"]))
