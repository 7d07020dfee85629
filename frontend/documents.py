"""Decides which GraphQL documents exist: each is a file beside its page, read once when the program starts."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOM = Path(__file__).parent
# The import line is a GraphQL comment, so a document without imports is an ordinary file for any other tool.
_IMPORT = re.compile(r'^# import "(?P<path>[\w/.]+)"$', re.MULTILINE)
_OPERATION = re.compile(r"^(?P<kind>query|mutation)\s+(?P<name>\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """One static operation: its file below `frontend/`, its name, its text with imports, whether it is a change."""

    path: str
    name: str
    text: str
    changes: bool


def document(path: str) -> Document:
    """Read the document at `path` below `frontend/` and the fragments its import lines name.

    Raises ValueError when the file holds no operation or more than one.
    """
    text = _with_imports(path, seen=set())
    operations = list(_OPERATION.finditer(text))
    if len(operations) != 1:
        raise ValueError(f"frontend/{path} must hold exactly one operation, and holds {len(operations)}.")
    (operation,) = operations
    return Document(path=path, name=operation["name"], text=text, changes=operation["kind"] == "mutation")


def every_document() -> list[Document]:
    """Every operation below `frontend/`, for checking them all against the schema."""
    paths = sorted(file.relative_to(ROOM).as_posix() for file in ROOM.rglob("*.graphql"))
    return [document(path) for path in paths if _OPERATION.search((ROOM / path).read_text(encoding="utf-8"))]


def _with_imports(path: str, *, seen: set[str]) -> str:
    """The file's text followed by the text of what it imports, each file once."""
    seen.add(path)
    text = (ROOM / path).read_text(encoding="utf-8")
    wanted = [found for found in _IMPORT.findall(text) if found not in seen]
    return "\n".join([text, *(_with_imports(found, seen=seen) for found in wanted if found not in seen)])
