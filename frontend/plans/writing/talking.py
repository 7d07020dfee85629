"""Decides how people talk about a version: clause by clause, with comments and the counter-proposals made to it."""

from typing import Any

from flask import abort, url_for
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import document
from frontend.forms import Form
from frontend.kept import resumable, typed_form
from frontend.page import ask, found, show
from frontend.plans import pages, telling
from frontend.plans.showing import nodes
from frontend.plans.writing.answering import Change, keep, make
from frontend.plans.writing.clauses import clause_by_key
from frontend.plans.writing.editing import draft_of

Record = dict[str, Any]
TALK = document("plans/writing/talk.graphql")
MORE = document("plans/writing/more_talk.graphql")
COMMENT = document("plans/writing/comment.graphql")
RESOLVE = document("plans/writing/resolve_comment.graphql")
WROTE = {"text": "Your comment"}


@pages.get("/plans/<plan_id>/talk")
def talk(plan_id: str) -> AnyResponse:
    """Everything that is open: counter-proposals and comments, whatever they are about."""
    return _talk(_talk_of(plan_id), Form())


@pages.post("/plans/<plan_id>/talk")
@resumable
def comment_on_plan(plan_id: str) -> AnyResponse:
    """Comment on the plan as a whole."""
    form, data = typed_form(), _talk_of(plan_id)
    if form.unsent:
        return _talk(data, form)
    return _comment(
        form,
        {"planVersionId": form.text("version_id")},
        then=f"{url_for('plans.talk', plan_id=plan_id)}#comments",
        again=lambda status: _talk(_talk_of(plan_id), form, status=status),
    )


@pages.get("/plans/<plan_id>/clauses/<key>")
def clause(plan_id: str, key: str) -> AnyResponse:
    """One clause as the current version has it, with everything said about it."""
    data = _talk_of(plan_id)
    if clause_by_key(data, key) is None:
        abort(404)
    return _clause(data, Form(), key)


@pages.post("/plans/<plan_id>/clauses/<key>")
@resumable
def comment_on_clause(plan_id: str, key: str) -> AnyResponse:
    """Comment on a clause."""
    form, data = typed_form(), _talk_of(plan_id)
    if form.unsent:
        return _clause(data, form, key)
    return _comment(
        form,
        {"clauseId": form.text("record_id")},
        then=f"{url_for('plans.clause', plan_id=plan_id, key=key)}#comments",
        again=lambda status: _clause(_talk_of(plan_id), form, key, status=status),
    )


@pages.post("/plans/<plan_id>/comments/<comment_id>/resolve")
def resolve_comment(plan_id: str, comment_id: str) -> AnyResponse:
    """Say that a comment is settled; it stays where it was made."""
    form, data = typed_form(), _talk_of(plan_id)
    found = next((each for each in data["version"]["comments"] if each["id"] == comment_id), None)
    key = found["clause"]["key"] if found and found["clause"] else None
    back = url_for("plans.clause", plan_id=plan_id, key=key) if key else url_for("plans.talk", plan_id=plan_id)
    return make(
        form,
        Change(mutation=RESOLVE, given={"id": comment_id, "expectedVersion": form.version()}),
        then=lambda _: f"{back}#comments",
        again=lambda status: keep(_talk_of(plan_id), form, {}, title="Settle a comment", status=status),
    )


def _talk_of(plan_id: str) -> Record:
    """Everything said about the current version, however much that is: what stood on a later page would go unheard."""
    data = draft_of(TALK, plan_id)
    for name in ("proposals", "comments"):
        page = data["version"][name]
        said = nodes(page)
        while page["pageInfo"]["hasNextPage"]:
            given = {"proposals": name == "proposals", "after": page["pageInfo"]["endCursor"]}
            page = found(ask(MORE, id=data["version"]["id"], **given)["version"])[name]
            said += nodes(page)
        data["version"][name] = said
    return data


def _comment(form: Form, about: Record, *, then: str, again: Any) -> AnyResponse:
    form.need("text", "Write your comment.")
    if form.errors:
        answer: AnyResponse = again(422)
        return answer
    change = Change(mutation=COMMENT, given={**about, "text": form.text("text")}, places={"text": "text"})
    return make(form, change, then=lambda _: then, again=again)


def _talk(data: Record, form: Form, *, status: int = 200) -> AnyResponse:
    version = data["version"]
    if status != 200 and not version["viewerCanComment"]:  # noqa: PLR2004  in answer to a form
        return keep(data, form, WROTE, title="Comments", status=status)
    return show(
        "plans/writing/talk.html",
        data,
        status=status,
        form=form,
        settling=Form(),
        proposals=version["proposals"],
        comments=version["comments"],
        telling=telling,
    )


def _clause(data: Record, form: Form, key: str, *, status: int = 200) -> AnyResponse:
    version, found = data["version"], clause_by_key(data, key)
    if found is None or (status != 200 and not version["viewerCanComment"]):  # noqa: PLR2004  in answer to a form
        return keep(data, form, WROTE, title="Comments", status=status)
    return show(
        "plans/writing/clause.html",
        data,
        status=status,
        form=form,
        settling=Form(),
        clause=found,
        proposals=[each for each in version["proposals"] if each["clause"] and each["clause"]["key"] == key],
        comments=[each for each in version["comments"] if each["clause"] and each["clause"]["key"] == key],
        telling=telling,
    )
