"""Decides what the program may hold of what is known to be weak: nothing medium without a reason beside it."""

import subprocess
import sys
from collections.abc import Sequence

SOURCES = ("portal", "graphql_schema", "frontend", "toolchain", "wsgi.py")
# A migration writes SQL from names in the same file, and nothing that a visitor sends ever comes near it.
MIGRATIONS = ("migrations", "--skip", "B608")


def weaknesses(*searched: Sequence[str]) -> str:
    """What bandit says of each of these searches, or nothing when it finds nothing of medium severity or worse."""
    bandit = [sys.executable, "-m", "bandit", "--quiet", "--recursive", "--severity-level", "medium"]
    runs = [subprocess.run([*bandit, *paths], check=False, capture_output=True, text=True) for paths in searched]
    return "\n".join(run.stdout + run.stderr for run in runs if run.returncode)


def main() -> int:
    """Print what bandit finds in the program, and give 1 when that is anything."""
    found = weaknesses(SOURCES, MIGRATIONS)
    if found:
        print(found)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
