"""A bundle that somebody attested with a key of their own deceives nobody who reads what a verifier says of it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import rfc8785
from click.testing import CliRunner

from portal.attestation import write_note
from portal.operations.commands import verify_plan as command
from portal.operations.verify_plan import verify
from portal.plans.bundle import ATTESTATION, MEMBERS, attestation, plans_key
from portal.plans.packing import members_of, pack
from tests.plans.bundles import bundle, refusals, script, told
from tests.plans.papers import OTHER_SECRET, frozen, press

OWN = plans_key(OTHER_SECRET)
# What would move the cursor, ring, turn the line round, begin another one, or pass for a space.
ACTS = "\x1b\x07\u202e\n\u00a0"


def forged(changed: Mapping[str, bytes], *, name: str = OWN.public.name, key_id: str | None = None) -> bytes:
    """The bundle as its forger attests it, under a name and a key id of their own."""
    key = replace(OWN.public, name=name)
    written = str(key) if key_id is None else str(key).replace(f"+{key.key_id}+", f"+{key_id}+", 1)
    members = members_of(bundle(), MEMBERS) | {"key.txt": f"{written}\n".encode()} | dict(changed)
    said = attestation(frozen(), members)
    return pack(members | {ATTESTATION: write_note(said, key, OWN.sign(said.encode())).encode()})


def what_both_say(raw: bytes, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """What the two commands print of a bundle when no key is given; neither may take it for one of an installation."""
    file = folder / "plan.zip"
    file.write_bytes(raw)
    ours = CliRunner().invoke(command, [str(file)])
    assert {ours.exit_code, script().main([str(file)])} <= {1, 3}
    return ours.output, capsys.readouterr().out


@pytest.mark.parametrize("letter", ACTS)
def test_no_name_of_a_key_acts_upon_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], letter: str) -> None:
    raw = forged({}, name=f"concord-plans{letter}fine")
    for words in what_both_say(raw, tmp_path, capsys):
        assert f"{letter}fine" not in words


def test_no_place_that_a_forger_names_acts_upon_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    signed = told("signatures.json")
    signed["leaves"][0]["name"] = f"pl{ACTS}an"
    members = members_of(forged({"signatures.json": rfc8785.dumps(signed)}), MEMBERS)
    raw = pack(members | {"plan.json": members["plan.json"].replace(b"08:00", b"07:00")})
    for words in what_both_say(raw, tmp_path, capsys):
        assert "plan.json was changed" in words
        assert not any(letter in words.removesuffix("\n") for letter in ACTS)


def test_a_key_under_the_id_of_another_is_refused_by_both() -> None:
    assert verify(forged({}), None).key == OWN.public
    refusals(forged({}, key_id="00000000"), None)


def test_a_plan_that_can_be_read_in_two_ways_is_refused_even_when_it_is_signed() -> None:
    content = members_of(bundle(), MEMBERS)["plan.json"]
    for other in (content + b"\n", content.replace(b'"title":', b'"title":"Another plan","title":', 1)):
        version = replace(frozen(), content=other)
        signed = tuple(replace(each, content_hash=version.content_hash) for each in version.signatures)
        refusals(press().bundle(replace(version, signatures=signed)), str(press().key))


def test_more_is_said_of_a_signature_than_belongs_there_and_it_is_refused() -> None:
    signed = told("signatures.json")
    signed["signatures"][0]["more"] = "It was signed on paper too."
    refusals(forged({"signatures.json": rfc8785.dumps(signed)}), None)
