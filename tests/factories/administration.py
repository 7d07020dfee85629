"""What administrators send through the door, and people to send it about."""

from typing import Any
from uuid import UUID

from portal.access.viewer import Role, Viewer
from portal.identity.models import User
from portal.identity.viewers import viewer_for_membership
from tests.factories.accounts import make_member
from tests.factories.cast import Cast, key

FAILURE = "... on Failure { message } ... on Invalid { errors { path code message } } ... on NotPermitted { reason }"
LINK = "... on LinkMade { path expiresAt replayed }"
USER = "... on UserSaved { user { id displayName account { version email disabledAt } } replayed }"
MEMBERSHIP = "... on MembershipSaved { membership { id version role teams { name } period { from to } } replayed }"
TEAM = "... on TeamSaved { team { id version name closedAt } replayed }"


def _document(name: str, answer: str) -> str:
    given = name[0].upper() + name[1:] + "Input"
    given = {
        "renewInvitation": "InvitationInput",
        "withdrawInvitation": "InvitationInput",
        "issuePasswordLink": "AccountInput",
        "disableUser": "AccountInput",
        "enableUser": "AccountInput",
    }.get(name, given)
    return f"mutation($input: {given}!) {{ {name}(input: $input) {{ __typename {answer} {FAILURE} }} }}"


CHANGES = {
    name: _document(name, answer)
    for name, answer in {
        "inviteUser": LINK,
        "renewInvitation": LINK,
        "withdrawInvitation": "... on InvitationSaved { replayed }",
        "renameUser": USER,
        "changeUserEmail": LINK,
        "issuePasswordLink": LINK,
        "disableUser": USER,
        "enableUser": USER,
        "grantMembership": MEMBERSHIP,
        "endMembership": MEMBERSHIP,
        "setMembershipTeams": MEMBERSHIP,
        "openTeam": TEAM,
        "renameTeam": TEAM,
        "closeTeam": TEAM,
    }.items()
}
PERSON = """
query($id: ID!) {
  node(id: $id) { ... on User { id displayName account {
    version email disabledAt homeAgency { name } viewerCanChange viewerCanGiveRole isViewer
    memberships { id version role teams { id name } period { from to } }
  } } }
}
"""
PEOPLE = """
query($filter: UserFilter, $first: Int) {
  users(filter: $filter, first: $first) { edges { node { id displayName account { email } } } pageInfo { hasNextPage } }
}
"""
TEAMS = "{ teams(first: 100) { edges { node { id version name closedAt memberCount } } } }"
INVITATIONS = (
    "{ invitations(first: 100) { edges { node { id version email displayName role teams { name } expiresAt } } } }"
)


def change(cast: Cast, viewer: Viewer | None, name: str, /, **given: Any) -> dict[str, Any]:
    """Try a change, and give what came of it."""
    answer = cast.ask(viewer, CHANGES[name], input={"idempotencyKey": key(), **given})
    found: dict[str, Any] = answer[name]
    return found


def done(cast: Cast, viewer: Viewer | None, name: str, /, **given: Any) -> dict[str, Any]:
    """Make a change that must succeed."""
    answer = change(cast, viewer, name, **given)
    assert answer["__typename"] not in {"Invalid", "NotFound", "NotPermitted", "Conflict"}, answer
    return answer


def sealed(cast: Cast, kind: str, record_id: UUID) -> str:
    """The global id of a record."""
    return cast.door._opened_seal().seal_id(kind, record_id)


def user_id(cast: Cast, viewer: Viewer) -> str:
    """The global id of somebody of the cast."""
    return sealed(cast, "User", viewer.user_id)


def person(cast: Cast, administrator: Viewer, global_id: str) -> dict[str, Any]:
    """Somebody as an administrator reads them."""
    found = cast.ask(administrator, PERSON, id=global_id)["node"]
    assert found is not None
    return {"id": found["id"], "displayName": found["displayName"], **found["account"]}


def colleague(cast: Cast, code: str = "SEVERN-POLICE", *, role: Role = Role.OFFICER, name: str | None = None) -> Viewer:
    """Somebody new at work in an agency of the cast."""
    member = make_member(cast.owner, agency_id=cast.settled.agencies[code], role=role)
    with cast.owner.transaction() as session:
        if name is not None:
            session.get_one(User, member.user_id).display_name = name
            session.flush()
        viewer = viewer_for_membership(session, member.membership_id)
    assert viewer is not None
    return viewer
