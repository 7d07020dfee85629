"""Reads what PostgreSQL did for one page: how many rows any step of its plan gave on, and how many it passed over."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from portal.access.viewer import Viewer
from tests.factories.cast import Cast


@dataclass(frozen=True)
class Cost:
    """The most rows that one step of a plan gave on, the most it read and passed over, and the time of the whole."""

    rows: float
    passed_over: float
    milliseconds: float


def cost(cast: Cast, viewer: Viewer, document: str, **variables: Any) -> Cost:
    """What the one reading statement of an operation costs, as the web role behind its wall."""
    sent: list[tuple[str, Any]] = []
    engine = cast.door.wall.database.engine

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        sent.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        cast.ask(viewer, document, **variables)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    statement, values = max(sent, key=lambda each: len(each[0]))
    with cast.door.wall.acting_as(viewer) as session:
        cursor = session.connection().connection.cursor()
        cursor.execute("explain (analyze, format json, timing off) " + statement, values)
        found = cursor.fetchone()
        assert found is not None
        [plan] = found[0]
    steps = _steps(plan["Plan"])
    return Cost(
        rows=max(step["Actual Rows"] * step["Actual Loops"] for step in steps),
        passed_over=max(step.get("Rows Removed by Filter", 0) * step["Actual Loops"] for step in steps),
        milliseconds=plan["Execution Time"],
    )


def _steps(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(step for inner in plan.get("Plans", ()) for step in _steps(inner))]
