"""Who sees what: the page says what the agreement's data says, cell by cell."""

import re

from tests.factories.cast import Cast
from tests.pages.conftest import ReadAs
from tests.pages.words_on import words_on

CELLS = """
query { viewer { partnership { agreementInForce {
  cells { fieldGroup column { code } level condition conditionalLevel }
  clauses { number heading text }
} } } }
"""


def shown(page: str) -> list[list[str]]:
    """The grid of a page, row by row, the words of each cell."""
    body = page.split('<table class="cc-grid')[1].split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    return [[words_on(cell) for cell in re.findall(r"<td.*?</td>", row)] for row in body.split("</tr>")[:-1]]


def test_the_grid_on_the_page_is_the_grid_in_force(cast: Cast, read_as: ReadAs) -> None:
    cells = cast.ask(cast.robin, CELLS)["viewer"]["partnership"]["agreementInForce"]["cells"]
    rows = shown(read_as(cast.robin).get("/agreement").text)
    assert {len(row) for row in rows} == {len({cell["column"]["code"] for cell in cells})}
    assert len(rows) == len({cell["fieldGroup"] for cell in cells})
    for level, word in (("FULL", "Full"), ("CODED", "Coded"), ("STATUS", "Status")):
        plain = [cell for cell in cells if cell["level"] == level and cell["condition"] is None]
        assert sum(row.count(word) for row in rows) == len(plain)
    conditional = [cell for cell in cells if cell["condition"] is not None]
    assert sum(" if " in cell for row in rows for cell in row) == len(conditional)


def test_the_rows_run_as_the_domain_lists_them(cast: Cast, read_as: ReadAs) -> None:
    rows = shown(read_as(cast.robin).get("/agreement").text)
    assert rows[0] == [*["Full"] * 7, "None"]
    assert rows[3] == ["Full", "Full", "Full", "Full", "Coded; full if shared", "Coded", "Coded", "None"]
    assert rows[4] == ["Full", "Full", "Full", "Full if shared", "Full if shared", "None", "None", "None"]


def test_every_clause_can_be_read_and_linked_to(cast: Cast, read_as: ReadAs) -> None:
    version = cast.ask(cast.robin, CELLS)["viewer"]["partnership"]["agreementInForce"]
    page = read_as(cast.robin).get("/agreement").text
    for clause in version["clauses"]:
        assert f'id="clause-{clause["number"]}"' in page
        assert f"{clause['heading']} {clause['text']}" in words_on(page)


def test_a_phone_shows_the_role_that_was_asked_for(cast: Cast, read_as: ReadAs) -> None:
    robin = read_as(cast.robin)
    assert robin.get("/agreement?role=SERVICE_ADMINISTRATOR").text.count(" is-col") == 17
    assert robin.get("/agreement?role=nobody").status_code == 200
