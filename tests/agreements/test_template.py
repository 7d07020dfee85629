"""What the template of the sharing agreement promises, read without a database."""

from pathlib import Path

import pytest

from portal.access.field_groups import FieldGroup, Level
from portal.access.viewer import Role
from portal.agreements.models import GridCondition
from portal.agreements.template import DATA, Limit, read_clauses, read_grid, read_recipients, read_template
from portal.shipped import BrokenFile

# The need-to-know grid as it was agreed. "-" is nothing, F full, C coded, S status; "C>F share" is more if shared.
COLUMNS = (
    "AUTHOR SERGEANT_OWN_TEAM LA_TRIAGE PRACTITIONER_CARE_TEAM CLINICIAN_RECIPIENT SERVICE_ADMINISTRATOR"
    " VOLUNTARY_RECIPIENT LEAD_MANAGER"
)
GRID = """
IDENTITY          | F | F | F | F         | F                 | F | F | -
HEALTH_IDENTIFIER | - | - | - | -         | F                 | F | - | -
CONTACTS          | F | C | F | F         | F                 | F | - | -
FLAG_FACTS        | F | F | F | F         | C>F share         | C | C | -
FLAG_OPINION      | F | F | F | ->F share | ->F share         | - | - | -
STANDPOINT        | F | F | C | ->F share | ->C share         | - | - | -
SOURCE_REFERENCE  | F | F | C | -         | -                 | - | - | -
TRIAGE            | S | S | F | F         | F                 | C | - | C
SOCIAL_CARE       | - | - | F | F         | ->C agreed share  | - | - | -
HEALTH            | - | - | C | ->F agreed| F                 | C | - | -
REFERRAL          | S | S | F | F         | F                 | F | F | -
OUTCOME           | S | S | C | F         | F                 | F | F | -
LAWFUL_BASIS      | C | C | F | F         | F                 | C | - | -
THIRD_PARTIES     | F | - | F | ->F share | ->F share         | - | - | -
CARE_TEAM         | S | S | F | F         | F                 | F | - | -
MEETING_NOTES     | - | - | F | F         | F                 | - | - | -
UNMET_NEED        | S | S | F | F         | F                 | C | - | -
"""
LEVELS = {"-": Level.NONE, "S": Level.STATUS, "C": Level.CODED, "F": Level.FULL}
CONDITIONS = {
    "": None,
    "share": GridCondition.SHARE,
    "agreed": GridCondition.AGREED,
    "agreed share": GridCondition.AGREED_OR_SHARE,
}
Cell = tuple[Level, GridCondition | None, Level | None]


def _agreed_grid() -> dict[tuple[str, str], Cell]:
    cells: dict[tuple[str, str], Cell] = {}
    for line in GRID.strip().splitlines():
        group, *written = (part.strip() for part in line.split("|"))
        for column, text in zip(COLUMNS.split(), written, strict=True):
            level, _, more = text.partition(">")
            raised, _, condition = more.partition(" ") if " " in more else (more[:1], "", more[1:])
            cell = (LEVELS[level], CONDITIONS[condition.strip()], LEVELS[raised] if raised else None)
            if cell != (Level.NONE, None, None):
                cells[column, group] = cell
    return cells


def test_the_grid_is_the_agreed_one_cell_by_cell() -> None:
    shipped = {
        (cell.column, cell.field_group.value): (cell.level, cell.condition, cell.conditional_level)
        for cell in read_template().cells
    }

    assert shipped == _agreed_grid()


def test_an_author_reads_only_their_own_notes_on_other_people() -> None:
    limited = {(cell.column, cell.field_group): cell.limit for cell in read_template().cells if cell.limit}

    assert limited == {("AUTHOR", FieldGroup.THIRD_PARTIES): Limit.OWN_ENTRIES}


def test_police_never_see_the_nhs_number_social_care_health_or_meeting_notes() -> None:
    hidden = {FieldGroup.HEALTH_IDENTIFIER, FieldGroup.SOCIAL_CARE, FieldGroup.HEALTH, FieldGroup.MEETING_NOTES}

    seen = {cell.field_group for cell in read_template().cells if cell.column in {"AUTHOR", "SERGEANT_OWN_TEAM"}}
    assert seen & hidden == set()


def test_a_manager_of_the_lead_agency_sees_the_coded_answers_of_triage_and_nothing_else() -> None:
    seen = {(cell.field_group, cell.level) for cell in read_template().cells if cell.column == "LEAD_MANAGER"}
    words = " ".join(clause.text for clause in read_template().clauses)

    assert seen == {(FieldGroup.TRIAGE, Level.CODED)}
    assert "service managers of the lead agency" in words


