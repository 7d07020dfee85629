"""Decides into which named places a document falls, so that a change is not only noticed but named.

Everything here works on the parsed JSON alone, because who verifies a plan elsewhere has nothing else.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import rfc8785

from portal.audit.merkle import leaf_hash
from portal.audit.merkle import merkle_root as root_over

PERIOD = ("starts_on", "ends_on")
LISTS = ("parties", "clauses", "schemes", "standards", "evidence")
OF_A_SCHEME = ("contributions", "clauses", "milestones", "measures")


class Leaf(NamedTuple):
    """One place of a document by the name people know it by, with the hash of what stands there."""

    name: str
    hash: str


def leaves_of(document: Mapping[str, Any]) -> tuple[Leaf, ...]:
    """Take a document as parsed from its JSON, and give its leaves in their fixed order.

    Every value of the document is under exactly one leaf. A leaf hashes its name with its content, so that no place can
    pass for another.
    """
    return tuple(Leaf(name, _hash(name, content)) for name, content in _places(document))


def merkle_root(leaves: Sequence[Leaf]) -> str:
    """The root over the leaves of a document (RFC 6962, section 2.1), in hexadecimal."""
    return root_over([bytes.fromhex(leaf.hash) for leaf in leaves]).hex()


def sha256_of(value: Any) -> str:
    """The SHA-256 of a plain value in canonical JSON (RFC 8785), in hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()


def _hash(name: str, content: Any) -> str:
    return leaf_hash(rfc8785.dumps({"name": name, "content": content})).hex()


def _places(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    # Whatever is in no other place is in this one, so that nothing can be added outside every leaf.
    yield "plan", _without(document, *PERIOD, *LISTS, "template")
    yield "period", {name: document[name] for name in PERIOD}
    yield "parties", document["parties"]
    for at, clause in enumerate(document["clauses"], start=1):
        yield f"clause G{at}", clause
    for at, scheme in enumerate(document["schemes"], start=1):
        yield from _places_of_a_scheme(f"scheme {at}", at, scheme)
    yield "standards", {"template": document["template"], "lines": document["standards"]}
    for at, evidence in enumerate(document["evidence"], start=1):
        yield f"evidence {at}", evidence


def _places_of_a_scheme(name: str, at: int, scheme: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield name, _without(scheme, *OF_A_SCHEME)
    yield f"{name} money", scheme["contributions"]
    for number, clause in enumerate(scheme["clauses"], start=1):
        yield f"{name} clause {at}.{number}", clause
    yield f"{name} milestones", scheme["milestones"]
    yield f"{name} measures", scheme["measures"]


def _without(whole: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if name not in names}
