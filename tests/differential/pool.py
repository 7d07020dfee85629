"""What documents are filled with: real ids and foreign ones, cursors met in earlier answers, words, and nonsense."""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from graphql_schema.ids import Seal
from tests.differential.of_queries import FETCHED
from tests.differential.rows import Rows

# Of which type an id is likely to be, by the argument or the member it is given for.
LIKELY = {
    "flagId": "Flag",
    "ids": "Flag",
    "samePlaceAs": "Flag",
    "FlagLookup.id": "Flag",
    "AgencyLookup.id": "Agency",
    "auditedPeople.id": "User",
    "partnershipId": "Partnership",
    "teamId": "Team",
    "wardIds": "Area",
    "raisedByAgencyIds": "Agency",
    "agencyId": "Agency",
    "byAgencyId": "Agency",
    "partyId": "Agency",
    "awaitingSignatureOf": "Agency",
    "planId": "Plan",
    "PlanLookup.id": "Plan",
    "PlanVersionLookup.id": "PlanVersion",
    "from": "PlanVersion",
    "to": "PlanVersion",
}
NONSENSE = ["", "nonsense", "RmxhZzox", "' or true --", "é", "a" * 300, "\u0000"]
WORDS = {
    "search": ["a", "Rowan", "EXAMPLE", "%", "_", " o ", ""],
    "text": ["wilson", "Drive", "incident", "  ", "%", "zzz", "é"],
    "place": ["Bus shelter, Station Parade", "station", "Wilson Drive", ""],
    "preferredName": ["Kai", "kai ", "Nobody"],
    "description": ["Young people behind the parade of shops", "green coat", "x"],
    "kinds": ["LOCAL_AUTHORITY", "NEIGHBOURHOOD_POLICE", "PCT", "NOTHING"],
    "list": ["CONCORD-DEMO", "GSS", "TEST"],
    "codeList": ["CONCORD-DEMO", "TEST", "NONE"],
}
LATER = ["2020-01-01T00:00:00Z", "2021-05-01T00:00:00+00:00", "2021-06-01T00:00:00+01:00", "2026-01-01T00:00:00Z"]
DEGREES = ["-3", "-2.1", "0", "51.9", "51.900693", "52", "90"]


@dataclass
class Pool:
    """The values of one scene."""

    seal: Seal
    rows: Rows
    cursors: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    # What the next to ask may know of: most questions are about that.
    own: Mapping[str, list[UUID]] = field(default_factory=dict)
    # The types of the ids that were given last: what is asked of them should fit.
    named: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ids: dict[str, list[UUID]] = {
            name: [row["id"] for row in self.rows.where(table)] for name, (table, _) in FETCHED.items()
        }
        self.ids = {name: found for name, found in self.ids.items() if found}
        self.references = {row["id"]: row["reference"] for row in self.rows.where("flag")}
        self.plan_references = [row["reference"] for row in self.rows.where("plan")]
        self.clause_keys = [str(row["key"]) for row in self.rows.where("plan_clause")]
        self.vocabularies = sorted({row["vocabulary"] for row in self.rows.where("concept")})
        self.codes = sorted({row["concern_code"] for row in self.rows.where("flag_concern")})
        self.agency_codes = [row["code"] for row in self.rows.where("agency")]

    def an_id(self, rng: random.Random, name: str, hint: str) -> str:
        """A global id, mostly of a record that is there and of the type that is meant."""
        if rng.random() < 0.05:
            return rng.choice(NONSENSE)
        likely = LIKELY.get(hint) or (None if hint in {"nodes.ids", "node.id"} else LIKELY.get(name))
        type_name = likely if likely in self.ids and rng.random() < 0.85 else self._any_type(rng)
        self.named.append(type_name)
        known = self.own.get(type_name)
        kept = known if known and rng.random() < 0.7 else self.ids[type_name]
        key = uuid4() if rng.random() < 0.06 else rng.choice(kept)
        return self.seal.seal_id(type_name, key)

    def _any_type(self, rng: random.Random) -> str:
        """A type of which there are records, mostly one of which the next to ask knows some."""
        return rng.choice(sorted(self.own) if self.own and rng.random() < 0.8 else sorted(self.ids))

    def a_text(self, rng: random.Random, name: str, hint: str) -> str:
        """A cursor, a code or a word, as the place asks for."""
        if rng.random() < 0.02:
            return rng.choice(NONSENSE)
        makers: dict[str, Callable[[], str]] = {
            "after": lambda: self._cursor(rng, hint),
            "before": lambda: self._cursor(rng, hint),
            "vocabulary": lambda: rng.choice(self.vocabularies),
            "concernCodes": lambda: rng.choice(self.codes),
            "reference": lambda: self._reference(rng, hint),
            "value": lambda: rng.choice(self.agency_codes),
        }
        return makers[name]() if name in makers else rng.choice(WORDS.get(name, NONSENSE))

    def _reference(self, rng: random.Random, hint: str) -> str:
        if "lan" in hint:
            return rng.choice(self.plan_references)
        known = self.own.get("Flag")
        found = self.references[rng.choice(known if known and rng.random() < 0.8 else sorted(self.references))]
        return str(found if rng.random() < 0.8 else found.lower())

    def _cursor(self, rng: random.Random, target: str) -> str:
        others = sorted(self.cursors)
        if rng.random() < 0.03 and others:
            target = rng.choice(others)
        found = sorted(self.cursors.get(target, ()))
        return rng.choice(found) if found else rng.choice(NONSENSE)

    def a_scalar(self, rng: random.Random, kind: str, name: str) -> Any:
        """A moment, a day, a number or a key."""
        makers: dict[str, Any] = {
            "DateTime": lambda: rng.choice(LATER),
            "Date": lambda: rng.choice(["2006-09-30", "2006-10-01", "2026-01-01"]),
            "Decimal": lambda: rng.choice(DEGREES),
            "UUID": lambda: (
                rng.choice(self.clause_keys) if name == "clauseKey" else str(UUID(int=rng.getrandbits(128)))
            ),
        }
        return makers[kind]()
