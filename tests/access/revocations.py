"""What was open and is ended: who could read it until then, and how they read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import text

from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database, now
from portal.identity.front_desk import FrontDesk
from portal.identity.tokens import issue_token
from portal.identity.viewers import viewer_for_membership
from tests.access.scene import imported
from tests.factories.administration import colleague, done, person, user_id
from tests.factories.cast import Cast
from tests.factories.drafts import discard, drafted
from tests.factories.flags import answered, raised, report, shared
from tests.factories.life import CLOSE, closing, saved, stands, uncovered
from tests.factories.notices import waiting
from tests.factories.site import start_session

BY_ID = "query($id: ID!) { flag(by: {id: $id}) { id reference fact } }"
LISTED = "query($ids: [ID!]) { flags(filter: {ids: $ids}) { edges { node { id subject { __typename } } } } }"
NESTED = """
query($id: ID!) {
  node(id: $id) { ... on Flag { subject { ... on Person { id preferredName } } } }
  notifications(flagId: $id) { edges { node { flag { id } } } }
}
"""
Read = Callable[[], Any]
Who = Callable[[], Viewer | None]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where all of it happens: the cast, the wall that readers share, and the site they share."""

    cast: Cast
    owner: Database
    wall: Wall
    site: Flask


@dataclass(frozen=True, kw_only=True)
class Revocation:
    """What ends, and everybody who reads it until then; a read gives what it found."""

    end: Callable[[], object]
    readers: tuple[Read, ...]


def _readers(ground: Ground, flag: dict[str, Any], who: Who) -> tuple[Read, ...]:
    """Ways to one flag: by its id, through a list, nested in others, and by SQL that forgot its filter."""
    root = uncovered(ground.cast, flag)

    def asked(document: str, *path: str, **variables: Any) -> Any:
        viewer = who()
        if viewer is None:
            return None
        found: Any = ground.cast.ask(viewer, document, **variables)
        for name in path:
            found = found and found[name]
        return found

    def queried() -> Any:
        viewer = who()
        if viewer is None:
            return None
        with ground.wall.acting_as(viewer) as session:
            return session.execute(text("select fact from flag where id = :id"), {"id": root}).all()

    return (
        lambda: asked(BY_ID, "flag", id=flag["id"]),
        lambda: asked(LISTED, "flags", "edges", ids=[flag["id"]]),
        lambda: asked(NESTED, "node", id=flag["id"]),
        queried,
    )


def _share_closed(ground: Ground) -> Revocation:
    flag = answered(ground.cast, shared(ground.cast))
    waiting(ground.cast, flag, ground.cast.sam)
    given = closing(stands(ground.cast, flag))
    end = lambda: saved(ground.cast, ground.cast.morgan, CLOSE, given)  # noqa: E731  one line, said where it belongs
    return Revocation(end=end, readers=_readers(ground, flag, lambda: ground.cast.sam))


def _ran_out(ground: Ground) -> Revocation:
    """A disclosure that ends while it is read."""
    flag = shared(ground.cast)
    ended = {"root": uncovered(ground.cast, flag), "audiences": list(ground.cast.sam.audience_ids)}

    def end() -> None:
        with ground.owner.transaction() as session:
            session.execute(
                text(
                    "update disclosure set valid_to = clock_timestamp()"
                    " where root_id = :root and audience_id = any (:audiences)"
                ),
                ended,
            )

    return Revocation(end=end, readers=_readers(ground, flag, lambda: ground.cast.sam))


def _draft_promoted(ground: Ground) -> Revocation:
    """The whole team read a draft until one of them raised it."""
    draft = imported(ground.cast)
    given = report(draftId=draft["id"], draftVersion=draft["version"])
    given["subject"] = {"placeGroup": {"description": "Some young people", "ageBandCode": "14_15"}}
    return Revocation(
        end=lambda: raised(ground.cast, **given), readers=_readers(ground, draft, lambda: ground.cast.dana)
    )


def _draft_discarded(ground: Ground) -> Revocation:
    draft = drafted(ground.cast, fact="Seen again.")

    def end() -> None:
        assert discard(ground.cast, ground.cast.rowan, draft)["__typename"] == "FlagDraftDiscarded"

    return Revocation(end=end, readers=_readers(ground, draft, lambda: ground.cast.rowan))


def _officer(ground: Ground) -> tuple[Viewer, dict[str, Any]]:
    """Somebody new in the police with a flag of their own."""
    somebody = colleague(ground.cast)
    flag = raised(ground.cast, somebody)
    with ground.owner.transaction() as session:
        viewer = viewer_for_membership(session, somebody.membership_id)
    assert viewer is not None
    return viewer, flag


