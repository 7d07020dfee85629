"""Who signs sees exactly what is signed: a version freezes with the words for its codes, and a draft shows today’s."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from portal.access.viewer import Viewer
from portal.db import Database
from tests.exports.reading import words_of
from tests.factories.cast import Cast
from tests.factories.plans import (
    done,
    drafted,
    edit,
    in_signing,
    nodes,
    proposed,
    published,
    read_plan,
    scheme_of,
    sign,
)
from tests.pages.conftest import ReadAs
from tests.pages.conftest import read_as as read_as
from tests.pages.conftest import site as site
from tests.pages.conftest import stranger as stranger
from tests.pages.reader import Reader
from tests.pages.words_on import words_on

Record = dict[str, Any]
NEED, MEASURE, KIND = ("need", "SAFE_PLACE"), ("plan-measure", "REACH"), ("agency-kind", "NEIGHBOURHOOD_POLICE")
STANDARD = ("standard", "BRADLEY_AWARENESS")
THEN = {
    NEED: "Somewhere safe to stay",
    MEASURE: "People reached in a year",
    KIND: "Police",
    STANDARD: "People in schools and general practice who meet young people know the signs",
}
NOW = {
    NEED: "Housing at once",
    MEASURE: "Heads counted by April",
    KIND: "Constabulary team",
    STANDARD: "Teachers recognise early signs.",
}
ON_PAPER = (NEED, MEASURE, STANDARD)
TOLD = """
query Words($id: ID!) { version: planVersion(by: {id: $id}) {
  contentHash
  file: document { content }
  schemes { edges { node { needs { code display } measures { name { code display } } } } }
  standards { standard { code display hint } }
} }
"""
SAY = text("update concept set display = :display where vocabulary = :vocabulary and code = :code")
SAID = text("select display from concept where vocabulary = :vocabulary and code = :code")


@pytest.fixture
def curate(owner: Database) -> Iterator[Callable[[], None]]:
    """What puts other words into the vocabularies, until the test is over."""
    before: dict[tuple[str, str], str] = {}

    def say(words: dict[tuple[str, str], str]) -> None:
        with owner.engine.begin() as connection:
            for (vocabulary, code), display in words.items():
                named = {"vocabulary": vocabulary, "code": code}
                before.setdefault((vocabulary, code), connection.execute(SAID, named).scalar_one())
                connection.execute(SAY, named | {"display": display})

    yield lambda: say(NOW)
    say(before)


def begun(cast: Cast) -> Record:
    """A plan being written, with a scheme for a need whose words stand nowhere else in it."""
    plan = drafted(cast)
    scheme = scheme_of(cast, title="A house for the night", needCodes=["SAFE_PLACE", "ALCOHOL"])
    done(cast, cast.brook, "saveScheme", planVersionId=plan["currentVersion"]["id"], scheme=scheme)
    return read_plan(cast, plan["id"])


def told(cast: Cast, viewer: Viewer | None, version_id: str) -> Record:
    """A version as a tool reads it."""
    found: Record = cast.ask(viewer, TOLD, id=version_id)["version"]
    return found


def words_in(version: Record) -> dict[tuple[str, str], str]:
    """The words of the codes that are looked for, as a tool reads them."""
    schemes = nodes(version["schemes"])
    found = {("need", each["code"]): each["display"] for scheme in schemes for each in scheme["needs"]}
    measures = [each["name"] for scheme in schemes for each in scheme["measures"]]
    found |= {("plan-measure", each["code"]): each["display"] for each in measures}
    found |= {("standard", each["standard"]["code"]): each["standard"]["display"] for each in version["standards"]}
    return {place: found[place] for place in ON_PAPER}


def says(words: str, wanted: dict[tuple[str, str], str], unwanted: dict[tuple[str, str], str]) -> None:
    """Check that a text says the one and not the other; within a line of several a word begins in small letters."""
    for place in ON_PAPER:
        assert wanted[place].casefold() in words.casefold(), place
        assert unwanted[place].casefold() not in words.casefold(), place


def test_a_signed_plan_reads_as_it_was_signed_whatever_words_come_later(
    cast: Cast, read_as: ReadAs, stranger: Reader, curate: Callable[[], None]
) -> None:
    plan = published(cast, sign(cast, in_signing(cast, proposed(cast, begun(cast)))))
    version_id, reader = plan["currentVersion"]["id"], read_as(cast.quinn)
    pages = (f"/plans/{plan['id']}", f"/plans/{plan['id']}/versions/1")
    public = f"/published-plans/{plan['reference']}"
    before = told(cast, cast.quinn, version_id)
    bundle = reader.get(f"/plans/{plan['id']}/versions/1/bundle").data
    says(words_of(b64decode(before["file"]["content"])), THEN, NOW)

    curate()

    after = told(cast, cast.quinn, version_id)
    assert after == before
    assert words_in(after)[NEED] == THEN[NEED]
    says(words_of(b64decode(after["file"]["content"])), THEN, NOW)
    assert reader.get(f"/plans/{plan['id']}/versions/1/bundle").data == bundle
    for page in pages:
        says(words_on(reader.get(page).text), THEN, NOW)
    says(words_on(stranger.get(public).text), THEN, NOW)
    assert words_in(told(cast, None, version_id)) == words_in(before)


def test_whoever_is_about_to_sign_reads_the_words_they_sign(
    cast: Cast, read_as: ReadAs, curate: Callable[[], None]
) -> None:
    plan = in_signing(cast, proposed(cast, begun(cast)))
    curate()
    says(words_on(read_as(cast.quinn).get(f"/plans/{plan['id']}/sign").text), THEN, NOW)


def test_a_draft_reads_in_the_words_of_today_and_freezes_those(
    cast: Cast, read_as: ReadAs, owner: Database, curate: Callable[[], None]
) -> None:
    plan, reader = begun(cast), read_as(cast.brook)
    curate()
    says(words_on(reader.get(f"/plans/{plan['id']}").text), NOW, THEN)
    plan = proposed(cast, plan)
    says(words_on(reader.get(f"/plans/{plan['id']}").text), NOW, THEN)
    with owner.engine.connect() as connection:
        content = connection.execute(
            text("select content from plan_version where content_hash = :hash"),
            {"hash": plan["currentVersion"]["contentHash"]},
        ).scalar_one()
    document = json.loads(content)
    scheme = document["schemes"][1]
    assert scheme["needs"] == [{"code": "ALCOHOL", "name": "Alcohol"}, {"code": "SAFE_PLACE", "name": NOW[NEED]}]
    assert [(each["name_code"], each["name"]) for each in scheme["measures"]] == [("REACH", NOW[MEASURE])]
    assert document["standards"][0]["sentence"] == NOW[STANDARD]
    kinds = {party["kind"]: party["kind_name"] for party in document["parties"]}
    assert kinds[KIND[1]] == NOW[KIND]


def test_a_redline_shows_that_a_word_reads_otherwise_now(
    cast: Cast, read_as: ReadAs, curate: Callable[[], None]
) -> None:
    plan = proposed(cast, begun(cast))
    version = plan["currentVersion"]
    done(cast, cast.brook, "draftNextPlanVersion", **edit(plan))
    address = f"/plans/{plan['id']}/redline"
    assert "Nothing changed" in words_on(read_as(cast.brook).get(address).text)
    curate()
    asked = """
    query($from: ID!, $to: ID!) { planRedline(from: $from, to: $to) { other { what before after } } }
    """
    latest = read_plan(cast, plan["id"])["currentVersion"]
    line = cast.ask(cast.brook, asked, **{"from": version["id"], "to": latest["id"]})["planRedline"]
    changed = {each["what"]: (each["before"], each["after"]) for each in line["other"]}
    assert changed["Needs of scheme 2"] == (f"Alcohol, {THEN[NEED]}", f"Alcohol, {NOW[NEED]}")
    assert changed["Measure of scheme 1"] == (f"{THEN[MEASURE]}: 40.00", f"{NOW[MEASURE]}: 40.00")
    [party] = [found for what, found in changed.items() if what.startswith("Party: ")]
    assert [words.split("(")[1].split(")")[0] for words in party] == [THEN[KIND], NOW[KIND]]
    words = words_on(read_as(cast.brook).get(address).text)
    assert THEN[STANDARD] in words
    assert NOW[STANDARD] in words
