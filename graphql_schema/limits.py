"""Decides how much one request may ask for: each limit is data, and a refusal says which limit and how far past it.

Everything is counted after fragments are expanded, each fragment once, so that a document that expands to millions of
fields is refused as fast as a short one. What is counted is what was written: a field asked for twice counts twice.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_list_type,
    parse,
)
from graphql.type import get_nullable_type

from graphql_schema.selection.paged import COUNT_DEFAULT, PAGE_DEFAULT, PAGE_LIMIT

CODE = "LIMIT"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one request may ask for. The figures leave every page of the portal, and tools that read whole pages of
    records, several times the room they use (a test keeps it so)."""

    tokens: int = 4_000
    depth: int = 20
    root_fields: int = 20
    aliases: int = 60
    directives: int = 60
    fields: int = 4_000
    # One field, asked for so often in one place: comparing all of them is work that grows with their square.
    repeats: int = 30
    page_size: int = PAGE_LIMIT
    cost: int = 100_000
    request_bytes: int = 100_000
    # From the arrival of a request; one statement has less, and waiting for a lock less again (portal.db).
    seconds: int = 30


LIMITS = Limits()
# How often fragments are followed before a document counts as one of too many fields: each leads to one, or to nothing.
SPREAD = 5 * LIMITS.fields
WORDS = {
    "tokens": "tokens",
    "depth": "levels of depth",
    "root_fields": "root fields",
    "aliases": "aliases",
    "directives": "directives",
    "fields": "fields",
    "repeats": "repeats of one field in one place",
    "page_size": "entries on a page",
    "cost": "points of cost",
    "request_bytes": "bytes",
    "seconds": "seconds",
}
# What a plain list counts as: it is as long as its record makes it, and short.
LIST_SIZE = 5
# A permission asked for is a question of its own to the database; every other leaf comes with its record.
ASKED_OF_THE_DATABASE = "viewerCan"
# A file that is printed while its reader waits is the work of so many records.
FILES = frozenset({("PlanBundle", "content"), ("PlanPaper", "content")})
FILE_COST = 1_000
# One point for so many rows that are only counted.
COUNTED_PER_POINT = 10


@dataclass(frozen=True)
class Measure:
    """What a selection asks for."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    cost: int = 0
    page_size: int = 0

    def __add__(self, other: "Measure") -> "Measure":
        return Measure(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.cost + other.cost,
            max(self.page_size, other.page_size),
        )


def read(document: str) -> DocumentNode:
    """Parse a document; raises GraphQLError when it is none, or has more tokens than one may have."""
    try:
        return parse(document, max_tokens=LIMITS.tokens)
    except RecursionError:
        raise GraphQLError(f"A document may have {LIMITS.depth} levels of depth; this one has more.") from None
    except GraphQLSyntaxError as error:
        if "tokens" in error.message:
            raise over("tokens", None) from None
        raise


def measure(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any] | None = None,
) -> Measure:
    """What an operation asks for; page sizes come from its variables, or are the largest where they cannot be known.

    The document need not be valid: fields and types that do not exist count as leaves.
    """
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    known = dict(variables or {})
    for defined in operation.variable_definitions or ():
        name = defined.variable.name.value
        if name not in known and isinstance(defined.default_value, IntValueNode):
            known[name] = _counted(defined.default_value.value)
    root = schema.get_root_type(operation.operation)
    try:
        asked = _Ruler(schema, fragments, known if variables is not None else None).selection(
            operation.selection_set, root
        )
    except RecursionError:
        raise over("depth", None) from None
    return asked + Measure(directives=len(operation.directives or ()))


def check_shape(schema: GraphQLSchema, document: DocumentNode) -> None:
    """Raise GraphQLError when an operation is deeper or wider than any may be, whatever its variables."""
    for operation in (each for each in document.definitions if isinstance(each, OperationDefinitionNode)):
        asked = measure(schema, document, operation)
        roots = _root_fields(document, operation)
        for name, count in (
            ("depth", asked.depth),
            ("root_fields", roots),
            ("aliases", asked.aliases),
            ("directives", asked.directives),
            ("fields", asked.fields),
        ):
            if count > getattr(LIMITS, name):
                raise over(name, count)
        # Now that it is known to be small when it is written out.
        if (repeats := _repeats(document, operation)) > LIMITS.repeats:
            raise over("repeats", repeats)


def check_cost(asked: Measure) -> None:
    """Raise GraphQLError when an operation with its variables costs more, or asks for a larger page, than any may."""
    for name in ("page_size", "cost"):
        if getattr(asked, name) > getattr(LIMITS, name):
            raise over(name, getattr(asked, name))


def over(name: str, asked: int | None) -> GraphQLError:
    """The refusal of a request that is past a limit, and how far; None where nobody counted to the end."""
    allowed, words = getattr(LIMITS, name), WORDS[name]
    # A number with thousands of digits says no more than a large one.
    counted = asked if asked is not None and asked < 10**12 else None
    shown = f"{counted:,}" if counted is not None else "more" if asked is None else "very many more"
    message = f"A request may have {allowed:,} {words}; this one has {shown}. Ask for less, or in several requests."
    extensions: dict[str, Any] = {"code": CODE, "limit": name, "allowed": allowed}
    return GraphQLError(message, extensions=extensions if counted is None else extensions | {"asked": counted})


def _root_fields(document: DocumentNode, operation: OperationDefinitionNode) -> int:
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    counted: dict[str, int] = {}

    def count(selection_set: SelectionSetNode) -> int:
        total = 0
        for selection in selection_set.selections:
            if isinstance(selection, FieldNode):
                total += 1
            elif isinstance(selection, InlineFragmentNode):
                total += count(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode) and (found := fragments.get(selection.name.value)):
                name = selection.name.value
                if name not in counted:
                    counted[name] = 0
                    counted[name] = count(found.selection_set)
                total += counted[name]
        return total

    return count(operation.selection_set)


def _repeats(document: DocumentNode, operation: OperationDefinitionNode) -> int:
    """How often the field is written that is written most often under one path of response names."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    written: Counter[tuple[str, ...]] = Counter()
    spread = 0

    def count(selection_set: SelectionSetNode | None, path: tuple[str, ...], within: frozenset[str]) -> None:
        nonlocal spread
        for selection in selection_set.selections if selection_set else ():
            if isinstance(selection, FieldNode):
                here = (*path, (selection.alias or selection.name).value)
                written[here] += 1
                count(selection.selection_set, here, within)
            elif isinstance(selection, InlineFragmentNode):
                count(selection.selection_set, path, within)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in within:
                # A cycle of fragments is for validation to refuse, and one that ends in no field counts as none: either
                # could be spread without end.
                spread += 1
                if spread > SPREAD:
                    raise over("fields", None)
                found = fragments.get(selection.name.value)
                count(found.selection_set if found else None, path, within | {selection.name.value})

    count(operation.selection_set, (), frozenset())
    return max(written.values(), default=0)


