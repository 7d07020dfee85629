"""Decides how imported drafts are looked through: place by place, and counted by squares of a map.

Only drafts whose facts the viewer reads are looked at, so no count and no filter tells of anything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import strawberry
from graphql.execution.collect_fields import FieldDetailsList
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    cast,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on

from graphql_schema.disclosures import Maskable
from graphql_schema.flag_life import FACTS_FULL
from graphql_schema.flags import Flag
from graphql_schema.paging import Connection
from graphql_schema.selection.declare import anything, column, declared, expression, one, paged, planned
from graphql_schema.selection.kinds import Many, Related
from graphql_schema.selection.paged import Order, Start, Window
from graphql_schema.selection.planner import Planner, held_levels
from graphql_schema.selection.record import ObjectPlan, Read, Scope
from portal.access.field_groups import FieldGroup, Level, bit
from portal.access.viewer import Viewer
from portal.flags import models
from portal.flags.states import FlagState

# A map has squares enough to tell streets apart, and so few that each can be pressed with a thumb.
ACROSS_DEFAULT, ACROSS_LIMIT = 6, 10
# As many drafts as a map counts; a team that has more narrows them down first.
MAP_LIMIT = 10_000
# What lies at one point stands in a square all the same: about 50 metres.
SMALLEST = Decimal("0.0005")


@strawberry.input(description="A part of the map, in degrees of WGS 84.")
class BoundsInput:
    south: Decimal = strawberry.field(description="Degrees north of its southern edge.")
    west: Decimal = strawberry.field(description="Degrees east of its western edge.")
    north: Decimal = strawberry.field(description="Degrees north of its northern edge.")
    east: Decimal = strawberry.field(description="Degrees east of its eastern edge.")


@strawberry.input(description="Which imported drafts; every member must hold. [needs FLAG_FACTS]")
class ImportedFilter:
    observed_from: datetime | None = strawberry.field(default=None, description="Seen at this moment or later.")
    observed_before: datetime | None = strawberry.field(default=None, description="Seen before this moment.")
    text: str | None = strawberry.field(default=None, description="With these words in the place or in the fact.")
    same_place_as: strawberry.ID | None = strawberry.field(default=None, description="At the same place as this draft.")
    within: BoundsInput | None = strawberry.field(default=None, description="With a point in this part of the map.")


def _filtered(
    self: Any,
    filter: ImportedFilter | None = None,  # noqa: A002  the schema's own word
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> None: ...


def _mapped(self: Any, filter: ImportedFilter | None = None, across: int = ACROSS_DEFAULT) -> None: ...  # noqa: A002


def _matching(
    planner: Planner, flag: FromClause, arguments: Mapping[str, Any], outer: tuple[FromClause, ...] = ()
) -> list[ColumnElement[bool]]:
    """That a flag is an imported draft of the viewer's agency whose facts the viewer reads, and meets the filter."""
    viewer = planner.viewer
    if viewer is None:
        return [false()]
    return [
        flag.c.imported,
        flag.c.state == FlagState.DRAFT,
        flag.c.raised_by_agency_id == viewer.agency_id,
        _readable(viewer, flag, outer),
        *_wanted(planner, flag, arguments.get("filter") or {}),
    ]


def _readable(viewer: Viewer | None, flag: FromClause, outer: tuple[FromClause, ...] = ()) -> ColumnElement[bool]:
    """Whether the viewer reads the facts of a flag."""
    levels = held_levels(flag.c.id, viewer, outer=(*outer, flag))
    held = levels.c.levels.op("&")(literal(bit(FieldGroup.FLAG_FACTS, Level.FULL))) != 0
    return select(literal(1)).select_from(levels).where(held).correlate(*outer, flag).exists()


