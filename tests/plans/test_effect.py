"""An agreed plan comes into force on its first day, by nobody's hand, and once."""

from datetime import date, timedelta
from typing import Any

from portal.db import Database
from portal.partnerships.leading import today
from portal.plans.effect import take_effect, tick
from tests.factories.cast import Cast
from tests.factories.clock import key_of
from tests.factories.plans import (
    done,
    drafted,
    first_scheme,
    in_signing,
    nodes,
    proposed,
    read_plan,
    scheme_of,
    sign,
)
from tests.factories.snapshot import unchanged

Record = dict[str, Any]
APRIL = 4


def beginning(cast: Cast, day: date) -> Record:
    """A plan being written whose first day this is, paid in its first year."""
    plan = drafted(cast, period={"from": day.isoformat(), "to": (day + timedelta(days=1000)).isoformat()})
    year = day.year if day.month >= APRIL else day.year - 1
    scheme, here = scheme_of(cast), first_scheme(plan)
    scheme["contributions"] = [each | {"year": year} for each in scheme["contributions"][:3]]
    which = {"planVersionId": plan["currentVersion"]["id"], "schemeId": here["id"], "expectedVersion": here["version"]}
    done(cast, cast.brook, "saveScheme", **which, scheme=scheme)
    return read_plan(cast, plan["id"])


def kinds(plan: Record) -> list[str]:
    return [each["kind"] for each in nodes(plan["events"])]


def test_an_agreed_plan_comes_into_force_on_its_first_day_and_once(cast: Cast, worker: Database) -> None:
    plan = sign(cast, in_signing(cast, proposed(cast, beginning(cast, today()))))
    assert plan["state"] == "AGREED"
    assert tick(worker) >= 1
    after = read_plan(cast, plan["id"])
    assert after["state"] == "IN_FORCE"
    assert after["version"] == plan["version"] + 1
    assert after["currentVersion"]["state"] == "AGREED"
    [event] = [each for each in nodes(after["events"]) if each["kind"] == "IN_FORCE"]
    assert event["by"] is None
    assert event["planVersion"] == {"number": 1}
    with unchanged(cast.owner):
        assert tick(worker) == 0
        with worker.transaction() as session:
            assert take_effect(session, key_of(cast, plan)) is False


def test_one_that_begins_later_waits(cast: Cast, worker: Database) -> None:
    tick(worker)
    plan = sign(cast, in_signing(cast, proposed(cast, beginning(cast, today() + timedelta(days=1)))))
    with unchanged(cast.owner):
        assert tick(worker) == 0
    assert read_plan(cast, plan["id"])["state"] == "AGREED"


def test_one_that_is_not_agreed_waits_however_late_it_is(cast: Cast, worker: Database) -> None:
    tick(worker)
    long_begun = today() - timedelta(days=400)
    plan = in_signing(cast, proposed(cast, beginning(cast, long_begun)))
    plan = sign(cast, plan, "SEVERN-POLICE", "SEVERN-LA")
    with unchanged(cast.owner):
        assert tick(worker) == 0
    assert sign(cast, plan, "SEVERN-MHS")["state"] == "AGREED"
    assert tick(worker) == 1
    assert "IN_FORCE" in kinds(read_plan(cast, plan["id"]))


def test_one_that_somebody_works_on_waits_for_the_next_minute(cast: Cast, worker: Database) -> None:
    tick(worker)
    plan = sign(cast, in_signing(cast, proposed(cast, beginning(cast, today()))))
    with cast.owner.transaction() as session:
        session.connection().exec_driver_sql("select from plan where id = %s for update", (key_of(cast, plan),))
        assert tick(worker) == 0
    assert tick(worker) == 1
