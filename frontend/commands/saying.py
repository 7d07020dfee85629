"""Decides how the cast of the demonstration speaks: each change under a key of its own, so that none is made twice."""

from collections.abc import Callable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

# Takes a name of the cast, a document and its variables, and gives the data it was answered with.
Say = Callable[[str, str, dict[str, Any]], dict[str, Any]]


class StoryFailed(Exception):
    """The demonstration's own words were refused; the message says by which rule."""


def key(story: object, step: str) -> dict[str, str]:
    """The idempotency key of one step of a story, the same whenever it is told."""
    return {"idempotencyKey": str(uuid5(NAMESPACE_URL, f"concord:demonstration:{story}:{step}"))}


def done(data: dict[str, Any], expected: str) -> dict[str, Any]:
    """What a change was answered with; raises StoryFailed when it was refused."""
    (answer,) = data.values()
    if answer["__typename"] != expected:
        raise StoryFailed(answer["message"])
    return dict(answer)
