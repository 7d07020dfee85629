"""What the shipped vocabularies promise, read without a database."""

from pathlib import Path

import pytest

from portal.access.viewer import Role
from portal.flags.models import Engagement
from portal.shipped import BrokenFile
from portal.vocabularies.loading import read_concepts, shipped_codes

VOCABULARIES = {
    "agency-kind": "NEIGHBOURHOOD_POLICE LOCAL_AUTHORITY PCT CCG GP_CONSORTIUM NHS_COMMISSIONING_BOARD ICB"
    " MENTAL_HEALTH_SERVICE COURT_LIAISON YOUTH_JUSTICE PROBATION PRISON"
    " POLICE_AND_CRIME_COMMISSIONER SCHOOL GP VOLUNTARY",
    "concern": "ALCOHOL DRUGS LOW_MOOD SELF_HARM NOT_IN_SCHOOL MISSING EXPLOITED NOWHERE_SAFE LEARNING_NEED"
    " ANTI_SOCIAL_BEHAVIOUR",
    "age-band": "UNDER_10 10_13 14_15 16_17 18_24 UNKNOWN",
    "purpose": "EARLY_HELP SAFEGUARDING HEALTH_SUPPORT DIVERSION",
    "threshold-level": "LEVEL_1 LEVEL_2 LEVEL_3 LEVEL_4",
    "emergency-action": "CONTROL_ROOM POLICE_PROTECTION SECTION_136 CALLED_999 DUTY_TEAM",
    "grid-column": "AUTHOR SERGEANT_OWN_TEAM LA_TRIAGE PRACTITIONER_CARE_TEAM CLINICIAN_RECIPIENT"
    " SERVICE_ADMINISTRATOR VOLUNTARY_RECIPIENT LEAD_MANAGER",
    "discard-reason": "NOT_YOUNG_PEOPLE FLAGGED_ALREADY NOTHING_TO_ADD TOO_LONG_AGO OUTSIDE_AREA IMPORTED_BY_MISTAKE",
    "export-purpose": "COURT_BUNDLE MEETING PAPER_FILE SUBJECT_REQUEST COMPLAINT",
    "need": "MENTAL_HEALTH PERSONALITY_DISORDER SELF_HARM LEARNING_DISABILITY NEURODIVERSITY COMMUNICATION ALCOHOL"
    " DRUGS TRAUMA SAFE_PLACE LEARNING_AND_WORK FAMILY_SUPPORT",
    "plan-measure": "REACH COST_PER_PERSON WAITING_DAYS",
    "engagement": " ".join(Engagement),
    "role": " ".join(Role),
}
# Words other systems use of young people, and sums of them; people here say what was seen.
NEVER = ("risk score", "offender", "nominal", "suspect ", "case ", "alert", "legally binding", "low risk", "high risk")


@pytest.mark.parametrize(("vocabulary", "codes"), VOCABULARIES.items())
def test_each_vocabulary_holds_the_codes_the_schema_names_in_the_order_people_read_them(
    vocabulary: str, codes: str
) -> None:
    shipped = [concept for concept in read_concepts() if concept.vocabulary == vocabulary]

    assert [concept.code for concept in shipped] == codes.split()
    assert [concept.position for concept in shipped] == list(range(1, len(shipped) + 1))


def test_no_further_action_has_reasons_to_choose_from() -> None:
    assert len(shipped_codes("nfa-reason")) >= 5


def test_no_word_labels_or_scores_a_person() -> None:
    words = [(concept.code, f"{concept.display} {concept.hint or ''} ".lower()) for concept in read_concepts()]

    # An institution for young offenders is called that by law; nobody else is.
    found = [code for code, text in words if code != "PRISON" and any(never in text for never in NEVER)]
    assert found == []


def test_no_two_choices_of_a_vocabulary_read_the_same() -> None:
    shown = [(concept.vocabulary, concept.display.casefold()) for concept in read_concepts()]

    assert len(shown) == len(set(shown))


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            "concern,DRUGS,Drugs,,2010-01-01\nconcern,DRUGS,Drugs again,,2010-01-01\n",
            "line 3: DRUGS is in concern already",
        ),
        ("concern,DRUGS,,,2010-01-01\n", "line 2: a concept needs"),
        ("concern,DRUGS,Drugs\n", "line 2: 3 cells, expected 5"),
    ],
)
def test_a_broken_file_of_concepts_is_refused_with_its_line(tmp_path: Path, rows: str, sentence: str) -> None:
    path = tmp_path / "concepts.csv"
    path.write_text("vocabulary,code,display,hint,valid_from\n" + rows)

    with pytest.raises(BrokenFile, match=sentence):
        read_concepts(path)
