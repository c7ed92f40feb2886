"""What every peer is told. It imports nothing that only one of the virtual environments has."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

USER, PASSWORD, SECRET = "bench", "Atrium-demo-2026", "only-for-measuring-" * 3
PAGE = 30
"""Rows of a list page, for Atrium and every peer."""


def database_url(environ: Mapping[str, str]) -> str:
    """Where the shared tables lie, in SQLAlchemy's spelling."""
    return environ["BENCH_DATABASE_URL"]


def parts_of(url: str) -> dict[str, Any]:
    """The same place in Django's spelling; on SQLite writes take their lock at once, as Atrium's do."""
    if url.startswith("sqlite:///"):
        return {
            "ENGINE": "django.db.backends.sqlite3", "NAME": url.removeprefix("sqlite:///"),
            "CONN_MAX_AGE": None, "OPTIONS": {"timeout": 10, "transaction_mode": "IMMEDIATE"},
        }  # fmt: skip
    found = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql", "NAME": found.path.lstrip("/"), "HOST": found.hostname or "",
        "PORT": found.port or "", "USER": found.username or "", "PASSWORD": found.password or "", "CONN_MAX_AGE": None,
    }  # fmt: skip
