"""Decides how the demonstration gets its flags and its plan: the cast says them through the schema."""

from pathlib import Path
from typing import Any

from frontend.commands.demo_plan import tell_plan
from frontend.commands.import_incidents import import_incidents
from frontend.commands.saying import Say, done, key
from frontend.commands.stories import MORGAN, ROWAN, SAM, STORIES, Story
from frontend.documents import document

INCIDENTS = Path(__file__).parent / "data" / "police_uk_street_crime_cheltenham_2021-05.csv"
PLACES = document("commands/demo.graphql")
RAISE = document("commands/demo_raise.graphql")
TAKE = document("commands/demo_take.graphql")
DECIDE = document("commands/demo_decide.graphql")
ANSWER = document("commands/demo_answer.graphql")
HEALTH = "MENTAL_HEALTH_SERVICE"
# The version a flag and a share have after each step; a story told again must send what it sent the first time.
RAISED, TAKEN, SHARED = 1, 2, 1


def tell(say: Say) -> None:
    """Tell every story and the plan, and import the incidents. Told again, nothing happens twice."""
    for number, story in enumerate(STORIES):
        _tell(say, number, story)
    tell_plan(say)
    import_incidents(lambda text, variables: say(ROWAN, text, variables), INCIDENTS.read_bytes())


def _tell(say: Say, number: int, story: Story) -> None:
    raised = done(say(story.by, RAISE.text, {"input": story.report | key(number, "raise")}), "FlagRaised")
    flag = raised["flag"]["id"]
    if not story.taken:
        return
    taking = {"id": flag, "expectedVersion": RAISED} | key(number, "take")
    done(say(MORGAN, TAKE.text, {"input": taking}), "FlagSaved")
    if story.decision is None:
        return
    decided = done(say(MORGAN, DECIDE.text, {"input": _decision(say, number, story, flag)}), "FlagSaved")
    if story.answer is not None:
        share = decided["flag"]["shares"]["edges"][0]["node"]["id"]
        given = story.answer | {"id": share, "expectedVersion": SHARED} | key(number, "answer")
        done(say(SAM, ANSWER.text, {"input": given}), "ShareSaved")


def _decision(say: Say, number: int, story: Story, flag: str) -> dict[str, Any]:
    assert story.decision is not None
    said = dict(story.decision)
    if "share" in said:
        share = said.pop("share") | {"toAgencyId": _health(say), "fieldGroups": []}
        decision: dict[str, Any] = {"share": {"shares": [share]}}
    else:
        decision = {"noFurtherAction": said.pop("noFurtherAction")}
    return said | {"id": flag, "expectedVersion": TAKEN, "decision": decision} | key(number, "decide")


def _health(say: Say) -> str:
    members = say(MORGAN, PLACES.text, {})["partnerships"]["edges"][0]["node"]["members"]["edges"]
    return next(str(edge["node"]["id"]) for edge in members if edge["node"]["kind"]["code"] == HEALTH)
