"""Decides what becomes of something half typed: a draft that its author alone sees, until it is sent or deleted."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from uuid import UUID, uuid4

from procrastinate import Blueprint
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.access.disclosure import Opening, found_root, open_root
from portal.access.flags import EDIT_DRAFT, may_raise
from portal.access.models import RootKind
from portal.access.rule import fetch
from portal.access.touched import note_written
from portal.access.viewer import Viewer
from portal.agreements.grid import grid_in_force
from portal.db import Database, now
from portal.errors import Invalid, InvalidCode, InvalidField, NotPermitted, NotPermittedReason
from portal.flags.actions import VOCABULARIES, author_opening, leave_draft, new_flag, record_state, touch, ward_of
from portal.flags.models import Flag, FlagConcern, PlaceGroup
from portal.flags.report import Drafted, GroupDrafted, PersonDrafted
from portal.flags.rules import LARGEST_GROUP, Vocabulary, next_state, time_problems
from portal.flags.states import FlagState, Step
from portal.partnerships.models import Partnership
from portal.partnerships.queries import own_partnership
from portal.people.models import Person
from portal.text import LONG, SHORT, text_problems
from portal.vocabularies.queries import codes

# A draft that nobody touches is no record anybody needs; two weeks outlast a run of nights and the leave after it.
DRAFT_KEPT_FOR = timedelta(days=14)
# What is copied as it is; whom it is about, the place's code and the concerns live in rows of their own.
COLUMNS = tuple(each.name for each in fields(Drafted) if each.name not in {"about", "ward_code", "concern_codes"})
# Each text of a draft, the input it comes in and how long it may be.
TEXTS = {
    "place_description": (("place", "description"), SHORT),
    "fact": (("fact",), LONG),
    "opinion": (("opinion",), LONG),
    "own_words": (("ownWords",), LONG),
    "strengths": (("strengths",), LONG),
    "third_party_notes": (("thirdPartyNotes",), LONG),
    "source_system": (("source", "system"), SHORT),
    "source_reference": (("source", "value"), SHORT),
    "emergency_incident_number": (("emergency", "incidentNumber"), SHORT),
}
CODES = {
    "age_band_code": ("ageBandCode", "age-band", "Choose about how old they are."),
    "purpose_code": ("purposeCode", "purpose", "Choose a purpose from the list."),
    "emergency_action_code": ("emergency", "emergency-action", "Say what you did."),
}


def save_draft(
    session: Session,
    viewer: Viewer,
    *,
    drafted: Drafted,
    draft_id: UUID | None = None,
    draft_version: int | None = None,
) -> UUID:
    """Keep what was typed so far, as a new draft or over an older one of the same author; gives its id.

    Raises NotPermitted, Invalid for what cannot be kept, and for an older draft NotFound and Conflict.
    """
    if not may_raise(viewer):
        raise NotPermitted("Your role does not raise flags.", reason=NotPermittedReason.ROLE)
    draft = None if draft_id is None else _own(session, viewer, draft_id, draft_version or 0)
    partnership = own_partnership(session, viewer)
    if problems := [*_problems(drafted, codes(session, *VOCABULARIES, partnership_id=partnership.id))]:
        raise Invalid(*problems)
    opening = author_opening(session, viewer, grid_in_force(session, partnership.id))
    flag = draft or new_flag(session, viewer, partnership)
    if draft is None:
        open_root(session, viewer, root_id=flag.id, kind=RootKind.FLAG, sort_at=now(), to=[opening])
    for name in COLUMNS:
        setattr(flag, name, getattr(drafted, name))
    flag.ward_id = ward_of(session, partnership, drafted.ward_code)
    flag.raised_by_agency_id, flag.raised_by_membership_id = viewer.agency_id, viewer.membership_id
    flag.expires_at = now() + DRAFT_KEPT_FOR
    if draft is None:
        record_state(session, viewer, flag, FlagState.DRAFT)
    else:
        note_written(session, flag.id)
        touch(flag)
    _write_subject(session, viewer, flag, drafted, partnership, opening)
    return flag.id


def discard_draft(session: Session, viewer: Viewer, *, draft_id: UUID, expected_version: int) -> None:
    """Delete a draft for good, with everything under it. Raises NotFound, NotPermitted, Conflict and Invalid."""
    draft = _own(session, viewer, draft_id, expected_version)
    note_written(session, draft.id)
    session.expunge(draft)
    session.execute(select(func.discard_flag_draft(draft_id)))


def tasks(database: Database) -> Blueprint:
    """The jobs of drafts, over the worker's database."""
    blueprint = Blueprint()

    @blueprint.periodic(cron="17 * * * *")
    @blueprint.task(name="forget_old", queueing_lock="drafts:forget_old", pass_context=False)
    def forget_old(timestamp: int) -> None:  # noqa: ARG001  the queue says for which hour
        """Delete every draft whose day has come; run twice, it finds nothing the second time."""
        with database.transaction() as session:
            session.execute(select(func.forget_flag_drafts()))

    return blueprint


