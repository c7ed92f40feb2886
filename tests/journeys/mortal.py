"""The application with a weak spot, for a journey: while a file `die` lies in its home, it is killed with SIGKILL the
moment the first finding of a save was flushed. gunicorn starts it anew, as in production; each death adds a line to
`died` (Chromium sends a request whose connection broke a second time by itself)."""

import os
import signal
from typing import Any

from sqlalchemy import event

from core.wsgi import app

_platform = app.extensions["atrium"]


@event.listens_for(_platform.database.engine, "after_cursor_execute")
def _die(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
    home = _platform.settings.home
    if statement.startswith("INSERT INTO core_issue ") and (home / "die").exists():
        with (home / "died").open("a") as told:
            told.write("killed\n")
        os.kill(os.getpid(), signal.SIGKILL)
