"""Tries something that must not work, whatever comes of it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import DBAPIError

from portal.access.viewer import Viewer
from tests.access.scene import Scene

Promise = Callable[[Scene], bool]


def succeeds(scene: Scene, viewer: Viewer, act: Callable[[Any], Any]) -> bool:
    """Whether PostgreSQL lets a viewer do something; it is taken back in any case."""
    with scene.wall.acting_as(viewer) as session:
        try:
            return bool(act(session))
        except DBAPIError as refusal:
            # Only a refusal of the wall counts: a promise that fails for another reason would promise nothing.
            if "row-level security" not in str(refusal.orig):
                raise
            return False
        finally:
            session.rollback()
