"""Decides when a request must be done: so long after it arrived, whatever it waits for."""

import time
from dataclasses import dataclass


class DeadlinePassed(Exception):
    """There is no time left; whatever was being done is taken back."""


@dataclass(frozen=True)
class Deadline:
    """A moment by the clock that never goes back."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """So many seconds from now."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """How many seconds are left; raises DeadlinePassed when there are none."""
        seconds = self.at - time.monotonic()
        if seconds <= 0:
            raise DeadlinePassed
        return seconds
