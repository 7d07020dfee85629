"""The one file that knows all layers: `create_app()` for the web server and the `concord` command for people."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

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
    from graphql_schema import Door, http
    from portal.access.context import Wall, derive_key
    from portal.agencies.attribution import read_attributions
    from portal.config import load_settings
    from portal.db import Database
    from portal.identity.front_desk import FrontDesk
    from portal.identity.throttle import Throttle
    from portal.operations.installation import refuse_without_walls, refuse_wrong_database
    from portal.operations.readiness import readiness
    from portal.rates.buckets import Rates

    if settings is None:
        settings = load_settings()
        refuse_wrong_database(settings)
        refuse_without_walls(settings)
    secret = settings.secret_key.get_secret_value()
    database = Database.connect(settings.database_url or "")
    wall = Wall(database, derive_key(secret))
    door = Door(wall, rates=Rates(database), introspection=settings.introspection)
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


@contextmanager
def _sentences() -> Iterator[None]:
    """Every expected mistake ends a command with one sentence and no traceback."""
    from sqlalchemy.exc import OperationalError

    from portal.config import SettingsError
    from portal.operations.embedded import EmbeddedServerError
    from portal.operations.init import InitRefused
    from portal.operations.installation import WrongDatabaseError
    from portal.operations.supervise import ChildEndedError, PortTakenError
    from portal.operations.token import TokenRefused

    expected = (SettingsError, EmbeddedServerError, WrongDatabaseError, ChildEndedError, PortTakenError)
    try:
        yield
    except (*expected, InitRefused, TokenRefused) as error:
        raise click.ClickException(str(error)) from None
    except OperationalError as error:
        # The first line of the driver's answer names host and user, never the password.
        answer = str(error.orig).partition("\n")[0]
        raise click.ClickException(f"The database does not answer: {answer}") from None


@contextmanager
def _installation() -> Iterator["Settings"]:
    """The settings of this installation, with the addresses of a database that answers."""
    from portal.config import load_settings
    from portal.operations.database import reachable

    with _sentences(), reachable(load_settings()) as settings:
        yield settings


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
        with _sentences(), stoppable():
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

    with _installation() as settings:
        refuse_wrong_database(settings)
        _upgrade(settings)
        mark(settings)


@concord.command()
@click.option("--agency", "code", required=True, metavar="CODE", help="The official code of the first agency.")
@click.option("--administrator", "administrator_email", required=True, metavar="EMAIL", help="Where they sign in.")
@click.option("--administrator-name", metavar="NAME", help="Their name; made from the address when left out.")
@click.option("--code-list", metavar="LIST", help="Who gave the code (GSS, ODS and so on), when it is not clear.")
@click.option("--agency-name", metavar="NAME", help="For an agency that is not in the reference data.")
@click.option("--agency-kind", metavar="KIND", help="The same: such as LOCAL_AUTHORITY.")
def init(**details: Any) -> None:
    """Make the first agency and administrator, and print the path where they set their password once."""
    from portal.db import Database
    from portal.operations.init import initialise

    with _installation() as settings:
        click.echo(initialise(Database.connect(settings.owner_database_url or ""), **details))


@concord.command()
def demo() -> None:
    """Give a demonstration its invented partnership again, and print who can sign in."""
    from portal.operations.cast import sign_ins

    with _installation() as settings:
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
    from portal.shares.tick import tasks as clock

    configure()
    if with_parent:
        die_with_parent()
    with _installation() as settings:
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


@concord.command()
def check() -> None:
    """Say whether this installation is ready for visitors, condition by condition."""
    from sqlalchemy import create_engine

    from portal.operations.catalog import Weight
    from portal.operations.installation import catalogue_findings
    from portal.operations.readiness import readiness

    with _installation() as settings:
        conditions = dict(readiness(create_engine(settings.database_url or "")))
        found = catalogue_findings(settings)
    conditions["catalogue"] = not any(finding.rule.weight is Weight.REFUSES for finding in found)
    for name, holds in conditions.items():
        click.echo(f"{name}: {'yes' if holds else 'no'}")
    for finding in found:
        click.echo(f"{finding.rule.weight.value}: {finding}")
    if not all(conditions.values()):
        sys.exit(1)


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
    with _installation() as settings:
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


@concord.group()
def token() -> None:
    """Tokens for tools that speak to the schema."""


@token.command("issue")
@click.option("--agency", required=True, metavar="CODE", help="The agency it acts for.")
@click.option("--role", required=True, metavar="ROLE", help="The role it acts in.")
def issue(agency: str, role: str) -> None:
    """Print a token of the demonstration that holds for one hour."""
    from portal.db import Database
    from portal.operations.token import issue_for_cast

    with _installation() as settings:
        owner = Database.connect(settings.owner_database_url or "")
        issued = issue_for_cast(owner, agency_code=agency, role_code=role)
    # Beside the output, so that a script reads the token and nothing else.
    click.echo(f"{issued.display_name}, {issued.role}, {issued.agency_name}, for {issued.lifetime}", err=True)
    click.echo(issued.secret)


@concord.command("verify-audit")
@click.option(
    "--anchor",
    "anchor_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint, or the mail it came in, that was kept elsewhere: without one a cut end is not found.",
)
@click.option(
    "--former-key",
    "former_keys",
    multiple=True,
    metavar="KEY",
    help="A public key that signed before the secret changed, as a checkpoint's mail gives it.",
)
def verify_audit(*, anchor_file: "Path | None", former_keys: tuple[str, ...]) -> None:
    """Say whether the audit is closed to change, tells of every change it should, and is as it was sealed."""
    from portal.attestation import NotANote, read_public_key
    from portal.audit.checkpoints import read_anchor
    from portal.audit.sealing import sealing_key
    from portal.db import Database
    from portal.operations.verify_audit import verify

    try:
        anchor = read_anchor(anchor_file.read_bytes()) if anchor_file else None
    except NotANote:
        raise click.ClickException("The anchor is no checkpoint of an audit, nor a mail with one.") from None
    try:
        former = [read_public_key(written) for written in former_keys]
    except NotANote:
        raise click.ClickException("A former key is written as in a checkpoint's mail: concord-audit+...") from None
    with _installation() as settings:
        keys = [sealing_key(settings.secret_key.get_secret_value()).public, *former]
        findings = verify(Database.connect(settings.owner_database_url or ""), keys=keys, anchor=anchor)
    for finding in findings:
        click.echo(f"{finding.promise}: {'holds' if finding.broken == 0 else f'broken {finding.broken} times'}")
        for place in finding.places:
            click.echo(f"  {place}")
    if anchor is None:
        click.echo("No anchor was given: an end that was cut off is found only with one (--anchor FILE).")
    if any(finding.broken for finding in findings):
        sys.exit(1)


@concord.command("audit-checkpoint")
def audit_checkpoint() -> None:
    """Print the newest signed checkpoint of the audit, to be kept where nobody who runs this machine can reach it."""
    from portal.audit.checkpoints import kept
    from portal.db import Database

    with _installation() as settings, Database.connect(settings.database_url or "").transaction() as session:
        found = kept(session)
    if found is None:
        raise click.ClickException("There is no checkpoint yet: the worker makes one soon after the first line.")
    note, key = found
    # The key beside the output, so that what is kept is the checkpoint and nothing else.
    click.echo(f"The public key that verifies it: {key}", err=True)
    click.echo(note, nl=False)


if __name__ == "__main__":
    concord()
