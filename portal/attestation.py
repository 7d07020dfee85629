"""Decides how this installation signs what others keep: Ed25519, one key for each purpose, written as signed notes.

The keys follow from PORTAL_SECRET_KEY (HKDF, RFC 5869), so there is nothing to keep beside it, and whoever has only the
database cannot sign. A signed note is a text, an empty line and a signature line (C2SP signed-note, v1.0.0): any
verifier of that format takes it, given the public key in the form `name+hash+key`.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

# The byte that says Ed25519 in key ids and in written keys (C2SP signed-note).
_ED25519 = b"\x01"
_KEY_LENGTH, _ID_LENGTH = 32, 4
_DASH = "— "


class NotANote(ValueError):
    """A text is no signed note, or a written key is none."""


@dataclass(frozen=True)
class PublicKey:
    """What verifies signatures of one purpose of one installation."""

    name: str
    raw: bytes

    @property
    def key_id(self) -> str:
        """What names the key in a signature line, in hexadecimal: the first four bytes of a hash of name and key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:_ID_LENGTH].hex()

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether a message was signed with the key that belongs to this one."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id}+{base64.b64encode(_ED25519 + self.raw).decode()}"


class SigningKey:
    """The key of one purpose: what it signs is signed by this installation, for that purpose alone."""

    def __init__(self, secret: str, *, purpose: str) -> None:
        """Derive it from the installation's secret; `purpose` is one word, such as `audit`."""
        derive = HKDF(algorithm=SHA256(), length=_KEY_LENGTH, salt=None, info=f"concord attestation {purpose}".encode())
        self._key = Ed25519PrivateKey.from_private_bytes(derive.derive(secret.encode()))
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public = PublicKey(f"concord-{purpose}", raw)

    def sign(self, message: bytes) -> bytes:
        """The signature of a message, 64 bytes."""
        return self._key.sign(message)


def write_note(text: str, key: PublicKey, signature: bytes) -> str:
    """A text that ends with a line break, with the signature that was made of it, as a signed note."""
    signed = base64.b64encode(bytes.fromhex(key.key_id) + signature).decode()
    return f"{text}\n{_DASH}{key.name} {signed}\n"


def read_note(note: str) -> tuple[str, tuple[str, str, bytes]]:
    """The text of a signed note and its first signature: the key's name, its id, the bytes. Raises NotANote."""
    text, between, signatures = note.replace("\r\n", "\n").rpartition("\n\n" + _DASH)
    if not between:
        raise NotANote
    try:
        name, signed = signatures.partition("\n")[0].split(" ")
        raw = base64.b64decode(signed, validate=True)
    except (ValueError, binascii.Error):
        raise NotANote from None
    return f"{text}\n", (name, raw[:_ID_LENGTH].hex(), raw[_ID_LENGTH:])


def read_public_key(written: str) -> PublicKey:
    """A public key as it was written (`name+hash+key`). Raises NotANote for anything else."""
    try:
        name, key_id, encoded = written.strip().split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise NotANote from None
    key = PublicKey(name, raw[1:])
    if raw[:1] != _ED25519 or len(key.raw) != _KEY_LENGTH or key.key_id != key_id:
        raise NotANote
    return key


def signer(keys: Iterable[PublicKey], signature: bytes, message: bytes) -> PublicKey | None:
    """Which of some keys verifies a signature; None when none does."""
    return next((key for key in keys if key.verifies(signature, message)), None)
