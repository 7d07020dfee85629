"""Decides how parties are chosen: whether each agency of the partnership takes part, and whether it must sign."""

from typing import Any

from werkzeug.datastructures import MultiDict

from frontend.forms import Form

Record = dict[str, Any]
SIGNS, TAKES_PART = "signs", "takes part"
CHOICES = [
    {"value": "", "text": "Not a party"},
    {"value": SIGNS, "text": "Party, must sign"},
    {"value": TAKES_PART, "text": "Party, need not sign"},
]


def field(place: int) -> str:
    """The name of the choice for one agency, by its place in the list that the page shows."""
    return f"party-{place}"


def fill(typed: MultiDict[str, str], agencies: list[Record], required: dict[str, bool]) -> None:
    """Put parties into a form; `required` says of each party, by id, whether it must sign."""
    for place, agency in enumerate(agencies):
        typed[f"agency-{place}"] = agency["id"]
        if agency["id"] in required:
            typed[field(place)] = SIGNS if required[agency["id"]] else TAKES_PART


def chosen(form: Form, agencies: list[Record]) -> tuple[list[Record], dict[str, str]]:
    """The parties as chosen, and where on the form to say what is wrong with each.

    An agency counts as chosen only where the form was shown with it: members may come and go while a form is open.
    """
    wanted: list[Record] = []
    places = {"parties": field(0)}
    for place, agency in enumerate(agencies):
        choice = _choice(form, agency["id"], len(agencies))
        if choice in (SIGNS, TAKES_PART):
            places[f"parties.{len(wanted)}"] = field(place)
            wanted.append({"agencyId": agency["id"], "required": choice == SIGNS})
    return wanted, places


def _choice(form: Form, agency_id: str, places: int) -> str:
    # One more than there are now, for a member that has left since.
    found = (place for place in range(places + 1) if form.text(f"agency-{place}") == agency_id)
    return next((form.text(field(place)) for place in found), "")
