"""The one file that knows all layers: `create_app()` for the web server and the `concord` command for people."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal.operations.commands import COMMANDS, installation, sentences

if TYPE_CHECKING:
    from flask import Flask

    from graphql_schema import Door
    from portal.access.viewer import Viewer
    from portal.config import Settings
    from portal.notifications.tasks import MailDesk
    from portal.operations.supervise import Child


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Give the site. Without settings it reads them from the environment, and refuses a database of the other mode.

    Raises SettingsError or WrongDatabaseError with one sentence.
    """
    from flask import Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    import frontend
    from frontend import sign_in
    from frontend.health import health
    from frontend.plans.paper import print_plan
    from graphql_schema import Door, http
    from portal.access.context import Wall, derive_key
    from portal.agencies.attribution import read_attributions
    from portal.config import load_settings
    from portal.db import Database
    from portal.identity.front_desk import FrontDesk
    from portal.identity.throttle import Throttle
    from portal.operations.installation import refuse_without_walls, refuse_wrong_database
    from portal.operations.readiness import readiness
    from portal.plans.bundle import Press, plans_key
    from portal.rates.buckets import Rates

    if settings is None:
        settings = load_settings()
        refuse_wrong_database(settings)
        refuse_without_walls(settings)
    secret = settings.secret_key.get_secret_value()
    database = Database.connect(settings.database_url or "")
    wall = Wall(database, derive_key(secret))
    press = Press(plans_key(secret), print_plan)
    door = Door(wall, rates=Rates(database), press=press, introspection=settings.introspection)
    app = Flask(__name__, static_folder=None)
    frontend.install(app, door=door, sources=read_attributions())
    desk = FrontDesk(wall, Throttle(database, secret))
    # A demonstration answers on this machine only, where there is no HTTPS.
    sign_in.install(app, desk, secret_key=secret, secure=not settings.demo)
    graphql = http.blueprint(door, wall)
    # It reads no cookie, so no other site can make a browser act through it.
    app.extensions["csrf"].exempt(graphql)
    app.register_blueprint(graphql)
    app.register_blueprint(health(lambda: readiness(database.engine)))
    if (proxies := settings.trusted_proxies) > 0:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    return app


@click.group()
def concord() -> None:
    """A partnership portal: flags, referrals to services with room, and joint commissioning plans."""


@concord.command()
def run() -> None:
    """Start everything on this machine, and stop everything on Ctrl-C."""
    from portal.config import load_settings
    from portal.operations.database import reachable
    from portal.operations.supervise import Family, Stopped, need_free_port, stoppable, wait_until_it_answers

    try:
        with sentences(), stoppable():
            settings = load_settings()
            need_free_port(settings.host, settings.port)
            click.echo("Concord is starting; the first time takes some seconds longer.")
            with reachable(settings, alone=True) as settings, Family() as family:
                _bring_up_to_date(settings)
                for child in _children(settings):
                    family.start(child)
                wait_until_it_answers(settings.host, settings.port, "/healthz", family=family)
                click.echo(f"Concord is at http://{settings.host}:{settings.port}. Ctrl-C stops it.")
                if settings.demo:
                    _print_sign_ins()
                family.keep()
    except Stopped:
        click.echo("Concord has stopped.")


def _bring_up_to_date(settings: "Settings") -> None:
    """Migrate, mark a new database, see that its walls stand, and give a demonstration its people."""
    from portal.operations.installation import mark, refuse_without_walls, refuse_wrong_database

    refuse_wrong_database(settings)
    _upgrade(settings)
    mark(settings)
    refuse_without_walls(settings)
    if settings.demo:
        _seed(settings)


def _seed(settings: "Settings") -> None:
    """Give a demonstration its cast, and let the cast say its stories through the schema."""
    from frontend.commands.demo import tell
    from portal.db import Database
    from portal.operations.cast import settle_once

    cast = settle_once(Database.connect(settings.owner_database_url or ""))
    door = _door(settings)
    tell(lambda name, document, variables: _answered(door, cast[name], document, variables))


def _door(settings: "Settings") -> "Door":
    from graphql_schema import Door
    from portal.access.context import Wall, derive_key
    from portal.db import Database

    database = Database.connect(settings.database_url or "")
    return Door(Wall(database, derive_key(settings.secret_key.get_secret_value())))


def _answered(door: "Door", viewer: "Viewer", document: str, variables: "dict[str, Any]") -> "dict[str, Any]":
    """The data of an operation that a command runs; a command has nobody to show an error to but the terminal."""
    execution = door.execute(document, variables, viewer)
    if execution.data is None or execution.errors:
        raise click.ClickException("; ".join(error.message for error in execution.errors))
    return execution.data


def _upgrade(settings: "Settings") -> None:
    from portal.operations.upgrade import upgrade as bring_up_to_date

    bring_up_to_date(
        owner_url=settings.owner_database_url or "",
        web_url=settings.database_url or "",
        worker_url=settings.worker_database_url or "",
        secret=settings.secret_key.get_secret_value(),
    )


