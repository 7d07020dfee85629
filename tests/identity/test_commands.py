"""The commands that make a token and a first administrator say one thing, and say it where a script reads it."""

from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from portal.access.context import Wall
from portal.access.viewer import Role
from portal.db import Database
from portal.identity.tokens import viewer_for_token
from portal.operations.embedded import DatabaseUrls
from tests.conftest import SECRET
from tests.factories.accounts import make_agency, make_member
from tests.factories.audit import lines_since, mark
from wsgi import concord


@pytest.fixture
def told(urls: DatabaseUrls, tmp_path: Path) -> dict[str, str]:
    return {
        "PORTAL_DEMO": "1",
        "PORTAL_DATA_DIR": str(tmp_path),
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_DATABASE_URL": urls.web,
        "PORTAL_OWNER_DATABASE_URL": urls.owner,
        "PORTAL_WORKER_DATABASE_URL": urls.worker,
    }


def run(told: dict[str, str], *words: str) -> Result:
    return CliRunner().invoke(concord, words, env=told)


def test_a_token_stands_alone_on_the_output(told: dict[str, str], wall: Wall, owner: Database) -> None:
    code = uuid4().hex
    me = make_member(owner, agency_id=make_agency(owner, code=code), role=Role.CLINICIAN)
    result = run(told, "token", "issue", "--agency", code, "--role", "CLINICIAN")
    assert result.exit_code == 0
    secret = result.stdout.strip()
    with wall.anonymously() as session:
        viewer = viewer_for_token(session, secret)
    assert viewer is not None
    assert viewer.membership_id == me.membership_id
    assert me.display_name in result.stderr
    assert secret not in result.stderr


@pytest.mark.parametrize(("agency", "role"), [("no such agency", "CLINICIAN"), ("no such agency", "KING")])
def test_a_token_that_nobody_can_have_is_one_sentence(
    told: dict[str, str], owner: Database, agency: str, role: str
) -> None:
    before = mark(owner)
    result = run(told, "token", "issue", "--agency", agency, "--role", role)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert lines_since(owner, before) == []


def test_an_installation_with_accounts_gets_no_second_first_administrator(
    told: dict[str, str], owner: Database
) -> None:
    make_member(owner)
    before = mark(owner)
    result = run(told, "init", "--agency", "E10000013", "--administrator", "robin.marsh@westshire.example")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "accounts already" in result.stderr
    assert lines_since(owner, before) == []
