"""Verify a bundle that Concord made of a plan: python verify_plan.py BUNDLE [--key FILE]. Needs `cryptography`.

It asks no network. FILE holds the public key of the installation, from where that publishes it and never out of the
bundle. It ends with 0 when the bundle is whole and signed with that key, with 1 when it is refused, with 2 when nothing
can be read, and with 3 when it is whole and no key was given. Every byte counts: the file is packed again from its
members, and compared.
"""

import base64
import hashlib
import io
import json
import re
import struct
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HASHED = ("README.txt", "plan.pdf", "plan.json", "signatures.json", "key.txt", "verify_plan.py")
MEMBERS = (*HASHED, "attestation.txt")
IN_A_SCHEME = ("contributions", "clauses", "milestones", "measures")
ELSEWHERE = ("starts_on", "ends_on", "parties", "clauses", "schemes", "standards", "evidence", "template")
AGENCY = ("code_list", "code", "active_from")
SAID = {"agency", "person", "role", "method", "content_hash", "signed_at"}
LARGEST = 50_000_000


class Refused(Exception):
    """The bundle is not one that this key signed, as it was signed; the message says what is wrong."""


def verify(raw: bytes, trusted: str | None = None) -> list[str]:
    """What a bundle says, sentence by sentence; `trusted` is a public key as name+hash+key. Raises Refused."""
    try:
        return _verified(raw, trusted)
    except Refused:
        raise
    except Exception:  # noqa: BLE001  whatever its bytes break here, it is none
        raise Refused("This is no bundle of a plan as Concord makes it.") from None


def _verified(raw: bytes, trusted: str | None) -> list[str]:
    found = _unpack(raw)
    text, _, ending = found["attestation.txt"].decode().partition("\n\n— ")
    key = found["key.txt"].decode().removesuffix("\n") if trusted is None else trusted
    name, _, encoded = key.split("+", 2)
    public, signature = b"\1" + base64.b64decode(encoded)[1:], base64.b64decode(ending.split(" ")[1])[4:]
    try:
        Ed25519PublicKey.from_public_bytes(public[1:]).verify(signature, f"{text}\n".encode())
    except InvalidSignature:
        raise Refused("The attestation was changed, or another key signed it.") from None
    number = sha256(name.encode() + b"\n" + public)[:8]
    _need(key == f"{name}+{number}+{base64.b64encode(public).decode()}", "The key is not written as Concord writes it.")
    signed = base64.b64encode(bytes.fromhex(number) + signature).decode()
    _need(found["attestation.txt"].decode() == f"{text}\n\n— {name} {signed}\n", "The attestation was changed.")
    _need_attested(found, dict(re.findall(r"^member (\S+) ([0-9a-f]{64})$", text, re.MULTILINE)))
    _need(found["key.txt"].decode() == f"{key}\n", "key.txt holds another key than the one that signed.")
    said = _what_it_says(found, text)
    _need(pack(found) == raw, "Its members are whole, and the file around them was changed.")
    without = "Compare it with the published key: only that shows who signed."
    said += [f"Signed with the key {key}", without if trusted is None else "It is the key you gave."]
    return [_plain(sentence) for sentence in said]


def _plain(sentence: str) -> str:
    """The same without any character that a terminal would act upon."""
    return "".join(letter if letter.isprintable() else "?" for letter in sentence)


def _need(holds: bool, otherwise: str) -> None:  # noqa: FBT001
    if not holds:
        raise Refused(otherwise)


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def pack(members: dict[str, bytes]) -> bytes:
    """A ZIP of members, not compressed and of one fixed time; written out, so that no release of Python changes it."""
    files, directory, count = b"", b"", len(members)
    for name, data in members.items():
        said = struct.pack("<5H3I2H", 20, 0, 0, 0, 33, zlib.crc32(data), len(data), len(data), len(name), 0)
        place = struct.pack("<3H2I", 0, 0, 0, 0o100644 << 16, len(files))
        directory += b"PK\1\2" + struct.pack("<H", 788) + said + place + name.encode()
        files += b"PK\3\4" + said + name.encode() + data
    return files + directory + b"PK\5\6" + struct.pack("<4H2IH", 0, 0, count, count, len(directory), len(files), 0)


def _unpack(raw: bytes) -> dict[str, bytes]:
    found, at = {}, 0
    for name in MEMBERS:
        begins = at + 30 + len(name)
        if raw[at + 30 : begins] == name.encode():
            at = begins + int.from_bytes(raw[at + 22 : at + 26], "little")
            found[name] = raw[begins:at]
    if len(found) < len(MEMBERS):
        # Some other program packed it, which is refused in the end; what was changed inside can still be named.
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            found = {name: packed.open(name).read(LARGEST) for name in MEMBERS}
    return found


def _need_attested(found: dict[str, bytes], attested: dict[str, str]) -> None:
    """Raise Refused that names the member that was changed, and of the plan the place."""
    changed = [name for name in HASHED if attested[name] != sha256(found[name])]
    if "plan.json" in changed and "signatures.json" not in changed:
        listed = {leaf["name"]: leaf["hash"] for leaf in json.loads(found["signatures.json"])["leaves"]}
        try:
            here = leaves_of(json.loads(found["plan.json"]))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise Refused("plan.json was changed, and is no plan any more.") from None
        places = [name for name in {**listed, **here} if listed.get(name) != here.get(name)]
        raise Refused(_plain(f"plan.json was changed: {', '.join(places) or 'the way it is written'}."))
    _need(not changed, f"{', '.join(changed)} was changed.")


