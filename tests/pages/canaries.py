"""Records whose every word carries a mark, so that a single search finds a leak."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.factories.cast import Cast
from tests.factories.flags import DECIDE, answered, ended, imported, raised, share_of, sharing, taken

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

    def ended(self) -> Record:
        """A flag that was closed with no further action."""
        rationale, feedback = self._marked("A youth worker knows them,"), self._marked("Somebody is helping,")
        return ended(self.cast, self.taken(), rationale=rationale, feedback=feedback)

    def share(self) -> Record:
        """A share that health has not answered yet."""
        return share_of(self.cast, self.shared())

    def _marked(self, words: str) -> str:
        return f"{words} {self.mark}"
