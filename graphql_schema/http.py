"""Decides how the schema is served over HTTP: bearer tokens only, and GET for queries only, as GraphQL-over-HTTP says.

No cookie is ever read here, so no other site can make a browser act. The site keeps no log of addresses; a tool that
asks with GET answers for the logs on its own side, and can use POST for everything.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID, uuid4

from flask import Blueprint, Request, Response, request
from graphql import GraphQLError, OperationType, get_operation_ast
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from graphql_schema.faults import log_fault
from graphql_schema.limits import LIMITS, over, read
from graphql_schema.refusals import BUSY, DEADLINE, RATE, interrupted
from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.deadline import Deadline
from portal.identity.tokens import viewer_for_token
from portal.rates.buckets import Subject
from portal.rates.models import RateKind

JSON, GRAPHQL = "application/json", "application/graphql-response+json"
# A refusal by any of these is one in both media types: nothing was executed, and it is worth sending again later.
REFUSALS = {"INTERNAL": 500, RATE: 429, DEADLINE: 503, BUSY: 503}
# NUL as JSON and GraphQL write it, after an even number of backslashes: PostgreSQL holds every character but this one.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u(?:0000|\{0+\})")
# Every method is routed here, so that this file alone says which are allowed.
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class Execution(Protocol):
    """What a document answers: no data with errors, or data with or without them."""

    data: dict[str, Any] | None
    errors: list[GraphQLError]
    extensions: dict[str, Any]


class Door(Protocol):
    """The schema bound to a database."""

    def execute(
        self,
        document: str,
        variables: dict[str, Any],
        viewer: Viewer | None,
        *,
        operation_name: str | None = None,
        request_id: UUID | None = None,
        subjects: Sequence[Subject] | None = None,
        deadline: Deadline | None = None,
    ) -> Execution: ...


@dataclass(frozen=True, kw_only=True)
class Query:
    """A well-formed request."""

    document: str
    variables: dict[str, Any]
    operation_name: str | None


class Refused(Exception):
    """The request never reaches the schema; the message says what would."""

    def __init__(
        self,
        status: int,
        message: str,
        headers: dict[str, str] | None = None,
        extensions: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = GraphQLError(message, extensions=extensions)
        self.headers = headers or {}


def blueprint(door: Door, wall: Wall) -> Blueprint:
    """The address /graphql, answered by a door, to whoever holds a token that the database behind the wall knows."""
    room = Blueprint("graphql", __name__)

    @room.route("/graphql", methods=METHODS, provide_automatic_options=False)
    def execute() -> Response:
        media_type, deadline = JSON, Deadline.after(LIMITS.seconds)
        try:
            _check_method(request)
            media_type = _negotiate(request)
            viewer = _viewer(request, wall, deadline)
            query = _read(request)
        except Refused as refused:
            return _refusal(refused, media_type)
        request_id = uuid4()
        execution = door.execute(
            query.document,
            query.variables,
            viewer,
            operation_name=query.operation_name,
            request_id=request_id,
            subjects=(Subject(RateKind.USER, viewer.user_id), Subject(RateKind.AGENCY, viewer.agency_id)),
            deadline=deadline,
        )
        return _answer(execution, media_type, request_id)

    room.register_error_handler(Exception, _failed)
    return room


def _failed(error: Exception) -> Response:
    """What nobody expected: logged under a reference, by kind and place alone, and told with the reference."""
    if (refused := interrupted(error)) is not None:
        return _with_wait(_response({"errors": [refused.formatted]}, JSON, REFUSALS[_code(refused)]), refused)
    reference = str(uuid4())
    # The text of an error can hold values of a record.
    log_fault("request failed", error, reference=reference)
    message = f"Something broke on our side. Quote {reference} when you tell us."
    return _response({"errors": [{"message": message}]}, JSON, 500)


def _check_method(asked: Request) -> None:
    if asked.method not in {"GET", "POST"}:
        raise Refused(405, "Send the document with POST, or a query with GET.", {"Allow": "GET, POST"})


def _negotiate(asked: Request) -> str:
    """The media type to answer in; with no preference it is application/json, as the specification's appendix asks."""
    if "Accept" not in asked.headers:
        return JSON
    accepted = MIMEAccept((_bare(name), quality) for name, quality in asked.accept_mimetypes if _is_utf8(name))
    as_json, as_graphql = accepted.quality(JSON), accepted.quality(GRAPHQL)
    if not as_json and not as_graphql:
        raise Refused(406, f"The answer comes as {GRAPHQL} or {JSON}, in UTF-8.")
    if as_json == as_graphql:
        # A wildcard accepts both; only a client that names the newer type is known to understand its status codes.
        return GRAPHQL if GRAPHQL in list(accepted.values()) else JSON
    return GRAPHQL if as_graphql > as_json else JSON


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _is_utf8(media_type: str) -> bool:
    """Whether a media type leaves its character set open or names UTF-8."""
    parameters = (part.strip().lower().partition("=") for part in media_type.split(";")[1:])
    return all(value.strip('"') in {"utf-8", "utf8"} for name, _, value in parameters if name == "charset")


def _viewer(asked: Request, wall: Wall, deadline: Deadline) -> Viewer:
    sent = asked.authorization
    if sent is None or sent.type != "bearer" or not sent.token:
        raise Refused(401, "Send a bearer token in the Authorization header.", {"WWW-Authenticate": "Bearer"})
    with wall.anonymously(deadline=deadline) as session:
        viewer = viewer_for_token(session, sent.token)
    if viewer is None:
        invalid = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise Refused(401, "This token is unknown, or its time is over: get a new one.", invalid)
    return viewer


