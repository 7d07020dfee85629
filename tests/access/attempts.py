"""Tries something that must not work, whatever comes of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from tests.access.scene import Scene

Promise = Callable[[Scene], bool]


def succeeds(scene: Scene, viewer: Viewer | None, act: Callable[[Any], Any]) -> bool:
    """Whether PostgreSQL lets a viewer, or else the worker, do something; it is taken back in any case."""
    with _acting(scene, viewer) as session:
        try:
            return bool(act(session))
        except DBAPIError as refusal:
            # Only a refusal of the wall counts: a promise that fails for another reason would promise nothing.
            if "row-level security" not in str(refusal.orig):
                raise
            return False
        finally:
            session.rollback()


def _acting(scene: Scene, viewer: Viewer | None) -> AbstractContextManager[Session]:
    if viewer is not None:
        return scene.wall.acting_as(viewer)
    assert scene.worker is not None, "This scene has no worker's wall to try."
    return scene.worker.transaction()
