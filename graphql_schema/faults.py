"""Decides what a log learns of a fault or of a request cut short: kind, place and reference, never a value."""

import traceback

import structlog

PLACES = 12


def log_fault(event: str, error: BaseException, *, reference: str) -> None:
    """Log a fault by kind and place. The message of an error can hold what somebody typed, so it is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    structlog.get_logger().error(event, kind=type(error).__name__, reference=reference, places=places[-PLACES:])


def log_refusal(event: str, *, code: str, reference: str) -> None:
    """Log that a request was cut short for an expected reason, which whoever runs the portal wants to count."""
    structlog.get_logger().warning(event, code=code, reference=reference)
