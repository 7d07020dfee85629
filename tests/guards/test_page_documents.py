"""Pages ask only what exists, and never show a field that may be withheld without asking what is withheld."""

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    validate,
    visit,
)

from frontend.documents import Document, every_document
from graphql_schema import Door

DOCUMENTS = {document.path: document for document in every_document()}
# Commands print no record, so nothing can look like a true none in them.
SHOWN = [path for path in DOCUMENTS if not path.startswith("commands/")]


class _Selections(Visitor):
    """The fields a document asks of each object type, by the place where it asks."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.asked: dict[tuple[str, str], set[str]] = {}
        self.places: list[str] = []

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent = self.info.get_parent_type()
        assert isinstance(parent, GraphQLNamedType)
        self.asked.setdefault((".".join(self.places), parent.name), set()).add(node.name.value)
        self.places.append(node.name.value)

    def leave_field(self, *_: object) -> None:
        self.places.pop()

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: object) -> None:
        # Two fragments on one type are two places: what one asks does not help the other.
        self.places.append(f"fragment {node.name.value}")

    def leave_fragment_definition(self, *_: object) -> None:
        self.places.pop()


def _without_withheld(door: Door, document: Document) -> list[str]:
    """The types of a document that can withhold what it shows, and are not asked what they withhold."""
    schema = door.schema._schema
    info = TypeInfo(schema)
    selections = _Selections(info)
    visit(parse(document.text), TypeInfoVisitor(info, selections))
    maskable = schema.type_map["Maskable"]
    assert isinstance(maskable, GraphQLInterfaceType)
    silent = []
    for (place, name), fields in selections.asked.items():
        kind = schema.type_map[name]
        if not isinstance(kind, GraphQLObjectType) or maskable not in kind.interfaces:
            continue
        masked = fields & set(door.types[name].maskable())
        if masked and "withheld" not in fields:
            silent.append(f"{place} on {name}: {', '.join(sorted(masked))}")
    return silent


def test_there_are_documents_to_check() -> None:
    assert len(DOCUMENTS) > 10


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_document_asks_only_what_exists(door: Door, path: str) -> None:
    errors = validate(door.schema._schema, parse(DOCUMENTS[path].text))
    assert not errors, f"Correct frontend/{path}: {[error.message for error in errors]}"


@pytest.mark.parametrize("path", SHOWN)
def test_a_page_that_shows_what_may_be_withheld_asks_what_is(door: Door, path: str) -> None:
    silent = _without_withheld(door, DOCUMENTS[path])
    assert not silent, f"Select `withheld` beside these in frontend/{path}, and show it: {silent}"
