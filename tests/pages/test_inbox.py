"""The inbox on the page: views, filters and orders, kept from one visit to the next, and many flags changed at once."""

import re

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.flags.models import Flag, FlagTransition
from tests.factories.cast import Cast
from tests.factories.flags import raised, shared, taken
from tests.pages.conftest import ReadAs
from tests.pages.reader import Reader, held_by_form
from tests.pages.words_on import words_on


def listed(reader: Reader, path: str) -> list[str]:
    """The flags a page lists, by what each is called there."""
    page = reader.get(path)
    assert page.status_code == 200, page.text
    return re.findall(r"data-open href=\"[^\"]+\">\s*([^<]+?)\s*</a>", page.text)


def named(name: str, age_band: str = "14_15") -> dict[str, object]:
    return {"subject": {"person": {"preferredName": name, "ageBandCode": age_band}}}


def boxes(page: str) -> list[str]:
    return re.findall(r'name="flags" type="checkbox" value="([^"]+)"', page)


def test_each_count_leads_to_the_flags_it_counts(cast: Cast, read_as: ReadAs) -> None:
    raised(cast, **named("New"))
    taken(cast, raised(cast, **named("Taken")))
    shared(cast, taken(cast, raised(cast, **named("Shared"))))
    morgan = read_as(cast.morgan)
    found = {
        view: [name.split(",")[0] for name in listed(morgan, f"/inbox?show={view}")]
        for view in ("overdue", "today", "new", "asked", "mine", "owed", "shared", "open")
    }
    assert (found["new"], found["mine"], found["shared"]) == (["New"], ["Taken"], ["Shared"])
    assert sorted(found["open"]) == sorted(found["owed"]) == ["New", "Taken"]
    page = morgan.get("/inbox?show=open").text
    counts = dict(re.findall(r'href="/inbox\?show=(\w+)[^"]*"><b>([^<]+)</b>', page))
    assert {view: int(count) for view, count in counts.items()} == {view: len(each) for view, each in found.items()}


def test_the_soonest_due_comes_first_under_its_band_with_its_time_in_words(cast: Cast, read_as: ReadAs) -> None:
    for name in ("Later", "Late", "Soon"):
        raised(cast, **named(name))
    with cast.owner.transaction() as session:
        for name, due in (("Later", "3 days"), ("Late", "-70 minutes"), ("Soon", "1 second")):
            _due(session, cast, name, due)
    page = read_as(cast.morgan).get("/inbox?show=open").text
    assert page.index("Late,") < page.index("Soon,") < page.index("Later,")
    assert "1 h 10 min over" in page
    assert page.index(">Overdue<") < page.index("Late,")
    assert "style=" not in page


def _due(session: Session, cast: Cast, name: str, due: str) -> None:
    session.execute(
        text(
            "update flag set triage_due_at = now() + cast(:due as interval) from person p"
            " where p.id = flag.person_id and p.preferred_name = :name and flag.partnership_id = :partnership"
        ),
        {"due": due, "name": name, "partnership": cast.settled.partnership_id},
    )


def test_the_inbox_opens_as_it_was_left_and_filters_can_be_cleared(cast: Cast, read_as: ReadAs) -> None:
    raised(cast, **named("Urgent"), urgency="URGENT")
    raised(cast, **named("Routine"), urgency="ROUTINE", concernCode="LOW_MOOD")
    morgan, jo = read_as(cast.morgan), read_as(cast.jo)
    assert len(listed(morgan, "/inbox")) == 2
    assert listed(morgan, "/inbox?show=new&urgency=URGENT&order=newest") == listed(morgan, "/inbox")
    page = morgan.get("/inbox").text
    assert "1 filter on" in page
    assert '<option value="URGENT" selected>' in page
    assert "Clear the filters" in page
    assert len(listed(jo, "/inbox")) == 2
    assert len(listed(morgan, "/inbox?show=new")) == 2
    assert len(listed(morgan, "/inbox")) == 2
    assert [each.split(",")[0] for each in listed(morgan, "/inbox?concern=LOW_MOOD")] == ["Routine"]
    assert listed(morgan, "/inbox?held=ME&agency=nothing") == []
    assert listed(morgan, "/inbox?show=nothing&order=nothing&urgency=nothing") != []


def test_a_view_with_a_name_is_there_for_its_owner_until_it_is_removed(cast: Cast, read_as: ReadAs) -> None:
    raised(cast, **named("Urgent"), urgency="URGENT")
    morgan, jo = read_as(cast.morgan), read_as(cast.jo)
    page = "/inbox?show=new&urgency=URGENT"
    saved = morgan.send(page, to="/inbox/views", name="My urgent ones")
    assert (saved.status_code, saved.location) == (303, "/inbox?show=new&urgency=URGENT&order=due")
    text = morgan.get("/inbox").text
    assert "My urgent ones" in text
    assert "My urgent ones" not in jo.get("/inbox").text
    assert morgan.send(page, to="/inbox/views", name=" ").status_code == 422
    assert morgan.send(page, to="/inbox/views", name="n" * 61).status_code == 422
    [remove] = re.findall(r'action="(/inbox/views/[^"]+/remove)"', text)
    held = held_by_form(text, at="/inbox", to=remove)
    # Somebody else's view is as missing as none.
    assert jo.post(remove, jo.form("/inbox", to="/inbox/views")).status_code == 404
    assert morgan.post(remove, held).status_code == 303
    assert "My urgent ones" not in morgan.get("/inbox").text