def _read(asked: Request) -> Query:
    """The request; anything that is not one is refused before the schema hears of it."""
    if asked.method == "GET":
        query = _query(_parameters(asked))
        _need_query(query)
        return query
    content_type = asked.headers.get("Content-Type", "")
    if _bare(content_type) != JSON or not _is_utf8(content_type) or "Content-Encoding" in asked.headers:
        raise Refused(415, f"Send the document as {JSON}, in UTF-8 and not compressed.", {"Accept-Post": JSON})
    body = _json(_bytes(asked))
    if not isinstance(body, dict):
        raise Refused(400, "The body must be a JSON object with a query; requests in batches are not answered.")
    return _query(body)


def _parameters(asked: Request) -> dict[str, Any]:
    """What an address says, each name once; variables and extensions are JSON there."""
    found: dict[str, Any] = {}
    for name in ("query", "operationName", "variables", "extensions"):
        values = asked.args.getlist(name)
        if len(values) > 1:
            raise Refused(400, f"Send {name} once.")
        # An empty parameter is how an address leaves one out.
        if values and values[0]:
            found[name] = _json(values[0].encode()) if name in {"variables", "extensions"} else values[0]
    return found


def _need_query(query: Query) -> None:
    """A GET changes nothing; what is not a document, or names no operation, is for the schema to refuse."""
    try:
        operation = get_operation_ast(read(query.document), query.operation_name)
    except GraphQLError:
        return
    if operation is not None and operation.operation is not OperationType.QUERY:
        raise Refused(405, "GET is for queries: send a mutation with POST.", {"Allow": "POST"})


def _query(parts: dict[str, Any]) -> Query:
    document, operation_name = parts.get("query"), parts.get("operationName")
    if not isinstance(document, str) or not document.strip():
        raise Refused(400, "The request must have a query, and the query must be a text.")
    _check_nul(document)
    if operation_name is not None and not isinstance(operation_name, str):
        raise Refused(400, "The operationName must be a text.")
    for name in ("variables", "extensions"):
        if parts.get(name) is not None and not isinstance(parts[name], dict):
            raise Refused(400, f"The {name} must be a JSON object.")
    return Query(document=document, variables=parts.get("variables") or {}, operation_name=operation_name)


def _bytes(asked: Request) -> bytes:
    asked.max_content_length = LIMITS.request_bytes
    try:
        return asked.get_data(cache=False)
    except RequestEntityTooLarge:
        error = over("request_bytes", asked.content_length)
        raise Refused(413, error.message, extensions=error.extensions) from None
    except ClientDisconnected:
        raise Refused(400, "The body ended early.") from None


def _json(sent: bytes) -> Any:
    try:
        body = json.loads(sent.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
        # A lone half of a surrogate pair can be written in JSON and is no character: nothing could store or send it.
        text = json.dumps(body, ensure_ascii=False)
        text.encode("utf-8")
    except (ValueError, RecursionError):
        raise Refused(400, "The body must be well-formed JSON in UTF-8, with each name once, and not deep.") from None
    _check_nul(text)
    return body


def _check_nul(text: str) -> None:
    if _NUL.search(text):
        raise Refused(400, "A text must not have the character NUL (U+0000), which cannot be stored.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which two readers cannot pick two different values of one name."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_constant(_name: str) -> None:
    """NaN and Infinity are not JSON."""
    raise ValueError


def _refusal(refused: Refused, media_type: str) -> Response:
    response = _response({"errors": [refused.error.formatted]}, media_type, refused.status)
    response.headers.update(refused.headers)
    return response


def _answer(execution: Execution, media_type: str, request_id: UUID) -> Response:
    """The execution as its media type asks: data is left out when nothing was executed, and null when it failed."""
    body: dict[str, Any] = {}
    if execution.errors:
        body["errors"] = [error.formatted for error in execution.errors]
    # An error of the request has no path, because nothing was executed; one that emptied the whole answer has.
    executed = execution.data is not None or any(error.path for error in execution.errors)
    if executed:
        body["data"] = execution.data
    if execution.extensions:
        body["extensions"] = execution.extensions
    response = _response(body, media_type, _status(execution, media_type, executed=executed))
    response.headers["X-Request-Id"] = str(request_id)
    return _with_wait(response, *execution.errors)


def _code(error: GraphQLError) -> str:
    return str((error.extensions or {}).get("code"))


def _with_wait(response: Response, *errors: GraphQLError) -> Response:
    """The response, with when it is worth sending the request again where an error says so."""
    for error in errors:
        if "retryAfter" in (error.extensions or {}):
            response.headers["Retry-After"] = str((error.extensions or {})["retryAfter"])
    return response


def _status(execution: Execution, media_type: str, *, executed: bool) -> int:
    for error in execution.errors:
        if _code(error) in REFUSALS:
            return REFUSALS[_code(error)]
    # application/json answers 200 whatever became of the document: older clients look no further on any other status.
    return 200 if executed or media_type == JSON else 400


def _response(body: dict[str, Any], media_type: str, status: int) -> Response:
    response = Response(json.dumps(body, ensure_ascii=False, separators=(",", ":")), status)
    response.headers["Content-Type"] = f"{media_type}; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept"
    return response
