"""Passwords are guessed slowly, by anybody and from anywhere; and no stranger shuts anybody out."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from graphql_schema import Door
from portal.access.context import Wall
from portal.audit.models import AuditAction
from portal.db import Database
from portal.identity.front_desk import FrontDesk
from portal.identity.throttle import FREE_TRIES, NETWORK_TRIES, Caller, Throttle, Throttled
from portal.operations.embedded import DatabaseUrls
from tests.conftest import SECRET
from tests.factories.accounts import PASSWORD, make_member
from tests.factories.administration import done
from tests.factories.audit import lines_since, mark
from tests.factories.cast import settle_cast

WRONG = "a lantern by the mill"


@pytest.fixture
def throttle(wall: Wall) -> Throttle:
    return Throttle(wall.database, SECRET)


@pytest.fixture
def desk(wall: Wall, throttle: Throttle) -> FrontDesk:
    return FrontDesk(wall, throttle)


@pytest.fixture
def caller() -> Caller:
    """A network nobody else in the database tries from."""
    return Caller(network=f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1")


WAIT = "wait"


def wait_of(desk: FrontDesk, email: str, caller: Caller, *, password: str = WRONG) -> int:
    """How many seconds somebody is told to wait."""
    with pytest.raises(Throttled) as throttled:
        desk.sign_in(email=email, password=password, request_id=uuid4(), caller=caller)
    return throttled.value.wait


def trying(desk: FrontDesk, email: str, caller: Caller, *, password: str = WRONG) -> bool | str:
    """Whether somebody is let in, or has to wait."""
    try:
        return desk.sign_in(email=email, password=password, request_id=uuid4(), caller=caller) is not None
    except Throttled:
        return WAIT


def let_pass(owner: Database, seconds: int) -> None:
    """What time does, without waiting for it."""
    with owner.transaction() as session:
        session.execute(
            text("update sign_in_throttle set open_at = open_at - :gone, forgotten_at = forgotten_at - :gone"),
            {"gone": timedelta(seconds=seconds)},
        )


def test_after_five_wrong_tries_an_account_waits_twice_as_long_each_time_up_to_an_hour(
    desk: FrontDesk, owner: Database, caller: Caller
) -> None:
    me = make_member(owner)
    for _ in range(FREE_TRIES):
        assert trying(desk, me.email, caller) is False
    for expected in (30, 60, 120, 240, 480, 960, 1920, 3600, 3600):
        wait = wait_of(desk, me.email, caller)
        # The time this test takes has passed too.
        assert expected * 0.7 < wait <= expected
        assert wait_of(desk, me.email, caller) <= wait, "Asking again makes nothing longer."
        let_pass(owner, wait)
        assert trying(desk, me.email, caller) is False


def test_known_and_unknown_addresses_are_answered_alike(desk: FrontDesk, owner: Database, caller: Caller) -> None:
    answers = [
        [trying(desk, email, caller) for _ in range(FREE_TRIES + 2)]
        for email in (make_member(owner).email, f"{uuid4().hex}@agency.example", "x" * 5_000, "\0@agency.example")
    ]
    assert answers == [[False] * FREE_TRIES + [WAIT] * 2] * 4


def test_the_right_password_is_not_looked_at_while_an_account_waits(
    desk: FrontDesk, owner: Database, caller: Caller
) -> None:
    me = make_member(owner)
    for _ in range(FREE_TRIES):
        trying(desk, me.email, caller)
    before = mark(owner)
    assert [trying(desk, me.email, caller, password=each) for each in (PASSWORD, WRONG)] == [WAIT] * 2
    lines = lines_since(owner, before)
    assert [(line.action, line.operation, line.outcome) for line in lines] == [
        (AuditAction.DENY, "signIn", "THROTTLED")
    ] * 2
    assert {line.user_id for line in lines} == {me.user_id}
    let_pass(owner, 30)
    assert trying(desk, me.email, caller, password=PASSWORD) is True
    # Whoever signed in begins anew.
    assert [trying(desk, me.email, caller) for _ in range(FREE_TRIES)] == [False] * FREE_TRIES


def test_a_day_without_a_try_is_forgotten(desk: FrontDesk, owner: Database, caller: Caller) -> None:
    me = make_member(owner)
    for _ in range(FREE_TRIES + 1):
        trying(desk, me.email, caller)
    let_pass(owner, 25 * 3600)
    assert [trying(desk, me.email, caller) for _ in range(FREE_TRIES)] == [False] * FREE_TRIES


@pytest.fixture
def processes(urls: DatabaseUrls) -> Iterator[list[Throttle]]:
    """Two processes with connections of their own."""
    databases = [Database.connect(urls.web) for _ in range(2)]
    yield [Throttle(each, SECRET) for each in databases]
    for each in databases:
        each.dispose()


def test_many_tries_at_once_are_no_more_than_many_in_a_row(processes: list[Throttle]) -> None:
    email = f"{uuid4().hex}@agency.example"

    def guess(number: int) -> bool:
        try:
            processes[number % 2].take(email, Caller(network=f"192.0.2.{number}"))
        except Throttled:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        looked_at = sum(pool.map(guess, range(64)))
    assert looked_at == FREE_TRIES


def test_one_network_has_so_many_tries_at_any_accounts(throttle: Throttle, owner: Database, caller: Caller) -> None:
    assert caller.network is not None
    for number in range(NETWORK_TRIES):
        # Each from another address of the same network.
        throttle.take(f"{uuid4().hex}@agency.example", Caller(network=f"{caller.network[:-1]}{number + 1:x}"))
    with pytest.raises(Throttled) as throttled:
        throttle.take(f"{uuid4().hex}@agency.example", caller)
    assert 0 < throttled.value.wait <= 600
    throttle.take(f"{uuid4().hex}@agency.example", Caller(network=f"192.0.2.{secrets.randbelow(200)}"))
    let_pass(owner, 600)
    throttle.take(f"{uuid4().hex}@agency.example", caller)


def test_signing_in_costs_a_network_nothing(throttle: Throttle, caller: Caller) -> None:
    for _ in range(NETWORK_TRIES + 10):
        throttle.give_back(throttle.take(f"{uuid4().hex}@agency.example", caller))


@pytest.mark.parametrize("network", [None, "", "unix:", "1.2.3", "fe80::1%eth0", "::ffff:192.0.2.7"])
def test_a_network_that_cannot_be_read_is_counted_too(throttle: Throttle, network: str | None) -> None:
    email = f"{uuid4().hex}@agency.example"
    for _ in range(FREE_TRIES):
        throttle.take(email, Caller(network=network))
    with pytest.raises(Throttled):
        throttle.take(email, Caller(network=network))


def test_a_stranger_does_not_keep_anybody_out_of_a_browser_they_use(
    desk: FrontDesk, owner: Database, caller: Caller
) -> None:
    me = make_member(owner)
    assert trying(desk, me.email, caller, password=PASSWORD) is True
    mine = Caller(network=caller.network, browser=desk.mark(me.email, caller))
    for _ in range(FREE_TRIES + 3):
        trying(desk, me.email, caller)
    assert trying(desk, me.email, caller, password=PASSWORD) == WAIT
    assert trying(desk, me.email, mine, password=PASSWORD) is True
    # A browser somebody left behind is counted as well.
    assert [trying(desk, me.email, mine) for _ in range(FREE_TRIES + 1)] == [False] * FREE_TRIES + [WAIT]


def test_a_mark_is_worth_nothing_for_another_address_or_made_up(
    desk: FrontDesk, throttle: Throttle, owner: Database, caller: Caller
) -> None:
    me, other = make_member(owner), make_member(owner)
    good = desk.mark(other.email, caller)
    assert good is not None
    assert throttle.is_known(good, other.email)
    assert desk.mark(other.email, Caller(browser=good)) == good
    for browser in (good, good[:-1], f"{good}0", "", ".", "x.y", "é.é", None):
        assert not throttle.is_known(browser, me.email)
    assert Throttle(desk._wall.database, SECRET + "!").is_known(good, other.email) is False
    assert other.email not in good


def test_every_spelling_of_an_address_is_one_account(desk: FrontDesk, owner: Database, caller: Caller) -> None:
    me = make_member(owner)
    spellings = (
        me.email.upper(),
        f"  {me.email} ",
        me.email.replace("e", "\uff25"),
        me.email.replace("i", "İ"),
        me.email,
    )
    for spelling in spellings:
        assert trying(desk, spelling, caller) is False
    assert trying(desk, me.email, caller) == WAIT


def test_nothing_kept_leads_back_to_anybody(throttle: Throttle, owner: Database, caller: Caller) -> None:
    me = make_member(owner)
    taken = throttle.take(me.email, caller)
    with owner.transaction() as session:
        kept = str(session.execute(text("select * from sign_in_throttle")).all())
        assert str(taken.account) in kept
        for said in (me.email, str(me.user_id), str(caller.network)):
            assert said not in kept
    # Without the installation's secret nobody can tell whose row it is.
    assert Throttle(Database(throttle._engine), "another secret").take(me.email, caller) != taken


def test_what_has_run_out_is_taken_away(throttle: Throttle, owner: Database, caller: Caller) -> None:
    for _ in range(5):
        throttle.take(f"{uuid4().hex}@agency.example", caller)
    let_pass(owner, 2 * 24 * 3600)
    for _ in range(40):
        throttle.take(f"{uuid4().hex}@agency.example", caller)
    with owner.transaction() as session:
        assert session.scalar(text("select count(*) from sign_in_throttle where forgotten_at < now()")) == 0


def test_an_invitation_is_no_way_round(owner: Database, door: Door, desk: FrontDesk, caller: Caller) -> None:
    team, me = settle_cast(owner, door), make_member(owner)
    path = done(team, team.noor, "inviteUser", displayName="Robin Lake", email=me.email, role="OFFICER")["path"]
    secret = str(path.removeprefix("/invitation/"))

    def accept(password: str) -> bool | str:
        try:
            return desk.accept(secret, password, request_id=uuid4(), caller=caller)
        except Throttled:
            return WAIT

    assert [accept(WRONG) for _ in range(FREE_TRIES)] == [False] * FREE_TRIES
    assert accept(PASSWORD) == WAIT
    assert trying(desk, me.email, caller, password=PASSWORD) == WAIT
    let_pass(owner, 30)
    assert accept(PASSWORD) is True


def test_the_web_role_reads_and_writes_no_count(wall: Wall) -> None:
    for table in ("sign_in_throttle", "rate_bucket", "rate_limit"):
        for statement in (f"select * from {table}", f"delete from {table}", f"insert into {table} default values"):
            with pytest.raises(Exception, match="permission denied"), wall.anonymously() as session:
                session.execute(text(statement))
