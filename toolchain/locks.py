"""Decides how the lock files are made: pinned with hashes, wheels for every promised machine, no address in them."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
UV = "uv==0.13.9"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# No Macs with Intel processors: cryptography and argon2 no longer publish wheels for them.
PLATFORMS = ("x86_64-manylinux_2_28", "aarch64-manylinux_2_28", "macos", "windows")
LOCKS: dict[str, list[str]] = {
    "requirements.lock": [],
    "requirements-test.lock": ["--extra", "test", "--constraint", "requirements.lock"],
}
HEADER = "# Made by `make lock` from pyproject.toml; not edited by hand.\n"


def main(arguments: list[str]) -> None:
    """Make all locks again; `--upgrade` lets every version move, otherwise only what has to."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, "--target", folder, UV], check=True)
        uv = [str(Path(folder) / "bin" / "uv"), "pip"]
        for lock, options in LOCKS.items():
            _compile(uv, lock, [*options, *arguments])
        for lock in LOCKS:
            _need_wheels(uv, lock, Path(folder))
    for folder_of_npm in (CLONE, CLONE / "toolchain" / "chromium"):
        _lock_npm(folder_of_npm)


def _compile(uv: list[str], lock: str, options: list[str]) -> None:
    universal = ["--universal", "--python-version", PYTHONS[0], "--only-binary", ":all:", "--generate-hashes"]
    no_address = ["--no-emit-index-url", "--no-emit-find-links", "--no-header"]
    command = [*uv, "compile", "--quiet", *universal, *no_address, *options, "pyproject.toml", "--output-file", lock]
    subprocess.run(command, check=True, cwd=CLONE, stdout=subprocess.DEVNULL)
    path = CLONE / lock
    path.write_text(HEADER + path.read_text().removeprefix(HEADER))


def _need_wheels(uv: list[str], lock: str, folder: Path) -> None:
    """Fail when any promised Python on any promised machine would have to build a package."""
    for platform in PLATFORMS:
        for python in PYTHONS:
            aim = ["--python-platform", platform, "--python-version", python, "--target", str(folder / "empty")]
            options = ["--dry-run", "--quiet", "--only-binary", ":all:", "--require-hashes", *aim]
            subprocess.run([*uv, "install", *options, "--requirement", lock], check=True, cwd=CLONE)


def _lock_npm(folder: Path) -> None:
    """Lock what a folder's package.json asks for, and drop where its authors ask for money: those are addresses too."""
    path = folder / "package-lock.json"
    tools = Path(sys.executable).parent
    with_node = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    npm = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(npm, check=True, cwd=folder, env=with_node)
    lock = json.loads(path.read_text())
    for package in lock["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
