"""Decides that a child process never outlives the one that started it, however that one ended.

The parent holds the writing end of the child's standard input. When it goes, even by a kill it cannot catch, the
child reads the end of that input. Unlike a death signal of the kernel this works on every system.
"""

import os
import signal
import threading
import time

# As long as a web request or a job may take to finish.
GRACE_SECONDS = 10


def die_with_parent() -> None:
    """Ask this process to end when its standard input ends, and make it end if it then takes too long."""
    threading.Thread(target=_watch, name="lifeline", daemon=True).start()


def _watch() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)