def _children(settings: "Settings") -> "Iterator[Child]":
    from portal.operations.supervise import Child

    told = {
        "PORTAL_DATABASE_URL": settings.database_url or "",
        "PORTAL_OWNER_DATABASE_URL": settings.owner_database_url or "",
        "PORTAL_WORKER_DATABASE_URL": settings.worker_database_url or "",
        "PORTAL_DEMO": "1" if settings.demo else "0",
        "CONCORD_BIND": f"{settings.host}:{settings.port}",
    }
    gunicorn = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "python:portal.operations.web_server",
        "wsgi:create_app()",
    ]
    yield Child(name="web server", command=gunicorn, environment=told)
    worker = [sys.executable, "-m", "wsgi", "worker", "--with-parent"]
    yield Child(name="worker", command=worker, environment=told)


def _print_sign_ins() -> None:
    from portal.operations.cast import sign_ins

    click.echo(sign_ins())


@concord.command()
def upgrade() -> None:
    """Bring the database up to date."""
    from portal.operations.installation import mark, refuse_wrong_database

    with installation() as settings:
        refuse_wrong_database(settings)
        _upgrade(settings)
        mark(settings)


@concord.command()
def demo() -> None:
    """Give a demonstration its invented partnership again, and print who can sign in."""
    from portal.operations.cast import sign_ins

    with installation() as settings:
        if not settings.demo:
            raise click.ClickException("The invented partnership is for demonstrations only: set PORTAL_DEMO=1.")
        _bring_up_to_date(settings)
        click.echo(sign_ins())


@concord.command()
@click.option("--with-parent", is_flag=True, hidden=True, help="End when standard input ends.")
def worker(*, with_parent: bool) -> None:
    """Do the jobs that wait in the queue, until stopped."""
    from portal.audit.each_second import sealed_each_second
    from portal.audit.sealing import sealing_key
    from portal.db import Database
    from portal.flags.drafts import tasks as drafts
    from portal.notifications.tasks import tasks as notifications
    from portal.operations.installation import refuse_without_walls
    from portal.operations.lifeline import die_with_parent
    from portal.operations.logs import configure
    from portal.operations.worker import work
    from portal.oversight.anchoring import tasks as anchoring
    from portal.oversight.tasks import tasks as oversight
    from portal.plans.effect import tasks as plans
    from portal.shares.tick import tasks as clock

    configure()
    if with_parent:
        die_with_parent()
    with installation() as settings:
        refuse_without_walls(settings)
        address = settings.worker_database_url or ""
        database = Database.connect(address)
        desk, key = _mail_desk(settings), sealing_key(settings.secret_key.get_secret_value())
        jobs = [
            ("notifications", notifications(database, desk)),
            ("flags", clock(database)),
            ("drafts", drafts(database)),
            ("audit", anchoring(database, key, desk)),
            ("oversight", oversight(database, desk)),
            ("plans", plans(database)),
        ]
        with sealed_each_second(database, key):
            work(address, jobs)


def _mail_desk(settings: "Settings") -> "MailDesk | None":
    """Where mails are handed over: to the SMTP server it was told of, in a demonstration to a folder."""
    from portal.notifications.tasks import MailDesk
    from portal.post import Folder, SmtpServer

    if settings.demo:
        folder = Folder(settings.data_dir / "mail")
        return MailDesk(folder, sender="concord@demonstration.invalid", public_url=settings.home)
    if settings.smtp_url is None:
        return None
    return MailDesk(SmtpServer(settings.smtp_url), sender=settings.mail_from or "", public_url=settings.home)


@concord.command("import-incidents")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file that says which column is what; a file of police.uk when left out.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def import_incidents(file: Path, *, mapping_file: "Path | None", dry_run: bool) -> None:
    """Read a CSV file of incidents into the review list of a team.

    It acts as whoever's token stands in CONCORD_TOKEN; in a demonstration without one, as PC Rowan Hale.
    """
    from frontend.commands.import_incidents import ImportRefused
    from frontend.commands.import_incidents import import_incidents as read
    from frontend.commands.mapping import MappingRefused, read_mapping

    try:
        mapping = read_mapping(mapping_file) if mapping_file else read_mapping()
    except MappingRefused as refused:
        raise click.ClickException(str(refused)) from None
    with installation() as settings:
        door = _door(settings)
        viewer = _caller(settings, door)
        try:
            click.echo(
                read(
                    lambda text, variables: _answered(door, viewer, text, variables),
                    file.read_bytes(),
                    mapping,
                    dry_run=dry_run,
                )
            )
        except ImportRefused as refused:
            raise click.ClickException(str(refused)) from None


def _caller(settings: "Settings", door: "Door") -> "Viewer":
    """Whom a command acts as: the holder of the given token, or a demonstration's officer."""
    from portal.db import Database
    from portal.identity.tokens import viewer_for_token
    from portal.operations.cast import settle_once

    token = os.environ.get("CONCORD_TOKEN")
    if token is None and settings.demo:
        return settle_once(Database.connect(settings.owner_database_url or ""))["PC Rowan Hale"]
    with door.wall.anonymously() as session:
        viewer = viewer_for_token(session, token) if token else None
    if viewer is None:
        raise click.ClickException("Give a valid token in CONCORD_TOKEN: the import acts as whoever it belongs to.")
    return viewer


for command in COMMANDS:
    concord.add_command(command)


if __name__ == "__main__":
    concord()
