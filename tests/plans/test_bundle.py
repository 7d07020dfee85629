"""A bundle of a plan: the same bytes each time, verified without the portal, and refused for any byte that changed."""

import base64
import hashlib
import importlib.util
import io
import json
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import rfc8785
from click.testing import CliRunner
from hypothesis import given, settings

from portal.attestation import write_note
from portal.operations.commands import verify_plan as command
from portal.operations.verify_plan import BundleRefused, verify
from portal.plans.bundle import ATTESTATION, ATTESTED, MEMBERS, VERIFIER, Frozen, attestation, plans_key
from portal.plans.document import PlanDocument, canonical, leaves_of, merkle_root
from portal.plans.packing import members_of, pack
from portal.plans.states import PlanVersionState
from tests.plans.documents import DOCUMENTS
from tests.plans.papers import OTHER_SECRET, SECRET, agency, clause, document, frozen, press, scheme

Much = Callable[[int, int], int]


@cache
def bundle(*signers: str) -> bytes:
    """A bundle of the plan as these agencies signed it; as all that must, when none is named."""
    return press().bundle(frozen(signers=signers) if signers else frozen())


@cache
def script() -> ModuleType:
    """The program of the bundle, as a module, so that a thousand tries do not start a thousand processes."""
    specification = importlib.util.spec_from_file_location("stand_alone", VERIFIER)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def refusals(raw: bytes, key: str | None) -> tuple[str, str]:
    """What each of the two says of bytes that must be refused."""
    trusted = None if key is None else press().key
    assert key in {None, str(trusted)}
    with pytest.raises(BundleRefused) as ours:
        verify(raw, trusted)
    with pytest.raises(script().Refused) as theirs:
        script().verify(raw, key)
    return str(ours.value), str(theirs.value)


def refused(raw: bytes) -> str:
    """Both refuse it, with the key and without one; what the command says of it, with the key."""
    refusals(raw, None)
    ours, theirs = refusals(raw, str(press().key))
    assert ("plan.json was changed" in ours) == ("plan.json was changed" in theirs), (ours, theirs)
    if "plan.json was changed" in ours:
        assert ours == theirs
    return ours


def again(changed: Mapping[str, bytes], *, secret: str | None = None) -> bytes:
    """The bundle with other members, attested anew by whoever has a secret, or as it was attested."""
    members = members_of(bundle(), MEMBERS) | dict(changed)
    if secret is not None:
        key = plans_key(secret)
        members["key.txt"] = f"{key.public}\n".encode()
        said = attestation(frozen(), members)
        members[ATTESTATION] = write_note(said, key.public, key.sign(said.encode())).encode()
    return pack(members)


def told(text: str, raw: bytes | None = None) -> dict[str, Any]:
    """A member of the bundle, parsed."""
    parsed: dict[str, Any] = json.loads(members_of(raw or bundle(), MEMBERS)[text])
    return parsed


def test_the_same_version_is_the_same_bytes_wherever_it_is_taken_out() -> None:
    program = (
        "import sys; from tests.plans.papers import frozen, press; sys.stdout.buffer.write(press().bundle(frozen()))"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}, check=True,
        capture_output=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert elsewhere.stdout == bundle()


def test_who_signed_first_changes_nothing_and_another_version_does() -> None:
    version = frozen()
    turned = replace(version, signatures=tuple(reversed(version.signatures)))
    assert press().bundle(turned) == press().bundle(version) == bundle()
    assert press().bundle(frozen(document(number=4))) != bundle()


def test_every_program_for_zip_files_opens_it_and_the_standard_library_writes_the_same() -> None:
    with zipfile.ZipFile(io.BytesIO(bundle())) as packed:
        assert packed.testzip() is None
        assert tuple(packed.namelist()) == MEMBERS
        members = {name: packed.read(name) for name in MEMBERS}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as anew:
        for name, data in members.items():
            about = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            about.create_system, about.external_attr = 3, 0o100644 << 16
            anew.writestr(about, data)
    assert written.getvalue() == bundle()
    assert script().pack(members) == bundle()


def test_it_holds_the_plan_as_it_was_frozen_and_who_signed_it() -> None:
    members, version = members_of(bundle(), MEMBERS), frozen()
    assert members["plan.json"] == version.content
    signed = told("signatures.json")
    assert (signed["state"], signed["content_hash"]) == ("AGREED", hashlib.sha256(version.content).hexdigest())
    assert [(each["agency"]["code"], each["person"], each["method"]) for each in signed["signatures"]] == [
        ("LA", "Quinn Haverstock", "PASSWORD"),
        ("POL", "Ch Supt Ellis Marchetti", "PASSWORD"),
    ]
    assert [each["code"] for each in signed["required"]] == ["LA", "POL"]
    assert signed["merkle_root"] == merkle_root(leaves_of(json.loads(version.content)))
    assert members["verify_plan.py"] == VERIFIER.read_bytes()
    assert version.content_hash in members["README.txt"].decode()
    assert "binding" not in members["README.txt"].decode().lower()


