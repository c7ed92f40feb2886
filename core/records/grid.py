"""The keyboard grid: what a page tells its script about columns, choices and rules. Drawn by `atrium/parts/grid.html`,
brought to life by `static/js/grid.js`; nothing in either knows what is being entered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from core.i18n import Text
from core.parameters.labels import Label
from core.parameters.options import OptionSet
from core.parameters.pinyin import sounds
from core.records.parts import Action

Kind = Literal["option", "text", "places"]


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column. `option` offers the list `options` of the page, or of the home (`home:contractors`); `text` is typed;
    `places` names further homes."""

    name: str
    label: Text
    kind: Kind = "text"
    width: str = ""
    """CSS class of its width; none takes what is left."""
    required: bool = False
    repeats: bool = False
    """Enter copies it into the next row."""
    most: int = 0
    """Characters."""
    options: str = ""
    chosen_by: str = ""
    """The column whose value chooses this one by the home's rules, until somebody chooses otherwise."""
    fixed_once_saved: bool = False
    """Not changed here any more once the row is saved."""
    hint: Text = ""
    help: Label | None = None
    """What the column means, behind a button in its heading (`helped`)."""
    placeholder: Text = ""
    card: Literal["title", "meta", "text", ""] = ""
    """Its place in the card a saved row is on a phone; none leaves it out there."""
    picks: int = 0
    """How many choices the phone's form offers as buttons; 0 makes it a field to type in."""
    synonyms: Sequence[str] = ()
    """Headings of pasted columns that mean this one, besides the label."""

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name, "label": str(self.label), "kind": self.kind, "required": self.required,
            "repeats": self.repeats, "most": self.most, "options": self.options, "chosenBy": self.chosen_by,
            "fixedOnceSaved": self.fixed_once_saved, "hint": str(self.hint), "placeholder": str(self.placeholder),
            **({"help": {"text": self.help.text, "lang": self.help.lang}} if self.help else {}),
            "picks": self.picks, "card": self.card, "synonyms": list(self.synonyms), "width": self.width,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class GridPage:
    """A page with a grid. `head` fields stand in the page's own template, marked `data-grid-head`."""

    title: Text
    name: str
    """Names the drafts; one grid of one module."""
    user_id: int
    columns: Sequence[GridColumn]
    lists: Mapping[str, Sequence[Mapping[str, Any]]]
    """Option lists by name, as `choices` makes them."""
    urls: Mapping[str, str]
    """`home` (GET: `find` or `id`), `suggest` (GET: `q`), `save`, `done` (POST), `token` (GET), `record` ([id]),
    `sign_in`."""
    csrf: str
    project: Mapping[str, Any]
    most_rows: int
    home: Mapping[str, Any] | None = None
    """The home to begin with, as the address `home` answers."""
    subtitle: Text = ""
    other_ways: Sequence[Action] = ()
    """The other ways of entering: the single form, an import."""

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name, "user": self.user_id, "columns": [one.as_json() for one in self.columns],
            "lists": dict(self.lists), "urls": dict(self.urls), "csrf": self.csrf, "project": dict(self.project),
            "mostRows": self.most_rows, "home": self.home,
        }  # fmt: skip


def helped(columns: Sequence[GridColumn], helps: Mapping[str, Label]) -> list[GridColumn]:
    """The columns with what they mean, where that is told."""
    return [replace(one, help=helps.get(one.name)) for one in columns]


def choice(
    value: str, text: str, hint: str = "", *, lang: str = "", names: Iterable[str] = (), chinese: str = ""
) -> dict[str, Any]:
    """One choice for the script: `s` holds the sounds of its characters (several readings parted by `|`), `n` other
    names it is known by, `l` its language where that is not the page's."""
    spoken = ["|".join(readings) for readings in sounds(chinese or text)]
    found: dict[str, Any] = {"v": value, "t": text, "s": spoken}
    found |= {"h": hint} if hint else {}
    found |= {"l": lang} if lang else {}
    other = [name for name in dict.fromkeys(names) if name and name != text]
    return found | ({"n": other} if other else {})


def choices(options: OptionSet, lang: str) -> list[dict[str, Any]]:
    """The choices of a list or tree: found by name in both languages, alias, code, and by sound; the branch as hint."""
    found = []
    for one in options.selectable:
        label = one.label(lang)
        path = options.path(one.code, lang)
        hint = f"{one.parent} {path[-2]}" if one.parent and len(path) > 1 else ""
        foreign = "zh" if lang == "en" and label.lang == "zh" else ""
        names = (*one.labels.texts.values(), *one.aliases)
        found.append(choice(one.code, label.text, hint, lang=foreign, names=names, chinese=one.labels.zh))
    return found
