"""The developers' page says what the agreement in force, the schema and its limits say, and nothing typed again."""

from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from graphql_schema import reference
from graphql_schema.print_sdl import PRINTED
from portal.db import Database
from portal.operations.embedded import DatabaseUrls
from tests.factories.cast import Cast
from tests.factories.site import make_site, start_session
from tests.pages.reader import Reader

NONE_FOR_TRIAGE = """
delete from grid_cell where column_code = 'LA_TRIAGE' and field_group = :group and agreement_version_id in
  (select v.id from agreement_version v join sharing_agreement a on a.id = v.agreement_id
    where a.partnership_id = :here)
"""


@pytest.fixture
def robin(urls: DatabaseUrls, tmp_path: Path, owner: Database, cast: Cast) -> Reader:
    """A commissioner, who reads no record and may build a tool all the same."""
    site: Flask = make_site(urls, tmp_path)
    reader = Reader(site)
    reader.take(start_session(owner, user_id=cast.robin.user_id, membership_id=cast.robin.membership_id))
    return reader


def group_on(page: str, group: str) -> str:
    """What the page says of one group of fields."""
    return unescape(page.partition(f'id="group-{group}"')[2].partition("</details>")[0])


def test_every_field_stands_under_its_group_and_every_limit_with_its_number(robin: Reader) -> None:
    page = robin.get("/developers").text
    for field in reference.grouped_fields():
        assert f"<code>{field.name}</code>" in group_on(page, field.group), field
    for name, allowed in reference.limits():
        assert name in page.lower()
        assert f"{allowed:,}" in page


def test_who_reads_is_what_the_agreement_in_force_says(robin: Reader, owner: Database, cast: Cast) -> None:
    before = group_on(robin.get("/developers").text, "FLAG_FACTS")
    with owner.transaction() as session:
        session.execute(text(NONE_FOR_TRIAGE), {"group": "FLAG_FACTS", "here": cast.settled.partnership_id})
    after = group_on(robin.get("/developers").text, "FLAG_FACTS")
    assert (before.count("<dd>None</dd>") + 1, before.count("<dd>Full</dd>") - 1) == (
        after.count("<dd>None</dd>"),
        after.count("<dd>Full</dd>"),
    )


def test_the_schema_is_there_to_take_along(robin: Reader) -> None:
    taken = robin.get("/developers/schema.graphql")
    assert taken.text == PRINTED.read_text()
    assert taken.headers["Content-Disposition"] == 'attachment; filename="concord.graphql"'
