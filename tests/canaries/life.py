"""A partnership in which every column that anybody types into says the same mark."""

from typing import Any
from uuid import uuid4

from graphql_schema import Execution
from portal.access.viewer import Viewer
from portal.identity.front_desk import FrontDesk
from tests.canaries.plan_life import live_plans
from tests.factories import life
from tests.factories.accounts import PASSWORD
from tests.factories.administration import colleague, done, person, user_id
from tests.factories.cast import Cast, key
from tests.factories.drafts import SAVE
from tests.factories.flags import ANSWER, DECIDE, IMPORT, RAISE, TAKE, group_report, report, share_of, sharing

MARK = "kanarienvogel"
WORDS = ("fact", "opinion", "ownWords", "strengths", "thirdPartyNotes")
VIEW = "mutation($input: SaveInboxViewInput!) { saveInboxView(input: $input) { __typename } }"
DISCARD = "mutation($input: DiscardImportedFlagsInput!) { discardImportedFlags(input: $input) { __typename } }"
READ = """
query($id: ID!) { flag(by: {id: $id}) {
  id version fact opinion subject { ... on Person { preferredName } } feedback(first: 5) { edges { node { text } } }
} }
"""
# Requests that name, beside the mark, what the schema has not.
MISTAKEN = (
    f'{{ flag(by: {{reference: "{MARK}"}}) {{ notThere }} }}',
    f'{{ flag(by: {{reference: "{MARK}"}}) {{ id }} flags(after: "{MARK}") {{ edges {{ cursor }} }} }}',
    f'query Named {{ renamed: flag(by: {{id: "{MARK}"}}) {{ id }} }}',
    f'{{ "{MARK}"',
)


def marked(**changes: Any) -> dict[str, Any]:
    """A report that says the mark wherever something can be typed."""
    return report(**_words() | {"subject": {"person": _person()}, "source": _source()} | changes)


def _words() -> dict[str, Any]:
    return dict.fromkeys(WORDS, MARK) | {"place": {"description": MARK}}


def _person() -> dict[str, str]:
    return {"preferredName": MARK, "description": MARK, "ageBandCode": "14_15"}


def _source() -> dict[str, str]:
    return {"system": MARK, "value": f"{MARK} {key()}"}


def _group() -> dict[str, str]:
    return {"description": MARK, "usualTimes": MARK, "ageBandCode": "14_15"}


