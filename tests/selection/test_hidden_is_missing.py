"""What is hidden and what is not there are answered alike: the same data, errors, audit and statements, for every
operation of the schema that takes an id, at every place where it takes one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from graphql_schema import Door
from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database
from tests.access.scene import Scene, imported, set_scene
from tests.factories.administration import colleague, person, sealed, user_id
from tests.factories.audit import mark
from tests.factories.cast import Cast, key
from tests.factories.flags import DECIDE, raised, sharing, taken
from tests.factories.life import asked, question_of
from tests.factories.plans import (
    Record,
    countered,
    done,
    drafted,
    first_clause,
    first_scheme,
    in_signing,
    nodes,
    proposed,
    read_plan,
    sign,
)
from tests.factories.snapshot import changed, snapshot
from tests.selection.naming import Example, Path, document, filled, id_paths, slots
from tests.selection.naming_examples import EXAMPLES
from tests.selection.test_statements import counted

# Slots that say more of a record than its type.
KINDS = {"Draft": "Flag", "OtherDraft": "Flag", "AskedFlag": "Flag"}
# Types whose records are public, so that another partnership's is neither hidden nor missing.
PUBLIC = {
    "Agency": "public bodies with official codes",
    "Area": "places with official codes",
    "Partnership": "which bodies work together",
    "SharingAgreement": "agreements are for reading",
    "AgreementVersion": "agreements are for reading",
    "User": "names of staff follow their acts",
    "Membership": "names of staff follow their acts",
    "Team": "names of staff follow their acts",
}
# Operations that answer whatever is public to anybody signed in.
READS_PUBLIC = {("agency", ("by", "id")), ("agencies", ("filter", "partnershipId"))}
# A scheme of a draft may name any area and any payer, and is then told what is wrong with it.
READS_PUBLIC |= {
    ("saveScheme", ("input", "scheme", "areaId")),
    ("saveScheme", ("input", "scheme", "contributions", "agencyId")),
    ("counterPropose", ("input", "contributions", "agencyId")),
}
OF_A_VERSION = {
    "Scheme": "plan_scheme", "Clause": "plan_clause", "Contribution": "plan_contribution",
    "Milestone": "plan_milestone", "Measure": "plan_measure", "Evidence": "plan_evidence",
    "StandardCheck": "plan_standard", "PlanSignature": "plan_signature", "Proposal": "plan_proposal",
    "Comment": "plan_comment",
}  # fmt: skip
# How somebody looks at their inbox may name what they do not see, because what they see changes.
MAY_CHANGE = ("saved_view", "idempotency_record")
# Places where a public record goes, which is told by what it costs to read it.
NAMES_PUBLIC = {
    ("morgan", ("input", "filter", "raisedByAgencyIds")),
    ("morgan", ("input", "filter", "wardIds")),
}
TOLD = ("data", "errors", "extensions")
EVERYTHING = (*TOLD, "audit", "statements")
SAVE_VIEW = """
mutation($input: SaveInboxViewInput!) { saveInboxView(input: $input) { __typename ... on Failure { message } } }
"""
LINES = text(
    """
    select e.action, e.operation, e.outcome, e.membership_id,
           array(select s.field_groups from audit_subject s where s.audit_event_id = e.id) as groups
      from audit_event e where e.id > :line order by e.id
    """
)


@dataclass(frozen=True, kw_only=True)
class Named:
    """The scene with a record of every type: somebody's that is hidden, and the strangers' own."""

    scene: Scene
    hidden: dict[str, UUID]
    own: dict[str, tuple[str, int]]

    def seal(self, slot: str, record_id: UUID) -> str:
        return sealed(self.scene.cast, KINDS.get(slot, slot), record_id)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Everything an operation leaves behind that somebody could tell two ids apart by."""

    data: Any
    errors: list[Any]
    extensions: dict[str, Any]
    audit: list[Any]
    statements: list[str]


@pytest.fixture(scope="module")
def scene(owner: Database, wall: Wall, door: Door) -> Scene:
    return set_scene(owner, wall, door)


@pytest.fixture(scope="module")
def named(scene: Scene) -> Named:
    return Named(scene=scene, hidden=_hidden(scene), own=_own(scene.other))


