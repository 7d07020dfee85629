"""Decides what planned types are made of, and what an answer remembers while it is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Label, case, literal
from sqlalchemy.orm import Session

from graphql_schema.ids import Seal
from portal.access.field_groups import FieldGroup, Level, bit
from portal.access.viewer import Viewer
from portal.plans.bundle import Press

if TYPE_CHECKING:
    from graphql.execution.collect_fields import FieldDetailsList

    from graphql_schema.selection.planner import Planner

Json = dict[str, Any]


class Row(dict[str, Any]):
    """One answered object, keyed by response name; its GraphQL type stands beside the keys, which callers choose."""

    typename: str

    def __init__(self, typename: str, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.typename = typename


class Plain(dict[str, Any]):
    """One object made by an action rather than planned, keyed by field name, such as a failure."""

    typename: str

    def __init__(self, typename: str, **values: Any) -> None:
        super().__init__(values)
        self.typename = typename


@dataclass(frozen=True)
class Later:
    """A record that an object made by an action names: it is planned and read once its selection is known."""

    typename: str
    key: UUID


@dataclass
class Reading:
    """What is needed, and what is noted, while rows become an answer."""

    seal: Seal
    # Where what is compared in Python is read from, when it is not in the row.
    session: Session | None = None
    # What bundles of plans are made with.
    press: Press | None = None
    # Each root that was shown, with the packed bits of the field groups that were shown of it.
    disclosed: dict[UUID, int] = field(default_factory=dict)
    # Whether numbers were shown that were counted over records the viewer does not see.
    counted: bool = False
    # Of several records asked for at once, those that are not there for this viewer, and whether any id named nothing.
    missed: set[UUID] = field(default_factory=set)
    named_in_vain: bool = False

    def note(self, root_id: UUID, groups: int) -> None:
        """Remember that a root was shown at these field groups."""
        self.disclosed[root_id] = self.disclosed.get(root_id, 0) | groups


Read = Callable[[Json, "Reading"], Any]


@dataclass
class Need:
    """The bits of the field groups a selection asks of one root, gathered while it is planned."""

    bits: int = 0


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where a field is planned: its row, the levels its viewer holds there, and what may be referred to."""

    row: FromClause
    viewer: Viewer | None
    # The type whose fields are being planned.
    target: "RecordType | None" = None
    root: ColumnElement[Any] | None = None
    levels: ColumnElement[int] | None = None
    need: Need = field(default_factory=Need)
    # Every FROM element an inner select may refer to.
    outer: tuple[FromClause, ...] = ()
    constants: Mapping[str, Any] = field(default_factory=dict)

    def holds(self, group: FieldGroup, level: Level) -> ColumnElement[bool]:
        """Whether the viewer holds at least this level of the group on this row's root."""
        if self.levels is None:
            raise TypeError("A public row has no levels: declare the field without a group, or the type with a root.")
        self.need.bits |= bit(group, level)
        return self.levels.op("&")(literal(bit(group, level))) != 0

    def masked(self, value: ColumnElement[Any], group: FieldGroup | None, level: Level) -> ColumnElement[Any]:
        """The value where the viewer may read it, and null elsewhere."""
        return value if group is None else case((self.holds(group, level), value))


class FieldPlan(Protocol):
    """One kind of declared field: it adds what it needs to the statement and says how its value is read."""

    @property
    def group(self) -> FieldGroup | None:
        """The need-to-know group; None where seeing the row is enough."""
        ...

    @property
    def level(self) -> Level:
        """The lowest level that shows the field."""
        ...

    def plan(
        self,
        planner: "Planner",
        into: "ObjectPlan",
        scope: Scope,
        details: "FieldDetailsList",
        arguments: Mapping[str, Any],
    ) -> Read:
        """Add columns and joins to `into`, and give what reads the value from the row that comes back."""
        ...


@dataclass(frozen=True, kw_only=True)
class RecordType:
    """A GraphQL type that is planned: its table, the column that names its root, and its fields by GraphQL name.

    `need` is what it takes to see any of it, when it is more than the root's disclosure. `seen_by` says who may fetch
    a row that hangs under no root by its id; without either, nobody may.
    """

    name: str
    table: FromClause | None
    root: str | None
    fields: Mapping[str, FieldPlan]
    need: tuple[FieldGroup, Level] | None = None
    seen_by: "Callable[[Scope, FromClause], ColumnElement[bool]] | None" = None

    @property
    def fetched_by_id(self) -> bool:
        """Whether anybody may fetch one by its global id."""
        return self.root is not None or self.seen_by is not None

    def maskable(self) -> dict[str, tuple[FieldGroup, Level]]:
        """Each field that need to know can null, with the group and level it needs."""
        return {name: (plan.group, plan.level) for name, plan in self.fields.items() if plan.group is not None}


@dataclass
class ObjectPlan:
    """One select being put together: its columns, its lateral joins and how its row is read."""

    typename: str
    columns: list[Label[Any]] = field(default_factory=list)
    joins: list[FromClause] = field(default_factory=list)
    reads: list[tuple[str, Read]] = field(default_factory=list)
    hidden: list[Callable[[Json, Reading], None]] = field(default_factory=list)

    def add(self, value: ColumnElement[Any]) -> str:
        """Select a value, under a name of the statement's own: response names never reach SQL."""
        label = f"c{len(self.columns)}"
        self.columns.append(value.label(label))
        return label

    def read(self, json: Json, reading: Reading) -> Row:
        """Turn one returned row into an answered object, noting what it discloses."""
        for note in self.hidden:
            note(json, reading)
        return Row(self.typename, {key: read(json, reading) for key, read in self.reads})
