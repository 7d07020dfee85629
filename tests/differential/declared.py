"""What the printed schema declares: fields, the group and level each one needs, and which types hang under a record."""

import re
from pathlib import Path
from typing import cast

from graphql import GraphQLEnumType, GraphQLObjectType, GraphQLSchema, build_schema
from graphql.language import DirectiveNode, EnumValueNode

PRINTED = (Path(__file__).parents[2] / "graphql_schema" / "schema.graphql").read_text()
LEVELS = ["NONE", "STATUS", "CODED", "FULL"]


def _group_and_level(directive: DirectiveNode) -> tuple[str, str]:
    given = {
        each.name.value: each.value.value for each in directive.arguments or () if isinstance(each.value, EnumValueNode)
    }
    return given["name"], given["at"]


def schema() -> GraphQLSchema:
    """The schema as it is printed, without anything that answers."""
    return build_schema(PRINTED)


_SCHEMA = schema()


def names_of(enum: str) -> list[str]:
    """The members of an enum, in the order they are declared in."""
    return list(cast(GraphQLEnumType, _SCHEMA.type_map[enum]).values)


GROUPS = names_of("FieldGroup")
# By type and field: the group and the lowest level that shows it.
NEEDS: dict[str, dict[str, tuple[str, str]]] = {
    each.name: {
        name: _group_and_level(directive)
        for name, field in each.fields.items()
        for directive in (field.ast_node and field.ast_node.directives) or ()
        if directive.name.value == "fieldGroup"
    }
    for each in _SCHEMA.type_map.values()
    if isinstance(each, GraphQLObjectType) and not each.name.startswith("__")
}
# What it takes to know of one at all, as the description of the type says at its end.
NEEDS_OF_TYPE = {
    name: (found[1], found[2].upper())
    for name in ("TriageDecision", "Feedback", "InformationRequest", "FlagAddition", "FlagTransition")
    if (found := re.search(r"\[([A-Z_]+), ([a-z]+)\]$", _SCHEMA.type_map[name].description or ""))
} | {"Share": ("LAWFUL_BASIS", "CODED")}
# The column by which each type hangs under the record it is seen through.
ROOTS = {
    "Flag": "id",
    "Person": "id",
    "ImportedPlace": "id",
    "PlaceGroup": "flag_id",
    "FlagSource": "flag_id",
    "TriageDecision": "flag_id",
    "Feedback": "flag_id",
    "InformationRequest": "flag_id",
    "FlagAddition": "flag_id",
    "FlagTransition": "flag_id",
    "Share": "flag_id",
    "FlagExport": "flag_id",
    "Notification": "flag_id",
}
