"""Six agencies and their people, a plan between some of them, and the portal's actions as the web role runs them."""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.access.context import Wall
from portal.access.viewer import Role, Viewer
from portal.db import Database
from portal.errors import Failure
from portal.identity.reauthentication import prove
from portal.identity.viewers import viewer_for_membership
from portal.partnerships.leading import today
from portal.plans import checks, clauses, countering, declining, drafting, proposing, schemes, signing, withdrawing
from portal.plans.contributing import ContributionWanted
from portal.plans.models import ClauseKind, FundingRoute
from tests.factories.accounts import make_agency, make_further_membership, make_member, make_partnership
from tests.plans.interleaving.model import Person, Step

KINDS = {
    "A": "LOCAL_AUTHORITY",
    "B": "PCT",
    "C": "NEIGHBOURHOOD_POLICE",
    "D": "MENTAL_HEALTH_SERVICE",
    "E": "PROBATION",
    "F": "VOLUNTARY",
    # Of the partnership, and party of nothing.
    "Z": "COURT_LIAISON",
}
PARTIES = "ABCDEF"
# The others' guardians' check is for their commissioners.
WITH_GUARDIAN = "ACE"
_VIEW = text(
    """
    select jsonb_build_object(
      'state', p.state, 'count', p.version, 'current', p.current_number,
      'left', coalesce((select jsonb_agg(o.agency_id) from plan_party o
                         where o.plan_id = p.id and o.left_on is not null), '[]'),
      'proposals', coalesce((select jsonb_object_agg(o.words, jsonb_build_array(o.state, o.version, o.id))
                               from plan_proposal o where o.plan_id = p.id), '{}'),
      'versions', (select jsonb_agg(jsonb_build_object(
        'number', v.number, 'state', v.state, 'count', v.version, 'id', v.id, 'hash', v.content_hash,
        'parties', coalesce((select jsonb_object_agg(o.agency_id, o.required) from plan_version_party o
                              where o.plan_version_id = v.id), '{}'),
        'clause', (select jsonb_build_array(o.id, o.text, o.clause_hash, o.version) from plan_clause o
                    where o.plan_version_id = v.id),
        'scheme', (select jsonb_build_array(o.id, o.version) from plan_scheme o where o.plan_version_id = v.id),
        'funder', (select o.agency_id from plan_contribution o where o.plan_version_id = v.id),
        'signed', coalesce((select jsonb_agg(o.agency_id) from plan_signature o where o.plan_version_id = v.id), '[]'),
        'declined', coalesce((select jsonb_agg(o.agency_id) from plan_refusal o where o.plan_version_id = v.id), '[]'),
        'passed', coalesce((select jsonb_agg(jsonb_build_array(o.agency_id, o.code)) from plan_check_pass o
                             where o.plan_version_id = v.id), '[]')
      ) order by v.number) from plan_version v where v.plan_id = p.id))
      from plan p where p.id = :plan
    """
)
# Plans that are agreed without the very same bytes under every signature that they needed: there must be none.
BROKEN = text(
    """
    select count(*) from plan p join plan_version v on v.plan_id = p.id
     where (v.state = 'AGREED' or (p.state in ('AGREED', 'IN_FORCE') and v.number = p.current_number))
       and (v.state <> 'AGREED' or p.state not in ('AGREED', 'IN_FORCE') or v.number <> p.current_number
            or v.content_hash <> encode(sha256(v.content), 'hex')
            or (select count(*) from plan_version_party o where o.plan_version_id = v.id and o.required) < 2
            or exists (select from plan_version_party o where o.plan_version_id = v.id and o.required and not exists (
                 select from plan_signature s where s.plan_version_id = v.id and s.agency_id = o.agency_id
                    and s.content_hash = encode(sha256(v.content), 'hex'))))
    """
)


