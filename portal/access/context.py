"""Decides how the database learns who is asking: a context signed for one minute, set once per transaction.

A plain setting would be no wall: one injected statement could set it. PostgreSQL checks the signature with pads that
the web role cannot read (migration 0002), so a forged or expired context is refused and no context sees no rows.
"""

import hashlib
import hmac
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.db import Database
from portal.deadline import Deadline

LIFETIME_SECONDS = 60
SETTING = "concord.viewer"
_BLOCK = 64


def derive_key(secret: str) -> bytes:
    """The signing key of viewer contexts, derived from the installation's secret."""
    return hmac.new(secret.encode(), b"concord viewer context", hashlib.sha256).digest()


def pads(key: bytes) -> tuple[bytes, bytes]:
    """The inner and outer pad of HMAC-SHA256 (RFC 2104) for a key of at most one block, as the database keeps them."""
    block = key.ljust(_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


def sign(key: bytes, viewer: Viewer, *, expires_at: int | None = None) -> str:
    """The signed context of a viewer: `expiry|membership|audiences.mac`; expiry in seconds since the epoch."""
    expiry = int(time.time()) + LIFETIME_SECONDS if expires_at is None else expires_at
    return _with_mac(key, f"{expiry}|{viewer.membership_id}|{','.join(map(str, viewer.audience_ids))}")


def _with_mac(key: bytes, payload: str) -> str:
    return f"{payload}.{hmac.new(key, payload.encode(), hashlib.sha256).hexdigest()}"


class Wall:
    """A database together with the key that tells it who is asking."""

    def __init__(self, database: Database, key: bytes) -> None:
        self.database = database
        self._key = key

    def attest(self, purpose: str, payload: str) -> str:
        """A text that PostgreSQL can tell is ours: `purpose|payload.mac`. With a word in front it is no context."""
        assert purpose.isalpha()
        return _with_mac(self._key, f"{purpose}|{payload}")

    @contextmanager
    def acting_as(self, viewer: Viewer, *, deadline: Deadline | None = None) -> Iterator[Session]:
        """One transaction in which PostgreSQL shows what this viewer may see, and nothing else."""
        with self.database.transaction(deadline=deadline) as session:
            session.execute(
                text("select set_config(:setting, :context, true)"),
                {"setting": SETTING, "context": sign(self._key, viewer)},
            )
            yield session

    @contextmanager
    def anonymously(self, *, deadline: Deadline | None = None) -> Iterator[Session]:
        """One transaction without a viewer: it sees no personal row at all."""
        with self.database.transaction(deadline=deadline) as session:
            # Whatever an earlier transaction left on this connection, nobody is asking now.
            session.execute(text("select set_config(:setting, '', true)"), {"setting": SETTING})
            yield session
