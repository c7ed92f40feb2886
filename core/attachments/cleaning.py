"""Bytes that no row needs any more."""

import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice

from sqlalchemy import or_, select

from core import clock
from core.access.context import as_system
from core.attachments.models import Attachment
from core.platform import Platform

DAY = timedelta(days=1)
BATCH = 500


def purge_orphans(platform: Platform, older_than: timedelta = DAY) -> int:
    """Remove bytes that no file of any record needs and that are older than a day; returns how many files went.

    For a daily job of core. Safe to run twice and on several hosts at once: bytes that are being added again in the
    same moment stay. Reads the database in short transactions and holds none while it removes.
    """
    before, moment = time.time() - older_than.total_seconds(), clock.now() - older_than
    gone = 0
    for names in _batches(platform.files.aged(before)):
        needed = select(Attachment.sha256).where(
            Attachment.sha256.in_(names), or_(Attachment.removed_at.is_(None), Attachment.removed_at > moment)
        )
        with as_system(), platform.database.unit(read_only=True) as session:
            kept = set(session.scalars(needed))
        gone += sum(platform.files.remove(name, before) for name in names if name not in kept)
    platform.files.clear_staging(before)
    return gone


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    left = iter(names)
    while batch := list(islice(left, BATCH)):
        yield batch
