"""Forms to add and to change a record: what was typed is never lost, a stale change is shown beside the other's."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from core.access.models import Person
from core.attachments.receiving import Receipt, Received
from core.attachments.services import add_files
from core.errors import Invalid, RuleError
from core.history import Change
from core.i18n import Text, _
from core.records import carried, conflicts, timeline, undoing
from core.records.fields import FormField, read_form, typed_texts
from core.records.fields import Texts as FormTexts
from core.records.form_page import Conflict, FormPage, FormSection
from core.records.formats import since_text
from core.records.helping import explained, helps_for
from core.records.once import mark_written, new_token, written
from core.records.page import session
from core.records.parts import Crumb
from core.records.reader import Reader

if TYPE_CHECKING:
    from core.records.view import RecordView

Texts = Mapping[str, tuple[str, tuple[str, ...]]]


def new(view: "RecordView") -> Any:
    """GET and POST of the form for a new record."""
    fields = [one for one in view.fields if one.on_new]
    files = carried.take(view.model) if view.with_files and request.method == "POST" else Receipt()
    reader = Reader(session(), view.route_base, view.project_id())
    if request.method == "GET":
        return _draw(view, fields, reader, _first_texts(view, fields, reader), once=new_token())
    texts: Texts = typed_texts(fields, request.form)
    once = request.form.get("once", "")
    if "_reload" in request.form:
        return _draw(view, fields, reader, texts, once=once, files=files.files)
    if place := written(session(), once):
        return view.go(place)
    values, faults = read_form(fields, request.form)
    create = type(view).create
    assert create is not None
    try:
        if faults:
            raise Invalid(faults)
        carried.refuse_if_any(files)
        row = create(session(), **view.form_values(values, None))
        if files.files:
            add_files(session(), row, files.files)
        place = _following(view, row, values)
        mark_written(session(), once, place)
        session().commit()
    except RuleError as refusal:
        session().rollback()
        return _draw(view, fields, reader, texts, once=once, refusal=refusal, files=files.files)
    except IntegrityError:
        session().rollback()
        if place := written(session(), once):
            return view.go(place)
        return _draw(view, fields, reader, texts, once=once, refusal=RuleError(_EXISTS()), files=files.files)
    return view.go(place, _("Saved: %(name)s.", name=view.name_of(row)))


def _EXISTS() -> str:
    return _("A record with the same name or number exists already; look for it in the list.")


def _following(view: "RecordView", row: Any, values: Mapping[str, Any]) -> str:
    if request.form.get("then") == "next":
        kept = {name: values[name] for name in ("project_id", "building_id", "unit_id") if values.get(name)}
        return f"{view.route_base}/new" + ("?" + "&".join(f"{k}={v}" for k, v in kept.items()) if kept else "")
    return f"{view.route_base}/{row.id}"


def change(view: "RecordView", row: Any) -> Any:
    """GET and POST of the form for a record that is there; POST holds the row locked."""
    fields = [one for one in view.fields if one.on_edit]
    reader = Reader(session(), view.route_base)
    if not view.may_edit(row):
        session().rollback()
        raise RuleError(_("This cannot be changed any more as it stands, or not by you."))
    theirs = {one.name: view.row_text(row, one) for one in fields}
    reader.held |= {(one.model, int(theirs[one.name])) for one in fields if one.model and theirs[one.name].isdigit()}
    if request.method == "GET":
        return _draw(view, fields, reader, {n: (t, ()) for n, t in theirs.items()}, row=row, opened=theirs)
    mine = {name: text[0] for name, text in typed_texts(fields, request.form).items()}
    opened = conflicts.read_opened(request.form.get("opened", "")) or theirs
    sent = request.form.get("version", "")
    for name in mine:
        if conflicts.kept(request.form, name) == "theirs":
            mine[name] = theirs[name]
    if sent != str(getattr(row, "version", "") or ""):
        return _stale(view, fields, reader, row, opened, theirs, mine)
    values, faults = read_form(fields, FormTexts({name: [text] for name, text in mine.items()}))
    edit = type(view).edit
    assert edit is not None
    try:
        if faults:
            raise Invalid(faults)
        edit(session(), row, **view.form_values(values, row))
        session().commit()
    except StaleDataError:
        session().rollback()
        row = view.one(row.id)
        theirs = {one.name: view.row_text(row, one) for one in fields}
        return _stale(view, fields, reader, row, opened, theirs, mine)
    except RuleError as refusal:
        session().rollback()
        row = view.one(row.id)
        return _draw(
            view, fields, reader, {n: (t, ()) for n, t in mine.items()}, row=row, opened=opened, refusal=refusal
        )
    except IntegrityError:
        session().rollback()
        row = view.one(row.id)
        texts: Texts = {n: (t, ()) for n, t in mine.items()}
        return _draw(view, fields, reader, texts, row=row, opened=opened, refusal=RuleError(_EXISTS()))
    return undoing.go(view, f"{view.route_base}/{row.id}", _("Saved: %(name)s.", name=view.name_of(row)))


def _stale(
    view: "RecordView", fields: list[FormField], reader: Reader, row: Any, opened: Mapping[str, str],
    theirs: Mapping[str, str], mine: Mapping[str, str],
) -> Any:  # fmt: skip
    """409 with both: what clashes is asked, what does not is merged; sending again saves."""
    merged, changed = conflicts.merge(opened, theirs, mine)
    shown = []
    for one in fields:
        if one.name in changed:
            for text in (opened.get(one.name, ""), theirs.get(one.name, ""), mine.get(one.name, "")):
                one.want(reader, text)
    last = next(iter(timeline.changes_of(session(), row.__tablename__, row.id, 1)), None)
    timeline.want([last] if last else [], {}, reader)
    reader.load()
    region = reader.region_code(row)
    for one in fields:
        by = changed.get(one.name)
        if by is not None:
            before, now, typed = (_words(one, reader, region, t.get(one.name, "")) for t in (opened, theirs, mine))
            shown.append(Conflict(one.name, one.label, before, now, typed, by == "both", by))  # type: ignore[arg-type]
    texts: Texts = {name: (text, ()) for name, text in merged.items()}
    session().rollback()
    return _draw(
        view, fields, reader, texts, row=row, opened=theirs, conflict=shown, by=_who(last, row, reader), status=409
    )


def _who(last: Change | None, row: Any, reader: Reader) -> str:
    if last is None:
        return ""
    return f"{reader.lookup.label(Person, last.user_id) or 'Atrium'}, {since_text(last.at, reader.zone_of(row))}"


def _words(field: FormField, reader: Reader, region: str, text: str) -> str:
    made = field.input(reader, text, region, readonly=True)
    if field.kind == "flag":
        return _("yes") if text == "1" else _("no")
    return str(made.text or text)


def _first_texts(view: "RecordView", fields: list[FormField], reader: Reader) -> Texts:
    """A new form: what the address says, else the field's default, else the project one looks at."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for one in fields:
        given = request.args.get(one.name, "")[:200]
        if not given and one.default is not None:
            given = one.text_of(one.default(reader))
        if not given and one.name == "project_id" and reader.project_id:
            given = str(reader.project_id)
        found[one.name] = (given, (given,) if given else ())
    return found


