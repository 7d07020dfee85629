"""Plans made by raw SQL, as the web role under a signed context: what the database lets through without Python.

Each function is one statement, or the few that belong together, and says nothing of what should come of it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.identity.reauthentication import SETTING, prove
from tests.factories.cast import Cast

# What a version says, as far as this matters to a signature.
CONTENT = b'{"format":"concord-plan/1"}'
ROWS = {
    "plan_scheme": """
        insert into plan_scheme (id, plan_version_id, key, position, title, need_codes, area_id, capacity_target,
                                 money_hash, version, created_at, updated_at)
        select gen_random_uuid(), :version, :key, 1, 'Diversion', '{}', (select id from area limit 1), 40,
               'hash', 1, now(), now()""",
    "plan_clause": """
        insert into plan_clause (id, plan_version_id, key, position, kind, heading, text, clause_hash,
                                 last_changed_by_membership_id, version, created_at, updated_at)
        values (gen_random_uuid(), :version, :clause, 1, 'GENERAL', 'Aim', 'We divert.', 'hash', :by,
                1, now(), now())""",
    "plan_contribution": """
        insert into plan_contribution (id, plan_version_id, scheme_key, key, agency_id, year, amount, route,
                                       version, created_at, updated_at)
        values (gen_random_uuid(), :version, :key, gen_random_uuid(), :agency, 2030, 80000, 'ALIGNED',
                1, now(), now())""",
    "plan_milestone": """
        insert into plan_milestone (id, plan_version_id, scheme_key, key, position, title, target_on,
                                    version, created_at, updated_at)
        values (gen_random_uuid(), :version, :key, gen_random_uuid(), 1, 'Opened', '2030-06-01',
                1, now(), now())""",
    "plan_measure": """
        insert into plan_measure (id, plan_version_id, scheme_key, key, position, name_code, target,
                                  version, created_at, updated_at)
        values (gen_random_uuid(), :version, :key, gen_random_uuid(), 1, 'REACH', 90, 1, now(), now())""",
    "plan_standard": """
        insert into plan_standard (id, plan_version_id, position, standard_code, met, version, created_at, updated_at)
        values (gen_random_uuid(), :version, 1, gen_random_uuid()::text, false, 1, now(), now())""",
    "plan_evidence": """
        insert into plan_evidence (id, plan_version_id, key, position, sentence, source, read_on,
                                   version, created_at, updated_at)
        values (gen_random_uuid(), :version, gen_random_uuid(), 1, 'One in five.', 'A census', '2026-01-01',
                1, now(), now())""",
    "plan_version_party": """
        insert into plan_version_party (plan_version_id, agency_id, required) values (:version, :agency, true)""",
}
PROBLEM = """
insert into plan_problem (id, plan_version_id, position, code, message, source)
values (gen_random_uuid(), :version, 1, 'UNFUNDED_SCHEME', 'Nobody pays.', 'A rule')
"""
EVENT = """
insert into plan_event (plan_id, plan_version_id, kind, at, agency_id, membership_id)
values (:plan, :version, 'EDITED', now(), :agency, :by)
"""
REPORT = """
insert into plan_milestone_report (id, plan_id, milestone_key, expected_on, reported_by_membership_id, reported_at)
values (gen_random_uuid(), :plan, :key, '2030-07-01', :by, now())
"""
PROPOSAL = """
insert into plan_proposal (id, plan_id, plan_version_id, clause_key, base_hash, words, proposed_by_membership_id,
                           agency_id, state, version, created_at, updated_at)
values (gen_random_uuid(), :plan, :version, :clause, 'hash', 'We divert early.', :by, :agency, 'OPEN', 1, now(), now())
"""
PRICE = """
insert into plan_proposal (id, plan_id, plan_version_id, scheme_key, base_hash, contributions,
                           proposed_by_membership_id, agency_id, state, version, created_at, updated_at)
values (gen_random_uuid(), :plan, :version, :key, 'hash', '[]', :by, :agency, 'OPEN', 1, now(), now())
"""
COMMENT = """
insert into plan_comment (id, plan_id, plan_version_id, text, commented_by_membership_id, agency_id,
                          version, created_at, updated_at)
values (gen_random_uuid(), :plan, :version, 'Who pays?', :by, :agency, 1, now(), now())
"""
CHECK = """
insert into plan_check (plan_id, agency_id, code, name, position, role)
values (:plan, :agency, :code, 'Money is there', 1, 'COMMISSIONER')
"""
PASS = """
insert into plan_check_pass (plan_version_id, plan_id, agency_id, code, passed_by_membership_id, passed_at)
values (:version, :plan, :agency, :code, :by, now())
"""
SIGNATURE = """
insert into plan_signature (id, plan_version_id, content_hash, agency_id, user_id, membership_id, role, signed_name,
                            method, signed_at)
