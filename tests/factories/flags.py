"""Flags of a test, raised, taken and shared through the door as the cast would."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.flags.models import Flag
from tests.factories.cast import Cast, key

RAISE = """
mutation Raise($input: RaiseFlagInput!) {
  raiseFlag(input: $input) {
    __typename
    ... on FlagRaised { reference replayed flag { id version state reference } }
    ... on Failure { message }
    ... on Invalid { errors { path code message rule } }
    ... on Conflict { reason currentVersion }
  }
}
"""
TAKE = """
mutation Take($input: StartTriageInput!) {
  startTriage(input: $input) {
    __typename
    ... on FlagSaved { replayed flag { id version state reference } }
    ... on Failure { message }
    ... on Invalid { errors { path code message } }
    ... on Conflict { reason currentVersion }
  }
}
"""
DECIDE = """
mutation Decide($input: TriageFlagInput!) {
  triageFlag(input: $input) {
    __typename
    ... on FlagSaved { replayed flag { id version state reference } }
    ... on Failure { message }
    ... on Invalid { errors { path code message } }
    ... on Conflict { reason currentVersion }
  }
}
"""


ANSWER = """
mutation Answer($input: AnswerShareInput!) {
  answerShare(input: $input) {
    __typename
    ... on ShareSaved { replayed share { id version engagement } }
    ... on Failure { message }
    ... on Invalid { errors { path code message } }
    ... on Conflict { reason currentVersion }
  }
}
"""
IMPORT = """
mutation Import($input: ImportFlagsInput!) {
  importFlags(input: $input) {
    __typename
    ... on RowsImported { rows { outcome flag { id version state reference } } }
    ... on Failure { message }
  }
}
"""
SHARES = """
query Shares($id: ID!) { flag(by: {id: $id}) { shares(first: 5) { edges { node { id version } } } } }
"""


def report(**changes: Any) -> dict[str, Any]:
    """The eight required answers about a young person; `changes` replaces any of them."""
    return {
        "subject": {"person": {"preferredName": "Kai", "ageBandCode": "14_15"}},
        "place": {"description": "Bus shelter, Station Parade"},
        "concernCode": "ALCOHOL",
        "fact": "Sitting alone with two empty cans.",
        "urgency": "URGENT",
        "told": "YES",
        "confirm": True,
        "opinion": "Third time this month.",
        "ownWords": "I just want somewhere to go.",
        "standpoint": "AT_RISK",
        "thirdPartyNotes": "An older brother at home.",
        "source": None,
        "idempotencyKey": key(),
    } | changes


def group_report(**changes: Any) -> dict[str, Any]:
    """The eight required answers about a group at a place."""
    subject = {
        "placeGroup": {
            "description": "Young people behind the parade of shops",
            "ageBandCode": "14_15",
            "estimatedSize": 7,
            "usualTimes": "Most evenings",
        }
    }
    return report(subject=subject) | changes


def raised(cast: Cast, by: Viewer | None = None, **changes: Any) -> dict[str, Any]:
    """A flag, as its author reads it: id, version, state, reference."""
    answer = cast.ask(by or cast.rowan, RAISE, input=report(**changes))["raiseFlag"]
    assert answer["__typename"] == "FlagRaised", answer
    flag: dict[str, Any] = answer["flag"]
    return flag


def taken(cast: Cast, flag: dict[str, Any] | None = None, by: Viewer | None = None) -> dict[str, Any]:
    """A flag in triage."""
    flag = flag or raised(cast)
    given = {"id": flag["id"], "expectedVersion": flag["version"], "idempotencyKey": key()}
    answer = cast.ask(by or cast.morgan, TAKE, input=given)["startTriage"]
    assert answer["__typename"] == "FlagSaved", answer
    found: dict[str, Any] = answer["flag"]
    return found


def sharing(cast: Cast, flag: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The input of a decision to share with the mental health service; `changes` replaces parts of the one share."""
    share = {
        "toAgencyId": cast.agency_id("SEVERN-MHS"),
        "purposeCode": "HEALTH_SUPPORT",
        "proportionalityNote": "They can only offer a place when they know who it is for.",
        "fieldGroups": [],
    } | changes
    return {
        "id": flag["id"],
        "expectedVersion": flag["version"],
        "decision": {"share": {"shares": [share]}},
        "thresholdLevelCode": "LEVEL_2",
        "rationale": "Drinking alone, wants help.",
        "feedback": "Thank you. Health will offer them a place.",
        "idempotencyKey": key(),
    }