def _own(session: Session, viewer: Viewer, draft_id: UUID, expected_version: int) -> Flag:
    draft = fetch(session, viewer, draft_id, to=EDIT_DRAFT, expected_version=expected_version)
    next_state(draft.state, Step.SUBMIT)
    return draft


def _problems(drafted: Drafted, vocabulary: Vocabulary) -> Iterator[InvalidField]:
    """What cannot be kept of a draft: text too long or not storable, codes nobody offers, numbers out of range."""
    for name, (path, limit) in TEXTS.items():
        yield from text_problems(path, getattr(drafted, name), limit=limit)
    for name, (field, of, message) in CODES.items():
        code = getattr(drafted, name)
        if code is not None and code not in vocabulary[of]:
            yield InvalidField(path=(field,), code=InvalidCode.UNKNOWN, message=message)
    if set(drafted.concern_codes) - vocabulary["concern"]:
        yield InvalidField(path=("concernCodes",), code=InvalidCode.UNKNOWN, message="Choose a worry from the list.")
    yield from time_problems(drafted.observed_at, now())
    about = drafted.about
    if isinstance(about, PersonDrafted):
        yield from text_problems(("subject", "person", "preferredName"), about.preferred_name, limit=SHORT)
        yield from text_problems(("subject", "person", "description"), about.description, limit=LONG)
    elif about is not None:
        where = ("subject", "placeGroup")
        yield from text_problems((*where, "description"), about.description, limit=LONG)
        yield from text_problems((*where, "usualTimes"), about.usual_times, limit=SHORT)
        if about.estimated_size is not None and not 1 <= about.estimated_size <= LARGEST_GROUP:
            message = f"Write about how many, as a number from 1 to {LARGEST_GROUP}."
            yield InvalidField(path=(*where, "estimatedSize"), code=InvalidCode.OUT_OF_RANGE, message=message)


def _write_subject(
    session: Session, viewer: Viewer, flag: Flag, drafted: Drafted, partnership: Partnership, opening: Opening
) -> None:
    """Say anew whom a draft is about and what worries; what it said before is not kept."""
    about = drafted.about
    session.flush()
    session.execute(delete(FlagConcern).where(FlagConcern.flag_id == flag.id))
    session.execute(delete(PlaceGroup).where(PlaceGroup.flag_id == flag.id))
    concerns = enumerate(dict.fromkeys(drafted.concern_codes))
    session.add_all(FlagConcern(flag_id=flag.id, concern_code=code, position=place) for place, code in concerns)
    if isinstance(about, GroupDrafted):
        group = PlaceGroup(flag_id=flag.id, description=about.description or "")
        group.estimated_size, group.usual_times = about.estimated_size, about.usual_times
        session.add(group)
    if isinstance(about, PersonDrafted) and _names(session, flag, about, drafted.age_band_code):
        session.flush()
        return
    leave_draft(session, flag)
    if isinstance(about, PersonDrafted):
        flag.person_id = _person(session, viewer, about, drafted.age_band_code, partnership, opening)
    session.flush()


def _names(session: Session, flag: Flag, about: PersonDrafted, age_band_code: str | None) -> bool:
    """Whether the draft says this of somebody already, so that saving it again makes no second person."""
    person = None if flag.person_id is None else session.get(Person, flag.person_id)
    if person is None:
        return False
    said = (person.preferred_name, person.description, person.age_band_code)
    session.expunge(person)
    return said == (about.preferred_name or "", about.description, age_band_code)


def _person(
    session: Session,
    viewer: Viewer,
    about: PersonDrafted,
    age_band_code: str | None,
    partnership: Partnership,
    opening: Opening,
) -> UUID:
    person_id = uuid4()
    found_root(session, viewer, root_id=person_id, kind=RootKind.PERSON, partnership_id=partnership.id)
    open_root(session, viewer, root_id=person_id, kind=RootKind.PERSON, sort_at=now(), to=[opening])
    # An empty name says that it is about somebody whom nobody has named yet; only a draft has one.
    name = about.preferred_name or ""
    session.add(Person(id=person_id, preferred_name=name, description=about.description, age_band_code=age_band_code))
    session.flush()
    return person_id
