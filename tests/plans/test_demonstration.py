"""The plan of the demonstration: told through the schema, without a fault, and once however often it is told."""

from typing import Any

from frontend.commands.demo_plan import tell_plan
from tests.factories.cast import PEOPLE, Cast
from tests.factories.plans import accepted, nodes, read_plan

MINE = "{ plans { edges { node { id } } } }"


def test_the_plan_is_told_once_and_waits_for_an_answer(cast: Cast) -> None:
    by_name = {name: cast.viewers[key] for key, (name, _) in PEOPLE.items()}

    def say(name: str, text: str, variables: dict[str, Any]) -> dict[str, Any]:
        return cast.ask(by_name[name], text, **variables)

    tell_plan(say)
    told = [read_plan(cast, plan["id"]) for plan in nodes(cast.ask(cast.brook, MINE)["plans"])]
    tell_plan(say)
    assert [read_plan(cast, plan["id"]) for plan in nodes(cast.ask(cast.brook, MINE)["plans"])] == told
    [plan] = told
    version = plan["currentVersion"]
    assert (plan["state"], version["number"], version["problems"]) == ("NEGOTIATION", 2, [])
    assert [each["state"] for each in nodes(version["proposals"])] == ["OPEN"]
    assert [each["resolvedAt"] for each in nodes(version["comments"])] == [None]
    assert version["totals"]["total"]["amount"] == "372000.00"
    # Whoever tries it out goes on from there, and the next start changes nothing of what they did.
    accepted(cast, nodes(version["proposals"])[0])
    tried = read_plan(cast, plan["id"])
    tell_plan(say)
    assert read_plan(cast, plan["id"]) == tried
