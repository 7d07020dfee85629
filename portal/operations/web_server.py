"""Decides how gunicorn serves the site: its configuration file, which `concord run` names when it starts it."""

import os

from portal.operations.lifeline import die_with_parent

bind = os.environ["CONCORD_BIND"]
worker_class = "gthread"
# Two, for the two cores of the smallest machine: one long answer never holds up everyone.
workers = 2
threads = 8
timeout = 60
graceful_timeout = 10
# No control socket in the home directory, and no access log: an address may say which record somebody read.
control_socket_disable = True
accesslog = None
loglevel = "warning"
# The heartbeat of the workers is a file: on disk it can block.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112


def on_starting(_server: object) -> None:
    """The master process ends with the supervisor; its workers end with it."""
    die_with_parent()
