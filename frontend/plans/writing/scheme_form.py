"""Decides how a scheme is typed: its particulars, and rows of who pays, what is due and how it is judged."""

from decimal import Decimal, InvalidOperation
from typing import Any

from werkzeug.datastructures import MultiDict

from frontend.forms import Form
from frontend.plans.writing.beginning import is_day
from frontend.plans.writing.pounds import NOT_READ, read_pounds, typed_pounds
from frontend.plans.writing.rows import Rows

Record = dict[str, Any]
CONTRIBUTIONS = Rows(name="pays", fields=("agency", "year", "amount", "route", "condition"))
MILESTONES = Rows(name="due", fields=("key", "title", "target_on"), unseen="key")
MEASURES = Rows(name="judged", fields=("name", "target"))
LISTS = {"contributions": CONTRIBUTIONS, "milestones": MILESTONES, "measures": MEASURES}
PLACES = {
    "scheme": "title",
    "scheme.title": "title",
    "scheme.needCodes": "needs",
    "scheme.areaId": "area",
    "scheme.capacityTarget": "capacity",
    "scheme.contributions": CONTRIBUTIONS.field("amount", 0),
    "scheme.milestones": MILESTONES.field("title", 0),
    "scheme.measures": MEASURES.field("target", 0),
}
# The field of an input that each field of a row becomes.
INPUTS = {
    "contributions": {
        "agencyId": "agency",
        "year": "year",
        "amount": "amount",
        "route": "route",
        "condition": "condition",
    },
    "milestones": {"title": "title", "targetOn": "target_on"},
    "measures": {"nameCode": "name", "target": "target"},
}
# As many digits as a number of places or of a measure can have.
LONGEST_NUMBER = 9


def filled(scheme: Record) -> MultiDict[str, str]:
    """The form of a scheme as it stands."""
    typed: MultiDict[str, str] = MultiDict(
        {"title": scheme["title"], "area": scheme["area"]["id"], "capacity": str(scheme["capacityTarget"])}
    )
    typed.setlist("needs", [need["code"] for need in scheme["needs"]])
    CONTRIBUTIONS.fill(typed, typed_contributions(scheme["contributions"]))
    MILESTONES.fill(
        typed,
        [{"key": each["key"], "title": each["title"], "target_on": each["targetOn"]} for each in scheme["milestones"]],
    )
    MEASURES.fill(
        typed,
        [
            {"name": each["name"]["code"], "target": f"{Decimal(each['target']).normalize():f}"}
            for each in scheme["measures"]
        ],
    )
    return typed


def typed_contributions(contributions: list[Record]) -> list[dict[str, str]]:
    """Contributions as rows of a form."""
    return [
        {
            "agency": each["agency"]["id"],
            "year": str(each["year"]),
            "amount": typed_pounds(each["amount"]["amount"]),
            "route": each["route"],
            "condition": each["condition"] or "",
        }
        for each in contributions
    ]


def suggested(cost: Record | None, year: int) -> MultiDict[str, str]:
    """A new scheme: what such a one is known to cost in its first year, for a person to change; nobody pays it yet."""
    typed: MultiDict[str, str] = MultiDict()
    if cost is not None:
        row = {
            "agency": "",
            "year": str(year),
            "amount": typed_pounds(cost["amountAYear"]["amount"]),
            "route": "",
            "condition": "",
        }
        CONTRIBUTIONS.fill(typed, [row])
    return typed


def read(form: Form) -> tuple[Record, dict[str, str]]:
    """The scheme as typed, with what is missing said in the form, and where the form has each part of it."""
    form.need("title", "Give the scheme a name.")
    if not form.many("needs"):
        form.wrong("needs", "Choose at least one need it meets.")
    form.need("area", "Choose where it is.")
    capacity = _number(form, "capacity", "Enter how many places it creates, as a whole number.")
    money, places = contributions(form, "scheme.contributions")
    milestones, more = _milestones(form)
    measures, last = _measures(form)
    scheme = {
        "title": form.text("title"),
        "needCodes": form.many("needs"),
        "areaId": form.text("area"),
        "capacityTarget": capacity,
        "contributions": money,
        "milestones": milestones,
        "measures": measures,
    }
    return scheme, PLACES | places | more | last


def contributions(form: Form, path: str) -> tuple[list[Record], dict[str, str]]:
    """Who pays what as typed, for an input at `path`; what is missing of a row is said at its fields."""
    wanted = []
    rows = CONTRIBUTIONS.kept(form)
    for place, row in rows:
        amount = read_pounds(row["amount"])
        needs = {"agency": "Choose who pays.", "year": "Choose the year.", "route": "Choose how the money flows."}
        for name, message in needs.items():
            form.need(CONTRIBUTIONS.field(name, place), message)
        if amount is None:
            form.wrong(CONTRIBUTIONS.field("amount", place), NOT_READ)
        elif form.text(name := CONTRIBUTIONS.field("year", place)) and not _is_number(row["year"]):
            form.wrong(name, "Choose the year.")
        wanted.append(
            {
                "agencyId": row["agency"],
                "year": int(row["year"]) if _is_number(row["year"]) else 0,
                "amount": {"amount": amount},
                "route": row["route"],
                "condition": row["condition"] or None,
            }
        )
    return wanted, _places(path, CONTRIBUTIONS, INPUTS["contributions"], [place for place, _ in rows])


def _milestones(form: Form) -> tuple[list[Record], dict[str, str]]:
    rows = MILESTONES.kept(form)
    for place, row in rows:
        form.need(MILESTONES.field("title", place), "Write what is due.")
        if not is_day(row["target_on"]):
            form.wrong(MILESTONES.field("target_on", place), "Enter the day as a date.")
    wanted = [
        {"title": row["title"], "targetOn": row["target_on"]} | ({"key": row["key"]} if row["key"] else {})
        for _, row in rows
    ]
    return wanted, _places("scheme.milestones", MILESTONES, INPUTS["milestones"], [place for place, _ in rows])


def _measures(form: Form) -> tuple[list[Record], dict[str, str]]:
    rows = MEASURES.kept(form)
    wanted = []
    for place, row in rows:
        form.need(MEASURES.field("name", place), "Choose what is measured.")
        target = _decimal(row["target"])
        if target is None:
            form.wrong(MEASURES.field("target", place), "Enter what is aimed at, as a number.")
        wanted.append({"nameCode": row["name"], "target": target})
    return wanted, _places("scheme.measures", MEASURES, INPUTS["measures"], [place for place, _ in rows])


def _places(path: str, rows: Rows, names: dict[str, str], typed: list[int]) -> dict[str, str]:
    """Where on the form each row that was sent stands, and each of its fields."""
    found = {}
    for sent, place in enumerate(typed):
        found[f"{path}.{sent}"] = rows.field(next(iter(names.values())), place)
        found |= {f"{path}.{sent}.{name}": rows.field(field, place) for name, field in names.items()}
    return found


def _number(form: Form, name: str, message: str) -> int | None:
    typed = form.text(name).replace(",", "")
    if not _is_number(typed):
        form.wrong(name, message)
        return None
    return int(typed)


def _is_number(typed: str) -> bool:
    return typed.isdecimal() and typed.isascii() and len(typed) <= LONGEST_NUMBER


def _decimal(typed: str) -> str | None:
    """A figure such as «1,200» or «7.5» as a decimal string; an amount of money, such as a cost, is one too."""
    if (found := read_pounds(typed)) is not None:
        return found
    try:
        exact = Decimal(typed)
    except InvalidOperation:
        return None
    return f"{exact:f}" if exact.is_finite() and abs(exact.adjusted()) <= LONGEST_NUMBER else None