def _by_session(ground: Ground, viewer: Viewer) -> tuple[str, Who]:
    secret = start_session(ground.owner, user_id=viewer.user_id, membership_id=viewer.membership_id)
    desk = FrontDesk(ground.wall)

    def who() -> Viewer | None:
        signed_in = desk.who(secret)
        return signed_in.viewer if signed_in else None

    return secret, who


def _signed_out(ground: Ground) -> Revocation:
    viewer, flag = _officer(ground)
    secret, who = _by_session(ground, viewer)
    desk = FrontDesk(ground.wall)
    signed_in = desk.who(secret)
    assert signed_in is not None
    return Revocation(end=lambda: desk.sign_out(signed_in, request_id=uuid4()), readers=_readers(ground, flag, who))


def _membership_ended(ground: Ground) -> Revocation:
    viewer, flag = _officer(ground)
    _, who = _by_session(ground, viewer)
    account = person(ground.cast, ground.cast.noor, user_id(ground.cast, viewer))
    [membership] = account["memberships"]
    given = {"id": membership["id"], "expectedVersion": membership["version"]}
    given["lastDay"] = (now().date() - timedelta(days=1)).isoformat()
    return Revocation(
        end=lambda: done(ground.cast, ground.cast.noor, "endMembership", **given),
        readers=(*_readers(ground, flag, who), *_by_token(ground, viewer, flag)[1]),
    )


def _taken_from_team(ground: Ground) -> Revocation:
    """Whoever leaves a team reads its drafts no longer."""
    viewer = colleague(ground.cast)
    account = person(ground.cast, ground.cast.noor, user_id(ground.cast, viewer))
    [membership] = account["memberships"]
    team = _team(ground)
    given = {"id": membership["id"], "expectedVersion": membership["version"], "teamIds": [team]}
    done(ground.cast, ground.cast.noor, "setMembershipTeams", **given)
    _, who = _by_session(ground, viewer)
    given |= {"expectedVersion": membership["version"] + 1, "teamIds": []}
    return Revocation(
        end=lambda: done(ground.cast, ground.cast.noor, "setMembershipTeams", **given),
        readers=_readers(ground, imported(ground.cast), who),
    )


def _team(ground: Ground) -> str:
    """The team that Rowan imports for."""
    [team, *_] = ground.cast.rowan.team_ids
    return ground.cast.door._opened_seal().seal_id("Team", team)


def _disabled(ground: Ground) -> Revocation:
    viewer, flag = _officer(ground)
    _, who = _by_session(ground, viewer)
    account = person(ground.cast, ground.cast.noor, user_id(ground.cast, viewer))
    given = {"id": account["id"], "expectedVersion": account["version"]}
    return Revocation(
        end=lambda: done(ground.cast, ground.cast.noor, "disableUser", **given),
        readers=(*_readers(ground, flag, who), *_by_token(ground, viewer, flag)[1]),
    )


def _token_revoked(ground: Ground) -> Revocation:
    viewer, flag = _officer(ground)
    membership_id, readers = _by_token(ground, viewer, flag)

    def end() -> None:
        with ground.owner.transaction() as session:
            session.execute(
                text("update access_token set revoked_at = clock_timestamp() where membership_id = :id"),
                {"id": membership_id},
            )

    return Revocation(end=end, readers=readers)


def _by_token(ground: Ground, viewer: Viewer, flag: dict[str, Any]) -> tuple[UUID, tuple[Read, ...]]:
    """Over HTTP as a tool does it, by id and through a list."""
    with ground.owner.transaction() as session:
        token = issue_token(session, membership_id=viewer.membership_id, request_id=uuid4())

    def asked(document: str, **variables: Any) -> Any:
        sent = {"query": document, "variables": variables}
        answer = ground.site.test_client().post("/graphql", json=sent, headers={"Authorization": f"Bearer {token}"})
        if answer.status_code == 401:
            return None
        assert answer.status_code == 200, answer.status_code
        return answer.get_json()["data"]

    return viewer.membership_id, (
        lambda: asked(BY_ID, id=flag["id"]),
        lambda: asked(LISTED, ids=[flag["id"]]),
    )


REVOCATIONS: tuple[Callable[[Ground], Revocation], ...] = (
    _share_closed, _ran_out, _draft_promoted, _draft_discarded, _signed_out, _membership_ended, _taken_from_team,
    _disabled, _token_revoked,
)  # fmt: skip
