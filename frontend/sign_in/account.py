"""Decides what a request knows of whoever is signed in: what the database said at its start, behind a secret."""

from flask_login import UserMixin

from portal.identity.sessions import SignedIn


class Account(UserMixin):  # type: ignore[misc]
    """Somebody signed in. The cookie holds nothing but the secret; everything else is read again on each request."""

    def __init__(self, secret: str, signed_in: SignedIn) -> None:
        self.secret = secret
        self.signed_in = signed_in
        self.viewer = signed_in.viewer

    @property
    def person(self) -> str:
        """Who this is, whatever the role: to whom a form belongs that was typed before the sign-in ended."""
        return str(self.signed_in.user_id)

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie."""
        return self.secret
