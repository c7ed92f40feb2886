"""Gunicorn's settings (`gunicorn -c python:core.webserver core.wsgi:app`); how many processes is the operator's choice.

The application is loaded once in the parent and shared by its children, which then let go of inherited connections.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

SHARED = "PROMETHEUS_MULTIPROC_DIR"
if SHARED not in os.environ:  # before the application is loaded: the library asks once
    # In memory where there is such a place: on a full disk a count must not bring a process down.
    memory = Path("/dev/shm")
    own_folder = tempfile.mkdtemp(prefix="atrium-metrics-", dir=memory if os.access(memory, os.W_OK) else None)
    os.environ[SHARED] = own_folder
else:
    own_folder = ""

bind = [os.environ.get("ATRIUM_BIND", "127.0.0.1:8000")]
worker_class = "gthread"
workers = int(os.environ.get("ATRIUM_WEB_PROCESSES") or 2)
threads = int(os.environ.get("ATRIUM_WEB_THREADS") or 4)
preload_app = True
timeout = 120
graceful_timeout = 8  # below the ten seconds the supervisor waits before it kills
keepalive = 5
accesslog = None  # the application writes a line for each request itself
errorlog = "-"
loglevel = os.environ.get("ATRIUM_LOG_LEVEL", "info")
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """A connection opened before the fork must not be spoken on by two processes."""
    from core.db import after_fork

    after_fork()


def child_exit(server: Any, worker: Any) -> None:
    """What a process counted stays; what it alone could tell of its present goes."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    """The counts are of this run only."""
    if own_folder:
        shutil.rmtree(own_folder, ignore_errors=True)