def _draw(
    view: "RecordView", fields: list[FormField], reader: Reader, texts: Texts, *, row: Any = None, once: str = "",
    opened: Mapping[str, str] | None = None, refusal: RuleError | None = None, conflict: Any = (), by: str = "",
    status: int = 0, files: Sequence[Received] = (),
) -> Any:  # fmt: skip
    for one in fields:
        one.want(reader, *texts.get(one.name, ("", ())))
    reader.load()
    errors, loose = faults_of(refusal, fields)
    region = region_of(reader, row, texts)
    inputs = [
        one.input(reader, texts.get(one.name, ("", ()))[0], region, texts=texts.get(one.name, ("", ()))[1],
                  error=errors.get(one.name, ""))
        for one in fields
    ]  # fmt: skip
    inputs = explained(inputs, helps_for(view, region, reader))
    if view.with_files and row is None:
        inputs.append(carried.files_input(view.model, files, errors.get(carried.FIELD, "")))
    name = str(view.singular or view.title)
    title = _("Change %(name)s", name=view.name_of(row)) if row is not None else str(view.new_label or name)
    page = FormPage(
        title=title, action_url=f"{view.route_base}/{row.id}/edit" if row is not None else f"{view.route_base}/new",
        sections=[FormSection("", inputs)], errors=loose, once=once,
        version=(getattr(row, "version", 0) or 0) if row is not None else 0,
        crumbs=[Crumb(view.title, f"{view.route_base}/"), Crumb(title)],
        cancel_url=f"{view.route_base}/{row.id}" if row is not None else f"{view.route_base}/",
        hidden=[("opened", conflicts.write_opened(opened))] if opened is not None else carried.hidden(files),
        more_submits=[("next", _("Save and next"))] if row is None else [], conflict=conflict, conflict_by=by,
        draft=f"{view.route_base}/{row.id if row is not None else 'new'}",
    )  # fmt: skip
    return view.render("atrium/form.html", page, status or (refusal.status if refusal is not None else 200))


def faults_of(refusal: RuleError | None, fields: list[FormField]) -> tuple[dict[str, Text], list[Text]]:
    """(field → sentence, sentences that belong to no field of the form)."""
    if refusal is None:
        return {}, []
    names = {one.name for one in fields} | {carried.FIELD}
    if isinstance(refusal, Invalid):
        mine = {name: text for name, text in refusal.errors.items() if name in names}
        return mine, [text for name, text in refusal.errors.items() if name not in names]
    if refusal.field in names:
        return {str(refusal.field): refusal.message}, []
    return {}, [refusal.message]


def region_of(reader: Reader, row: Any, texts: Texts) -> str:
    """Whose option lists hold: the record's region, else that of the project or region chosen in the form."""
    if row is not None:
        return reader.region_code(row)
    tree = reader.principal.organisation
    chosen = texts.get("project_id", ("", ()))[0]
    if chosen.isdigit():
        found = tree.region_of(int(chosen))
        return found.code if found else ""
    region = texts.get("region_id", ("", ()))[0]
    return tree.regions[int(region)].code if region.isdigit() and int(region) in tree.regions else ""