@dataclass(frozen=True, kw_only=True)
class People:
    """Everybody of the six agencies, and where they work."""

    partnership_id: UUID
    agencies: Mapping[str, UUID]
    everybody: tuple[Person, ...]
    viewers: Mapping[str, Viewer]
    area_id: UUID
    need: str

    def of(self, agency: str, role: str) -> list[Person]:
        return [each for each in self.everybody if each.agency == agency and each.role == role]


def settle_people(owner: Database) -> People:
    """Write the agencies and their people once; plans between them are many."""
    agencies = {letter: make_agency(owner, kind=kind) for letter, kind in KINDS.items()}
    partnership_id = make_partnership(owner, *agencies.values())
    hats: list[tuple[Person, UUID]] = []

    def add(name: str, agency: str, role: Role, membership_id: UUID) -> None:
        person = Person(name=name, agency=agency, role=role.value, human=name.removesuffix("'"))
        hats.append((person, membership_id))

    for letter, agency_id in agencies.items():
        for place in "12":
            member = make_member(owner, agency_id=agency_id, role=Role.COMMISSIONER)
            add(f"{letter}c{place}", letter, Role.COMMISSIONER, member.membership_id)
        # The second commissioner has a second hat.
        second = make_further_membership(owner, member.user_id, agency_id=agency_id, role=Role.SIGNATORY)
        add(f"{letter}c2'", letter, Role.SIGNATORY, second)
        only = make_member(owner, agency_id=agency_id, role=Role.SIGNATORY)
        add(f"{letter}s", letter, Role.SIGNATORY, only.membership_id)
        if letter in WITH_GUARDIAN:
            guardian = make_member(owner, agency_id=agency_id, role=Role.GUARDIAN)
            add(f"{letter}g", letter, Role.GUARDIAN, guardian.membership_id)
    stranger = make_member(owner, role=Role.SIGNATORY)
    add("Xs", "X", Role.SIGNATORY, stranger.membership_id)
    with owner.transaction() as session:
        viewers = {person.name: viewer_for_membership(session, membership_id) for person, membership_id in hats}
        area_id = session.execute(text("select id from area where code = 'E10000013'")).scalar_one()
        need = session.execute(text("select min(code) from concept where vocabulary = 'need'")).scalar_one()
    return People(
        partnership_id=partnership_id,
        agencies=agencies,
        everybody=tuple(person for person, _ in hats),
        viewers={name: viewer for name, viewer in viewers.items() if viewer is not None},
        area_id=area_id,
        need=need,
    )


