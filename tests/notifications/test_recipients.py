"""Who is told of each kind of event: those it concerns who see the flag, each once, and nobody else."""

from uuid import UUID

import pytest
from sqlalchemy import select, text

from portal.flags.notices import NoticeKind
from portal.notifications.models import NotificationKind
from portal.shares.models import Share
from tests.factories.flags import raised, shared, taken
from tests.notifications.conftest import Room

OPEN = """
insert into disclosure (root_kind, root_id, audience_id, levels, sort_at, because, agreement_version_id, column_code,
                        granted_by_membership_id, valid_from)
select d.root_kind, d.root_id, a.id, d.levels, now(), :because, d.agreement_version_id, d.column_code,
       d.granted_by_membership_id, now() - interval '1 minute'
  from disclosure d, audience a
 where d.root_id = :flag and d.because = 'AUTHOR' and a.agency_id = :agency and a.role = :role and a.team_id is null
"""
ESCALATED = """
insert into triage_decision (id, flag_id, outcome, threshold_level_code, rationale, decided_by_membership_id,
                             decided_at, version, created_at, updated_at, escalated_to_agency_id)
values (gen_random_uuid(), :flag, 'ESCALATE', 'LEVEL_4', 'x', :by, now(), 1, now(), now(), :agency)
returning id
"""


def share_of(room: Room, flag: dict[str, str]) -> UUID:
    with room.made.owner.transaction() as session:
        return session.execute(select(Share.id).where(Share.flag_id == room.key(flag))).scalar_one()


def open_to(room: Room, flag: dict[str, str], role: str, because: str) -> None:
    """Open a flag to a role of the lead agency, as an action does."""
    values = {"agency": room.cast.morgan.agency_id, "flag": room.key(flag), "role": role, "because": because}
    room.as_owner("insert into audience (agency_id, role) values (:agency, :role) on conflict do nothing", **values)
    room.as_owner(OPEN, **values)


@pytest.mark.parametrize("kind", ["ANSWER", "QUESTION"])
def test_answers_and_questions_are_for_whoever_raised_the_flag(room: Room, kind: str) -> None:
    room.announce(kind, taken(room.cast, raised(room.cast, room.cast.dana)))
    assert room.told(kind) == room.named("dana")


def test_a_new_flag_is_for_triage_and_not_for_its_own_author(room: Room) -> None:
    room.announce("NEW_FLAG", raised(room.cast))
    assert room.told("NEW_FLAG") == room.named("jo", "morgan")
    room.announce("NEW_FLAG", raised(room.cast, room.cast.jo))
    assert room.told("NEW_FLAG") == room.named("jo", "morgan", "morgan")


@pytest.mark.parametrize("kind", ["QUESTION_ANSWERED", "WITHDRAWN", "REOPENED"])
def test_what_happens_to_a_flag_is_for_its_holder_and_for_all_of_triage_while_it_has_none(
    room: Room, kind: str
) -> None:
    room.announce(kind, taken(room.cast, by=room.cast.jo))
    assert room.told(kind) == room.named("jo")
    room.announce(kind, raised(room.cast))
    assert room.told(kind) == room.named("jo", "jo", "morgan")


def test_a_holder_who_has_left_is_stood_in_for_by_triage(room: Room) -> None:
    flag = taken(room.cast, by=room.cast.jo)
    room.as_owner("update membership set active_to = '2020-12-31' where id = :id", id=room.cast.jo.membership_id)
    room.announce("WITHDRAWN", flag)
    assert room.told("WITHDRAWN") == room.named("morgan")


def test_a_share_is_for_the_roles_it_opened_to_in_the_agency_that_received_it(room: Room) -> None:
    flag = shared(room.cast)
    room.announce("SHARED_WITH_US", flag, about=share_of(room, flag))
    assert room.told("SHARED_WITH_US") == room.named("ines", "kit", "sam")
    room.announce("SHARED_WITH_US", flag)
    assert room.told("SHARED_WITH_US") == room.named("ines", "kit", "sam"), (
        "Another event than this share reached nobody new."
    )


def test_an_escalation_is_for_the_authority_it_was_handed_to(room: Room) -> None:
    flag = taken(room.cast)
    open_to(room, flag, "PRACTITIONER", "SAFEGUARDING")
    by, agency = room.cast.morgan.membership_id, room.cast.priya.agency_id
    with room.made.owner.transaction() as session:
        decision = session.scalar(text(ESCALATED), {"flag": room.key(flag), "by": by, "agency": agency})
    room.announce("ESCALATED_TO_US", flag, about=decision)
    assert room.told("ESCALATED_TO_US") == room.named("kit", "priya")


def test_an_overdue_flag_is_for_its_holder_and_the_managers_of_the_lead(room: Room) -> None:
    flag = taken(room.cast)
    open_to(room, flag, "SERVICE_MANAGER", "OVERDUE")
    room.announce("OVERDUE", flag)
    assert room.told("OVERDUE") == room.named("dee", "morgan")


@pytest.mark.parametrize("kind", list(NotificationKind))
def test_an_event_that_is_told_twice_leaves_one_notice_each(room: Room, kind: NotificationKind) -> None:
    flag = shared(room.cast)
    about = room.announce(kind, flag, about=share_of(room, flag))
    once = room.told(kind)
    room.announce(kind, flag, about=about)
    assert room.told(kind) == once


@pytest.mark.parametrize("kind", list(NotificationKind))
def test_nobody_is_told_of_a_flag_that_is_open_to_nobody(room: Room, kind: NotificationKind) -> None:
    flag = shared(room.cast)
    share = share_of(room, flag)
    room.as_owner("update disclosure set valid_to = greatest(valid_from, now()) where root_id = :id", id=room.key(flag))
    room.announce(kind, flag, about=share)
    assert room.told(kind) == []


def test_a_disabled_account_is_not_told(room: Room) -> None:
    room.as_owner("update user_account set disabled_at = now() where id = :id", id=room.cast.jo.user_id)
    room.announce("NEW_FLAG", raised(room.cast))
    assert room.told("NEW_FLAG") == room.named("morgan")


def test_whoever_lost_the_flag_before_they_read_of_it_reads_nothing(room: Room) -> None:
    flag = taken(room.cast)
    room.announce("ANSWER", flag)
    assert room.waiting(room.cast.rowan) == [("ANSWER", flag["reference"])]
    room.as_owner("update disclosure set valid_to = greatest(valid_from, now()) where root_id = :id", id=room.key(flag))
    assert room.waiting(room.cast.rowan) == []


def test_a_new_flag_waits_for_nobody_once_a_colleague_took_it(room: Room) -> None:
    flag = raised(room.cast)
    room.announce("NEW_FLAG", flag)
    assert room.waiting(room.cast.jo) == [("NEW_FLAG", flag["reference"])]
    taken(room.cast, flag)
    assert room.waiting(room.cast.jo) == []


def test_every_event_a_flag_announces_is_a_kind_that_somebody_is_told_of() -> None:
    assert set(NoticeKind) <= set(NotificationKind)
