"""A record's files as its page shows them, and what its history says of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from core import clock
from core.access.check import may
from core.access.models import Person
from core.attachments.models import Attachment
from core.attachments.receiving import accept_text, kinds_text
from core.attachments.registry import MB, attachable, kind_of, limits_of, region_of
from core.attachments.types import SHOWN
from core.i18n import Text, lazy
from core.records import show_page
from core.records.formats import moment_text, since_text

TOGETHER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class RecordFiles:
    """A record's files for its page, and what happened to them for its history: newest first, each with its moment."""

    attachments: show_page.Attachments
    entries: Sequence[tuple[datetime, show_page.Entry]]


def attachments_of(session: Session, record: Any) -> show_page.Attachments:
    """The record's files, ready for the page; may be added and removed only where the verb is held. One statement."""
    return files_and_history_of(session, record).attachments


def files_and_history_of(session: Session, record: Any) -> RecordFiles:
    """`attachments_of` and the history's entries, in the same one statement."""
    kind = kind_of(type(record))
    one = attachable(kind)
    limits, changeable = limits_of(one), may(one.verb, record)
    region = region_of(record)
    zone = region.zone if region else clock.DEFAULT_ZONE
    adder, remover = aliased(Person), aliased(Person)
    rows = session.execute(
        select(Attachment, _name(adder), _name(remover))
        .outerjoin(adder, adder.id == Attachment.uploaded_by_id)
        .outerjoin(remover, remover.id == Attachment.removed_by_id)
        .where(Attachment.kind == kind, Attachment.record_id == record.id)
        .order_by(Attachment.id)
    ).all()
    items = [_item(row, by, zone, changeable) for row, by, _ in rows if row.removed_at is None]
    page = show_page.Attachments(
        items, f"/files/{kind}/{record.id}" if changeable and len(items) < limits.files else "", accept_text(limits),
        lazy("%(kinds)s, each up to %(n)s MB", kinds=kinds_text(limits), n=limits.mb), limits.mb * MB,
    )  # fmt: skip
    return RecordFiles(page, _history([(row, by or "", gone_by or "") for row, by, gone_by in rows], zone))


def _item(row: Attachment, by: str | None, zone: str, changeable: bool) -> show_page.Attachment:
    return show_page.Attachment(
        row.name, f"/files/{row.id}", size_text(row.size), f"/files/{row.id}/image" if row.mime in SHOWN else "",
        f"{by or ''} {moment_text(row.uploaded_at, zone)}".strip(), f"/files/{row.id}/remove" if changeable else "",
        row.tag or "", row.note or "",
    )  # fmt: skip


def _history(rows: Sequence[tuple[Attachment, str, str]], zone: str) -> list[tuple[datetime, show_page.Entry]]:
    """Newest first; files that one person added within a few minutes are one entry."""
    told: list[tuple[datetime, str, Text, list[tuple[Text, Text, Text]]]] = []
    for row, by, _ in rows:
        if told and told[-1][1] == by and row.uploaded_at - told[-1][0] < TOGETHER:
            told[-1][3].append((lazy("File"), "", row.name))
        else:
            told.append((row.uploaded_at, by, lazy("added files"), [(lazy("File"), "", row.name)]))
    for row, _, by in rows:
        if row.removed_at is not None:
            told.append((row.removed_at, by, lazy("removed a file"), [(lazy("File"), row.name, "")]))
    told.sort(key=lambda one: one[0], reverse=True)
    return [
        (at, show_page.Entry(by or "Atrium", verb, since_text(at, zone), changes, kind="file",
                             when_exact=moment_text(at, zone)))
        for at, by, verb, changes in told
    ]  # fmt: skip


def size_text(size: int) -> str:
    """`182 KB`, `1.2 MB`."""
    return f"{size / MB:.1f} MB" if size >= MB else f"{max(1, round(size / 1024))} KB"


def _name(person: Any) -> ColumnElement[str]:
    return func.coalesce(person.display_name, person.username)
