"""JSON as it comes and goes: bodies read like forms, records written as plain values beside their words."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from core.errors import Invalid, RuleError
from core.i18n import lazy
from core.records.columns import Column
from core.records.fields import FormField, Texts
from core.records.reader import Reader

if TYPE_CHECKING:
    from core.records.view import RecordView

MOST_TEXT = 20_000


def read_body() -> dict[str, Any]:
    """The request's JSON object. Raises 415 for another type, 400 for what is no JSON, RuleError for no object."""
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        found = request.get_json()
    except RecursionError:
        raise BadRequest from None
    if not isinstance(found, dict):
        raise RuleError(lazy("Send one JSON object, {…}, with the fields by name."))
    return found


def read_fields(
    fields: Sequence[FormField],
    body: Mapping[str, Any],
    known: Sequence[str] = (),
    usual: Mapping[str, str] | None = None,
) -> Texts:
    """The body's values by field; raises Invalid for a field that does not exist and for values that are no texts.

    `known` are further keys that mean something to the address (`version`, `uuid`); `usual` stands in for what was not
    sent: the record as it is, or a verb's defaults.
    """
    names = {one.name: one for one in fields if one.kind != "files"}
    faults: dict[str, Any] = {}
    texts = {name: [text] for name, text in (usual or {}).items()}
    for name, value in body.items():
        if name in known:
            continue
        field = names.get(name)
        if field is None:
            faults[name[:100]] = lazy("There is no field of this name; there are: %(names)s.", names=", ".join(names))
        elif isinstance(value, list) and field.multiple and all(_text(one) is not None for one in value):
            texts[name] = [str(_text(one)) for one in value]
        elif (text := _text(value)) is None or field.multiple:
            faults[name] = lazy("This cannot be read; send %(kind)s.", kind=_wanted(field))
        else:
            texts[name] = [text]
    if faults:
        raise Invalid(faults)
    return Texts(texts)


def _text(value: Any) -> str | None:
    """A JSON value as a form would send it; None for lists, objects, endless texts and numbers that are none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**18 else None
    if isinstance(value, float):
        return str(Decimal(str(value))) if value == value and abs(value) < 1e15 else None
    return value if isinstance(value, str) and len(value) <= MOST_TEXT and _is_clean(value) else None


def _is_clean(text: str) -> bool:
    """Whether any database can keep it: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= one <= "\udfff" for one in text)


def _wanted(field: FormField) -> str:
    return "[…]" if field.multiple else "true / false" if field.kind == "flag" else '"…"'


def plain(value: Any) -> Any:
    """A value as JSON has it: moments in UTC, days and money as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def write_records(view: "RecordView", rows: Sequence[Any], reader: Reader, columns: Sequence[Column]) -> list[Any]:
    """Rows as JSON objects: `id`, `version`, each column's plain value, and `shown` with the same in words."""
    for column in columns:
        for row in rows:
            column.want(row, reader)
    view.prepare_rows(rows, reader)
    reader.load()
    return [_record(row, reader, columns) for row in rows]


def _record(row: Any, reader: Reader, columns: Sequence[Column]) -> dict[str, Any]:
    found: dict[str, Any] = {"id": row.id}
    if version := getattr(row, "version", None):
        found["version"] = version
    shown = {}
    for column in columns:
        said = column.excel(row, reader)
        shown[column.name] = "" if said is None else str(plain(said))
        if column.is_plain(row):
            found[column.name] = plain(column.raw(row))
    return {**found, "shown": shown}
