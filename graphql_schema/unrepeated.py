"""Decides what an error repeats of what was sent: names of the schema and of the document, and never a value.

Whoever calls the schema keeps its errors in logs, and a value can be a word of a record.
"""

import re
from collections.abc import Iterable

from graphql import GraphQLError

# How graphql-core and the scalars tell of a value that does not fit: what stands before it stays.
_VALUES = (
    (re.compile(r"(?:, but encountered error .*)?[,;.] found:? .*", re.DOTALL | re.IGNORECASE), "."),
    (re.compile(r"(cannot represent [\w -]*value): .*", re.DOTALL), r"\1."),
    (re.compile(r"(cannot represent an? \w+): .*", re.DOTALL), r"\1."),
    (re.compile(r"Value '.*' does not exist in '(\w+)' enum.*", re.DOTALL), r"Value does not exist in '\1' enum."),
)
# A document that cannot be read is told by its own signs, apart from what stands between quotation marks.
_SYNTAX = "Syntax Error:"
_QUOTED = re.compile(r"\b(String|BlockString) (['\"]).*\2", re.DOTALL)


def unrepeated(errors: Iterable[GraphQLError]) -> list[GraphQLError]:
    """The same errors without any value that was sent."""
    return [_without_value(error) for error in errors]


def _without_value(error: GraphQLError) -> GraphQLError:
    message = error.message
    if message.startswith(_SYNTAX):
        message = _QUOTED.sub(r"\1", message)
    elif error.extensions is None or "code" not in error.extensions:
        for pattern, kept in _VALUES:
            message = pattern.sub(kept, message, count=1)
    if message == error.message:
        return error
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=error.extensions,
    )
