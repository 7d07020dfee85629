"""How what a plan still lacks is told: what the version it stands at has to do before it is agreed, one by one."""

from collections.abc import Iterator
from uuid import UUID

from tests.differential.asking import Asking, Thing
from tests.differential.declared import names_of
from tests.differential.of_plans import current, is_party, is_stale, unsigned
from tests.differential.rows import Row
from tests.differential.told import Arguments, tells


@tells("Plan.missing")
def _missing(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    if not is_party(ask, thing["id"]):
        return []
    version, codes = current(ask, thing["id"]), names_of("PlanMissingCode")
    found = [row for lacking in BY_STATE[version["state"]] for row in lacking(ask, version)]
    return [
        Thing("PlanMissing", row) for row in sorted(found, key=lambda row: (codes.index(row["code"]), row["message"]))
    ]


def _lacks(code: str, message: str, agency_id: UUID | None = None) -> Row:
    return {"code": code, "message": message, "agency_id": agency_id}


def _name(ask: Asking, agency_id: UUID) -> str:
    [agency] = ask.rows.where("agency", id=agency_id)
    return str(agency["name"])


def _required(ask: Asking, version: Row) -> list[UUID]:
    rows = ask.rows.where("plan_version_party", plan_version_id=version["id"])
    return [row["agency_id"] for row in rows if row["required"]]


def _fitness(ask: Asking, version: Row) -> Iterator[Row]:
    for problem in ask.rows.where("plan_problem", plan_version_id=version["id"]):
        yield _lacks("PROBLEM", problem["message"], problem["agency_id"])
    if len(_required(ask, version)) < 2:
        yield _lacks("SIGNATORIES", "At least 2 agencies have to sign.")


def _proposal(ask: Asking, version: Row) -> Iterator[Row]:
    yield _lacks("PROPOSAL", "A commissioner of a party has yet to propose the draft.")


def _opening(ask: Asking, version: Row) -> Iterator[Row]:
    yield _lacks("OPENING", "A commissioner of a party has yet to open the version for signing.")


def _decisions(ask: Asking, version: Row) -> Iterator[Row]:
    for row in ask.rows.where("plan_proposal", plan_id=version["plan_id"], state="OPEN"):
        if not is_stale(ask, row):
            name = _name(ask, row["agency_id"])
            yield _lacks("DECISION", f"A counter-proposal of {name} is open.", row["agency_id"])


def _checks(ask: Asking, version: Row) -> Iterator[Row]:
    passes = ask.rows.where("plan_check_pass", plan_version_id=version["id"])
    passed = {(row["agency_id"], row["code"]) for row in passes}
    for check in ask.rows.where("plan_check", plan_id=version["plan_id"]):
        agency_id = check["agency_id"]
        if agency_id in _required(ask, version) and (agency_id, check["code"]) not in passed:
            name = _name(ask, agency_id)
            yield _lacks("CHECK", f"{name} has yet to pass its check: {check['name']}.", agency_id)


def _signatures(ask: Asking, version: Row) -> Iterator[Row]:
    refusals = {
        row["agency_id"]: row["reason"] for row in ask.rows.where("plan_refusal", plan_version_id=version["id"])
    }
    for agency_id in unsigned(ask, version):
        name, reason = _name(ask, agency_id), refusals.get(agency_id)
        if reason is None:
            yield _lacks("SIGNATURE", f"{name} has yet to sign.", agency_id)
        else:
            yield _lacks("DECLINED", f"{name} declined to sign: {reason}", agency_id)


BY_STATE = {
    "DRAFT": (_fitness, _proposal),
    "PROPOSED": (_fitness, _opening, _decisions, _checks),
    "SIGNING": (_checks, _signatures),
    "AGREED": (),
}
