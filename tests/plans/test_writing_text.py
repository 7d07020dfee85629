"""Schemes, clauses, evidence and standards are written by rules that lose no word and bend no figure."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.partnerships.leading import today
from portal.plans.clauses import LIMIT, add_clause
from portal.plans.models import ClauseKind, Plan, PlanContribution, PlanMilestone, PlanVersion
from tests.factories.cast import Cast
from tests.factories.plans import (
    AGENCIES,
    done,
    drafted,
    failed,
    first_clause,
    first_scheme,
    nodes,
    place,
    read_plan,
    say,
    scheme_of,
)
from tests.factories.snapshot import unchanged
from tests.selection.test_statements import counted

WORD = "The service is “open” – 24/7\u00a0– and it’s free…\r\nFirst line\x0bsame paragraph\r\n\t• a bullet\r\n"


def test_a_scheme_is_written_whole_and_what_stays_keeps_its_key(cast: Cast) -> None:
    plan = drafted(cast)
    before = first_scheme(plan)
    wanted = scheme_of(cast)
    wanted["contributions"] = wanted["contributions"][:-1]
    wanted["contributions"][0]["amount"] = {"amount": "20000.01"}
    wanted["milestones"] = [
        {"title": "Rooms found", "targetOn": "2027-05-01"},
        {"title": "First young person welcomed", "targetOn": "2027-07-01", "key": before["milestones"][0]["key"]},
    ]
    done(
        cast, cast.frankie, "saveScheme", planVersionId=plan["currentVersion"]["id"], schemeId=before["id"],
        expectedVersion=before["version"], scheme=wanted,
    )  # fmt: skip
    after = read_plan(cast, plan["id"])
    scheme = first_scheme(after)
    assert scheme["key"] == before["key"]
    assert scheme["moneyHash"] != before["moneyHash"]
    assert [each["title"] for each in scheme["milestones"]] == ["Rooms found", "First young person welcomed"]
    assert scheme["milestones"][1]["key"] == before["milestones"][0]["key"]
    assert [each["id"] for each in scheme["measures"]] == [each["id"] for each in before["measures"]]
    assert after["currentVersion"]["totals"]["total"] == {"amount": "215001.51"}
    assert [each["clauseHash"] for each in scheme["clauses"]] == [each["clauseHash"] for each in before["clauses"]]
    with cast.truth() as session:
        of_us = PlanContribution.agency_id == cast.brook.agency_id
        versions = session.scalars(select(PlanContribution.version).where(of_us).order_by(PlanContribution.year)).all()
    assert versions == [2, 1, 1]


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"title": ""}, ("title",), "REQUIRED"),
        ({"needCodes": []}, ("needCodes",), "REQUIRED"),
        ({"needCodes": ["NO_SUCH"]}, ("needCodes",), "UNKNOWN"),
        ({"areaId": "nothing"}, ("areaId",), "UNKNOWN"),
        ({"capacityTarget": -1}, ("capacityTarget",), "OUT_OF_RANGE"),
        ({"milestones": [{"title": "", "targetOn": "2027-06-01"}]}, ("milestones", "0", "title"), "REQUIRED"),
        ({"milestones": [{"title": "x", "targetOn": "1990-03-31"}]}, ("milestones", "0", "targetOn"), "OUT_OF_RANGE"),
        ({"milestones": [{"title": "x", "targetOn": "2200-04-01"}]}, ("milestones", "0", "targetOn"), "OUT_OF_RANGE"),
        ({"measures": [{"nameCode": "NO_SUCH", "target": "1"}]}, ("measures", "0", "nameCode"), "UNKNOWN"),
        ({"measures": [{"nameCode": "REACH", "target": "-1"}]}, ("measures", "0", "target"), "OUT_OF_RANGE"),
        ({"measures": [{"nameCode": "REACH", "target": "0.001"}]}, ("measures", "0", "target"), "FORMAT"),
    ],
)
def test_a_scheme_that_breaks_a_rule_is_not_kept(
    cast: Cast, changes: dict[str, Any], path: tuple[str, ...], code: str
) -> None:
    version_id = drafted(cast)["currentVersion"]["id"]
    given = scheme_of(cast, **changes)
    with unchanged(cast.owner):
        answer = say(cast, cast.brook, "saveScheme", planVersionId=version_id, scheme=given)
    assert failed(answer, "scheme", *path) == code


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"amount": {"amount": "0"}}, ("amount",), "OUT_OF_RANGE"),
        ({"amount": {"amount": "-5"}}, ("amount",), "OUT_OF_RANGE"),
        ({"amount": {"amount": "1000000000000"}}, ("amount",), "OUT_OF_RANGE"),
        ({"amount": {"amount": "0.001"}}, ("amount",), "FORMAT"),
        ({"amount": {"amount": "5", "currency": "EUR"}}, ("amount", "currency"), "UNKNOWN"),
        ({"year": 1989}, ("year",), "OUT_OF_RANGE"),
        ({"agencyId": "nothing"}, ("agencyId",), "UNKNOWN"),
        ({"condition": "x" * 10_001}, ("condition",), "TOO_LONG"),
    ],
)
def test_money_is_given_by_somebody_in_a_year_exactly(
    cast: Cast, changes: dict[str, Any], path: tuple[str, ...], code: str
) -> None:
    version_id = drafted(cast)["currentVersion"]["id"]
    wanted = scheme_of(cast)
    wanted["contributions"] = [wanted["contributions"][0] | changes]
    with unchanged(cast.owner):
        answer = say(cast, cast.brook, "saveScheme", planVersionId=version_id, scheme=wanted)
    assert failed(answer, "scheme", "contributions", "0", *path) == code


def test_what_an_agency_gives_in_a_year_by_one_route_is_said_once(cast: Cast) -> None:
    version_id = drafted(cast)["currentVersion"]["id"]
    wanted = scheme_of(cast)
    wanted["contributions"] = [wanted["contributions"][0]] * 2
    with unchanged(cast.owner):
        answer = say(cast, cast.brook, "saveScheme", planVersionId=version_id, scheme=wanted)
    assert failed(answer, "scheme", "contributions", "1") == "NOT_UNIQUE"


def test_a_scheme_goes_with_everything_in_it(cast: Cast) -> None:
    plan = drafted(cast)
    scheme = first_scheme(plan)
    version_id = plan["currentVersion"]["id"]
    typed = {"typed": {"sentence": "One in five.", "source": "A report."}}
    done(cast, cast.lou, "addEvidence", planVersionId=version_id, schemeId=scheme["id"], evidence=typed)
    done(cast, cast.lou, "addEvidence", planVersionId=version_id, evidence=typed)
    done(cast, cast.frankie, "removeScheme", id=scheme["id"], expectedVersion=scheme["version"])
    after = read_plan(cast, plan["id"])["currentVersion"]
    assert nodes(after["schemes"]) == []
    assert [each["scheme"] for each in nodes(after["evidence"])] == [None]
    with cast.truth() as session:
        left = select(func.count()).select_from(PlanMilestone).where(PlanMilestone.scheme_key == scheme["key"])
        assert session.execute(left).scalar_one() == 0
    assert say(cast, cast.brook, "proposePlanVersion", id=after["id"], expectedVersion=after["version"])["errors"] == [
        {"path": ["schemes"], "code": "REQUIRED", "message": "Add a scheme: there is none to agree.", "rule": None}
    ]


def test_taking_out_much_takes_no_more_statements_than_taking_out_little(cast: Cast) -> None:
    version_id = drafted(cast)["currentVersion"]["id"]
    agencies = [cast.agency_id(code) for code in AGENCIES]

    def statements(years: int) -> list[int]:
        """How many it takes to pay for a scheme in one year instead of so many, and then to take it out."""
        paid = [
            {"agencyId": agency, "year": 2030 + year, "amount": {"amount": "1"}, "route": "IN_KIND"}
            for agency in agencies
            for year in range(years)
        ]
        due = [{"title": f"Step {year}", "targetOn": "2028-01-01"} for year in range(years)]
        wanted = scheme_of(cast, contributions=paid, milestones=due)
        scheme = done(cast, cast.brook, "saveScheme", planVersionId=version_id, scheme=wanted)
        given = {"planVersionId": version_id, "schemeId": scheme["id"], "expectedVersion": scheme["version"]}
        less = scheme_of(cast, contributions=paid[:1], milestones=due[:1])
        with counted(cast.door.wall.database) as saving:
            scheme = done(cast, cast.brook, "saveScheme", **given, scheme=less)
        done(cast, cast.brook, "saveScheme", **given | {"expectedVersion": scheme["version"]}, scheme=wanted)
        with counted(cast.door.wall.database) as removing:
            done(cast, cast.brook, "removeScheme", id=scheme["id"], expectedVersion=scheme["version"] + 1)
        return [len(saving), len(removing)]

    statements(2)
    assert statements(30) == statements(2)


def test_clauses_are_numbered_by_their_place_and_moved_without_changing_their_words(cast: Cast) -> None:
    plan = drafted(cast)
    version_id, scheme = plan["currentVersion"]["id"], first_scheme(plan)
    for heading, position in (("Last", None), ("First", 1)):
        done(
            cast, cast.frankie, "addClause", planVersionId=version_id, schemeId=scheme["id"], kind="GENERAL",
            heading=heading, text="Words.", position=position,
        )  # fmt: skip

    def headings() -> list[tuple[str, str]]:
        return [(each["number"], each["heading"]) for each in first_scheme(read_plan(cast, plan["id"]))["clauses"]]

    middle = "What the service does"
    assert headings() == [("1.1", "First"), ("1.2", middle), ("1.3", "Last")]
    moved = first_clause(read_plan(cast, plan["id"]))
    done(cast, cast.lou, "moveClause", id=moved["id"], expectedVersion=moved["version"], position=3)
    assert headings() == [("1.1", middle), ("1.2", "Last"), ("1.3", "First")]
    # Whoever was writing it meanwhile has lost nothing.
    done(cast, cast.brook, "editClause", id=moved["id"], expectedVersion=moved["version"], text="Other words.")
    done(cast, cast.brook, "moveClause", id=moved["id"], expectedVersion=moved["version"] + 1, position=-7)
    assert headings()[0] == ("1.1", "First")
    first = first_clause(read_plan(cast, plan["id"]))
    done(cast, cast.brook, "removeClause", id=first["id"], expectedVersion=first["version"])
    assert headings() == [("1.1", middle), ("1.2", "Last")]


def test_words_pasted_from_a_word_processor_survive(cast: Cast) -> None:
    clause = first_clause(drafted(cast))
    given = {"id": clause["id"], "expectedVersion": clause["version"], "heading": " What\u00a0it\r\ndoes "}
    after = done(cast, cast.brook, "editClause", **given, text=WORD)
    assert (
        after["text"] == "The service is “open” – 24/7\u00a0– and it’s free…\nFirst line\nsame paragraph\n\t• a bullet"
    )
    assert after["heading"] == "What it does"
    # The same words are the same bytes, whatever ends their lines.
    again = done(
        cast, cast.frankie, "editClause", id=clause["id"], expectedVersion=after["version"],
        text=WORD.replace("\r\n", "\n"),
    )  # fmt: skip
    assert again["clauseHash"] == after["clauseHash"]


def test_no_mark_in_a_clause_turns_the_order_in_which_it_reads(cast: Cast) -> None:
    clause = first_clause(drafted(cast))
    text = "Health pays \u202e000,08\u202c pounds.\x07"
    after = done(cast, cast.brook, "editClause", id=clause["id"], expectedVersion=clause["version"], text=text)
    assert after["text"] == "Health pays 000,08 pounds."


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"text": " \r\n\t"}, "text", "REQUIRED"),
        ({"text": "x" * 10_001}, "text", "TOO_LONG"),
        ({"text": "NUL \0 here"}, "text", "FORMAT"),
        ({"text": "half a pair \ud83d"}, "text", "FORMAT"),
        ({"text": "fine", "heading": ""}, "heading", "REQUIRED"),
        ({"text": "fine", "heading": "x" * 201}, "heading", "TOO_LONG"),
    ],
)
def test_a_clause_that_cannot_be_kept_changes_nothing(
    cast: Cast, changes: dict[str, Any], path: str, code: str
) -> None:
    clause = first_clause(drafted(cast))
    with unchanged(cast.owner):
        answer = say(cast, cast.brook, "editClause", id=clause["id"], expectedVersion=clause["version"], **changes)
    assert failed(answer, path) == code


def test_evidence_is_a_sentence_with_its_source_as_it_read_on_a_day(cast: Cast) -> None:
    plan = drafted(cast)
    version_id = plan["currentVersion"]["id"]
    typed = {"sentence": "One in five was reached.", "source": "Inspection of 2009, page 12", "readOn": "2026-02-03"}
    found = done(cast, cast.lou, "addEvidence", planVersionId=version_id, evidence={"typed": typed})
    assert {name: found[name] for name in typed} == typed
    tomorrow = str(today() + timedelta(days=1))
    for changes, path in (
        ({"sentence": " "}, "sentence"),
        ({"source": ""}, "source"),
        ({"readOn": tomorrow}, "readOn"),
    ):
        with unchanged(cast.owner):
            answer = say(cast, cast.lou, "addEvidence", planVersionId=version_id, evidence={"typed": typed | changes})
        assert answer["errors"][0]["path"] == [path]
    done(cast, cast.frankie, "removeEvidence", id=found["id"], expectedVersion=found["version"])
    assert nodes(read_plan(cast, plan["id"])["currentVersion"]["evidence"]) == []


def test_a_standard_is_answered_line_by_line(cast: Cast) -> None:
    line = drafted(cast)["currentVersion"]["standards"][0]
    given = {"id": line["id"], "expectedVersion": line["version"], "met": True, "note": "Every weekday. "}
    after = done(cast, cast.lou, "answerStandard", **given)
    assert (after["met"], after["note"]) == (True, "Every weekday.")
    stale = say(cast, cast.frankie, "answerStandard", **given | {"met": False})
    assert (stale["reason"], stale["currentVersion"]) == ("STALE_VERSION", line["version"] + 1)


def test_a_scheme_and_a_clause_belong_to_the_version_that_is_named(cast: Cast) -> None:
    plan, other = drafted(cast), drafted(cast)
    version_id, foreign = plan["currentVersion"]["id"], first_scheme(other)
    typed = {"typed": {"sentence": "One in five.", "source": "A report."}}
    with unchanged(cast.owner):
        clause = say(
            cast, cast.brook, "addClause", planVersionId=version_id, schemeId=foreign["id"], kind="GENERAL",
            heading="Who", text="Words.",
        )  # fmt: skip
        evidence = say(
            cast, cast.brook, "addEvidence", planVersionId=version_id, schemeId=foreign["id"], evidence=typed
        )
        scheme = say(
            cast, cast.brook, "saveScheme", planVersionId=version_id, schemeId=foreign["id"],
            expectedVersion=foreign["version"], scheme=scheme_of(cast),
        )  # fmt: skip
    assert failed(clause, "schemeId") == failed(evidence, "schemeId") == "UNKNOWN"
    assert scheme["__typename"] == "NotFound"


def test_an_area_and_an_agency_are_named_by_their_own_ids(cast: Cast) -> None:
    version_id = drafted(cast)["currentVersion"]["id"]
    wanted = scheme_of(cast, areaId=cast.agency_id("SEVERN-LA"))
    wanted["contributions"][0]["agencyId"] = place(cast)[1]
    answer = say(cast, cast.brook, "saveScheme", planVersionId=version_id, scheme=wanted)
    paths = {tuple(each["path"]) for each in answer["errors"]}
    assert paths == {("scheme", "areaId"), ("scheme", "contributions", "0", "agencyId")}


def test_a_plan_has_no_more_clauses_beside_each_other_than_can_be_read(cast: Cast) -> None:
    plan = drafted(cast)
    with cast.truth() as session:
        reference = Plan.reference == plan["reference"]
        version_id = session.execute(select(PlanVersion.id).join(Plan).where(reference)).scalar_one()
    with cast.door.wall.acting_as(cast.brook) as session:
        for at in range(LIMIT - len(plan["currentVersion"]["clauses"])):
            add_clause(
                session, cast.brook, version_id=version_id, scheme_id=None, kind=ClauseKind.GENERAL,
                heading=f"No. {at}", text="Words.",
            )  # fmt: skip
    given = {"planVersionId": plan["currentVersion"]["id"], "kind": "GENERAL", "heading": "Last", "text": "Words."}
    with unchanged(cast.owner):
        answer = say(cast, cast.brook, "addClause", **given)
    assert failed(answer, "schemeId") == "TOO_LONG"
    done(cast, cast.brook, "addClause", **given, schemeId=first_scheme(plan)["id"])
    assert len(read_plan(cast, plan["id"])["currentVersion"]["clauses"]) == LIMIT
