"""Makes the whole site over the database of the test process, as it is served."""

from pathlib import Path

from flask import Flask

from portal.config import Settings
from portal.operations.embedded import DatabaseUrls
from tests.conftest import SECRET
from wsgi import create_app


def make_site(urls: DatabaseUrls, data_dir: Path, *, demo: bool = True) -> Flask:
    """The site of a demonstration, on one's own machine; or, without `demo`, of a real installation behind HTTPS."""
    return create_app(
        Settings(
            database_url=urls.web,
            owner_database_url=urls.owner,
            worker_database_url=urls.worker,
            data_dir=data_dir,
            secret_key=SECRET,
            demo=demo,
        )
    )
