"""Accounts are made by the owner of the database, with one address each."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError

from portal.access.context import Wall
from portal.access.viewer import Role
from portal.db import Database
from portal.errors import Invalid
from portal.identity.accounts import create_membership, create_user
from portal.identity.models import Membership, User
from tests.factories.accounts import make_agency, make_member, make_team


def people(owner: Database) -> int:
    with owner.transaction() as session:
        return session.scalar(select(func.count()).select_from(User)) or 0


@pytest.mark.parametrize(
    "email", ["", "nobody", "@agency.example", "nobody@", "no body@agency.example", "n\0@a.example"]
)
def test_what_is_no_address_is_refused(owner: Database, email: str) -> None:
    before = people(owner)
    with pytest.raises(Invalid) as refused, owner.transaction() as session:
        create_user(session, display_name="Somebody", email=email)
    assert [error.path for error in refused.value.errors] == [("email",)]
    assert people(owner) == before


def test_one_address_is_one_account_whatever_its_capitals(owner: Database) -> None:
    me, before = make_member(owner), people(owner)
    with pytest.raises(Invalid) as refused, owner.transaction() as session:
        create_user(session, display_name="Somebody", email=f" {me.email.upper()}")
    assert me.email not in str(refused.value.errors).lower()
    assert people(owner) == before


def test_a_user_has_a_name_and_a_long_password(owner: Database) -> None:
    before = people(owner)
    for name, password in ((" ", "a lantern by the weir"), ("Somebody", "short")):
        with pytest.raises(Invalid), owner.transaction() as session:
            create_user(session, display_name=name, email=f"{uuid4().hex}@agency.example", password=password)
    assert people(owner) == before


def test_nobody_is_put_into_a_team_of_another_agency(owner: Database) -> None:
    me, foreign = make_member(owner), make_team(owner, make_agency(owner))
    with pytest.raises(Invalid), owner.transaction() as session:
        create_membership(session, user_id=me.user_id, agency_id=me.agency_id, role=Role.SERGEANT, team_ids=[foreign])
    with owner.transaction() as session:
        held = session.scalars(select(Membership.id).where(Membership.user_id == me.user_id)).all()
    assert held == [me.membership_id]


def test_the_web_role_makes_no_accounts_and_no_memberships(wall: Wall, owner: Database) -> None:
    me, before = make_member(owner), people(owner)
    with pytest.raises(ProgrammingError, match="permission denied"), wall.anonymously() as session:
        create_user(session, display_name="Somebody", email=f"{uuid4().hex}@agency.example")
    with pytest.raises(ProgrammingError, match="row-level security"), wall.anonymously() as session:
        create_membership(session, user_id=me.user_id, agency_id=me.agency_id, role=Role.SERGEANT)
    assert people(owner) == before
