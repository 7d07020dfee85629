"""Bandit finds nothing of medium severity in the program, and would say so if it did."""

from pathlib import Path

from toolchain.weaknesses import MIGRATIONS, SOURCES, weaknesses


def test_nothing_of_medium_severity_is_found() -> None:
    found = weaknesses(SOURCES, MIGRATIONS)
    assert not found, f"Mend it, or write `# nosec` with the number of the check and a reason beside it:\n{found}"


def test_a_weakness_is_found(tmp_path: Path) -> None:
    weak = tmp_path / "weak.py"
    weak.write_text("import pickle\n\n\ndef read(sent: bytes) -> object:\n    return pickle.loads(sent)\n")
    assert "B301" in weaknesses([str(weak)])
