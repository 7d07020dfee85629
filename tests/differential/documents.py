"""Documents that nobody would write: made of the printed schema, with every trick GraphQL allows."""

import json
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    get_operation_ast,
    is_composite_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from graphql_schema.limits import check_cost, measure
from tests.differential.pool import Pool
from tests.differential.told import TOLD

# Fields that are not asked for, and why.
_GROWS = "What it reads grows with every question, so no two answers are alike."
LEFT_OUT = {
    ("Query", name): _GROWS
    for name in ("auditEvents", "auditedRecord", "readingAlarms", "auditSeals", "auditCheckpoints")
}
LEFT_OUT |= {("Viewer", name): _GROWS for name in ("allowance", "freshReadingAlarms")}
# Root fields under which there is most to ask.
FAVOURED = {("Query", "node"): 9, ("Query", "nodes"): 6, ("Query", "flag"): 3, ("Query", "flags"): 4}
# Names that other fields have, or that mean something to a careless reader of rows.
TRICKY = ["id", "state", "fact", "node", "edges", "cursor", "totalCount", "c0", "j", "_x", "select"]
# No deeper than a document may be; lists inside lists multiply, so a page is short.
DEEPEST = 18
# A share of the largest cost, so that one document does not take as long as a hundred.
DEAREST = 4_000


@dataclass(frozen=True)
class Document:
    """One document with its variables."""

    text: str
    variables: Mapping[str, Any]
    parsed: DocumentNode


@dataclass
class Writer:
    """Writes documents; what was asked for seldom is asked for more."""

    schema: GraphQLSchema
    pool: Pool
    rng: random.Random
    # How often each field of each type was answered so far.
    answered: Counter[tuple[str, str]]
    # The document as the door reads it, or why it does not.
    check: Callable[[str], DocumentNode | Sequence[GraphQLError]]
    chosen: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: int = 0
    _wanted: dict[tuple[str, int], float] = field(default_factory=dict)

    def wants(self, type_name: str, name: str) -> float:
        """How much a field is wanted: more, the less often it was answered, or what stands under it was."""
        declared = self.schema.type_map[type_name].fields.get(name)  # type: ignore[attr-defined]
        inner = get_named_type(declared.type) if declared is not None else None
        return FAVOURED.get((type_name, name), 1) * (self._seldom(type_name, name) + self.wanted_of(inner))

    def wanted_of(self, kind: GraphQLNamedType | None, steps: int = 2) -> float:
        """How much the fields of a type are wanted, on an average, and those a step further."""
        if not isinstance(kind, GraphQLObjectType):
            return 0.5 if is_composite_type(kind) else 0.0
        if (kind.name, steps) not in self._wanted:
            self._wanted[kind.name, steps] = self._wanted_of(kind, steps)
        return self._wanted[kind.name, steps]

    def _wanted_of(self, kind: GraphQLObjectType, steps: int) -> float:
        fields = [(name, get_named_type(each.type)) for name, each in kind.fields.items()]
        own = sum(self._seldom(kind.name, name) for name, _ in fields) / len(fields)
        further = max((self.wanted_of(inner, steps - 1) for _, inner in fields), default=0.0) if steps else 0.0
        return own + further / 2

    def _seldom(self, type_name: str, name: str) -> float:
        return 1 / (1 + self.answered[type_name, name])

    def write(self) -> Document:
        """A document that is valid, whatever else it is."""
        self._wanted.clear()
        while True:
            draft = _Draft(self)
            text, variables = draft.whole()
            read = self.check(text)
            if isinstance(read, DocumentNode) and self._small(read, variables):
                self.chosen.update(draft.chosen)
                return Document(text, variables, read)
            self.refused += 1

    def _small(self, read: DocumentNode, variables: Mapping[str, Any]) -> bool:
        """Whether it stays within the limits, which have tests of their own, and below a part of the dearest."""
        operation = get_operation_ast(read)
        assert operation is not None
        asked = measure(self.schema, read, operation, variables)
        try:
            check_cost(asked)
        except GraphQLError:
            return False
        return asked.cost <= DEAREST


