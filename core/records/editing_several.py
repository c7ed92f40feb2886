"""Edit several records at once: choose what changes, see what would become of each record, then have it done.

The preview edits each record for real, in a SAVEPOINT that is taken back: what it promises is what the service says,
with everything that follows from the change. Fields that were not ticked stay as each record has them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import flash, request
from sqlalchemy.exc import IntegrityError

from core.errors import Invalid, NotFound, RuleError
from core.i18n import Text, _, lazy, ngettext
from core.model import columns_of
from core.records import undoing
from core.records.fields import FormField, Texts, read_form
from core.records.form_page import FormPage, FormSection, Input
from core.records.forming import faults_of
from core.records.list_page import row_token
from core.records.once import mark_written, new_token, written
from core.records.page import session
from core.records.parts import Crumb, Note
from core.records.preview_page import Line, PreviewPage
from core.records.reader import Reader
from core.records.selected import selected, told
from core.web.sign_in import safe_next

if TYPE_CHECKING:
    from core.records.view import RecordView

TICK = "set."
"""Before a field's name: the box that says it is to be changed."""


@dataclass(frozen=True)
class Verdict:
    """What became of a record: column → (before, after), or the reason why not."""

    row: Any
    changes: Mapping[str, tuple[Any, Any]]
    reason: Text = ""


def several(view: "RecordView") -> Any:
    """POST: the form; with `preview` what it would do; with `confirmed` the deed."""
    fields = fields_of(view)
    if not fields:
        raise NotFound(lazy("There is no such page or record, or it is not yours to see."))
    back, once = safe_next(request.form.get("back", "") or f"{view.route_base}/"), request.form.get("once", "")
    if done := written(session(), once):
        return view.go(done)
    rows, refused = selected(view, view.may_edit, lazy("cannot be changed any more as it stands, or not by you"))
    if not rows:
        session().rollback()
        gone = _("The selected records are not there any more, or not yours to see. Load the list anew.")
        return view.go(back, told(view, refused) or (gone if "row" in request.form else _("Select rows first.")), "bad")
    chosen = {one.name: request.form.get(one.name, "") for one in fields if TICK + one.name in request.form}
    stage = next((name for name in ("confirmed", "preview") if name in request.form), "")
    if stage and not chosen:
        nothing = RuleError(_("Tick at least one field that is to be changed."))
        return _form(view, fields, rows, refused, back, once, nothing)
    _values, faults = read_form([one for one in fields if one.name in chosen], request.form)
    if faults:
        return _form(view, fields, rows, refused, back, once, Invalid(faults))
    if not stage or "again" in request.form:
        return _form(view, fields, rows, refused, back, once or new_token())
    verdicts = [judge(view, row, chosen, keep=stage == "confirmed") for row in rows]
    if stage == "preview":
        return _preview(view, verdicts, refused, chosen, back, once or new_token())
    changed = [one for one in verdicts if one.changes]
    refused += [(one.row, one.reason) for one in verdicts if one.reason]
    mark_written(session(), once, back)
    session().commit()
    if refused:
        flash(told(view, refused), "wait")
    if not changed:
        return view.go(back, "" if refused else _("Nothing was different; the records stay as they are."), "wait")
    said = ngettext("Changed: %(n)s record.", "Changed: %(n)s records.", len(changed))
    return undoing.go(view, back, said)


def fields_of(view: "RecordView") -> list[FormField]:
    """The fields of the edit form that make sense for many records at once."""
    if type(view).edit is None:
        return []
    return [one for one in view.fields if one.on_edit and one.name in view.several]


def judge(view: "RecordView", row: Any, chosen: Mapping[str, str], *, keep: bool) -> Verdict:
    """Edit a record in a SAVEPOINT, which is taken back unless `keep`."""
    edit = type(view).edit
    assert edit is not None
    fields = [one for one in view.fields if one.on_edit]
    texts = {one.name: [chosen.get(one.name, view.row_text(row, one))] for one in fields}
    before = dict(columns_of(row))
    point = session().begin_nested()
    try:
        values, faults = read_form(fields, Texts(texts))
        if faults:
            raise Invalid(faults)
        edit(session(), row, **view.form_values(values, row))
        session().flush()
        after = columns_of(row)
    except (RuleError, IntegrityError) as refusal:
        point.rollback()
        return Verdict(row, {}, _reason(refusal, fields))
    (point.commit if keep else point.rollback)()
    shown = {one.name for one in view.columns}
    return Verdict(row, {name: (before[name], after[name]) for name in before if name in shown
                         and before[name] != after[name]})  # fmt: skip


