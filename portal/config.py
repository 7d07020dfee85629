"""Decides what an installation is told from outside: the PORTAL_ variables, each mistake answered by one sentence."""

import contextlib
import os
import re
import secrets
import stat
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "PORTAL_"
LOOPBACK = "127.0.0.1"
# As many characters as 256 random bits have bytes, the strength that sessions and viewer contexts are signed with.
SECRET_KEY_LENGTH = 32
SMTP_SCHEMES = frozenset({"smtp", "smtps", "smtp+starttls"})
_ADDRESS = re.compile(r"[^@\s<>,;:\"()]+@[A-Za-z0-9.-]+")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+/?")
CLONE = Path(__file__).resolve().parent.parent
_URLS = {
    "database_url": "PORTAL_DATABASE_URL",
    "owner_database_url": "PORTAL_OWNER_DATABASE_URL",
    "worker_database_url": "PORTAL_WORKER_DATABASE_URL",
}


class SettingsError(Exception):
    """A setting is wrong or missing; the message is one sentence that never repeats a secret."""


class Settings(BaseSettings):
    """What an installation was told. Made by `load_settings`; tests may make one of their own."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True)

    database_url: str | None = Field(default=None, repr=False)
    owner_database_url: str | None = Field(default=None, repr=False)
    worker_database_url: str | None = Field(default=None, repr=False)
    data_dir: Path = CLONE / ".data"
    host: str = LOOPBACK
    port: int = Field(default=8000, ge=1, le=65535)
    secret_key: SecretStr = SecretStr("")
    demo: bool = False
    smtp_url: str | None = Field(default=None, repr=False)
    mail_from: str | None = None
    public_url: str | None = None
    # How many proxies stand in front, each of which adds one entry to X-Forwarded-For; what lies before is hearsay.
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    # Whether whoever has a token may ask the schema what it is.
    introspection: bool = True

    @field_validator("smtp_url")
    @classmethod
    def _is_smtp(cls, value: str | None) -> str | None:
        """A server for mail, with a password only where the connection is encrypted."""
        if not value:
            return None
        try:
            parts = urlsplit(value)
            known = parts.scheme in SMTP_SCHEMES and bool(parts.hostname) and parts.port != 0
        except ValueError:
            known = False
        if not known:
            raise SettingsError(
                "PORTAL_SMTP_URL must begin with smtp://, smtps:// or smtp+starttls:// and name a host:"
                " smtps://user:password@host:465."
            )
        if parts.username and parts.scheme == "smtp":
            raise SettingsError(
                "PORTAL_SMTP_URL would send its password in the clear: begin it with smtps:// or smtp+starttls://."
            )
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value and not _ADDRESS.fullmatch(value):
            raise SettingsError(
                "PORTAL_MAIL_FROM must be one address and nothing else, such as concord@partners.example."
            )
        return value or None

    @field_validator("public_url")
    @classmethod
    def _is_origin(cls, value: str | None) -> str | None:
        if value and not _ORIGIN.fullmatch(value):
            raise SettingsError(
                "PORTAL_PUBLIC_URL must be where people open Concord: https://concord.partners.example."
            )
        return value.rstrip("/") if value else None

    @field_validator(*_URLS)
    @classmethod
    def _is_postgresql(cls, value: str | None, info: ValidationInfo) -> str | None:
        """Only PostgreSQL, and always spoken to through psycopg 3, whichever way the address begins."""
        name = _URLS[info.field_name or ""]
        if not value:
            return None
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            raise SettingsError(f"{name} is not an address: write postgresql://user:password@host/database.") from None
        if url.drivername not in {"postgresql", "postgresql+psycopg"}:
            raise SettingsError(f"{name} must begin with postgresql://, because Concord runs on PostgreSQL only.")
        if not url.username or not url.database:
            raise SettingsError(f"{name} must name a user and a database: postgresql://user:password@host/database.")
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)

    @field_validator("data_dir")
    @classmethod
    def _is_absolute(cls, value: Path) -> Path:
        if not value.is_absolute():
            raise SettingsError("PORTAL_DATA_DIR must be an absolute path, because commands run in different folders.")
        # Resolved, because `.data` of a clone that root prepared is a link to a place outside.
        return value.resolve()

    @property
    def home(self) -> str:
        """Where links in mails lead: what the installation was told, or where a demonstration listens."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def embedded(self) -> bool:
        """Whether Concord starts a private PostgreSQL of its own."""
        return self.database_url is None


