"""A new installation gets one administrator, once; a demonstration gives tokens for its cast and nobody else."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from portal.access.context import Wall, derive_key
from portal.access.viewer import Role
from portal.agencies.models import Agency
from portal.db import Database
from portal.identity.front_desk import FrontDesk
from portal.identity.models import AccessToken, User
from portal.identity.tokens import viewer_for_token
from portal.operations.embedded import EmbeddedServer
from portal.operations.init import InitRefused, initialise
from portal.operations.token import TokenRefused, issue_for_cast
from portal.operations.upgrade import upgrade
from portal.partnerships.models import Installation
from portal.vocabularies.models import Concept
from tests.factories.accounts import PASSWORD, make_agency, make_member
from tests.factories.audit import lines_since, mark

SECRET = "a key for tests, of no worth at all"


@pytest.fixture
def new(server: EmbeddedServer) -> Iterator[tuple[Database, Wall]]:
    """A database nobody has an account in: its owner and its wall."""
    name = f"new_{uuid4().hex}"
    urls = server.create_database(name)
    upgrade(owner_url=urls.owner, web_url=urls.web, worker_url=urls.worker, secret=SECRET)
    owner, web = Database.connect(urls.owner), Database.connect(urls.web)
    with owner.transaction() as session:
        kind = {
            "vocabulary": "agency-kind",
            "code": "LOCAL_AUTHORITY",
            "display": "Council",
            "valid_from": "2010-01-01",
        }
        session.execute(insert(Concept).values(position=0, **kind).on_conflict_do_nothing())
    yield owner, Wall(web, derive_key(SECRET))
    owner.dispose()
    web.dispose()
    server.drop_database(name)


def begin(owner: Database, **changed: str) -> str:
    details = {
        "agency_name": "Westshire County Council",
        "agency_kind": "LOCAL_AUTHORITY",
        "code_list": "GSS",
        "code": "E10099999",
        "administrator_name": "Robin Marsh",
        "administrator_email": "robin.marsh@westshire.example",
    }
    return initialise(owner, **{**details, **changed})


def counts(owner: Database) -> tuple[int, int]:
    with owner.transaction() as session:
        return tuple(session.scalar(select(func.count()).select_from(model)) or 0 for model in (User, Agency))  # type: ignore[return-value]


def test_the_first_administrator_sets_a_password_and_sees_no_record(new: tuple[Database, Wall]) -> None:
    owner, wall = new
    before, desk = mark(owner), FrontDesk(wall)
    path = begin(owner)
    assert path.startswith("/set-password/")
    assert desk.set_password(path.removeprefix("/set-password/"), PASSWORD, request_id=uuid4())
    secret = desk.sign_in(email="robin.marsh@westshire.example", password=PASSWORD, request_id=uuid4())
    assert secret
    signed_in = desk.who(secret)
    assert signed_in
    assert signed_in.viewer
    assert signed_in.viewer.role is Role.AGENCY_ADMINISTRATOR
    assert signed_in.viewer.agency_name == "Westshire County Council"
    assert lines_since(owner, before)[0].operation == "init"


def test_an_agency_that_is_known_is_taken_as_it_is(new: tuple[Database, Wall]) -> None:
    owner, _ = new
    make_agency(owner, code="00X")
    _, agencies = counts(owner)
    begin(owner, code_list="TEST", code="00X", agency_name="")
    assert counts(owner) == (1, agencies)


def test_an_official_code_and_an_address_are_enough(new: tuple[Database, Wall]) -> None:
    owner, wall = new
    _, agencies = counts(owner)
    path = initialise(owner, code="E10000013", administrator_email="pat.lowe@council.example")
    desk = FrontDesk(wall)
    assert desk.set_password(path.removeprefix("/set-password/"), PASSWORD, request_id=uuid4())
    secret = desk.sign_in(email="pat.lowe@council.example", password=PASSWORD, request_id=uuid4())
    signed_in = desk.who(secret or "")
    assert signed_in
    assert signed_in.display_name == "Pat Lowe"
    assert signed_in.viewer
    assert signed_in.viewer.agency_name == "Gloucestershire"
    assert counts(owner) == (1, agencies)


def test_a_code_nobody_has_makes_nothing_and_says_what_else_is_needed(new: tuple[Database, Wall]) -> None:
    owner, _ = new
    before = counts(owner)
    with pytest.raises(InitRefused, match="--agency-name"):
        initialise(owner, code="E99999999", administrator_email="pat.lowe@council.example")
    assert counts(owner) == before


def test_a_database_that_was_never_brought_up_to_date_is_refused_in_one_sentence(server: EmbeddedServer) -> None:
    name = f"bare_{uuid4().hex}"
    owner = Database.connect(server.create_database(name).owner)
    with pytest.raises(InitRefused, match="concord upgrade"):
        initialise(owner, code="E10000013", administrator_email="pat.lowe@council.example")
    owner.dispose()
    server.drop_database(name)


def test_an_installation_begins_once(new: tuple[Database, Wall]) -> None:
    owner, _ = new
    begin(owner)
    before = counts(owner)
    with pytest.raises(InitRefused, match="accounts already"):
        begin(owner, administrator_email="other@westshire.example", code="E10099998")
    assert counts(owner) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"agency_kind": "CIRCUS"},
        {"agency_name": " "},
        {"code": ""},
        {"administrator_name": ""},
        {"administrator_email": "nobody"},
    ],
)
def test_a_value_that_will_not_do_makes_nothing(new: tuple[Database, Wall], wrong: dict[str, str]) -> None:
    owner, _ = new
    before = counts(owner)
    with pytest.raises(InitRefused):
        begin(owner, **wrong)
    assert counts(owner) == before


def call_it_a_demonstration(owner: Database, *, demo: bool) -> None:
    with owner.transaction() as session:
        row = {"id": 1, "name": "Test", "demo": demo, "id_key": b"k" * 32}
        session.execute(insert(Installation).values(row).on_conflict_do_update(index_elements=["id"], set_=row))


def test_a_demonstration_gives_a_token_for_the_role_and_agency_asked_for(new: tuple[Database, Wall]) -> None:
    owner, wall = new
    call_it_a_demonstration(owner, demo=True)
    agency = make_agency(owner, code="DEMO-1")
    me = make_member(owner, agency_id=agency, role=Role.TRIAGE_WORKER)
    make_member(owner, agency_id=agency, role=Role.DPO)
    make_member(owner, role=Role.TRIAGE_WORKER)
    issued = issue_for_cast(owner, agency_code="DEMO-1", role_code="TRIAGE_WORKER")
    assert issued.lifetime <= timedelta(hours=1)
    assert issued.display_name == me.display_name
    assert issued.secret not in repr(issued)
    with wall.anonymously() as session:
        viewer = viewer_for_token(session, issued.secret)
    assert viewer is not None
    assert viewer.membership_id == me.membership_id


@pytest.mark.parametrize(
    ("demo", "agency_code", "role_code"),
    [(False, "DEMO-1", "DPO"), (True, "DEMO-2", "DPO"), (True, "DEMO-1", "OFFICER"), (True, "DEMO-1", "KING")],
)
def test_no_token_is_given_otherwise(
    new: tuple[Database, Wall], *, demo: bool, agency_code: str, role_code: str
) -> None:
    owner, _ = new
    call_it_a_demonstration(owner, demo=demo)
    make_member(owner, agency_id=make_agency(owner, code="DEMO-1"), role=Role.DPO)
    before = mark(owner)
    with pytest.raises(TokenRefused):
        issue_for_cast(owner, agency_code=agency_code, role_code=role_code)
    assert lines_since(owner, before) == []
    with owner.transaction() as session:
        assert session.scalars(select(AccessToken)).all() == []


def test_a_database_without_a_mark_gives_no_token(new: tuple[Database, Wall]) -> None:
    owner, _ = new
    make_member(owner, agency_id=make_agency(owner, code="DEMO-1"), role=Role.DPO)
    with owner.transaction() as session:
        session.query(Installation).delete()
    with pytest.raises(TokenRefused, match="not a demonstration"):
        issue_for_cast(owner, agency_code="DEMO-1", role_code="DPO")
