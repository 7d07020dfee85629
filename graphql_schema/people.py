"""What the world can ask of a person: as much as somebody knew, and only through a disclosure of its own."""

import strawberry

from graphql_schema.disclosures import Disclosed, Maskable
from graphql_schema.nodes import Node, Versioned
from graphql_schema.selection.declare import column, concept, global_id, planned
from graphql_schema.vocabularies import Concept
from portal.access.field_groups import FieldGroup, Level
from portal.people import models

IDENTITY_CODED = (FieldGroup.IDENTITY, Level.CODED)
IDENTITY_FULL = (FieldGroup.IDENTITY, Level.FULL)


@planned(models.Person, root=models.Person.id)
@strawberry.type(description="A young person as the viewer may know them. [RECORD]")
class Person(Node, Versioned, Disclosed, Maskable):
    id: strawberry.ID = global_id("Person", models.Person.id)
    preferred_name: str | None = column(models.Person.preferred_name, "What they are called.", IDENTITY_CODED)
    age_band: Concept | None = concept(
        "age-band", models.Person.age_band_code, "Age band, known even where the date is not.", IDENTITY_CODED
    )
    description: str | None = column(
        models.Person.description, "What they look like, when no name is known.", IDENTITY_FULL
    )
    restricted: bool = column(models.Person.restricted, "Whether a restricted mark closes it.")
