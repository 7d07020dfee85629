"""What people type into the forms of plans, complete, and how a reader without script goes through them."""

import re
from typing import Any

from tests.factories.cast import Cast
from tests.factories.plans import place
from tests.pages.reader import Reader

Typed = dict[str, str | list[str]]
TITLE = "Somewhere to go, 2027 to 2030"


def particulars(**changes: str) -> Typed:
    """The name and the period of a plan."""
    return {"title": TITLE, "starts_on": "2027-04-01", "ends_on": "2030-03-31"} | changes


def begun(reader: Reader, *parties: str, **changes: str) -> str:
    """Where the draft of a plan is written that a commissioner begins with these agencies, who all must sign."""
    held = reader.form("/plans/new")
    names = re.findall(
        r'<label class="govuk-label" for="(party-\d+)">\s*(.*?)\s*</label>', reader.get("/plans/new").text
    )
    chosen = {field: "signs" if name in parties else "" for field, name in names}
    assert sorted(name for _, name in names if name in parties) == sorted(parties)
    answer = reader.post("/plans/new", held, **particulars(**changes), **chosen)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def scheme(cast: Cast, **changes: Any) -> Typed:
    """A scheme with one contribution, one milestone and one measure."""
    return {
        "title": "Liaison and diversion at Northgate",
        "needs": ["MENTAL_HEALTH"],
        "area": place(cast)[1],
        "capacity": "40",
        "pays-agency-0": cast.agency_id("SEVERN-LA"),
        "pays-year-0": "2027",
        "pays-amount-0": "£80,000.00",
        "pays-route-0": "ALIGNED",
        "pays-condition-0": "Renewed each year",
        "due-title-0": "First young person seen",
        "due-target_on-0": "2027-06-01",
        "judged-name-0": "REACH",
        "judged-target-0": "40",
    } | changes


def clause(**changes: str) -> Typed:
    """A clause."""
    return {
        "kind": "SPECIFICATION",
        "heading": "What the service does",
        "text": "Workers meet young people where they are.\nThey never wear a uniform.",
    } | changes