def _hidden(scene: Scene) -> dict[str, UUID]:
    """The id of a record of each type in the first partnership, which no stranger sees."""
    cast = scene.cast
    order = {"field": "RAISED_AT", "direction": "DESC"}
    cast.ask(cast.rowan, SAVE_VIEW, input={"name": "Mine", "filter": {}, "order": order, "idempotencyKey": key()})
    one = "select id from {} where flag_id in (:flag, :group) limit 1"
    _talked_about(cast)
    of_a_plan = "select v.id from plan_version v join plan p on p.id = v.plan_id where p.partnership_id = :partnership"
    asking = {
        "Plan": "select id from plan where partnership_id = :partnership limit 1",
        "PlanVersion": f"{of_a_plan} limit 1",
        **{
            each: f"select id from {table} where plan_version_id in ({of_a_plan}) limit 1"
            for each, table in OF_A_VERSION.items()
        },
        "Flag": "select cast(:flag as uuid)",
        "Draft": "select cast(:draft as uuid)",
        "OtherDraft": "select cast(:draft as uuid)",
        "AskedFlag": "select cast(:flag as uuid)",
        "AuditedRecord": "select cast(:flag as uuid)",
        "Person": "select person_id from flag where id = :flag",
        "InboxView": "select id from saved_view where membership_id = :rowan",
        "Invitation": "select id from invitation where agency_id = :agency",
        "User": "select user_id from membership where id = :rowan",
        "Membership": "select id from membership where id = :rowan",
        "Team": "select id from team where agency_id = :agency limit 1",
        "Partnership": "select cast(:partnership as uuid)",
        "Agency": "select cast(:agency as uuid)",
        "Area": "select area_id from agency_area where agency_id = :agency limit 1",
        **{
            each: one.format(table)
            for each, table in {
                "Share": "share", "Feedback": "feedback", "Notification": "notification", "FlagExport": "flag_export",
                "InformationRequest": "information_request", "FlagAddition": "flag_addition",
                "FlagSource": "flag_source", "FlagTransition": "flag_transition", "PlaceGroup": "place_group",
                "TriageDecision": "triage_decision",
            }.items()
        },
    }  # fmt: skip
    given = {
        "flag": scene.flag_id, "group": scene.group_flag_id, "draft": scene.draft_id,
        "rowan": cast.rowan.membership_id, "agency": cast.rowan.agency_id, "partnership": cast.settled.partnership_id,
    }  # fmt: skip
    with cast.truth() as session:
        found = {kind: session.execute(text(each), given).scalar() for kind, each in asking.items()}
    assert all(found.values()), [kind for kind, each in found.items() if not each]
    return found


def _talked_about(cast: Cast) -> Record:
    """A plan on the table with everything in it, beside one that somebody has signed."""
    plan = in_signing(cast)
    sign(cast, plan, "SEVERN-POLICE")
    plan = proposed(cast, _with_evidence(cast))
    countered(cast, plan)
    done(cast, cast.brook, "commentOnClause", planVersionId=plan["currentVersion"]["id"], text="Why?")
    return plan


def _with_evidence(cast: Cast) -> Record:
    plan = drafted(cast)
    evidence = {"typed": {"sentence": "One in three waits.", "source": "Survey"}}
    done(cast, cast.brook, "addEvidence", planVersionId=plan["currentVersion"]["id"], evidence=evidence)
    return read_plan(cast, plan["id"])


def _own_plan(cast: Cast) -> dict[str, Any]:
    """A plan of the strangers that is still written, and what is in it."""
    plan = _with_evidence(cast)
    version, scheme = plan["currentVersion"], first_scheme(plan)
    return {
        "Plan": plan, "PlanVersion": version, "Scheme": scheme, "Clause": first_clause(plan),
        "Milestone": scheme["milestones"][0] | {"version": 1}, "Evidence": nodes(version["evidence"])[0],
        "StandardCheck": version["standards"][0],
    }  # fmt: skip


