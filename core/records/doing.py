"""Verbs at work: on one record, or on the selected rows of a list, each row judged and done by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import flash, request
from sqlalchemy.orm.exc import StaleDataError

from core.errors import Forbidden, Invalid, RuleError, Stale
from core.i18n import Text, _, lazy, ngettext
from core.records.by_number import address_of
from core.records.fields import FormField, read_form
from core.records.form_page import FormPage, FormSection
from core.records.forming import faults_of
from core.records.list_page import read_row_token
from core.records.once import mark_written, new_token, written
from core.records.page import session
from core.records.parts import Note
from core.records.reader import Reader
from core.records.verbs import Verb
from core.web.sign_in import safe_next

if TYPE_CHECKING:
    from core.records.view import RecordView

MOST_ROWS = 500


def one(view: "RecordView", verb: Verb, row: Any) -> Any:
    """GET: the verb's form. POST: the deed, or its form again with the sentence."""
    place = address_of(view, row)
    once = request.form.get("once", "")
    if request.method == "POST" and (done := written(session(), once)):
        return view.go(done)
    _check(view, verb, row)
    if request.method == "GET":
        if not verb.fields:
            return view.go(place)
        return _form(view, verb, [row], _defaults(verb, row), once=new_token())
    typed = {field.name: request.form.get(field.name, "") for field in verb.fields}
    try:
        _check_version(row, request.form.get("version", ""))
        values, faults = read_form(verb.fields, request.form)
        if faults:
            raise Invalid(faults)
        assert verb.run is not None
        verb.run(session(), row, **values)
        mark_written(session(), once, place)
        session().commit()
    except StaleDataError:
        session().rollback()
        raise Stale(_MOVED) from None
    except (Forbidden, Stale):
        session().rollback()
        raise
    except RuleError as refusal:
        session().rollback()
        row = view.one(row.id)
        if verb.fields:
            return _form(view, verb, [row], typed, once=once, refusal=refusal)
        return view.go(place, refusal, "bad")
    return view.go(place, verb.done or _("%(verb)s: %(name)s.", verb=verb.label, name=view.name_of(row)))


_MOVED = lazy("Somebody else changed this record a moment ago. Go back, reload it and look at what changed.")


def _check(view: "RecordView", verb: Verb, row: Any) -> None:
    from core.access.check import check

    check(verb.granted_by, row)
    if verb.flow is not None:
        verb.flow.target(verb.name, row.state)
    if not verb.leads_on(row):
        raise RuleError(verb.reason or _("This is not possible for %(name)s as it stands.", name=view.name_of(row)))


def _check_version(row: Any, sent: str) -> None:
    version = getattr(row, "version", None)
    if version and sent and sent != str(version):
        raise Stale(_MOVED)


def _defaults(verb: Verb, row: Any) -> dict[str, str]:
    found: Mapping[str, Any] = verb.defaults(session(), row) if verb.defaults is not None else {}
    return {field.name: field.text_of(found.get(field.name)) for field in verb.fields}


def several(view: "RecordView", verb: Verb) -> Any:
    """The selected rows: a form when the verb asks more, then the deed row by row."""
    back = safe_next(request.form.get("back", "") or f"{view.route_base}/")
    once = request.form.get("once", "")
    if done := written(session(), once):
        return view.go(done)
    rows, refused = _selected(view, verb)
    if not rows:
        session().rollback()
        gone = _("The selected records are not there any more, or not yours to see. Load the list anew.")
        why = _told(view, refused) or (gone if "row" in request.form else _("Select rows first."))
        return view.go(back, why, "bad")
    if verb.fields and "confirmed" not in request.form:
        texts = {**_defaults(verb, rows[0]), **(dict.fromkeys(verb.as_each, "") if len(rows) > 1 else {})}
        session().rollback()
        return _form(view, verb, rows, texts, once=new_token(), back=back, refused=refused)
    shared, faults = read_form(verb.fields, request.form)
    own, line_faults = _read_lines(verb, rows)
    if faults or line_faults:
        session().rollback()
        return _form(view, verb, rows, _sent(verb), once=once, back=back, refusal=Invalid(faults | line_faults))
    if verb.many is not None:
        return _together(view, verb, rows, shared, back, once)
    done_rows, first, line_faults = _one_by_one(verb, rows, shared, own, refused)
    if line_faults or (not done_rows and first is not None and verb.fields):
        session().rollback()
        refusal = Invalid(line_faults) if line_faults else first
        return _form(view, verb, rows, _sent(verb), once=once, back=back, refusal=refusal)
    mark_written(session(), once, back)
    session().commit()
    if refused:
        flash(_told(view, refused), "wait")
    return view.go(back, _done(verb, len(done_rows)) if done_rows else "")


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
            return _form(view, verb, rows, _sent(verb), once=once, back=back, refusal=refusal)
        return view.go(back, refusal, "bad")
    return view.go(place or back, said)