def shared(cast: Cast, flag: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A flag shared with the mental health service."""
    flag = flag or taken(cast)
    answer = cast.ask(cast.morgan, DECIDE, input=sharing(cast, flag, **changes))["triageFlag"]
    assert answer["__typename"] == "FlagSaved", answer
    found: dict[str, Any] = answer["flag"]
    return found


def ended(cast: Cast, flag: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A flag that triage closed with no further action; `changes` replaces parts of the decision."""
    flag = flag or taken(cast)
    given = {
        "id": flag["id"],
        "expectedVersion": flag["version"],
        "decision": {"noFurtherAction": {"reasonCode": "ALREADY_HELPED"}},
        "thresholdLevelCode": "LEVEL_1",
        "rationale": "A youth worker sees them twice a week.",
        "feedback": "Thank you. Somebody is already helping.",
        "idempotencyKey": key(),
    } | changes
    answer = cast.ask(cast.morgan, DECIDE, input=given)["triageFlag"]
    assert answer["__typename"] == "FlagSaved", answer
    found: dict[str, Any] = answer["flag"]
    return found


def share_of(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    """The newest share of a flag: id and version."""
    found: dict[str, Any] = cast.ask(cast.morgan, SHARES, id=flag["id"])["flag"]["shares"]["edges"][0]["node"]
    return found


def answered(cast: Cast, flag: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A shared flag that the mental health service has answered; `changes` replaces parts of the answer."""
    flag = flag or shared(cast)
    share = share_of(cast, flag)
    given = {
        "id": share["id"],
        "expectedVersion": share["version"],
        "engagement": "ENGAGED",
        "note": "First appointment kept.",
        "idempotencyKey": key(),
    } | changes
    answer = cast.ask(cast.sam, ANSWER, input=given)["answerShare"]
    assert answer["__typename"] == "ShareSaved", answer
    return flag


def imported(cast: Cast, by: Viewer | None = None, **changes: Any) -> dict[str, Any]:
    """A draft that an import left in the review list of a team; `changes` replaces parts of its row."""
    row = {
        "reference": key(),
        "subject": {"placeGroup": {"description": "Recorded on or near Wilson Drive", "ageBandCode": "UNKNOWN"}},
        "concernCode": "ANTI_SOCIAL_BEHAVIOUR",
        "observedAt": "2021-05-01T00:00:00+00:00",
        "observedPrecision": "MONTH",
        "place": {"description": "On or near Wilson Drive"},
        "fact": "1 incident of anti-social behaviour was recorded on or near Wilson Drive in May 2021.",
    } | changes
    given = {"system": "police.uk", "rows": [row], "idempotencyKey": key()}
    answer = cast.ask(by or cast.rowan, IMPORT, input=given)["importFlags"]
    assert answer["__typename"] == "RowsImported", answer
    draft: dict[str, Any] = answer["rows"][0]["flag"]
    return draft


def flags_in(cast: Cast) -> int:
    """How many flags a partnership has in truth."""
    with cast.truth() as session:
        of_ours = Flag.partnership_id == cast.settled.partnership_id
        return session.execute(select(func.count()).select_from(Flag).where(of_ours)).scalar_one()


def newest_flag(session: Session, cast: Cast) -> Flag:
    """The flag of a partnership that was raised last, in truth."""
    of_ours = select(Flag).where(Flag.partnership_id == cast.settled.partnership_id)
    return session.execute(of_ours.order_by(Flag.raised_at.desc()).limit(1)).scalar_one()