@dataclass
class _Draft:
    """One document while it is written."""

    writer: Writer
    declared: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    fragments: dict[str, tuple[str, str]] = field(default_factory=dict)
    chosen: Counter[tuple[str, str]] = field(default_factory=Counter)
    # Whether a value is being written out, in which a variable may stand.
    inside: bool = False

    def __post_init__(self) -> None:
        self.rng, self.schema = self.writer.rng, self.writer.schema
        self.left = self.rng.choice([5, 10, 20, 20, 30, 50, 80])
        self.deepest = self.rng.choice([4, 5, 6, 7, 8, DEEPEST])

    def whole(self) -> tuple[str, dict[str, Any]]:
        assert self.schema.query_type is not None
        roots = self.selection(self.schema.query_type, 1, most=self.rng.choice([1, 1, 1, 2, 3, 5]))
        name = self.rng.choice(["", " Asked", " Query", " node"])
        given = f"({', '.join(self.declared)})" if self.declared else ""
        written = "".join(f"\nfragment {name} on {on} {body}" for name, (on, body) in self.fragments.items())
        return f"query{name}{given} {roots}{written}", self.variables

    def maybe(self, chance: float) -> bool:
        return self.rng.random() < chance

    def selection(
        self, parent: GraphQLNamedType, depth: int, *, most: int | None = None, taken: dict[str, str] | None = None
    ) -> str:
        """What is asked of a type: fields, and fragments on it or on what it may be."""
        parts: list[str] = []
        taken = {} if taken is None else taken
        count = most or self.rng.choice([1, 2, 3, 4, 6, 9])
        for _ in range(count):
            part = self._part(parent, depth, taken, root=most is not None)
            parts += [part] if part else []
        return "{ " + " ".join(parts or ["__typename"]) + " }"

    def _part(self, parent: GraphQLNamedType, depth: int, taken: dict[str, str], *, root: bool) -> str:
        abstract = isinstance(parent, GraphQLInterfaceType | GraphQLUnionType)
        if self.maybe(0.75 if abstract else 0.0 if root else 0.12):
            return self._fragment(parent, depth, taken)
        if isinstance(parent, GraphQLUnionType) or self.maybe(0.05):
            return self._typename(taken)
        assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
        return self._field(parent, depth, taken)

    def _typename(self, taken: dict[str, str]) -> str:
        key = "__typename" if self.maybe(0.6) else self.rng.choice(TRICKY)
        if taken.setdefault(key, "__typename") != "__typename":
            return ""
        return "__typename" if key == "__typename" else f"{key}: __typename"

    def _fragment(self, parent: GraphQLNamedType, depth: int, taken: dict[str, str]) -> str:
        on = self._condition(parent)
        known = [name for name, (type_name, _) in self.fragments.items() if type_name == on.name]
        if known and self.maybe(0.25):
            return f"...{self.rng.choice(known)}{self._directives()}"
        # What is asked under different conditions may share a name, and mostly does not.
        beside = taken if self.maybe(0.9) else None
        if self.maybe(0.35):
            body = self.selection(on, depth, taken=beside)
            name = f"{self.rng.choice(['On', 'id', 'fact'])}{len(self.fragments)}"
            self.fragments[name] = (on.name, body)
            return f"...{name}{self._directives()}"
        condition = "" if on is parent and self.maybe(0.3) else f" on {on.name}"
        return f"...{condition}{self._directives()} {self.selection(on, depth, taken=beside)}"

    def _condition(self, parent: GraphQLNamedType) -> GraphQLNamedType:
        """A type that the parent is, may be, or shares a possible type with."""
        if isinstance(parent, GraphQLInterfaceType | GraphQLUnionType):
            possible = list(self.schema.get_possible_types(parent))
            named = [each for each in possible if each.name in self.writer.pool.named]
            if parent.name == "Node" and named and self.maybe(0.85):
                possible = named
        else:
            possible = [parent]  # type: ignore[list-item]
        chosen = self._one(possible, [self.writer.wanted_of(each) for each in possible])
        wider = [parent, *chosen.interfaces] if isinstance(chosen, GraphQLObjectType) else [parent]
        found: GraphQLNamedType = self.rng.choice(wider) if self.maybe(0.25) else chosen
        return found

    def _one(self, options: Sequence[Any], weights: Sequence[float]) -> Any:
        """One of some, more often what is wanted; nothing is never taken."""
        [chosen] = self.rng.choices(options, weights=[max(weight, max(weights) / 40) for weight in weights])
        return chosen

    def _field(self, parent: GraphQLObjectType | GraphQLInterfaceType, depth: int, taken: dict[str, str]) -> str:
        may_nest = depth < self.deepest and self.left > 0
        options = [
            (name, each)
            for name, each in parent.fields.items()
            if (parent.name, name) not in LEFT_OUT
            and (parent.name != "Query" or ("Query", name) in TOLD)
            and (may_nest or is_leaf_type(get_named_type(each.type)))
        ]
        if not options:
            return self._typename(taken)
        name, declared = self._one(options, [self.writer.wants(parent.name, name) for name, _ in options])
        self.left -= 1
        if parent.name == "Query":
            self.writer.pool.named.clear()
        arguments = self._arguments(declared, name)
        key = self._key(parent, name)
        # The same name twice must mean the same: sometimes it does, and its selections merge.
        inner = get_named_type(declared.type)
        if key in taken and (is_composite_type(inner) and self.maybe(0.7)):
            return ""
        if taken.setdefault(key, name + arguments) != name + arguments:
            return ""
        self.chosen[parent.name, name] += 1
        alias = "" if key == name else f"{key}: "
        body = f" {self.selection(inner, depth + 1)}" if is_composite_type(inner) else ""
        return f"{alias}{name}{arguments}{self._directives()}{body}"

    def _key(self, parent: GraphQLObjectType | GraphQLInterfaceType, name: str) -> str:
        if self.maybe(0.85):
            return name
        return (
            self.rng.choice([*TRICKY, *parent.fields, "__typename"]) if self.maybe(0.9) else f"a{self.rng.randrange(9)}"
        )

    def _directives(self) -> str:
        if self.maybe(0.9):
            return ""
        kinds = self.rng.sample(["skip", "include"], self.rng.choice([1, 1, 2]))
        return "".join(f" @{kind}(if: {self._truth(kind)})" for kind in kinds)

    def _truth(self, kind: str) -> str:
        shown = self.maybe(0.7)
        value = shown if kind == "include" else not shown
        if self.maybe(0.3):
            return json.dumps(value)
        name = f"is{'Yes' if value else 'No'}"
        if name not in self.variables and f"${name}" not in " ".join(self.declared):
            self._declare(name, "Boolean!", value, json.dumps(value))
        return f"${name}"

    def _arguments(self, declared: GraphQLField, name: str) -> str:
        ways = ["first", "after"] if self.maybe(0.6) else ["last", "before"]
        if self.maybe(0.03):
            ways = ["first", "after", "last", "before"]
        written = []
        for argument, each in declared.args.items():
            if argument in {"after", "before"}:
                given = argument in ways and self.maybe(0.4)
            elif argument in {"first", "last"}:
                given = argument in ways and self.maybe(0.9)
            else:
                given = is_required_argument(each) or self.maybe(0.35)
            if given:
                cursor_of = get_named_type(declared.type).name.removesuffix("Connection")
                hint = cursor_of if argument in {"after", "before"} else f"{name}.{argument}"
                written.append(f"{argument}: {self._given(each, argument, hint)}")
        return f"({', '.join(written)})" if written else ""

    def _given(self, each: GraphQLArgument | GraphQLInputField, name: str, hint: str) -> str:
        """A value for one place of the schema: written out, or by a variable with or without a default."""
        if self.maybe(0.45):
            self.inside = True
            written = self._literal(self.value(each.type, name, hint))
            self.inside = False
            return written
        return self._variable(each.type, name, hint)

    def _variable(self, kind: Any, name: str, hint: str) -> str:
        was_inside, self.inside = self.inside, False
        variable, value = f"v{len(self.declared)}", self.value(kind, name, hint)
        if self.maybe(0.25):
            default = self._literal(self.value(kind, name, hint))
            self.declared.append(f"${variable}: {str(kind).removesuffix('!')} = {default}")
            if self.maybe(0.5):
                self.variables[variable] = None if self.maybe(0.05) else sent(value)
        else:
            self.declared.append(f"${variable}: {kind}")
            if isinstance(kind, GraphQLNonNull) or self.maybe(0.85):
                self.variables[variable] = sent(value)
            elif self.maybe(0.5):
                self.variables[variable] = None
        self.inside = was_inside
        return f"${variable}"

    def _declare(self, name: str, kind: str, value: Any, default: str) -> None:
        if self.maybe(0.3):
            self.declared.append(f"${name}: {kind} = {default}")
        else:
            self.declared.append(f"${name}: {kind}")
            self.variables[name] = value

    def value(self, kind: Any, name: str, hint: str) -> Any:
        """A value of an input type; enums are marked, so that they are written without quotes."""
        if isinstance(kind, GraphQLNonNull):
            kind = kind.of_type
        elif self.maybe(0.04):
            return None
        if isinstance(kind, GraphQLList):
            return [self._member(kind.of_type, name, hint) for _ in range(self.rng.choice([0, 1, 1, 2, 3, 5]))]
        if isinstance(kind, GraphQLEnumType):
            return Member(self.rng.choice(list(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind)
        makers: dict[str, Callable[[], Any]] = {
            "ID": lambda: self.writer.pool.an_id(self.rng, name, hint),
            "Int": lambda: self._number(name),
            "Boolean": lambda: self.maybe(0.5),
            "String": lambda: self.writer.pool.a_text(self.rng, name, hint),
        }
        return makers[kind.name]() if kind.name in makers else self.writer.pool.a_scalar(self.rng, kind.name, name)

    def _member(self, kind: Any, name: str, hint: str) -> Any:
        """A member of a list or of an object, which may be a variable of its own."""
        return (
            Written(self._variable(kind, name, hint))
            if self.inside and self.maybe(0.2)
            else self.value(kind, name, hint)
        )

    def _object(self, kind: GraphQLInputObjectType) -> dict[str, Any]:
        if kind.is_one_of:
            name, each = self.rng.choice(list(kind.fields.items()))
            return {name: self._member(GraphQLNonNull(each.type), name, f"{kind.name}.{name}")}
        few = self.rng.choice([0.02, 0.1, 0.2, 0.5])
        return {
            name: self._member(each.type, name, f"{kind.name}.{name}")
            for name, each in kind.fields.items()
            if is_required_input_field(each) or self.maybe(few)
        }

    def _number(self, name: str) -> int:
        if self.maybe(0.015):
            return self.rng.choice([0, -1, 101])
        if name == "years":
            return self.rng.choice([2027, 2028, 2029])
        return self.rng.choice([1, 1, 2, 2, 3, 5] if name in {"first", "last"} else [1, 2, 3, 6, 20, 100])

    def _literal(self, value: Any) -> str:
        if isinstance(value, Member | Written):
            return value.name
        if isinstance(value, list):
            return f"[{', '.join(map(self._literal, value))}]"
        if isinstance(value, dict):
            return "{" + ", ".join(f"{name}: {self._literal(inner)}" for name, inner in value.items()) + "}"
        return json.dumps(value)


@dataclass(frozen=True)
class Member:
    """A member of an enum: written without quotes, sent as text."""

    name: str


@dataclass(frozen=True)
class Written:
    """A variable that stands inside a value."""

    name: str


def sent(value: Any) -> Any:
    """A value as it is sent beside a document."""
    if isinstance(value, Member):
        return value.name
    if isinstance(value, list):
        return [sent(each) for each in value]
    return {name: sent(each) for name, each in value.items()} if isinstance(value, dict) else value
