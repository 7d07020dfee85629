"""Decides how a due time is said: the time in words, what is left or over, and how much of it is used."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from frontend.times import LONDON

# From here on, hours say more than anybody wants to know.
IN_DAYS = timedelta(days=2)
ALL_USED = 100


@dataclass(frozen=True)
class Clock:
    """A due time in words, how urgent it looks, and the share of the time that is used, in per cent."""

    by: str
    left: str
    tone: str
    used: int | None

    @property
    def brief(self) -> str:
        """What a column has room for: of a late time how late, of one today both, of a later one when."""
        return {"late": self.left, "due": f"{self.by}, {self.left}"}.get(self.tone, self.by)


def clock(due: str, since: str | None = None, *, now: datetime | None = None) -> Clock:
    """What is said of an ISO due time; `since` is when the time began to run."""
    moment, at = (now or datetime.now(UTC)).astimezone(LONDON), _local(due)
    # Two times of one zone are subtracted as its clocks show them, and an hour is lost or won twice a year.
    left = at.astimezone(UTC) - moment.astimezone(UTC)
    used = _used(_local(since), at, moment) if since else None
    if left <= timedelta():
        return Clock(_by(at, moment), f"{duration(-left)} over", "late", used)
    # What is due today speaks up; a later time is quiet.
    tone = "due" if at.date() == moment.date() else "ok"
    return Clock(_by(at, moment), f"{duration(left)} left", tone, used)


def duration(span: timedelta) -> str:
    """A span in words, no finer than it helps: «40 min», «3 h 10 min», «2 days»."""
    if span >= IN_DAYS:
        return f"{span.days} days"
    hours, minutes = divmod(max(1, int(span.total_seconds() // 60)), 60)
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min"


def _by(at: datetime, now: datetime) -> str:
    """«12:10» today, «Mon 23 Nov, 12:10» on another day; the year only when it is another one."""
    if at.date() == now.date():
        return f"{at:%H:%M}"
    year = "" if at.year == now.year else f" {at.year}"
    return f"{at:%a} {at.day} {at:%b}{year}, {at:%H:%M}"


def _used(since: datetime, due: datetime, now: datetime) -> int:
    whole = due.timestamp() - since.timestamp()
    if whole <= 0:
        return ALL_USED
    return max(0, min(ALL_USED, round((now.timestamp() - since.timestamp()) * ALL_USED / whole)))


def _local(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(LONDON)
