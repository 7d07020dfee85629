"""What people who speak raw SQL do to a plan, at random and two at once, and what must hold of it whatever they did."""

import hashlib
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database
from tests.plans import by_sql
from tests.plans.by_sql import ROWS, Draft, acts, proves, run

# What a version may be frozen with: few, so that the same bytes come again.
CONTENTS = (b"one", b"two", b"three")
# How long the first of two at once waits for the second: until it is done, or has met a lock.
BRIEFLY = 0.02
TEXT_SUM = " + ".join(
    f"coalesce((select sum(hashtextextended(t::text, 0)) from {table} t where t.plan_version_id = v.id), 0)"
    for table in ROWS
)
Act = Callable[[Session, Viewer], Any]


def steps_of(parties: int) -> int:
    """How many steps are tried on a plan: enough for so many to sign it."""
    return 6 + 2 * parties


# One question, because it is asked after every step.
TRUTH = text(
    "select json_build_object('state', p.state, 'current', p.current_number,"
    " 'versions', (select json_agg(json_build_object('id', v.id, 'number', v.number, 'state', v.state,"
    "   'content', encode(v.content, 'escape'), 'content_hash', v.content_hash, 'said', (" + TEXT_SUM + ")::text))"
    "   from plan_version v where v.plan_id = p.id),"
    " 'required', (select coalesce(json_agg(json_build_array(x.plan_version_id, x.agency_id)), '[]')"
    "   from plan_version_party x join plan_version v on v.id = x.plan_version_id and v.plan_id = p.id"
    "  where x.required),"
    " 'signatures', (select coalesce(json_agg("
    "     json_build_array(x.id, x.plan_version_id, x.agency_id, x.content_hash)), '[]')"
    "   from plan_signature x join plan_version v on v.id = x.plan_version_id and v.plan_id = p.id),"
    " 'gone', (select coalesce(json_agg(agency_id), '[]') from plan_party"
    "           where plan_id = p.id and left_on is not null))"
    " from plan p where p.id = :plan"
)


@dataclass(frozen=True)
class Version:
    """A version as its owner sees it."""

    id: str
    number: int
    state: str
    content: str | None
    content_hash: str | None
    said: str


@dataclass
class Truth:
    """A plan as its owner sees it: what is judged."""

    state: str
    current: int
    versions: dict[str, Version]
    required: dict[str, set[str]]
    left: set[str]
    signatures: dict[str, tuple[str, str, str]]


def truth_of(owner: Database, plan: UUID) -> Truth:
    """Read a plan past every policy."""
    with owner.transaction() as session:
        [found] = session.execute(TRUTH, {"plan": plan}).scalars()
    required: dict[str, set[str]] = {}
    for version, agency in found["required"]:
        required.setdefault(version, set()).add(agency)
    return Truth(
        found["state"],
        found["current"],
        {each["id"]: Version(**each) for each in found["versions"]},
        required,
        set(found["gone"]),
        {signature: (version, agency, over) for signature, version, agency, over in found["signatures"]},
    )


@dataclass
class Judge:
    """What was seen of one plan so far, and whether what is seen next can follow from it."""

    before: Truth
    frozen: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def looks(self, now: Truth) -> None:
        """Fail when a rule of plans is broken."""
        for version in now.versions.values():
            if version.state == "DRAFT":
                continue
            assert version.content is not None
            assert version.content_hash is not None
            seen = (version.content, version.content_hash, version.said)
            assert self.frozen.setdefault(version.id, seen) == seen, "Frozen text changed."
            assert hashlib.sha256(version.content.encode()).hexdigest() == version.content_hash
        assert self.before.signatures.items() <= now.signatures.items(), "A signature changed or went."
        assert self.before.left <= now.left, "Somebody who left came back."
        for version in now.versions.values():
            if version.state == "AGREED":
                self._agreed(version, now)
        [current] = [each for each in now.versions.values() if each.number == now.current]
        assert (now.state in {"AGREED", "IN_FORCE"}) == (current.state == "AGREED")
        for version, old in self.before.versions.items():
            assert old.state not in {"AGREED", "SUPERSEDED"} or now.versions[version].state == old.state
        self.before = now

    def _agreed(self, version: Version, now: Truth) -> None:
        required = now.required.get(version.id, set())
        over = {agency: hash_ for on, agency, hash_ in now.signatures.values() if on == version.id}
        assert len(required) > 1, "Nobody agreed with anybody."
        assert required <= over.keys(), "A required party has not signed."
        assert {over[agency] for agency in required} == {version.content_hash}, "They signed different bytes."
        assert not required & now.left, "A required party left."


