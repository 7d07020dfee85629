"""Decides who may ask what the schema is, and that nobody else learns a name of it that they did not send.

Where introspection is closed, a document that does not fit is answered in one sentence: not which field, argument or
type is wrong, what would be right, or where. Every such answer is worth one guess of one word, which nothing can avoid
that answers right questions.
"""

from collections.abc import Sequence

from graphql import FieldNode, GraphQLError, ValidationRule

from graphql_schema.selection.asked_wrongly import AskedWrongly

ASKS = frozenset({"__schema", "__type"})
DOES_NOT_FIT = "This document does not fit the schema. Compare the two: nothing here says where they differ."
VALUES_DO_NOT_FIT = "These variables do not fit the document and the schema."


class ClosedSchemaRule(ValidationRule):
    """No field asks for the schema itself."""

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Refuse a field that asks what types there are."""
        if node.name.value in ASKS:
            self.report_error(GraphQLError("The schema is not told here.", extensions={"code": "INTROSPECTION"}))


def about_the_document(errors: Sequence[GraphQLError]) -> tuple[GraphQLError, ...]:
    """What is told of a document that does not fit, where introspection is closed."""
    return (GraphQLError(DOES_NOT_FIT),) if errors else ()


def about_the_values(errors: Sequence[GraphQLError]) -> list[GraphQLError]:
    """What is told of an answer, where introspection is closed: our own sentences as they are, and no other words.

    What else can be wrong with values speaks of what the schema would have taken in their place.
    """
    return [error if _is_ours(error) else GraphQLError(VALUES_DO_NOT_FIT, path=error.path) for error in errors]


def _is_ours(error: GraphQLError) -> bool:
    return "code" in (error.extensions or {}) or isinstance(error.original_error, AskedWrongly)