def load_settings() -> Settings:
    """Read the PORTAL_ variables and give settings that hold together.

    Raises SettingsError with one sentence when one is unknown, wrong or missing. In a demonstration without a secret
    key it makes one, once, and keeps it in the data directory, readable by its owner only.
    """
    _refuse_unknown()
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None
    _check_addresses(settings)
    _check_mail(settings)
    if settings.demo:
        if settings.host != LOOPBACK:
            raise SettingsError("PORTAL_HOST must be 127.0.0.1 in a demonstration, because its passwords are public.")
        if not settings.secret_key.get_secret_value():
            return settings.model_copy(update={"secret_key": SecretStr(_demo_secret(settings.data_dir))})
    if len(settings.secret_key.get_secret_value()) < SECRET_KEY_LENGTH:
        raise SettingsError(
            f"PORTAL_SECRET_KEY must have at least {SECRET_KEY_LENGTH} characters: random ones, that stay the same."
        )
    return settings


def _refuse_unknown() -> None:
    """A misspelt variable would be a setting that silently does not hold."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in os.environ:
        if name.startswith(PREFIX) and name not in known:
            raise SettingsError(f"{name} is not a setting: Concord knows {', '.join(sorted(known))}.")


def _sentence(error: ValidationError) -> str:
    """Say in one sentence what is wrong with the first wrong value, without the value."""
    field = str(error.errors(include_input=False, include_url=False)[0]["loc"][0])
    expected = {
        "port": "a number from 1 to 65535",
        "demo": "1 or 0",
        "introspection": "1 or 0",
        "trusted_proxies": "a number from 0 to 5",
    }.get(field, "a text")
    return f"{PREFIX}{field.upper()} must be {expected}."


def _check_addresses(settings: Settings) -> None:
    given = {name: getattr(settings, field) for field, name in _URLS.items() if getattr(settings, field) is not None}
    missing = [name for name in _URLS.values() if name not in given]
    if given and missing:
        raise SettingsError(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing: give all three addresses, one for"
            " each role, or none for a demonstration."
        )
    if not given and not settings.demo:
        raise SettingsError(
            f"{', '.join(_URLS.values())} are missing: the private PostgreSQL trusts everyone who reaches it, so it is"
            " for demonstrations (PORTAL_DEMO=1) only."
        )
    users = {make_url(address).username for address in given.values()}
    if given and len(users) != len(given):
        raise SettingsError(
            "PORTAL_DATABASE_URL, PORTAL_OWNER_DATABASE_URL and PORTAL_WORKER_DATABASE_URL must name three different"
            " users, because the wall between agencies stands on what the web user may not do."
        )


def _check_mail(settings: Settings) -> None:
    if settings.smtp_url is None:
        return
    if settings.demo:
        raise SettingsError(
            "PORTAL_SMTP_URL is not for a demonstration, whose people are invented: it writes its mails into a folder."
        )
    missing = [
        name
        for name, value in (("PORTAL_MAIL_FROM", settings.mail_from), ("PORTAL_PUBLIC_URL", settings.public_url))
        if value is None
    ]
    if missing:
        raise SettingsError(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing: a mail says who sends it and"
            " leads to the portal."
        )


def _demo_secret(data_dir: Path) -> str:
    """The secret key of this demonstration: made on the first start, read on every other."""
    path = data_dir / "secret_key"
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            with tempfile.NamedTemporaryFile("w", dir=data_dir) as file:
                file.write(secrets.token_urlsafe(48))
                file.flush()
                # A link appears whole or not at all: of two processes that start together, one makes the key.
                with contextlib.suppress(FileExistsError):
                    os.link(file.name, path)
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SettingsError(f"{path} can be read by other users: delete it, and the next start makes a new one.")
        return path.read_text()
    except OSError as error:
        raise SettingsError(f"PORTAL_DATA_DIR ({data_dir}) cannot be written: {error.strerror}.") from None
