"""Decides how the administrators of a lead change what its partnership keeps as data: one page to a kind of data."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from frontend.administration import spans, standing
from frontend.documents import Document, document
from frontend.forms import STATUS, Form, Refusal, Saved, send
from frontend.page import ask, show

PAGE = document("administration/partnership.graphql")
SET_CLOCKS = document("administration/set_clocks.graphql")
SET_WEEK = document("administration/set_working_week.graphql")
SET_DAY = document("administration/set_day.graphql")
REMOVE_DAY = document("administration/remove_day.graphql")
SET_DESKS = document("administration/set_desks.graphql")
SET_CONCERN = document("administration/set_concern.graphql")
END_CONCERN = document("administration/end_concern.graphql")
SET_WARD = document("administration/set_ward.graphql")
END_WARD = document("administration/end_ward.graphql")
ORDER_CONCERNS = document("administration/order_concerns.graphql")
# One empty place to add a number to those there are.
SPARE_DESKS = 1
# The page that a change made on a page of one thing leads back to.
LEADS_TO = {"worry": "worries", "ward": "wards"}

pages = Blueprint("partnership", __name__)


@pages.get("/administration/partnership")
def partnership() -> Response:
    """What there is to change, and how it stands."""
    return _page("partnership", _data(), Form())


@pages.get("/administration/partnership/clocks")
def clocks() -> Response:
    """The times the partnership promises."""
    data = _data()
    return _page("clocks", data, Form(MultiDict(spans.typed_clocks(data["partnership"]["clocks"]))))


@pages.post("/administration/partnership/clocks")
def set_clocks() -> AnyResponse:
    """Promise other times."""
    form, data = Form(request.form), _data()
    wanted = spans.clocks(form, data["partnership"]["clocks"])
    places = {f"clocks.{place}": f"clock-{place}" for place in range(len(wanted))}
    return _change("clocks", SET_CLOCKS, form, data, {"clocks": wanted, **_from(form)}, places)


@pages.get("/administration/partnership/days")
def days() -> Response:
    """The working week, and the days that differ."""
    data = _data()
    return _page("days", data, Form(MultiDict(spans.typed_week(data["partnership"]["workingWeek"]))))


@pages.post("/administration/partnership/days/week")
def set_week() -> AnyResponse:
    """Work other hours."""
    form, data = Form(request.form), _data()
    return _change("days", SET_WEEK, form, data, {"hours": spans.week(form), **_from(form)}, {"hours": "opens-1"})


@pages.post("/administration/partnership/days")
def set_day() -> AnyResponse:
    """Name a day to come."""
    form, data = Form(request.form), _data()
    form.need("name", "Say what the day is.")
    if not standing.is_day(form.text("day")):
        form.wrong("day", "Enter the day as a date.")
    given = {"day": form.text("day"), "name": form.text("name"), "working": form.text("working") == "yes"}
    return _change("days", SET_DAY, form, data, given, {"day": "day", "name": "name"})


@pages.post("/administration/partnership/days/remove")
def remove_day() -> AnyResponse:
    """Take back what was said of a day to come."""
    form, data = Form(request.form), _data()
    if not standing.is_day(form.text("day")):
        form.wrong("day", "Choose one of the days to come.")
    return _change("days", REMOVE_DAY, form, data, {"day": form.text("day")}, {"day": "day"})


@pages.get("/administration/partnership/numbers")
def numbers() -> Response:
    """The numbers of the duty team."""
    data = _data()
    return _page("numbers", data, Form(MultiDict(spans.typed_desks(data["partnership"]["dutyDesks"]))))


@pages.post("/administration/partnership/numbers")
def set_numbers() -> AnyResponse:
    """Give other numbers."""
    form, data = Form(request.form), _data()
    wanted, places = spans.desks(form, len(data["partnership"]["dutyDesks"]) + SPARE_DESKS)
    return _change("numbers", SET_DESKS, form, data, {"desks": wanted, **_from(form)}, places)


@pages.get("/administration/partnership/worries")
def worries() -> Response:
    """The concerns people choose from."""
    return _page("worries", _data(), Form())


@pages.post("/administration/partnership/worries")
def add_worry() -> AnyResponse:
    """Offer a new concern."""
    return _set_concern(Form(request.form), "worries")


@pages.post("/administration/partnership/worries/order")
def order_worries() -> AnyResponse:
    """Offer the concerns in another order."""
    form, data = Form(request.form), _data()
    ranked = sorted(
        data["concerns"], key=lambda each: (spans.place(form.text(f"place-{each['code']}")), each["position"])
    )
    given = {"codes": [each["code"] for each in ranked]}
    return _change("worries", ORDER_CONCERNS, form, data, given, {})


@pages.get("/administration/partnership/worries/<code>")
def worry(code: str) -> Response:
    """One concern: its words and its end."""
    data = _data()
    found = _concern(data, code)
    return _page("worry", data, Form(MultiDict({"display": found["display"], "hint": found["hint"] or ""})), code=code)


@pages.post("/administration/partnership/worries/<code>")
def reword(code: str) -> AnyResponse:
    """Offer a concern in other words, or again."""
    return _set_concern(Form(request.form), "worry", code=code)


@pages.post("/administration/partnership/worries/<code>/end")
def end_worry(code: str) -> AnyResponse:
    """Offer a concern no more."""
    form, data = Form(request.form), _data()
    return _change("worry", END_CONCERN, form, data, {"code": code, **_from(form)}, {}, code=code)


@pages.get("/administration/partnership/wards")
def wards() -> Response:
    """The wards and beats people can name."""
    return _page("wards", _data(), Form())


@pages.post("/administration/partnership/wards")
def add_ward() -> AnyResponse:
    """Name a new ward or beat."""
    form, data = Form(request.form), _data()
    given = {"name": form.text("name"), "kind": form.text("kind"), **_from(form)}
    return _change("wards", SET_WARD, form, data, given, {"name": "name", "kind": "kind"})


@pages.get("/administration/partnership/wards/<ward_id>")
def ward(ward_id: str) -> Response:
    """One ward or beat of the partnership's own."""
    return _page("ward", _data(), Form(), ward_id=ward_id)


