"""What can happen to a flag in a generated world, up to a decision and its answers: through the door, and told.

The oracle never looks at what the door stored.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from portal.access.viewer import Role, Viewer
from tests.factories.cast import key
from tests.factories.flags import DECIDE, RAISE, TAKE
from tests.oracle.grid import GROUPS, RAISING_ROLES, RECIPIENTS
from tests.oracle.reports import maybe, start_values, typed
from tests.oracle.visibility import ToldFlag, ToldShare
from tests.oracle.world import World

IMPORT = """
mutation Import($input: ImportFlagsInput!) {
  importFlags(input: $input) { __typename ... on RowsImported { rows { outcome flag { id version } } } }
}
"""
ANSWERING = {Role.SERVICE_ADMINISTRATOR, Role.CLINICIAN, Role.PRACTITIONER}
ANSWER = """
mutation Answer($input: AnswerShareInput!) {
  answerShare(input: $input) { __typename ... on ShareSaved { share { id engagement } } ... on Failure { message } }
}
"""
SHARES = """
query Shares($id: ID!) { flag(by: {id: $id}) { shares(first: 20) { edges { node { id version toAgency { name } } } } } }
"""
SUBJECT = "query($id: ID!) { flag(by: {id: $id}) { version subject { ... on Person { id } } } }"


def imported(world: World) -> ToldFlag:
    by = world.rng.choice([world.people[name] for name in ("rowan", "ari", "lee", "BOTH-TEAMS-OFFICER")])
    reference = f"ref {world.rng.randrange(10**12)}"
    place, fact = f"place {world.rng.random()}", f"fact {world.rng.random()}"
    row = {
        "reference": reference,
        "subject": {"placeGroup": {"description": "some young people", "ageBandCode": "UNKNOWN"}},
        "concernCode": "ANTI_SOCIAL_BEHAVIOUR",
        "observedAt": "2021-05-01T00:00:00Z",
        "observedPrecision": "MONTH",
        "place": {"description": place},
        "fact": fact,
    }
    given = {"system": "incidents", "rows": [row], "idempotencyKey": key()}
    [made] = world.cast.ask(by, IMPORT, input=given)["importFlags"]["rows"]
    assert made["outcome"] == "CREATED", made
    values = start_values(world, by) | {
        "ageBand": {"code": "UNKNOWN"},
        "urgency": "ROUTINE",
        "concerns": [{"code": "ANTI_SOCIAL_BEHAVIOUR"}],
        "observedAt": "2021-05-01T00:00:00Z",
        "observedPrecision": "MONTH",
        "placeDescription": place,
        "fact": fact,
        "sourceReference": {"system": "incidents", "value": reference},
    }
    subject = {"description": "some young people", "estimatedSize": None, "usualTimes": None}
    teams = frozenset(by.team_ids)
    flag = told_of(world, made["flag"]["id"], by, "DRAFT", values, "PlaceGroup", subject, teams)
    flag.imported = True
    return flag


def told_of(
    world: World,
    flag_id: str,
    by: Viewer,
    state: str,
    values: dict[str, Any],
    subject_type: str,
    subject: dict[str, Any],
    teams: frozenset[UUID],
) -> ToldFlag:
    opened = world.cast.door._opened_seal().open_id(flag_id)
    assert opened is not None
    flag = ToldFlag(
        id=flag_id,
        key=opened[1],
        partnership=world.cast.settled.partnership_id,
        lead_agency=world.cast.settled.agencies["SEVERN-LA"],
        raising_agency=by.agency_id,
        state="",
        author=by.user_id,
        teams=teams,
        values=values,
        subject_type=subject_type,
        subject=subject,
    )
    step(flag, by, state)
    return flag


def step(flag: ToldFlag, by: Viewer, to: str) -> None:
    said = {"from": flag.state or None, "to": to, "by": {"displayName": by.display_name}}
    flag.transitions.insert(0, said)
    flag.state = to


def raise_flag(world: World, draft: ToldFlag | None, *, by: Viewer | None = None) -> ToldFlag:
    raisers = [viewer for viewer in world.people.values() if str(viewer.role) in RAISING_ROLES]
    if draft is not None:
        raisers = [viewer for viewer in raisers if draft.teams & set(viewer.team_ids)]
    by = by or world.rng.choice(raisers)
    report, values, subject_type, subject = typed(world, by)
    if draft is not None:
        version = world.cast.ask(by, SUBJECT, id=draft.id)["flag"]["version"]
        report |= {"draftId": draft.id, "draftVersion": version}
        # What the import was called in its own system stays with the flag unless the officer names another.
        values["sourceReference"] = values["sourceReference"] or draft.values["sourceReference"]
    answer = world.cast.ask(by, RAISE, input=report)["raiseFlag"]
    assert answer["__typename"] == "FlagRaised", answer
    flag_id = answer["flag"]["id"]
    if draft is None:
        flag = told_of(world, flag_id, by, "SUBMITTED", values, subject_type, subject, frozenset(by.team_ids))
    else:
        flag = draft
        flag.author, flag.teams = by.user_id, frozenset(by.team_ids)
        flag.values, flag.subject_type, flag.subject = values, subject_type, subject
        step(flag, by, "SUBMITTED")
    world.raised += 1
    flag.number = world.raised
    if subject_type == "Person":
        flag.person_id = str(world.cast.ask(by, SUBJECT, id=flag_id)["flag"]["subject"]["id"])
        opened = world.cast.door._opened_seal().open_id(flag.person_id)
        assert opened is not None
        flag.person_key = opened[1]
    return flag


def version_of(world: World, flag: ToldFlag) -> int:
    return int(world.cast.ask(world.people["morgan"], SUBJECT, id=flag.id)["flag"]["version"])


def take(world: World, flag: ToldFlag) -> None:
    by = world.people[world.rng.choice(["morgan", "jo"])]
    given = {"id": flag.id, "expectedVersion": version_of(world, flag), "idempotencyKey": key()}
    answer = world.cast.ask(by, TAKE, input=given)["startTriage"]
    assert answer["__typename"] == "FlagSaved", answer
    flag.values["triagedBy"] = {"displayName": by.display_name}
    step(flag, by, "IN_TRIAGE")


def some_requests(world: World) -> list[tuple[UUID, list[str]]]:
    """Which agencies a flag is shared with, and the groups each share names."""
    lead = world.cast.settled.agencies["SEVERN-LA"]
    open_to = [agency for agency, kind in world.kinds.items() if kind in RECIPIENTS and agency != lead]
    return [
        (agency, world.rng.sample(GROUPS, world.rng.randint(0, 6)))
        for agency in world.rng.sample(open_to, world.rng.randint(1, 3))
    ]


class Refused(Exception):
    """The door did not do what must be done."""


def decide(world: World, flag: ToldFlag, requests: list[tuple[UUID, list[str]]] | None) -> None:
    """Share a flag, or do no more; raises Refused when the door will not."""
    by = world.people[world.rng.choice(["morgan", "jo"])]
    rationale, feedback = f"rationale {world.rng.random()}", f"feedback {world.rng.random()}"
    purpose = world.rng.choice(["SAFEGUARDING", "HEALTH_SUPPORT"])
    notes = {agency: f"note {world.rng.random()}" for agency, _ in requests or ()}
    decision: dict[str, Any] = {"noFurtherAction": {"reasonCode": "ALREADY_HELPED"}}
    if requests is not None:
        decision = {
            "share": {
                "shares": [
                    {
                        "toAgencyId": world.global_ids[agency],
                        "fieldGroups": named,
                        "purposeCode": purpose,
                        "proportionalityNote": notes[agency],
                    }
                    for agency, named in requests
                ]
            }
        }
    given = {
        "id": flag.id,
        "expectedVersion": version_of(world, flag),
        "decision": decision,
        "thresholdLevelCode": "LEVEL_2",
        "rationale": rationale,
        "feedback": feedback,
        "idempotencyKey": key(),
    }
    answer = world.cast.ask(by, DECIDE, input=given)["triageFlag"]
    if answer["__typename"] != "FlagSaved":
        raise Refused(answer["__typename"])
    made = {
        "outcome": "NO_FURTHER_ACTION" if requests is None else "SHARE",
        "decidedBy": {"displayName": by.display_name},
        "reason": {"code": "ALREADY_HELPED"} if requests is None else None,
        "escalatedTo": None,
        "thresholdLevel": {"code": "LEVEL_2"},
        "rationale": rationale,
    }
    flag.decisions.insert(0, made)
    hear(flag, word(world, by, feedback, None))
    # What is decided is late no more.
    flag.late = False
    step(flag, by, "NFA" if requests is None else "SHARED")
    police = world.kinds[flag.raising_agency] == "NEIGHBOURHOOD_POLICE"
    for agency, named in requests or ():
        values = {
            "toAgency": {"name": world.names[agency]},
            "fromAgency": {"name": world.names[by.agency_id]},
            "fieldGroups": sorted(named),
            "purpose": {"code": purpose},
            "lawfulBasis": {"code": {"SAFEGUARDING": "SAFEGUARDING", "HEALTH_SUPPORT": "HEALTH_SOCIAL_CARE"}[purpose]},
            "sourceRegime": "PART_3" if police else "PART_2",
            "proportionalityNote": notes[agency],
            "engagement": None,
            "answeredBy": None,
            "answerNote": None,
        }
        flag.shares.insert(0, ToldShare(agency, world.kinds[agency], values, frozenset(named)))


def hear(flag: ToldFlag, word: dict[str, Any]) -> None:
    """Let a flagger hear a word, and with them the flagger of every flag that theirs carries on."""
    for each in (flag, *flag.carried):
        each.feedback.insert(0, word)


def word(world: World, by: Viewer, words: str, engagement: str | None) -> dict[str, Any]:
    return {"text": words, "engagement": engagement, "givenByAgency": {"name": world.names[by.agency_id]}}


ANSWERS = {
    "ENGAGED": "The service is working with them.",
    "NOT_ENGAGED": "The service offered help, and it is not being taken up at the moment.",
    "CLOSED": "The service has finished its part.",
}


def answer_shares(world: World, flag: ToldFlag) -> None:
    """Whoever received the flag and may answer does; a share to an agency with nobody who may stays open."""
    for share in flag.shares:
        able = [
            viewer
            for viewer in world.people.values()
            if viewer.agency_id == share.to_agency and viewer.role in ANSWERING
            and str(viewer.role) in RECIPIENTS[share.to_kind]
            # A voluntary worker reads nothing of the share itself, so there is nothing to answer.
            and share.to_kind != "VOLUNTARY"
        ]  # fmt: skip
        if not able:
            continue
        by = world.rng.choice(able)
        found = world.cast.ask(by, SHARES, id=flag.id)["flag"]["shares"]["edges"]
        node = next(
            edge["node"] for edge in found if edge["node"]["toAgency"]["name"] == share.values["toAgency"]["name"]
        )
        engagement, note = world.rng.choice(list(ANSWERS)), maybe(world, "note")
        given = {"id": node["id"], "expectedVersion": node["version"], "engagement": engagement, "note": note}
        answer = world.cast.ask(by, ANSWER, input=given | {"idempotencyKey": key()})["answerShare"]
        assert answer["__typename"] == "ShareSaved", answer
        share.answered = True
        share.values |= {"engagement": engagement, "answeredBy": {"displayName": by.display_name}, "answerNote": note}
        hear(flag, word(world, by, ANSWERS[engagement], engagement))


def wait(world: World, flag: ToldFlag) -> None:
    """Let the time pass in which triage was to decide."""
    with world.cast.owner.transaction() as session:
        earlier = text("update flag set triage_due_at = now() - interval '1 hour' where id = :id")
        session.execute(earlier, {"id": flag.key})
    flag.late = True


def run_out(world: World, share: ToldShare) -> None:
    """Move the end of one share into the past, as time would."""
    note = share.values["proportionalityNote"]
    with world.cast.owner.transaction() as session:
        share_id = session.scalar(text("select id from share where proportionality_note = :note"), {"note": note})
        earlier = "valid_from = now() - interval '2 hours', valid_to = now() - interval '1 hour'"
        session.execute(text(f"update share set {earlier} where id = :id"), {"id": share_id})
        session.execute(text(f"update disclosure set {earlier} where share_id = :id"), {"id": share_id})
    share.expired = True
