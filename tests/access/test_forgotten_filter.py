"""A query that forgets its filter leaks nothing: whatever form it has, PostgreSQL shows a stranger no row.

Each form is tried by the author too, who must be answered, so that no form passes for the wrong reason.
"""

from typing import Any

import pytest
from sqlalchemy import select, text

from portal.access.disclosure import visible
from portal.flags.models import Flag
from tests.access.forms import FACT, FORMS, Form
from tests.access.scene import Scene
from tests.factories.flags import raised


def _ask(form: Form, scene: Scene, viewer: Any) -> Any:
    """What a form finds, in a transaction that is taken back."""
    context = scene.wall.anonymously() if viewer is None else scene.wall.acting_as(viewer)
    with context as session:
        try:
            return form(session, scene)
        except Exception as refusal:  # noqa: BLE001  any refusal is as good as no row; leaking is what counts
            return _Refused(refusal)
        finally:
            session.rollback()


class _Refused:
    def __init__(self, refusal: Exception) -> None:
        self.refusal = refusal

    def __bool__(self) -> bool:
        return False


@pytest.mark.parametrize("name", FORMS)
def test_a_stranger_finds_nothing(scene: Scene, name: str) -> None:
    for viewer in (scene.stranger, scene.other.morgan, scene.cast.robin, scene.cast.noor, None):
        found = _ask(FORMS[name], scene, viewer)
        assert not found, f"{name} leaks: close it with a policy in migrations/versions/0004_walls.py"
        if isinstance(found, _Refused):
            assert FACT not in str(found.refusal)


@pytest.mark.parametrize("name", FORMS)
def test_the_author_is_answered_by_the_same_form(scene: Scene, name: str) -> None:
    found = _ask(FORMS[name], scene, scene.author)
    assert found, f"{name} answers nobody, so it shows nothing: {getattr(found, 'refusal', None)}"


def test_what_was_opened_while_a_transaction_waited_is_seen_in_it(scene: Scene) -> None:
    with scene.wall.acting_as(scene.cast.dana) as session:
        assert session.scalar(text("select now() is not null"))
        flag = raised(scene.cast, scene.cast.dana)
        found = select(Flag.reference).where(visible(scene.cast.dana, Flag.__table__.c.id))
        assert flag["reference"] in session.scalars(found).all()
        assert flag["reference"] in session.scalars(text("select reference from flag")).all()


def test_what_ended_while_a_transaction_waited_is_not_seen_in_it(scene: Scene) -> None:
    flag = raised(scene.cast, scene.cast.dana)
    with scene.wall.acting_as(scene.cast.dana) as session:
        assert flag["reference"] in session.scalars(text("select reference from flag")).all()
        with scene.owner.transaction() as other:
            other.execute(
                text(
                    "update disclosure set valid_to = greatest(valid_from, clock_timestamp())"
                    " where granted_by_membership_id = :by"
                ),
                {"by": scene.cast.dana.membership_id},
            )
        assert flag["reference"] not in session.scalars(text("select reference from flag")).all()
