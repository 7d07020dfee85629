"""Raising: a flag is raised, or incidents are imported to be raised."""

from typing import Any, cast
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.answers import ImportResult, RaiseFlagResult
from graphql_schema.changes.incidents import chosen
from graphql_schema.flag_inputs import ImportFlagsInput, RaiseFlagInput
from graphql_schema.need_to_know import changing
from graphql_schema.writing import attempt, change, open_id
from portal.access.viewer import Viewer
from portal.flags import actions
from portal.flags.importing import import_flags
from portal.text import shown


@strawberry.type
class Raising:
    @changing("Raise a flag, or promote an imported draft.", done_by="Any caseworker of a partnership.")
    def raise_flag(self, info: Info, input: RaiseFlagInput) -> RaiseFlagResult:  # noqa: A002  the schema's own word
        def act(session: Session, viewer: Viewer) -> UUID:
            draft_id = None if input.draft_id is None else open_id(info, "Flag", input.draft_id)
            return actions.raise_flag(
                session,
                viewer,
                report=input.report(),
                draft_id=draft_id,
                draft_version=input.draft_version,
                with_drafts=chosen(info, input.with_drafts),
            )

        return change(info, input, act, answer="FlagRaised")

    @changing("Import incidents as drafts to look at.", done_by="Officers and sergeants with a team.")
    def import_flags(self, info: Info, input: ImportFlagsInput) -> ImportResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> list[Any]:
            reports = [row.report(input.system) for row in input.rows]
            return [
                (row.position, row.outcome, row.flag_id, [vars(problem) for problem in row.problems])
                for row in import_flags(session, viewer, reports=reports, dry_run=input.dry_run)
            ]

        rows, replayed, failure = attempt(info, input, act)
        if failure is not None:
            return cast(Any, failure)
        call, core = info._raw_info.context, info._raw_info
        # A reference is what somebody typed: the record of the intent does not keep it, and a retry sends it again.
        opened = [
            (place, shown(input.rows[place].reference), outcome, UUID(flag_id) if flag_id else None, problems)
            for place, outcome, flag_id, problems in rows
        ]
        return call.read_back(core, "RowsImported", None, rows=opened, replayed=replayed)
