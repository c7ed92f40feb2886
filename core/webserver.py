"""Gunicorn's settings (`gunicorn -c python:core.webserver core.wsgi:app`); how many processes is the operator's choice.

The application is loaded once in the parent and shared by its children, which then let go of inherited connections.
"""

import os
from typing import Any

bind = [os.environ.get("ATRIUM_BIND", "127.0.0.1:8000")]
worker_class = "gthread"
workers = int(os.environ.get("ATRIUM_WEB_PROCESSES") or 2)
threads = int(os.environ.get("ATRIUM_WEB_THREADS") or 4)
preload_app = True
timeout = 120
graceful_timeout = 8  # below the ten seconds the supervisor waits before it kills
keepalive = 5
accesslog = None  # a request log belongs to the proxy in front; refusals and faults are logged by the application
errorlog = "-"
loglevel = os.environ.get("ATRIUM_LOG_LEVEL", "info")
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """A connection opened before the fork must not be spoken on by two processes."""
    from core.db import after_fork

    after_fork()
