"""Who lives in a generated world: the cast, and more kinds of agency with people at the edges of the rules."""

import random
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy import text

from graphql_schema import Door
from portal.access.viewer import Role, Viewer
from portal.db import Database
from portal.identity.accounts import create_membership, create_user
from portal.identity.viewers import viewer_for_membership
from portal.partnerships.models import PartnershipMember
from tests.factories.accounts import LONG_AGO, make_agency
from tests.factories.cast import Cast, settle_cast
from tests.oracle.visibility import ToldFlag

# Agencies of kinds the cast does not have, each with the people who stand at the edges of the rules.
MORE = {
    "LOCAL_AUTHORITY": (Role.TRIAGE_WORKER, Role.PRACTITIONER),
    "VOLUNTARY": (Role.PRACTITIONER, Role.OFFICER),
    "YOUTH_JUSTICE": (Role.PRACTITIONER, Role.SERVICE_MANAGER),
    "GP": (Role.CLINICIAN, Role.PRACTITIONER),
    "SCHOOL": (Role.PRACTITIONER, Role.CLINICIAN),
}


@dataclass
class World:
    """One partnership, everybody who might ask, and every flag in it as it was told to the oracle."""

    cast: Cast
    rng: random.Random
    people: dict[str, Viewer]
    kinds: dict[UUID, str]
    names: dict[UUID, str]
    global_ids: dict[UUID, str]
    flags: list[ToldFlag] = field(default_factory=list)
    # How many flags were raised so far.
    raised: int = 0
    # Whether people leave out what they need not say.
    terse: bool = True


def settle_world(owner: Database, door: Door, rng: random.Random) -> World:
    """A partnership in which nothing has happened yet."""
    cast = settle_cast(owner, door)
    people = dict(cast.viewers)
    for kind, roles in MORE.items():
        join(owner, cast, people, make_agency(owner, kind=kind), kind, roles)
    police, teams = cast.settled.agencies["SEVERN-POLICE"], tuple(cast.settled.teams.values())
    join(owner, cast, people, police, "BOTH-TEAMS", (Role.OFFICER,), teams)
    join(owner, cast, people, cast.settled.agencies["SEVERN-PCT"], "PCT", (Role.CLINICIAN, Role.PRACTITIONER))
    join(owner, cast, people, cast.settled.agencies["SEVERN-LA"], "LEAD", (Role.DPO, Role.SIGNATORY))
    return World(
        cast=cast,
        rng=rng,
        people=people,
        kinds={viewer.agency_id: viewer.agency_kind for viewer in people.values()},
        names={viewer.agency_id: viewer.agency_name for viewer in people.values()},
        global_ids=agency_ids(cast),
    )


def join(
    owner: Database,
    cast: Cast,
    people: dict[str, Viewer],
    agency_id: UUID,
    name: str,
    roles: tuple[Role, ...],
    teams: tuple[UUID, ...] = (),
) -> None:
    """Let people of an agency join, one for each role, and the agency with them."""
    if agency_id not in cast.settled.agencies.values():
        partnership_id = cast.settled.partnership_id
        with owner.transaction() as session:
            session.add(PartnershipMember(partnership_id=partnership_id, agency_id=agency_id, active_from=LONG_AGO))
    for role in roles:
        with owner.transaction() as session:
            who = uuid4().hex
            # Nobody here signs in, so nobody needs a password, which takes its time on purpose.
            user = create_user(session, display_name=f"Person {who}", email=f"{who}@agency.example")
            given = {"user_id": user.id, "agency_id": agency_id, "role": role, "team_ids": teams}
            viewer = viewer_for_membership(session, create_membership(session, **given, active_from=LONG_AGO).id)
        assert viewer is not None
        people[f"{name}-{role}"] = viewer


def agency_ids(cast: Cast) -> dict[UUID, str]:
    """The global id of each agency of a partnership by its key."""
    document = "{ viewer { partnership { members(first: 50) { edges { node { id code { value } } } } } } }"
    members = cast.ask(cast.rowan, document)["viewer"]["partnership"]["members"]["edges"]
    with cast.owner.transaction() as session:
        keys = {agency.code: agency.id for agency in session.execute(text("select code, id from agency"))}
    return {keys[edge["node"]["code"]["value"]]: edge["node"]["id"] for edge in members}