values (gen_random_uuid(), :version, :hash, :agency, :user, :by, 'SIGNATORY', 'Somebody', 'PASSWORD', now())
"""
REFUSAL = """
insert into plan_refusal (id, plan_version_id, agency_id, membership_id, reason, refused_at)
values (gen_random_uuid(), :version, :agency, :by, 'Too dear.', now())
"""
PUBLICATION = """
insert into plan_publication (plan_version_id, agency_id, membership_id, at) values (:version, :agency, :by, now())
"""
PARTY = "insert into plan_party (plan_id, agency_id, joined_on) values (:plan, :agency, current_date)"
PLAN = """
insert into plan (id, reference, partnership_id, state, current_number, version, created_at, updated_at)
values (:plan, :reference, :partnership, 'DRAFT', 1, 1, now(), now())
"""
VERSION = """
insert into plan_version (id, plan_id, number, state, title, starts_on, ends_on, based_on_id, drafted_by_membership_id,
                          version, created_at, updated_at)
values (:version, :plan, :number, 'DRAFT', 'Diversion', :starts, '2033-04-01', :based_on, :by, 1, now(), now())
"""
FREEZE = """
update plan_version set state = 'PROPOSED', content = :content, content_hash = encode(sha256(:content), 'hex'),
       merkle_root = 'root', proposed_at = now(),
       proposed_by_membership_id = :proposer, accepted_by_membership_id = :accepter
 where id = :version
"""
LEAVE = """
update plan_party set left_on = current_date, left_because = 'No money', left_by_membership_id = :by
 where plan_id = :plan and agency_id = :agency
"""
MOVE = "update plan set state = :state where id = :plan"
OPEN = "update plan_version set state = 'SIGNING', signing_opened_at = now() where id = :version"
AGREE = "update plan_version set state = 'AGREED', agreed_at = now() where id = :version"
SUPERSEDE = "update plan_version set state = 'SUPERSEDED' where id = :version"


@dataclass(frozen=True)
class Draft:
    """A plan and one of its versions, with the keys of the scheme, clause and milestone in it."""

    plan: UUID
    version: UUID
    key: UUID
    clause: UUID
    number: int = 1


def run(session: Session, statement: str, **values: Any) -> int:
    """Send one statement, and give how many rows it touched."""
    touched: int = session.execute(text(statement), values).rowcount
    return touched


def acts(session: Session, viewer: Viewer, statement: str, draft: Draft, **values: Any) -> int:
    """Send a statement that says who acts and about which plan; what it does not name is left out."""
    named = {
        "plan": draft.plan,
        "version": draft.version,
        "key": draft.key,
        "clause": draft.clause,
        "by": viewer.membership_id,
        "agency": viewer.agency_id,
        "user": viewer.user_id,
        "code": "FINANCE",
        "hash": hashlib.sha256(CONTENT).hexdigest(),
        **values,
    }
    asked = text(statement)
    touched: int = session.execute(asked, {name: named[name] for name in asked.compile().params}).rowcount
    return touched


def drafted(
    session: Session, viewer: Viewer, cast: Cast, parties: Mapping[str, bool], *, starts: str = "2030-04-01"
) -> Draft:
    """A plan of these agencies (by code, and whether they are required) with a draft that says something."""
    between = {cast.settled.agencies[code]: required for code, required in parties.items()}
    return drafted_between(session, viewer, cast.settled.partnership_id, between, starts=starts)


def drafted_between(
    session: Session, viewer: Viewer, partnership_id: UUID, parties: Mapping[UUID, bool], *, starts: str = "2030-04-01"
) -> Draft:
    """A plan of these agencies of any partnership (by id, and whether they are required)."""
    made = Draft(*(uuid4() for _ in range(4)))
    run(session, PLAN, plan=made.plan, reference=f"P-{made.plan}", partnership=partnership_id)
    acts(session, viewer, VERSION, made, number=1, starts=starts, based_on=None)
    party = ROWS["plan_version_party"].replace("true", ":required")
    for agency, required in parties.items():
        acts(session, viewer, PARTY, made, agency=agency)
        acts(session, viewer, party, made, agency=agency, required=required)
        acts(session, viewer, CHECK, made, agency=agency)
    for table, insert in ROWS.items():
        if table != "plan_version_party":
            acts(session, viewer, insert, made)
    acts(session, viewer, EVENT, made)
    return made


def proposed(session: Session, viewer: Viewer, draft: Draft, *, content: bytes = CONTENT, to: str = "PROPOSED") -> None:
    """Freeze a draft."""
    acts(session, viewer, FREEZE, draft, content=content, proposer=viewer.membership_id, accepter=None)
    acts(session, viewer, MOVE, draft, state=to)


def opened(session: Session, viewer: Viewer, draft: Draft) -> None:
    """Open a proposed version for signing."""
    acts(session, viewer, OPEN, draft)
    acts(session, viewer, MOVE, draft, state="SIGNING")


def again(session: Session, viewer: Viewer, draft: Draft, parties: list[UUID]) -> Draft:
    """Begin the next version, without what the last one said but with these parties."""
    following = Draft(draft.plan, uuid4(), draft.key, draft.clause, draft.number + 1)
    acts(session, viewer, SUPERSEDE, draft)
    acts(session, viewer, VERSION, following, number=following.number, starts="2030-04-01", based_on=draft.version)
    run(
        session,
        "update plan set state = case state when 'DRAFT' then 'DRAFT' else 'NEGOTIATION' end, current_number = :number"
        " where id = :plan",
        plan=draft.plan,
        number=following.number,
    )
    for agency in parties:
        acts(session, viewer, ROWS["plan_version_party"], following, agency=agency)
    return following


def proves(session: Session, wall: Wall, viewer: Viewer, content: bytes = CONTENT) -> None:
    """Say that this viewer typed their password for these bytes just now."""
    proof = prove(wall, viewer, content_hash=hashlib.sha256(content).hexdigest())
    run(session, "select set_config(:setting, :proof, true)", setting=SETTING, proof=proof)


def passes(wall: Wall, viewer: Viewer, draft: Draft) -> None:
    """Pass the one check of the viewer's agency."""
    with wall.acting_as(viewer) as session:
        acts(session, viewer, PASS, draft)


