"""Decides what the operator's commands say and when they end with 1; they know the domain and none of its clients."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from portal.config import Settings


@contextmanager
def sentences() -> Iterator[None]:
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
def installation() -> Iterator["Settings"]:
    """The settings of this installation, with the addresses of a database that answers."""
    from portal.config import load_settings
    from portal.operations.database import reachable

    with sentences(), reachable(load_settings()) as settings:
        yield settings


@click.command()
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

    with installation() as settings:
        click.echo(initialise(Database.connect(settings.owner_database_url or ""), **details))


@click.command()
def check() -> None:
    """Say whether this installation is ready for visitors, condition by condition."""
    from sqlalchemy import create_engine

    from portal.operations.catalog import Weight
    from portal.operations.installation import catalogue_findings
    from portal.operations.readiness import readiness

    with installation() as settings:
        conditions = dict(readiness(create_engine(settings.database_url or "")))
        found = catalogue_findings(settings)
    conditions["catalogue"] = not any(finding.rule.weight is Weight.REFUSES for finding in found)
    for name, holds in conditions.items():
        click.echo(f"{name}: {'yes' if holds else 'no'}")
    for finding in found:
        click.echo(f"{finding.rule.weight.value}: {finding}")
    if not all(conditions.values()):
        sys.exit(1)


@click.group()
def token() -> None:
    """Tokens for tools that speak to the schema."""


@token.command("issue")
@click.option("--agency", required=True, metavar="CODE", help="The agency it acts for.")
@click.option("--role", required=True, metavar="ROLE", help="The role it acts in.")
def issue(agency: str, role: str) -> None:
    """Print a token of the demonstration that holds for one hour."""
    from portal.db import Database
    from portal.operations.token import issue_for_cast

    with installation() as settings:
        owner = Database.connect(settings.owner_database_url or "")
        issued = issue_for_cast(owner, agency_code=agency, role_code=role)
    # Beside the output, so that a script reads the token and nothing else.
    click.echo(f"{issued.display_name}, {issued.role}, {issued.agency_name}, for {issued.lifetime}", err=True)
    click.echo(issued.secret)


@click.command("verify-audit")
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
    with installation() as settings:
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


@click.command("audit-checkpoint")
def audit_checkpoint() -> None:
    """Print the newest signed checkpoint of the audit, to be kept where nobody who runs this machine can reach it."""
    from portal.audit.checkpoints import kept
    from portal.db import Database

    with installation() as settings, Database.connect(settings.database_url or "").transaction() as session:
        found = kept(session)
    if found is None:
        raise click.ClickException("There is no checkpoint yet: the worker makes one soon after the first line.")
    note, key = found
    # The key beside the output, so that what is kept is the checkpoint and nothing else.
    click.echo(f"The public key that verifies it: {key}", err=True)
    click.echo(note, nl=False)


@click.command("verify-plan")
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key",
    "key_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The public key as the installation publishes it: without one, who made the bundle is not known.",
)
def verify_plan(*, bundle: "Path", key_file: "Path | None") -> None:
    """Say whether a bundle of a plan is as an installation of Concord signed it, and who signed the plan.

    It ends with 0 when it is and the key is the one that was given, with 1 when it is refused, and with 3 when it is
    whole and no key was given. It needs no database and no settings.
    """
    from portal.attestation import NotANote, read_public_key
    from portal.operations.verify_plan import BundleRefused, verify

    try:
        trusted = read_public_key(key_file.read_text(encoding="utf-8")) if key_file else None
    except (NotANote, UnicodeDecodeError):
        raise click.ClickException("A key is written as the installation publishes it: concord-plans+...") from None
    try:
        verified = verify(bundle.read_bytes(), trusted)
    except BundleRefused as refused:
        raise click.ClickException(f"Refused: {refused}") from None
    for sentence in verified.sentences():
        click.echo(sentence)
    if trusted is None:
        click.echo("No key was given: compare this one with the published one, which alone shows who signed.")
        sys.exit(3)


@click.command("plans-key")
def plans_key() -> None:
    """Print the public key that verifies bundles of plans, as the site publishes it."""
    from portal.plans.bundle import plans_key as key_of

    with installation() as settings:
        click.echo(key_of(settings.secret_key.get_secret_value()).public)


COMMANDS = (init, check, token, verify_audit, audit_checkpoint, verify_plan, plans_key)
