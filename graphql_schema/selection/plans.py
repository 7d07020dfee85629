"""Decides when a plan is used again: the same field of the same document, asked by a viewer of the same shape.

Planning and compiling cost more than running, and neither depends on who asks or for which record, only on the role, on
how many audiences there are, and on the kind of each id. So a plan is made with stand-ins in place of every id, of the
viewer and of the variables, and each request puts its own in their place: values of parameters, never text of SQL. A
stand-in that is overlooked names nothing and nobody, so the worst mistake here is an empty answer.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from itertools import count
from threading import Lock
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from graphql import GraphQLResolveInfo
from sqlalchemy import Connection, Select
from sqlalchemy.sql.compiler import SQLCompiler

from graphql_schema.ids import Seal
from graphql_schema.selection.record import Reading
from portal.access.viewer import Viewer

# As many as the pages have root fields, for each role, several times over; a plan is a few hundred kilobytes.
KEPT = 400
# Some filters end with the day, which is that of the people who work here.
_LONDON = ZoneInfo("Europe/London")
_stand_in_audiences = count(-1_000_000_000, -1)

Read = Callable[[Any, Reading], Any]


@dataclass(frozen=True)
class Plan:
    """A compiled statement, the parameters that stand in for others, and how its row is read."""

    statement: str
    parameters: Mapping[str, Any]
    # Parameters with a stand-in in them, as they were before they were made ready for the driver.
    raw: Mapping[str, Any]
    ready: Mapping[str, Callable[[Any], Any]]
    read: Read
    asked: frozenset[UUID]
    named: bool

    def run(self, connection: Connection, stands_for: Mapping[Any, Any]) -> dict[str, Any]:
        """The one row of the statement, for the ids of this request."""
        given = dict(self.parameters)
        for name, value in self.raw.items():
            actual = _exchanged(value, stands_for)
            prepare = self.ready.get(name)
            given[name] = prepare(actual) if prepare else actual
        return dict(connection.exec_driver_sql(self.statement, given).mappings().one())


@dataclass(frozen=True)
class Asked:
    """One root field as it was asked: its key among the plans, and what each stand-in of that plan stands for now."""

    key: Hashable
    ids: tuple[tuple[str, UUID], ...]
    texts: tuple[str, ...]
    viewer: Viewer | None


@dataclass(frozen=True)
class Kept:
    """A plan with the stand-ins it was made with, and the operation it belongs to, which keeps its address taken."""

    plan: Plan
    ids: tuple[UUID, ...]
    texts: tuple[str, ...]
    viewer: Viewer | None
    operation: Any


class Plans:
    """The plans of one schema; the least used one goes when there are too many."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> Kept | None:
        """A plan that was kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Hashable, kept: Kept) -> None:
        """Keep a plan for the next who asks the same."""
        with self._lock:
            self._kept[key] = kept
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def asked(info: GraphQLResolveInfo[Any], viewer: Viewer | None, seal: Seal) -> Asked | None:
    """What is asked, or None when something in it is not to be kept."""
    ids: list[tuple[str, UUID]] = []
    texts: list[str] = []

    def shape(value: Any) -> Hashable:
        if isinstance(value, Enum):
            return ("code", type(value).__name__, value.name)
        if isinstance(value, str):
            opened = seal.open_id(value)
            if opened is not None:
                # The same id twice is one stand-in, so that two that differ are never taken for one.
                if opened not in ids:
                    ids.append(opened)
                    texts.append(value)
                return ("id", opened[0], ids.index(opened))
            # Whatever else somebody sends is theirs: it is not kept, and its plan is made anew.
            raise _Unkept
        if isinstance(value, Mapping):
            return tuple((name, shape(inner)) for name, inner in value.items())
        if isinstance(value, list | tuple):
            return ("list", *map(shape, value))
        if value is None or isinstance(value, bool | int):
            return (type(value).__name__, value)
        raise _Unkept

    try:
        variables = shape(info.variable_values.coerced)
    except _Unkept:
        return None
    key = (id(info.operation), info.path.key, variables, _shape(viewer), datetime.now(_LONDON).date())
    return Asked(key, tuple(ids), tuple(texts), viewer)


class _Unkept(Exception):
    """Something was sent that is not kept."""


def _shape(viewer: Viewer | None) -> Hashable:
    if viewer is None:
        return None
    sizes = (len(viewer.team_ids), len(viewer.audience_ids), len(viewer.partnership_ids))
    return (viewer.role, viewer.agency_kind, sizes)


@dataclass(frozen=True)
class StandIns:
    """The ids that a plan is made with."""

    ids: tuple[UUID, ...]
    texts: tuple[str, ...]
    viewer: Viewer | None

    @classmethod
    def of(cls, question: Asked, seal: Seal) -> "StandIns":
        """Fresh ones, as many and of the same kinds as what was asked."""
        ids = tuple(uuid4() for _ in question.ids)
        texts = tuple(
            seal.seal_id(type_name, stand_in) for (type_name, _), stand_in in zip(question.ids, ids, strict=True)
        )
        return cls(ids, texts, None if question.viewer is None else _stand_in(question.viewer))

    def variables(self, values: Any, question: Asked) -> Any:
        """The variables of a request with the stand-ins in place of its ids."""
        return _exchanged(values, dict(zip(question.texts, self.texts, strict=True)))


def stands_for(kept: Kept, question: Asked) -> dict[Any, Any]:
    """What each stand-in of a plan stands for in this request."""
    pairs: dict[Any, Any] = dict(zip(kept.ids, (key for _, key in question.ids), strict=True))
    pairs |= zip(kept.texts, question.texts, strict=True)
    if kept.viewer is not None and question.viewer is not None:
        pairs |= zip(_parts(kept.viewer), _parts(question.viewer), strict=True)
    return pairs


def _stand_in(viewer: Viewer) -> Viewer:
    return replace(
        viewer,
        user_id=uuid4(),
        membership_id=uuid4(),
        agency_id=uuid4(),
        team_ids=tuple(uuid4() for _ in viewer.team_ids),
        partnership_ids=tuple(uuid4() for _ in viewer.partnership_ids),
        audience_ids=tuple(next(_stand_in_audiences) for _ in viewer.audience_ids),
        display_name=uuid4().hex,
        agency_name=uuid4().hex,
    )


def _parts(viewer: Viewer) -> Iterator[Any]:
    yield from (viewer.user_id, viewer.membership_id, viewer.agency_id, viewer.display_name, viewer.agency_name)
    yield from (*viewer.team_ids, *viewer.partnership_ids, *viewer.audience_ids)


def _exchanged(value: Any, pairs: Mapping[Any, Any]) -> Any:
    """A value with every stand-in in it exchanged."""
    if isinstance(value, Mapping):
        return {name: _exchanged(inner, pairs) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_exchanged(inner, pairs) for inner in value)
    # A truth is equal to a number, and no stand-in is either.
    return pairs.get(value, value) if isinstance(value, str | UUID | int) and not isinstance(value, bool) else value


def compiled(
    statement: Select[Any],
    connection: Connection,
    read: Read,
    *,
    stand_ins: StandIns,
    asked_for: set[UUID],
    named: bool,
) -> Plan:
    """Compile a plan once, and find the parameters in which a stand-in stands."""
    made = statement.compile(dialect=connection.dialect)
    assert isinstance(made, SQLCompiler)
    state = made.construct_expanded_state(made.construct_params(escape_names=False), escape_names=True)
    raw = dict(state.parameters)
    ready = dict(state.processors)
    standing: set[Any] = {*stand_ins.ids, *stand_ins.texts}
    standing |= set() if stand_ins.viewer is None else set(_parts(stand_ins.viewer))
    return Plan(
        statement=state.statement,
        parameters={name: ready[name](value) if name in ready else value for name, value in raw.items()},
        raw={name: value for name, value in raw.items() if _holds(value, standing)},
        ready=ready,
        read=read,
        asked=frozenset(asked_for),
        named=named,
    )


def _holds(value: Any, standing: set[Any]) -> bool:
    if isinstance(value, Mapping):
        return any(_holds(inner, standing) for inner in value.values())
    if isinstance(value, list | tuple):
        return any(_holds(inner, standing) for inner in value)
    return isinstance(value, str | UUID | int) and not isinstance(value, bool) and value in standing
