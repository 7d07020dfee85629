"""Decides what stands beside the text of a version: what is open about its places, and where a reader says more."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from frontend.plans import telling
from frontend.plans.showing import nodes

Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What a reader finds beside the text; of the past and of what is public, nothing."""

    plan_id: str = ""
    # «2 comments», by the key of a clause or of a scheme.
    said: Mapping[str, str] = field(default_factory=dict)
    talks: bool = False
    counters: bool = False
    reports: bool = False


ALONE = Beside()


def beside(plan: Record) -> Beside:
    """What stands beside the current version of a plan."""
    version = plan["currentVersion"]
    proposals = Counter(_key(each) for each in nodes(version["open"]))
    comments = Counter(_key(each) for each in nodes(version["comments"]))
    places = proposals.keys() | comments.keys()
    return Beside(
        plan_id=plan["id"],
        said={key: _words(proposals[key], comments[key]) for key in places if key},
        # Whoever may say nothing more still reads what was said.
        talks=version["viewerCanComment"] or bool(places),
        counters=version["viewerCanCounterPropose"],
        reports=plan["viewerCanReportMilestones"],
    )


def _key(about: Record) -> str:
    place = about["clause"] or about.get("scheme")
    return place["key"] if place else ""


def _words(proposals: int, comments: int) -> str:
    counts = [telling.counted(proposals, "counter-proposal")] if proposals else []
    return ", ".join(counts + ([telling.counted(comments, "comment")] if comments else []))
