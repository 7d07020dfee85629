"""The stories of flags in a generated world: which happen, and how often."""

from tests.oracle.happenings import (
    answer_shares,
    decide,
    imported,
    raise_flag,
    run_out,
    some_requests,
    take,
    wait,
)
from tests.oracle.later import LATER
from tests.oracle.visibility import ToldFlag
from tests.oracle.world import World

STORIES = ["raised", "taken", "nfa", "shared", "shared", "answered", "expired", "expired", "draft", "promoted"]
STORIES += ["promoted-shared", "late", "late-taken", "late-nfa", *LATER]


def tell_stories(world: World, *, flags: int) -> None:
    """Let as many flags as asked for happen, each at a chance point of a chance story."""
    order = [STORIES[place % len(STORIES)] for place in range(flags)]
    world.rng.shuffle(order)
    for story in order:
        world.flags.append(_tell(world, story))


def _tell(world: World, story: str) -> ToldFlag:
    if story == "draft":
        return imported(world)
    if story in LATER:
        return LATER[story](world)
    draft = imported(world) if story.startswith("promoted") else None
    flag = raise_flag(world, draft)
    if story.startswith("late"):
        wait(world, flag)
        story = story.removeprefix("late").removeprefix("-") or "raised"
    if story in {"raised", "promoted"}:
        return flag
    take(world, flag)
    if story == "taken":
        return flag
    if story == "nfa":
        decide(world, flag, None)
        return flag
    decide(world, flag, some_requests(world))
    if story == "answered":
        answer_shares(world, flag)
    if story == "expired":
        run_out(world, world.rng.choice(flag.shares))
    return flag
