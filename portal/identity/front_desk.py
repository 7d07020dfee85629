"""Decides in which transactions signing in happens: what the sign-in pages may ask, and nothing else of accounts."""

from uuid import UUID

from portal.access.context import Wall
from portal.identity import invitations, one_time_links, passwords, sessions
from portal.identity.invitations import Offer
from portal.identity.queries import MembershipChoice, membership_choices
from portal.identity.sessions import SignedIn
from portal.identity.viewers import viewer_for_membership


class FrontDesk:
    """Signing in and out, over a database and its wall; every method is whole when it returns."""

    def __init__(self, wall: Wall) -> None:
        self._wall = wall

    def sign_in(self, *, email: str, password: str, request_id: UUID) -> str | None:
        """The secret of a new session, acting in the user's membership when there is exactly one; None if refused."""
        with self._wall.anonymously() as session:
            started = sessions.sign_in(session, email=email, password=password, request_id=request_id)
            choices = membership_choices(session, started[0].user_id) if started else []
        if started is None:
            return None
        secret = started[1]
        if len(choices) == 1:
            self.choose_membership(secret, choices[0].id, request_id=request_id)
        return secret

    def who(self, secret: str) -> SignedIn | None:
        """Who is signed in with a secret."""
        with self._wall.anonymously() as session:
            return sessions.resolve(session, secret)

    def membership_choices(self, signed_in: SignedIn) -> list[MembershipChoice]:
        """The memberships somebody may act in today."""
        with self._wall.anonymously() as session:
            return membership_choices(session, signed_in.user_id)

    def choose_membership(self, secret: str, membership_id: UUID, *, request_id: UUID) -> bool:
        """Act in a membership from now on; False when it is not one the signed-in user may act in today."""
        with self._wall.anonymously() as session:
            viewer = viewer_for_membership(session, membership_id)
        if viewer is None:
            return False
        with self._wall.acting_as(viewer) as session:
            return sessions.choose_membership(session, secret=secret, viewer=viewer, request_id=request_id)

    def sign_out(self, signed_in: SignedIn, *, request_id: UUID) -> None:
        """End a session."""
        viewer = signed_in.viewer
        with self._wall.acting_as(viewer) if viewer else self._wall.anonymously() as session:
            sessions.sign_out(session, signed_in=signed_in, request_id=request_id)

    def link_is_open(self, secret: str) -> bool:
        """Whether a one-time link can still be used."""
        with self._wall.anonymously() as session:
            return one_time_links.is_open(session, secret)

    def set_password(self, secret: str, password: str, *, request_id: UUID) -> bool:
        """Use a one-time link to set a password; False when the link has ended."""
        with self._wall.anonymously() as session:
            return one_time_links.redeem(session, secret=secret, password=password, request_id=request_id)

    def offer(self, secret: str) -> Offer | None:
        """What an open invitation offers."""
        with self._wall.anonymously() as session:
            return invitations.offer_of(session, secret)

    def accept(self, secret: str, password: str, *, request_id: UUID) -> bool:
        """Accept an invitation; False for a wrong password and for an invitation that is not open alike."""
        with self._wall.anonymously() as session:
            return invitations.accept(session, secret=secret, password=password, request_id=request_id)

    def password_problem(self, password: str) -> str | None:
        """One sentence on what is wrong with a new password, or None."""
        return passwords.problem(password)
