"""Answers that wait are said in one quiet line, until their flag is opened."""

from sqlalchemy import select

from portal.flags.models import Flag
from portal.notifications.models import Notification, NotificationKind
from tests.factories.cast import Cast
from tests.factories.flags import shared
from tests.pages.conftest import ReadAs
from tests.pages.words_on import words_on


def shared_and_noticed(cast: Cast) -> dict[str, str]:
    """A flag with an answer, of which its author has notice, as the worker leaves it."""
    flag = shared(cast)
    with cast.owner.transaction() as session:
        of_flag = select(Flag.id).where(Flag.reference == flag["reference"])
        session.add(
            Notification(
                flag_id=session.execute(of_flag).scalar_one(),
                membership_id=cast.rowan.membership_id,
                kind=NotificationKind.ANSWER,
            )
        )
    return flag


def test_unread_answers_are_counted_and_marked_until_their_flag_is_opened(cast: Cast, read_as: ReadAs) -> None:
    first, _ = shared_and_noticed(cast), shared_and_noticed(cast)
    rowan = read_as(cast.rowan)
    page = words_on(rowan.get("/flags").text)
    assert "2 answers you have not read." in page
    assert page.count("Not read yet") == 2
    rowan.get(f"/flags/{first['id']}")
    page = words_on(rowan.get("/flags").text)
    assert "1 answer you have not read." in page
    assert page.count("Not read yet") == 1


def test_opening_somebody_else_s_flag_reads_nothing_for_them(cast: Cast, read_as: ReadAs) -> None:
    flag = shared_and_noticed(cast)
    for viewer in (cast.mel, cast.morgan, cast.sam):
        read_as(viewer).get(f"/flags/{flag['id']}")
    assert "1 answer you have not read." in words_on(read_as(cast.rowan).get("/flags").text)
