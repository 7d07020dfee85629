"""How an answer of the planned path is held against the slow one, and its audit against what was shown."""

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID, uuid4

from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)
from sqlalchemy import text

from graphql_schema.door import Execution
from portal.access.viewer import Viewer
from portal.db import now
from tests.differential.asking import Asking
from tests.differential.documents import LEFT_OUT, Document, Writer
from tests.differential.of_queries import FETCHED, fetched
from tests.differential.pool import Pool
from tests.differential.rows import Rows
from tests.differential.scene import Scene
from tests.differential.slow import SlowPath

AUDITED = """
    select e.id, s.pseudonym, s.field_groups from audit_event e left join audit_subject s on s.audit_event_id = e.id
     where e.request_id = :request
"""


@dataclass
class Holding:
    """One run: who asks what, and where the two paths differed."""

    scene: Scene
    seed: int
    wrong: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    roots: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311  a run is repeated from it, nothing is secret
        self.rows = Rows(self.scene.owner)
        self.seal = self.scene.door._opened_seal()
        self.slow = SlowPath()
        self.pool = Pool(self.seal, self.rows)
        check = self.scene.door._check
        self.writer = Writer(
            self.slow.schema,
            self.pool,
            self.rng,
            self.slow.told,
            lambda written: check(written, True),  # noqa: FBT003
        )
        self.declared = _fields(self.slow.schema, without=set())
        self.reachable = _fields(self.slow.schema, without={*LEFT_OUT})
        self._own: dict[str, dict[str, list[UUID]]] = {}
        self._pseudonyms: dict[UUID, UUID] = {}
        self._alone: dict[tuple[str, str, str], Any] = {}

    def hold(self, *, twice: bool) -> None:
        """Write one document and ask it: once, or once more after somebody else asked the same."""
        first, other = self._two_people()
        self.pool.own = self._known(first)
        document = self.writer.write()
        told = self._told(document, first)
        self._compare(document, first, *told)
        if twice:
            self._compare(document, other, *self._told(document, other))
            self._compare(document, first, *told)

    def _two_people(self) -> tuple[str, str]:
        """Somebody, mostly of those to whom much is open, and somebody else."""
        names = sorted(self.scene.people)
        weights = [1 + min(len(self._known(name).get("Flag", ())), 6) for name in names]
        [first] = self.rng.choices(names, weights=weights)
        return first, self.rng.choice([name for name in names if name != first])

    def _known(self, name: str) -> dict[str, list[UUID]]:
        """The records that somebody may know of, by type."""
        if name not in self._own:
            ask = self._asking(name)
            found = {
                type_name: [row["id"] for row in self.rows.where(table) if fetched(ask, type_name, row)]
                for type_name, (table, _) in FETCHED.items()
            }
            self._own[name] = {type_name: keys for type_name, keys in found.items() if keys}
        return self._own[name]

    def _told(self, document: Document, name: str) -> tuple[ExecutionResult, Asking]:
        ask = self._asking(name)
        return self.slow.answer(document.parsed, dict(document.variables), ask), ask

    def _asking(self, name: str) -> Asking:
        viewer = self.scene.people[name]
        return Asking(
            rows=self.rows,
            viewer=viewer,
            seal=self.seal,
            moment=now(),
            alone=lambda asked, variables: self._ask_alone(name, viewer, asked, variables),
            met=self.pool.cursors,
        )

    def _ask_alone(self, name: str, viewer: Viewer | None, document: str, variables: Mapping[str, Any]) -> Any:
        asked = (name, document, json.dumps(variables, sort_keys=True))
        if asked not in self._alone:
            execution = self.scene.door.execute(document, dict(variables), viewer)
            assert not execution.errors, (document, execution.errors, execution.cause)
            self._alone[asked] = execution.data
        return self._alone[asked]

    def _compare(self, document: Document, name: str, told: ExecutionResult, ask: Asking) -> None:
        request = uuid4()
        execution = self.scene.door.execute(
            document.text, dict(document.variables), self.scene.people[name], request_id=request
        )
        self.answers[name] += 1
        found = [*_faults(execution, told), *self._audit(request, ask, answered=execution.data is not None)]
        if found:
            asked = f"{name} asked {document.text} with {json.dumps(document.variables)}"
            self.wrong.append(f"{asked}: {'; '.join(found[:4])}")

    def _audit(self, request: UUID, ask: Asking, *, answered: bool) -> Iterator[str]:
        """Whether the audit names every root that was shown or missed, and no other, now that there is an answer."""
        with self.scene.owner.transaction() as session:
            lines = session.execute(text(AUDITED), {"request": request}).all()
        named = {line.pseudonym: line.field_groups for line in lines if line.pseudonym is not None}
        if not answered:
            # Whatever was read on the way was not shown; the audit may still name it.
            return
        owed = bool(ask.shown or ask.missed or ask.named_in_vain or ask.counted)
        self.roots += len(ask.shown)
        if len({line.id for line in lines}) != owed:
            yield f"{len({line.id for line in lines})} lines of audit where {int(owed)} is owed"
        expected = {self._pseudonym(root): root for root in ask.shown.keys() | ask.missed}
        if missing := [root for pseudonym, root in expected.items() if pseudonym not in named]:
            yield f"the audit does not name {sorted(map(str, missing))}"
        if more := named.keys() - expected.keys():
            yield f"the audit names {len(more)} that were not shown"
        for root, groups in ask.shown.items():
            said = named.get(self._pseudonym(root), 0)
            if lacking := [group for group in groups if not said >> ask.place(group) & 0b111]:
                yield f"the audit does not say that {lacking} of {root} were read"

    def _pseudonym(self, root: UUID) -> UUID:
        """What the audit calls a record."""
        if root not in self._pseudonyms:
            with self.scene.owner.transaction() as session:
                called = session.execute(text("select audit_pseudonym(:root)"), {"root": root})
                self._pseudonyms[root] = called.scalar_one()
        return self._pseudonyms[root]


