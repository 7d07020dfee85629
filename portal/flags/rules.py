"""Decides what a report must say, and which step a flag can take: pure decisions, no database."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from portal.errors import Invalid, InvalidCode, InvalidField
from portal.flags.models import Urgency
from portal.flags.points import point_problems
from portal.flags.report import GroupReported, PersonReported, Report
from portal.flags.states import TRANSITIONS, FlagState, Step
from portal.partnerships.models import EmergencyAdvice
from portal.text import LONG, SHORT, given, text_problems

# A flag is kept 180 days from submission unless something is owed: the default of the agreement template.
KEPT_FOR = timedelta(days=180)
# Clocks of phones and servers differ by a little.
CLOCK_SKEW = timedelta(minutes=5)
# Nobody young was seen before this, and calendars of programs end at the year 1.
LONGEST_AGO = timedelta(days=36_525)
LARGEST_GROUP = 500
POLICE = "NEIGHBOURHOOD_POLICE"
IMMEDIATE_RULE = "Children Act 1989 s.46; Mental Health Act 1983 s.136"

Vocabulary = Mapping[str, frozenset[str]]


def next_state(current: FlagState, step: Step) -> FlagState:
    """The state a step leads to; raises Invalid when the state machine lists no such step."""
    to = TRANSITIONS[step].get(current)
    if to is None:
        raise moved_on()
    return to


def moved_on() -> Invalid:
    """What is wrong with a step that a flag's state has no place for."""
    message = "This flag has moved on, so that step is no longer possible. Read it again."
    return Invalid(InvalidField(path=("id",), code=InvalidCode.TRANSITION, message=message))


def report_problems(
    report: Report,
    *,
    vocabulary: Vocabulary,
    now: datetime,
    advice: EmergencyAdvice | None = None,
    draft: bool = False,
) -> list[InvalidField]:
    """Every broken rule of a report at once; `vocabulary` holds the codes valid today, by vocabulary.

    `advice` is what danger asks of whoever reports it; without it the report must be a draft.
    A draft, which an import makes, need not say whether they were told nor be confirmed.
    """
    problems = [*_subject(report, vocabulary), *_words(report), *_codes(report, vocabulary)]
    problems += time_problems(report.observed_at, now)
    if not draft:
        problems += _submission(report, vocabulary, advice)
    return problems


def time_problems(observed_at: datetime | None, now: datetime) -> Iterator[InvalidField]:
    """The broken rules of the time something was seen, if it is said."""
    if observed_at is None:
        return
    if observed_at > now + CLOCK_SKEW:
        yield _problem("observedAt", InvalidCode.OUT_OF_RANGE, "Give a time that is not in the future.")
    elif observed_at < now - LONGEST_AGO:
        yield _problem("observedAt", InvalidCode.OUT_OF_RANGE, "Give a time within the last 100 years.")


def _subject(report: Report, vocabulary: Vocabulary) -> Iterator[InvalidField]:
    subject = report.subject
    if isinstance(subject, PersonReported):
        where = ("subject", "person")
        if not (given(subject.preferred_name) or given(subject.description)):
            yield InvalidField(
                path=(*where, "preferredName"),
                code=InvalidCode.REQUIRED,
                message="Write a name, or what they look like.",
            )
        yield from text_problems((*where, "preferredName"), subject.preferred_name, limit=SHORT)
        yield from text_problems((*where, "description"), subject.description, limit=LONG)
    else:
        where = ("subject", "placeGroup")
        message = "Write who you saw there. Name nobody."
        yield from text_problems((*where, "description"), subject.description, limit=LONG, needed=message)
        yield from text_problems((*where, "usualTimes"), subject.usual_times, limit=SHORT)
        yield from _size((*where, "estimatedSize"), subject)
    if subject.age_band_code not in vocabulary["age-band"]:
        yield InvalidField(
            path=(*where, "ageBandCode"), code=InvalidCode.UNKNOWN, message="Choose about how old they are."
        )


def _size(path: tuple[str, ...], subject: GroupReported) -> Iterator[InvalidField]:
    if subject.estimated_size is not None and not 1 <= subject.estimated_size <= LARGEST_GROUP:
        yield InvalidField(
            path=path,
            code=InvalidCode.OUT_OF_RANGE,
            message=f"Write about how many, as a number from 1 to {LARGEST_GROUP}.",
        )


def _words(report: Report) -> Iterator[InvalidField]:
    yield from text_problems(
        ("place", "description"), report.place_description, limit=SHORT, needed="Write where it was."
    )
    yield from text_problems(
        ("fact",), report.fact, limit=LONG, needed="Write what you saw or heard. One sentence is enough."
    )
    yield from point_problems(report.point)
    for name, value in (
        ("opinion", report.opinion),
        ("ownWords", report.own_words),
        ("strengths", report.strengths),
        ("thirdPartyNotes", report.third_party_notes),
    ):
        yield from text_problems((name,), value, limit=LONG)
    if report.source is not None:
        needed = "Write the reference, or leave both out."
        yield from text_problems(("source", "system"), report.source.system, limit=SHORT, needed=needed)
        yield from text_problems(("source", "value"), report.source.reference, limit=SHORT, needed=needed)


def _codes(report: Report, vocabulary: Vocabulary) -> Iterator[InvalidField]:
    if not report.concern_codes:
        yield _problem("concernCode", InvalidCode.REQUIRED, "Choose at least one worry.")
    for place, code in enumerate(report.concern_codes):
        if code not in vocabulary["concern"]:
            path = ("concernCode",) if place == 0 else ("moreConcernCodes", str(place - 1))
            yield InvalidField(path=path, code=InvalidCode.UNKNOWN, message="Choose a worry from the list.")
    if report.purpose_code not in vocabulary["purpose"]:
        yield _problem("purposeCode", InvalidCode.UNKNOWN, "Choose a purpose from the list.")


def _submission(report: Report, vocabulary: Vocabulary, advice: EmergencyAdvice | None) -> Iterator[InvalidField]:
    if report.told is None:
        yield _problem("told", InvalidCode.REQUIRED, "Say whether you have told them about the flag.")
    if not report.confirm:
        yield _problem("confirm", InvalidCode.REQUIRED, "Confirm that this is only what you saw or heard.")
    if report.urgency is Urgency.IMMEDIATE:
        assert advice is not None
        yield from _emergency(report, vocabulary, advice)


def _emergency(report: Report, vocabulary: Vocabulary, advice: EmergencyAdvice) -> Iterator[InvalidField]:
    emergency = report.emergency
    if emergency is None or emergency.action_code not in vocabulary["emergency-action"]:
        yield InvalidField(
            path=("emergency", "actionCode"),
            code=InvalidCode.EMERGENCY_FIRST,
            message="Say what you did." if advice.tick is None else "Call 999 first, then tick the box.",
            rule=IMMEDIATE_RULE if advice.tick is None else None,
        )
        return
    needed = "Write the incident number." if advice.needs_incident_number else None
    yield from text_problems(("emergency", "incidentNumber"), emergency.incident_number, limit=SHORT, needed=needed)


def _problem(field: str, code: InvalidCode, message: str) -> InvalidField:
    return InvalidField(path=(field,), code=code, message=message)
