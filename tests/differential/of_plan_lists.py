"""How the list of plans is told, and what of each waits for the viewer: task by task, off the rows."""

from datetime import datetime
from uuid import UUID

from portal.access.viewer import Viewer
from tests.differential.asking import Asking, Thing
from tests.differential.listing import Listed, listed
from tests.differential.of_plans import current, is_party, is_stale
from tests.differential.rows import Row
from tests.differential.told import Arguments, filter_of, tells


def tasks(ask: Asking, plan: Row) -> list[str]:
    """What a plan waits for the viewer to do."""
    viewer, version = ask.viewer, current(ask, plan["id"])
    if viewer is None:
        return []
    named = ask.rows.one("plan_version_party", plan_version_id=version["id"], agency_id=viewer.agency_id)
    if named is None:
        return []
    offers = [
        row for row in ask.rows.where("plan_proposal", plan_id=plan["id"], state="OPEN") if not is_stale(ask, row)
    ]
    commissions = viewer.role == "COMMISSIONER"
    on_the_table = version["state"] in {"PROPOSED", "SIGNING"}
    waits = {
        "SIGNATURE": named["required"] and _signs(ask, viewer, version),
        "CHECK": on_the_table and any(row["role"] == viewer.role for row in _unpassed(ask, viewer, version)),
        "ANSWER": on_the_table and commissions and any(row["agency_id"] != viewer.agency_id for row in offers),
        "OPENING": version["state"] == "PROPOSED" and commissions and not offers,
        "PUBLICATION": named["required"] and commissions and _publishes(ask, viewer, version),
    }
    return [task for task, so in waits.items() if so]


def _unpassed(ask: Asking, viewer: Viewer, version: Row) -> list[Row]:
    """The checks of the viewer's agency that this version has yet to pass."""
    passed = ask.rows.where("plan_check_pass", plan_version_id=version["id"], agency_id=viewer.agency_id)
    codes = {row["code"] for row in passed}
    checks = ask.rows.where("plan_check", plan_id=version["plan_id"], agency_id=viewer.agency_id)
    return [row for row in checks if row["code"] not in codes]


def _signs(ask: Asking, viewer: Viewer, version: Row) -> bool:
    wrote = {version["proposed_by_membership_id"], version["accepted_by_membership_id"]}
    writers = {row["user_id"] for row in ask.rows.where("membership") if row["id"] in wrote}
    signatures = ask.rows.where("plan_signature", plan_version_id=version["id"])
    # An agency signs once, and so does a person, for whichever agency.
    signed = any(viewer.agency_id == row["agency_id"] or viewer.user_id == row["user_id"] for row in signatures)
    ready = not signed and not _unpassed(ask, viewer, version) and viewer.user_id not in writers
    return version["state"] == "SIGNING" and viewer.role == "SIGNATORY" and ready


def _publishes(ask: Asking, viewer: Viewer, version: Row) -> bool:
    said = {row["agency_id"] for row in ask.rows.where("plan_publication", plan_version_id=version["id"])}
    return version["state"] == "AGREED" and bool(said) and viewer.agency_id not in said


@tells("Plan.waitsForViewer")
def _waits(ask: Asking, thing: Thing, arguments: Arguments) -> list[str]:
    return tasks(ask, thing.row)


@tells("Viewer.plansWaiting")
def _plans_waiting(ask: Asking, thing: Thing, arguments: Arguments) -> int:
    return sum(is_party(ask, row["id"]) and bool(tasks(ask, row)) for row in ask.rows.where("plan"))


@tells("Query.plans")
def _plans(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    wanted, order = filter_of(arguments), arguments.get("order") or {"field": "UPDATED_AT", "direction": "DESC"}
    rows = [row for row in ask.rows.where("plan") if is_party(ask, row["id"])]
    if "partnershipId" in wanted:
        rows = [row for row in rows if row["partnership_id"] == ask.key(wanted["partnershipId"], "Partnership")]
    if "states" in wanted:
        rows = [row for row in rows if row["state"] in wanted["states"]]
    if "published" in wanted:
        rows = [row for row in rows if (row["published_at"] is not None) is wanted["published"]]
    if "partyId" in wanted:
        rows = [row for row in rows if _joined(ask, row, ask.key(wanted["partyId"], "Agency"))]
    if "awaitingSignatureOf" in wanted:
        agency_id = ask.key(wanted["awaitingSignatureOf"], "Agency")
        rows = [row for row in rows if _awaits(ask, current(ask, row["id"]), agency_id)]
    if "waitsForViewer" in wanted:
        rows = [row for row in rows if bool(tasks(ask, row)) is wanted["waitsForViewer"]]
    by = (lambda row: current(ask, row["id"])["starts_on"]) if order["field"] == "STARTS_ON" else _updated
    return listed(ask, "Plan", rows, arguments, by=by, descending=order["direction"] == "DESC")


def _updated(row: Row) -> datetime:
    at: datetime = row["updated_at"]
    return at


def _joined(ask: Asking, plan: Row, agency_id: UUID | None) -> bool:
    row = ask.rows.one("plan_party", plan_id=plan["id"], agency_id=agency_id)
    return row is not None and row["left_on"] is None


def _awaits(ask: Asking, version: Row, agency_id: UUID | None) -> bool:
    party = ask.rows.one("plan_version_party", plan_version_id=version["id"], agency_id=agency_id)
    signed = ask.rows.one("plan_signature", plan_version_id=version["id"], agency_id=agency_id)
    return version["state"] == "SIGNING" and party is not None and party["required"] and signed is None
