"""A form that belongs to no record: fields, what was typed, and the sentence when it was refused."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import jsonify, request

from core.errors import Invalid, RuleError
from core.i18n import Text
from core.records.fields import FormField, read_form
from core.records.form_page import FormPage, FormSection
from core.records.forming import faults_of, region_of
from core.records.once import new_token
from core.records.page import PlatformPage, session
from core.records.parts import Crumb, Note
from core.records.reader import Reader


def first_texts(fields: Sequence[FormField], reader: Reader) -> dict[str, str]:
    """What the address says for each field, else its default, else the project one looks at."""
    found = {}
    for one in fields:
        given = request.args.get(one.name, "")[:200]
        if not given and one.default is not None:
            given = one.text_of(one.default(reader))
        if not given and one.name == "project_id" and reader.project_id:
            given = str(reader.project_id)
        found[one.name] = given
    return found


def sent_texts(fields: Sequence[FormField]) -> dict[str, str]:
    return {one.name: request.form.get(one.name, "") for one in fields}


def read(fields: Sequence[FormField]) -> dict[str, Any]:
    """The values sent; raises Invalid with a sentence per field that cannot be read."""
    values, faults = read_form(fields, request.form)
    if faults:
        raise Invalid(faults)
    return values


def ask(
    view: PlatformPage, fields: Sequence[FormField], texts: Mapping[str, str], *, title: Text, base: str, url: str,
    submit: Text, cancel: str, intro: Text = "", refusal: RuleError | None = None, crumbs: Sequence[Crumb] = (),
    notes: Sequence[Note] = (), wide: bool = False, once: str = "",
) -> Any:  # fmt: skip
    """The form as a page or, opened from a button with `dialog`, as a dialog."""
    reader = Reader(session(), base)
    for one in fields:
        one.want(reader, texts.get(one.name, ""))
    reader.load()
    errors, loose = faults_of(refusal, list(fields))
    region = region_of(reader, None, {name: (text, ()) for name, text in texts.items()})
    inputs = [one.input(reader, texts.get(one.name, ""), region, error=errors.get(one.name, "")) for one in fields]
    page = FormPage(
        title, url, [FormSection("", inputs)], intro=intro, crumbs=crumbs, cancel_url=cancel, submit_label=submit,
        errors=loose, once=once or new_token(), notes=notes,
    )  # fmt: skip
    return view.render("atrium/form.html" if wide else "atrium/verb.html", page, refusal.status if refusal else 200)


def pick(fields: Sequence[FormField], name: str) -> Any:
    """The answer of a pick list of `fields`; None when none of them has that name."""
    for one in fields:
        if one.name == name and one.source is not None:
            found = one.source(session(), request.args.get("q", "")[:100], request.args.to_dict())
            return jsonify([{"value": o.value, "text": str(o.label), "hint": str(o.hint)} for o in found])
    return None
