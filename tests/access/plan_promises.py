"""Promises of the wall about plans: parties alone read what is not public, and everybody writes in their own name."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from tests.access.attempts import Promise, succeeds
from tests.access.scene import Scene
from tests.plans import by_sql
from tests.plans.by_sql import CONTENT, ROWS, acts, proves
from tests.plans.stage import Stage

# How each table names the version that is public, where one is.
PUBLIC_BY = {"plan": "id", "plan_version": "id", "plan_signature": "plan_version_id"} | dict.fromkeys(
    ROWS, "plan_version_id"
)
FOR_PARTIES = (
    "plan_party", "plan_event", "plan_milestone_report", "plan_proposal", "plan_comment", "plan_check",
    "plan_check_pass", "plan_problem", "plan_refusal", "plan_publication",
)  # fmt: skip
BLIND = ("plan", "plan_version", "plan_proposal", "plan_comment")
OWN_CHECK = "update plan_check set name = 'x' where plan_id = :plan"
BEGINS = "update plan set state = 'IN_FORCE' where id = :plan"
NOTED = """
insert into plan_event (plan_id, kind, at, agency_id, membership_id) values (:plan, :kind, now(), :agency, :by)
"""


def plan_promises() -> Iterator[tuple[str, Promise]]:
    """Each promise by its sentence."""
    for table in (*PUBLIC_BY, *FOR_PARTIES):
        yield f"nobody but parties reads a row of {table} that is not public", partial(_reads, table)
    for table in BLIND:
        yield f"nobody but parties touches a row of {table}", partial(_touches, table)
    for table, insert in ROWS.items():
        yield f"an officer of a party adds no row of {table}", partial(_does, insert, by="rowan", agency="SEVERN-PCT")
        change = f"update {table} set {_column(table)} where plan_version_id = :version"
        yield f"an officer of a party changes no row of {table}", partial(_does, change, by="rowan")
        lonely = " and title = 'Lonely'" if table == "plan_scheme" else ""
        remove = f"delete from {table} where plan_version_id = :version{lonely}"
        yield f"an officer of a party removes no row of {table}", partial(_does, remove, by="rowan")
    for sentence, statement, by in (
        ("an officer finds no problem in a draft", by_sql.PROBLEM, "rowan"),
        (
            "an officer removes no problem of a draft",
            "delete from plan_problem where plan_version_id = :version",
            "rowan",
        ),
        ("an officer lets nobody join", by_sql.PARTY, "rowan"),
        ("an officer lets nobody go", "delete from plan_party where plan_id = :plan", "rowan"),
        ("an officer adds no check", by_sql.CHECK.replace(":code", "'NEW'"), "rowan"),
        ("an officer changes no check", OWN_CHECK, "rowan"),
        ("an officer removes no check", "delete from plan_check where plan_id = :plan", "rowan"),
        ("an officer reports no milestone", by_sql.REPORT, "rowan"),
        ("a commissioner takes no agency out of a plan", by_sql.LEAVE, "lou"),
    ):
        yield sentence, partial(_does, statement, by=by, agency="SEVERN-PCT" if by == "rowan" else None)
    yield "an officer drafts no plan", partial(_does, by_sql.PLAN, by="rowan")
    yield "an officer begins no version", partial(_begins, by="rowan", named="rowan")
    yield "nobody begins a version in the name of another", partial(_begins, by="frankie", named="brook")
    yield from _said()
    yield "nobody signs without their password", partial(_signs, by="ellis", named="ellis", proof=None)
    yield "nobody signs in the name of a colleague", partial(_signs, by="both", named="quinn", proof=CONTENT)
    yield "nobody signs for another agency", partial(_signs, by="val", named="val", proof=CONTENT)
    yield "the worker reads no plan that is not agreed", partial(_worker, "select from plan where state = 'DRAFT'")
    draft = "select from plan_version where state = 'DRAFT'"
    yield "the worker reads no version that is not agreed", partial(_worker, draft)
    yield "the worker touches no plan that is not agreed", _worker_touches
    for sentence, given in (
        ("the worker notes nothing else", {"kind": "EDITED"}),
        ("the worker notes nothing for an agency", {"kind": "IN_FORCE", "agency": True}),
        ("the worker notes nothing for anybody", {"kind": "IN_FORCE", "by": True}),
    ):
        yield sentence, partial(_worker_notes, given)


def _column(table: str) -> str:
    return "required = required" if table == "plan_version_party" else "updated_at = now()"


def _said() -> Iterator[tuple[str, Promise]]:
    """What is said in somebody's name: as another, for another agency, in another role, and by who is no party."""
    for name, statement, own, other, left in (
        ("counter-proposal", by_sql.PROPOSAL, ("brook", "proposed"), "ellis", ("lou", "left")),
        ("comment", by_sql.COMMENT, ("rowan", "proposed"), "brook", ("lou", "left")),
        ("check passed", by_sql.PASS, ("brook", "proposed"), "ellis", ("lou", "left")),
        ("refusal", by_sql.REFUSAL, ("ellis", "signing"), "brook", ("remy", "left_signing")),
        ("publication", by_sql.PUBLICATION, ("brook", "agreed"), "ellis", ("lou", "left_agreed")),
    ):
        yield f"no {name} in the name of another", partial(_does, statement, by=own[0], on=own[1], named=other)
        yield (
            f"no {name} for another agency",
            partial(_does, statement, by=own[0], on=own[1], agency="SEVERN-MHS" if name == "refusal" else "SEVERN-LA"),
        )
        yield f"no {name} by who left", partial(_does, statement, by=left[0], on=left[1])
        if name != "comment":
            yield f"no {name} in another role", partial(_does, statement, by=other, on=own[1])
    yield "no event in the name of another", partial(_does, by_sql.EVENT, by="brook", named="ellis")
    yield "no event for another agency", partial(_does, by_sql.EVENT, by="brook", agency="SEVERN-LA")
    yield "no event of a plan of others", partial(_does, by_sql.EVENT, by="robin")
    yield "no milestone reported in the name of another", partial(_does, by_sql.REPORT, by="brook", named="ellis")