def _selected(view: "RecordView", verb: Verb) -> tuple[list[Any], list[tuple[Any, Text]]]:
    """The rows that the verb may be done to, and the others with the reason."""
    tokens: dict[int, int] = {}
    for token in request.form.getlist("row")[:MOST_ROWS]:
        try:
            record_id, version = read_row_token(token)
        except ValueError:
            continue
        if 0 < record_id < 2**63:
            tokens[record_id] = version
    query = view.rows().where(view.model.id.in_(sorted(tokens))).order_by(view.model.id)
    found = list(session().scalars(query.with_for_update(of=view.model).execution_options(populate_existing=True)))
    rows, refused = [], []
    for row in found:
        version = getattr(row, "version", None) or 0
        if not verb.allowed(row):
            refused.append((row, verb.reason or lazy("not possible as it stands, or not for you")))
        elif version and tokens[row.id] and tokens[row.id] != version:
            refused.append((row, lazy("somebody else changed it a moment ago; look at it first")))
        else:
            rows.append(row)
    return rows, refused


def _line_fields(verb: Verb, row: Any) -> list[FormField]:
    """The fields that may differ for this line: `solution.12` beside `solution`; empty, what is said above holds."""
    return [
        replace(
            field, name=f"{field.name}.{row.id}", required=False, placeholder=_("as above"), hint="",
            kind="option" if field.options else "text", span=4,
        )
        for field in verb.fields if field.name in verb.per_line
    ]  # fmt: skip


def _read_lines(verb: Verb, rows: Sequence[Any]) -> tuple[dict[int, dict[str, Any]], dict[str, Text]]:
    """(row → what differs for it, sentences of line fields that cannot be read)."""
    own: dict[int, dict[str, Any]] = {}
    faults: dict[str, Text] = {}
    for row in rows:
        values, wrong = read_form(_line_fields(verb, row), request.form)
        own[row.id] = {name.rpartition(".")[0]: value for name, value in values.items() if value not in (None, "")}
        faults |= wrong
    return own, faults


def _sent(verb: Verb) -> dict[str, str]:
    return {field.name: request.form.get(field.name, "") for field in verb.fields}


def _done(verb: Verb, count: int) -> str:
    return ngettext("%(verb)s: %(n)s record.", "%(verb)s: %(n)s records.", count, verb=verb.label)


def _told(view: "RecordView", refused: Sequence[tuple[Any, Text]]) -> str:
    if not refused:
        return ""
    lines = [f"{view.name_of(row)} – {str(reason).rstrip('.。')}" for row, reason in refused[:8]]
    more = _("and %(n)s more", n=len(refused) - 8) if len(refused) > 8 else ""
    return _("Left as they were: %(lines)s", lines=_("; ").join([*lines, *([more] if more else [])]))


def _form(
    view: "RecordView", verb: Verb, rows: Sequence[Any], texts: Mapping[str, str], *, once: str, back: str = "",
    refusal: RuleError | None = None, refused: Sequence[tuple[Any, Text]] = (),
) -> Any:  # fmt: skip
    reader = Reader(session(), view.route_base)
    for field in verb.fields:
        field.want(reader, texts.get(field.name, ""))
    reader.load()
    region = reader.region_code(rows[0])
    bulk = bool(back)
    lines = [field for row in rows for field in _line_fields(verb, row)] if bulk else []
    errors, loose = faults_of(refusal, [*verb.fields, *lines])
    inputs = [one.input(reader, texts.get(one.name, ""), region, error=errors.get(one.name, "")) for one in verb.fields]
    sections = [FormSection("", inputs)]
    if lines:
        sections += _lines(view, verb, rows, reader, region, errors)
    single = rows[0]
    page = FormPage(
        title=_("%(verb)s: %(n)s records", verb=verb.label, n=len(rows))
        if bulk and len(rows) > 1
        else _("%(verb)s: %(name)s", verb=verb.label, name=view.name_of(single)),
        action_url=f"{view.route_base}/bulk/{verb.name}" if bulk else f"{view.route_base}/{single.id}/{verb.name}",
        sections=sections,
        intro=verb.intro,
        submit_label=verb.label,
        danger=verb.danger,
        errors=loose,
        once=once,
        version=0 if bulk else getattr(single, "version", 0) or 0,
        cancel_url=back or address_of(view, single),
        hidden=[("confirmed", "1"), ("back", back), *(("row", _token(row)) for row in rows)] if bulk else [],
        notes=[Note(_told(view, refused), "wait")] if refused else [],
    )
    return view.render("atrium/verb.html", page, refusal.status if refusal is not None else 200)


def _token(row: Any) -> str:
    from core.records.list_page import row_token

    return row_token(row.id, getattr(row, "version", 0) or 0)


def _lines(
    view: "RecordView", verb: Verb, rows: Sequence[Any], reader: Reader, region: str, errors: Mapping[str, Text]
) -> list[FormSection]:
    """A section for each line, headed by what it is."""
    found = [FormSection(_("Where a line differs"), [])]
    for row in rows:
        inputs = [
            field.input(reader, request.form.get(field.name, ""), region, error=errors.get(field.name, ""))
            for field in _line_fields(verb, row)
        ]
        name, heading = view.name_of(row), view.heading(row)
        found.append(FormSection("", inputs, name if heading == name else f"{name} · {heading}"))
    return found