@dataclass
class Crowd:
    """Everybody who can do something to one plan, and chance."""

    wall: Wall
    owner: Database
    # A commissioner and a signatory of each agency.
    speakers: list[tuple[Viewer, Viewer]]
    chance: Random
    drafts: list[Draft]

    @property
    def draft(self) -> Draft:
        """Mostly the newest version, which may not be there, and now and then an old one."""
        return self.drafts[-1] if self.chance.random() < 0.85 else self.chance.choice(self.drafts)

    def somebody(self, place: int | None = None) -> Viewer:
        """A commissioner (0) or a signatory (1) of one of the agencies."""
        chosen = self.chance.randrange(2) if place is None else place
        return self.chance.choice(self.speakers)[chosen]

    def step(self, truth: Truth) -> tuple[Viewer, Act]:
        """Something to try: mostly what could come next, else whatever comes to mind."""
        [current] = [each for each in truth.versions.values() if each.number == truth.current]

        def signs() -> tuple[Viewer, Act]:
            return self.signs(current, truth)

        forward = {
            "DRAFT": [self.proposes],
            "PROPOSED": [self.passes, self.passes, self.opens],
            "SIGNING": [signs, signs, signs, self.agrees],
        }.get(current.state, [])
        if forward and self.chance.random() < 0.75:
            return self.chance.choice(forward)()
        every = [
            self.proposes,
            self.passes,
            self.opens,
            signs,
            self.agrees,
            self.leaves,
            self.revises,
        ]
        return self.chance.choice([*every, self.edits, self.moves_alone, self.forges])()

    def proposes(self) -> tuple[Viewer, Act]:
        draft, content = self.draft, self.chance.choice(CONTENTS)
        first = draft is self.drafts[0]

        def act(session: Session, viewer: Viewer) -> None:
            by_sql.proposed(session, viewer, draft, content=content, to="PROPOSED" if first else "NEGOTIATION")

        return self.somebody(0), act

    def passes(self) -> tuple[Viewer, Act]:
        draft = self.draft
        return self.somebody(0), lambda session, viewer: acts(session, viewer, by_sql.PASS, draft)

    def opens(self) -> tuple[Viewer, Act]:
        draft = self.draft
        return self.somebody(0), lambda session, viewer: by_sql.opened(session, viewer, draft)

    def signs(self, current: Version, truth: Truth) -> tuple[Viewer, Act]:
        draft, wrong = self.draft, self.chance.random() < 0.1
        content = self.chance.choice(CONTENTS) if wrong or current.content is None else current.content.encode()

        def act(session: Session, viewer: Viewer) -> None:
            proves(session, self.wall, viewer, content)
            acts(session, viewer, by_sql.SIGNATURE, draft, hash=hashlib.sha256(content).hexdigest())

        # Mostly somebody whose agency has not signed, so that many can come to the end.
        signed = {agency for on, agency, _ in truth.signatures.values() if on == current.id}
        waiting = [each for _, each in self.speakers if str(each.agency_id) not in signed]
        choose = waiting and self.chance.random() < 0.6
        return (self.chance.choice(waiting) if choose else self.somebody(1)), act

    def agrees(self) -> tuple[Viewer, Act]:
        draft, alone = self.draft, self.chance.random() < 0.1

        def act(session: Session, viewer: Viewer) -> None:
            acts(session, viewer, by_sql.AGREE, draft)
            if not alone:
                acts(session, viewer, by_sql.MOVE, draft, state="AGREED")

        return self.somebody(), act

    def leaves(self) -> tuple[Viewer, Act]:
        draft = self.draft
        return self.somebody(1), lambda session, viewer: acts(session, viewer, by_sql.LEAVE, draft)

    def revises(self) -> tuple[Viewer, Act]:
        draft = self.drafts[-1]
        # Whoever leaves somebody out proposes nothing, so half of them name everybody.
        everybody = len(self.speakers)
        size = everybody if self.chance.random() < 0.5 else self.chance.randint(1, everybody)
        parties = [viewer.agency_id for viewer, _ in self.chance.sample(self.speakers, size)]

        def act(session: Session, viewer: Viewer) -> None:
            self.drafts.append(by_sql.again(session, viewer, draft, parties))

        return self.somebody(), act

    def edits(self) -> tuple[Viewer, Act]:
        draft = self.draft
        statement = self.chance.choice(
            [
                "update plan_version_party set required = not required where plan_version_id = :version",
                "delete from plan_version_party where plan_version_id = :version and agency_id = :agency",
                "delete from plan_party where plan_id = :plan and agency_id = :agency",
                "delete from plan_contribution where plan_version_id = :version",
                "update plan_clause set text = text || 'x' where plan_version_id = :version",
                ROWS["plan_version_party"],
                ROWS["plan_evidence"],
                "delete from plan_check where plan_id = :plan and agency_id = :agency",
            ]
        )
        return self.somebody(), lambda session, viewer: acts(session, viewer, statement, draft)

    def moves_alone(self) -> tuple[Viewer, Act]:
        draft, state = self.draft, self.chance.choice(["NEGOTIATION", "SIGNING", "AGREED", "IN_FORCE", "DRAFT"])
        return self.somebody(), lambda session, viewer: acts(session, viewer, by_sql.MOVE, draft, state=state)

    def forges(self) -> tuple[Viewer, Act]:
        draft = self.draft
        other = self.somebody(1)
        statement = self.chance.choice(
            [
                "update plan_version set merkle_root = 'x' where id = :version",
                "update plan_signature set content_hash = content_hash",
                "delete from plan_signature where plan_version_id = :version",
                by_sql.SIGNATURE,
            ]
        )
        given = {"by": other.membership_id, "agency": other.agency_id, "user": other.user_id}
        return self.somebody(1), lambda session, viewer: acts(session, viewer, statement, draft, **given)

    def tries(self, truth: Truth) -> None:
        """One step, or two at once; what PostgreSQL refuses changes nothing."""
        if self.chance.random() < 0.6:
            self._does(*self.step(truth))
            return
        first, second = self.step(truth), self.step(truth)
        later = threading.Thread(target=self._does, args=second)

        def meanwhile() -> None:
            later.start()
            later.join(BRIEFLY)

        self._does(*first, meanwhile=meanwhile)
        if later.ident is None:
            later.start()
        later.join()

    def _does(self, viewer: Viewer, act: Act, meanwhile: Callable[[], None] = lambda: None) -> None:
        known = len(self.drafts)
        with suppress(DBAPIError), self.wall.acting_as(viewer) as session:
            act(session, viewer)
            meanwhile()
            run(session, "set constraints all immediate")
        # A version that was begun and taken back is not there to be tried on.
        if known < len(self.drafts):
            with self.owner.transaction() as session:
                every = text("select id from plan_version where plan_id = :plan")
                there = set(session.scalars(every, {"plan": self.drafts[0].plan}))
            self.drafts[:] = [draft for draft in self.drafts if draft.version in there]
