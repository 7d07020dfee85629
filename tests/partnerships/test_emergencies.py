"""Danger asks something of every kind of agency, in its own words, as data."""

from pathlib import Path

import pytest

from portal.partnerships.emergencies import ADVICE, read_emergency_advice
from portal.shipped import BrokenFile
from portal.vocabularies.loading import shipped_codes
from tests.factories.cast import Cast

ASK = """
{ viewer { emergencyAdvice { title steps call999 tick needsIncidentNumber actions { code } }
  partnership { dutyDesks { telephone } } } }
"""


def test_every_kind_of_agency_has_its_advice() -> None:
    advice = read_emergency_advice()
    assert advice.keys() == shipped_codes("agency-kind")
    for kind, each in advice.items():
        # Police act themselves; everybody else calls 999 before anything, and then the duty team.
        police = kind == "NEIGHBOURHOOD_POLICE"
        assert each.call_999 != police, kind
        assert each.needs_incident_number == police, kind
        assert police or any("duty team" in step for step in each.steps), kind


def test_whoever_acts_for_an_agency_is_told_what_its_kind_does_first(cast: Cast) -> None:
    police = cast.ask(cast.rowan, ASK)["viewer"]["emergencyAdvice"]
    assert [each["code"] for each in police["actions"]] == ["CONTROL_ROOM", "POLICE_PROTECTION", "SECTION_136"]
    assert (police["tick"], police["needsIncidentNumber"]) == (None, True)
    texts = set()
    for viewer in (cast.morgan, cast.sam, cast.alex):
        told = cast.ask(viewer, ASK)["viewer"]
        assert told["emergencyAdvice"]["tick"] == "I have called 999 and the duty team"
        assert len(told["partnership"]["dutyDesks"]) == 2
        texts.add(tuple(told["emergencyAdvice"]["steps"]))
    assert len(texts) == 3


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("VOLUNTARY | ", "", "there is no advice for VOLUNTARY"),
        ("VOLUNTARY | ", "VOLUNTARY | SCHOOL | ", "SCHOOL is no kind of agency, or has its advice already"),
        ("CONTROL_ROOM | ", "DANCED | ", "actions of the vocabulary"),
        (",I have called 999 and the duty team,", ",,", "a sentence to tick"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    broken = tmp_path / "advice.csv"
    broken.write_text(ADVICE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BrokenFile, match=sentence):
        read_emergency_advice(broken)
