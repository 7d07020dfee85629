"""Every change is tried by nobody, by another partnership, by the own agency without the role, and by who may.

A refusal changes nothing that is kept about anybody, and says nothing of what stands in the record.
"""

import pytest

from graphql_schema import Door
from portal.db import Database
from tests.access.scene import IMPORT, ROW, imported
from tests.factories.cast import key
from tests.factories.flags import DECIDE, RAISE, TAKE, raised, report, shared, sharing, taken
from tests.factories.notices import waiting
from tests.flags.steps import REASON
from tests.flags.trying import CANARIES, Prepare, Stage, Try, change, refuse, set_stage, succeed

ANSWER = """
mutation Answer($input: AnswerShareInput!) {
  answerShare(input: $input) {
    __typename ... on ShareSaved { share { id engagement flag { id fact } } } ... on Failure { message }
  }
}
"""
ACKNOWLEDGE = """
mutation Acknowledge($input: AcknowledgeNotificationInput!) {
  acknowledgeNotification(input: $input) {
    __typename ... on NotificationSaved { notification { id flag { fact } } } ... on Failure { message }
  }
}
"""
SHARES = "query($id: ID!) { flag(by: {id: $id}) { shares(first: 5) { edges { node { id version } } } } }"


@pytest.fixture(scope="module")
def stage(owner: Database, door: Door) -> Stage:
    """Everybody who could try."""
    return set_stage(owner, door)


def _raise(_: Stage) -> Try:
    return RAISE, report(**CANARIES)


def _promote(stage: Stage) -> Try:
    draft = imported(stage.cast, fact=CANARIES["fact"])
    return RAISE, report(**CANARIES, draftId=draft["id"], draftVersion=draft["version"])


def _import(_: Stage) -> Try:
    return IMPORT, {"system": "incidents", "rows": [ROW | {"reference": key()}], "idempotencyKey": key()}


def _take(stage: Stage) -> Try:
    return TAKE, change(raised(stage.cast, **CANARIES))


def _end(stage: Stage) -> Try:
    flag = taken(stage.cast, raised(stage.cast, **CANARIES))
    return DECIDE, sharing(stage.cast, flag) | {"decision": REASON}


def _share(stage: Stage) -> Try:
    return DECIDE, sharing(stage.cast, taken(stage.cast, raised(stage.cast, **CANARIES)))


def _answer(stage: Stage) -> Try:
    flag = shared(stage.cast, taken(stage.cast, raised(stage.cast, **CANARIES)))
    [edge] = stage.cast.ask(stage.cast.sam, SHARES, id=flag["id"])["flag"]["shares"]["edges"]
    return ANSWER, change(edge["node"]) | {"engagement": "ENGAGED", "note": None}


def _acknowledge(stage: Stage) -> Try:
    flag = shared(stage.cast, taken(stage.cast, raised(stage.cast, **CANARIES)))
    return ACKNOWLEDGE, {"id": waiting(stage.cast, flag, stage.cast.rowan), "idempotencyKey": key()}


# Who is refused and how, and who may.
CASES: dict[str, tuple[Prepare, dict[str, str], str]] = {
    "raise": (
        _raise,
        {"None": "NotFound", "robin": "NotPermitted", "noor": "NotPermitted", "gail": "NotPermitted"},
        "dana",
    ),
    "promote": (
        _promote,
        {
            "None": "NotFound", "other.rowan": "NotFound", "ari": "NotFound", "morgan": "NotFound", "sam": "NotFound",
            "teamless": "NotFound", "noor": "NotPermitted", "robin": "NotPermitted",
        },
        "dana",
    ),
    "import": (
        _import,
        {
            "None": "NotFound", "morgan": "NotPermitted", "sam": "NotPermitted", "noor": "NotPermitted",
            "gail": "NotPermitted", "teamless": "NotPermitted",
        },
        "lee",
    ),
    "take": (
        _take,
        {
            "None": "NotFound", "other.morgan": "NotFound", "priya": "NotFound", "noor": "NotFound", "dana": "NotFound",
            "lee": "NotFound", "rowan": "NotPermitted", "mel": "NotPermitted",
        },
        "jo",
    ),
    "end": (
        _end,
        {
            "None": "NotFound", "other.morgan": "NotFound", "priya": "NotFound", "sam": "NotFound",
            "rowan": "NotPermitted", "mel": "NotPermitted",
        },
        "jo",
    ),
    "share": (
        _share,
        {
            "None": "NotFound", "other.morgan": "NotFound", "priya": "NotFound", "sam": "NotFound",
            "rowan": "NotPermitted", "mel": "NotPermitted",
        },
        "jo",
    ),
    "answer": (
        _answer,
        {
            "None": "NotFound", "other.sam": "NotFound", "alex": "NotFound", "robin": "NotFound", "noor": "NotFound",
            "rowan": "NotPermitted", "mel": "NotPermitted", "morgan": "NotPermitted",
        },
        "ines",
    ),
    "acknowledge": (
        _acknowledge,
        {
            "None": "NotFound", "other.rowan": "NotFound", "dana": "NotFound", "mel": "NotFound", "morgan": "NotFound",
            "sam": "NotFound",
        },
        "rowan",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_for_who_may_and_a_refusal_changes_and_tells_nothing(
    stage: Stage, owner: Database, case: str
) -> None:
    prepare, refusals, able = CASES[case]
    document, given = prepare(stage)
    refuse(stage, owner, document, given, refusals.items())
    succeed(stage, owner, document, given, able)


def test_who_is_refused_does_not_see_what_they_may_do(stage: Stage) -> None:
    flag = raised(stage.cast, **CANARIES)
    read = "query($id: ID!) { flag(by: {id: $id}) { viewerCanStartTriage viewerCanTriage viewerCanSubmit } }"
    for name, may in {"rowan": False, "mel": False, "morgan": True}.items():
        found = stage.cast.ask(stage.cast.viewers[name], read, id=flag["id"])["flag"]
        assert found == {"viewerCanStartTriage": may, "viewerCanTriage": False, "viewerCanSubmit": False}


def test_what_a_viewer_can_do_at_all_is_told_before_they_try(stage: Stage) -> None:
    read = "{ viewer { viewerCanRaiseFlag viewerCanImportFlags } }"
    able = {"rowan": (True, True), "sam": (True, False), "robin": (False, False), "noor": (False, False)}
    for name, (raises, imports) in able.items():
        found = stage.cast.ask(stage.cast.viewers[name], read)["viewer"]
        assert found == {"viewerCanRaiseFlag": raises, "viewerCanImportFlags": imports}
    assert stage.cast.ask(stage.teamless, read)["viewer"]["viewerCanImportFlags"] is False
