"""What the world can ask of an export: who took a copy of a flag's record, when and what for."""

from datetime import datetime

import strawberry

from graphql_schema.identity import Actor
from graphql_schema.nodes import Node
from graphql_schema.selection.declare import by_key, column, concept, global_id, one, planned
from graphql_schema.vocabularies import Concept
from portal.exports import models


@planned(models.FlagExport, root=models.FlagExport.flag_id)
@strawberry.type(description="A copy of a flag's record that somebody took out of the portal. [RECORD]")
class FlagExport(Node):
    id: strawberry.ID = global_id("FlagExport", models.FlagExport.id)
    purpose: Concept = concept("export-purpose", models.FlagExport.purpose_code, "What it was taken for.")
    exported_at: datetime = column(models.FlagExport.exported_at, "When it was taken.")
    exported_by: Actor = one(
        "Actor", by_key(models.FlagExport.exported_by_membership_id), "Who took it, and for which agency."
    )
