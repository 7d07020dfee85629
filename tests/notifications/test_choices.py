"""Everybody chooses how they hear, for themselves alone, and reads what waits for themselves alone."""

from typing import Any

import pytest

from tests.factories.audit import lines_since, mark
from tests.factories.cast import Cast, key
from tests.factories.flags import raised, taken
from tests.factories.notices import waiting
from tests.factories.snapshot import unchanged

PREFERENCES = "{ viewer { notificationPreferences { kind email isDefault } } }"
CHOOSE = """
mutation($input: SetNotificationPreferencesInput!) {
  setNotificationPreferences(input: $input) {
    __typename ... on NotificationPreferencesSaved { replayed preferences { kind email isDefault } }
    ... on Failure { message }
  }
}
"""
READ_ALL = """
mutation($input: AcknowledgeNotificationsInput!) {
  acknowledgeNotifications(input: $input) {
    __typename ... on NotificationsAcknowledged { count replayed } ... on Failure { message }
  }
}
"""
WAITING = "query($flag: ID) { notifications(flagId: $flag) { totalCount { value } edges { node { id createdAt } } } }"
AT_ONCE = {"QUESTION", "OVERDUE", "SHARED_WITH_US"}


def preferences(cast: Cast, name: str) -> dict[str, str]:
    found = cast.ask(cast.viewers[name], PREFERENCES)["viewer"]["notificationPreferences"]
    return {each["kind"]: each["email"] for each in found}


def choose(cast: Cast, name: str, **kinds: str) -> dict[str, Any]:
    given = {"preferences": [{"kind": kind, "email": email} for kind, email in kinds.items()], "idempotencyKey": key()}
    answer: dict[str, Any] = cast.ask(cast.viewers[name], CHOOSE, input=given)["setNotificationPreferences"]
    return answer


def read_all(cast: Cast, name: str, **given: Any) -> dict[str, Any]:
    given = {"idempotencyKey": key()} | given
    answer: dict[str, Any] = cast.ask(cast.viewers[name], READ_ALL, input=given)["acknowledgeNotifications"]
    return answer


def count(cast: Cast, name: str, flag: str | None = None) -> int:
    found: int = cast.ask(cast.viewers[name], WAITING, flag=flag)["notifications"]["totalCount"]["value"]
    return found


def test_what_cannot_wait_comes_at_once_and_the_rest_in_the_morning_unless_somebody_chose(cast: Cast) -> None:
    assert {kind for kind, email in preferences(cast, "rowan").items() if email == "AT_ONCE"} == AT_ONCE
    assert set(preferences(cast, "rowan").values()) == {"AT_ONCE", "DAILY"}


def test_a_choice_is_kept_for_whoever_made_it_and_changes_nothing_else(cast: Cast) -> None:
    before = preferences(cast, "rowan")
    answer = choose(cast, "rowan", QUESTION="NEVER", ANSWER="AT_ONCE")
    assert answer["__typename"] == "NotificationPreferencesSaved"
    assert preferences(cast, "rowan") == before | {"QUESTION": "NEVER", "ANSWER": "AT_ONCE"}
    assert preferences(cast, "dana") == before
    choose(cast, "rowan", QUESTION="DAILY")
    assert preferences(cast, "rowan")["QUESTION"] == "DAILY"


def test_nobody_who_is_not_signed_in_chooses_anything(cast: Cast) -> None:
    given = {"preferences": [{"kind": "ANSWER", "email": "NEVER"}], "idempotencyKey": key()}
    with unchanged(cast.owner):
        assert cast.ask(None, CHOOSE, input=given)["setNotificationPreferences"]["__typename"] == "NotFound"
        assert cast.ask(None, READ_ALL, input={"idempotencyKey": key()})["acknowledgeNotifications"]["__typename"] == (
            "NotFound"
        )


def test_a_choice_leaves_one_line_of_audit(cast: Cast) -> None:
    before = mark(cast.owner)
    choose(cast, "rowan", ANSWER="NEVER")
    assert [line.operation for line in lines_since(cast.owner, before)] == ["setNotificationPreferences"]


def test_all_that_waits_is_read_at_once_and_only_ones_own(cast: Cast) -> None:
    first, second = taken(cast), taken(cast)
    for flag in (first, second):
        waiting(cast, flag, cast.rowan)
    waiting(cast, first, cast.morgan)
    assert read_all(cast, "rowan")["count"] == 2
    assert (count(cast, "rowan"), count(cast, "morgan")) == (0, 1)
    assert read_all(cast, "rowan")["count"] == 0


def test_what_waits_under_one_flag_is_read_alone(cast: Cast) -> None:
    first, second = taken(cast), taken(cast)
    for flag in (first, second):
        waiting(cast, flag, cast.rowan)
    assert count(cast, "rowan", first["id"]) == 1
    assert read_all(cast, "rowan", flagId=first["id"])["count"] == 1
    assert (count(cast, "rowan", first["id"]), count(cast, "rowan")) == (0, 1)


def test_what_came_after_somebody_looked_still_waits(cast: Cast) -> None:
    waiting(cast, taken(cast), cast.rowan)
    [edge] = cast.ask(cast.rowan, WAITING)["notifications"]["edges"]
    waiting(cast, taken(cast), cast.rowan)
    assert read_all(cast, "rowan", upTo=edge["node"]["createdAt"])["count"] == 1
    assert count(cast, "rowan") == 1


@pytest.mark.parametrize("name", ["ari", "robin"])
def test_a_hidden_flag_and_a_missing_one_are_read_alike(cast: Cast, name: str) -> None:
    flag = raised(cast)
    with unchanged(cast.owner):
        assert read_all(cast, name, flagId=flag["id"]) == read_all(cast, name, flagId="nothing")
        assert count(cast, name, flag["id"]) == count(cast, name, "nothing") == 0


def test_somebody_who_also_sees_the_flag_does_not_see_that_a_colleague_has_a_notice(cast: Cast) -> None:
    flag = taken(cast)
    notice = waiting(cast, flag, cast.rowan)
    assert count(cast, "morgan") == 0
    found = cast.ask(cast.morgan, "query($id: ID!) { node(id: $id) { id } }", id=notice)
    assert found["node"] is None
