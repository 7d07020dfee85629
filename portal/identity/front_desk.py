"""Decides in which transactions signing in happens: what the sign-in pages may ask, and nothing else of accounts."""

from uuid import UUID

from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.identity import invitations, one_time_links, passwords, reauthentication, sessions
from portal.identity.invitations import Offer
from portal.identity.models import User
from portal.identity.queries import MembershipChoice, membership_choices
from portal.identity.sessions import SignedIn
from portal.identity.throttle import Caller, Throttle, Throttled, Try
from portal.identity.tokens import OwnToken, take_own_token
from portal.identity.viewers import viewer_for_membership

# A try from a command or a test, which has no network.
NOWHERE = Caller()


class FrontDesk:
    """Signing in and out, over a database and its wall; every method is whole when it returns.

    Tries at a password are counted where there is a throttle.
    """

    def __init__(self, wall: Wall, throttle: Throttle | None = None) -> None:
        self._wall = wall
        self._throttle = throttle

    def sign_in(self, *, email: str, password: str, request_id: UUID, caller: Caller = NOWHERE) -> str | None:
        """The secret of a new session, acting in the user's membership when there is exactly one; None if refused.

        Raises Throttled, with the password unread, after too many tries.
        """
        taken = self._take(email, caller, operation="signIn", request_id=request_id)
        with self._wall.anonymously() as session:
            started = sessions.sign_in(session, email=email, password=password, request_id=request_id)
            choices = membership_choices(session, started[0].user_id) if started else []
        if started is None:
            return None
        self._give_back(taken)
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

    def prove_again(
        self, viewer: Viewer, password: str, *, content_hash: str, request_id: UUID, caller: Caller = NOWHERE
    ) -> str | None:
        """A proof for signing the bytes of a hash, for who types their password again; None if it is not theirs.

        Raises Throttled like `sign_in`, with which tries are counted: it is the same password.
        """
        with self._wall.acting_as(viewer) as session:
            email = session.get_one(User, viewer.user_id).email
        taken = self._take(email, caller, operation="signInAgain", request_id=request_id)
        with self._wall.acting_as(viewer) as session:
            known = reauthentication.knows_password(session, viewer, password, request_id=request_id)
        if not known:
            return None
        self._give_back(taken)
        return reauthentication.prove(self._wall, viewer, content_hash=content_hash)

    def take_token(self, viewer: Viewer, *, request_id: UUID) -> OwnToken:
        """A token with which somebody signed in asks the schema as a tool does, in the membership they act in."""
        with self._wall.acting_as(viewer) as session:
            return take_own_token(session, viewer, request_id=request_id)

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

    def accept(self, secret: str, password: str, *, request_id: UUID, caller: Caller = NOWHERE) -> bool:
        """Accept an invitation; False for a wrong password and for an invitation that is not open alike.

        Raises Throttled like `sign_in`: the password of an account that exists could be guessed here as well.
        """
        offer = self.offer(secret)
        email = "" if offer is None else offer.email
        taken = self._take(email, caller, operation="acceptInvitation", request_id=request_id) if offer else None
        with self._wall.anonymously() as session:
            accepted = invitations.accept(session, secret=secret, password=password, request_id=request_id)
        if accepted:
            self._give_back(taken)
        return accepted

    def mark(self, email: str, caller: Caller) -> str | None:
        """The mark by which this browser is known again for an address; None where nothing is counted."""
        if self._throttle is None:
            return None
        known = self._throttle.is_known(caller.browser, email)
        return caller.browser if known else self._throttle.mark(email)

    def password_problem(self, password: str) -> str | None:
        """One sentence on what is wrong with a new password, or None."""
        return passwords.problem(password)

    def _take(self, email: str, caller: Caller, *, operation: str, request_id: UUID) -> Try | None:
        if self._throttle is None:
            return None
        try:
            return self._throttle.take(email, caller)
        except Throttled:
            with self._wall.anonymously() as session:
                sessions.note_throttled(session, email=email, operation=operation, request_id=request_id)
            raise

    def _give_back(self, taken: Try | None) -> None:
        if self._throttle is not None and taken is not None:
            self._throttle.give_back(taken)
