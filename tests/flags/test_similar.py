"""Flags that look alike are shown to whoever may read them anyway, and are nothing to anybody else."""

from typing import Any

import pytest
from sqlalchemy import text

from portal.db import Database
from tests.factories.audit import lines_since, mark
from tests.factories.cast import Cast, settle_cast
from tests.factories.drafts import drafted
from tests.factories.flags import group_report, raised, report, shared, taken

SIMILAR = """
query Similar($input: SimilarFlagsInput!) {
  similarFlags(input: $input) { reference placeDescription subject { ... on Person { preferredName } } }
}
"""


def alike(cast: Cast, by: Any, name: str | None = "Kai", place: str = "Somewhere else", **person: str) -> list[str]:
    subject = {"person": {"preferredName": name} | person} if name or person else {"placeGroup": {}}
    found = cast.ask(by, SIMILAR, input={"subject": subject, "place": place})["similarFlags"]
    return [flag["reference"] for flag in found]


def test_the_same_name_is_alike_whatever_its_case_and_surname(cast: Cast) -> None:
    flag = raised(cast)
    for name in ("Kai", "KAI", "Kai Smith", "Smith, Kai"):
        assert alike(cast, cast.rowan, name) == [flag["reference"]], name
    for other in ("Kaia", "K", "Wren", "%", "'; drop table flag --"):
        assert alike(cast, cast.rowan, other) == [], other


def test_a_group_is_alike_by_the_telling_words_of_its_place(cast: Cast) -> None:
    group = group_report()["subject"]
    flag = raised(cast, subject=group, place={"description": "Behind the shops, Station Parade"})
    for place in ("Station Parade", "the shops at station parade", "Parade, by the station"):
        assert alike(cast, cast.rowan, None, place) == [flag["reference"]], place
    for place in ("Mill Road", "behind the", "Near the road", "Leisure centre car park, Station Way"):
        assert alike(cast, cast.rowan, None, place) == [], place


def test_somebody_described_is_alike_by_description_and_place_together(cast: Cast) -> None:
    person = {"person": {"description": "Tall, grey coat, red scarf", "ageBandCode": "14_15"}}
    flag = raised(cast, subject=person)
    assert alike(cast, cast.rowan, None, "Station Parade", description="Red scarf") == [flag["reference"]]
    assert alike(cast, cast.rowan, None, "Mill Road", description="Red scarf") == []
    assert alike(cast, cast.rowan, None, "Station Parade", description="Blue hat") == []


def test_whoever_may_not_see_a_flag_gets_the_answer_of_an_empty_database(cast: Cast) -> None:
    raised(cast)
    assert len(alike(cast, cast.mel)) == 1
    assert len(alike(cast, cast.morgan)) == 1
    for other in (cast.dana, cast.ari, cast.lee, cast.sam, cast.priya, cast.alex, cast.robin, cast.noor):
        assert alike(cast, other) == []
        assert alike(cast, other, None, "Bus shelter, Station Parade") == []
    assert cast.ask(None, SIMILAR, input={"subject": {"person": {}}, "place": "x"})["similarFlags"] == []


def test_a_field_the_viewer_does_not_hold_is_not_compared(cast: Cast) -> None:
    group = group_report()["subject"]
    flag = shared(cast, taken(cast, raised(cast, subject=group, place={"description": "Station Parade"})))
    # A service administrator reads coded facts: the place in words is not theirs, so it cannot be guessed at either.
    assert alike(cast, cast.sam, None, "Station Parade") == []
    assert alike(cast, cast.morgan, None, "Station Parade") == [flag["reference"]]


def test_drafts_and_old_flags_are_not_alike_and_five_are_enough(cast: Cast, owner: Database) -> None:
    drafted(cast, subject={"person": {"preferredName": "Kai"}})
    old = raised(cast)
    with owner.transaction() as session:
        session.execute(text("alter table flag disable trigger user"))
        session.execute(
            text("update flag set raised_at = now() - interval '181 days' where reference = :it"),
            {"it": old["reference"]},
        )
        session.execute(text("alter table flag enable trigger user"))
    assert alike(cast, cast.rowan) == []
    newer = [raised(cast)["reference"] for _ in range(6)]
    assert alike(cast, cast.rowan) == newer[:0:-1]


def test_once_something_was_raised_with_a_key_nothing_is_alike_for_it(cast: Cast) -> None:
    given = report()
    raised(cast, **given)
    wanted = {"subject": {"person": {"preferredName": "Kai"}}, "place": "", "idempotencyKey": given["idempotencyKey"]}
    assert cast.ask(cast.rowan, SIMILAR, input=wanted)["similarFlags"] == []
    assert len(alike(cast, cast.rowan)) == 1


def test_what_was_shown_is_in_the_audit_and_nothing_is_when_nothing_was(cast: Cast, owner: Database) -> None:
    raised(cast)
    line = mark(owner)
    alike(cast, cast.dana)
    assert lines_since(owner, line) == []
    alike(cast, cast.rowan)
    assert [(each.action, each.operation) for each in lines_since(owner, line)] == [("READ", "similarFlags")]


def test_another_partnership_has_nothing_alike(cast: Cast, owner: Database) -> None:
    raised(cast)
    other = settle_cast(owner, cast.door)
    assert alike(other, other.rowan) == []
    assert alike(other, other.morgan) == []


@pytest.mark.parametrize(
    "place", ["", " ", "x" * 10_000, "\\", "((((", "a.*b", "\N{RIGHT-TO-LEFT OVERRIDE}\N{GRINNING FACE}"]
)
def test_odd_words_find_nothing_and_break_nothing(cast: Cast, place: str) -> None:
    raised(cast)
    assert alike(cast, cast.rowan, None, place) == []
