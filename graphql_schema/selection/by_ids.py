"""Decides how many records are fetched by their ids at once: one question for each type that an id names."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graphql.execution.collect_fields import FieldDetailsList
from sqlalchemy import Integer, Text, Uuid, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY, JSON

from graphql_schema.selection.asked_wrongly import AskedWrongly
from graphql_schema.selection.kinds import Related
from graphql_schema.selection.planner import Planner, select_object
from graphql_schema.selection.record import Json, ObjectPlan, Read, Reading, RecordType, Scope
from portal.access.field_groups import FieldGroup, Level

# As many as a page holds.
IDS_LIMIT = 100


@dataclass(frozen=True, kw_only=True)
class ByIds:
    """Any records by their global ids, each in the place of its id; null where the viewer may not know of one."""

    group: FieldGroup | None = None
    level: Level = Level.NONE

    def plan(
        self, planner: Planner, into: ObjectPlan, scope: Scope, details: FieldDetailsList, arguments: Mapping[str, Any]
    ) -> Read:
        asked: list[str] = arguments["ids"]
        if len(asked) > IDS_LIMIT:
            raise AskedWrongly(f"Ask for up to {IDS_LIMIT} records by their ids at once.")
        wanted: dict[str, list[tuple[int, UUID]]] = defaultdict(list)
        for place, sealed in enumerate(asked):
            opened = planner.seal.open_id(sealed)
            target = None if opened is None else planner.types.get(opened[0])
            if opened is not None and target is not None and target.fetched_by_id:
                wanted[opened[0]].append((place, opened[1]))
        found = [
            self._of_type(planner, into, scope, details, planner.types[name], places)
            for name, places in sorted(wanted.items())
        ]
        several = len(asked)
        unknown = several > sum(map(len, wanted.values()))

        def read(json: Json, reading: Reading) -> list[Any]:
            reading.named_in_vain = reading.named_in_vain or unknown
            records: list[Any] = [None] * several
            for label, inner in found:
                for item in json[label]:
                    if item["record"] is None:
                        reading.missed.add(UUID(item["key"]))
                    else:
                        records[item["place"]] = inner.read(item["record"], reading)
            return records

        return read

    def _of_type(
        self,
        planner: Planner,
        into: ObjectPlan,
        scope: Scope,
        details: FieldDetailsList,
        target: RecordType,
        places: list[tuple[int, UUID]],
    ) -> tuple[str, ObjectPlan]:
        """Join, as one JSON list, what the ids of one type name, with the places they were asked in."""
        wanted = (
            func.unnest(
                literal([place for place, _ in places], type_=ARRAY(Integer)),
                literal([key for _, key in places], type_=ARRAY(Uuid)),
            )
            .table_valued("place", "key", name=f"wanted_{target.name.lower()}")
            .render_derived()
        )
        related = Related(target=target.name, on=lambda outer, row: row.c.id == wanted.c.key)
        row = related.row(planner, scope)
        within, levels = related.enter(planner, row, scope)
        inner = related.plan(planner, details, within)
        conditions = related.conditions(planner, scope, within, row)
        if target.seen_by is not None:
            conditions.append(target.seen_by(scope, row))
        rows = select_object(inner, row, levels).where(*conditions).limit(1).correlate(wanted, *scope.outer).lateral()
        record = select(func.to_json(rows.table_valued()).label("record")).select_from(rows)
        each = record.correlate(wanted, *scope.outer).lateral()
        listed = (
            select(wanted.c.place, wanted.c.key, each.c.record)
            .select_from(wanted.outerjoin(each, true()))
            .correlate(*scope.outer)
            .lateral()
        )
        joined = (
            select(
                func.coalesce(
                    func.json_agg(func.to_json(listed.table_valued())), literal("[]").cast(Text).cast(JSON)
                ).label("j")
            )
            .select_from(listed)
            .correlate(*scope.outer)
            .lateral()
        )
        into.joins.append(joined)
        return into.add(joined.c.j), inner
