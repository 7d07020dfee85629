"""Locks say which packages, never where from: a clone installs from whatever registry its machine uses."""

import json
import re

import pytest

from toolchain.addresses import CLONE, LOCKS, addresses

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_holds_an_address_or_a_path_of_the_machine_that_made_it(lock: str) -> None:
    assert addresses((CLONE / lock).read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://registry.example/simple",
        "--extra-index-url //registry.example",
        "--find-links wheels",
        "flask @ file:///srv/wheels/flask.whl",
        "#   -r /home/somebody/pyproject.toml",
        '      "resolved": "registry.example/sass.tgz",',
        "flask @ git+ssh://git.example/flask",
    ],
)
def test_an_address_in_a_lock_is_found(line: str) -> None:
    assert addresses(f"flask==3.1.3\n{line}\n") == [line.strip()]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_every_python_package_is_pinned_with_its_hashes(lock: str) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", (CLONE / lock).read_text().split("\n", 1)[1])
    assert len(blocks) > 40
    assert [block for block in blocks if not PIN.match(block) or "--hash=sha256:" not in block] == []


def test_tests_run_on_the_versions_that_are_run() -> None:
    run, test = (
        dict(PIN.findall((CLONE / lock).read_text())) for lock in ("requirements.lock", "requirements-test.lock")
    )
    assert run.items() <= test.items()


@pytest.mark.parametrize("lock", ["package-lock.json", "toolchain/chromium/package-lock.json"])
def test_every_npm_package_is_pinned_with_its_hash(lock: str) -> None:
    packages = json.loads((CLONE / lock).read_text())["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