@pages.post("/administration/partnership/wards/<ward_id>")
def rename_ward(ward_id: str) -> AnyResponse:
    """Call a ward or beat otherwise."""
    form, data = Form(request.form), _data()
    kind = _own_ward(data, ward_id)["kindCode"]
    given = {"wardId": ward_id, "name": form.text("name"), "kind": kind, **_from(form)}
    return _change("ward", SET_WARD, form, data, given, {"name": "name"}, ward_id=ward_id)


@pages.post("/administration/partnership/wards/<ward_id>/end")
def end_ward(ward_id: str) -> AnyResponse:
    """Offer a ward or beat no more."""
    form, data = Form(request.form), _data()
    return _change("ward", END_WARD, form, data, {"wardId": ward_id}, {}, ward_id=ward_id)


def _own_ward(data: dict[str, Any], ward_id: str) -> dict[str, Any]:
    """A ward or beat the partnership named itself; any other has no page."""
    named: list[dict[str, Any]] = [each for each in data["partnership"]["wards"] if spans.is_own(each)]
    return next((each for each in named if each["id"] == ward_id), None) or abort(404)


def _set_concern(form: Form, template: str, *, code: str | None = None) -> AnyResponse:
    data = _data()
    form.need("display", "Enter the words people choose.")
    given = {"code": code, "display": form.text("display"), "hint": form.optional("hint"), **_from(form)}
    places = {"display": "display", "hint": "hint"}
    return _change(template, SET_CONCERN, form, data, given, places, code=code)


def _change(
    template: str,
    mutation: Document,
    form: Form,
    data: dict[str, Any],
    given: Mapping[str, Any],
    places: Mapping[str, str],
    **which: str | None,
) -> AnyResponse:
    if form.text("from") and not standing.is_day(form.text("from")):
        form.wrong("from", "Enter the day as a date.")
    if form.errors:
        return _page(template, data, form, status=422, **which)
    details = {
        "id": data["partnership"]["id"],
        "expectedVersion": form.version(),
        "idempotencyKey": form.key,
        **{name: value for name, value in given.items() if value is not None},
    }
    outcome = send(mutation, details)
    if isinstance(outcome, Saved):
        return redirect(url_for(f"partnership.{LEADS_TO.get(template, template)}"), code=303)
    form.refuse(_placed(outcome, places), {"from": "from", **{name: name for name in places.values()}})
    return _page(template, _data(), form, status=STATUS[outcome.kind], **which)


def _placed(refusal: Refusal, places: Mapping[str, str]) -> Refusal:
    """The refusal with its errors at fields of the form, where the place in a list says which of several."""
    errors = []
    for error in refusal.errors:
        path = error["path"]
        beginnings = (".".join(path[:length]) for length in range(len(path), 0, -1))
        field = next((places[each] for each in beginnings if each in places), None)
        errors.append(error | {"path": [field] if field else path})
    return replace(refusal, errors=tuple(errors))


def _from(form: Form) -> dict[str, str | None]:
    return {"from": form.optional("from")}


def _data() -> dict[str, Any]:
    """The data of the partnership that the viewer leads; for anybody else there is no such page."""
    data = ask(PAGE)
    if not data["viewer"]["viewerCanLead"] or not data["partnerships"]["edges"]:
        abort(404)
    data["partnership"] = data["partnerships"]["edges"][0]["node"]
    data["concerns"] = [edge["node"] for edge in data["concerns"]["edges"]]
    return data


def _concern(data: dict[str, Any], code: str) -> dict[str, Any]:
    """A concern that is offered, or what was last said of one that is not."""
    found: list[dict[str, Any]] = [*data["concerns"], *data["partnership"]["concernHistory"]]
    return next((each for each in found if each["code"] == code), None) or abort(404)


def _page(
    template: str,
    data: dict[str, Any],
    form: Form,
    *,
    status: int = 200,
    code: str | None = None,
    ward_id: str | None = None,
) -> Response:
    """One page; that of one concern or one ward says which."""
    more: dict[str, Any] = {}
    if code is not None:
        more["concern"] = _concern(data, code)
    if ward_id is not None:
        more["ward"] = _own_ward(data, ward_id)
    return show(f"administration/{template}.html", data, status=status, form=form, spans=spans, **more)
