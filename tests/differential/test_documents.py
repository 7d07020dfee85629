"""Whatever is asked, however it is written: the planned path answers and audits as a slow, obvious one says it must.

New documents every run; the seed is in the output, and CONCORD_SEED repeats a run.
"""

import os
import secrets
import sys
from collections.abc import Callable

from tests.differential.documents import LEFT_OUT
from tests.differential.held import Holding
from tests.differential.scene import Scene
from tests.differential.told import TOLD

# Each is asked three times: by somebody, by somebody else, and by the first again, when its plan is there already.
DOCUMENTS = (120, 5_000)
# Asked once each, beside those.
AUDITED = (10, 15_000)
SHOWN = 3


def _hold(scene: Scene, documents: int, *, twice: bool) -> Holding:
    seed = int(os.environ.get("CONCORD_SEED") or secrets.randbelow(2**32))
    sys.stdout.write(f"CONCORD_SEED={seed}\n")
    holding = Holding(scene, seed)
    for _ in range(documents):
        holding.hold(twice=twice)
    sys.stdout.write(
        f"{documents} documents, {sum(holding.answers.values())} answers to {len(holding.answers)} people, in which"
        f" {holding.roots} records were shown; {holding.writer.refused} drafts thrown away\n"
    )
    shown = "\n".join(holding.wrong[:SHOWN])
    assert not holding.wrong, f"CONCORD_SEED={seed}: {len(holding.wrong)} answers differ, such as\n{shown}"
    return holding


def test_generated_documents_are_answered_and_audited_as_the_slow_path_says(
    scene: Scene, much: Callable[[int, int], int]
) -> None:
    documents = much(*DOCUMENTS)
    holding = _hold(scene, documents, twice=True)
    never = holding.reachable - holding.slow.told.keys()
    sys.stdout.write(f"Never answered: {', '.join(sorted(map('.'.join, never))) or 'nothing'}\n")
    if documents == max(DOCUMENTS):
        assert holding.answers.keys() == scene.people.keys(), "Everybody asks."
        unasked = holding.reachable - holding.writer.chosen.keys()
        assert not unasked, f"Fields that no document asked for: {sorted(unasked)}"


def test_whatever_an_answer_shows_is_in_the_audit_before_it(scene: Scene, much: Callable[[int, int], int]) -> None:
    _hold(scene, much(*AUDITED), twice=False)


def test_every_root_field_is_told_or_left_out_for_a_reason(scene: Scene) -> None:
    holding = Holding(scene, 0)
    assert holding.slow.schema.query_type is not None
    roots = {("Query", name) for name in holding.slow.schema.query_type.fields}
    untold = roots - TOLD.keys() - LEFT_OUT.keys()
    assert not untold, f"Say in tests/differential how these are told, or why they are left out: {sorted(untold)}"
    gone = {*TOLD, *LEFT_OUT} - holding.declared
    assert not gone, f"The schema has no such fields any more: {gone}"