def leaves_of(plan: dict[str, Any]) -> dict[str, str]:
    """The places of a plan by name, each with its hash, in their order (portal/plans/document/leaves.py)."""
    places = [("plan", _without(plan, ELSEWHERE)), ("period", {name: plan[name] for name in ELSEWHERE[:2]})]
    places += [("parties", plan["parties"])]
    places += [(f"clause G{at}", clause) for at, clause in enumerate(plan["clauses"], start=1)]
    for at, scheme in enumerate(plan["schemes"], start=1):
        places += [(f"scheme {at}", _without(scheme, IN_A_SCHEME)), (f"scheme {at} money", scheme["contributions"])]
        places += [(f"scheme {at} clause {at}.{n}", clause) for n, clause in enumerate(scheme["clauses"], start=1)]
        places += [(f"scheme {at} {name}", scheme[name]) for name in IN_A_SCHEME[2:]]
    places += [("standards", {"template": plan["template"], "lines": plan["standards"]})]
    places += [(f"evidence {at}", evidence) for at, evidence in enumerate(plan["evidence"], start=1)]
    return {name: sha256(b"\0" + _canonical({"name": name, "content": content})) for name, content in places}


def _canonical(value: Any) -> bytes:
    """RFC 8785 of what a plan holds: ASCII names, and texts, whole numbers, yes, no and nothing as values."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _without(whole: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if name not in names}


def merkle_root(hashes: list[str]) -> str:
    """The root over the hashes of leaves (RFC 6962, section 2.1)."""
    level = [bytes.fromhex(each) for each in hashes]
    while len(level) > 1:
        pairs = [bytes.fromhex(sha256(b"\1" + b"".join(level[at : at + 2]))) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0].hex()


def _what_it_says(found: dict[str, bytes], text: str) -> list[str]:
    """Sentences about the plan and who signed it, once the attestation, the plan and the signatures agree."""
    plan, content = json.loads(found["plan.json"]), sha256(found["plan.json"])
    signatures, leaves = json.loads(found["signatures.json"])["signatures"], leaves_of(plan)
    names = {_agency(party): party["name"] for party in plan["parties"]}
    required = [party for party in plan["parties"] if party["required"]]
    signers = [_agency(each["agency"]) for each in signatures]
    _need(_canonical(plan) == found["plan.json"], "plan.json is not written as Concord writes it.")
    known = (each.keys() == SAID and each["agency"].keys() == {*AGENCY} for each in signatures)
    _need(all(known), "Of a signature more is said than belongs there.")
    _need(len({*signers}) == len(signers) and {*signers} <= {*names}, "Who signed is no party, or signed twice.")
    _need(all(each["content_hash"] == content for each in signatures), "A signature is over other bytes.")
    missing = [party["name"] for party in required if _agency(party) not in signers]
    signed = {
        "format": "concord-plan-signatures/1",
        "reference": plan["reference"],
        "number": plan["number"],
        "state": "SIGNING" if missing else "AGREED",
        "content_hash": content,
        "merkle_root": merkle_root(list(leaves.values())),
        "leaves": [{"name": name, "hash": hashed} for name, hashed in leaves.items()],
        "required": [{name: party[name] for name in AGENCY} for party in required],
        "signatures": signatures,
    }
    _need(_canonical(signed) == found["signatures.json"], "signatures.json does not follow from the plan.")
    named = f"{plan['reference']} version {plan['number']}"
    head = f"concord plan bundle\nplan {named}\nstate {signed['state']}\ncontent {content}"
    members = "".join(f"\nmember {name} {sha256(found[name])}" for name in HASHED)
    _need(text == head + members, "The attestation is of another plan.")
    said = [f"{named}: {plan['title']}", f"SHA-256 of the plan: {content}"]
    for each in signatures:
        who = ", ".join(filter(None, (names[_agency(each["agency"])], each["person"])))
        said.append(f"Signed by {who}, {each['signed_at']}, {each['method']}")
    said.append(f"Not agreed yet: {', '.join(missing)} did not sign." if missing else "Every required party signed it.")
    return said


def _agency(one: dict[str, str]) -> tuple[str, ...]:
    return tuple(one[name] for name in AGENCY)


def main(arguments: list[str]) -> int:
    """Verify the bundle that is named, say what came of it, and give what the program ends with."""
    if len(arguments) not in {1, 3} or arguments[1:2] not in ([], ["--key"]):
        print(__doc__)
        return 2
    try:
        raw = Path(arguments[0]).read_bytes()
        trusted = Path(arguments[2]).read_text(encoding="utf-8").strip() if len(arguments) > 1 else None
        print("\n".join(verify(raw, trusted)))
    except Refused as refused:
        print(f"Refused: {refused}")
        return 1
    except (OSError, UnicodeError) as error:
        print(f"That cannot be read: {error}")
        return 2
    return 3 if trusted is None else 0


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    sys.exit(main(sys.argv[1:]))
