"""Triage: taken once, decided once, and whoever raised the flag is told."""

from sqlalchemy import select

from portal.flags.models import Flag, TriageDecision
from portal.flags.states import FlagState
from tests.factories.cast import Cast
from tests.factories.flags import raised, taken
from tests.pages.answers import no_further_action, to_share
from tests.pages.conftest import ReadAs
from tests.pages.reader import held_by_form
from tests.pages.words_on import words_on

FEEDBACK = "Tell the officer what you decided. They see this text and little else."


def state_of(cast: Cast, reference: str) -> FlagState:
    """Where a flag stands in truth."""
    with cast.truth() as session:
        return session.execute(select(Flag.state).where(Flag.reference == reference)).scalar_one()


def decisions_on(cast: Cast, reference: str) -> list[str]:
    """The reasons of every decision on a flag, in truth."""
    with cast.truth() as session:
        rows = select(TriageDecision.rationale).join(Flag, Flag.id == TriageDecision.flag_id)
        return list(session.execute(rows.where(Flag.reference == reference)).scalars())


def test_the_inbox_counts_are_links_to_what_they_count(cast: Cast, read_as: ReadAs) -> None:
    raised(cast)
    taken(cast, raised(cast, urgency="ROUTINE"))
    morgan = read_as(cast.morgan)
    page = words_on(morgan.get("/inbox").text)
    assert "1 new, not opened 0 waiting for an answer 1 with you 2 feedback owed 0 shared 2 all to decide" in page
    urgent = words_on(morgan.get("/inbox?show=open&urgency=SOON").text)
    assert urgent.count("Kai, 14 or 15") == 2  # the link, and the words of its box
    assert "Nothing is waiting" in words_on(morgan.get("/inbox?show=shared").text)


def test_a_flag_is_taken_from_the_inbox_and_decided_on_one_page(cast: Cast, read_as: ReadAs) -> None:
    flag = raised(cast)
    morgan = read_as(cast.morgan)
    opened = morgan.send("/inbox", to=f"/flags/{flag['id']}/take")
    assert "Decide" in words_on(morgan.follow(opened).text)
    decided = morgan.send(f"/flags/{flag['id']}/triage", **to_share(cast.agency_id("SEVERN-MHS")))
    page = words_on(morgan.follow(decided).text)
    assert "Severnshire Health and Care" in page
    assert "Level 3, targeted support" in page
    assert state_of(cast, flag["reference"]) is FlagState.SHARED
    assert "Drinking alone,\nout of school." in decisions_on(cast, flag["reference"])


def test_the_flagger_reads_the_answer_and_not_the_reasons(cast: Cast, read_as: ReadAs) -> None:
    flag = taken(cast)
    read_as(cast.morgan).send(f"/flags/{flag['id']}/triage", **no_further_action())
    rowan = read_as(cast.rowan)
    page = words_on(rowan.get(f"/flags/{flag['id']}").text)
    assert "What you were told Thank you. Somebody is already helping." in page
    assert "No further action" in page
    assert "A youth worker knows them." not in page
    assert "Because, level of need, why, decided by Withheld from your role" in page
    assert "Thank you. Somebody is already helping." in words_on(rowan.get("/flags").text)


def test_nothing_is_decided_without_a_word_to_the_flagger(cast: Cast, read_as: ReadAs) -> None:
    flag = taken(cast)
    where = f"/flags/{flag['id']}/triage"
    answer = read_as(cast.morgan).send(where, **no_further_action(feedback_no_further_action=" "))
    assert answer.status_code == 422
    assert f"1 thing to finish {FEEDBACK}" in words_on(answer.text)
    assert held_by_form(answer.text, at=where, to=where)["rationale"] == "A youth worker knows them."
    assert state_of(cast, flag["reference"]) is FlagState.IN_TRIAGE


def test_who_comes_second_reads_who_decided_and_keeps_their_own_words(cast: Cast, read_as: ReadAs) -> None:
    flag = taken(cast)
    where = f"/flags/{flag['id']}/triage"
    jo = read_as(cast.jo)
    held = jo.form(where)
    read_as(cast.morgan).send(where, **no_further_action())
    second = jo.post(where, held, **no_further_action(rationale="The family can do this."))
    assert second.status_code == 409
    page = words_on(second.text)
    assert "Someone else decided first Morgan Teale decided this flag on" in page
    assert "The family can do this." in page
    assert decisions_on(cast, flag["reference"]) == ["A youth worker knows them."]


def test_who_takes_second_is_told_and_changes_nothing(cast: Cast, read_as: ReadAs) -> None:
    flag = raised(cast)
    jo = read_as(cast.jo)
    held = jo.form(f"/flags/{flag['id']}", to=f"/flags/{flag['id']}/take")
    taken(cast, flag)
    second = jo.post(f"/flags/{flag['id']}/take", held)
    assert second.status_code == 409
    assert "Someone else was first" in words_on(second.text)
    assert "Morgan Teale" in words_on(jo.get("/inbox").text)


def test_pressing_decide_twice_decides_once(cast: Cast, read_as: ReadAs) -> None:
    flag = taken(cast)
    where = f"/flags/{flag['id']}/triage"
    morgan = read_as(cast.morgan)
    held = morgan.form(where)
    first, second = (morgan.post(where, held, **no_further_action()) for _ in range(2))
    assert (first.status_code, second.location) == (303, first.location)
    assert len(decisions_on(cast, flag["reference"])) == 1


def test_an_officer_is_offered_no_decision_and_refused_one(cast: Cast, read_as: ReadAs) -> None:
    flag = taken(cast)
    where = f"/flags/{flag['id']}/triage"
    rowan = read_as(cast.rowan)
    assert where not in rowan.get(f"/flags/{flag['id']}").text
    assert rowan.get(where).status_code == 404
    token = rowan.form("/flags", to="/sign-out")
    forged = rowan.post(where, token, expected_version=str(flag["version"]), **no_further_action())
    assert forged.status_code == 403
    assert "Only the partnership's triage decides on a flag." in words_on(forged.text)
    assert state_of(cast, flag["reference"]) is FlagState.IN_TRIAGE
    assert decisions_on(cast, flag["reference"]) == []


def test_who_sees_nothing_of_a_flag_cannot_decide_on_it_either(cast: Cast, read_as: ReadAs) -> None:
    flag = taken(cast)
    ari = read_as(cast.ari)
    token = ari.form("/flags", to="/sign-out")
    for where in (f"/flags/{flag['id']}/triage", f"/flags/{flag['id']}/take"):
        assert ari.post(where, token, expected_version="2", **no_further_action()).status_code == 404
    assert state_of(cast, flag["reference"]) is FlagState.IN_TRIAGE