def _stage(scene: Scene) -> Stage:
    assert scene.plans is not None
    return scene.plans


def _reads(table: str, scene: Scene) -> bool:
    """Somebody of the same partnership, of another one, and nobody at all."""
    stage = _stage(scene)
    column = PUBLIC_BY.get(table)
    public = stage.plans["public"].plan if table == "plan" else stage.plans["public"].version
    where = f" where {column} <> :public" if column else ""
    read = text(f"select from {table}{where} limit 1")
    with scene.wall.anonymously() as session:
        if session.execute(read, {"public": public} if column else {}).all():
            return True
    return any(
        succeeds(scene, viewer, lambda session: bool(session.execute(read, {"public": public} if column else {}).all()))
        for viewer in (scene.cast.robin, scene.other.frankie)
    )


def _touches(table: str, scene: Scene) -> bool:
    # Nothing of the row is read, so that only the policy for changing it is asked.
    touch = text(f"update {table} set updated_at = now()")
    return succeeds(scene, scene.cast.robin, lambda session: session.execute(touch).rowcount > 0)


def _values(stage: Stage, *, named: str | None, agency: str | None) -> dict[str, Any]:
    given: dict[str, Any] = {"reference": f"P-{uuid4()}", "partnership": stage.cast.settled.partnership_id}
    if named is not None:
        given["by"] = stage.viewer(named).membership_id
    if agency is not None:
        given["agency"] = stage.cast.settled.agencies[agency]
    return given


def _does(
    statement: str, scene: Scene, *, by: str, on: str = "draft", named: str | None = None, agency: str | None = None
) -> bool:
    stage = _stage(scene)
    given = _values(stage, named=named, agency=agency)
    if "insert into plan (" in statement:
        given["plan"] = uuid4()
    elif "insert" in statement:
        given |= {"key": uuid4(), "clause": uuid4()} if "plan_scheme" in statement or "plan_clause" in statement else {}
    viewer = stage.viewer(by)
    return succeeds(scene, viewer, lambda session: acts(session, viewer, statement, stage.plans[on], **given) > 0)


def _begins(scene: Scene, *, by: str, named: str) -> bool:
    """After one that was agreed, where none stands in the way."""
    stage = _stage(scene)
    viewer: Viewer = stage.viewer(by)
    given = {"version": uuid4(), "number": 2, "starts": "2030-04-01", "based_on": None}
    given["by"] = stage.viewer(named).membership_id
    agreed = stage.plans["agreed"]
    return succeeds(scene, viewer, lambda session: acts(session, viewer, by_sql.VERSION, agreed, **given) > 0)


def _signs(scene: Scene, *, by: str, named: str, proof: bytes | None) -> bool:
    stage = _stage(scene)
    viewer, other = stage.viewer(by), stage.viewer(named)

    def sign(session: Any) -> bool:
        if proof is not None:
            proves(session, scene.wall, viewer, proof)
        # Whoever is no party signs for one that is.
        agency = stage.cast.settled.agencies["SEVERN-LA" if by == "both" else "SEVERN-POLICE"]
        given = {"by": other.membership_id, "user": other.user_id, "agency": agency}
        return acts(session, viewer, by_sql.SIGNATURE, stage.plans["signing"], **given) > 0

    return succeeds(scene, viewer, sign)


def _worker(statement: str, scene: Scene) -> bool:
    return succeeds(scene, None, lambda session: bool(session.execute(text(statement)).all()))


def _worker_touches(scene: Scene) -> bool:
    with scene.owner.transaction() as session:
        agreed = session.execute(text("select count(*) from plan where state in ('AGREED', 'IN_FORCE')")).scalar_one()
    touch = text("update plan set updated_at = now()")
    return succeeds(scene, None, lambda session: session.execute(touch).rowcount > agreed)


def _worker_notes(given: dict[str, Any], scene: Scene) -> bool:
    stage = _stage(scene)
    values = {
        "plan": stage.plans["begun"].plan,
        "kind": given["kind"],
        "agency": stage.cast.frankie.agency_id if given.get("agency") else None,
        "by": stage.cast.frankie.membership_id if given.get("by") else None,
    }

    def note(session: Session) -> bool:
        session.execute(text(BEGINS), values)
        return bool(session.execute(text(NOTED), values).rowcount)

    return succeeds(scene, None, note)
