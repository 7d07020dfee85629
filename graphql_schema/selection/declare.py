"""Decides how a noun declares fields: one line gives the planner a column, the mask a level, the reader words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, literal
from sqlalchemy.orm import InstrumentedAttribute
from strawberry.types.fields.resolver import StrawberryResolver

from graphql_schema.need_to_know import FieldGroupDirective
from graphql_schema.selection.by_ids import IDS_LIMIT, ByIds
from graphql_schema.selection.kinds import LIST_LIMIT, ById, Column, Locate, Many, On, One, OneOf, Related, Same, Value
from graphql_schema.selection.paged import Begin, Order, Paged, Start
from graphql_schema.selection.record import FieldPlan
from portal.access.field_groups import FieldGroup, Level
from portal.db import Base
from portal.plans.bundle import Press

PLAN = "plan"
DECLARED = "__planned__"
Declared = TypeVar("Declared", bound=type)
Attribute = InstrumentedAttribute[Any]
Need = tuple[FieldGroup, Level] | None


def read_by(plan: FieldPlan) -> str:
    """The words that end a description: the group a field belongs to and the lowest level that shows it."""
    return "[RECORD]" if plan.group is None else f"[{plan.group}, {plan.level.name.lower()}]"


def declared(
    plan: FieldPlan, description: str, *, signature: Callable[..., Any] | None = None, name: str | None = None
) -> Any:
    """A field that is planned; `signature` is a function whose parameters are its arguments."""
    field = strawberry.field(
        name=name,
        description=f"{description} {read_by(plan)}",
        metadata={PLAN: plan},
        directives=[] if plan.group is None else [FieldGroupDirective(name=plan.group, at=plan.level)],
    )
    if signature is not None:
        field.arguments = StrawberryResolver(signature).arguments
    return field


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What is declared of a GraphQL type as a whole; see RecordType."""

    table: FromClause | None
    root: str | None
    need: Need
    seen_by: On | None
    readers: str


def planned(
    model: type[Base] | None = None,
    *,
    root: Attribute | None = None,
    need: Need = None,
    seen_by: On | None = None,
    readers: str = "RECORD",
) -> Callable[[Declared], Declared]:
    """Say which table a GraphQL type is read from, which root it hangs under, and who may fetch it by id.

    `readers` are the words for who reads its fields that belong to no group: RECORD, whoever can see the record.
    """

    def mark(declared_type: Declared) -> Declared:
        table = None if model is None else model.__table__
        root_column = None if root is None else root.property.columns[0].name
        setattr(
            declared_type, DECLARED, Planned(table=table, root=root_column, need=need, seen_by=seen_by, readers=readers)
        )
        return declared_type

    return mark


def _need(need: Need) -> dict[str, Any]:
    return {} if need is None else {"group": need[0], "level": need[1]}


def column(attribute: Attribute, description: str, need: Need = None) -> Any:
    """A column of the row."""
    key = attribute.property.columns[0].name
    return declared(Column(value=lambda scope: scope.row.c[key], **_need(need)), description)


def expression(value: Value, description: str, need: Need = None, *, name: str | None = None) -> Any:
    """An expression over the row; `name` where Python cannot spell the field."""
    return declared(Column(value=value, **_need(need)), description, name=name)


def constant(name: str, description: str) -> Any:
    """A value known before the statement runs, such as whether a mutation was replayed."""
    return declared(Column(value=lambda scope: literal(scope.constants[name])), description)


def global_id(type_name: str, attribute: Attribute) -> Any:
    """The sealed id of the row."""
    key = attribute.property.columns[0].name
    plan = Column(value=lambda scope: scope.row.c[key], sealed_as=type_name)
    return declared(plan, "Global id, opaque and stable.")


def same(target: str, description: str, need: Need = None, *, present: Value | None = None) -> Any:
    """An object made of the same row."""
    return declared(Same(target=target, present=present, **_need(need)), description)


def by_key(attribute: Attribute, target_key: str = "id") -> On:
    """The relation in which a column of this row names the other row."""
    key = attribute.property.columns[0].name

    def on(scope: Any, row: FromClause) -> ColumnElement[bool]:
        found: ColumnElement[bool] = row.c[target_key] == scope.row.c[key]
        return found

    return on


