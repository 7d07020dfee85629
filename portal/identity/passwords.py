"""Decides what a password must be and how it is checked: argon2id, at one price whether or not the account exists."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from portal.identity.secret_values import new_secret

# Length is the only rule (NIST SP 800-63B, section 3.1.1.2); the upper bound keeps one attempt cheap.
SHORTEST, LONGEST = 12, 128
# OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# What an unknown address is checked against, so that the answer takes as long as for a known one.
_NOBODY = _HASHER.hash(new_secret())


def problem(password: str) -> str | None:
    """One sentence on what is wrong with a new password, or None when it will do."""
    if len(password) < SHORTEST:
        return f"Enter a password of at least {SHORTEST} characters. Three or four words are easy to remember."
    if len(password) > LONGEST:
        return f"Enter a password of at most {LONGEST} characters."
    return None


def hash_password(password: str) -> str:
    """The argon2id hash of a password, with its parameters and salt."""
    return _HASHER.hash(_typed(password))


def verify(stored: str | None, password: str) -> bool:
    """Whether the password is the one behind the stored hash. Without a hash the check costs the same and fails."""
    too_long = len(password) > LONGEST
    try:
        _HASHER.verify(_NOBODY if stored is None else stored, _typed(password[:LONGEST]))
    except (Argon2Error, InvalidHashError):
        return False
    return stored is not None and not too_long


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def _typed(password: str) -> bytes:
    """The password in one spelling: two keyboards may send the same letter as different code points."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace")
