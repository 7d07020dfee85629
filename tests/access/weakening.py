"""How a wall is weakened, one policy or one part of it at a time, and which promises are asked whether they notice."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event, text

from tests.access.attempts import Promise
from tests.access.promises import promises
from tests.access.scene import Scene

POLICIES = """
select tablename, policyname, cmd, qual, with_check from pg_policies where schemaname = 'public' order by 1, 2
"""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Policy:
    """A policy as PostgreSQL tells it."""

    table: str
    name: str
    command: str
    using: str | None
    check: str | None

    @property
    def open_already(self) -> bool:
        """Whether nothing is left of it to take away."""
        return self.using in {None, "true"} and self.check in {None, "true"}

    def weaker(self) -> Iterator[tuple[str, "Policy"]]:
        """Each weaker form of it with what was taken away: all, each half, and each condition of each half."""
        if self.open_already:
            return
        yield "all of it", self._with(self.using and "true", self.check and "true")
        if self.using and self.check and self.using != self.check:
            yield "what it uses", self._with("true", self.check)
        for left, without in _without_each(self.using):
            # What is read and what is written are held to one condition, so it goes from both.
            both = without if self.check == self.using else self.check
            yield f"using {left}", self._with(without, both)
        if self.check != self.using:
            for left, without in _without_each(self.check):
                yield f"with check {left}", self._with(self.using, without)

    def _with(self, using: str | None, check: str | None) -> "Policy":
        return Policy(self.table, self.name, self.command, using, check)

    def apply(self, connection: Connection) -> None:
        """Let PostgreSQL hold this form of it from now on."""
        using = f" using ({self.using})" if self.using else ""
        check = f" with check ({self.check})" if self.check else ""
        connection.execute(text(f"alter policy {self.name} on {self.table}{using}{check}"))


def policies(connection: Connection) -> list[Policy]:
    """Every policy there is."""
    return [Policy(*row) for row in connection.execute(text(POLICIES))]


def _without_each(expression: str | None) -> Iterator[tuple[str, str]]:
    """Each of several conditions that must all hold, with the expression that forgets it."""
    parts = _conditions(expression or "")
    if len(parts) > 1:
        for place, part in enumerate(parts):
            yield f"without {' '.join(part.split())}", " and ".join(parts[:place] + parts[place + 1 :])


def _conditions(expression: str) -> list[str]:
    """The conditions of an expression as PostgreSQL writes it, in brackets and joined by AND."""
    inner = expression[1:-1] if expression.startswith("(") and expression.endswith(")") else expression
    parts, depth = [""], 0
    for piece in re.split(r"([()]| AND )", inner):
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if depth < 0:
            # The outer brackets were not a pair: there is one condition.
            return [expression]
        if piece == " AND " and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


Asked = Mapping[str, frozenset[tuple[str, str]]]


def what_each_asks(scene: Scene) -> tuple[dict[str, frozenset[tuple[str, str]]], list[str]]:
    """Ask every promise of a wall: the (command, word) pairs of what each says to PostgreSQL, and those not kept."""
    asked, not_kept = {}, []
    for name, leaks in promises().items():
        with _listening(scene) as heard:
            if leaks(scene):
                not_kept.append(name)
        asked[name] = frozenset(heard)
    return asked, not_kept


@contextmanager
def _listening(scene: Scene) -> Iterator[set[tuple[str, str]]]:
    heard: set[tuple[str, str]] = set()

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        command, *words = _WORD.findall(statement)
        heard.update((command.upper(), word) for word in words)

    engines = [scene.wall.database.engine, *([scene.worker.engine] if scene.worker else [])]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", hear)


@dataclass(frozen=True)
class Noticed:
    """What the promises about a table made of a weaker wall."""

    by: str | None
    # A promise that falls over has noticed nothing.
    crashed: tuple[str, ...] = ()


def noticed(
    scene: Scene, asked: Asked, table: str, command: str = "ALL", *, each: Mapping[str, Promise] | None = None
) -> Noticed:
    """The first promise about a table that is not kept any more; those that try the command itself come first."""
    each = promises() if each is None else each
    about = [name for name, words in asked.items() if any(word == table for _, word in words)]
    about.sort(key=lambda name: ((command, table) not in asked[name], len(asked[name])))
    crashed = []
    for name in about:
        try:
            if each[name](scene):
                return Noticed(name, tuple(crashed))
        except Exception as broken:  # noqa: BLE001  whatever it fell over, it is no catch
            crashed.append(f"{name}: {type(broken).__name__}")
    return Noticed(None, tuple(crashed))