def _own(cast: Cast) -> dict[str, tuple[str, int]]:
    """The strangers' own records and their versions, for the places of an operation that are not tried."""
    flag, question = taken(cast), asked(cast)
    first, second = imported(cast), imported(cast)
    member = colleague(cast)
    account = person(cast, cast.noor, user_id(cast, member))
    [membership] = account["memberships"]
    own = {
        "Flag": flag, "AskedFlag": question, "Draft": first, "OtherDraft": second, "User": account,
        "Membership": membership, "InformationRequest": question_of(cast, question) | {"version": 1},
        "Team": {"id": sealed(cast, "Team", cast.settled.teams["Gloucester East"]), "version": 1},
        "Partnership": {"id": sealed(cast, "Partnership", cast.settled.partnership_id), "version": 1},
    } | _own_plan(cast)  # fmt: skip
    single = ("Proposal", "Comment", "Share", "InboxView", "Notification", "Invitation", "Area", "Agency")
    return {kind: (each["id"], each["version"]) for kind, each in own.items()} | {
        kind: (sealed(cast, kind, uuid4()), 1) for kind in single
    }


def _tried() -> Iterator[tuple[str, Path, str, Example]]:
    for operation, examples in EXAMPLES.items():
        for example in examples:
            for path, slot in slots(example.arguments):
                yield operation, path, slot.type_name, example


def test_every_operation_that_takes_an_id_is_tried_at_every_place(door: Door) -> None:
    taken_by_schema = set(id_paths(door.schema._schema))
    tried = {(operation, path) for operation, path, _, _ in _tried()}
    assert not taken_by_schema - tried, (
        "These take an id, and nothing says that they answer alike for what is hidden and what is not there: add an"
        f" example of each to tests/selection/naming_examples.py: {sorted(taken_by_schema - tried)}"
    )
    assert not tried - taken_by_schema, f"The schema has none of these any more: {sorted(tried - taken_by_schema)}"


def _answer(named: Named, viewer: Viewer | None, asked_for: str, variables: dict[str, Any]) -> Answer:
    cast = named.scene.cast
    line = mark(named.scene.owner)
    with counted(cast.door.wall.database) as sent:
        execution = cast.try_to_ask(viewer, asked_for, **variables)
    assert execution.cause is None, execution.cause
    with cast.truth() as session:
        audit = [tuple(row) for row in session.execute(LINES, {"line": line})]
    return Answer(
        data=execution.data,
        errors=[error.formatted for error in execution.errors],
        extensions={name: each for name, each in execution.extensions.items() if name != "cost"},
        audit=audit,
        statements=sent,
    )


def _viewers(named: Named, example: Example, kind: str, *, everybody: bool) -> list[Viewer | None]:
    """Who could, in another partnership; who could not, in the same; and nobody."""
    scene = named.scene
    able = scene.other.viewers[example.by]
    if kind in PUBLIC or kind == "AuditedRecord":
        near = []
    else:
        near = [{"noor": scene.cast.hollis, "hollis": scene.cast.noor}.get(example.by, scene.cast.robin)]
    rest = [scene.other.viewers[name] for name in ("sam", "mel", "gail")]
    return [able, *near, *([*rest, None] if everybody else [])]


def test_hidden_and_missing_are_answered_alike_by_every_operation(
    named: Named, owner: Database, much: Callable[[int, int], int]
) -> None:
    everybody, told = bool(much(0, 1)), []
    before = snapshot(owner, without=MAY_CHANGE)
    for operation, path, kind, example in _tried():
        if (operation, path) in READS_PUBLIC:
            continue
        asked_for = document(named.scene.cast.door.schema._schema, operation, example.arguments)
        for viewer in _viewers(named, example, kind, everybody=everybody):
            told += _told_apart(named, viewer, asked_for, example, path, kind)
    assert not told, "\n".join(told)
    assert changed(before, snapshot(owner, without=MAY_CHANGE)) == {}


