"""Decides which flags look like the one somebody is about to raise: by words in common, among what they may read.

Only rows disclosed to the viewer are ever looked at, and only fields the viewer holds are compared, so what is hidden
changes neither the answer nor the work. No score is kept or shown: words are shared, or they are not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import strawberry
from graphql.execution.collect_fields import FieldDetailsList
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Text,
    and_,
    any_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from graphql_schema.draft_inputs import SubjectSoFarInput
from graphql_schema.selection.declare import anything, declared
from graphql_schema.selection.kinds import Many, Related
from graphql_schema.selection.planner import Planner, held_levels
from graphql_schema.selection.record import ObjectPlan, Read, Scope
from portal.access.disclosure import currently_disclosed
from portal.access.field_groups import FieldGroup, Level, bit
from portal.access.models import Disclosure, RootKind
from portal.access.viewer import Viewer
from portal.audit.models import IdempotencyRecord
from portal.flags.models import Flag, PlaceGroup
from portal.flags.states import FlagState
from portal.people.models import Person

# As many as somebody reads before sending their own.
AT_MOST = 5
RECENT = timedelta(days=180)
# The newest of each audience, so that triage of a whole county compares no more than an officer's team does.
LOOKED_AT = 500


@strawberry.input(description="What is about to be raised, as far as written.")
class SimilarFlagsInput:
    subject: SubjectSoFarInput = strawberry.field(description="Whom or what it is about.")
    place: str = strawberry.field(description="The place in words.")
    idempotency_key: UUID | None = strawberry.field(
        default=None,
        description="The key it will be raised with: once something was raised with it, nothing is alike any more.",
    )


def _similar(self: Any, input: SimilarFlagsInput) -> None: ...  # noqa: A002  the schema's own word


@dataclass(frozen=True, kw_only=True)
class Alike(Many):
    """The newest flags that look like what the arguments say."""

    def plan(
        self, planner: Planner, into: ObjectPlan, scope: Scope, details: FieldDetailsList, arguments: Mapping[str, Any]
    ) -> Read:
        wanted = arguments["input"]

        def on(outer: Scope, row: FromClause) -> ColumnElement[bool]:
            return false() if outer.viewer is None else row.c.id.in_(_found(outer.viewer, wanted))

        alike = Many(related=replace(self.related, on=on), order=self.order, limit=self.limit)
        return alike.plan(planner, into, scope, details, {})


def similar_flags_field() -> Any:
    """The root field over flags that look like one about to be raised."""
    plan = Alike(
        related=Related(target="Flag", on=anything), order=lambda row: [row.c.raised_at.desc(), row.c.id], limit=AT_MOST
    )
    words = (
        f"Flags of the last {RECENT.days} days that look like one about to be raised, newest first: of what the viewer"
        " may read anyway, by words in common. The same empty list where nothing is alike and where it is hidden."
    )
    return declared(plan, words, signature=_similar)


def _found(viewer: Viewer, wanted: Mapping[str, Any]) -> Any:
    """The ids of flags that are alike, among the newest that were disclosed to each of the viewer's audiences."""
    near, flag = _newest(viewer), Flag.__table__.alias("alike")
    of_flag = held_levels(flag.c.id, viewer, outer=(flag,))
    unsent = () if wanted.get("idempotencyKey") is None else (_not_sent(viewer, wanted["idempotencyKey"]),)
    recent = (*unsent, flag.c.state != FlagState.DRAFT, flag.c.raised_at > func.statement_timestamp() - RECENT)
    here = and_(
        _holds(of_flag, FieldGroup.FLAG_FACTS, Level.FULL), _shares_half(flag.c.place_description, wanted["place"])
    )
    source = near.join(flag, flag.c.id == near.c.root_id).join(of_flag, true())
    group = wanted["subject"].get("placeGroup")
    if group is not None:
        place_group = PlaceGroup.__table__.alias()
        source = source.join(place_group, place_group.c.flag_id == flag.c.id)
        return select(flag.c.id).select_from(source).where(*recent, here).correlate(None)
    said = wanted["subject"].get("person") or {}
    person = Person.__table__.alias()
    of_person = held_levels(person.c.id, viewer, outer=(flag, person))
    source = source.join(person, person.c.id == flag.c.person_id).join(of_person, true())
    named = and_(
        _holds(of_person, FieldGroup.IDENTITY, Level.CODED),
        _shares_a_word(person.c.preferred_name, said.get("preferredName")),
    )
    described = and_(
        _holds(of_person, FieldGroup.IDENTITY, Level.FULL),
        _shares_half(person.c.description, said.get("description")),
        here,
    )
    return select(flag.c.id).select_from(source).where(*recent, or_(named, described)).correlate(None)


def _newest(viewer: Viewer) -> FromClause:
    disclosure = Disclosure.__table__.alias()
    audience = (
        func.unnest(literal(list(viewer.audience_ids), type_=ARRAY(Integer)))
        .table_valued("id", name="reader")
        .render_derived()
    )
    newest = (
        select(disclosure.c.root_id)
        .where(
            disclosure.c.audience_id == audience.c.id,
            disclosure.c.root_kind == RootKind.FLAG,
            disclosure.c.sort_at > func.statement_timestamp() - RECENT,
            *currently_disclosed(viewer, disclosure)[1:],
        )
        .order_by(disclosure.c.sort_at.desc())
        .limit(LOOKED_AT)
        .correlate(audience)
        .lateral("newest")
    )
    return select(newest.c.root_id).select_from(audience.join(newest, true())).distinct().subquery("near")


def _not_sent(viewer: Viewer, key: UUID) -> ColumnElement[bool]:
    """Whether nothing was done with a key yet: whoever presses a button twice is not shown their own flag."""
    intent = IdempotencyRecord.__table__.alias()
    return ~exists(
        select(literal(1)).where(intent.c.membership_id == viewer.membership_id, intent.c.key == key).correlate(None)
    )


def _holds(levels: FromClause, group: FieldGroup, level: Level) -> ColumnElement[bool]:
    return levels.c.levels.op("&")(literal(bit(group, level))) != 0


def _words(text: ColumnElement[Any]) -> ColumnElement[Any]:
    """The words that tell a text from others: split by the database, for what is typed and what is kept alike."""
    return func.telling_words(text, type_=ARRAY(Text))


def _shares_a_word(kept: ColumnElement[Any], typed: str | None) -> ColumnElement[bool]:
    return _words(kept).op("&&")(_words(literal(typed or "", type_=Text)))


def _shares_half(kept: ColumnElement[Any], typed: str | None) -> ColumnElement[bool]:
    """Whether at least one telling word that was typed, and at least half of them, stand in a kept text."""
    wanted = _words(literal(typed or "", type_=Text))
    word = func.unnest(wanted).column_valued("wanted")
    shared = select(func.count()).where(word == any_(_words(kept))).correlate(kept.table).scalar_subquery()
    return and_(shared > 0, shared * 2 >= func.cardinality(wanted))
