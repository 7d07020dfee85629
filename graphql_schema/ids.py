"""Decides what global ids and cursors look like from outside: sealed, so that nobody builds on what is inside.

AES-SIV (RFC 5297) is deterministic, so an id is stable, and authenticated, so a forged one opens to nothing.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV


class Seal:
    """Seals ids and cursors with the installation's key (32 bytes or more)."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESSIV(key)

    def seal_id(self, type_name: str, value: UUID | str) -> str:
        """The global id of a record of a GraphQL type."""
        return self._seal(f"{type_name}:{value}", b"id")

    def open_id(self, sealed: str) -> tuple[str, UUID] | None:
        """The type and record a global id names, or None when it names nothing this installation sealed."""
        opened = self._open(sealed, b"id")
        if opened is None:
            return None
        type_name, _, value = opened.partition(":")
        return type_name, UUID(value)

    def seal_cursor(self, type_name: str, *position: str | None) -> str:
        """The cursor of a position in a list of a type: the sort value, then the id that breaks ties."""
        return self._seal(json.dumps(position), f"cursor {type_name}".encode())

    def open_cursor(self, type_name: str, sealed: str) -> list[str] | None:
        """The position a cursor names, or None when this installation did not seal it for a list of this type."""
        opened = self._open(sealed, f"cursor {type_name}".encode())
        return None if opened is None else list(json.loads(opened))

    def _seal(self, text: str, purpose: bytes) -> str:
        return urlsafe_b64encode(self._cipher.encrypt(text.encode(), [purpose])).rstrip(b"=").decode()

    def _open(self, sealed: str, purpose: bytes) -> str | None:
        try:
            raw = urlsafe_b64decode(sealed.encode("ascii") + b"=" * (-len(sealed) % 4))
            return self._cipher.decrypt(raw, [purpose]).decode()
        except (ValueError, InvalidTag):
            return None
