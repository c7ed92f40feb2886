"""Undo: a deed of a few minutes ago is taken back, as long as nobody went on from it.

What was done stands in `core_change` with the request that did it. An edit is taken back by editing again, through the
view's own service, so that whatever follows from it (labels of homes, the contractor of a category) follows again; a
verb, where it is declared `undoable`, by writing the old values. Either is a change in the history itself. Only one's
own deed, only while it is the newest change of the record, and only with the right that did it. Lists that left for a
contractor, numbers and imports cannot be taken back.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import flash, request
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import clock
from core.access.check import may
from core.access.context import as_system, current, doing, work
from core.errors import Invalid, RuleError
from core.history import Change
from core.i18n import Text, _, lazy, ngettext
from core.model import Hundredths, UtcDateTime
from core.records.fields import Texts, read_form
from core.records.page import session
from core.records.parts import Action
from core.records.selected import told
from core.web.sign_in import safe_next

if TYPE_CHECKING:
    from core.records.view import RecordView

MINUTES = 15
"""How long a deed can be taken back."""
EDITED = "edit"
CANNOT = lazy("this cannot be taken back")
GONE_ON = lazy("it was changed again since")
NOT_YOURS = lazy("it is not yours to change any more")


def undoable(view: "RecordView") -> Mapping[str, str]:
    """Verb as the history names it → the verb one must hold to take it back."""
    found = {verb.name: verb.granted_by for verb in view.verbs if verb.undoable}
    return {**found, EDITED: view.edit_verb} if type(view).edit is not None else found


def _verb_of(change: Change) -> str:
    return change.verb or EDITED


def _is_ours(view: "RecordView", change: Change) -> bool:
    """Whether taking a change back is this view's: an edit that only followed from another record's (a home called
    anew with its building) is undone there."""
    fields = {one.name for one in view.fields if one.on_edit}
    return _verb_of(change) != EDITED or not fields.isdisjoint(change.changes)


def is_open(view: "RecordView", change: Change | None, row: Any) -> bool:
    """Whether the newest change of a record can be taken back by whoever looks at it."""
    if change is None or change.action != "change" or change.job_id is not None:
        return False
    granted = undoable(view).get(_verb_of(change)) if _is_ours(view, change) else None
    recent = change.at >= clock.now() - timedelta(minutes=MINUTES)
    return bool(granted and recent and change.user_id == current().user_id and may(granted, row))


def action(view: "RecordView", change: Change, words: Mapping[str, Text], back: str) -> Action:
    """The button that takes a change back, on the record's own page."""
    name = words.get(_verb_of(change)) or _("Edit")
    return Action(
        _("Undo: %(verb)s", verb=name), f"{view.route_base}/undo", "arrow-back-up", method="post",
        hidden=[("deed", change.request_id or ""), ("row", str(change.record_id)), ("back", back)],
    )  # fmt: skip


def go(view: "RecordView", url: str, said: Text, verb: str = EDITED) -> Any:
    """On to `url` with a toast that offers to take back what this request did."""
    if said and verb in undoable(view) and current().may(view.resource, "read") and work().request_id:
        told = {"said": str(said), "url": f"{view.route_base}/undo", "deed": work().request_id, "back": url}
        flash(told, "undo")  # type: ignore[arg-type]
        said = ""
    return view.go(url, said)


def take_back(view: "RecordView") -> Any:
    """POST: the records of the deed as they were before it, each judged by itself."""
    back = safe_next(request.form.get("back", "") or f"{view.route_base}/")
    found = _changes(view, request.form.get("deed", ""), request.form.get("row", ""))
    verbs, done, left = undoable(view), 0, list[tuple[Any, Text]]()
    rows = _rows(view, sorted(found))
    newest = _newest(view, sorted(found))
    for row in rows:
        change = found[row.id]
        reason = _refusal(verbs, change, row, newest) if _is_ours(view, change) else CANNOT
        if reason is None:
            try:
                with session().begin_nested():
                    _take_back(view, row, change)
                done += 1
                continue
            except RuleError as refusal:
                reason = refusal.message
            except IntegrityError:
                reason = lazy("another record has taken its name or number meanwhile")
        left.append((row, reason))
    if not done:
        session().rollback()
        return view.go(back, told(view, left) or _GONE, "bad")
    session().commit()
    if left:
        flash(told(view, left), "wait")
    return view.go(back, ngettext("Undone: %(n)s record.", "Undone: %(n)s records.", done))