class Life:
    """Flags that live every life there is, with every mistake on the way, and all that was answered."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.answered: list[Execution] = []

    def ask(self, viewer: Viewer, document: str, **variables: Any) -> Any:
        """Run an operation, whatever comes of it."""
        self.answered.append(self.cast.try_to_ask(viewer, document, **variables))
        return self.answered[-1].data

    def live(self) -> None:
        """Everything that anybody types, once."""
        self.mistaken()
        self.shared()
        self.asked()
        self.withdrawn()
        self.reopened()
        self.imported()
        self.staff()
        live_plans(self.cast, self.ask, MARK)

    def mistaken(self) -> None:
        """Send what is refused, at every depth."""
        rowan = self.cast.rowan
        broken = {"confirm": False, "fact": f"{MARK}\0", "concernCode": MARK, "purposeCode": MARK}
        for given in (marked(**broken), marked(urgency=MARK), marked() | {"notThere": MARK}):
            self.ask(rowan, RAISE, input=given)
        for document in MISTAKEN:
            self.ask(rowan, document)
        first = marked()
        flag = self.ask(rowan, RAISE, input=first)["raiseFlag"]["flag"]
        self.ask(rowan, RAISE, input=first | {"fact": f"{MARK} again"})
        self.ask(self.cast.dana, RAISE, input=marked(source=first["source"]))
        self.ask(self.cast.priya, READ, id=flag["id"])
        so_far = {"person": {"preferredName": MARK, "description": MARK}}
        drafted = self.ask(self.cast.ari, SAVE, input=_words() | {"subject": so_far, "idempotencyKey": key()})
        assert drafted["saveFlagDraft"]["__typename"] == "FlagSaved"

    def shared(self) -> None:
        """Danger, decided wrongly, too late and well, and answered; at the end the flag is closed."""
        cast = self.cast
        done_first = {"actionCode": "CONTROL_ROOM", "incidentNumber": MARK}
        flag = self._taken(marked(urgency="IMMEDIATE", emergency=done_first))
        decision = sharing(cast, flag, proportionalityNote=MARK) | {"rationale": MARK, "feedback": MARK}
        for changes in ({"thresholdLevelCode": MARK}, {"expectedVersion": 9}, {}):
            self.ask(cast.morgan, DECIDE, input=decision | changes | {"idempotencyKey": key()})
        self.ask(cast.ines, READ, id=flag["id"])
        answer = life.change(share_of(cast, flag), engagement="ENGAGED", note=MARK)
        assert self.ask(cast.ines, ANSWER, input=answer)["answerShare"]["__typename"] == "ShareSaved"
        life.saved(cast, cast.morgan, life.CLOSE, life.closing(life.stands(cast, flag), feedback=MARK))

    def asked(self) -> None:
        """A question and its answer."""
        flag = life.decided(self.cast, self._taken(marked()), life.asking(MARK), rationale=MARK, feedback=MARK)
        life.saved(self.cast, self.cast.rowan, life.ANSWER_QUESTION, life.answering(self.cast, flag, MARK))

    def withdrawn(self) -> None:
        """A flag that is taken back with a word."""
        given = life.withdrawing(self._raised(marked()), note=MARK)
        life.saved(self.cast, self.cast.rowan, life.WITHDRAW, given)

    def reopened(self) -> None:
        """A flag that ends, and begins anew with new facts."""
        nothing = {"noFurtherAction": {"reasonCode": "ALREADY_HELPED"}}
        flag = life.decided(self.cast, self._taken(marked()), nothing, rationale=MARK, feedback=MARK)
        given = life.reopening(flag, newFact=f"{MARK} {key()}")
        life.saved(self.cast, self.cast.rowan, life.REOPEN, given)

    def imported(self) -> None:
        """Incidents of which two become one flag, one is discarded, one is broken and one stays."""
        rows = [self._row() for _ in range(4)]
        sent = {"system": MARK, "rows": [*rows, self._row() | {"fact": ""}], "idempotencyKey": key()}
        for _ in range(2):
            answer = self.ask(self.cast.rowan, IMPORT, input=sent)["importFlags"]
        first, second, third = [each["flag"] for each in answer["rows"][:3]]
        versions = [{"id": flag["id"], "expectedVersion": flag["version"]} for flag in (second, third)]
        given = _words() | {"draftId": first["id"], "draftVersion": first["version"], "withDrafts": versions[:1]}
        promoted = group_report(**given | {"subject": {"placeGroup": _group()}})
        assert self.ask(self.cast.rowan, RAISE, input=promoted)["raiseFlag"]["__typename"] == "FlagRaised"
        self.ask(
            self.cast.rowan,
            DISCARD,
            input={"flags": versions[1:], "reasonCode": "TOO_LONG_AGO", "idempotencyKey": key()},
        )

    def staff(self) -> None:
        """What people at work type about themselves and each other."""
        cast = self.cast
        chosen = {"filter": {"queue": "TO_TRIAGE"}, "order": {"field": "DUE_AT", "direction": "ASC"}, "name": MARK}
        self.ask(cast.morgan, VIEW, input=chosen | {"idempotencyKey": key()})
        done(cast, cast.noor, "openTeam", name=MARK)
        email = f"{MARK}.{key()}@agency.example"
        done(cast, cast.noor, "inviteUser", displayName=MARK, email=email, role="OFFICER")
        known = user_id(cast, colleague(cast))
        for change, typed in (("renameUser", {"displayName": MARK}), ("changeUserEmail", {"email": f"n{email}"})):
            version = person(cast, cast.noor, known)["version"]
            answer = done(cast, cast.noor, change, id=known, expectedVersion=version, **typed)
        # Whoever opens the link that went to the new address has it from then on.
        secret = answer["path"].rpartition("/")[2]
        assert FrontDesk(cast.door.wall).set_password(secret, PASSWORD, request_id=uuid4())

    def _raised(self, given: dict[str, Any]) -> dict[str, Any]:
        flag: dict[str, Any] = self.ask(self.cast.rowan, RAISE, input=given)["raiseFlag"]["flag"]
        return flag

    def _taken(self, given: dict[str, Any]) -> dict[str, Any]:
        flag: dict[str, Any] = self.ask(self.cast.morgan, TAKE, input=life.change(self._raised(given)))
        return dict(flag["startTriage"]["flag"])

    def _row(self) -> dict[str, Any]:
        row = {"reference": f"{MARK} {key()}", "subject": {"placeGroup": _group()}, "fact": MARK}
        observed = {"observedAt": "2021-05-01T00:00:00Z", "observedPrecision": "MONTH"}
        return row | observed | {"concernCode": "ANTI_SOCIAL_BEHAVIOUR", "place": {"description": MARK}}
