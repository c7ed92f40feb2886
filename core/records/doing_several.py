"""A verb at work on the selected rows of a list: each row is judged, and done, by itself."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import flash, request

from core.errors import Invalid, RuleError
from core.i18n import Text, _, ngettext
from core.records import undoing
from core.records.fields import read_form
from core.records.once import mark_written, new_token, written
from core.records.page import session
from core.records.selected import selected, told
from core.records.verb_form import defaults_of, line_fields, sent, verb_form
from core.records.verbs import Verb
from core.web.sign_in import safe_next

if TYPE_CHECKING:
    from core.records.view import RecordView


def several(view: "RecordView", verb: Verb) -> Any:
    """The selected rows: a form when the verb asks more, then the deed row by row."""
    back = safe_next(request.form.get("back", "") or f"{view.route_base}/")
    once = request.form.get("once", "")
    if done := written(session(), once):
        return view.go(done)
    rows, refused = selected(view, verb.allowed, verb.reason)
    if not rows:
        session().rollback()
        gone = _("The selected records are not there any more, or not yours to see. Load the list anew.")
        why = told(view, refused) or (gone if "row" in request.form else _("Select rows first."))
        return view.go(back, why, "bad")
    if verb.fields and "confirmed" not in request.form:
        texts = {**defaults_of(verb, rows[0]), **(dict.fromkeys(verb.as_each, "") if len(rows) > 1 else {})}
        session().rollback()
        return verb_form(view, verb, rows, texts, once=new_token(), back=back, refused=refused)
    shared, faults = read_form(verb.fields, request.form)
    own, line_faults = _read_lines(verb, rows)
    if faults or line_faults:
        session().rollback()
        return verb_form(view, verb, rows, sent(verb), once=once, back=back, refusal=Invalid(faults | line_faults))
    if verb.many is not None:
        return _together(view, verb, rows, shared, back, once)
    done_rows, first, line_faults = _one_by_one(verb, rows, shared, own, refused)
    if line_faults or (not done_rows and first is not None and verb.fields):
        session().rollback()
        refusal = Invalid(line_faults) if line_faults else first
        return verb_form(view, verb, rows, sent(verb), once=once, back=back, refusal=refusal)
    mark_written(session(), once, back)
    session().commit()
    if refused:
        flash(told(view, refused), "wait")
    return undoing.go(view, back, _done(verb, len(done_rows)) if done_rows else "", verb.name)


def _one_by_one(
    verb: Verb,
    rows: Sequence[Any],
    shared: Mapping[str, Any],
    own: Mapping[int, Mapping[str, Any]],
    refused: list[tuple[Any, Text]],
) -> tuple[list[Any], RuleError | None, dict[str, Text]]:
    """Each row in a SAVEPOINT: good ones are done, the others added to `refused`.

    Returns the rows done, the first refusal, and what is wrong with fields that were filled in for one line alone.
    """
    assert verb.run is not None
    done: list[Any] = []
    first: RuleError | None = None
    faults: dict[str, Text] = {}
    for row in rows:
        values = {**shared, **own[row.id]}
        empty = [name for name in verb.as_each if values.get(name) in (None, "")]
        if empty and verb.defaults is not None:
            usual = verb.defaults(session(), row)
            values |= {name: usual.get(name) for name in empty}
        try:
            with session().begin_nested():
                verb.run(session(), row, **values)
            done.append(row)
        except RuleError as refusal:
            first = first or refusal
            refused.append((row, refusal.message))
            faults |= _line_faults(refusal, row, own[row.id], verb)
    return done, first, faults


def _line_faults(refusal: RuleError, row: Any, own: Mapping[str, Any], verb: Verb) -> dict[str, Text]:
    """Where a line that was filled in for itself says why it is refused: at its own fields."""
    if not own:
        return {}
    wrong = refusal.errors if isinstance(refusal, Invalid) else {str(refusal.field): refusal.message}
    usual = next(iter(own))
    return {f"{name if name in verb.per_line else usual}.{row.id}": text for name, text in wrong.items()}


def _together(
    view: "RecordView", verb: Verb, rows: Sequence[Any], values: Mapping[str, Any], back: str, once: str
) -> Any:
    assert verb.many is not None
    try:
        said, place = verb.many(session(), rows, **values)
        mark_written(session(), once, place or back)
        session().commit()
    except RuleError as refusal:
        session().rollback()
        if verb.fields:
            return verb_form(view, verb, rows, sent(verb), once=once, back=back, refusal=refusal)
        return view.go(back, refusal, "bad")
    return view.go(place or back, said)


def _read_lines(verb: Verb, rows: Sequence[Any]) -> tuple[dict[int, dict[str, Any]], dict[str, Text]]:
    """(row → what differs for it, sentences of line fields that cannot be read)."""
    own: dict[int, dict[str, Any]] = {}
    faults: dict[str, Text] = {}
    for row in rows:
        values, wrong = read_form(line_fields(verb, row), request.form)
        own[row.id] = {name.rpartition(".")[0]: value for name, value in values.items() if value not in (None, "")}
        faults |= wrong
    return own, faults


def _done(verb: Verb, count: int) -> str:
    return ngettext("%(verb)s: %(n)s record.", "%(verb)s: %(n)s records.", count, verb=verb.label)
