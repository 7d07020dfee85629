"""Makes agencies, teams and members for tests, each with a name nobody else in the database has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from portal.access.viewer import Role
from portal.agencies.models import Agency
from portal.db import Database
from portal.identity import passwords
from portal.identity.accounts import create_membership, create_team, create_user
from portal.identity.models import Credential
from portal.partnerships.models import Partnership, PartnershipMember

PASSWORD = "a lantern by the weir"
LONG_AGO = date(2020, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody with an account, acting in one agency."""

    user_id: UUID
    membership_id: UUID
    agency_id: UUID
    email: str
    display_name: str


def make_agency(owner: Database, *, kind: str = "LOCAL_AUTHORITY", code: str | None = None) -> UUID:
    """An agency that has been active for years."""
    with owner.transaction() as session:
        name = f"Agency {uuid4()}"
        agency = Agency(kind_code=kind, name=name, code_list="TEST", code=code or str(uuid4()), active_from=LONG_AGO)
        session.add(agency)
        session.flush()
        return agency.id


def make_team(owner: Database, agency_id: UUID) -> UUID:
    """A team of an agency."""
    with owner.transaction() as session:
        return create_team(session, agency_id=agency_id, name=f"Team {uuid4()}").id


def make_partnership(owner: Database, *agency_ids: UUID) -> UUID:
    """A partnership of agencies, led by the first."""
    with owner.transaction() as session:
        partnership = Partnership(name=f"Partnership {uuid4()}", lead_agency_id=agency_ids[0])
        session.add(partnership)
        session.flush()
        for agency_id in agency_ids:
            session.add(PartnershipMember(partnership_id=partnership.id, agency_id=agency_id, active_from=LONG_AGO))
        return partnership.id


def make_member(
    owner: Database,
    *,
    agency_id: UUID | None = None,
    role: Role = Role.OFFICER,
    team_ids: Sequence[UUID] = (),
    active_from: date = LONG_AGO,
    active_to: date | None = None,
) -> Member:
    """A user with a password and one membership, in an agency of their own unless one is given."""
    agency_id = agency_id or make_agency(owner)
    name = uuid4().hex
    with owner.transaction() as session:
        user = create_user(session, display_name=f"Person {name}", email=f"{name}@agency.example", password=PASSWORD)
        membership = create_membership(
            session,
            user_id=user.id,
            agency_id=agency_id,
            role=role,
            team_ids=team_ids,
            active_from=active_from,
            active_to=active_to,
        )
    return Member(
        user_id=user.id,
        membership_id=membership.id,
        agency_id=agency_id,
        email=user.email,
        display_name=user.display_name,
    )


def make_further_membership(owner: Database, user_id: UUID, *, agency_id: UUID | None = None, role: Role) -> UUID:
    """One more membership for somebody who has one."""
    agency_id = agency_id or make_agency(owner)
    with owner.transaction() as session:
        return create_membership(session, user_id=user_id, agency_id=agency_id, role=role, active_from=LONG_AGO).id


def give_password(owner: Database, user_id: UUID, password: str = PASSWORD) -> None:
    """Let somebody sign in with a password, from now on."""
    with owner.transaction() as session:
        session.merge(Credential(user_id=user_id, password_hash=passwords.hash_password(password)))
