"""Decides how every change runs: once per key, in a savepoint, answered from the record as it then stands."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from graphql_schema.call import Call
from graphql_schema.errors import failed
from graphql_schema.selection.record import Plain
from portal.access.touched import forget_written
from portal.access.viewer import Viewer
from portal.audit.idempotency import once
from portal.errors import Failure, NotFound

Act = Callable[[Session, Viewer], Any]


def change(info: Any, given: Any, act: Act, *, answer: str) -> Any:
    """Carry out a change and answer with the record of type `answer` it leaves, or with the failure.

    `given` is the input, with its `idempotency_key`; `act` gives the key of the changed record.
    """
    result, replayed, failure = attempt(info, given, act)
    if failure is not None:
        return failure
    core = info._raw_info
    call: Call = core.context
    found = call.read_back(core, answer, UUID(result), replayed=replayed)
    # Not `or`: an answer of which nothing was selected is empty, and yet there.
    return failed(NotFound()) if found is None else found


def attempt(info: Any, given: Any, act: Act) -> tuple[Any, bool, Plain | None]:
    """Carry out a change, giving its result, whether it was replayed, and the failure if it was refused.

    An expected failure takes back everything the action did; what remains is the line of audit.
    """
    core = info._raw_info
    call: Call = core.context
    call.operations.append(core.field_name)
    content = asdict(given)
    key = content.pop("idempotency_key")
    try:
        if call.viewer is None:
            raise NotFound
        viewer = call.viewer
        with call.session.begin_nested():
            result, replayed = once(
                call.session,
                viewer,
                key=key,
                operation=core.field_name,
                content=content,
                act=lambda: act(call.session, viewer),
            )
    except Failure as failure:
        # What a rolled back action left in the session must not be read by the next statement.
        call.session.expire_all()
        forget_written(call.session)
        call.written = type(failure).__name__
        if not isinstance(failure, NotFound):
            call.missed.clear()
        return None, False, failed(failure)
    call.written = "DONE"
    call.missed.clear()
    return result, replayed, None


def open_id(info: Any, type_name: str, sealed: str) -> UUID:
    """The key a global id of a type names; for an id that names nothing, the key of a record that is not there.

    What it costs and what it leaves in the audit is then that of a record nobody may see, whatever was sent.
    """
    call = cast(Call, info._raw_info.context)
    found = call.seal.open_id(sealed)
    named = uuid4() if found is None or found[0] != type_name else found[1]
    call.missed.add(named)
    return named


def as_read(info: Any, given: Any, type_name: str, name: str) -> dict[str, Any]:
    """The record that a change is of, under the name the domain takes it by, with its version as it was read."""
    return {name: open_id(info, type_name, given.id), "expected_version": given.expected_version}


def named(info: Any, type_name: str, sealed: str) -> UUID:
    """The key of something a form names; an id that opens to nothing is a broken rule there, not a missing record."""
    found = cast(Call, info._raw_info.context).seal.open_id(sealed)
    return found[1] if found is not None and found[0] == type_name else UUID(int=0)
