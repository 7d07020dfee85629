"""Decides how gunicorn serves the site: its configuration file, for `concord run` and for production alike."""

import gc
import os

from portal.operations.lifeline import die_with_parent
from portal.operations.logs import configure

# The supervisor says where to listen; started by anybody else, the settings of the installation do.
SUPERVISED = "CONCORD_BIND"
bind = os.environ.get(
    SUPERVISED, f"{os.environ.get('PORTAL_HOST', '127.0.0.1')}:{os.environ.get('PORTAL_PORT', '8000')}"
)
worker_class = "gthread"
# Two, for the two cores of the smallest machine: one long answer never holds up everyone.
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
timeout = 60
graceful_timeout = 10
# No control socket in the home directory, and no access log: an address may say which record somebody read.
control_socket_disable = True
accesslog = None
loglevel = "warning"
# The heartbeat of the workers is a file: on disk it can block. It is made under a name that nobody can know before.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112  # nosec B108


def post_worker_init(_worker: object) -> None:
    """Each process that serves writes its log lines in one shape, and looks no more at what is there for good.

    The schema is a hundred thousand objects that never go: collecting garbage among them made one request in some
    thousands wait for a quarter of a second.
    """
    configure()
    gc.collect()
    gc.freeze()


def on_starting(_server: object) -> None:
    """The master process ends with the supervisor; its workers end with it."""
    if SUPERVISED in os.environ:
        die_with_parent()
