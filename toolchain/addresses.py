"""Decides what a lock file may not hold: an address, a host or a path of the machine that made it."""

import re
import sys
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-test.lock", "package-lock.json", "toolchain/chromium/package-lock.json")
_FORBIDDEN = re.compile(r"https?:|git\+|file:|\"resolved\"|--(?:extra-)?index-url|--find-links|(?<![\w@.*-])/[a-z]+/")


def addresses(text: str) -> list[str]:
    """Give the lines of a lock file that say where something comes from."""
    return [line.strip() for line in text.splitlines() if _FORBIDDEN.search(line)]


def main() -> int:
    """Print every such line of the locks; 1 when there is one."""
    found = [f"{lock}: {line}" for lock in LOCKS for line in addresses((CLONE / lock).read_text())]
    for line in found:
        print(f"{line}\n  Locks name versions and hashes only: make them again with `make lock`.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