_GONE = lazy("This cannot be taken back any more: more than 15 minutes have passed, or it was done already.")


def _take_back(view: "RecordView", row: Any, change: Change) -> None:
    if _verb_of(change) == EDITED:
        edit_again(view, row, before(row, change))
        return
    with doing(verb="undo", reason=None):
        restore(session(), row, change)
        view.taken_back(session(), row, _verb_of(change))


class Before:
    """A record as it was: the old values of a change, everything else as it is."""

    def __init__(self, row: Any, values: Mapping[str, Any]) -> None:
        self._row, self._values = row, values

    def __getattr__(self, name: str) -> Any:
        return self._values[name] if name in self._values else getattr(self._row, name)


def before(row: Any, change: Change) -> Any:
    columns = type(row).__mapper__.columns
    return Before(row, {name: typed(columns[name], old) for name, (old, _new) in change.changes.items()})


def edit_again(view: "RecordView", row: Any, as_of: Any) -> None:
    """Edit a record to what `as_of` shows in the fields of its form; raises RuleError as the form would."""
    fields = [one for one in view.fields if one.on_edit]
    texts = {one.name: [view.row_text(as_of, one)] for one in fields}
    values, faults = read_form(fields, Texts(texts))
    if faults:
        raise Invalid(faults)
    edit = type(view).edit
    assert edit is not None
    edit(session(), row, **view.form_values(values, row))


def restore(store: Session, row: Any, change: Change) -> None:
    """Write the old values of a change; what the history keeps as text becomes a day, a moment or an amount again."""
    columns = type(row).__mapper__.columns
    for name, (old, _new) in change.changes.items():
        setattr(row, name, typed(columns[name], old))
    store.flush()


def typed(column: Any, value: Any) -> Any:
    """A value of the history as its column takes it."""
    if value is None or not isinstance(value, str):
        return value
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Hundredths):
        return Decimal(value)
    kind = column.type.python_type
    if kind is date:
        return date.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value


def _changes(view: "RecordView", deed: str, row: str) -> dict[int, Change]:
    """Record → what the deed changed of it: mine, recent, no creation."""
    if not deed:
        return {}
    query = select(Change).where(
        Change.kind == view.model.__tablename__, Change.request_id == deed[:40], Change.action == "change",
        Change.user_id == current().user_id, Change.at >= clock.now() - timedelta(minutes=MINUTES),
        Change.job_id.is_(None),
    )  # fmt: skip
    if row.isascii() and row.isdigit() and len(row) < 19:
        query = query.where(Change.record_id == int(row))
    with as_system():
        return {one.record_id: one for one in session().scalars(query)}


def _rows(view: "RecordView", ids: Sequence[int]) -> list[Any]:
    query = view.rows().where(view.model.id.in_(ids)).order_by(view.model.id).with_for_update(of=view.model)
    return list(session().scalars(query.execution_options(populate_existing=True))) if ids else []


def _newest(view: "RecordView", ids: Sequence[int]) -> Mapping[int, int]:
    """Record → id of its newest change."""
    query = select(Change.record_id, func.max(Change.id)).where(
        Change.kind == view.model.__tablename__, Change.record_id.in_(ids)
    )
    with as_system():
        return {one[0]: one[1] for one in session().execute(query.group_by(Change.record_id))}


def _refusal(verbs: Mapping[str, str], change: Change, row: Any, newest: Mapping[int, int]) -> Text | None:
    granted = verbs.get(_verb_of(change))
    if granted is None:
        return CANNOT
    if newest.get(row.id) != change.id:
        return GONE_ON
    return None if may(granted, row) else NOT_YOURS
