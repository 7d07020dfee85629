"""A small SMTP server of a test's own: it takes mails, refuses for a time or for good, or falls silent."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.canaries.gatherer import GATHERER
from tests.canaries.plugin import gather_mail


@dataclass
class Received:
    """Everything a server was told, and how it shall answer."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    # The answer to RCPT TO, and to the mail itself; None is silence.
    to_recipient: str = "250 ok"
    to_mail: str | None = "250 taken"
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class _Conversation(socketserver.StreamRequestHandler):
    timeout = 5

    def handle(self) -> None:
        server: Received = self.server.received  # type: ignore[attr-defined]
        self._answer("220 test")
        while line := self.rfile.readline().decode().strip():
            server.said.append(line)
            match line.split()[0].upper():
                case "EHLO" | "HELO":
                    self._answer("250 test")
                case "RCPT":
                    if server.to_recipient.startswith("250"):
                        server.recipients.append(line.partition("<")[2].partition(">")[0])
                    self._answer(server.to_recipient)
                case "DATA":
                    self._answer("354 go on")
                    if not self._mail(server):
                        return
                case "QUIT":
                    self._answer("221 bye")
                    return
                case _:
                    self._answer("250 ok")

    def _mail(self, server: Received) -> bool:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        if server.to_mail is None:
            # Whether it was taken, the sender never learns.
            return False
        if server.to_mail.startswith("250"):
            mail = message_from_bytes(b"".join(lines), policy=policy.SMTP)
            assert isinstance(mail, EmailMessage)
            server.mails.append(mail)
            gather_mail(GATHERER, mail)
        self._answer(server.to_mail)
        return True

    def _answer(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def smtp_server() -> Iterator[Received]:
    """A server on this machine, for as long as the block lasts."""
    received = Received()
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.received = received  # type: ignore[attr-defined]
        received.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, name="smtp")
        thread.start()
        try:
            yield received
        finally:
            server.shutdown()
            thread.join()
