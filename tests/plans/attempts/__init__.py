"""What somebody could try with raw SQL to have a plan agreed that is not, each with the words it is refused with."""

from tests.plans.attempts.attempt import Attempt, tried
from tests.plans.attempts.signing import on_agreeing, on_parties, on_signing
from tests.plans.attempts.talk import on_events, on_publishing, on_talk
from tests.plans.attempts.versions import on_frozen_text, on_proposing, on_states

__all__ = ["Attempt", "attempts", "tried"]


def attempts() -> dict[str, Attempt]:
    """Every attempt by its sentence."""
    every = (
        on_frozen_text, on_states, on_proposing, on_signing, on_agreeing, on_parties, on_talk, on_events, on_publishing,
    )  # fmt: skip
    return {sentence: attempt for each in every for sentence, attempt in each()}
