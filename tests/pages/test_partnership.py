"""The pages on which a lead's administrator keeps the partnership's data; nobody else has them."""

import re
from datetime import datetime, timedelta

import pytest

from portal.partnerships.working_time import LONDON
from tests.factories.cast import Cast
from tests.factories.snapshot import unchanged
from tests.pages.conftest import ReadAs
from tests.pages.words_on import words_on

HOME = "/administration/partnership"
LATER = (datetime.now(LONDON) + timedelta(days=30)).date()
FORMS = {
    "/clocks": {"clock-0": "3"},
    "/days": {"day": str(LATER), "name": "X"},
    "/days/week": {"opens-1": "09:00", "closes-1": "17:00"},
    "/days/remove": {"day": str(LATER)},
    "/numbers": {"telephone-0": "999"},
    "/worries": {"display": "X"},
    "/worries/order": {},
    "/worries/ALCOHOL": {"display": "X"},
    "/worries/ALCOHOL/end": {},
    "/wards": {"name": "X", "kind": "WARD"},
    "/wards/x": {"name": "X"},
    "/wards/x/end": {},
}


def test_a_clock_is_changed_and_its_history_stays(cast: Cast, read_as: ReadAs) -> None:
    hollis = read_as(cast.hollis)
    assert "what is due already stays due when it was" in words_on(hollis.get(f"{HOME}/clocks").text)
    sent = hollis.send(f"{HOME}/clocks", **{"clock-0": "45", "unit-0": "1", "hours-0": "all"})
    page = words_on(hollis.follow(sent).text)
    assert "Decide in triage" in page
    assert ": 45 minutes" in page
    assert " until " in page
    for wrong in ("soon", "0", "99999", "-1"):
        refused = hollis.send(f"{HOME}/clocks", **{"clock-0": wrong})
        assert refused.status_code == 422, wrong
        assert f'value="{wrong}"' in refused.text


def test_the_week_and_single_days_are_changed(cast: Cast, read_as: ReadAs) -> None:
    hollis = read_as(cast.hollis)
    week = {"opens-6": "10:00", "closes-6": "12:00"}
    assert hollis.send(f"{HOME}/days", to=f"{HOME}/days/week", **week).status_code == 303
    assert 'value="10:00"' in hollis.get(f"{HOME}/days").text
    refused = hollis.send(f"{HOME}/days", to=f"{HOME}/days/week", **{"opens-6": "12:00", "closes-6": "10:00"})
    assert refused.status_code == 422
    assert hollis.send(f"{HOME}/days", day=str(LATER), name="Flower parade").status_code == 303
    page = hollis.get(f"{HOME}/days").text
    assert "Flower parade" in page
    assert hollis.send(f"{HOME}/days", to=f"{HOME}/days/remove", day=str(LATER)).status_code == 303
    assert "Flower parade" not in hollis.get(f"{HOME}/days").text
    for wrong in ({"day": "soon", "name": "X"}, {"day": str(LATER), "name": ""}, {"day": "2020-01-01", "name": "X"}):
        assert hollis.send(f"{HOME}/days", **wrong).status_code == 422


def test_a_number_changes_where_people_read_it(cast: Cast, read_as: ReadAs) -> None:
    hollis = read_as(cast.hollis)
    assert hollis.send(f"{HOME}/numbers", **{"telephone-0": "01632 960199"}).status_code == 303
    page = words_on(hollis.get(f"{HOME}/numbers").text)
    assert "01632 960110" in page
    assert "01632 960199" in words_on(hollis.get(HOME).text)
    assert "01632 960110" not in words_on(hollis.get(HOME).text)
    refused = hollis.send(f"{HOME}/numbers", **{"telephone-0": "ring us"})
    assert refused.status_code == 422
    assert "Enter a telephone number, like 01632 960110." in words_on(refused.text)
    later = hollis.send(f"{HOME}/numbers", **{"telephone-0": "01632 960177", "from": str(LATER)})
    assert later.status_code == 303
    assert "01632 960199" in words_on(hollis.get(HOME).text)


def test_worries_are_added_reworded_ordered_and_ended(cast: Cast, read_as: ReadAs) -> None:
    hollis, rowan = read_as(cast.hollis), read_as(cast.rowan)
    worries = f"{HOME}/worries"
    assert hollis.send(worries, display="E-scooters", hint="").status_code == 303
    assert "E-scooters" in words_on(rowan.get("/flags/raise").text)
    assert hollis.send(f"{worries}/ALCOHOL", display="Drinking").status_code == 303
    assert hollis.send(worries, to=f"{worries}/order", **{"place-E_SCOOTERS": "0"}).status_code == 303
    listed = words_on(hollis.get(worries).text)
    assert listed.index("E-scooters") < listed.index("Drinking")
    assert hollis.send(f"{worries}/ALCOHOL", to=f"{worries}/ALCOHOL/end").status_code == 303
    assert "Drinking" not in words_on(rowan.get("/flags/raise").text)
    assert "Offer it again" in words_on(hollis.get(f"{worries}/ALCOHOL").text)
    assert hollis.send(worries, display="E-scooters").status_code == 422
    assert hollis.get(f"{worries}/NOTHING").status_code == 404


def test_a_beat_is_added_renamed_and_ended(cast: Cast, read_as: ReadAs) -> None:
    hollis = read_as(cast.hollis)
    wards = f"{HOME}/wards"
    assert hollis.send(wards, name="Riverside beat", kind="BEAT").status_code == 303
    found = re.search(rf'href="({wards}/[^"]+)">Riverside beat', hollis.get(wards).text)
    assert found
    assert hollis.send(found.group(1), name="").status_code == 422
    assert hollis.send(found.group(1), name="Docks beat").status_code == 303
    assert hollis.get(found.group(1)).status_code == 404
    found = re.search(rf'href="({wards}/[^"]+)">Docks beat', hollis.get(wards).text)
    assert found
    for name in ("noor", "rowan"):
        assert read_as(cast.viewers[name]).get(found.group(1)).status_code == 404
    assert hollis.send(found.group(1), to=f"{found.group(1)}/end").status_code == 303
    assert "Docks beat" not in hollis.get(wards).text


@pytest.mark.parametrize("name", ["noor", "dee", "morgan", "rowan"])
def test_nobody_but_the_lead_s_administrator_changes_a_partnership(cast: Cast, read_as: ReadAs, name: str) -> None:
    reader = read_as(cast.viewers[name])
    held = reader.form("/agreement", to="/sign-out")
    for address, typed in FORMS.items():
        with unchanged(cast.owner):
            assert reader.post(HOME + address, held, **typed).status_code == 404, address


def test_the_navigation_has_five_links_at_most(cast: Cast, read_as: ReadAs) -> None:
    for name in ("noor", "hollis"):
        page = read_as(cast.viewers[name]).get("/administration").text
        assert page.count("govuk-service-navigation__link") <= 5
