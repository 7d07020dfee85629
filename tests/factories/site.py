"""Makes the whole site over the database of the test process, as it is served, and people signed in to it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.config import Settings
from portal.db import Database
from portal.identity.models import UserSession
from portal.identity.secret_values import digest, new_secret
from portal.operations.embedded import DatabaseUrls
from tests.canaries.site import heard
from tests.conftest import SECRET
from wsgi import create_app


def make_site(urls: DatabaseUrls, data_dir: Path, *, demo: bool = True) -> Flask:
    """The site of a demonstration, on one's own machine; or, without `demo`, of a real installation behind HTTPS."""
    site = create_app(
        Settings(
            database_url=urls.web,
            owner_database_url=urls.owner,
            worker_database_url=urls.worker,
            data_dir=data_dir,
            secret_key=SECRET,
            demo=demo,
        )
    )
    site.wsgi_app = heard(site.wsgi_app)  # type: ignore[method-assign]
    return site


def start_session(owner: Database, *, user_id: UUID, membership_id: UUID | None) -> str:
    """Somebody signed in without a password, which takes its time on purpose; gives the secret of the session."""
    secret = new_secret()
    with owner.transaction() as session:
        session.add(UserSession(secret_hash=digest(secret), user_id=user_id, membership_id=membership_id))
    return secret


def cookie_of(site: Flask, secret: str) -> str:
    """The cookie in which a browser keeps the secret of a session."""
    serializer = SecureCookieSessionInterface().get_signing_serializer(site)
    assert serializer is not None
    return str(serializer.dumps({"_user_id": secret, "_fresh": True}))


class _SilentHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  the name is the base class's
        """Say nothing: what is asked for is the test's own affair."""


@contextmanager
def served(site: Flask) -> Iterator[str]:
    """The address at which a site answers on this machine, for as long as the block lasts."""
    # Port 0 lets the system choose one that is free.
    server = make_server("127.0.0.1", 0, site, threaded=True, request_handler=_SilentHandler)
    thread = threading.Thread(target=server.serve_forever, name="site")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