def test_it_verifies_offline_with_the_program_in_it_and_nothing_but_cryptography(tmp_path: Path) -> None:
    made = members_of(bundle(), MEMBERS)
    for name, data in {"plan.zip": bundle(), "verify_plan.py": made["verify_plan.py"], "key": made["key.txt"]}.items():
        (tmp_path / name).write_bytes(data)
    # What the program can import is cryptography with what that needs, and the standard library.
    alone = tmp_path / "alone"
    alone.mkdir()
    for package in ("cryptography", "cffi", "_cffi_backend", "pycparser", "typing_extensions"):
        found = importlib.util.find_spec(package)
        if found is not None and found.origin is not None:
            here = Path(found.origin).parent if found.submodule_search_locations else Path(found.origin)
            (alone / here.name).symlink_to(here)
    opened = subprocess.run(
        [sys.executable, "-S", "-P", "verify_plan.py", "plan.zip", "--key", "key"], env={"PYTHONPATH": str(alone)},
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (opened.returncode, opened.stderr) == (0, "")
    assert "Every required party signed it." in opened.stdout
    assert opened.stdout.rstrip().endswith("It is the key you gave.")
    (tmp_path / "plan.zip").write_bytes(bundle().replace(b"08:00", b"07:00"))
    changed = subprocess.run(
        [sys.executable, "-S", "-P", "verify_plan.py", "plan.zip", "--key", "key"], env={"PYTHONPATH": str(alone)},
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert changed.returncode == 1
    assert changed.stdout == "Refused: plan.json was changed: scheme 1 clause 1.1, scheme 2 clause 2.1.\n"


def test_without_a_key_it_is_whole_and_says_what_is_still_to_be_compared(tmp_path: Path) -> None:
    file, key = tmp_path / "plan.zip", tmp_path / "key.txt"
    file.write_bytes(bundle())
    key.write_text(f"{press().key}\n")
    without, with_key = (
        CliRunner().invoke(command, [str(file)]),
        CliRunner().invoke(command, [str(file), "--key", str(key)]),
    )
    assert (without.exit_code, with_key.exit_code) == (3, 0)
    assert str(press().key) in without.output
    assert "No key was given" in without.output
    assert "No key was given" not in with_key.output
    assert script().main([str(file)]) == 3
    assert script().main([str(file), "--key", str(key)]) == 0


def test_the_two_say_the_same_of_a_bundle(capsys: pytest.CaptureFixture[str]) -> None:
    for raw in (bundle(), bundle("POL"), bundle("POL", "PCT")):
        ours, theirs = verify(raw, press().key).sentences(), script().verify(raw, str(press().key))
        assert theirs[:-1] == ours
    assert capsys.readouterr().out == ""


def test_a_version_open_for_signing_says_who_has_not_signed() -> None:
    assert told("signatures.json", bundle("POL"))["state"] == "SIGNING"
    assert "Not agreed yet: Severnshire County Council did not sign." in script().verify(bundle("POL"))
    assert "Every required party signed it." in script().verify(bundle())


def test_what_anybody_reads_names_no_person() -> None:
    version = frozen()
    public = replace(version, signatures=tuple(replace(each, person=None) for each in version.signatures))
    raw = press().bundle(public)
    assert verify(raw, press().key).missing == ()
    for name in ("Quinn", "Marchetti"):
        assert name.encode() not in members_of(raw, MEMBERS)["signatures.json"]
        assert name not in " ".join(script().verify(raw))


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


def packed(members: Mapping[str, bytes], method: int) -> bytes:
    """Members as an ordinary program packs them."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as anew:
        for name, data in members.items():
            anew.writestr(name, data)
    return written.getvalue()


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


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("A team of 4 works", "A team of 9 works", "scheme 1 clause 1.1"),
        ("40000.50", "10000.50", "scheme 1 money, scheme 2 money"),
        ("Liaison team 2", "Liaison team 7", "scheme 2"),
        ("2030-03-31", "2031-03-31", "period"),
        ("Nothing else is.", "Nothing else was", "clause G1"),
        ("Diversion in Severnshire", "Diversion in Newchester.", "plan"),
        ("A survey, 2026", "A survey, 2025", "evidence 1"),
        ("Officers are trained.", "Officers were trained", "standards"),
        ("900.00", "100.00", "scheme 1 measures, scheme 2 measures"),
        ("2027-09-01", "2028-09-01", "scheme 1 milestones, scheme 2 milestones"),
        ("Severnshire PCT", "Newchester PCT.", "parties"),
    ],
)
def test_the_place_that_was_changed_is_named(before: str, after: str, place: str) -> None:
    content = members_of(bundle(), MEMBERS)["plan.json"].decode()
    assert before in content
    changed = content.replace(before, after).encode()
    sentence = f"plan.json was changed: {place}."
    # In the file itself, byte for byte, and packed again by hand.
    assert refused(again({"plan.json": changed})) == sentence
    members = members_of(bundle(), MEMBERS) | {"plan.json": changed}
    assert refused(packed(members, zipfile.ZIP_DEFLATED)) == sentence
    if len(changed) == len(content.encode()):
        assert refused(bundle().replace(content.encode(), changed)) == sentence


def test_a_clause_that_was_added_or_taken_out_is_named() -> None:
    plan = json.loads(members_of(bundle(), MEMBERS)["plan.json"])
    more = json.loads(json.dumps(plan))
    more["schemes"][1]["clauses"].append(more["schemes"][0]["clauses"][0])
    assert refused(again({"plan.json": rfc8785.dumps(more)})) == "plan.json was changed: scheme 2 clause 2.3."
    del plan["schemes"][0]["clauses"][1]
    assert refused(again({"plan.json": rfc8785.dumps(plan)})) == "plan.json was changed: scheme 1 clause 1.2."
    spaced = json.dumps(json.loads(members_of(bundle(), MEMBERS)["plan.json"]), ensure_ascii=False).encode()
    assert refused(again({"plan.json": spaced})) == "plan.json was changed: the way it is written."
    assert refused(again({"plan.json": b"[" * 100_000})) == "plan.json was changed, and is no plan any more."


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS)
def test_whatever_a_plan_says_has_the_same_leaves_for_both(plan: PlanDocument) -> None:
    parsed = json.loads(canonical(plan))
    theirs = script().leaves_of(parsed)
    assert list(theirs.items()) == [(leaf.name, leaf.hash) for leaf in leaves_of(parsed)]
    assert script().merkle_root(list(theirs.values())) == merkle_root(leaves_of(parsed))


@pytest.mark.parametrize("text", ['\x7f\x01\u2028 \\ " / é 𝄞 \t\r\n', "İı", "﷽ שלום", "\ufeff", "e\u0301"])
def test_words_of_any_script_have_the_same_leaves_for_both(text: str) -> None:
    first = replace(scheme(1), clauses=(clause("1.1", text, text * 50),))
    version = frozen(document(schemes=(first,), title=text, clauses=(), evidence=()))
    parsed = json.loads(version.content)
    assert script().leaves_of(parsed) == {leaf.name: leaf.hash for leaf in leaves_of(parsed)}
    assert verify(press().bundle(version), press().key).missing == ()
    script().verify(press().bundle(version), str(press().key))


def test_a_plan_with_many_schemes_has_the_same_root_for_both() -> None:
    for count in range(1, 9):
        parsed = json.loads(frozen(document(schemes=tuple(scheme(at) for at in range(1, count + 1)))).content)
        ours = leaves_of(parsed)
        assert script().merkle_root(list(script().leaves_of(parsed).values())) == merkle_root(ours)


def test_no_character_of_a_bundle_acts_upon_a_terminal() -> None:
    version = frozen(document(title="\x1b[2J\x07Fine\u202e"))
    raw = press(OTHER_SECRET).bundle(version)
    for sentences in (script().verify(raw), verify(raw, None).sentences()):
        assert not any(letter in sentence for sentence in sentences for letter in "\x1b\x07\u202e\n")


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


def test_what_cannot_be_signed_is_not_bundled() -> None:
    for state in set(PlanVersionState) - {PlanVersionState.SIGNING, PlanVersionState.AGREED}:
        with pytest.raises(AssertionError):
            press().bundle(replace(frozen(), state=state))


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


def test_one_version_is_printed_once_however_often_it_is_taken_out() -> None:
    printed: list[Frozen] = []

    def print_plan(version: Frozen) -> bytes:
        printed.append(version)
        return b"%PDF-"

    made = type(press())(plans_key(SECRET), print_plan)
    assert made.bundle(frozen()) == made.bundle(frozen())
    assert len(printed) == 1
