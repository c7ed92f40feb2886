"""The verbs of files: add, remove, find, count. Each looks at the record first; the caller commits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock
from core.access.check import check
from core.access.context import current, doing
from core.attachments.models import MOST_NOTE, MOST_TAG, Attachment
from core.attachments.receiving import Received
from core.attachments.registry import MB, Limits, attachable, attachables, kind_of, limits_of, region_of
from core.errors import Invalid, NotFound, RuleError
from core.history import record_event
from core.i18n import lazy

ADDED, REMOVED = "core.file_added", "core.file_removed"


@dataclass(frozen=True, slots=True)
class Added:
    """What became of files: rows that are new, rows that held the same content already, a refusal for each left out."""

    rows: Sequence[Attachment] = ()
    known: Sequence[Attachment] = ()
    refused: Sequence[RuleError] = ()


def is_attachable(model: type[Any]) -> bool:
    """Whether records of this class carry files."""
    return kind_of(model) in attachables()


def record_of(session: Session, kind: str, record_id: int) -> Any:
    """The record of a kind that carries files; raises NotFound when there is none that may be seen."""
    model = attachable(kind).model
    # Asked of the database each time: the session may hold a row that another scope had read.
    record = session.scalars(select(model).where(model.id == record_id)).unique().one_or_none()
    if record is None:
        raise _nothing()
    return record


def check_may_add(record: Any) -> Limits:
    """Raise Forbidden unless files may be added to the record; gives its limits."""
    one = attachable(kind_of(type(record)))
    check(one.verb, record)
    return limits_of(one)


def add_files(session: Session, record: Any, files: Iterable[Received], tag: str = "", note: str = "") -> Added:
    """Put received files on a record. The same content again is not added twice; beyond the limits it is refused alone.

    Raises NotFound, Forbidden, or Invalid for `tag` and `note`.
    """
    limits = check_may_add(record)
    tag, note = _short("tag", tag, MOST_TAG), _short("note", note, MOST_NOTE)
    kind = kind_of(type(record))
    _hold(session, record)
    held = {row.sha256: row for row in session.scalars(_live(kind, record.id))}
    known, made, refused = [], [], []
    for file in files:
        if file.sha256 in held:
            known.append(held[file.sha256])
        elif fault := _beyond(limits, file, list(held.values())):
            refused.append(fault)
        else:
            row = held[file.sha256] = _row(record, kind, file, tag, note)
            session.add(row)
            made.append(row)
    with doing(verb="add_file"):
        session.flush()
        for row in made:
            record_event(session, ADDED, record, attachment=row.id, file=row.name, mime=row.mime, size=row.size)
    return Added(made, [row for row in known if row not in made], refused)


def remove(session: Session, attachment: Attachment) -> Attachment:
    """Take a file off its record; name and dates stay for the history, the bytes go unless another record has them."""
    kind = attachable(attachment.kind)
    record = record_of(session, attachment.kind, attachment.record_id)
    check(kind.verb, record)
    if attachment.removed_at is not None:
        return attachment
    with doing(verb="remove_file"):
        attachment.removed_at, attachment.removed_by_id = clock.now(), current().user_id
        session.flush()
        record_event(session, REMOVED, record, attachment=attachment.id, file=attachment.name)
    return attachment


def find(session: Session, attachment_id: int, *, also_removed: bool = False) -> Attachment:
    """A file that is on a record which may be seen; raises NotFound."""
    found = session.scalars(select(Attachment).where(Attachment.id == attachment_id)).one_or_none()
    if found is None or (found.removed_at is not None and not also_removed):
        raise _nothing()
    return found


def files_of(session: Session, kind: str, ids: Iterable[int]) -> dict[int, int]:
    """Record id → how many files it has, for many records in one statement; those without files are left out."""
    query = (
        select(Attachment.record_id, func.count())
        .where(Attachment.kind == kind, Attachment.record_id.in_(sorted(set(ids))), Attachment.removed_at.is_(None))
        .group_by(Attachment.record_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _live(kind: str, record_id: int) -> Any:
    return select(Attachment).where(
        Attachment.kind == kind, Attachment.record_id == record_id, Attachment.removed_at.is_(None)
    )


def _hold(session: Session, record: Any) -> None:
    """Lock the record while its files are counted: two uploads at once neither double nor pass the limits."""
    model = type(record)
    query = select(model.id).where(model.id == record.id).with_for_update(key_share=True, of=model)
    if session.scalar(query) is None:
        raise _nothing()


def _beyond(limits: Limits, file: Received, held: Sequence[Attachment]) -> RuleError | None:
    if len(held) >= limits.files:
        return RuleError(lazy("“%(name)s” was left out: a record holds at most %(n)s files. Remove one first.",
                              name=file.name, n=limits.files))  # fmt: skip
    if sum(row.size for row in held) + file.size > limits.total_mb * MB:
        return RuleError(lazy("“%(name)s” was left out: the files here may have %(n)s MB together. Remove some first.",
                              name=file.name, n=limits.total_mb))  # fmt: skip
    return None


def _row(record: Any, kind: str, file: Received, tag: str, note: str) -> Attachment:
    region = region_of(record)
    region_id = region.id if region else getattr(record, "region_id", None)
    return Attachment(
        kind=kind, record_id=record.id, project_id=getattr(record, "project_id", None),
        region_id=region_id, sha256=file.sha256, size=file.size, mime=file.mime, name=file.name,
        tag=tag or None, note=note or None, uploaded_by_id=current().user_id, uploaded_at=clock.now(),
    )  # fmt: skip


def _short(field: str, text: str, most: int) -> str:
    text = " ".join(text.split())
    if len(text) > most:
        raise Invalid({field: lazy("The text has more than %(n)s characters; shorten it.", n=most)})
    return text


def _nothing() -> NotFound:
    return NotFound(lazy("There is no such page or record, or it is not yours to see."))
