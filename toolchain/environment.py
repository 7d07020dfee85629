"""Decides where the virtual environment and the data of a clone live, and fills the environment from a lock file."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
# The embedded PostgreSQL opens every parent of the environment and of the data to all users when root starts it. Under
# /var/lib the parents are open already, so nothing of root's own, such as a clone in /root, changes its mode.
ROOT_STATE = Path("/var/lib")
OLDEST, NEWEST = (3, 11), (3, 14)


class NotPrepared(Exception):
    """The clone cannot be prepared; the message is one sentence for the person who typed `make`."""


def prepare(lock: Path) -> None:
    """Make `.venv` hold exactly what `lock` lists and the project itself, and give root a place outside the clone.

    Raises NotPrepared when this machine's Python cannot make a virtual environment.
    """
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise NotPrepared("Concord needs Python 3.11, 3.12, 3.13 or 3.14: name one with `make PYTHON=python3.12`.")
    if _is_root():
        place_outside(CLONE)
    _make_environment(CLONE / ".venv")
    _install(CLONE / ".venv", lock)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def place_outside(clone: Path, *, within: Path = ROOT_STATE) -> None:
    """Make `.venv` and `.data` links into one folder that belongs to this clone alone, unless they are already."""
    environment, data = clone / ".venv", clone / ".data"
    if data.is_symlink() and environment.is_symlink():
        owner = data.resolve().parent / "clone"
        # A copied clone brings the links of the first one along: it gets a place of its own.
        if owner.is_file() and owner.read_text() == str(clone):
            return
    if data.exists() and not data.is_symlink():
        raise NotPrepared("This clone has been used without root: go on as that user, or start from a new clone.")
    state = Path(tempfile.mkdtemp(prefix="concord-", dir=within))
    state.chmod(0o755)
    (state / "clone").write_text(str(clone))
    for link, name in ((environment, "venv"), (data, "data")):
        target = state / name
        target.mkdir()
        if link.is_symlink():
            link.unlink()
        elif link.exists():
            shutil.rmtree(link)
        link.symlink_to(target)


def _make_environment(environment: Path) -> None:
    """Create the virtual environment, or create it again when its Python has gone."""
    if not _is_root() and environment.is_symlink():
        raise NotPrepared("This clone has been used by root: go on as root, or start from a new clone.")
    if environment.exists() and _works(environment):
        return
    _need_ensurepip()
    # Resolved, so that the scripts inside name their real place and not the link.
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(environment.resolve())], check=True)


def _works(environment: Path) -> bool:
    python = _python(environment)
    if not python.exists():
        return False
    same = f"import sys, pip; sys.exit(sys.version_info[:2] != {sys.version_info[:2]!r})"
    return subprocess.run([str(python), "-c", same], check=False, capture_output=True).returncode == 0


def _need_ensurepip() -> None:
    """Debian ships Python without ensurepip: as root its package is installed, otherwise one sentence says which."""
    if importlib.util.find_spec("ensurepip") is not None:
        return
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    if not _is_root() or shutil.which("apt-get") is None:
        raise NotPrepared(
            f"This Python cannot make virtual environments: install the package {package}, then try again."
        )
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=quiet)
    if subprocess.run(["apt-get", "install", "-y", "-qq", package], check=False, env=quiet).returncode != 0:
        raise NotPrepared(f"The package {package} could not be installed: install it, then try again.")


def _python(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _install(environment: Path, lock: Path) -> None:
    pip = [str(_python(environment.resolve())), "-m", "pip", "--disable-pip-version-check", "install"]
    # Twice quiet: what pip says of places it was told to look in is not about Concord.
    pip += ["--quiet", "--quiet"]
    locked = [*pip, "--require-hashes", "--only-binary", ":all:", "--requirement", str(lock)]
    if subprocess.run(locked, check=False).returncode != 0:
        raise NotPrepared(
            "The packages could not be installed: the lines above say which, and nothing else was changed."
        )
    itself = [*pip, "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(CLONE)]
    if subprocess.run(itself, check=False).returncode != 0:
        raise NotPrepared("The project itself could not be installed into its environment: the lines above say why.")


if __name__ == "__main__":
    try:
        prepare(CLONE / sys.argv[1])
    except NotPrepared as sentence:
        sys.exit(str(sentence))
    except KeyboardInterrupt:
        sys.exit("Stopped half-way: the next `make` goes on from here.")
