"""What comes of trying, held against the oracle: every change of a flag, by everybody, on flags they see and do not.

Each is tried on a version that is not the flag's. Whoever may not see the flag must be told that there is none, whoever
sees it and may not do this that they may not, and whoever may that it changed meanwhile: so nothing ever changes, and
every pair can be tried.
"""

from typing import Any

from portal.access.viewer import Viewer
from tests.factories.cast import key
from tests.factories.snapshot import unchanged
from tests.oracle.realm import Realm
from tests.oracle.verbs import verdict, verdict_on_share
from tests.oracle.visibility import ToldFlag

NEVER = 999_999
WHEN = "2026-11-01T20:00:00Z"
SHARES = "query($id: ID!) { flag(by: {id: $id}) { shares(first: 9) { edges { node { id toAgency { name } } } } } }"
ANSWER = "mutation($input: AnswerShareInput!) { done: answerShare(input: $input) { __typename } }"


def _decision(**decision: Any) -> dict[str, Any]:
    return {
        "decision": decision,
        "thresholdLevelCode": "LEVEL_2",
        "rationale": "a rationale",
        "feedback": "a word to the flagger",
    }


def _inputs(realm: Realm, flag: ToldFlag) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Each verb with its change, the type of its input, and what else it says."""
    world = next(world for world in realm.worlds if flag in world.flags)
    agency = next(iter(world.global_ids.values()))
    other = realm.rng.choice([each for each in world.flags if each is not flag])
    share = {"toAgencyId": agency, "fieldGroups": [], "purposeCode": "SAFEGUARDING", "proportionalityNote": "a note"}
    decide = ("triageFlag", "TriageFlagInput")
    return {
        "viewerCanStartTriage": ("startTriage", "StartTriageInput", {}),
        "viewerCanTriage": (*decide, _decision(noFurtherAction={"reasonCode": "ALREADY_HELPED"})),
        "viewerCanAskForInformation": (*decide, _decision(moreInformation={"question": "which?"})),
        "viewerCanMerge": (*decide, _decision(merge={"intoId": other.id})),
        "viewerCanShare": (*decide, _decision(share={"shares": [share]})),
        "viewerCanEscalate": (*decide, _decision(escalate={"toAgencyId": agency, "reasonCode": "MISSING"})),
        "viewerCanWithdraw": ("withdrawFlag", "WithdrawFlagInput", {"reasonCode": "HELP_IN_PLACE", "note": None}),
        "viewerCanClose": ("closeFlag", "CloseFlagInput", {"outcomeCode": "SAFEGUARDED", "feedback": "a word"}),
        "viewerCanReopen": ("reopenFlag", "ReopenFlagInput", {"newFact": "a fact", "observedAt": WHEN}),
        "viewerCanGiveFeedback": ("giveFeedback", "GiveFeedbackInput", {"text": "a word"}),
        "viewerCanEditDraft": ("discardFlagDraft", "DiscardFlagDraftInput", {}),
    }


def hold_attempts(realm: Realm, *, how_many: int) -> None:
    """Try that many changes: by people to whom the flag was opened as often as by others."""
    with unchanged(realm.owner):
        for _ in range(how_many):
            flag = realm.rng.choice(realm.flags)
            name, viewer = realm.rng.choice(_near(realm, flag) if realm.rng.random() < 0.6 else realm.viewers)
            verb, (change, input_type, said) = realm.rng.choice(list(_inputs(realm, flag).items()))
            document = f"mutation($input: {input_type}!) {{ done: {change}(input: $input) {{ __typename }} }}"
            given = {"id": flag.id, "expectedVersion": NEVER, "idempotencyKey": key()} | said
            found = realm.ask(viewer, document, input=given)["done"]["__typename"]
            where = f"{name} {verb} {flag.state}"
            realm.hold("graphql", "try", where, found, verdict(flag, viewer, verb))
        _answers(realm, how_many=how_many // 10)


def _answers(realm: Realm, *, how_many: int) -> None:
    """Try to answer shares, as those they were made to and as others who see the flag."""
    shared = [flag for flag in realm.flags if flag.shares]
    for flag in realm.rng.sample(shared, min(len(shared), how_many)):
        world = next(world for world in realm.worlds if flag in world.flags)
        found = realm.ask(world.people["morgan"], SHARES, id=flag.id)["flag"]["shares"]["edges"]
        for edge in found:
            share = next(each for each in flag.shares if each.values["toAgency"] == edge["node"]["toAgency"])
            name, viewer = realm.rng.choice(_near(realm, flag))
            given = {"id": edge["node"]["id"], "expectedVersion": NEVER, "engagement": "ENGAGED"}
            answer = realm.ask(viewer, ANSWER, input=given | {"idempotencyKey": key()})["done"]["__typename"]
            where = f"{name} answer {flag.state}"
            realm.hold("graphql", "try", where, answer, verdict_on_share(flag, share, viewer))


def _near(realm: Realm, flag: ToldFlag) -> list[tuple[str, Viewer | None]]:
    """Everybody who sees a flag."""
    return [(name, viewer) for name, viewer in realm.viewers if flag in realm.seen(viewer)]
