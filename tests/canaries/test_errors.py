"""An error says what does not fit and where, and repeats no value that was sent."""

from typing import Any

import pytest

from graphql_schema import Door
from portal.db import Database
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.flags import RAISE, report

SAID = "kanarienvogel"
READ = "query($id: ID!, $first: Int) { flag(by: {id: $id}) { feedback(first: $first) { totalCount } } }"


@pytest.fixture(scope="module")
def cast(owner: Database, door: Door) -> Cast:
    """One cast for all of it: nothing that is asked here changes anything."""
    return settle_cast(owner, door)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"urgency": SAID}, "Value does not exist in 'Urgency' enum."),
        ({"urgency": 7, "fact": SAID}, "Enum 'Urgency' cannot represent non-string value."),
        ({"observedAt": SAID}, "input.observedAt"),
        ({"idempotencyKey": SAID}, "input.idempotencyKey"),
        ({"fact": [SAID, SAID]}, "String cannot represent a non string value."),
        ({"fact": {"text": SAID}}, "String cannot represent a non string value."),
        ({"confirm": SAID}, "Boolean cannot represent a non boolean value."),
        ({"notes": SAID}, "unknown field 'notes'."),
        ({"subject": SAID}, "Expected value of type 'FlagSubjectInput' to be an object."),
        ({"place": {"point": {"latitude": SAID, "longitude": 1}}}, "place"),
        ({"moreConcernCodes": [{"code": SAID}]}, "String cannot represent a non string value."),
    ],
)
def test_a_value_in_variables_is_not_repeated(cast: Cast, changes: dict[str, Any], told: str) -> None:
    execution = cast.try_to_ask(cast.rowan, RAISE, input=report(opinion=SAID, **changes))
    assert execution.data is None
    said = " ".join(str(error.formatted) for error in execution.errors)
    assert SAID not in said
    assert told.removeprefix("input") in said.replace('"', "'"), said


def test_what_is_missing_is_named_without_what_is_there(cast: Cast) -> None:
    given = report(opinion=SAID)
    del given["told"]
    execution = cast.try_to_ask(cast.rowan, RAISE, input=given)
    [error] = execution.errors
    assert "required field 'told'" in error.message
    assert SAID not in str(error.formatted)


@pytest.mark.parametrize(
    "document",
    [
        '{ flag(by: {reference: "kanarienvogel", id: 7.5}) { id } }',
        '{ flags(first: "kanarienvogel") { totalCount } }',
        '{ flag(by: "kanarienvogel") { id } }',
        '{ flag(by: {reference: "x", said: "kanarienvogel"}) { id } }',
        '{ flag "kanarienvogel" }',
        '"kanarienvogel"',
        '{ flag(by: """kanarienvogel""" }',
        'mutation { raiseFlag(input: {fact: "kanarienvogel"}) { __typename } }',
    ],
)
def test_a_value_in_a_document_is_not_repeated(cast: Cast, document: str) -> None:
    execution = cast.try_to_ask(cast.rowan, document)
    assert execution.errors
    assert SAID not in " ".join(str(error.formatted) for error in execution.errors)


def test_names_are_still_told(cast: Cast) -> None:
    execution = cast.try_to_ask(cast.rowan, READ.replace("totalCount", "totalCounts"), id=key(), first=1)
    assert "Cannot query field 'totalCounts'" in execution.errors[0].message
