"""What can happen to a flag further on: asked about, merged, escalated, taken back, closed, expired, opened again."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from portal.access.viewer import Viewer
from portal.shares.ending import expire
from tests.factories import life
from tests.factories.flags import DECIDE
from tests.oracle.happenings import (
    answer_shares,
    decide,
    hear,
    raise_flag,
    some_requests,
    step,
    take,
    version_of,
    word,
)
from tests.oracle.visibility import ToldFlag
from tests.oracle.world import World

OPEN = {"SUBMITTED", "IN_TRIAGE", "MORE_INFO_REQUESTED", "SHARED", "ESCALATED"}
OUTCOMES = ("HELP_IN_PLACE", "SAFEGUARDED", "NO_SERVICE", "DECLINED_BY_PERSON")


def triaged(world: World) -> ToldFlag:
    """A flag that somebody took."""
    flag = raise_flag(world, None)
    take(world, flag)
    return flag


def _triage(world: World) -> Viewer:
    return world.people[world.rng.choice(["morgan", "jo"])]


def _author(world: World, flag: ToldFlag) -> Viewer:
    """Whoever raised a flag, in the hat they raised it in."""
    return next(
        viewer
        for viewer in world.people.values()
        if (viewer.user_id, viewer.agency_id) == (flag.author, flag.raising_agency)
    )


def _named(by: Viewer) -> dict[str, str]:
    return {"displayName": by.display_name}


def _input(world: World, flag: ToldFlag, **details: Any) -> dict[str, Any]:
    return life.change({"id": flag.id, "version": version_of(world, flag)}, **details)


def _saved(world: World, by: Viewer, document: str, given: dict[str, Any]) -> None:
    [answer] = world.cast.ask(by, document, input=given).values()
    assert answer["__typename"] == "FlagSaved", answer


def _settle(world: World, flag: ToldFlag, decision: dict[str, Any], to: str, outcome: str, **told: Any) -> Viewer:
    """Decide something that is neither an end nor a share."""
    by = _triage(world)
    said = {
        "thresholdLevelCode": "LEVEL_3",
        "rationale": f"rationale {world.rng.random()}",
        "feedback": f"feedback {world.rng.random()}",
    }
    _saved(world, by, DECIDE, _input(world, flag, decision=decision, **said))
    made = {"reason": None, "escalatedTo": None, "thresholdLevel": {"code": "LEVEL_3"}, "rationale": said["rationale"]}
    flag.decisions.insert(0, made | {"outcome": outcome, "decidedBy": _named(by)} | told)
    hear(flag, word(world, by, said["feedback"], None))
    flag.late = False
    step(flag, by, to)
    return by


def ask(world: World, flag: ToldFlag) -> None:
    """Triage asks the flagger."""
    question = f"question {world.rng.random()}"
    decision = {"moreInformation": {"question": question}}
    by = _settle(world, flag, decision, "MORE_INFO_REQUESTED", "MORE_INFORMATION")
    asked = {"question": question, "lapsed": False, "askedBy": _named(by), "answeredBy": None, "answer": None}
    flag.questions.insert(0, asked)


def answer(world: World, flag: ToldFlag) -> None:
    """The flagger answers."""
    by, said = _author(world, flag), f"answer {world.rng.random()}"
    request = life.question_of(world.cast, {"id": flag.id}, by)
    _saved(world, by, life.ANSWER_QUESTION, _input(world, flag, requestId=request["id"], answer=said))
    flag.questions[0] |= {"answer": said, "answeredBy": _named(by)}
    step(flag, by, "IN_TRIAGE")


def merge(world: World, flag: ToldFlag, into: ToldFlag) -> None:
    """Another flag carries it on, and all that it carried."""
    _settle(world, flag, {"merge": {"intoId": into.id}}, "MERGED", "MERGE")
    moved = [flag, *flag.carried]
    flag.carried = []
    for each in moved:
        each.merged_into = into
    # The newest raised comes first.
    into.carried = sorted([*into.carried, *moved], key=lambda each: each.number, reverse=True)


def escalate(world: World, flag: ToldFlag) -> None:
    """It is handed to the lead authority, or to another council."""
    councils = [agency for agency, kind in world.kinds.items() if kind == "LOCAL_AUTHORITY"]
    to = world.rng.choice(councils)
    decision = {"escalate": {"toAgencyId": world.global_ids[to], "reasonCode": "MISSING"}}
    told = {"reason": {"code": "MISSING"}, "escalatedTo": {"name": world.names[to]}}
    _settle(world, flag, decision, "ESCALATED", "ESCALATE", **told)
    flag.escalated_to.add(to)


def tell(world: World, flag: ToldFlag) -> None:
    """Triage tells the flagger more."""
    by, said = _triage(world), f"more {world.rng.random()}"
    _saved(world, by, life.TELL, _input(world, flag, text=said))
    hear(flag, word(world, by, said, None))


def withdraw(world: World, flag: ToldFlag) -> None:
    """The flagger takes it back."""
    by, note = _author(world, flag), world.rng.choice([None, f"note {world.rng.random()}"])
    _saved(world, by, life.WITHDRAW, _input(world, flag, reasonCode="HELP_IN_PLACE", note=note))
    flag.values |= {"withdrawReason": {"code": "HELP_IN_PLACE"}, "withdrawNote": note}
    flag.late = False
    step(flag, by, "WITHDRAWN")


def close(world: World, flag: ToldFlag) -> None:
    """Triage closes it, and with it whatever was open."""
    by, outcome, said = _triage(world), world.rng.choice(OUTCOMES), f"closing {world.rng.random()}"
    _saved(world, by, life.CLOSE, _input(world, flag, outcomeCode=outcome, feedback=said))
    flag.values["closeOutcome"] = {"code": outcome}
    hear(flag, word(world, by, said, None))
    _shut(flag)
    step(flag, by, "CLOSED")


def let_expire(world: World, flag: ToldFlag) -> None:
    """Its date comes, and nothing is owed."""
    with world.cast.owner.transaction() as session:
        session.execute(
            text("update flag set expires_at = now() - interval '1 minute' where id = :id"), {"id": flag.key}
        )
        assert expire(session, flag_id=flag.key)
    _shut(flag)
    flag.transitions.insert(0, {"from": flag.state, "to": "EXPIRED", "by": None})
    flag.state = "EXPIRED"


def _shut(flag: ToldFlag) -> None:
    flag.escalated_to.clear()
    for share in flag.shares:
        share.expired = True


def reopen(world: World, flag: ToldFlag) -> None:
    """Something new is known, to its author or to triage."""
    by = world.rng.choice([_author(world, flag), _triage(world)])
    fact = f"new {world.rng.random()}"
    given = _input(world, flag, newFact=fact, observedAt="2026-11-01T20:00:00Z")
    _saved(world, by, life.REOPEN, given)
    flag.additions.insert(0, {"fact": fact, "observedAt": "2026-11-01T20:00:00Z", "addedBy": _named(by)})
    triages = str(by.role) == "TRIAGE_WORKER" and by.agency_id == flag.lead_agency
    flag.values["triagedBy"] = _named(by) if triages else None
    step(flag, by, "IN_TRIAGE")


def _asked(world: World) -> ToldFlag:
    flag = triaged(world)
    ask(world, flag)
    return flag


def _asked_and_answered(world: World) -> ToldFlag:
    flag = _asked(world)
    answer(world, flag)
    return flag


def _merged(world: World) -> ToldFlag:
    heads = [flag for flag in world.flags if flag.state in OPEN]
    flag = triaged(world)
    into = world.rng.choice(heads) if heads else raise_flag(world, None)
    if not heads:
        world.flags.append(into)
    merge(world, flag, into)
    tell(world, into)
    return flag


def _merged_on(world: World) -> ToldFlag:
    """A flag that carries another is itself carried on, and then both hear how it ends."""
    flag, head = _merged(world), triaged(world)
    first = triaged(world)
    merge(world, first, head)
    world.flags += [first, head]
    last = triaged(world)
    merge(world, head, last)
    decide(world, last, None)
    world.flags.append(last)
    return flag


def _escalated(world: World) -> ToldFlag:
    flag = triaged(world)
    escalate(world, flag)
    tell(world, flag)
    return flag


def _shared_and_escalated(world: World) -> ToldFlag:
    flag = triaged(world)
    decide(world, flag, some_requests(world))
    escalate(world, flag)
    return flag


def _escalated_and_shared(world: World) -> ToldFlag:
    flag = triaged(world)
    escalate(world, flag)
    decide(world, flag, some_requests(world))
    answer_shares(world, flag)
    return flag


def _withdrawn(world: World) -> ToldFlag:
    flag = world.rng.choice([triaged, lambda world: raise_flag(world, None)])(world)
    withdraw(world, flag)
    return flag


def _answered_by_health(world: World) -> ToldFlag:
    flag = triaged(world)
    health = next(agency for agency, kind in world.kinds.items() if kind == "MENTAL_HEALTH_SERVICE")
    decide(world, flag, [(health, ["FLAG_OPINION"])])
    answer_shares(world, flag)
    return flag


def _closed(world: World) -> ToldFlag:
    flag = world.rng.choice([_answered_by_health, _escalated])(world)
    close(world, flag)
    return flag


def _expired(world: World) -> ToldFlag:
    flag = _answered_by_health(world)
    let_expire(world, flag)
    return flag


def _reopened(world: World) -> ToldFlag:
    flag = world.rng.choice([_closed, _expired])(world)
    reopen(world, flag)
    return flag


LATER: dict[str, Callable[[World], ToldFlag]] = {
    "asked": _asked,
    "asked-answered": _asked_and_answered,
    "merged": _merged,
    "merged-on": _merged_on,
    "escalated": _escalated,
    "shared-escalated": _shared_and_escalated,
    "escalated-shared": _escalated_and_shared,
    "withdrawn": _withdrawn,
    "closed": _closed,
    "expired-flag": _expired,
    "reopened": _reopened,
}
