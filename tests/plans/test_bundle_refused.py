"""A bundle is refused by both verifiers for any byte that changed, whoever packed or attested it again."""

import base64
import io
import os
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from click.testing import CliRunner

from portal.operations.commands import verify_plan as command
from portal.operations.verify_plan import verify
from portal.plans.bundle import ATTESTATION, ATTESTED, MEMBERS
from portal.plans.packing import members_of
from tests.plans.bundles import again, bundle, packed, refusals, refused, script, told
from tests.plans.papers import OTHER_SECRET, SECRET, agency, document, frozen, press

Much = Callable[[int, int], int]


def positions(seed: int, count: int) -> Iterator[int]:
    """Places in the bundle: anywhere, and as often in what is small, headers and attestation among it."""
    random_numbers, raw = random.Random(seed), bundle()  # noqa: S311
    spans, at = [(0, len(raw))], 0
    for name, data in members_of(raw, MEMBERS).items():
        begins = at + 30 + len(name)
        spans += [(at, begins), (begins, begins + len(data))]
        at = begins + len(data)
    spans.append((at, len(raw)))
    for number in range(count):
        yield random_numbers.randrange(*spans[number % len(spans)])


def test_any_altered_byte_is_refused_by_both(much: Much) -> None:
    raw, numbers = bundle(), random.Random(29)  # noqa: S311
    for at in positions(3, much(60, 1000)):
        changed = bytearray(raw)
        changed[at] ^= numbers.randrange(1, 256)
        refused(bytes(changed))


def test_a_cut_end_and_anything_added_are_refused() -> None:
    raw = bundle()
    for cut in (0, 1, 29, 1000, len(raw) // 2, len(raw) - 23, len(raw) - 22, len(raw) - 1):
        refused(raw[:cut])
    for added in (raw + b"\0", b"\0" + raw, raw + b"PK\5\6", raw + raw):
        refused(added)
    comment = raw[:-2] + b"\5\0hello"
    assert zipfile.ZipFile(io.BytesIO(comment)).comment == b"hello"
    refused(comment)


def test_a_bundle_packed_by_another_program_is_refused() -> None:
    members = members_of(bundle(), MEMBERS)
    assert "file around them" in refused(packed(members, zipfile.ZIP_DEFLATED))
    assert "file around them" in refused(packed(members | {"more.txt": b""}, zipfile.ZIP_STORED))
    assert "file around them" in refused(packed(dict(reversed(members.items())), zipfile.ZIP_STORED))
    refused(packed({name: members[name] for name in MEMBERS[1:]}, zipfile.ZIP_STORED))


@pytest.mark.parametrize("name", ATTESTED)
def test_a_member_of_another_bundle_is_refused_and_named(name: str) -> None:
    other = document(title="Another plan", number=4)
    others = members_of(press(OTHER_SECRET).bundle(frozen(other, signers=("POL",))), MEMBERS)
    others["verify_plan.py"] = b"print('It is fine.')\n"
    assert name in refusals(again({name: others[name]}), str(press().key))[0]
    refusals(again({name: others[name]}), None)


def test_the_attestation_of_another_bundle_is_refused() -> None:
    others = members_of(press().bundle(frozen(document(number=4))), MEMBERS)
    refused(again({ATTESTATION: others[ATTESTATION]}))


def test_the_key_of_another_installation_is_refused() -> None:
    forged = press(OTHER_SECRET).bundle(frozen())
    assert refusals(forged, str(press().key)) == ("The attestation was changed, or another key signed it.",) * 2
    # Whole in itself: only the published key tells, and both say so.
    assert "Compare it with the published key" in script().verify(forged)[-1]
    assert verify(forged, None).key == press(OTHER_SECRET).key


def test_signatures_replaced_by_whoever_has_no_key_are_refused() -> None:
    fewer, more = told("signatures.json"), told("signatures.json", bundle("POL"))
    fewer["signatures"].pop()
    more["signatures"] = told("signatures.json")["signatures"]
    for signed in (fewer, more, {"signatures": []}, []):
        assert "signatures.json was changed" in refused(again({"signatures.json": rfc8785.dumps(signed)}))


def test_even_the_key_attests_nothing_that_does_not_hold_together() -> None:
    signed = told("signatures.json")
    wrong: list[dict[str, Any]] = [
        signed | {"signatures": signed["signatures"][:1]},
        signed | {"signatures": signed["signatures"][:1] * 2},
        signed | {"signatures": [*signed["signatures"], of_nobody(signed)]},
        signed | {"signatures": [each | {"content_hash": "0" * 64} for each in signed["signatures"]]},
        signed | {"content_hash": "0" * 64},
        signed | {"merkle_root": "0" * 64},
        signed | {"leaves": signed["leaves"][:-1]},
        signed | {"number": 4},
        signed | {"state": "SIGNING"},
    ]
    for each in wrong:
        refused(again({"signatures.json": rfc8785.dumps(each)}, secret=SECRET))
    assert verify(again({}, secret=SECRET), press().key).missing == ()


def of_nobody(signed: dict[str, Any]) -> dict[str, Any]:
    """A signature of an agency that is no party."""
    stranger = {"code_list": "CONCORD-DEMO", "code": "NOBODY", "active_from": agency("POL").active_from.isoformat()}
    taken: dict[str, Any] = signed["signatures"][0] | {"agency": stranger}
    return taken


@pytest.mark.parametrize("hostile", [b"", b"PK", b"{}", b"\0" * 5000, b"[" * 5000, os.urandom(5000)])
def test_what_is_no_bundle_is_refused_in_words(hostile: bytes) -> None:
    assert refused(hostile) == "This is no bundle of a plan as Concord makes it."


@pytest.mark.parametrize("written", ["", "x", "a+b+c", "concord-plans+00000000+AAAA", "+" * 500, "é+é+é"])
def test_a_key_that_is_none_verifies_nothing(written: str, tmp_path: Path) -> None:
    (tmp_path / "plan.zip").write_bytes(bundle())
    (tmp_path / "key").write_text(written)
    arguments = [str(tmp_path / "plan.zip"), "--key", str(tmp_path / "key")]
    assert CliRunner().invoke(command, arguments).exit_code == 1
    assert script().main(arguments) == 1


def test_a_signature_of_the_attestation_is_read_in_one_way_only() -> None:
    # Base64 of these lengths has bits to spare: another letter at the end can say the same bytes.
    note = members_of(bundle(), MEMBERS)[ATTESTATION].decode()
    body, last = note.rstrip("\n").rstrip("=")[:-1], note.rstrip("\n").rstrip("=")[-1]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    twin = letters[letters.index(last) ^ 1]
    changed = f"{body}{twin}=\n"
    same = [base64.b64decode(each.split(" ")[-1]) for each in (note, changed)]
    assert same[0] == same[1]
    assert note != changed
    refused(again({ATTESTATION: changed.encode()}))
    refused(again({ATTESTATION: note.encode() + b"\n"}))