class World:
    """One plan, as the database holds it."""

    def __init__(self, owner: Database, wall: Wall, people: People, pool: ThreadPoolExecutor) -> None:
        self.owner, self.wall, self.people, self._pool = owner, wall, people, pool
        self._letters = {str(agency_id): letter for letter, agency_id in people.agencies.items()}
        self._raw: dict[str, Any] = {}
        self.plan_id = UUID(int=0)

    def begin(self, parties: Mapping[str, bool], *, by: Person, words: str) -> None:
        """Draft a plan with one scheme, paid by the drafter's agency, and one clause."""
        wanted = [
            drafting.PartyWanted(agency_id=self.people.agencies[letter], required=needed)
            for letter, needed in parties.items()
        ]
        particulars = drafting.Particulars(title="Street triage", starts_on=date(2090, 4, 1), ends_on=date(2092, 3, 31))
        with self.wall.acting_as(self.people.viewers[by.name]) as session:
            viewer = self.people.viewers[by.name]
            self.plan_id = drafting.draft_plan(
                session,
                viewer,
                partnership_id=self.people.partnership_id,
                particulars=particulars,
                parties=wanted,
            )
            version_id = session.execute(
                text("select id from plan_version where plan_id = :plan"), {"plan": self.plan_id}
            ).scalar_one()
            scheme_id = schemes.save_scheme(session, viewer, version_id=version_id, wanted=self._scheme(by.agency))
            clauses.add_clause(
                session,
                viewer,
                version_id=version_id,
                scheme_id=scheme_id,
                kind=ClauseKind.SPECIFICATION,
                heading="What it does",
                text=words,
            )

    def keep_checks(self, kept: Mapping[str, frozenset[str]]) -> dict[str, dict[str, str]]:
        """Let each agency check only so much, and give what each checks, with the role that passes it."""
        with self.owner.transaction() as session:
            session.execute(
                text("delete from plan_check where plan_id = :plan and not (agency_id || code) = any(:kept)"),
                {
                    "plan": self.plan_id,
                    "kept": [
                        f"{self.people.agencies[letter]}{code}" for letter, codes in kept.items() for code in codes
                    ],
                },
            )
            rows = session.execute(
                text("select agency_id, code, role from plan_check where plan_id = :plan"), {"plan": self.plan_id}
            ).all()
        found: dict[str, dict[str, str]] = {letter: {} for letter in kept}
        for agency_id, code, role in rows:
            found[self._letters[str(agency_id)]][code] = role
        return found

    def look(self) -> dict[str, Any]:
        """What the database holds, as its owner sees it, in the words of the model."""
        with self.owner.engine.connect() as connection:
            self._raw = connection.execute(_VIEW, {"plan": self.plan_id}).scalar_one()
        raw, letters = self._raw, self._letters
        return {
            "state": raw["state"],
            "count": raw["count"],
            "current": raw["current"],
            "left": sorted(letters[each] for each in raw["left"]),
            "proposals": {words: said[:2] for words, said in sorted(raw["proposals"].items())},
            "versions": [
                {
                    "number": each["number"],
                    "state": each["state"],
                    "count": each["count"],
                    "parties": {
                        letters[key]: each["parties"][key]
                        for key in sorted(each["parties"], key=lambda key: letters[key])
                    },
                    "words": each["clause"][1],
                    "funder": letters[each["funder"]],
                    "signed": sorted(letters[key] for key in each["signed"]),
                    "declined": sorted(letters[key] for key in each["declined"]),
                    "passed": sorted(f"{letters[key]} {code}" for key, code in each["passed"]),
                }
                for each in raw["versions"]
            ],
        }

    def perform(self, *steps: Step) -> list[str]:
        """Try steps, all at once when there are several, and give what came of each."""
        acts = [self._act(step) for step in steps]
        if len(acts) == 1:
            return [acts[0]()]
        barrier = threading.Barrier(len(acts))

        def together(act: Callable[[], str]) -> str:
            barrier.wait()
            return act()

        return list(self._pool.map(together, acts))

    def _act(self, step: Step) -> Callable[[], str]:
        viewer = self.people.viewers[step.who.name]
        details = getattr(self, f"_{step.kind}")(step, viewer)

        def act() -> str:
            try:
                with self.wall.acting_as(viewer) as session:
                    details(session)
            except Failure as failure:
                return type(failure).__name__
            return "done"

        return act

    def _version(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self._raw["versions"][number - 1]
        return found

    def _scheme(self, funder: str) -> schemes.SchemeWanted:
        money = ContributionWanted(
            agency_id=self.people.agencies[funder], year=2090, amount=Decimal("80000.00"), route=FundingRoute.ALIGNED
        )
        return schemes.SchemeWanted(
            title="Liaison and diversion",
            need_codes=[self.people.need],
            area_id=self.people.area_id,
            capacity_target=40,
            contributions=[money],
        )

    def _edit(self, step: Step, viewer: Viewer) -> Callable[[Session], object]:
        clause_id = self._version(step.number)["clause"][0]
        return lambda session: clauses.edit_clause(
            session, viewer, clause_id=UUID(clause_id), expected_version=step.expected, text=step.token
        )

    def _fund(self, step: Step, viewer: Viewer) -> Callable[[Session], object]:
        version = self._version(step.number)
        return lambda session: schemes.save_scheme(
            session,
            viewer,
            version_id=UUID(version["id"]),
            scheme_id=UUID(version["scheme"][0]),
            expected_version=step.expected,
            wanted=self._scheme(step.token),
        )

    def _require(self, step: Step, viewer: Viewer) -> Callable[[Session], object]:
        parties = [
            drafting.PartyWanted(agency_id=self.people.agencies[letter], required=needed)
            for letter, needed in step.required
        ]
        return lambda session: drafting.set_parties(
            session, viewer, plan_id=self.plan_id, expected_version=step.expected, parties=parties
        )

    def _propose(self, step: Step, viewer: Viewer) -> Callable[[Session], object]:
        version_id = UUID(self._version(step.number)["id"])
        return lambda session: proposing.propose(session, viewer, version_id=version_id, expected_version=step.expected)

    def _counter(self, step: Step, viewer: Viewer) -> Callable[[Session], object]:
        clause_id = UUID(self._version(step.number)["clause"][0])
        base_hash = self._version(step.base)["clause"][2]
        return lambda session: countering.counter_clause(
            session, viewer, clause_id=clause_id, base_hash=base_hash, words=step.token
        )

    def _said(self, step: Step) -> dict[str, Any]:
        return {"proposal_id": UUID(self._raw["proposals"][step.token][2]), "expected_version": step.expected}

    def _accept(self, step: Step, viewer: Viewer) -> Callable[[Session], object]:
        said = self._said(step)
        return lambda session: countering.accept(session, viewer, **said)

    def _reject(self, step: Step, viewer: Viewer) -> Callable[[Session], object]:
        said = self._said(step)
        return lambda session: countering.reject(session, viewer, **said, reason="Too dear.")

    def _take_back(self, step: Step, viewer: Viewer) -> Callable[[Session], object]:
        said = self._said(step)
        return lambda session: countering.withdraw_proposal(session, viewer, **said)

    def _revise(self, step: Step, viewer: Viewer) -> Callable[[Session], object]:
        return lambda session: drafting.revise_plan(
            session, viewer, plan_id=self.plan_id, expected_version=step.expected
        )

    def _open(self, step: Step, viewer: Viewer) -> Callable[[Session], object]:
        version_id = UUID(self._version(step.number)["id"])
        return lambda session: signing.open_signing(
            session, viewer, version_id=version_id, expected_version=step.expected
        )

    def _check(self, step: Step, viewer: Viewer) -> Callable[[Session], object]:
        version_id = UUID(self._version(step.number)["id"])
        return lambda session: checks.pass_check(session, viewer, version_id=version_id, code=step.token)

    def _sign(self, step: Step, viewer: Viewer) -> Callable[[Session], object]:
        version = self._version(step.number)
        # A draft has no hash, and nobody a proof for it.
        content_hash = self._version(step.base)["hash"] or "0" * 64
        return lambda session: signing.sign(
            session,
            viewer,
            version_id=UUID(version["id"]),
            expected_version=step.expected,
            content_hash=content_hash,
            reauthentication=self._proof(step, viewer, content_hash),
        )

    def _proof(self, step: Step, viewer: Viewer, content_hash: str) -> str:
        if step.proof == "none":
            return ""
        if step.proof == "late":
            return prove(self.wall, viewer, content_hash=content_hash, expires_at=int(time.time()) - 1)
        if step.proof == "another's":
            viewer = next(each for each in self.people.viewers.values() if each.membership_id != viewer.membership_id)
        over = "f" * 64 if step.proof == "another hash" else content_hash
        return prove(self.wall, viewer, content_hash=over)

    def _decline(self, step: Step, viewer: Viewer) -> Callable[[Session], object]:
        version_id = UUID(self._version(step.number)["id"])
        return lambda session: declining.decline(session, viewer, version_id=version_id, reason="Not yet funded.")

    def _withdraw(self, step: Step, viewer: Viewer) -> Callable[[Session], object]:
        return lambda session: withdrawing.withdraw(
            session,
            viewer,
            plan_id=self.plan_id,
            expected_version=step.expected,
            last_day=today(),
            reason="Our board decided so.",
        )
