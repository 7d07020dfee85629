"""Decides how a list is typed without script: numbered rows, one more at the press of a button, one less by a tick."""

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from frontend.forms import Form

# As many as a scheme has contributions by the rules: a form that showed fewer would drop the others when it is saved.
MOST = 400


@dataclass(frozen=True, kw_only=True)
class Rows:
    """One list of a form: what its rows are called, and the fields of a row."""

    name: str
    fields: Sequence[str]
    # Which record a row is of, carried along unseen: a row that holds nothing else is empty.
    unseen: str = ""

    def field(self, name: str, place: int) -> str:
        """The name of a field in a row."""
        return f"{self.name}-{name}-{place}"

    def shown(self, form: Form) -> range:
        """The places of the rows to show: as many as the form had, one at least."""
        typed = form.text(f"{self.name}-rows")
        # A number that no page of ours wrote counts as none.
        number = int(typed) if typed.isdecimal() and typed.isascii() and len(typed) < len(str(MOST)) + 1 else 1
        return range(max(1, min(number, MOST)))

    def add(self, form: Form) -> None:
        """Show one more."""
        form.settle(f"{self.name}-rows", str(min(len(self.shown(form)) + 1, MOST)))

    def kept(self, form: Form) -> list[tuple[int, dict[str, str]]]:
        """The rows in which something was typed and that are not ticked to go, each with its place."""
        found = []
        for place in self.shown(form):
            row = {name: form.text(self.field(name, place)) for name in self.fields}
            if any(value for name, value in row.items() if name != self.unseen) and not form.text(
                self.field("gone", place)
            ):
                found.append((place, row))
        return found

    def fill(self, typed: MultiDict[str, str], rows: Sequence[dict[str, str]]) -> None:
        """Put rows into a form."""
        typed[f"{self.name}-rows"] = str(max(1, len(rows)))
        for place, row in enumerate(rows):
            for name in self.fields:
                typed[self.field(name, place)] = row[name]
