"""What people type when they flag in a generated world: as it is sent, and as it must be read."""

from datetime import UTC, datetime, timedelta
from typing import Any

from portal.access.viewer import Viewer
from tests.factories.cast import key
from tests.oracle.world import World


def start_values(world: World, by: Viewer) -> dict[str, Any]:
    """What every flag says before anybody has typed anything."""
    return {
        "raisedByAgency": {"name": world.names[by.agency_id]},
        "raisedBy": {"displayName": by.display_name},
        "setting": "STREET",
        "standpoint": "UNCLEAR",
        "purpose": {"code": "EARLY_HELP"},
        "triagedBy": None,
        **dict.fromkeys(
            (
                "ownWords",
                "strengths",
                "emergencyAction",
                "emergencyIncidentNumber",
                "opinion",
                "thirdPartyNotes",
                "told",
                "withdrawReason",
                "withdrawNote",
                "closeOutcome",
            )
        ),
    }


def typed(world: World, by: Viewer) -> tuple[dict[str, Any], dict[str, Any], str, dict[str, Any]]:
    """What somebody types when they raise a flag: as sent, and as it must be read."""
    rng = world.rng
    age = rng.choice(["UNDER_10", "10_13", "14_15", "16_17", "18_24", "UNKNOWN"])
    concerns = rng.sample(["ALCOHOL", "DRUGS", "LOW_MOOD", "SELF_HARM", "MISSING", "EXPLOITED"], rng.randint(1, 3))
    urgency = rng.choice(["ROUTINE", "URGENT", "IMMEDIATE"]) if world.terse else "IMMEDIATE"
    emergency = {"actionCode": "CONTROL_ROOM", "incidentNumber": f"INC {rng.randrange(10**9)}"}
    source = (
        {"system": "own", "value": f"own {rng.randrange(10**12)}"} if not world.terse or rng.random() < 0.5 else None
    )
    values = start_values(world, by) | {
        "ageBand": {"code": age},
        "urgency": urgency,
        "concerns": [{"code": code} for code in sorted(concerns)],
        "setting": rng.choice(["STREET", "COMMUNITY", "CUSTODY", "COURT", "SCHOOL"]),
        "observedAt": (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(10**5)))
        .isoformat()
        .replace("+00:00", "Z"),
        "observedPrecision": rng.choice(["MOMENT", "DAY", "MONTH"]),
        "placeDescription": f"place {rng.random()}",
        "fact": f"fact {rng.random()}",
        "ownWords": maybe(world, "own words"),
        "strengths": maybe(world, "strengths"),
        "opinion": maybe(world, "opinion"),
        "standpoint": rng.choice(["AT_RISK", "VICTIM", "SUSPECTED", "UNCLEAR"]),
        "thirdPartyNotes": maybe(world, "third parties"),
        "told": rng.choice(["YES", "NO", "UNSAFE"]),
        "purpose": {"code": rng.choice(["SAFEGUARDING", "HEALTH_SUPPORT", "DIVERSION"])},
        "sourceReference": source,
    }
    report = {
        name: values[name]
        for name in (
            "urgency", "setting", "observedAt", "observedPrecision", "fact", "ownWords", "strengths", "opinion",
            "standpoint", "thirdPartyNotes", "told",
        )
    } | {
        "concernCode": concerns[0],
        "moreConcernCodes": concerns[1:],
        "place": {"description": values["placeDescription"]},
        "purposeCode": values["purpose"]["code"],
        "source": source,
        "confirm": True,
        "idempotencyKey": key(),
    }  # fmt: skip
    if urgency == "IMMEDIATE":
        report["emergency"] = emergency
        values["emergencyAction"] = {"code": emergency["actionCode"]}
        values["emergencyIncidentNumber"] = emergency["incidentNumber"]
    if not world.terse or rng.random() < 0.65:
        name, looks = f"name {rng.randrange(10**9)}", maybe(world, "looks")
        report["subject"] = {"person": {"preferredName": name, "description": looks, "ageBandCode": age}}
        return report, values, "Person", {
            "preferredName": name, "description": looks, "ageBand": {"code": age}, "restricted": False,
        }  # fmt: skip
    group = {
        "description": f"group {rng.random()}",
        "estimatedSize": rng.choice([None, 3, 7]),
        "usualTimes": maybe(world, "times"),
    }
    report["subject"] = {"placeGroup": group | {"ageBandCode": age}}
    return report, values, "PlaceGroup", group


def maybe(world: World, words: str) -> str | None:
    said = not world.terse or world.rng.random() < 0.7
    return f"{words} {world.rng.randrange(10**9)}" if said else None