def _told_apart(
    named: Named, viewer: Viewer | None, asked_for: str, example: Example, path: Path, kind: str
) -> list[str]:
    """How somebody could tell the hidden record of a kind from one that is not there, or from no record of it."""

    def answer(global_id: str) -> Answer:
        return _answer(named, viewer, asked_for, filled(example.arguments, path, global_id, named.own))

    def compared(name: str, one: Answer, two: Answer, parts: tuple[str, ...]) -> list[str]:
        return [
            f"{asked_for[:80]} at {'.'.join(path)} for {who}: the {part} of {name}: {first!r} is not {second!r}"
            for part in parts
            if (first := getattr(one, part)) != (second := getattr(two, part))
        ]

    who = viewer and f"{viewer.role} of {viewer.agency_name}"
    hidden, missing = named.seal(kind, named.hidden[kind]), named.seal(kind, uuid4())
    # Whoever asks first plans the question; that is nobody's secret, and it happens once.
    answer(missing)
    expected = answer(missing)
    parts = TOLD if (example.by, path) in NAMES_PUBLIC else EVERYTHING
    told = compared("a hidden one", answer(hidden), expected, parts)
    if viewer is None or viewer.membership_id != named.scene.other.viewers[example.by].membership_id:
        return told
    # What a type costs is told by the type, and not by whether there is such a record.
    another, none = named.seal("Person", named.hidden["Person"]), named.seal("Person", uuid4())
    of_another = answer(none)
    told += compared("another type", of_another, expected, TOLD)
    told += compared("a hidden one of another type", answer(another), of_another, parts)
    return told + compared("no record", answer("nothing that was ever sealed"), expected, TOLD)


def test_a_draft_of_another_team_is_as_missing_as_another_agencys(named: Named) -> None:
    scene = named.scene
    for operation, path, kind, example in _tried():
        if KINDS.get(kind, kind) != "Flag" or operation.startswith("acknowledge"):
            continue
        asked_for = document(scene.cast.door.schema._schema, operation, example.arguments)
        answers = [
            _answer(
                named, scene.cast.lee, asked_for, filled(example.arguments, path, named.seal("Flag", each), named.own)
            )
            for each in (uuid4(), scene.draft_id, uuid4())
        ]
        assert answers[1] == answers[2], (operation, path)


def test_every_record_that_is_a_node_is_fetched_by_id_as_if_it_were_missing(named: Named) -> None:
    schema, scene = named.scene.cast.door.schema._schema, named.scene
    nodes = {each.name for each in schema.get_implementations(schema.type_map["Node"]).objects}
    unknown = nodes - set(named.hidden) - set(PUBLIC) - {"ReadingAlarm"}
    assert not unknown, f"Say in _hidden which record of these types nobody else sees: {unknown}"
    for viewer in (scene.other.morgan, scene.cast.robin):
        for kind in nodes & set(named.hidden) - set(PUBLIC):
            hidden, missing = named.seal(kind, named.hidden[kind]), named.seal(kind, uuid4())
            for asked_for in ("query($id: ID!) { node(id: $id) { __typename id } }",):
                _answer(named, viewer, asked_for, {"id": missing})
                expected = _answer(named, viewer, asked_for, {"id": missing})
                assert expected.data == {"node": None}
                assert _answer(named, viewer, asked_for, {"id": hidden}) == expected, kind


def test_an_agency_outside_the_partnership_is_answered_like_one_that_is_not_there(scene: Scene) -> None:
    flag, seal = taken(scene.other), scene.cast.door._opened_seal()
    outside = [
        scene.cast.agency_id("SEVERN-MHS"),
        seal.seal_id("Agency", uuid4()),
        "nothing",
        seal.seal_id("Flag", uuid4()),
    ]
    answers = [
        scene.other.ask(scene.other.morgan, DECIDE, input=sharing(scene.other, flag, toAgencyId=each))["triageFlag"]
        for each in outside
    ]
    assert answers[0]["__typename"] == "Invalid"
    assert all(answer == answers[0] for answer in answers)


def test_a_filter_finds_nothing_by_a_value_the_viewer_cannot_read(cast: Cast) -> None:
    raised(cast, urgency="URGENT")
    document = "query($urgencies: [Urgency!]) { flags(filter: {urgencies: $urgencies}) { edges { node { urgency } } } }"
    assert len(cast.ask(cast.rowan, document, urgencies=["URGENT"])["flags"]["edges"]) == 1
    # Every column of the template reads the urgency, so what Rowan holds of the facts is taken back here.
    close = "update disclosure set levels = levels & ~(7 << 9) where granted_by_membership_id = :by"
    with cast.owner.transaction() as session:
        session.execute(text(close), {"by": cast.rowan.membership_id})
    assert cast.ask(cast.rowan, document)["flags"]["edges"] == [{"node": {"urgency": None}}]
    for urgencies in (["URGENT"], ["ROUTINE"], ["ROUTINE", "URGENT", "IMMEDIATE"], []):
        assert cast.ask(cast.rowan, document, urgencies=urgencies)["flags"]["edges"] == []
