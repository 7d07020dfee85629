"""Decides how a mail leaves: through the installation's SMTP server, or into a folder of a demonstration."""

import os
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

# A server that does not answer for so long answers later; other jobs wait meanwhile.
PATIENCE_SECONDS = 5
DEFAULT_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
# Replies from here on are final (RFC 5321, section 4.2.1).
FINAL = 500


class NotTaken(Exception):
    """The mail was certainly not taken, and may be later; nothing of what the server said is repeated."""


class Uncertain(Exception):
    """The server fell silent half-way, so the mail may have been taken or not."""


class Refused(Exception):
    """The mail will never be taken: the server refuses its recipient for good."""


class Post(Protocol):
    """Somewhere to hand a mail over."""

    def send(self, message: EmailMessage, *, mail_id: UUID) -> None:
        """Hand a mail over. Raises NotTaken, Uncertain or Refused."""
        ...


@dataclass(frozen=True)
class Folder:
    """The post of a demonstration: every mail is a file that nobody gets."""

    path: Path

    def send(self, message: EmailMessage, *, mail_id: UUID) -> None:
        """Write the mail beside the others, readable by the owner of the installation only."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self.path / f"{mail_id}.eml", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "wb") as opened:
            opened.write(message.as_bytes())


@dataclass(frozen=True)
class SmtpServer:
    """An SMTP server, as the installation was told of it: `smtp://`, `smtps://` or `smtp+starttls://`."""

    url: str

    def send(self, message: EmailMessage, *, mail_id: UUID) -> None:  # noqa: ARG002  a server gives its own numbers
        """Hand the mail over to the server. Raises NotTaken, Uncertain or Refused."""
        try:
            server = self._connected()
        except (smtplib.SMTPException, OSError):
            raise NotTaken from None
        try:
            with server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            raise (Refused if all(code >= FINAL for code in codes) else NotTaken) from None
        except smtplib.SMTPResponseException:
            raise NotTaken from None
        except (smtplib.SMTPNotSupportedError, ValueError):
            # An address that this server could not even be told of.
            raise Refused from None
        except (smtplib.SMTPException, OSError):
            raise Uncertain from None

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
        encrypted = ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE_SECONDS, context=encrypted)
        else:
            server = smtplib.SMTP(host, port, timeout=PATIENCE_SECONDS)
        try:
            if parts.scheme == "smtp+starttls":
                server.starttls(context=encrypted)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server
