"""Decides whether a bundle of a plan is what an installation of Concord signed: it is made again, and compared.

The program in the bundle (portal/plans/data/verify_plan.py) answers the same with code of its own, because it stands
alone; a test holds the two to the same answers. Neither needs a database, settings or a network.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.attestation import PublicKey, read_note, read_public_key, write_note
from portal.audit.lines import moment
from portal.plans.bundle import (
    ATTESTATION,
    ATTESTED,
    KEY,
    MEMBERS,
    PLAN,
    SIGNATURES,
    Frozen,
    Signed,
    attestation,
    signatures,
)
from portal.plans.document import AgencyKey, canonical, leaves_of
from portal.plans.models import SignatureMethod
from portal.plans.packing import NotPacked, members_of, pack
from portal.plans.states import PlanVersionState

# Far more than any member is.
LARGEST = 50_000_000
_MEMBER = re.compile(r"^member (\S+) ([0-9a-f]{64})$", re.MULTILINE)


class BundleRefused(ValueError):
    """A bundle is not one that this key signed, as it was signed; the message says what is wrong."""


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What a bundle says, now that it holds."""

    version: Frozen
    # By name: parties that must sign and have not.
    missing: tuple[str, ...]
    key: PublicKey

    def sentences(self) -> list[str]:
        """The same for people, as a terminal shows it."""
        document = self.version.document
        names = {party.agency: party.name for party in document.parties}
        said = [f"{document.reference} version {document.number}: {document.title}"]
        said.append(f"SHA-256 of the plan: {self.version.content_hash}")
        for each in self.version.signatures:
            who = ", ".join(filter(None, (names[each.agency], each.person)))
            said.append(f"Signed by {who}, {moment(each.signed_at)}, {each.method}")
        waits = f"Not agreed yet: {', '.join(self.missing)} did not sign."
        said.append(waits if self.missing else "Every required party signed it.")
        said.append(f"Signed with the key {self.key}")
        return [_plain(sentence) for sentence in said]


def verify(raw: bytes, trusted: PublicKey | None) -> Verified:
    """Take a bundle and the public key that its installation publishes, and give what it says; raises BundleRefused.

    Without a key the one inside is believed: then the bundle is whole, and who made it is not known.
    """
    try:
        return _verified(raw, trusted)
    except BundleRefused:
        raise
    except Exception:  # noqa: BLE001  whatever its bytes break here, it is none
        raise BundleRefused("This is no bundle of a plan as Concord makes it.") from None


def _verified(raw: bytes, trusted: PublicKey | None) -> Verified:
    found = _unpacked(raw)
    key = trusted or read_public_key(found[KEY].decode())
    note = found[ATTESTATION].decode()
    text, (_, _, signature) = read_note(note)
    if not key.verifies(signature, text.encode()):
        raise BundleRefused("The attestation was changed, or another key signed it.")
    _refuse_changed(found, dict(_MEMBER.findall(text)))
    version = _version(found[PLAN], json.loads(found[SIGNATURES]))
    missing = _missing(version)
    # Made again from what was read, each of these is what it was, to the byte, or something in it says more.
    made = {PLAN: canonical(version.document), SIGNATURES: signatures(version), KEY: f"{key}\n".encode()}
    made[ATTESTATION] = write_note(attestation(version, found), key, signature).encode()
    for name, data in made.items():
        if found[name] != data:
            raise BundleRefused(f"{name} is not as Concord writes it.")
    if pack(found) != raw:
        raise BundleRefused("Its members are whole, and the file around them was changed.")
    return Verified(version=version, missing=missing, key=key)


def _unpacked(raw: bytes) -> dict[str, bytes]:
    try:
        return members_of(raw, MEMBERS)
    except NotPacked:
        # Some other program packed it, which is refused in the end; what was changed inside can still be named.
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            return {name: packed.open(name).read(LARGEST) for name in MEMBERS}


def _refuse_changed(found: Mapping[str, bytes], attested: Mapping[str, str]) -> None:
    """Raise BundleRefused that names the members that were changed, and of the plan the places."""
    changed = [name for name in ATTESTED if attested.get(name) != hashlib.sha256(found[name]).hexdigest()]
    if PLAN in changed and SIGNATURES not in changed:
        raise BundleRefused(f"{PLAN} was changed{_places(found[PLAN], json.loads(found[SIGNATURES]))}.")
    if changed:
        raise BundleRefused(f"{', '.join(changed)} was changed.")


def _places(content: bytes, signed: Mapping[str, Any]) -> str:
    listed = {leaf["name"]: leaf["hash"] for leaf in signed["leaves"]}
    try:
        here = {leaf.name: leaf.hash for leaf in leaves_of(json.loads(content))}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ", and is no plan any more"
    differ = [name for name in {**listed, **here} if listed.get(name) != here.get(name)]
    return _plain(f": {', '.join(differ) or 'the way it is written'}")


def _plain(sentence: str) -> str:
    """The same without any character that a terminal would act upon."""
    return "".join(letter if letter.isprintable() else "?" for letter in sentence)


def _version(content: bytes, signed: Mapping[str, Any]) -> Frozen:
    return Frozen(
        content=content,
        state=PlanVersionState(signed["state"]),
        signatures=tuple(
            Signed(
                agency=AgencyKey(**each["agency"] | {"active_from": date.fromisoformat(each["agency"]["active_from"])}),
                person=each["person"],
                role=each["role"],
                method=SignatureMethod(each["method"]),
                content_hash=each["content_hash"],
                signed_at=datetime.fromisoformat(each["signed_at"]),
            )
            for each in signed["signatures"]
        ),
    )


def _missing(version: Frozen) -> tuple[str, ...]:
    """Who must still sign; raises BundleRefused when the signatures are not what makes its state."""
    signers = [each.agency for each in version.signatures]
    parties = version.document.parties
    if len(set(signers)) != len(signers) or not set(signers) <= {party.agency for party in parties}:
        raise BundleRefused("Who signed is no party, or signed twice.")
    if any(each.content_hash != version.content_hash for each in version.signatures):
        raise BundleRefused("A signature is over other bytes.")
    missing = tuple(party.name for party in parties if party.required and party.agency not in signers)
    if version.state is not (PlanVersionState.SIGNING if missing else PlanVersionState.AGREED):
        raise BundleRefused("Its state is not what its signatures make it.")
    return missing