class _Ruler:
    """Measures the selections of one document; every fragment is measured once."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any] | None,
    ) -> None:
        self.schema = schema
        self.fragments = fragments
        self.variables = variables
        self.measured: dict[str, Measure] = {}

    def selection(self, selection_set: SelectionSetNode | None, parent: GraphQLNamedType | None) -> Measure:
        total = Measure()
        for selection in selection_set.selections if selection_set else ():
            total += Measure(directives=len(selection.directives or ()))
            if isinstance(selection, FieldNode):
                total += self._field(selection, parent)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inner = self.schema.get_type(condition.name.value) if condition else parent
                total += self.selection(selection.selection_set, inner)
            elif isinstance(selection, FragmentSpreadNode):
                total += self._fragment(selection.name.value)
        return total

    def _fragment(self, name: str) -> Measure:
        if name not in self.measured:
            # A fragment that is still being measured counts as nothing, so a cycle ends; validation refuses it.
            self.measured[name] = Measure()
            if (fragment := self.fragments.get(name)) is not None:
                inner = self.schema.get_type(fragment.type_condition.name.value)
                self.measured[name] = self.selection(fragment.selection_set, inner)
        return self.measured[name]

    def _field(self, field: FieldNode, parent: GraphQLNamedType | None) -> Measure:
        declared = (
            parent.fields.get(field.name.value)
            if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
            else None
        )
        inner = get_named_type(declared.type) if declared else None
        children = self.selection(field.selection_set, inner)
        times, page_size = 1, 0
        if inner is not None and inner.name.endswith("Connection"):
            page_size = self._number(field, ("first", "last"), PAGE_DEFAULT)
            times = max(0, min(page_size, PAGE_LIMIT))
        elif declared is not None and "ids" in declared.args:
            times = self._ids(field)
        elif declared is not None and is_list_type(get_nullable_type(declared.type)):
            # The edges of a page are as many as its page size says already.
            times = 1 if parent is not None and parent.name.endswith("Connection") else LIST_SIZE
        counted = 0
        if field.name.value == "totalCount":
            counted = max(0, min(self._number(field, ("atMost",), COUNT_DEFAULT), 10**9)) // COUNTED_PER_POINT
        return Measure(
            depth=children.depth + 1,
            fields=children.fields + 1,
            aliases=children.aliases + (1 if field.alias else 0),
            directives=children.directives,
            cost=self._own_cost(field, parent) + counted + times * children.cost,
            page_size=max(page_size, children.page_size),
        )

    def _own_cost(self, field: FieldNode, parent: GraphQLNamedType | None) -> int:
        """A record costs a point, and its leaves come with it, save for those that are made."""
        if parent is not None and (parent.name, field.name.value) in FILES:
            return FILE_COST
        return int(field.selection_set is not None or field.name.value.startswith(ASKED_OF_THE_DATABASE))

    def _ids(self, field: FieldNode) -> int:
        """How many ids a field is given; as many as it answers where its variable is not known."""
        for argument in (each for each in field.arguments or () if each.name.value == "ids"):
            if isinstance(argument.value, ListValueNode):
                return min(len(argument.value.values), PAGE_LIMIT)
            if isinstance(argument.value, VariableNode):
                found = (self.variables or {}).get(argument.value.name.value)
                return min(len(found), PAGE_LIMIT) if isinstance(found, list) else PAGE_LIMIT
        return 1

    def _number(self, field: FieldNode, names: Iterable[str], default: int) -> int:
        """The largest size asked for under these names; where its variable is not known, the largest page answered."""
        asked = []
        for argument in field.arguments or ():
            if argument.name.value not in names:
                continue
            if isinstance(argument.value, IntValueNode):
                asked.append(_counted(argument.value.value))
            elif isinstance(argument.value, VariableNode):
                if self.variables is None:
                    asked.append(PAGE_LIMIT if argument.name.value != "atMost" else default)
                    continue
                found = self.variables.get(argument.value.name.value)
                if isinstance(found, int):
                    asked.append(found)
        return max(asked, default=default)


def _counted(digits: str) -> int:
    """A number as written, or one larger than any limit for one so long that reading it would be work."""
    return int(digits) if len(digits) < len(str(10**18)) else 10**18
