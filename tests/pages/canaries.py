"""Records whose every word carries a mark, so that a single search finds a leak."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.factories import clock, life
from tests.factories.administration import INVITATIONS, colleague, done, person, user_id
from tests.factories.audit import record_id
from tests.factories.cast import Cast
from tests.factories.drafts import drafted
from tests.factories.flags import DECIDE, answered, ended, imported, raised, share_of, sharing, taken
from tests.factories.plans import countered
from tests.factories.plans import drafted as drafted_plan
from tests.factories.plans import proposed as proposed_plan

Record = dict[str, Any]


@dataclass(frozen=True)
class Canaries:
    """Records of one partnership with a mark in every text that anybody typed."""

    cast: Cast
    mark: str = field(default_factory=lambda: f"canary{secrets.token_hex(6)}")

    def draft(self) -> Record:
        """An incident that waits in the review list of Rowan's team."""
        group = {"description": self._marked("Recorded near"), "ageBandCode": "UNKNOWN"}
        place = {"description": self._marked("On or near")}
        return imported(self.cast, fact=self._marked("1 incident"), subject={"placeGroup": group}, place=place)

    def own_draft(self) -> Record:
        """What Ari has typed so far, and nobody else may know of."""
        person = {"person": {"preferredName": self._marked("Kai"), "description": self._marked("Coat")}}
        place, fact = {"description": self._marked("Bus shelter")}, self._marked("Two cans,")
        return drafted(self.cast, self.cast.ari, subject=person, place=place, fact=fact)

    def new(self) -> Record:
        """A flag that waits for triage."""
        person = {"preferredName": self._marked("Kai"), "description": self._marked("Coat"), "ageBandCode": "14_15"}
        return raised(
            self.cast,
            subject={"person": person},
            place={"description": self._marked("Bus shelter")},
            fact=self._marked("Two empty cans,"),
            opinion=self._marked("Something at home,"),
            ownWords=self._marked("I want"),
            strengths=self._marked("Football with"),
            thirdPartyNotes=self._marked("A brother,"),
            source={"system": self._marked("Records"), "value": self._marked(secrets.token_hex(4))},
            urgency="IMMEDIATE",
            emergency={"actionCode": "CONTROL_ROOM", "incidentNumber": self._marked("SC-0412")},
        )

    def taken(self) -> Record:
        """A flag that Morgan has in hand."""
        return taken(self.cast, self.new())

    def shared(self) -> Record:
        """A flag that health has not answered yet."""
        flag = self.taken()
        decision = sharing(self.cast, flag, proportionalityNote=self._marked("They must know whom to expect,"))
        decision |= {"rationale": self._marked("Wants help,"), "feedback": self._marked("Health will call,")}
        answer = self.cast.ask(self.cast.morgan, DECIDE, input=decision)["triageFlag"]
        assert answer["__typename"] == "FlagSaved", answer
        return flag | answer["flag"]

    def answered(self) -> Record:
        """A flag that health has answered."""
        return answered(self.cast, self.shared(), note=self._marked("First appointment kept,"))

    def audited(self) -> Record:
        """A flag that health has answered, as its guardians ask for it."""
        flag = self.answered()
        return flag | {"id": record_id(self.cast, flag)}

    def ended(self) -> Record:
        """A flag that was closed with no further action."""
        rationale, feedback = self._marked("A youth worker knows them,"), self._marked("Somebody is helping,")
        return ended(self.cast, self.taken(), rationale=rationale, feedback=feedback)

    def asked(self) -> Record:
        """A flag whose author was asked a question."""
        return life.decided(self.cast, self.taken(), life.asking(self._marked("Which bus stop was it,")))

    def to_close(self) -> Record:
        """A shared flag to which nothing is owed any more, as it stands."""
        flag = self.answered()
        return flag | life.stands(self.cast, flag)

    def late(self) -> Record:
        """A flag in hand that should have been decided an hour ago."""
        return clock.triage_due(self.cast, self.taken())

    def share(self) -> Record:
        """A share that health has not answered yet."""
        return share_of(self.cast, self.shared())

    def colleague(self) -> Record:
        """Somebody at work in the police."""
        officer = colleague(self.cast, name=self._marked("PC"))
        return person(self.cast, self.cast.noor, user_id(self.cast, officer))

    def disabled(self) -> Record:
        """Somebody of the police whose account is disabled."""
        record = self.colleague()
        done(self.cast, self.cast.noor, "disableUser", id=record["id"], expectedVersion=record["version"])
        return record | {"version": record["version"] + 1}

    def role(self) -> Record:
        """The one role of somebody at work in the police."""
        found: Record = self.colleague()["memberships"][0]
        return found

    def team(self) -> Record:
        """A team of the police."""
        name = self._marked(secrets.token_hex(4))
        found: Record = done(self.cast, self.cast.noor, "openTeam", name=name)["team"]
        return found

    def invitation(self) -> Record:
        """An invitation by the police."""
        email = f"{secrets.token_hex(6)}@agency.example"
        given = {"displayName": self._marked("PC"), "email": email, "role": "OFFICER"}
        done(self.cast, self.cast.noor, "inviteUser", **given)
        edges = self.cast.ask(self.cast.noor, INVITATIONS)["invitations"]["edges"]
        return next(edge["node"] for edge in edges if edge["node"]["email"] == email)

    def draft_plan(self) -> Record:
        """A plan of police, council and health that is being written."""
        return drafted_plan(self.cast, title=self._marked("Somewhere to go"))

    def plan(self) -> Record:
        """A plan of police, council and health, proposed and talked about."""
        plan = proposed_plan(self.cast, drafted_plan(self.cast, title=self._marked("Somewhere to go")))
        countered(self.cast, plan, text=self._marked("Every evening,"), reason=self._marked("After dark,"))
        return plan

    def _marked(self, words: str) -> str:
        return f"{words} {self.mark}"
