"""The form of a verb that asks more: for one record, or for selected rows whose lines may differ."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import request

from core.errors import RuleError
from core.i18n import Text, _
from core.records.by_number import address_of
from core.records.fields import FormField
from core.records.form_page import FormPage, FormSection
from core.records.forming import faults_of
from core.records.helping import explained, helps_for
from core.records.list_page import row_token
from core.records.page import session
from core.records.parts import Note
from core.records.reader import Reader
from core.records.selected import told
from core.records.verbs import Verb

if TYPE_CHECKING:
    from core.records.view import RecordView


def verb_form(
    view: "RecordView", verb: Verb, rows: Sequence[Any], texts: Mapping[str, str], *, once: str, back: str = "",
    refusal: RuleError | None = None, refused: Sequence[tuple[Any, Text]] = (),
) -> Any:  # fmt: skip
    reader = Reader(session(), view.route_base)
    for field in verb.fields:
        field.want(reader, texts.get(field.name, ""))
    reader.load()
    region = reader.region_code(rows[0])
    bulk = bool(back)
    lines = [field for row in rows for field in line_fields(verb, row)] if bulk else []
    errors, loose = faults_of(refusal, [*verb.fields, *lines])
    inputs = [one.input(reader, texts.get(one.name, ""), region, error=errors.get(one.name, "")) for one in verb.fields]
    sections = [FormSection("", explained(inputs, helps_for(view, region, reader)))]
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
        notes=[Note(told(view, refused), "wait")] if refused else [],
    )
    return view.render("atrium/verb.html", page, refusal.status if refusal is not None else 200)


def _lines(
    view: "RecordView", verb: Verb, rows: Sequence[Any], reader: Reader, region: str, errors: Mapping[str, Text]
) -> list[FormSection]:
    """A section for each line, headed by what it is."""
    found = [FormSection(_("Where a line differs"), [])]
    for row in rows:
        inputs = [
            field.input(reader, request.form.get(field.name, ""), region, error=errors.get(field.name, ""))
            for field in line_fields(verb, row)
        ]
        name, heading = view.name_of(row), view.heading(row)
        found.append(FormSection("", inputs, name if heading == name else f"{name} · {heading}"))
    return found


def line_fields(verb: Verb, row: Any) -> list[FormField]:
    """The fields that may differ for this line: `solution.12` beside `solution`; empty, what is said above holds."""
    return [
        replace(
            field, name=f"{field.name}.{row.id}", required=False, placeholder=_("as above"), hint="",
            kind="option" if field.options else "text", span=4,
        )
        for field in verb.fields if field.name in verb.per_line
    ]  # fmt: skip


def defaults_of(verb: Verb, row: Any) -> dict[str, str]:
    found: Mapping[str, Any] = verb.defaults(session(), row) if verb.defaults is not None else {}
    return {field.name: field.text_of(found.get(field.name)) for field in verb.fields}


def sent(verb: Verb) -> dict[str, str]:
    return {field.name: request.form.get(field.name, "") for field in verb.fields}


def _token(row: Any) -> str:
    return row_token(row.id, getattr(row, "version", 0) or 0)
