"""The application for a WSGI server: `gunicorn core.wsgi:app`."""

import os

from core.app import create_app
from core.web.requests import to_stderr

to_stderr(os.environ.get("ATRIUM_LOG_LEVEL", "info"))
app = create_app()
