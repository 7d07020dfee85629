"""Decides how a request is refused that is well made: it came too soon, took too long, or met another. Nothing changed.

Each is an error of the request with a code, never one more member of a union: it says nothing of what was asked for.
"""

from graphql import GraphQLError
from sqlalchemy.exc import DBAPIError

from graphql_schema.limits import LIMITS
from portal.deadline import DeadlinePassed
from portal.rates.buckets import Level
from portal.rates.models import RateKind

RATE, DEADLINE, BUSY = "RATE", "DEADLINE", "BUSY"
# When a transaction that met another is worth sending again.
BUSY_SECONDS = 1
WHOSE = {
    RateKind.USER: "you and your tools",
    RateKind.CLIENT: "this client",
    RateKind.AGENCY: "the tools of your agency together",
    RateKind.PAGES: "you",
}
# PostgreSQL's error codes (appendix A of its manual): query_canceled is what a statement time-out raises.
TOO_SLOW = frozenset({"57014"})
# lock_not_available, deadlock_detected, serialization_failure: whoever else was there is done in a moment.
IN_THE_WAY = frozenset({"55P03", "40P01", "40001"})


def too_soon(level: Level) -> GraphQLError:
    """The refusal of a request that a bucket has too little left for."""
    wait = f"{level.wait} second{'' if level.wait == 1 else 's'}"
    message = (
        f"This is more than {WHOSE[level.kind]} may ask at once: {level.capacity:,} points of cost, and"
        f" {level.restored_per_second:,} more each second. Wait {wait}, then send it again."
    )
    extensions = {"code": RATE, "limit": level.kind.value, "allowed": level.capacity, "retryAfter": level.wait}
    return GraphQLError(message, extensions=extensions)


def interrupted(cause: BaseException) -> GraphQLError | None:
    """The refusal of a request that took too long or met another; None for anything else, which nobody expected."""
    state = getattr(cause.orig, "sqlstate", None) if isinstance(cause, DBAPIError) else None
    if isinstance(cause, DeadlinePassed) or state in TOO_SLOW:
        message = (
            f"A request may take {LIMITS.seconds} seconds, and a single step of it less; this one took more. Nothing"
            " was changed. Ask for less, or try again later."
        )
        return GraphQLError(message, extensions={"code": DEADLINE, "limit": "seconds", "allowed": LIMITS.seconds})
    if state in IN_THE_WAY:
        message = "Somebody else is changing the same thing at this moment. Nothing was changed. Send it again."
        return GraphQLError(message, extensions={"code": BUSY, "retryAfter": BUSY_SECONDS})
    return None