def signs(wall: Wall, viewer: Viewer, draft: Draft, *, content: bytes = CONTENT) -> None:
    """Sign for the viewer's agency."""
    with wall.acting_as(viewer) as session:
        proves(session, wall, viewer, content)
        acts(session, viewer, SIGNATURE, draft, hash=hashlib.sha256(content).hexdigest())


# Who speaks for an agency of the cast: commissioner, then signatory.
PEOPLE = {
    "SEVERN-POLICE": ("brook", "ellis"),
    "SEVERN-LA": ("frankie", "quinn"),
    "SEVERN-MHS": ("lou", "remy"),
    "SEVERN-PCT": ("robin", "val"),
}
# Police and council must sign; the mental health service takes part; nobody else does.
PARTIES = {"SEVERN-LA": True, "SEVERN-POLICE": True, "SEVERN-MHS": False}


def in_signing(wall: Wall, cast: Cast, parties: Mapping[str, bool] = PARTIES, **options: str) -> Draft:
    """A plan that the first party's commissioner wrote, open for signing, with every check passed."""
    writer = cast.viewers[PEOPLE[next(iter(parties))][0]]
    with wall.acting_as(writer) as session:
        draft = drafted(session, writer, cast, parties, **options)
        proposed(session, writer, draft)
    for code in parties:
        passes(wall, cast.viewers[PEOPLE[code][0]], draft)
    with wall.acting_as(writer) as session:
        opened(session, writer, draft)
    return draft


def agreed(wall: Wall, cast: Cast, parties: Mapping[str, bool] = PARTIES, **options: str) -> Draft:
    """A plan that everybody who must has signed."""
    draft = in_signing(wall, cast, parties, **options)
    signatories = [cast.viewers[PEOPLE[code][1]] for code, required in parties.items() if required]
    for signatory in signatories:
        signs(wall, signatory, draft)
    with wall.acting_as(signatories[-1]) as session:
        acts(session, signatories[-1], AGREE, draft)
        acts(session, signatories[-1], MOVE, draft, state="AGREED")
    return draft


def published(wall: Wall, cast: Cast, draft: Draft, parties: Mapping[str, bool] = PARTIES) -> None:
    """Make an agreed plan public."""
    for code, required in parties.items():
        if required:
            viewer = cast.viewers[PEOPLE[code][0]]
            with wall.acting_as(viewer) as session:
                acts(session, viewer, PUBLICATION, draft)
    with wall.acting_as(viewer) as session:
        acts(session, viewer, "update plan set published_at = now() where id = :plan", draft)
