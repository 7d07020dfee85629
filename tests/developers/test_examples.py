"""The examples of docs/api.md do what the page says, as a reader would run them from its beginning to its end."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from graphql_schema import Door
from portal.db import Database
from portal.operations.embedded import DatabaseUrls
from tests.browser.tool import tool_of
from tests.developers.examples import CLONE, Example, examples
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import raised, shared
from tests.factories.plans import in_signing
from tests.factories.site import make_site, served

PAGE = CLONE / "docs" / "api.md"


@pytest.fixture(scope="module")
def people(owner: Database, door: Door) -> Cast:
    """A partnership in which one flag waits for triage, one for an answer of health, and a plan for signatures."""
    cast = settle_cast(owner, door)
    in_signing(cast)
    raised(cast)
    shared(cast)
    return cast


@pytest.fixture(scope="module")
def address(urls: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    site: Flask = make_site(urls, tmp_path_factory.mktemp("site"))
    with served(site) as where:
        yield where


def test_every_example_answers_as_the_page_says(people: Cast, owner: Database, address: str) -> None:
    for each in examples(PAGE):
        token = tool_of(address, owner, people.viewers[each.who]).headers["Authorization"].removeprefix("Bearer ")
        printed = each.run(address=address, token=token)
        assert each.compared(printed) == each.compared(each.answer), f"docs/api.md, line {each.line}"
        assert token not in printed


def test_no_block_of_the_page_is_left_out() -> None:
    blocks = re.findall(r"^```(\w+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    told = [word for each in examples(PAGE) for word in (each.language, each.kind)]
    assert blocks == told
    assert {"sh", "python", "js"} <= set(told)


def test_an_answer_that_is_wrong_is_found() -> None:
    wrong = Example(who="", language="sh", code="echo '{\"a\": 1}'", kind="json", answer='{"a": 2}', line=1)
    assert wrong.compared(wrong.run(address="", token="")) != wrong.compared(wrong.answer)
    with pytest.raises(AssertionError, match="line 1"):
        Example(who="", language="sh", code="false", kind="text", answer="", line=1).run(address="", token="")
