"""The invented stories of the demonstration: who reported what, and what came of it."""

from dataclasses import dataclass, field
from typing import Any

ROWAN, DANA, ARI = "PC Rowan Hale", "PC Dana Osei", "PCSO Ari Byrne"
MORGAN, SAM, ALEX, PRIYA = "Morgan Teale", "Sam Okafor", "Alex Whitlock", "Priya Nandakumar"


@dataclass(frozen=True, kw_only=True)
class Story:
    """One flag: what it says, who raised it, how far it came."""

    by: str
    report: dict[str, Any]
    taken: bool = False
    decision: dict[str, Any] | None = None
    answer: dict[str, Any] | None = None
    more: dict[str, Any] = field(default_factory=dict)


def _person(name: str, age: str, where: str, concern: str, fact: str, urgency: str, **more: Any) -> dict[str, Any]:
    subject = {"person": {"preferredName": name, "ageBandCode": age}}
    return _report(subject, where, concern, fact, urgency, **more)


def _group(description: str, age: str, size: int, when: str, where: str, fact: str) -> dict[str, Any]:
    subject = {
        "placeGroup": {
            "description": description,
            "ageBandCode": age,
            "estimatedSize": size,
            "usualTimes": when,
        }
    }
    return _report(subject, where, "ALCOHOL", fact, "ROUTINE", told="NO")


def _report(subject: dict[str, Any], where: str, concern: str, fact: str, urgency: str, **more: Any) -> dict[str, Any]:
    return {
        "subject": subject,
        "place": {"description": where},
        "concernCode": concern,
        "fact": fact,
        "urgency": urgency,
        "told": "YES",
        "confirm": True,
    } | more


def _share(why: str, feedback: str) -> dict[str, Any]:
    return {
        "share": {"purposeCode": "HEALTH_SUPPORT", "proportionalityNote": why},
        "feedback": feedback,
        "thresholdLevelCode": "LEVEL_3",
        "rationale": "Has asked for help, and no service knows them yet.",
    }


STORIES = (
    Story(
        by=ROWAN,
        report=_person(
            "Kai",
            "14_15",
            "Bus shelter, Station Parade",
            "ALCOHOL",
            "Sitting alone with two empty cans. Said he has not been to school since half-term and “can’t sleep”."
            " Walked him home; nobody in.",
            "URGENT",
            moreConcernCodes=["LOW_MOOD", "NOT_IN_SCHOOL"],
            opinion="Third time this month. I think something changed at home.",
            ownWords="I just want somewhere to go that isn’t here.",
            strengths="Polite, plays football, looks out for younger ones.",
            standpoint="AT_RISK",
        ),
        taken=True,
        decision=_share(
            "The young people’s team can only offer him a place when they know who he is.",
            "Thank you. The young people’s team will get in touch with him this week.",
        ),
        answer={"engagement": "ENGAGED", "note": "First appointment kept. Wants to come again."},
    ),
    Story(
        by=ROWAN,
        report=_group(
            "Six or seven young people behind the parade of shops",
            "14_15",
            7,
            "Most evenings from eight",
            "Behind the parade of shops, Five Acres",
            "Drinking cider, loud but not aggressive. Two were sick. Nobody knew how they would get home.",
        ),
    ),
    Story(
        by=DANA,
        report=_person(
            "Wren",
            "16_17",
            "Pittville Park, by the boathouse",
            "NOWHERE_SAFE",
            "Asleep on a bench at 06:20 with a rucksack. Said she had “a few nights out”. Cold, not injured.",
            "URGENT",
            ownWords="Mum knows where I am. She doesn’t mind.",
            opinion="I do not believe that anybody knows where she is.",
        ),
        taken=True,
        decision=_share(
            "Health can meet her at the day centre, where she goes.",
            "Thank you. Health will meet her at the day centre on Thursday.",
        ),
    ),
    Story(
        by=ROWAN,
        report=_person(
            "Jude",
            "16_17",
            "High Street, outside the arcade",
            "DRUGS",
            "Swaying, slow to answer, smelled of cannabis. A friend walked him home.",
            "ROUTINE",
        ),
        taken=True,
        decision={
            "noFurtherAction": {"reasonCode": "ALREADY_HELPED"},
            "feedback": "Thank you. Somebody already works with him, and will hear of this today.",
            "thresholdLevelCode": "LEVEL_1",
            "rationale": "Open to the substance misuse team since September.",
        },
    ),
    Story(
        by=ARI,
        report=_person(
            "Noor",
            "14_15",
            "Barton Street, bus stop B",
            "LOW_MOOD",
            "Crying at the stop. Said she “can’t face going in” and has missed three weeks.",
            "ROUTINE",
            moreConcernCodes=["NOT_IN_SCHOOL"],
        ),
        taken=True,
    ),
    Story(
        by=ALEX,
        report=_person(
            "Marnie",
            "16_17",
            "Court waiting room",
            "SELF_HARM",
            "Fresh marks on the left forearm, seen while she signed. Spoke readily about wanting it to stop.",
            "URGENT",
            setting="COURT",
        ),
    ),
)
