"""Decides how often somebody may try to sign in: by account and by network, counted before a password is looked at.

After five tries in a row that failed, an account waits 30 seconds, then twice as long each time, up to an hour, until
somebody signs in or a day passes without a try (NIST SP 800-63B-4, section 3.2.2, names waits that grow from 30 seconds
to an hour). Nobody is ever shut out for good, or a stranger could do it to anybody. A browser in which the account was
signed in to before is counted by itself (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"): somebody who
hammers an account from elsewhere does not keep its owner out. A whole agency may share one network, so that a network
has many tries, and only those that fail stay counted.

Known and unknown addresses are counted alike, under keyed hashes that lead back to nobody.
"""

import hashlib
import hmac
import math
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from uuid import UUID

from sqlalchemy import text

from portal.db import Database
from portal.identity.secret_values import new_secret

FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
REMEMBERED = timedelta(days=1)
NETWORK_TRIES = 100
NETWORK_WINDOW = timedelta(minutes=10)
# Providers give a household or an office at least so much, so each single address in it is no new network (RFC 6177).
IPV6_PREFIX = 64

_TAKE = text(
    "select public.take_sign_in_try(:account, :network, :free_tries, :first_wait, :longest_wait, :remembered,"
    " :network_tries, :network_window)"
)
_GIVE_BACK = text("select public.give_back_sign_in_try(:account, :network)")


class Throttled(Exception):
    """Too many tries: it is worth trying again after so many seconds, whatever the password was."""

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Where a try comes from: the network address the server saw, and the mark this browser brought, if any."""

    network: str | None = None
    browser: str | None = None


@dataclass(frozen=True)
class Try:
    """One try that was taken, to give back when it was no guess."""

    account: UUID
    network: UUID


class Throttle:
    """The tries at one installation, counted in its database by every process together."""

    def __init__(self, database: Database, secret: str) -> None:
        # A try is counted by itself, whatever becomes of the transaction that looks at the password.
        self._engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._key = hmac.new(secret.encode(), b"concord sign-in throttle", hashlib.sha256).digest()

    def take(self, email: str, caller: Caller) -> Try:
        """Count a try; raises Throttled when this account or this network has to wait."""
        account = _folded(email)
        if self.is_known(caller.browser, email):
            known = self._hash("browser", account, caller.browser or "")
            taken = Try(known, known)
        else:
            taken = Try(self._hash("account", account), self._hash("network", _network(caller.network)))
        values = {
            "account": taken.account,
            "network": taken.network,
            "free_tries": FREE_TRIES,
            "first_wait": FIRST_WAIT,
            "longest_wait": LONGEST_WAIT,
            "remembered": REMEMBERED,
            "network_tries": NETWORK_TRIES,
            "network_window": NETWORK_WINDOW,
        }
        with self._engine.connect() as connection:
            wait = connection.scalar(_TAKE, values)
        if wait is not None:
            raise Throttled(max(1, math.ceil(wait)))
        return taken

    def give_back(self, taken: Try) -> None:
        """Forget the tries of an account that was signed in to, and the one that its network spent on it."""
        with self._engine.connect() as connection:
            connection.execute(_GIVE_BACK, {"account": taken.account, "network": taken.network})

    def mark(self, email: str) -> str:
        """A mark by which a browser is known again as one in which this address was signed in to."""
        nonce = new_secret()
        return f"{nonce}.{self._mac('mark', nonce, _folded(email)).hex()}"

    def is_known(self, browser: str | None, email: str) -> bool:
        """Whether a mark was made here, for this address."""
        nonce, _, mac = (browser or "").partition(".")
        return hmac.compare_digest(self._mac("mark", nonce, _folded(email)).hex().encode(), mac.encode())

    def _mac(self, *parts: str) -> bytes:
        return hmac.new(self._key, "\0".join(parts).encode("utf-8", "replace"), hashlib.sha256).digest()

    def _hash(self, *parts: str) -> UUID:
        return UUID(bytes=self._mac(*parts)[:16])


def _folded(email: str) -> str:
    """An address as it is counted: every spelling that the database could take for the same one is one."""
    # Accents go too, because lower case turns some letters with a mark into plain ones, in one library and not another.
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", email.strip()).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _network(address: str | None) -> str:
    """The network an address belongs to: IPv4 as it is, IPv6 by its first 64 bits."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ip_network((found, IPV6_PREFIX), strict=False))
    return str(found)
