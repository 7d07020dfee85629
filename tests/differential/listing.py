"""Lists, told naively: every row that belongs, sorted in Python, cut where the cursor lies."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from graphql import GraphQLError

from tests.differential.asking import Asking, Thing
from tests.differential.declared import ROOTS
from tests.differential.rows import NEVER, Row

Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """One row of a list, and the place it has there: a value to sort by and what breaks ties."""

    row: Row
    sort: Any
    tie: Any

    @property
    def place(self) -> tuple[Any, Any]:
        return self.sort, self.tie


@dataclass
class Listed:
    """A list as a connection tells it."""

    ask: Asking
    target: str
    entries: list[Entry]
    arguments: Arguments
    descending: bool = False
    # Whether a cursor is told by its sort value alone, because no two entries share one.
    by_value: bool = False

    def __post_init__(self) -> None:
        if self.target in ROOTS:
            self.entries = [each for each in self.entries if self.ask.may_see(self.target, each.row)]
        self.entries.sort(key=lambda each: each.place, reverse=self.descending)
        self.backward = self.arguments.get("last") is not None
        size = self.arguments.get("last") if self.backward else self.arguments.get("first")
        self.size: int = 20 if size is None else size
        cursor = self.arguments.get("before" if self.backward else "after")
        self.given = None if cursor is None else opened(self.ask, self.target, cursor)

    def page(self) -> tuple[list[Entry], bool]:
        """The entries of the page, in order, and whether there are more on its far side."""
        beyond = [each for each in self.entries if self._lies_beyond(each)]
        more = len(beyond) > self.size
        return (beyond[-self.size :] if self.backward else beyond[: self.size]), more

    def _lies_beyond(self, entry: Entry) -> bool:
        if self.given is None:
            return True
        place = (entry.sort, _plain(entry.tie))
        cursor = (parsed(self.given[0], like=entry.sort), self.given[1])
        here, there = (place[:1], cursor[:1]) if self.by_value else (place, cursor)
        return here < there if self.descending != self.backward else here > there

    def cursor(self, entry: Entry) -> str:
        """The cursor of an entry; whose cursor is told, is shown."""
        self.ask.see(self.target, entry.row)
        sealed = self.ask.seal.seal_cursor(self.target, written(entry.sort), _plain(entry.tie))
        self.ask.met.setdefault(self.target, set()).add(sealed)
        return sealed

    def answer(self, name: str, arguments: Arguments) -> Any:
        """One field of the connection."""
        if name == "totalCount":
            most = arguments["atMost"]
            return {"value": min(len(self.entries), most), "more": len(self.entries) > most}
        entries, more = self.page()
        if name == "edges":
            return [Edge(self, each, self.ask.see(self.target, each.row)) for each in entries]
        return {
            "hasNextPage": self.given is not None if self.backward else more,
            "hasPreviousPage": more if self.backward else self.given is not None,
            "startCursor": lambda: self.cursor(entries[0]) if entries else None,
            "endCursor": lambda: self.cursor(entries[-1]) if entries else None,
        }


@dataclass
class Edge:
    """One entry of a page."""

    listed: Listed
    entry: Entry
    node: Thing | None

    def answer(self, name: str) -> Any:
        return self.listed.cursor(self.entry) if name == "cursor" else self.node


def listed(
    ask: Asking,
    target: str,
    rows: Iterable[Row],
    arguments: Arguments,
    *,
    by: Callable[[Row], Any],
    tie: Callable[[Row], Any] = lambda row: row["id"],
    descending: bool = False,
) -> Listed:
    """A connection over rows, in the order of a value of each."""
    return Listed(ask, target, [Entry(row, by(row), tie(row)) for row in rows], arguments, descending)


def opened(ask: Asking, target: str, cursor: str) -> tuple[str, str] | None:
    """The place that a cursor of a list of this type names, as text, or None."""
    found = ask.seal.open_cursor(target, cursor)
    return None if found is None else (found[0], found[1])


def written(value: Any) -> str:
    """A sort value as a cursor carries it: as PostgreSQL writes it in JSON."""
    if not isinstance(value, datetime):
        return str(value)
    if value == NEVER:
        return "infinity"
    text = value.isoformat()
    whole, _, rest = text.partition(".")
    return text if not rest else f"{whole}.{rest[:6].rstrip('0')}{rest[6:]}"


def parsed(text: str, *, like: Any) -> Any:
    """A sort value read back from a cursor."""
    if isinstance(like, datetime):
        return NEVER if text == "infinity" else _with_zone(datetime.fromisoformat(text))
    if isinstance(like, date):
        # A cursor of the same list in another order: PostgreSQL takes the day of a moment, and a day for its beginning.
        return date.fromisoformat(text[: len("2027-04-01")])
    return int(text) if isinstance(like, int) else text


def _with_zone(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _plain(tie: Any) -> str:
    return str(tie)


def check_window(ask: Asking, target: str, arguments: Arguments) -> None:
    """Refuse a page that nobody is given."""
    first, last, after, before = (arguments.get(name) for name in ("first", "last", "after", "before"))
    size = next((each for each in (first, last) if each is not None), 20)
    mixed = (last is None and before is not None) or (last is not None and after is not None)
    cursor = before if last is not None else after
    if first is not None and last is not None:
        raise GraphQLError("both ways at once")
    if not 1 <= size <= 100 or mixed:
        raise GraphQLError("no such page")
    if cursor is not None and opened(ask, target, cursor) is None:
        raise GraphQLError("no such cursor")