def test_every_field_group_has_one_clause_to_cite_in_the_order_of_the_grid() -> None:
    cited = [(clause.number, clause.field_group) for clause in read_template().clauses if clause.field_group]

    assert cited == [(f"4.{place}", group) for place, group in enumerate(FieldGroup, start=1)]


def test_the_agreement_says_what_it_is_for_and_never_claims_to_bind() -> None:
    clauses = read_template().clauses
    words = " ".join(f"{clause.heading} {clause.text}" for clause in clauses).lower()

    assert clauses[0].field_group is None
    assert "early help" in clauses[0].text
    assert "binding" not in words


def test_a_share_reaches_justice_practitioners_as_it_reaches_any_practitioner_on_the_care_team() -> None:
    columns = {(recipient.agency_kind, recipient.role): recipient.column for recipient in read_template().recipients}

    justice = {columns[kind, Role.PRACTITIONER] for kind in ("COURT_LIAISON", "YOUTH_JUSTICE", "PROBATION")}
    assert justice == {"PRACTITIONER_CARE_TEAM"}
    assert columns["VOLUNTARY", Role.PRACTITIONER] == "VOLUNTARY_RECIPIENT"


def test_no_share_reaches_commissioners_guardians_or_administrators_of_accounts() -> None:
    reached = {recipient.role for recipient in read_template().recipients}

    assert reached == {Role.TRIAGE_WORKER, Role.PRACTITIONER, Role.CLINICIAN, Role.SERVICE_ADMINISTRATOR}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("AUTHOR,SHOE_SIZE,FULL,,,", "'SHOE_SIZE' is no FieldGroup"),
        ("AUTHOR,IDENTITY,MOST,,,", "'MOST' is no Level"),
        ("NEIGHBOUR,IDENTITY,FULL,,,", "'NEIGHBOUR' is no grid-column"),
        ("AUTHOR,IDENTITY,CODED,SUNDAY,FULL,", "'SUNDAY' is no GridCondition"),
        ("AUTHOR,IDENTITY,CODED,SHARE,,", "stand together"),
        ("AUTHOR,IDENTITY,CODED,,FULL,", "stand together"),
        ("AUTHOR,IDENTITY,FULL,SHARE,CODED,", "never lowers"),
        ("AUTHOR,IDENTITY,FULL,,,MONDAYS", "'MONDAYS' is no Limit"),
        ("AUTHOR,CONTACTS,FULL,,,", "has a cell for CONTACTS already"),
        ("AUTHOR,IDENTITY,FULL", "3 cells, expected 6"),
    ],
)
def test_a_grid_that_says_what_does_not_exist_is_refused_with_its_line(tmp_path: Path, row: str, sentence: str) -> None:
    path = tmp_path / "grid.csv"
    path.write_text(f"column,field_group,level,condition,conditional_level,limit\nAUTHOR,CONTACTS,FULL,,,\n{row}\n")

    with pytest.raises(BrokenFile, match=f"grid.csv, line 3: .*{sentence}"):
        read_grid(path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("4.17,", "4.16,"), "there is a clause 4.16 already"),
        ((",UNMET_NEED", ",CARE_TEAM"), "CARE_TEAM has a clause already"),
        ((",UNMET_NEED", ","), "no clause explains UNMET_NEED"),
        ((",UNMET_NEED", ",WEATHER"), "'WEATHER' is no FieldGroup"),
    ],
)
def test_clauses_that_leave_a_group_unexplained_or_explain_it_twice_are_refused(
    tmp_path: Path, change: tuple[str, str], sentence: str
) -> None:
    path = tmp_path / "clauses.csv"
    path.write_text((DATA / "clauses_v1.csv").read_text().replace(*change))

    with pytest.raises(BrokenFile, match=sentence):
        read_clauses(path)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("CIRCUS,CLINICIAN,CLINICIAN_RECIPIENT", "'CIRCUS' is no agency-kind"),
        ("GP,CLOWN,CLINICIAN_RECIPIENT", "'CLOWN' is no Role"),
        ("GP,CLINICIAN,EVERYONE", "'EVERYONE' is no grid-column"),
    ],
)
def test_a_recipient_that_does_not_exist_is_refused(tmp_path: Path, row: str, sentence: str) -> None:
    path = tmp_path / "recipients.csv"
    path.write_text(f"agency_kind,role,column\n{row}\n")

    with pytest.raises(BrokenFile, match=sentence):
        read_recipients(path)