def test_many_are_taken_at_once_and_a_second_press_takes_none_twice(cast: Cast, read_as: ReadAs) -> None:
    for name in ("Kai", "Noor", "Wren"):
        raised(cast, **named(name))
    morgan = read_as(cast.morgan)
    page = morgan.get("/inbox").text
    held, ticks = held_by_form(page, at="/inbox", to="/inbox/many"), boxes(page)
    assert len(ticks) == 3
    first = morgan.post("/inbox/many", held, flags=ticks[:2], do="take")
    assert first.status_code == 200, first.text
    assert "Taken: 2." in first.text
    again = morgan.post("/inbox/many", held, flags=ticks[:2], do="take")
    assert words_on(again.text) == words_on(first.text)
    assert _steps(cast) == 3 + 2
    # Ticking others on the same page is another intent, and what somebody has already is told on its own.
    mixed = morgan.post("/inbox/many", held, flags=ticks[1:], do="take").text
    assert "Taken: 1." in mixed
    assert "Not changed: 1" in mixed


def test_many_end_after_a_look_at_what_each_flagger_will_read(cast: Cast, read_as: ReadAs) -> None:
    for name in ("Kai", "Noor"):
        taken(cast, raised(cast, **named(name)))
    raised(cast, **named("Wren"))
    morgan = read_as(cast.morgan)
    page = morgan.get("/inbox?show=open").text
    held = held_by_form(page, at="/inbox", to="/inbox/many")
    confirm = morgan.post("/inbox/many", held, flags=boxes(page), do="end")
    assert confirm.status_code == 200
    assert "End 2 flags and tell each flagger" in confirm.text
    assert "These stay as they are" in confirm.text
    answer = held_by_form(confirm.text, at="/inbox/many", to="/inbox/end")
    before = _steps(cast)
    unfinished = morgan.post("/inbox/end", answer)
    assert unfinished.status_code == 422
    assert "3 things to finish" in unfinished.text
    said = {"reason": "ALREADY_HELPED", "level": "LEVEL_1", "feedback": "Thank you. Somebody is helping already."}
    done = morgan.post("/inbox/end", answer, **said)
    assert "Ended, and each flagger told: 2." in done.text
    assert words_on(morgan.post("/inbox/end", answer, **said).text) == words_on(done.text)
    assert _steps(cast) == before + 2
    rowan = read_as(cast.rowan).get("/flags").text
    assert rowan.count("Somebody is helping already.") == 2


def test_ticking_nothing_says_so_and_changes_nothing(cast: Cast, read_as: ReadAs) -> None:
    raised(cast)
    morgan = read_as(cast.morgan)
    answer = morgan.send("/inbox", to="/inbox/many", do="take")
    assert answer.status_code == 422
    assert "Tick the flags first." in answer.text
    assert _steps(cast) == 1


def test_only_triage_changes_many(cast: Cast, read_as: ReadAs) -> None:
    shared(cast)
    before = _steps(cast)
    for viewer in (cast.sam, cast.dee):
        reader = read_as(viewer)
        held = reader.form("/inbox", to="/inbox/views")
        for address in ("/inbox/many", "/inbox/end"):
            assert reader.post(address, held, flags="x.1", do="take").status_code == 404
        assert "checkbox" not in reader.get("/inbox").text
    assert _steps(cast) == before


def test_a_manager_of_the_lead_sees_what_is_late_and_no_other_list(cast: Cast, read_as: ReadAs) -> None:
    late = raised(cast, **named("Late"))["reference"]
    fresh = raised(cast, **named("Fresh"))["reference"]
    with cast.owner.transaction() as session:
        _due(session, cast, "Late", "-70 minutes")
    dee = read_as(cast.dee)
    page = dee.get("/inbox").text
    # Who it is about is not theirs to read, only that it is late.
    assert listed(dee, "/inbox") == [f"Flag {late}"]
    assert fresh not in page
    assert set(re.findall(r'href="/inbox\?show=(\w+)', page)) == {"overdue"}
    assert listed(dee, "/inbox?show=open") == listed(dee, "/inbox")


def test_single_keys_are_off_until_somebody_switches_them_on_in_their_browser(cast: Cast, read_as: ReadAs) -> None:
    morgan = read_as(cast.morgan)
    assert "inbox.js" not in morgan.get("/inbox").text
    assert morgan.send("/inbox", to="/inbox/keys").status_code == 303
    page = morgan.get("/inbox").text
    assert "inbox.js" in page
    assert "Keyboard shortcuts are on" in page
    assert morgan.send("/inbox", to="/inbox/keys").status_code == 303
    assert "inbox.js" not in morgan.get("/inbox").text
    assert "Keyboard shortcuts" in morgan.get("/help").text


def _steps(cast: Cast) -> int:
    with cast.truth() as session:
        ours = select(Flag.id).where(Flag.partnership_id == cast.settled.partnership_id)
        return (
            session.scalar(select(func.count()).select_from(FlagTransition).where(FlagTransition.flag_id.in_(ours)))
            or 0
        )