def _fields(schema: GraphQLSchema, *, without: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Every field of every object type that a query can reach, without going through some."""
    assert schema.query_type is not None
    found: dict[str, set[tuple[str, str]]] = {}
    waiting = [cast(GraphQLNamedType, schema.query_type)]
    while waiting:
        each = waiting.pop()
        if each.name in found:
            continue
        found[each.name] = set()
        if isinstance(each, GraphQLInterfaceType | GraphQLUnionType):
            waiting += schema.get_possible_types(each)
        if isinstance(each, GraphQLObjectType):
            here = {(each.name, name): get_named_type(inner.type) for name, inner in each.fields.items()}
            found[each.name] = here.keys() - without
            waiting += [inner for place, inner in here.items() if place not in without]
    return set().union(*found.values())


def _faults(execution: Execution, told: ExecutionResult) -> Iterator[str]:
    if execution.cause is not None:
        yield f"broke with {execution.cause!r}"
        return
    yield from differences(execution.data, told.data)
    ours, theirs = (sorted({_as_seen(error) for error in errors or ()}) for errors in (execution.errors, told.errors))
    if ours != theirs:
        yield f"errors {ours}, must be {theirs}"


def _as_seen(error: GraphQLError) -> tuple[str, str]:
    """Where an error stands and its code."""
    return str(error.path), str((error.extensions or {}).get("code"))


def differences(found: Any, told: Any, path: str = "") -> Iterator[str]:
    """Where two answers differ."""
    if isinstance(found, dict) and isinstance(told, dict) and list(found) == list(told):
        for name in told:
            yield from differences(found[name], told[name], f"{path}.{name}")
    elif isinstance(found, list) and isinstance(told, list) and len(found) == len(told):
        for place, pair in enumerate(zip(found, told, strict=True)):
            yield from differences(*pair, f"{path}[{place}]")
    elif found != told or type(found) is not type(told):
        yield f"{path}: answered {found!r}, must be {told!r}"
