"""Flags of a test further on in their life: asked about, merged, escalated, taken back, closed, opened again."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from portal.access.viewer import Viewer
from tests.factories.cast import Cast, key
from tests.factories.flags import DECIDE, answered, raised, taken

SAVED = """
    __typename
    ... on FlagSaved { replayed flag { id version state reference } }
    ... on Failure { message }
    ... on Invalid { errors { path code message } }
    ... on Conflict { reason currentVersion current { id version state fact } }
"""
ANSWER_QUESTION = f"""
mutation AnswerQuestion($input: AnswerInformationRequestInput!) {{
  answerInformationRequest(input: $input) {{ {SAVED} }}
}}
"""
TELL = f"mutation Tell($input: GiveFeedbackInput!) {{ giveFeedback(input: $input) {{ {SAVED} }} }}"
WITHDRAW = f"mutation Withdraw($input: WithdrawFlagInput!) {{ withdrawFlag(input: $input) {{ {SAVED} }} }}"
REOPEN = f"mutation Reopen($input: ReopenFlagInput!) {{ reopenFlag(input: $input) {{ {SAVED} }} }}"
CLOSE = f"mutation Close($input: CloseFlagInput!) {{ closeFlag(input: $input) {{ {SAVED} }} }}"
_MANY = """
    __typename
    ... on ManyChanged { replayed outcomes { flagId problem flag { id version state } } }
    ... on Failure { message }
    ... on Invalid { errors { path code message } }
"""
TAKE_MANY = f"mutation TakeMany($input: StartTriageOfManyInput!) {{ startTriageOfMany(input: $input) {{ {_MANY} }} }}"
END_MANY = (
    f"mutation EndMany($input: EndManyWithoutActionInput!) {{ endManyWithoutAction(input: $input) {{ {_MANY} }} }}"
)
STANDS = "query Stands($id: ID!) { flag(by: {id: $id}) { id version state reference } }"
QUESTIONS = """
query Questions($id: ID!) {
  flag(by: {id: $id}) { informationRequests(first: 9) { edges { node { id question answer lapsed } } } }
}
"""


def change(flag: dict[str, Any], **details: Any) -> dict[str, Any]:
    """The input of a change to a flag as it was read."""
    return {"id": flag["id"], "expectedVersion": flag["version"], "idempotencyKey": key()} | details


def deciding(flag: dict[str, Any], decision: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The input of a decision."""
    said = {
        "decision": decision,
        "thresholdLevelCode": "LEVEL_3",
        "rationale": "Seen more than once this week.",
        "feedback": "Thank you. We are looking into it.",
    }
    return change(flag, **said) | changes


def asking(question: str = "Which bus stop was it?") -> dict[str, Any]:
    """The decision to ask the flagger first."""
    return {"moreInformation": {"question": question}}


def merging(into: dict[str, Any]) -> dict[str, Any]:
    """The decision that another flag carries it on."""
    return {"merge": {"intoId": into["id"]}}


def escalating(cast: Cast, code: str = "SEVERN-LA") -> dict[str, Any]:
    """The decision to hand it to safeguarding."""
    return {"escalate": {"toAgencyId": cast.agency_id(code), "reasonCode": "EXPLOITATION"}}


def closing(flag: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The input that closes a flag."""
    return change(flag, outcomeCode="HELP_IN_PLACE", feedback="They have a place, and go there.") | changes


def reopening(flag: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The input that opens a flag again."""
    return change(flag, newFact=f"Seen again, with {key()}.", observedAt="2026-11-01T20:00:00Z") | changes


def withdrawing(flag: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The input that takes a flag back."""
    return change(flag, reasonCode="RAISED_BY_MISTAKE", note="I mixed up two names.") | changes


def saved(cast: Cast, viewer: Viewer | None, document: str, given: dict[str, Any]) -> dict[str, Any]:
    """The flag that a change leaves, which must succeed."""
    [answer] = cast.ask(viewer, document, input=given).values()
    assert answer["__typename"] == "FlagSaved", answer
    flag: dict[str, Any] = answer["flag"]
    return flag


def stands(cast: Cast, flag: dict[str, Any], viewer: Viewer | None = None) -> dict[str, Any]:
    """A flag as somebody reads it now: triage, when nobody else is named."""
    found: dict[str, Any] = cast.ask(viewer or cast.morgan, STANDS, id=flag["id"])["flag"]
    return found


def decided(cast: Cast, flag: dict[str, Any], decision: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A flag on which Morgan decided something."""
    return saved(cast, cast.morgan, DECIDE, deciding(flag, decision, **changes))


def asked(cast: Cast, flag: dict[str, Any] | None = None) -> dict[str, Any]:
    """A flag about which the flagger was asked something."""
    return decided(cast, flag or taken(cast), asking())


def question_of(cast: Cast, flag: dict[str, Any], viewer: Viewer | None = None) -> dict[str, Any]:
    """The newest question about a flag."""
    found = cast.ask(viewer or cast.morgan, QUESTIONS, id=flag["id"])["flag"]["informationRequests"]["edges"]
    node: dict[str, Any] = found[0]["node"]
    return node


def answering(cast: Cast, flag: dict[str, Any], answer: str = "The one by the library.") -> dict[str, Any]:
    """The input that answers the newest question about a flag."""
    return change(flag, requestId=question_of(cast, flag)["id"], answer=answer)


def merged(cast: Cast, flag: dict[str, Any] | None = None, into: dict[str, Any] | None = None) -> dict[str, Any]:
    """A flag that another one carries on."""
    return decided(cast, flag or taken(cast), merging(into or raised(cast)))


def escalated(cast: Cast, flag: dict[str, Any] | None = None) -> dict[str, Any]:
    """A flag handed to safeguarding."""
    return decided(cast, flag or taken(cast), escalating(cast))


def withdrawn(cast: Cast, flag: dict[str, Any] | None = None) -> dict[str, Any]:
    """A flag that its author took back."""
    return saved(cast, cast.rowan, WITHDRAW, withdrawing(flag or raised(cast)))


def closed(cast: Cast, flag: dict[str, Any] | None = None) -> dict[str, Any]:
    """A shared flag that was answered, and then closed."""
    flag = flag or answered(cast)
    return saved(cast, cast.morgan, CLOSE, closing(stands(cast, flag)))


def uncovered(cast: Cast, record: dict[str, Any]) -> UUID:
    """The key that a global id hides."""
    opened = cast.door._opened_seal().open_id(record["id"])
    assert opened is not None
    return opened[1]


def past_its_date(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    """A flag whose date has come, with the shares that end at that date."""
    earlier = {"id": uncovered(cast, flag)}
    with cast.owner.transaction() as session:
        session.execute(text("update flag set expires_at = now() - interval '1 hour' where id = :id"), earlier)
        for table, column in (("share", "flag_id"), ("disclosure", "root_id")):
            ended = "valid_from = now() - interval '2 hours', valid_to = now() - interval '1 hour'"
            session.execute(text(f"update {table} set {ended} where {column} = :id and valid_to > now()"), earlier)
    return flag


def unanswered_in_time(cast: Cast, flag: dict[str, Any]) -> dict[str, Any]:
    """A flag whose question was due an hour ago."""
    with cast.owner.transaction() as session:
        session.execute(text("alter table information_request disable trigger keep_what_was_said"))
        session.execute(
            text("update information_request set due_at = now() - interval '1 hour' where flag_id = :id"),
            {"id": uncovered(cast, flag)},
        )
        session.execute(text("alter table information_request enable trigger keep_what_was_said"))
    return flag
