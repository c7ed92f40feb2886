"""The application for a WSGI server: `gunicorn core.wsgi:app`."""

import os

from core.app import create_app
from core.logs import lines_to_stderr

lines_to_stderr(os.environ.get("ATRIUM_LOG_LEVEL", "info"))
app = create_app()
