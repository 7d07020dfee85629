"""Whoever was slower in writing a plan is shown what stands there now, and nothing of anybody's is written over."""

from tests.factories.cast import Cast, key
from tests.factories.plans import (
    done,
    drafted,
    edit,
    first_clause,
    first_scheme,
    nodes,
    read_plan,
    say,
    scheme_of,
)
from tests.factories.snapshot import unchanged


def test_a_stale_edit_of_a_clause_shows_the_words_that_stand_and_who_wrote_them(cast: Cast) -> None:
    clause = first_clause(drafted(cast))
    first = done(cast, cast.frankie, "editClause", **edit(clause), text="The council's words.", heading="Renamed")
    with unchanged(cast.owner):
        answer = say(cast, cast.brook, "editClause", **edit(clause), text="The police's words.")
    assert (answer["reason"], answer["currentVersion"]) == ("STALE_VERSION", first["version"])
    assert answer["clause"] == {
        "id": clause["id"],
        "version": first["version"],
        "heading": "Renamed",
        "text": "The council's words.",
        "lastChangedBy": {"displayName": "Frankie Dunmore"},
    }
    assert "police's words" not in str(answer)
    # With both texts in front of them, whoever was slower decides, and loses nothing.
    both = "The council's words. The police's words."
    again = done(cast, cast.brook, "editClause", **edit(answer["clause"]), text=both)
    assert (again["text"], again["heading"]) == (both, "Renamed")


def test_whoever_saves_a_clause_as_it_stands_writes_nothing(cast: Cast) -> None:
    plan = drafted(cast)
    clause = done(cast, cast.frankie, "editClause", **edit(first_clause(plan)), text="The council's words.")
    same = done(cast, cast.lou, "editClause", **edit(clause), text="The council's words.\r\n")
    assert same == clause
    assert "Lou Bracken" not in str(read_plan(cast, plan["id"])["events"])
    done(cast, cast.brook, "editClause", **edit(clause), text="The police's words.")
    # Whoever read it before somebody wrote it still meets that, even if they change nothing.
    stale = say(cast, cast.lou, "editClause", **edit(clause), text="The police's words.")
    assert stale["reason"] == "STALE_VERSION"


def test_edits_of_different_clauses_do_not_meet(cast: Cast) -> None:
    plan = drafted(cast)
    one, other = first_clause(plan), plan["currentVersion"]["clauses"][0]
    done(cast, cast.frankie, "editClause", **edit(one), text="The council's words.")
    done(cast, cast.lou, "editClause", **edit(other), text="The health service's words.")
    after = read_plan(cast, plan["id"])
    assert first_clause(after)["text"] == "The council's words."
    assert after["currentVersion"]["clauses"][0]["text"] == "The health service's words."


def test_a_stale_scheme_shows_the_scheme_that_stands(cast: Cast) -> None:
    plan = drafted(cast)
    scheme, version_id = first_scheme(plan), plan["currentVersion"]["id"]
    given = {"planVersionId": version_id, "schemeId": scheme["id"], "expectedVersion": scheme["version"]}
    done(cast, cast.frankie, "saveScheme", **given, scheme=scheme_of(cast, title="Council title"))
    with unchanged(cast.owner):
        stale = say(cast, cast.lou, "saveScheme", **given, scheme=scheme_of(cast, title="Health title"))
        blind = say(cast, cast.lou, "saveScheme", **given | {"expectedVersion": None}, scheme=scheme_of(cast))
        gone = say(cast, cast.lou, "removeScheme", **edit(scheme))
    for answer in (stale, blind, gone):
        assert answer["reason"] == "STALE_VERSION"
        assert answer["scheme"]["title"] == "Council title"


def test_a_clause_that_somebody_took_out_is_missing_and_its_writer_keeps_what_they_typed(cast: Cast) -> None:
    plan = drafted(cast)
    clause = first_clause(plan)
    done(cast, cast.frankie, "editClause", **edit(clause), text="The council's words.")
    with unchanged(cast.owner):
        stale = say(cast, cast.lou, "removeClause", **edit(clause))
    assert stale["clause"]["text"] == "The council's words."
    done(cast, cast.lou, "removeClause", **edit(stale["clause"]))
    with unchanged(cast.owner):
        answer = say(cast, cast.brook, "editClause", **edit(clause), text="The police's words.")
    assert answer["__typename"] == "NotFound"
    heading = {"kind": "SPECIFICATION", "heading": "Again", "text": "The police's words."}
    scheme = first_scheme(read_plan(cast, plan["id"]))
    done(cast, cast.brook, "addClause", planVersionId=plan["currentVersion"]["id"], schemeId=scheme["id"], **heading)


def test_the_same_edit_sent_twice_is_made_once_and_is_no_conflict(cast: Cast) -> None:
    plan = drafted(cast)
    given = {**edit(first_clause(plan)), "text": "Once.", "idempotencyKey": key()}
    first, second = (say(cast, cast.brook, "editClause", **given) for _ in range(2))
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert first["clause"] == second["clause"]
    reused = say(cast, cast.brook, "editClause", **given | {"text": "Twice."})
    assert reused["reason"] == "KEY_REUSED"
    assert first_clause(read_plan(cast, plan["id"]))["text"] == "Once."


def test_one_persons_edits_of_a_clause_are_one_line_of_history(cast: Cast) -> None:
    plan = drafted(cast)
    clause = first_clause(plan)
    for text in ("One.", "Two.", "Three."):
        clause = done(cast, cast.lou, "editClause", **edit(clause), text=text)
    done(cast, cast.frankie, "editClause", **edit(clause), text="Four.")
    lines = nodes(read_plan(cast, plan["id"])["events"])
    written = [each["by"]["displayName"] for each in lines if each["kind"] == "EDITED"]
    assert written.count("Lou Bracken") == 1
    assert written.count("Frankie Dunmore") == 1
