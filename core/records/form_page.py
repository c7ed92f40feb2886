"""A form as frozen values: to add, to edit, or for a verb that asks more; `atrium/form.html`, `atrium/verb.html`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.i18n import Text
from core.parameters.labels import Label
from core.records.parts import Crumb, Note, Option, Panel
from core.records.show_page import Attachments


@dataclass(frozen=True, slots=True)
class Input:
    """A field. What it sends under `name`: text as typed; `date` ISO, `moment` `YYYY-MM-DDTHH:MM` in the region's
    zone; `flag` "1" or nothing; `pick`, `choice`, `remote`, `tree` an option's value, repeated when `multiple`; `files`
    files.

    `choice` is a select; `pick` shows up to six options as buttons; `remote` asks `source_url?q=` as one types (and
    sends the values of the fields named in `depends` along); `tree` is a type-ahead over grouped options, all in the
    page."""

    name: str
    label: Text
    kind: Literal[
        "text", "textarea", "number", "money", "area", "date", "moment", "choice", "pick", "remote", "flag", "tree",
        "files", "password", "email", "tel",
    ] = "text"  # fmt: skip
    value: str = ""
    values: Sequence[str] = ()
    """The values when `multiple`."""
    text: Text = ""
    """What a `remote` value reads as."""
    texts: Sequence[Text] = ()
    """What the `values` of a multiple `remote` read as, in their order."""
    options: Sequence[Option] = ()
    source_url: str = ""
    depends: Sequence[str] = ()
    reload: bool = False
    """Its value decides the other fields: a change asks for the form again (`formaction` with `_reload=1`)."""
    required: bool = False
    readonly: bool = False
    multiple: bool = False
    hint: Text = ""
    error: Text = ""
    help: Label | None = None
    """What the field means, behind a button beside its label."""
    unit: Text = ""
    """Words at the right end of the field; money 元 and area ㎡ by themselves."""
    maxlength: int = 0
    minimum: str = ""
    maximum: str = ""
    placeholder: Text = ""
    accept: str = ""
    span: int = 4
    """Of 12 columns: 2-9 or 12."""
    rows: int = 3
    lang: str = ""
    autocomplete: str = "off"
    focus: bool = False


@dataclass(frozen=True, slots=True)
class FormSection:
    title: Text
    fields: Sequence[Input]
    text: Text = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field two people changed. Where they clash the reader picks, sent as `keep.<name>` = `theirs` or `mine`; what
    does not clash is already merged in the form's values."""

    name: str
    label: Text
    opened: Text
    theirs: Text
    mine: Text
    clash: bool = True
    changed_by: Literal["both", "theirs", "mine"] = "both"


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form to add, to edit, or for a verb that asks more. Sends `csrf_token`, `version`, `once` (written once,
    however often sent) and `hidden` with the fields."""

    title: Text
    action_url: str
    sections: Sequence[FormSection] = ()
    intro: Text = ""
    crumbs: Sequence[Crumb] = ()
    cancel_url: str = ""
    cancel_label: Text = ""
    submit_label: Text = ""
    more_submits: Sequence[tuple[str, Text]] = ()
    """(value, label): further buttons, sent as `then` (save and next)."""
    errors: Sequence[Text] = ()
    """Refusals that belong to no field."""
    conflict: Sequence[Conflict] = ()
    conflict_by: Text = ""
    """Who saved first, and when: "Peng Jia, 10:46"."""
    version: int = 0
    once: str = ""
    hidden: Sequence[tuple[str, str]] = ()
    danger: bool = False
    """Irreversible: red outline button; the consequence is the intro."""
    draft: str = ""
    """Key under which the typed text is kept on this machine until sent; empty: not kept."""
    subtitle: Text = ""
    notes: Sequence[Note] = ()
    side_panels: Sequence[Panel] = ()
    attachments: Attachments | None = None

    @property
    def fields(self) -> list[Input]:
        """All fields, in order."""
        return [field for section in self.sections for field in section.fields]

    @property
    def bad_fields(self) -> list[Input]:
        """Those with an error."""
        return [field for field in self.fields if field.error]

    @property
    def multipart(self) -> bool:
        """Whether it sends files."""
        return any(field.kind == "files" for field in self.fields)
