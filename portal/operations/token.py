"""Decides how somebody who tries Concord gets a bearer token: as one of the demonstration's cast, never as a person."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select

from portal.access.viewer import Role
from portal.db import Database
from portal.identity.queries import first_membership
from portal.identity.tokens import LONGEST, issue_token
from portal.identity.viewers import viewer_for_membership
from portal.partnerships.models import Installation


class TokenRefused(Exception):
    """No token is given; the message is one sentence."""


@dataclass(frozen=True, kw_only=True)
class IssuedToken:
    """A new token and whom it acts as."""

    secret: str = field(repr=False)
    display_name: str
    agency_name: str
    role: Role
    lifetime: timedelta


def issue_for_cast(owner: Database, *, agency_code: str, role_code: str, lifetime: timedelta = LONGEST) -> IssuedToken:
    """Give a token for whoever comes first by name in a role of an agency, of a demonstration only.

    Takes the database as its owner, who alone may add tokens. Raises TokenRefused outside a demonstration, and when
    nobody has that role there today.
    """
    with owner.transaction() as session:
        if session.scalar(select(Installation.demo)) is not True:
            raise TokenRefused("This is not a demonstration: tokens are issued to tools by the agency they belong to.")
        if role_code not in Role.__members__:
            raise TokenRefused(f"There is no such role: choose one of {', '.join(Role)}.")
        membership_id = first_membership(session, agency_code=agency_code, role=Role(role_code))
        viewer = viewer_for_membership(session, membership_id) if membership_id else None
        if viewer is None:
            raise TokenRefused("Nobody in the demonstration has this role in this agency today.")
        secret = issue_token(session, membership_id=viewer.membership_id, lifetime=lifetime, request_id=uuid4())
        return IssuedToken(
            secret=secret,
            display_name=viewer.display_name,
            agency_name=viewer.agency_name,
            role=viewer.role,
            lifetime=lifetime,
        )
