"""Decides where the toolchain's tests keep data: in folders that PostgreSQL may enter whoever runs the tests."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.operations import embedded


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """An empty folder. Pytest's own stand in a closed one, where root's PostgreSQL, another user, may not enter."""
    folder = Path(tempfile.mkdtemp(prefix="concord-test-", dir="/var/tmp"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def server() -> Iterator[embedded.EmbeddedServer]:
    """A private PostgreSQL for one module."""
    folder = Path(tempfile.mkdtemp(prefix="concord-test-", dir="/var/tmp"))
    running = embedded.start(folder, at_end="delete")
    yield running
    running.stop()
    shutil.rmtree(folder)
