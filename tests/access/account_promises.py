"""Promises of the wall about accounts: only the administrator who acts, and only in their own agency, writes them."""

from collections.abc import Iterator
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from tests.access.attempts import Promise, succeeds
from tests.access.scene import Scene

# Blind, so that nothing but the policy for changing decides: what is read to find a row has a policy of its own.
CHANGES = {
    "user_account": "update user_account set display_name = display_name",
    "membership": "update membership set active_to = active_to",
    "team": "update team set closed_at = closed_at",
    "invitation": "update invitation set withdrawn_at = now()",
}
MEMBERSHIP = """
insert into membership (id, user_id, agency_id, role, active_from, version, created_at, updated_at)
values (gen_random_uuid(), :user, :agency, 'TRIAGE_WORKER', current_date, 1, now(), now())
"""
TEAM = """
insert into team (id, agency_id, name, version, created_at, updated_at)
values (gen_random_uuid(), :agency, 'x', 1, now(), now())
"""
LINK = """
insert into one_time_link (id, secret_hash, user_id, expires_at)
values (gen_random_uuid(), convert_to(gen_random_uuid()::text, 'UTF8'), :user, now() + interval '1 day')
"""
INVITATION = """
insert into invitation (id, agency_id, invited_by_membership_id, display_name, email, role, team_ids, active_from,
                        secret_hash, expires_at, version, created_at, updated_at)
values (gen_random_uuid(), :agency, :by, 'x', 'x@x', 'OFFICER', '{}', current_date,
        convert_to(gen_random_uuid()::text, 'UTF8'), now(), 1, now(), now())
"""
PLACE = "insert into team_member (membership_id, team_id) values (:membership, :team)"
TAKE = "delete from team_member"


def account_promises() -> Iterator[tuple[str, Promise]]:
    """Each promise by its sentence."""
    for table in CHANGES:
        yield f"nobody changes a row of {table} outside the agency they administer", partial(_changes_more, table)
    yield "nobody but an administrator gives a role", partial(_gives_role, by="dana", to="rowan", code="SEVERN-POLICE")
    yield "nobody gives a role in another agency", partial(_gives_role, by="hollis", to="rowan", code="SEVERN-POLICE")
    yield "nobody gives a stranger a role unasked", partial(_gives_role, by="hollis", to="rowan", code="SEVERN-LA")
    yield "nobody gives themselves a role", partial(_gives_role, by="hollis", to="hollis", code="SEVERN-LA")
    yield "nobody opens a team of another agency", _opens_team
    yield "nobody puts anybody into a team of another agency", _places
    yield "nobody takes anybody from a team of another agency", _takes
    yield "nobody makes a password link for an account of another agency", _links
    yield "nobody reads whom another agency invited", _reads_invitations
    yield "nobody invites into another agency", partial(_invites, by="hollis", name="hollis")
    yield "nobody invites in the name of another", partial(_invites, by="noor", name="rowan")


def _others(session: Session, statement: str, **values: object) -> bool:
    return bool(session.execute(text(statement), values).rowcount)  # type: ignore[attr-defined]


def _changes_more(table: str, scene: Scene) -> bool:
    """More rows than there are in the agency of the one who changes them; an officer changes none."""
    own = {
        "user_account": "select count(*) from user_account where home_agency_id = :agency",
        "membership": "select count(*) from membership where agency_id = :agency",
        "team": "select count(*) from team where agency_id = :agency",
        "invitation": "select count(*) from invitation where agency_id = :agency",
    }[table]
    with scene.owner.transaction() as session:
        here = session.execute(text(own), {"agency": scene.cast.hollis.agency_id}).scalar_one()

    def change(session: Session, at_most: int) -> bool:
        changed: int = session.execute(text(CHANGES[table])).rowcount  # type: ignore[attr-defined]
        return changed > at_most

    by_officer = succeeds(scene, scene.author, lambda session: change(session, 0))
    return by_officer or succeeds(scene, scene.cast.hollis, lambda session: change(session, here))


def _gives_role(scene: Scene, *, by: str, to: str, code: str) -> bool:
    given = {"user": scene.cast.viewers[to].user_id, "agency": scene.cast.settled.agencies[code]}
    return succeeds(scene, scene.cast.viewers[by], lambda session: _others(session, MEMBERSHIP, **given))


def _opens_team(scene: Scene) -> bool:
    agency = {"agency": scene.cast.settled.agencies["SEVERN-POLICE"]}
    by: tuple[Viewer, ...] = (scene.cast.hollis, scene.author)
    return any(succeeds(scene, viewer, lambda session: _others(session, TEAM, **agency)) for viewer in by)


def _places(scene: Scene) -> bool:
    given = {
        "membership": scene.cast.morgan.membership_id,
        "team": scene.cast.settled.teams["Gloucester East"],
    }
    own = {"membership": scene.author.membership_id, "team": given["team"]}
    return succeeds(scene, scene.cast.hollis, lambda session: _others(session, PLACE, **given)) or succeeds(
        scene, scene.author, lambda session: _others(session, PLACE, **own)
    )


def _takes(scene: Scene) -> bool:
    return any(
        succeeds(scene, viewer, lambda session: _others(session, TAKE)) for viewer in (scene.cast.hollis, scene.author)
    )


def _links(scene: Scene) -> bool:
    user = {"user": scene.author.user_id}
    return any(
        succeeds(scene, viewer, lambda session: _others(session, LINK, **user))
        for viewer in (scene.cast.hollis, scene.cast.dana)
    )


def _reads_invitations(scene: Scene) -> bool:
    here = {"agency": scene.cast.settled.agencies["SEVERN-POLICE"]}
    read = text("select id from invitation where agency_id = :agency")
    return any(
        succeeds(scene, viewer, lambda session: bool(session.execute(read, here).all()))
        for viewer in (scene.cast.hollis, scene.author)
    )


def _invites(scene: Scene, *, by: str, name: str) -> bool:
    given = {"agency": scene.cast.settled.agencies["SEVERN-POLICE"], "by": scene.cast.viewers[name].membership_id}
    return succeeds(scene, scene.cast.viewers[by], lambda session: _others(session, INVITATION, **given))
