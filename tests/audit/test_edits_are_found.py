"""Whatever is done to a sealed log is found, and the seal is named: by hundreds of random edits of every kind."""

from collections.abc import Callable, Iterator
from random import Random

import pytest

from portal.operations.embedded import EmbeddedServer
from portal.operations.verify_seals import Fault
from tests.audit import edits_of_lines, edits_of_seals
from tests.audit.editing import EDITS
from tests.audit.log import Log, log

# Both fill the one list.
assert edits_of_lines
assert edits_of_seals


@pytest.fixture(scope="module")
def sealed(server: EmbeddedServer, template: str) -> Iterator[Log]:
    with log(server, template) as made:
        yield made


def _random(number: int) -> Random:
    return Random(number)  # noqa: S311  an edit is repeated from its number, nothing is secret


def test_a_log_that_nobody_touched_is_as_it_was_sealed(sealed: Log) -> None:
    with sealed.taken_back() as session:
        assert sealed.faults(session) == []
        assert sealed.faults(session, anchored=False) == []


def test_every_edit_is_found_and_its_seal_is_named(sealed: Log, much: Callable[[int, int], int]) -> None:
    kinds = list(EDITS.items())
    unfound = []
    for number in range(much(2 * len(kinds), 1000)):
        name, edit = kinds[number % len(kinds)]
        with sealed.taken_back() as session:
            expected = edit(session, sealed, _random(number))
            found = sealed.faults(session)
        named = (
            {each.seal for each in found} >= expected.seals
            and {each.line for each in found} >= expected.lines
            and {each.record for each in found} >= expected.records
        )
        if not found or not named:
            unfound.append(f"{name} ({number}): expected {expected}, found {[str(each) for each in found]}")
    assert not unfound, "\n".join(unfound)
    with sealed.taken_back() as session:
        assert sealed.faults(session) == []


def test_an_end_that_was_cut_off_is_found_by_the_anchor_alone(sealed: Log) -> None:
    with sealed.taken_back() as session:
        expected = EDITS["the_end_cut_off"](session, sealed, _random(1))
        without, found = sealed.faults(session, anchored=False), sealed.faults(session)
    assert {each.fault for each in without} <= {Fault.KEY_LEADS_NOWHERE}
    assert [each.seal for each in found if each.fault is Fault.ANCHOR_GONE] == list(expected.seals)


def test_what_is_found_is_said_in_a_sentence_that_names_line_and_seal(sealed: Log) -> None:
    with sealed.taken_back() as session:
        expected = EDITS["the_hash_of_a_leaf"](session, sealed, _random(3))
        [said] = [str(each) for each in sealed.faults(session) if each.fault is Fault.LINE_CHANGED]
    assert said == f"Line {expected.lines.pop()} was changed after it was sealed in seal {expected.seals.pop()}."