def _wanted(planner: Planner, flag: FromClause, wanted: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.get("observedFrom") is not None:
        conditions.append(flag.c.observed_at >= wanted["observedFrom"])
    if wanted.get("observedBefore") is not None:
        conditions.append(flag.c.observed_at < wanted["observedBefore"])
    if wanted.get("samePlaceAs") is not None:
        other = models.Flag.__table__.alias()
        # A place that the viewer does not read is like none.
        there = select(other.c.place_description).where(
            other.c.id == planner.key("Flag", wanted["samePlaceAs"]), _readable(planner.viewer, other)
        )
        conditions.append(flag.c.place_description == there.scalar_subquery())
    if wanted.get("text"):
        said = wanted["text"].strip().lower()
        conditions.append(
            or_(
                func.lower(flag.c.place_description).contains(said, autoescape=True),
                func.lower(flag.c.fact).contains(said, autoescape=True),
            )
        )
    if (bounds := wanted.get("within")) is not None:
        conditions += [
            flag.c.latitude.between(bounds["south"], bounds["north"]),
            flag.c.longitude.between(bounds["west"], bounds["east"]),
        ]
    return conditions


def _here(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    """The drafts of the place whose first draft this row is; the filter joins them where the list begins."""
    found: ColumnElement[bool] = row.c.place_description == scope.row.c.place_description
    return found


def _drafts(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window) -> Start:
    where = _matching(planner, row, arguments, scope.outer)
    return Start(source=row, where=where, order=Order(sort=row.c.observed_at, tie=row.c.id, descending=True))


@planned(models.Flag, root=models.Flag.id)
@strawberry.type(description="A place at which imported drafts wait for somebody who was there. [RECORD]")
class ImportedPlace(Maskable):
    description: str | None = column(models.Flag.place_description, "The place in words.", FACTS_FULL)
    drafts: Connection[Flag] = paged(
        "Flag", _here, "What was recorded there, newest first.", begin=_drafts, signature=_filtered
    )


def _places(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window) -> Start:
    """One draft for each place, in the order of the words of the places."""
    flag = models.Flag.__table__.alias()
    order = Order(sort=flag.c.place_description, tie=flag.c.id, descending=False)
    by_place, by_id = order.ways(window)
    beyond = []
    if window.position is not None:
        seen = literal(window.position[0])
        beyond = [flag.c.place_description < seen if window.backward else flag.c.place_description > seen]
    page = (
        select(flag.c.place_description, flag.c.id)
        .ext(distinct_on(flag.c.place_description))
        .where(*_matching(planner, flag, arguments), *beyond)
        .order_by(by_place(flag.c.place_description), by_id(flag.c.id))
        .limit(window.size + 1)
        .subquery("place")
    )
    return Start(
        source=page.join(row, row.c.id == page.c.id),
        where=(),
        order=Order(sort=page.c.place_description, tie=page.c.id, descending=False),
    )


def imported_places_field() -> Any:
    """The root field over the places of imported drafts."""
    return paged(
        "ImportedPlace",
        anything,
        "Places at which imported drafts of the viewer's team wait, in the order of their words.",
        begin=_places,
        signature=_filtered,
    )


def _nearest(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.id == scope.row.c.nearest_id
    return found


@planned()
@strawberry.type(description="Imported drafts that lie close together, as one mark on a map. [FLAG_FACTS, full]")
class ImportedSquare:
    latitude: Decimal = expression(lambda scope: cast(scope.row.c.latitude, Text), "Degrees north of their middle.")
    longitude: Decimal = expression(lambda scope: cast(scope.row.c.longitude, Text), "Degrees east of their middle.")
    south: Decimal = expression(lambda scope: cast(scope.row.c.south, Text), "Where the southernmost of them lies.")
    west: Decimal = expression(lambda scope: cast(scope.row.c.west, Text), "Where the westernmost of them lies.")
    north: Decimal = expression(lambda scope: cast(scope.row.c.north, Text), "Where the northernmost of them lies.")
    east: Decimal = expression(lambda scope: cast(scope.row.c.east, Text), "Where the easternmost of them lies.")
    drafts: int = expression(lambda scope: scope.row.c.drafts, "How many they are.")
    places: int = expression(lambda scope: scope.row.c.places, "At how many places.")
    nearest: Flag | None = one("Flag", _nearest, "The one in their middle.")


@dataclass(frozen=True, kw_only=True)
class Squares(Many):
    """The squares of a map: its rows depend on the arguments, and their edges on where the drafts lie."""

    def plan(
        self, planner: Planner, into: ObjectPlan, scope: Scope, details: FieldDetailsList, arguments: Mapping[str, Any]
    ) -> Read:
        across = max(1, min(arguments["across"], ACROSS_LIMIT))
        rows = _squares(planner, arguments, across).subquery("square")
        # Made once: the selection and the order must speak of the same rows.
        related = replace(self.related, source=lambda scope: rows)
        asked = Many(related=related, order=self.order, limit=self.limit)
        return asked.plan(planner, into, scope, details, arguments)


def _squares(planner: Planner, arguments: Mapping[str, Any], across: int) -> Select[Any]:
    """Lay as many squares as asked for across whatever the drafts cover, and count what lies in each."""
    flag = models.Flag.__table__.alias()
    drafts = (
        select(flag.c.id, flag.c.place_description, flag.c.latitude, flag.c.longitude)
        .where(*_matching(planner, flag, arguments), flag.c.latitude.is_not(None))
        .limit(MAP_LIMIT)
        .cte("draft")
    )
    edges = select(
        func.min(drafts.c.latitude).label("south"),
        func.min(drafts.c.longitude).label("west"),
        func.greatest((func.max(drafts.c.latitude) - func.min(drafts.c.latitude)) / across, SMALLEST).label("high"),
        func.greatest((func.max(drafts.c.longitude) - func.min(drafts.c.longitude)) / across, SMALLEST).label("wide"),
    ).cte("edge")

    def step(value: ColumnElement[Any], start: ColumnElement[Any], size: ColumnElement[Any]) -> ColumnElement[Any]:
        # What lies on the last edge belongs to the last square.
        return func.least(cast(func.floor((value - start) / size), Integer), across - 1)

    placed = (
        select(
            drafts,
            step(drafts.c.latitude, edges.c.south, edges.c.high).label("up"),
            step(drafts.c.longitude, edges.c.west, edges.c.wide).label("along"),
        )
        .select_from(drafts.join(edges, literal(value=True)))
        .cte("placed")
    )
    middle = (
        select(
            placed.c.up,
            placed.c.along,
            func.round(func.avg(placed.c.latitude), 6).label("latitude"),
            func.round(func.avg(placed.c.longitude), 6).label("longitude"),
            func.min(placed.c.latitude).label("south"),
            func.min(placed.c.longitude).label("west"),
            func.max(placed.c.latitude).label("north"),
            func.max(placed.c.longitude).label("east"),
            func.count().label("drafts"),
            func.count(placed.c.place_description.distinct()).label("places"),
        )
        .group_by(placed.c.up, placed.c.along)
        .cte("middle")
    )
    away = func.abs(placed.c.latitude - middle.c.latitude) + func.abs(placed.c.longitude - middle.c.longitude)
    return (
        select(middle, placed.c.id.label("nearest_id"))
        .select_from(middle.join(placed, (placed.c.up == middle.c.up) & (placed.c.along == middle.c.along)))
        .ext(distinct_on(middle.c.up, middle.c.along))
        .order_by(middle.c.up.desc(), middle.c.along, away, placed.c.place_description, placed.c.id)
    )


def imported_squares_field() -> Any:
    """The root field that counts imported drafts by squares, the north-western first."""
    squares = Squares(
        related=Related(target="ImportedSquare", on=anything),
        order=lambda row: [row.c.up.desc(), row.c.along],
        limit=ACROSS_LIMIT**2,
    )
    words = f"Imported drafts of the viewer's team by where they lie, from the north-west: up to {MAP_LIMIT} of them."
    return declared(squares, words, signature=_mapped)
