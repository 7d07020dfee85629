"""The private PostgreSQL: three roles, one holder, no open door, and no mode changed outside its folders."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy.engine import make_url

from portal.operations import embedded
from tests.toolchain.processes import ended
from toolchain.environment import place_outside

HOLD_AND_DIE = """
import os, signal, sys
from pathlib import Path
from portal.operations import embedded
embedded.start(Path(sys.argv[1]))
os.kill(os.getpid(), signal.SIGKILL)
"""
START_AND_STOP = """
import sys
from pathlib import Path
from portal.operations import embedded
embedded.start(Path(sys.argv[1]), at_end="delete").stop()
"""
ROOT = os.getuid() == 0


def _connect(address: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(make_url(address).set(drivername="postgresql").render_as_string(hide_password=False))


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _postmaster(data_dir: Path) -> psutil.Process:
    return psutil.Process(int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0]))


def test_no_role_stands_above_the_policies_and_only_the_owner_owns(server: embedded.EmbeddedServer) -> None:
    urls = server.urls()
    for address, owns in ((urls.owner, True), (urls.web, False), (urls.worker, False)):
        with _connect(address) as connection:
            powers = connection.execute(
                "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user"
            ).fetchone()
            assert powers == (False, False, False, False)
            owner = connection.execute(
                "select pg_get_userbyid(datdba) = current_user from pg_database where datname = 'concord'"
            )
            assert owner.fetchone() == (owns,)
            version = connection.execute("select current_setting('server_version_num')::int / 10000").fetchone()
            assert version == (embedded.POSTGRES_VERSION,)


def test_the_web_role_may_not_create_tables(server: embedded.EmbeddedServer) -> None:
    with _connect(server.urls().web) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("create table mine (id int)")
    with _connect(server.urls().web) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("create temporary table mine (id int)")


def test_databases_are_made_copied_and_dropped(server: embedded.EmbeddedServer) -> None:
    with _connect(server.create_database("first").owner) as connection:
        connection.execute("create table kept (id int)")
    with _connect(server.copy_database("second", template="first").owner) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (0,)
        server.drop_database("first")
        left = connection.execute("select array_agg(datname order by datname) from pg_database where not datistemplate")
        assert left.fetchone() == (["concord", "postgres", "second"],)
    server.drop_database("second")


def test_nobody_else_on_this_machine_reaches_it(data_dir: Path) -> None:
    server = embedded.start(data_dir)
    try:
        assert _mode(data_dir / "postgres") == 0o700
        assert not _postmaster(data_dir).net_connections("inet")
    finally:
        server.stop()


def test_one_process_holds_a_data_directory_and_others_attach(data_dir: Path) -> None:
    server = embedded.start(data_dir)
    try:
        second = subprocess.run(
            [sys.executable, "-c", START_AND_STOP, str(data_dir)], capture_output=True, text=True, check=False
        )
        assert "Concord already runs from" in second.stderr
        attach = "import sys, pathlib; from portal.operations import embedded\n"
        attach += "attached = embedded.attach(pathlib.Path(sys.argv[1])); print(attached.urls().web); attached.stop()"
        third = subprocess.run(
            [sys.executable, "-c", attach, str(data_dir)], capture_output=True, text=True, check=True
        )
        assert third.stdout.strip() == server.urls().web
        assert _postmaster(data_dir).is_running()
    finally:
        server.stop()
    assert not (data_dir / "postgres" / "postmaster.pid").exists()
    assert embedded.attach(data_dir) is None


def test_what_a_killed_holder_left_running_is_taken_over_and_stopped(data_dir: Path) -> None:
    subprocess.run([sys.executable, "-c", HOLD_AND_DIE, str(data_dir)], check=False)
    left = _postmaster(data_dir)
    server = embedded.start(data_dir)
    try:
        assert _postmaster(data_dir) == left
        with _connect(server.urls().web) as connection:
            assert connection.execute("select current_user").fetchone() == (embedded.WEB,)
    finally:
        server.stop()
    assert ended([left], within_seconds=30)


def test_a_stale_note_of_a_process_that_is_somebody_elses_is_no_server(data_dir: Path) -> None:
    embedded.start(data_dir).stop()
    note = f"{os.getpid()}\n{data_dir / 'postgres'}\n1\n5432\n{data_dir / 'postgres'}\n\n1 1\nready\n"
    (data_dir / "postgres" / "postmaster.pid").write_text(note)
    server = embedded.start(data_dir)
    try:
        with _connect(server.urls().web) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    finally:
        server.stop()


def test_data_of_a_test_goes_with_its_server(data_dir: Path) -> None:
    embedded.start(data_dir, at_end="delete").stop()
    assert not (data_dir / "postgres").exists()


def test_a_clone_in_a_closed_folder_keeps_its_modes(data_dir: Path) -> None:
    closed = data_dir / "closed"
    clone = closed / "clone"
    clone.mkdir(parents=True)
    closed.chmod(0o700)
    if ROOT:
        outside = data_dir / "outside"
        outside.mkdir()
        data_dir.chmod(0o755)
        place_outside(clone, within=outside)
        (clone / ".venv").unlink()
        (clone / ".venv").symlink_to(Path(sys.prefix).resolve())
        python, data = clone / ".venv" / "bin" / "python", (clone / ".data").resolve()
    else:
        python, data = Path(sys.executable), clone / ".data"
    subprocess.run([str(python), "-c", START_AND_STOP, str(data)], check=True, cwd=Path(embedded.__file__).parents[2])
    assert _mode(closed) == 0o700
    assert (data / "holder.lock").exists()


def test_data_in_a_closed_folder_is_refused_to_root_and_private_to_anyone_else(data_dir: Path) -> None:
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700)
    if ROOT:
        with pytest.raises(embedded.EmbeddedServerError, match="may not enter"):
            embedded.start(closed / "data")
        assert not (closed / "data").exists()
    else:
        embedded.start(closed / "data").stop()
        assert _mode(closed / "data") == 0o700
    assert _mode(closed) == 0o700


def test_a_place_outside_belongs_to_one_clone(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    place_outside(first, within=tmp_path)
    place = (first / ".data").resolve()
    place_outside(first, within=tmp_path)
    assert (first / ".data").resolve() == place
    first.rename(second)
    place_outside(second, within=tmp_path)
    assert (second / ".data").resolve() != place
    assert (second / ".venv").resolve().parent == (second / ".data").resolve().parent
