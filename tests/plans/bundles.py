"""Bundles of a plan made by hand, whole or with a member changed, and what each of the two verifiers says of one."""

import importlib.util
import io
import json
import zipfile
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from portal.attestation import write_note
from portal.operations.verify_plan import BundleRefused, verify
from portal.plans.bundle import ATTESTATION, MEMBERS, VERIFIER, attestation, plans_key
from portal.plans.packing import members_of, pack
from tests.plans.papers import frozen, press


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


def packed(members: Mapping[str, bytes], method: int) -> bytes:
    """Members as an ordinary program packs them."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as anew:
        for name, data in members.items():
            anew.writestr(name, data)
    return written.getvalue()


def told(text: str, raw: bytes | None = None) -> dict[str, Any]:
    """A member of the bundle, parsed."""
    parsed: dict[str, Any] = json.loads(members_of(raw or bundle(), MEMBERS)[text])
    return parsed
