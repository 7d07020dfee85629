"""Decides what leaves the portal of a plan: one file that shows, without this portal, who signed which bytes.

Its members are the plan's canonical bytes as they were frozen, who signed them, the plan as PDF, the public key, the
program that verifies all of it, and words for people. The installation attests the hashes of all of them in a signed
note. The same version gives the same bytes, however often it is taken out.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import rfc8785

from portal.attestation import SigningKey, write_note
from portal.audit.lines import moment
from portal.plans.document import AgencyKey, PlanDocument, content_hash, document_of, leaves_of, merkle_root
from portal.plans.models import SignatureMethod
from portal.plans.packing import pack
from portal.plans.states import PlanVersionState

PURPOSE = "plans"
VERIFIER = Path(__file__).parent / "data" / "verify_plan.py"
WORDS = Path(__file__).parent / "data" / "bundle_readme.txt"
FORMAT = "concord-plan-signatures/1"
README, PAPER, PLAN, SIGNATURES, KEY = "README.txt", "plan.pdf", "plan.json", "signatures.json", "key.txt"
ATTESTATION = "attestation.txt"
ATTESTED = (README, PAPER, PLAN, SIGNATURES, KEY, VERIFIER.name)
MEMBERS = (*ATTESTED, ATTESTATION)
# A version that nobody can sign is nothing to show to others.
BUNDLED = frozenset({PlanVersionState.SIGNING, PlanVersionState.AGREED})
STANDS = {
    PlanVersionState.SIGNING: "It is open for signing and not agreed: signatures.json says who has signed so far.",
    PlanVersionState.AGREED: "It is agreed: every party whose signature it needs signed the very same bytes.",
}
# What was printed last is mostly what is asked for next: everybody takes out the version that was just agreed.
KEPT = 8


@dataclass(frozen=True, kw_only=True)
class Signed:
    """One signature as a bundle tells of it; the person is told to parties only."""

    agency: AgencyKey
    person: str | None
    role: str
    method: SignatureMethod
    content_hash: str
    signed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """A version whose bytes stand, with who signed them: all that a bundle is made of."""

    content: bytes
    state: PlanVersionState
    signatures: tuple[Signed, ...]
    # When it came to stand as it does, where it is to be printed: what the PDF is dated with.
    since: datetime | None = None
    # Whether its agencies and figures are invented.
    demo: bool = False

    @property
    def document(self) -> PlanDocument:
        """What the bytes say."""
        return document_of(self.content)

    @property
    def content_hash(self) -> str:
        """What was signed."""
        return content_hash(self.content)


class Press:
    """What an installation makes bundles with: its key for plans, and what prints a plan as PDF.

    `print_plan` gives the same bytes for the same version. Printing is the work here, so what was printed is kept.
    """

    def __init__(self, key: SigningKey, print_plan: Callable[[Frozen], bytes]) -> None:
        self._key = key
        self.key = key.public
        self.paper = lru_cache(maxsize=KEPT)(print_plan)

    def bundle(self, version: Frozen) -> bytes:
        """The bundle of a version that is open for signing or agreed."""
        assert version.state in BUNDLED
        members = {
            README: readme(version),
            PAPER: self.paper(version),
            PLAN: version.content,
            SIGNATURES: signatures(version),
            KEY: f"{self.key}\n".encode(),
            VERIFIER.name: VERIFIER.read_bytes(),
        }
        attested = attestation(version, members)
        note = write_note(attested, self.key, self._key.sign(attested.encode()))
        return pack(members | {ATTESTATION: note.encode()})


def plans_key(secret: str) -> SigningKey:
    """The key that signs bundles, of an installation with this secret."""
    return SigningKey(secret, purpose=PURPOSE)


def attestation(version: Frozen, members: Mapping[str, bytes]) -> str:
    """What the installation signs of a bundle: which version in which state, and the hash of every other member."""
    document = version.document
    lines = [
        "concord plan bundle",
        f"plan {document.reference} version {document.number}",
        f"state {version.state}",
        f"content {version.content_hash}",
        *(f"member {name} {hashlib.sha256(members[name]).hexdigest()}" for name in ATTESTED),
    ]
    return "".join(f"{line}\n" for line in lines)


def signatures(version: Frozen) -> bytes:
    """Who signed which bytes, and the leaves by which a changed place of those bytes is named, as canonical JSON."""
    document, leaves = version.document, leaves_of(json.loads(version.content))
    said: dict[str, Any] = {
        "format": FORMAT,
        "reference": document.reference,
        "number": document.number,
        "state": str(version.state),
        "content_hash": version.content_hash,
        "merkle_root": merkle_root(leaves),
        "leaves": [leaf._asdict() for leaf in leaves],
        "required": [_agency(party.agency) for party in document.parties if party.required],
        "signatures": [
            {
                "agency": _agency(each.agency),
                "person": each.person,
                "role": each.role,
                "method": str(each.method),
                "content_hash": each.content_hash,
                "signed_at": moment(each.signed_at),
            }
            for each in sorted(version.signatures, key=lambda each: each.agency)
        ],
    }
    return rfc8785.dumps(said)


def readme(version: Frozen) -> bytes:
    """Words for whoever gets the bundle without knowing what it is."""
    document = version.document
    return (
        WORDS.read_text(encoding="utf-8")
        .format(
            reference=document.reference,
            number=document.number,
            title=document.title,
            stands=STANDS[version.state],
            content_hash=version.content_hash,
        )
        .encode()
    )


def _agency(key: AgencyKey) -> dict[str, str]:
    return {"code_list": key.code_list, "code": key.code, "active_from": key.active_from.isoformat()}
