"""Fields of a form: declared once per view, drawn as inputs, read back as the values that services take.

Reading only turns text into ids, flags, days and numbers; what is allowed is the service's to say.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from core.errors import RuleError
from core.i18n import Text, _, lazy
from core.records.filters import Source
from core.records.form_page import Input
from core.records.parts import Option
from core.records.reader import Reader
from core.values.dates import read_day

Kind = Literal["text", "textarea", "number", "money", "area", "date", "choice", "pick", "option", "option_pick", "tree",
               "remote", "flag", "files", "password", "email", "tel"]  # fmt: skip


Typed = Any
"""What a form sent: anything with `get(name, default)` and `getlist(name)`, as Werkzeug's MultiDict has."""


@dataclass(frozen=True)
class Texts:
    """Texts by name in the shape of a sent form, for what was not sent as one."""

    texts: Mapping[str, Sequence[str]]

    def get(self, name: str, default: str = "") -> str:
        found = self.texts.get(name)
        return found[0] if found else default

    def getlist(self, name: str) -> list[str]:
        return list(self.texts.get(name, ()))


@dataclass(frozen=True)
class FormField:
    """A field. `option` and `tree` offer the parameter list `options` of the record's region; `remote` asks `source` as
    one types and holds the id of a row of `model`; `choice` and `pick` offer `choices`."""

    name: str
    label: Text
    kind: Kind = "text"
    required: bool = False
    hint: Text = ""
    options: str = ""
    choices: Sequence[tuple[str, Text]] | Callable[[Reader], Sequence[Option]] = ()
    source: Source | None = None
    model: type[Any] | None = None
    depends: Sequence[str] = ()
    reload: bool = False
    multiple: bool = False
    span: int = 4
    rows: int = 3
    unit: Text = ""
    maxlength: int = 0
    placeholder: Text = ""
    default: Callable[[Reader], Any] | None = None
    on_new: bool = True
    on_edit: bool = True
    autocomplete: str = "off"
    levels: bool = False
    """`tree`: branches may be chosen as well as leaves."""

    def text_of(self, value: Any) -> str:
        """A value as the field shows it for editing."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "1" if value else ""
        if isinstance(value, date):
            return value.isoformat()
        return str(value)

    def read(self, form: Typed) -> Any:
        """What was sent, as a service takes it; raises RuleError with a sentence."""
        if self.multiple:
            sent = [one for one in form.getlist(self.name) if one]
            return [self._id(one) for one in sent] if self.kind == "remote" else sent
        text = form.get(self.name, "")
        if self.kind == "flag":
            return text in ("1", "true", "on", "y")
        if self.kind == "remote":
            return self._id(text) if text.strip() else None
        if self.kind == "date":
            return read_day(text) if text.strip() else None
        if self.kind == "number":
            return self._whole(text) if text.strip() else None
        return text

    def _id(self, text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise RuleError(lazy("Choose one from the list."))
        return int(text)

    def _whole(self, text: str) -> int:
        from core.values.numbers import read_whole

        return read_whole(text)

    def input(self, reader: Reader, text: str, region: str, *, texts: Sequence[str] = (), error: Text = "",
              readonly: bool = False) -> Input:  # fmt: skip
        """The control; for `remote` the reader's lookup has been loaded."""
        kind: Any = {"option": "choice", "option_pick": "pick"}.get(self.kind, self.kind)
        made = Input(
            self.name, self.label, kind, text, values=tuple(texts), required=self.required, hint=self.hint, error=error,
            span=self.span, rows=self.rows, unit=self.unit, maxlength=self.maxlength, placeholder=self.placeholder,
            depends=self.depends, reload=self.reload, multiple=self.multiple, readonly=readonly,
            autocomplete=self.autocomplete, options=self._options(reader, region, text),
        )  # fmt: skip
        if self.kind == "remote":
            label = self._label(reader, text)
            labels = tuple(self._label(reader, one) for one in texts)
            source = f"{reader.base}/pick/{self.name}"
            made = replace(made, value=text if label else "", text=label, texts=labels, source_url=source)
        elif readonly:
            made = replace(made, text=next((str(one.label) for one in made.options if one.value == text), text))
        return made

    def want(self, reader: Reader, text: str, texts: Sequence[str] = ()) -> None:
        """Ask for the labels of the rows chosen."""
        if self.kind == "remote" and self.model is not None:
            for one in (text, *texts):
                if one.isascii() and one.isdigit() and len(one) < 19:
                    reader.want_asked(self.model, int(one))

    def _label(self, reader: Reader, text: str) -> str:
        if self.model is None or not (text.isascii() and text.isdigit() and len(text) < 19):
            return text
        return reader.label_asked(self.model, int(text))

    def _options(self, reader: Reader, region: str, chosen: str) -> Sequence[Option]:
        if self.kind in ("choice", "pick"):
            return (
                self.choices(reader)
                if callable(self.choices)
                else [Option(code, label) for code, label in self.choices]
            )
        if self.kind in ("option", "option_pick"):
            known = reader.options(self.options, region)
            found = [Option(one.code, one.label(reader.lang).text) for one in known.selectable]
            if chosen and not known.is_selectable(chosen) and known.get(chosen):
                found.append(Option(chosen, known.label(chosen, reader.lang)))  # retired, still held by the record
            return found
        if self.kind == "tree":
            return tree_options(reader, self.options, region, branches=self.levels)
        return ()


def tree_options(reader: Reader, key: str, region: str, *, branches: bool = False) -> list[Option]:
    """Leaves under the name of their branch, found by name, code and pinyin initials; with `branches` these as well."""
    known = reader.options(key, region)
    found = []
    wanted = known.options.values() if branches else known.selectable
    for one in wanted:
        if branches and one.hidden:
            continue
        path = known.path(one.code, reader.lang)
        group = " / ".join(path[:-1]) if not branches else path[0]
        found.append(
            Option(one.code, path[-1], hint=one.code, group=group, search=f"{one.code} {initials(one.labels.zh)}")
        )
    return found


def initials(text: str) -> str:
    """First letters of the sounds, as people type them: 墙面空鼓 → qmkg."""
    from core.parameters.pinyin import sounds

    return "".join(readings[0][:1] for readings in sounds(text) if readings)


def read_form(fields: Sequence[FormField], form: Typed) -> tuple[dict[str, Any], dict[str, Text]]:
    """Values by name, and the sentence of each field that cannot be read."""
    values: dict[str, Any] = {}
    faults: dict[str, Text] = {}
    for one in fields:
        if one.kind == "files":
            continue
        try:
            values[one.name] = one.read(form)
        except RuleError as refusal:
            faults[one.name] = refusal.message
    return values, faults


def typed_texts(fields: Sequence[FormField], form: Typed) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What stands in each field, to be shown again: (text, texts of a multiple field)."""
    return {one.name: (form.get(one.name, ""), tuple(form.getlist(one.name))) for one in fields}


def required_fault(fields: Sequence[FormField], values: Mapping[str, Any]) -> dict[str, Text]:
    """The sentence of each required field left empty, for verbs whose service takes plain values."""
    return {
        one.name: _("Nothing is filled in here.")
        for one in fields
        if one.required and values.get(one.name) in (None, "", [])
    }
