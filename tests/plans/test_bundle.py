"""A bundle of a plan: the same bytes each time, and verified without the portal."""

import hashlib
import importlib.util
import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.operations.commands import verify_plan as command
from portal.operations.verify_plan import verify
from portal.plans.bundle import MEMBERS, VERIFIER, Frozen, plans_key
from portal.plans.document import leaves_of, merkle_root
from portal.plans.packing import members_of
from portal.plans.states import PlanVersionState
from tests.plans.bundles import bundle, script, told
from tests.plans.papers import OTHER_SECRET, SECRET, document, frozen, press


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


def test_no_character_of_a_bundle_acts_upon_a_terminal() -> None:
    version = frozen(document(title="\x1b[2J\x07Fine\u202e"))
    raw = press(OTHER_SECRET).bundle(version)
    for sentences in (script().verify(raw), verify(raw, None).sentences()):
        assert not any(letter in sentence for sentence in sentences for letter in "\x1b\x07\u202e\n")


def test_what_cannot_be_signed_is_not_bundled() -> None:
    for state in set(PlanVersionState) - {PlanVersionState.SIGNING, PlanVersionState.AGREED}:
        with pytest.raises(AssertionError):
            press().bundle(replace(frozen(), state=state))


def test_one_version_is_printed_once_however_often_it_is_taken_out() -> None:
    printed: list[Frozen] = []

    def print_plan(version: Frozen) -> bytes:
        printed.append(version)
        return b"%PDF-"

    made = type(press())(plans_key(SECRET), print_plan)
    assert made.bundle(frozen()) == made.bundle(frozen())
    assert len(printed) == 1
