"""Decides what somebody who builds on the schema finds: who reads what, limits, promises, and an explorer."""

from flask import Blueprint, Response, make_response

from frontend import sight, words
from frontend.documents import document
from frontend.page import ask, show
from graphql_schema import reference

QUESTION = document("developers/developers.graphql")
# What the explorer opens with: the first thing anybody wants to know of a token.
FIRST_QUERY = """# Press the arrow to run it, or Ctrl-Enter.
query WhoAmI {
  viewer {
    user { displayName }
    role
    agency { name }
    viewerCanRaiseFlag
  }
}
"""

pages = Blueprint("developers", __name__)


@pages.get("/developers")
def developers() -> Response:
    """How to ask the schema, and what it promises."""
    data = ask(QUESTION)
    partnership = data["here"]["partnership"]
    version = partnership["agreementInForce"] if partnership else None
    cells = version["cells"] if version else []
    return show(
        "developers/developers.html",
        data,
        version=version,
        columns=sight.columns(cells),
        rows=sight.grid(cells),
        fields=_fields(),
        limits=reference.limits(),
        ends=reference.deprecations(),
        months=reference.NOTICE_MONTHS,
    )


@pages.get("/developers/schema.graphql")
def schema() -> Response:
    """The schema as text."""
    response = make_response(reference.sdl())
    response.mimetype = "text/plain"
    response.headers["Content-Disposition"] = 'attachment; filename="concord.graphql"'
    return response


@pages.get("/developers/graphiql")
def explorer() -> Response:
    """An editor that asks the schema as a tool does, with a token it is given when somebody presses the button."""
    return show("developers/graphiql.html", first_query=FIRST_QUERY)


def _fields() -> dict[str, dict[str, list[str]]]:
    """The fields of each group by the lowest level that shows them, groups and levels in their order."""
    found: dict[str, dict[str, list[str]]] = {group: {} for group in words.FIELD_GROUP}
    for level in words.LEVEL:
        for field in reference.grouped_fields():
            if field.level == level:
                found[field.group].setdefault(level, []).append(field.name)
    return {group: levels for group, levels in found.items() if levels}
