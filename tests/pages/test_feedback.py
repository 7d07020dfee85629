"""What the page of owed feedback says to whom: numbers of one's own agency, bands of the others."""

import re

from sqlalchemy import text

from frontend.feedback.pages import promise, span
from tests.factories.cast import Cast
from tests.factories.clock import triage_due
from tests.factories.flags import raised, shared
from tests.pages.conftest import ReadAs
from tests.pages.words_on import words_on


def rows(page: str) -> dict[str, list[str]]:
    """The table of the page: the cells of each agency, in words."""
    body = page.split("<tbody")[1].split("</tbody>", maxsplit=1)[0]
    found = {}
    for row in body.split("</tr>")[:-1]:
        head = words_on(re.findall(r"<th.*?</th>", row, re.DOTALL)[0])
        found[head] = [words_on(cell) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]
    return found


def test_one_s_own_agency_is_in_numbers_and_the_partners_are_in_bands(cast: Cast, read_as: ReadAs) -> None:
    shared(cast)
    for _ in range(5):
        raised(cast)
    triage_due(cast, raised(cast))

    own = rows(read_as(cast.morgan).get("/feedback").text)
    assert own["Severnshire County Council Your agency, leads triage"] == ["6", "1", "1"]
    assert own["Severnshire Health and Care"] == ["1 to 4", "0", "0"]
    seen = rows(read_as(cast.robin).get("/feedback").text)
    assert seen["Severnshire County Council Leads triage"] == ["5 to 9", "1 to 4", "1 to 4"]
    assert seen["Severnshire PCT Your agency"] == ["0", "0", "0"]


def test_everybody_in_the_partnership_reads_it_and_finds_it_from_who_sees_what(cast: Cast, read_as: ReadAs) -> None:
    raised(cast)

    for viewer in (cast.rowan, cast.mel, cast.sam, cast.robin, cast.gail, cast.noor, cast.dee):
        reader = read_as(viewer)
        assert 'href="/feedback"' in reader.get("/agreement").text
        page = reader.get("/feedback")
        assert page.status_code == 200
        assert len(rows(page.text)) == 5
    for address, viewer in (("/flags", cast.rowan), ("/inbox", cast.morgan)):
        assert 'href="/feedback"' in read_as(viewer).get(address).text


def test_the_page_says_what_the_partnership_promises(cast: Cast, read_as: ReadAs) -> None:
    page = words_on(read_as(cast.robin).get("/feedback").text)

    assert "A decision on a flag, danger when sent 2 hours" in page
    assert "A decision on a flag, not urgent 24 hours of working time" in page


def test_an_agency_in_no_partnership_is_told_so(cast: Cast, read_as: ReadAs) -> None:
    with cast.owner.transaction() as session:
        session.execute(
            text("delete from partnership_member where agency_id = :agency"),
            {"agency": cast.settled.agencies["SEVERN-PCT"]},
        )

    assert "Your agency is in no partnership" in read_as(cast.robin).get("/feedback").text


def test_a_promise_is_said_no_finer_than_it_is() -> None:
    assert [span(minutes) for minutes in (60, 90, 120, 2400)] == ["1 hour", "90 minutes", "2 hours", "40 hours"]
    clock = {"kind": "TRIAGE", "urgency": "URGENT", "minutes": 360, "workingHoursOnly": False}
    assert promise(clock) == ("A decision on a flag, cannot wait", "6 hours")