def _reason(refusal: RuleError | IntegrityError, fields: Sequence[FormField]) -> Text:
    if isinstance(refusal, IntegrityError):
        return lazy("another record has this name or number already")
    if isinstance(refusal, Invalid):
        labels = {one.name: one.label for one in fields}
        said = [
            _("%(field)s: %(text)s", field=labels[name], text=text) if name in labels else str(text)
            for name, text in refusal.errors.items()
        ]
        return " ".join(said)
    return refusal.message


def _form(
    view: "RecordView", fields: Sequence[FormField], rows: Sequence[Any], refused: Sequence[tuple[Any, Text]],
    back: str, once: str, refusal: RuleError | None = None,
) -> Any:  # fmt: skip
    reader = Reader(session(), view.route_base)
    shared = {one.name: _shared(view, rows, one) for one in fields}
    texts = {one.name: request.form.get(one.name, shared[one.name] or "") for one in fields}
    reader.held |= {(one.model, int(texts[one.name])) for one in fields if one.model and texts[one.name].isdigit()}
    for one in fields:
        one.want(reader, texts[one.name])
    reader.load()
    region, (errors, loose) = reader.region_code(rows[0]), faults_of(refusal, list(fields))
    inputs = list[Input]()
    for one in fields:
        ticked = "1" if TICK + one.name in request.form else ""
        inputs.append(Input(TICK + one.name, _("Change: %(field)s", field=one.label), "flag", ticked, span=3))
        field = replace(one, required=False, span=9, placeholder=_("differs") if shared[one.name] is None else "")
        inputs.append(field.input(reader, texts[one.name], region, error=errors.get(one.name, "")))
    title = ngettext("Change %(n)s record", "Change %(n)s records", len(rows))
    page = FormPage(
        title, f"{view.route_base}/edit-several", [FormSection("", inputs)], errors=loose, once=once,
        intro=_("Only what is ticked is changed. Before anything is saved you see what would become of each record."),
        crumbs=[Crumb(view.title, back), Crumb(title)], cancel_url=back, submit_label=_("Preview"),
        hidden=[("preview", "1"), *_carried(rows, back)],
        notes=[Note(told(view, refused), "wait")] if refused else [],
    )  # fmt: skip
    answer = view.render("atrium/form.html", page, refusal.status if refusal is not None else 200)
    session().rollback()
    return answer


def _shared(view: "RecordView", rows: Sequence[Any], field: FormField) -> str | None:
    """What a field says for all of them; None where they differ."""
    found = {view.row_text(row, field) for row in rows}
    return found.pop() if len(found) == 1 else None


def _preview(
    view: "RecordView", verdicts: Sequence[Verdict], refused: Sequence[tuple[Any, Text]],
    chosen: Mapping[str, str], back: str, once: str,
) -> Any:  # fmt: skip
    reader = Reader(session(), view.route_base)
    columns = {one.name: one for one in view.columns}
    for one in verdicts:
        for name, pair in one.changes.items():
            model = columns[name].model
            if columns[name].kind == "ref" and model is not None:
                for value in pair:
                    reader.lookup.want(model, value)
    reader.load()
    lines = []
    for one in verdicts:
        said = [
            (columns[name].label, columns[name].say(old, one.row, reader), columns[name].say(new, one.row, reader))
            for name, (old, new) in one.changes.items()
        ]
        lines.append(Line(view.name_of(one.row), f"{view.route_base}/{one.row.id}", said, one.reason))
    lines += [Line(view.name_of(row), f"{view.route_base}/{row.id}", (), reason) for row, reason in refused]
    changed = sum(1 for one in lines if one.changes)
    title = ngettext("Change %(n)s record: preview", "Change %(n)s records: preview", len(lines))
    page = PreviewPage(
        title=title, action_url=f"{view.route_base}/edit-several", lines=lines, changed=changed,
        refused=sum(1 for one in lines if one.reason), crumbs=[Crumb(view.title, back), Crumb(title)],
        cancel_url=back, once=once,
        hidden=[*((TICK + name, "1") for name in chosen), *chosen.items(),
                *_carried([one.row for one in verdicts], back)],
        submit_label=ngettext("Change %(n)s record", "Change %(n)s records", changed),
    )  # fmt: skip
    answer = view.render("atrium/preview.html", page)
    session().rollback()
    return answer


def _carried(rows: Sequence[Any], back: str) -> list[tuple[str, str]]:
    return [("back", back), *(("row", row_token(row.id, getattr(row, "version", 0) or 0)) for row in rows)]
