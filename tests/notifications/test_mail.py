"""A mail says that something waits and nothing more, for who wants one; a flood of flags is no flood of mails."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from portal.notifications.mailing import APART
from portal.notifications.models import NotificationKind
from portal.notifications.tasks import MailDesk
from portal.post import Folder, NotTaken, SmtpServer, Uncertain
from tests.factories.flags import raised, report, shared, taken
from tests.notifications.conftest import Room
from tests.notifications.smtp_server import Received

CHOOSE = """
mutation($input: SetNotificationPreferencesInput!) { setNotificationPreferences(input: $input) { __typename } }
"""
# A Thursday, at half past nine in the morning in England, before any holiday.
THURSDAY = datetime(2026, 11, 19, 9, 30, tzinfo=UTC)


def choose(room: Room, name: str, **kinds: str) -> None:
    """Let somebody choose how they hear."""
    preferences = [{"kind": kind, "email": email} for kind, email in kinds.items()]
    given = {"preferences": preferences, "idempotencyKey": report()["idempotencyKey"]}
    answer = room.cast.ask(room.cast.viewers[name], CHOOSE, input=given)["setNotificationPreferences"]
    assert answer["__typename"] == "NotificationPreferencesSaved"


def at_once(room: Room, *names: str) -> None:
    """Let these hear of everything at once, and everybody else of nothing."""
    for name in room.cast.viewers:
        choose(room, name, **dict.fromkeys(NotificationKind, "AT_ONCE" if name in names else "NEVER"))


def whole(mail: EmailMessage) -> str:
    """A mail with every header, as text."""
    return mail.as_string() + mail.get_content()


def test_a_mail_says_which_kind_waits_and_where_to_read_it(room: Room, post: Received, desk: MailDesk) -> None:
    at_once(room, "rowan")
    room.announce("ANSWER", taken(room.cast))
    room.send(desk)
    [mail] = post.mails
    assert post.recipients == [room.cast.email("rowan")]
    assert mail["Subject"] == "Something waits for you in Concord"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_content()
    assert "- an answer to a flag you raised" in text
    assert "https://concord.example/notifications" in text


def test_no_mail_holds_anything_of_a_flag_or_of_anybody(room: Room, post: Received, desk: MailDesk) -> None:
    at_once(room, "rowan", "morgan", "sam")
    canary = "kanarienvogel"
    person = {"person": {"preferredName": canary, "ageBandCode": "14_15"}}
    flag = shared(
        room.cast, taken(room.cast, raised(room.cast, subject=person, fact=canary, place={"description": canary}))
    )
    for kind in NotificationKind:
        room.announce(kind, flag)
    room.send(desk)
    assert post.mails
    names = [viewer.display_name for viewer in room.cast.viewers.values()]
    agencies = {viewer.agency_name for viewer in room.cast.viewers.values()}
    for mail in post.mails:
        text = whole(mail)
        for word in (canary, flag["reference"], flag["id"], str(room.key(flag)), *names, *agencies, "Severn"):
            assert word not in text
        addresses = [room.cast.email(name) for name in ("rowan", "morgan", "sam")]
        assert sum(address in text for address in addresses) == 1, "A mail names nobody but who gets it."


def test_what_comes_within_fifteen_minutes_goes_into_one_mail(room: Room, post: Received, desk: MailDesk) -> None:
    at_once(room, "morgan")
    room.announce("NEW_FLAG", raised(room.cast))
    room.send(desk)
    assert len(post.mails) == 1
    for _ in range(30):
        room.announce("NEW_FLAG", raised(room.cast))
        room.later(seconds=20)
        room.send(desk)
    assert len(post.mails) == 1
    room.later(minutes=5)
    room.send(desk)
    room.later(minutes=30)
    room.send(desk)
    assert len(post.mails) == 2
    first, second = (mail.sent_at for mail in room.mails())
    assert first is not None
    assert second is not None
    assert second - first >= APART


def test_a_job_that_runs_twice_sends_once(room: Room, post: Received, desk: MailDesk) -> None:
    at_once(room, "rowan")
    flag = taken(room.cast)
    about = room.announce("ANSWER", flag)
    room.send(desk)
    room.announce("ANSWER", flag, about=about)
    room.later(hours=1)
    room.plan()
    room.send(desk)
    assert len(post.mails) == 1


def test_a_worker_that_died_between_sending_and_saying_so_floods_nobody(
    room: Room, post: Received, desk: MailDesk
) -> None:
    at_once(room, "rowan")
    room.announce("ANSWER", taken(room.cast))
    room.send(desk)
    room.as_owner("update notice_mail set sent_at = null, closed_at = null; update notification set mailed_at = null")
    for _ in range(5):
        room.later(minutes=1)
        room.send(desk)
    assert len(post.mails) == 1
    room.later(minutes=15)
    room.send(desk)
    assert len(post.mails) == 2, "Rather twice than never."


def test_by_default_what_cannot_wait_is_mailed_at_once_and_the_rest_in_the_morning(
    room: Room, post: Received, desk: MailDesk
) -> None:
    room.moment = THURSDAY
    flag = shared(room.cast)
    room.announce("ANSWER", flag)
    room.announce("OVERDUE", flag)
    room.send(desk)
    assert post.recipients == [room.cast.email("morgan")]
    assert "overdue" in post.mails[0].get_content()
    for _ in range(3):
        room.plan()
        room.send(desk)
    assert len(post.mails) == 1, "Eight had struck before it came."
    room.later(hours=22)
    room.plan()
    room.send(desk)
    assert len(post.mails) == 1, "Half past seven."
    room.later(hours=1)
    for _ in range(3):
        room.plan()
        room.send(desk)
    assert post.recipients[1:] == [room.cast.email("rowan")]


def test_a_digest_waits_for_a_working_day(room: Room, post: Received, desk: MailDesk) -> None:
    room.moment = THURSDAY + timedelta(days=1)
    room.announce("ANSWER", taken(room.cast))
    for _ in range(2):
        room.later(days=1)
        room.plan()
        room.send(desk)
    assert post.mails == []
    room.later(days=1)
    room.plan()
    room.send(desk)
    assert len(post.mails) == 1


def test_a_choice_is_honoured_and_can_change(room: Room, post: Received, desk: MailDesk) -> None:
    room.moment = THURSDAY
    choose(room, "rowan", QUESTION="NEVER", ANSWER="AT_ONCE")
    flag = taken(room.cast)
    room.announce("QUESTION", flag)
    room.later(days=1)
    room.plan()
    room.send(desk)
    assert post.mails == []
    room.announce("ANSWER", flag)
    room.send(desk)
    assert "question" not in post.mails[0].get_content()


def test_what_was_read_meanwhile_is_not_mailed(room: Room, post: Received, desk: MailDesk) -> None:
    at_once(room, "rowan")
    room.announce("ANSWER", taken(room.cast))
    room.as_owner("update notification set read_at = now()")
    room.send(desk)
    assert post.mails == []
    assert [mail.sent_at for mail in room.mails()] == [None]


def test_who_lost_the_flag_or_the_account_gets_no_mail(room: Room, post: Received, desk: MailDesk) -> None:
    at_once(room, "rowan", "dana")
    room.announce("ANSWER", taken(room.cast))
    room.announce("ANSWER", taken(room.cast, raised(room.cast, room.cast.dana)))
    room.as_owner(
        "update disclosure set valid_to = greatest(valid_from, now()) where granted_by_membership_id = :by",
        by=room.cast.rowan.membership_id,
    )
    room.as_owner("update user_account set disabled_at = now() where id = :id", id=room.cast.dana.user_id)
    room.send(desk)
    assert post.mails == []


def test_a_refused_address_is_logged_by_id_and_not_tried_again(room: Room, post: Received, desk: MailDesk) -> None:
    at_once(room, "rowan")
    post.to_recipient = "550 no such user"
    room.announce("ANSWER", taken(room.cast))
    with capture_logs() as lines:
        room.send(desk)
    [mail] = room.mails()
    assert mail.closed_at is not None
    assert [line for line in lines if line["event"] == "mail refused"] == [
        {"event": "mail refused", "mail_id": str(mail.id), "log_level": "warning"}
    ]
    assert "@" not in str(lines)
    room.later(hours=1)
    room.plan()
    assert len(room.mails()) == 1


@pytest.mark.parametrize("answer", ["451 later", "421 busy"])
def test_a_server_that_is_busy_is_asked_again_and_nothing_is_lost(
    room: Room, post: Received, desk: MailDesk, answer: str
) -> None:
    at_once(room, "rowan")
    post.to_mail = answer
    room.announce("ANSWER", taken(room.cast))
    with pytest.raises(NotTaken) as refusal:
        room.send(desk)
    assert "@" not in str(refusal.value)
    post.to_mail = "250 taken"
    room.send(desk)
    assert len(post.mails) == 1


def test_a_server_that_falls_silent_may_have_taken_it_so_the_next_try_waits(
    room: Room, post: Received, desk: MailDesk
) -> None:
    at_once(room, "rowan")
    post.to_mail = None
    room.announce("ANSWER", taken(room.cast))
    with pytest.raises(Uncertain):
        room.send(desk)
    post.to_mail = "250 taken"
    room.send(desk)
    assert post.mails == []
    room.later(minutes=15)
    room.send(desk)
    assert len(post.mails) == 1


def test_a_mail_that_nobody_took_for_long_is_planned_anew(room: Room) -> None:
    at_once(room, "rowan")
    room.announce("ANSWER", taken(room.cast))
    nowhere = MailDesk(SmtpServer("smtp://127.0.0.1:1"), sender="a@b.example", public_url="https://c.example")
    with pytest.raises(NotTaken):
        room.send(nowhere, last=True)
    room.later(minutes=5)
    room.plan()
    assert [mail.closed_at is None for mail in room.mails()] == [False, True]


def test_a_demonstration_writes_its_mails_into_a_folder(room: Room, tmp_path: Path) -> None:
    at_once(room, "rowan")
    room.announce("ANSWER", taken(room.cast))
    room.send(MailDesk(Folder(tmp_path / "mail"), sender="a@demo.invalid", public_url="http://127.0.0.1:8000"))
    [file] = (tmp_path / "mail").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert "http://127.0.0.1:8000/notifications" in file.read_text()


def test_an_installation_without_mail_plans_none(room: Room) -> None:
    at_once(room, "rowan")
    room.announce("ANSWER", taken(room.cast), by_mail=False)
    assert room.mails() == []
    assert room.told("ANSWER") == room.named("rowan")
