"""Decides that the schema is reviewed like code: prints it, or checks that `schema.graphql` says the same."""

import sys
from pathlib import Path

from graphql_schema.schema import assemble

PRINTED = Path(__file__).parent / "schema.graphql"
# The Relay specification forbids neither bounded plain lists nor entries that are fetched through their list alone,
# such as the words of a vocabulary; the lint's defaults forbid both.
OPTIONS = '{"listTypeCanWrapOnlyEdgeType": false, "shouldImplementNode": false}'
LINT = f'# eslint @graphql-eslint/relay-edge-types: ["error", {OPTIONS}]\n'


def printed() -> str:
    """The schema as text."""
    schema, _ = assemble()
    return f"{LINT}{schema.as_str()}\n"


def main(arguments: list[str]) -> int:
    """`--write` prints the file anew; `--check` fails with what to do when it differs."""
    if arguments == ["--write"]:
        PRINTED.write_text(printed())
        return 0
    if PRINTED.exists() and PRINTED.read_text() == printed():
        return 0
    sys.stderr.write("The schema changed: run `python -m graphql_schema.print_sdl --write`, review the difference.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
