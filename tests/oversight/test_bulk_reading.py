"""When somebody reads much, the guardians of their agency are told once a day, beside the reading and never in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.access.viewer import Role, Viewer
from portal.db import now
from portal.notifications.tasks import MailDesk
from portal.operations.embedded import EmbeddedServer
from portal.oversight.bulk_reading import BY_ROLE, DAY, DEFAULT, HOUR, TRIAGE, exceeded
from portal.oversight.mailing import hand_over
from portal.oversight.models import ReadingAlarm, ReadingAlarmMail
from portal.oversight.tasks import tasks
from portal.oversight.watching import look, watchers
from portal.post import NotTaken
from tests.access.scene import imported
from tests.factories.cast import PEOPLE, Cast, settle_cast
from tests.factories.flags import raised
from tests.factories.jobs import work_off
from tests.factories.scratch import Scratch, scratch
from tests.oversight.asking import ALARMS, events, said

LIST = """
query($first: Int!) {
  flags(first: $first) { edges { node { fact subject { __typename ... on Person { preferredName } } } } }
}
"""
A_LINE = text(
    """
    with line as (
      insert into audit_event (at, action, operation, outcome, user_id, membership_id, request_id)
      values (:at, :action, 'flags', 'DONE', :user, :by, gen_random_uuid()) returning id
    )
    insert into audit_subject (audit_event_id, pseudonym, field_groups)
    select line.id, named.pseudonym, :groups from line, unnest(cast(:named as uuid[])) as named (pseudonym)
    """
)


@dataclass
class Postbox:
    """A post that keeps what is handed over, or takes nothing."""

    mails: list[EmailMessage] = field(default_factory=list)
    busy: bool = False

    def send(self, message: EmailMessage, *, mail_id: UUID) -> None:  # noqa: ARG002  the post gives no numbers
        if self.busy:
            raise NotTaken
        self.mails.append(message)


@dataclass
class Office:
    """A partnership in a database of its own, with the worker that watches over it."""

    made: Scratch
    cast: Cast
    post: Postbox = field(default_factory=Postbox)

    @property
    def desk(self) -> MailDesk:
        return MailDesk(self.post, sender="concord@concord.example", public_url="https://concord.example")

    def shown(
        self, viewer: Viewer, records: int, *, ago: timedelta = timedelta(), groups: int = 7, **more: Any
    ) -> None:
        """Somebody was shown so many records at once, which nobody was shown before."""
        given = {"at": now() - ago, "action": "READ", "user": viewer.user_id, "by": viewer.membership_id}
        named = more.pop("named", [uuid4() for _ in range(records)])
        with self.made.owner.transaction() as session:
            session.execute(A_LINE, given | {"groups": groups, "named": named} | more)

    def look(self, **more: Any) -> int:
        """The worker looks."""
        with self.made.worker.transaction() as session:
            asked: dict[str, Any] = {"moment": now(), "by_mail": True} | more
            return look(session, **asked)

    def send(self) -> None:
        """Hand over every mail that is planned."""
        with self.made.worker.transaction() as session:
            planned = session.scalars(select(ReadingAlarmMail.id)).all()
        for mail_id in planned:
            hand_over(self.made.worker, self.desk, mail_id, moment=now())

    def alarms(self) -> list[ReadingAlarm]:
        """Every alarm there is, oldest first."""
        with self.made.owner.transaction() as session:
            return list(session.scalars(select(ReadingAlarm).order_by(ReadingAlarm.raised_at)))


@pytest.fixture
def office(server: EmbeddedServer, template: str) -> Iterator[Office]:
    """An office where nothing has happened yet."""
    with scratch(server, template) as made:
        yield Office(made, settle_cast(made.owner, made.door))


@pytest.mark.parametrize("role", Role)
def test_the_rules_say_how_many_and_why(role: Role) -> None:
    rules = BY_ROLE.get(role, DEFAULT)
    assert [rule.window_minutes for rule in rules] == [HOUR, DAY]
    for rule in rules:
        assert rule.reason
        within = dict.fromkeys((HOUR, DAY), 0) | {rule.window_minutes: rule.allowed}
        assert exceeded(role, within) is None
        assert exceeded(role, within | {rule.window_minutes: rule.allowed + 1}) == rule


def test_a_triage_worker_s_whole_day_raises_nothing(office: Office) -> None:
    morgan = office.cast.morgan
    queue = [uuid4() for _ in range(360)]
    # All that waits, in pages of fifty flags with whom they are about, several times over; then a day's new flags.
    for start in range(0, len(queue), 50):
        for hours in (6, 3, 1):
            office.shown(morgan, 0, named=queue[start : start + 50], ago=timedelta(hours=hours, minutes=1))
    for hour in range(8):
        office.shown(morgan, 30, ago=timedelta(hours=hour))
    assert office.look() == 0
    assert office.alarms() == []


@pytest.mark.parametrize(("who", "allowed"), [("rowan", DEFAULT[0].allowed), ("morgan", TRIAGE[0].allowed)])
def test_one_record_more_than_an_hour_allows_raises_one_alarm_for_the_agency(
    office: Office, who: str, allowed: int
) -> None:
    viewer = office.cast.viewers[who]
    office.shown(viewer, allowed)
    assert office.look() == 0
    office.shown(viewer, 1)
    assert office.look() == 1
    [alarm] = office.alarms()
    assert (alarm.user_id, alarm.agency_id, alarm.role) == (viewer.user_id, viewer.agency_id, viewer.role)
    assert (alarm.records, alarm.allowed, alarm.window_minutes) == (allowed + 1, allowed, HOUR)


def test_a_day_is_counted_though_no_hour_of_it_is_much(office: Office) -> None:
    for hour in range(5):
        office.shown(office.cast.rowan, 61, ago=timedelta(hours=hour, minutes=1))
    assert office.look() == 1
    [alarm] = office.alarms()
    assert (alarm.records, alarm.window_minutes) == (305, DAY)


def test_different_records_are_counted_and_neither_looks_nor_what_shows_no_field(office: Office) -> None:
    rowan = office.cast.rowan
    same = [uuid4() for _ in range(60)]
    for _ in range(10):
        office.shown(rowan, 0, named=same)
    office.shown(rowan, 500, groups=0)
    office.shown(rowan, 500, groups=0, action="DENY")
    assert office.look() == 0


def test_a_flag_and_whom_it_is_about_are_one_record(office: Office) -> None:
    flags = [raised(office.cast) for _ in range(3)]
    office.cast.ask(office.cast.rowan, LIST, first=3)
    with office.made.worker.transaction() as session:
        counted = session.execute(
            text("select records from audit_reading_counts(now() - interval '1 day', now() - interval '1 day')")
        ).all()
    assert [row.records for row in counted] == [len(flags)]


def test_a_page_of_a_list_counts_all_it_shows(office: Office) -> None:
    for _ in range(8):
        imported(office.cast)
    office.cast.ask(office.cast.dana, LIST, first=100)
    office.shown(office.cast.dana, DEFAULT[0].allowed - 8)
    assert office.look() == 0
    office.shown(office.cast.dana, 1)
    assert office.look() == 1


def test_there_is_one_alarm_a_person_and_day_and_a_new_one_on_the_next(office: Office) -> None:
    office.shown(office.cast.rowan, 150)
    assert [office.look(), office.look()] == [1, 0]
    office.shown(office.cast.rowan, 150)
    assert office.look() == 0
    with office.made.owner.transaction() as session:
        session.execute(text("update reading_alarm set day = day - 1"))
    assert office.look() == 1
    assert len(office.alarms()) == 2


def test_two_workers_at_once_raise_one(office: Office) -> None:
    office.shown(office.cast.rowan, 150)
    with office.made.worker.transaction() as first:
        assert look(first, moment=now(), by_mail=True) == 1
    assert office.look() == 0
    with office.made.owner.transaction() as session:
        assert session.scalar(text("select count(*) from reading_alarm_mail")) == 2


def test_what_passed_while_no_worker_ran_is_found_by_the_day(office: Office) -> None:
    office.shown(office.cast.rowan, 301, ago=timedelta(hours=5))
    assert office.look() == 0
    assert office.look(lately=timedelta(days=1)) == 1


def test_every_guardian_of_that_agency_gets_one_mail_and_nobody_else(office: Office) -> None:
    office.shown(office.cast.rowan, 150)
    office.look()
    office.send()
    office.send()
    told = sorted(str(mail["To"]) for mail in office.post.mails)
    assert told == sorted(office.cast.email(name) for name in ("gail", "wren"))


def test_where_an_agency_has_no_guardian_its_data_protection_officer_is_told(office: Office) -> None:
    with office.made.owner.transaction() as session:
        session.execute(
            text("update membership set active_to = current_date - 1 where id = :id"),
            {"id": office.cast.harper.membership_id},
        )
        assert watchers(session, agency_id=office.cast.toby.agency_id) == [office.cast.toby.membership_id]
        assert watchers(session, agency_id=office.cast.alex.agency_id) == []
    office.shown(office.cast.alex, 150)
    assert office.look() == 1
    office.send()
    assert office.post.mails == []


def test_a_mail_says_that_somebody_read_much_and_neither_who_nor_what(office: Office) -> None:
    flag = raised(office.cast)
    office.shown(office.cast.rowan, 150)
    office.look()
    office.send()
    for mail in office.post.mails:
        # Any number may stand in the id of a message.
        del mail["Message-ID"]
        whole = mail.as_string() + mail.get_content()
        assert mail["Subject"] == "Somebody in your agency opened many records"
        assert "https://concord.example/audit/alarms" in whole
        names = [name for name, _ in PEOPLE.values()]
        for word in (*names, "Rowan", "Severn", "150", flag["reference"], str(office.cast.rowan.user_id)):
            assert word not in whole.replace(str(mail["To"]), "")


def test_a_busy_server_loses_no_mail_and_an_ended_guardian_gets_none(office: Office) -> None:
    office.shown(office.cast.rowan, 150)
    office.look()
    office.post.busy = True
    with pytest.raises(NotTaken):
        office.send()
    office.post.busy = False
    with office.made.owner.transaction() as session:
        session.execute(
            text("update membership set active_to = current_date - 1 where id = :id"),
            {"id": office.cast.wren.membership_id},
        )
    office.send()
    assert [str(mail["To"]) for mail in office.post.mails] == [office.cast.email("gail")]


def test_the_alarm_goes_through_the_queue_which_carries_an_id_and_nothing_else(office: Office) -> None:
    office.shown(office.cast.rowan, 150)
    office.look()
    with office.made.owner.transaction() as session:
        jobs = session.execute(
            text("select task_name, args from procrastinate_jobs where task_name like 'oversight:%'")
        ).all()
    assert {name for name, _ in jobs} == {"oversight:mail_alarm"}
    assert {tuple(arguments) for _, arguments in jobs} == {("mail_id",)}
    work_off(office.made.urls.worker, [("oversight", tasks(office.made.worker, office.desk))])
    assert len(office.post.mails) == 2


def test_without_a_desk_the_alarm_stands_in_the_portal_alone(office: Office) -> None:
    office.shown(office.cast.rowan, 150)
    assert office.look(by_mail=False) == 1
    with office.made.owner.transaction() as session:
        assert session.scalar(text("select count(*) from reading_alarm_mail")) == 0


def test_only_guardians_and_data_protection_officers_of_that_agency_read_the_alarm(office: Office) -> None:
    office.shown(office.cast.rowan, 150)
    office.look()
    for name, viewer in office.cast.viewers.items():
        answer = office.cast.ask(viewer, ALARMS)
        mine = name in ("gail", "wren")
        assert answer["viewer"]["freshReadingAlarms"] == int(mine), name
        assert answer["viewer"]["viewerCanReadAudit"] == (viewer.role in (Role.GUARDIAN, Role.DPO))
        people = [edge["node"]["person"]["displayName"] for edge in answer["readingAlarms"]["edges"]]
        assert people == (["PC Rowan Hale"] if mine else [])
        with office.made.wall.acting_as(viewer) as session:
            assert len(session.execute(text("select * from reading_alarm")).all()) == int(mine), name
    assert "PC Rowan Hale" not in said(office.cast.ask(None, ALARMS))
    [edge] = office.cast.ask(office.cast.gail, ALARMS)["readingAlarms"]["edges"]
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert office.cast.ask(office.cast.gail, node, id=edge["node"]["id"])["node"]
    assert office.cast.ask(office.cast.harper, node, id=edge["node"]["id"])["node"] is None


def test_nothing_is_blocked_and_nothing_is_written_for_the_one_who_reads(office: Office) -> None:
    flag = raised(office.cast)
    office.shown(office.cast.rowan, 500)
    office.look()
    read = "query($id: ID!) { flag(by: {id: $id}) { reference } }"
    assert office.cast.ask(office.cast.rowan, read, id=flag["id"])["flag"] == {"reference": flag["reference"]}
    assert events(office.cast, office.cast.gail)


def test_the_worker_learns_how_many_and_not_which(office: Office) -> None:
    raised(office.cast)
    with office.made.worker.transaction() as session:
        counted = session.execute(
            text("select * from audit_reading_counts(now() - interval '1 day', now() - interval '1 day')")
        )
        assert [*counted.keys()] == ["membership_id", "user_id", "agency_id", "role", "records"]
    for statement in (
        "select * from audit_lines(null, null, now(), null, null, null, null, false, 1, 1)",
        "select * from audit_record(null, 'F-1')",
        "select * from audit_readers(gen_random_uuid())",
        "select * from audit_event_agency",
        "update reading_alarm set records = 0",
        "delete from reading_alarm",
    ):
        with pytest.raises(DBAPIError, match="permission denied"), office.made.worker.transaction() as session:
            session.execute(text(statement))
    with pytest.raises(DBAPIError, match="permission denied"), office.made.wall.acting_as(office.cast.gail) as session:
        session.execute(text("select * from audit_reading_counts(now(), now())"))
