"""Decides what a secret is: 256 random bits that only their holder keeps; the database knows their SHA-256."""

import hashlib
import secrets


def new_secret() -> str:
    """A secret that can stand in a header, a cookie and an address."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is stored of a secret. A plain hash is enough, because nobody can guess 256 bits."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
