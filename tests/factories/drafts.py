"""Drafts that somebody keeps by hand, through the door."""

from typing import Any

from portal.access.viewer import Viewer
from tests.factories.cast import Cast, key

SAVE = """
mutation Save($input: SaveFlagDraftInput!) {
  saveFlagDraft(input: $input) {
    __typename
    ... on FlagSaved { replayed flag { id version state reference expiresAt raisedAt } }
    ... on Failure { message }
    ... on Invalid { errors { path code message } }
    ... on Conflict { reason currentVersion }
  }
}
"""
DISCARD = """
mutation Discard($input: DiscardFlagDraftInput!) {
  discardFlagDraft(input: $input) { __typename ... on FlagDraftDiscarded { replayed } ... on Failure { message } }
}
"""


def save(cast: Cast, by: Viewer, **typed: Any) -> dict[str, Any]:
    """Whatever comes of saving a draft."""
    answer: dict[str, Any] = cast.ask(by, SAVE, input={"idempotencyKey": key()} | typed)["saveFlagDraft"]
    return answer


def drafted(cast: Cast, by: Viewer | None = None, **typed: Any) -> dict[str, Any]:
    """A draft of somebody, as they read it: id, version, state, reference."""
    answer = save(cast, by or cast.rowan, **typed)
    assert answer["__typename"] == "FlagSaved", answer
    flag: dict[str, Any] = answer["flag"]
    return flag


def discard(cast: Cast, by: Viewer, draft: dict[str, Any]) -> dict[str, Any]:
    """Whatever comes of deleting a draft."""
    given = {"id": draft["id"], "expectedVersion": draft["version"], "idempotencyKey": key()}
    answer: dict[str, Any] = cast.ask(by, DISCARD, input=given)["discardFlagDraft"]
    return answer
