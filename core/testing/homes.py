"""Homes for tests: quick doors, and one file that can be copied."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import update
from werkzeug.security import generate_password_hash

from core.access.context import as_system
from core.access.models import Person
from core.demo import PASSWORD
from core.platform import Platform


def quick_doors(platform: Platform) -> None:
    """Give everybody of a demo a hash of the same password that is quick to check: tests sign in a thousand times."""
    quick = generate_password_hash(PASSWORD, method="scrypt:1024:8:1")
    with as_system(), platform.database.unit() as session:
        session.execute(update(Person).values(password=quick))


def settled(home: Path) -> Path:
    """A home on SQLite that nobody uses any more: everything in the one file, ready to be copied."""
    with closing(sqlite3.connect(home / "atrium.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return home
