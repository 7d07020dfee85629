"""Exports: whoever works with a flag takes a copy of its record, as far as they may read it, for a reason."""

from typing import Annotated, Any
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.answers import REPLAYED, UNION
from graphql_schema.errors import Conflict, Invalid, NotFound, NotPermitted
from graphql_schema.exports import FlagExport
from graphql_schema.flag_inputs import KEY, needed
from graphql_schema.flags import Flag
from graphql_schema.need_to_know import changing
from graphql_schema.selection.declare import by_key, constant, one, planned, same
from graphql_schema.writing import change, open_id
from portal.access.viewer import Viewer
from portal.audit.models import AuditAction
from portal.exports.actions import export_flag
from portal.exports.models import FlagExport as FlagExportModel


@strawberry.input(description="What exportFlag needs.")
class ExportFlagInput:
    flag_id: strawberry.ID = needed("The flag.")
    purpose_code: str = needed("What the copy is for.")
    idempotency_key: UUID = needed(KEY)


@planned(FlagExportModel, root=FlagExportModel.flag_id)
@strawberry.type(description="The copy may be made, and that was recorded. [RECORD]")
class FlagExported:
    flag: Flag | None = one(
        "Flag", by_key(FlagExportModel.flag_id), "What the copy shows: the record, as far as the viewer may read it."
    )
    export: FlagExport = same("FlagExport", "What was recorded of it; its id belongs on every page.")
    replayed: bool = constant("replayed", REPLAYED)


FlagExportResult = Annotated[
    FlagExported | Invalid | NotFound | NotPermitted | Conflict,
    strawberry.union("FlagExportResult", description=UNION),
]


@strawberry.type
class Exports:
    @changing("Take a copy of a flag's record.", done_by="Caseworkers who see it; not those who oversee.")
    def export_flag(self, info: Info, input: ExportFlagInput) -> FlagExportResult:  # noqa: A002  the schema's own word
        def act(session: Session, viewer: Viewer) -> Any:
            flag_id = open_id(info, "Flag", input.flag_id)
            return export_flag(session, viewer, flag_id=flag_id, purpose_code=input.purpose_code)

        info._raw_info.context.done_as = AuditAction.EXPORT
        return change(info, input, act, answer="FlagExported")