def under(attribute: Attribute, key: str = "id") -> On:
    """The relation in which a column of the other row names this row."""
    other = attribute.property.columns[0].name

    def on(scope: Any, row: FromClause) -> ColumnElement[bool]:
        found: ColumnElement[bool] = row.c[other] == scope.row.c[key]
        return found

    return on


def one(
    target: str,
    on: On,
    description: str,
    need: Need = None,
    *,
    same_root: bool = False,
    order: Callable[[FromClause], Sequence[ColumnElement[Any]]] | None = None,
    source: Callable[[Any], FromClause] | None = None,
) -> Any:
    """One related object, or null."""
    related = Related(target=target, on=on, same_root=same_root, source=source)
    return declared(One(related=related, order=order, **_need(need)), description)


def lookup(target: str, locate: Locate, description: str, *, signature: Callable[..., Any]) -> Any:
    """One object that the arguments of a root field name, or null."""
    related = Related(target=target, on=anything)
    return declared(One(related=related, locate=locate), description, signature=signature)


def concept(
    vocabulary: str,
    attribute: Attribute,
    description: str,
    need: Need = None,
    *,
    source: Callable[[Any], FromClause] | None = None,
) -> Any:
    """The entry of a vocabulary that a code column names; `source` where its words are not today's."""
    key = attribute.property.columns[0].name

    def on(scope: Any, row: FromClause) -> ColumnElement[bool]:
        return and_(row.c.vocabulary == vocabulary, row.c.code == scope.row.c[key])

    return one("Concept", on, description, need, source=source)


def one_of(members: Sequence[Related], description: str, need: Need = None) -> Any:
    """One object of a closed union."""
    return declared(OneOf(members=tuple(members), **_need(need)), description)


def many(
    target: str,
    on: On,
    description: str,
    need: Need = None,
    *,
    order: Callable[[FromClause], Sequence[ColumnElement[Any]]],
    same_root: bool = False,
    source: Callable[[Any], FromClause] | None = None,
    limit: int = LIST_LIMIT,
) -> Any:
    """A bounded list of related objects."""
    related = Related(target=target, on=on, same_root=same_root, source=source)
    return declared(Many(related=related, order=order, limit=limit, **_need(need)), description)


def page_arguments(
    self: Any, first: int | None = None, after: str | None = None, last: int | None = None, before: str | None = None
) -> None:
    """The arguments of every connection."""


def begin_at(attribute: Attribute, *, descending: bool = False) -> Begin:
    """A list that begins with all related rows, in the order of a column."""
    key = attribute.property.columns[0].name

    def begin(planner: Any, scope: Any, row: FromClause, arguments: Any, window: Any) -> Start:
        return Start(source=row, where=(), order=Order(sort=row.c[key], tie=row.c.id, descending=descending))

    return begin


def paged(
    target: str,
    on: On,
    description: str,
    need: Need = None,
    *,
    begin: Begin,
    same_root: bool = False,
    signature: Callable[..., Any] = page_arguments,
    source: Callable[[Any], FromClause] | None = None,
) -> Any:
    """A connection."""
    related = Related(target=target, on=on, same_root=same_root, source=source)
    return declared(Paged(related=related, begin=begin, **_need(need)), description, signature=signature)


def made(value: Value, make: Callable[[Any], Any], description: str) -> Any:
    """Objects that the row carries as JSON."""
    return declared(Column(value=value, made=make), description)


def pressed(value: Value, make: Callable[[Press, Any], Any], description: str) -> Any:
    """What the installation makes of JSON that the row carries, with its press."""
    return declared(Column(value=value, pressed=make), description)


def _by_id(self: Any, id: strawberry.ID) -> None:  # noqa: A002  the schema's own word
    """The argument of `node`."""


def node_field() -> Any:
    """The root field that fetches any record by its id."""
    return declared(ById(), "Any record by its id, if the viewer may know of it.", signature=_by_id)


def _by_ids(self: Any, ids: list[strawberry.ID]) -> None:
    """The argument of `nodes`."""


def nodes_field() -> Any:
    """The root field that fetches several records by their ids."""
    words = f"Up to {IDS_LIMIT} records by their ids, each in the place of its id; null where the viewer knows of none."
    return declared(ByIds(), words, signature=_by_ids)


def anyone(scope: Any, row: FromClause) -> ColumnElement[bool]:
    """Public reference data."""
    return literal(True)


def anything(scope: Any, row: FromClause) -> ColumnElement[bool]:
    """The relation of a list that stands under nothing, such as a root field."""
    return literal(True)
