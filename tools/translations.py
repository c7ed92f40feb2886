"""Bring the Chinese catalogues up to date with code and templates: new messages come in empty, unused ones go.

`make translations-update`, then fill in what is empty and run `make translations`. A message that moves between core
and a plugin keeps its translation; what core has translated is not repeated in a plugin.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from core.testing.messages import KEYWORDS, METHODS
from tools.check_translations import ROOT

CATALOGUE = "translations/zh_Hans_CN/LC_MESSAGES/messages.po"
BEFORE_ALL = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "# Chinese of PROJECT. Message ids are English; tokens such as {handover} stay and become the region's word."

Id = str | tuple[str, str]
"""A message id; where a message counts something, its singular and its plural."""


def folders(root: Path = ROOT) -> list[Path]:
    """Core first, as what it translates holds for plugins too."""
    return [root / "core", *sorted(path.parent for path in (root / "plugins").glob("*/plugin.py"))]


def used(folder: Path) -> dict[str, Id]:
    """First form → id of every message in a folder's code and templates."""
    ids: dict[str, Id] = {}
    for _file, _line, message, _comments, _context in extract_from_dir(str(folder), METHODS, keywords=KEYWORDS):
        if isinstance(message, tuple):
            ids[message[0]] = (message[0], message[1])
        elif message:
            ids.setdefault(message, message)
    return ids


def read(folder: Path) -> Catalog:
    """A folder's catalogue; an empty one where it has none."""
    path = folder / CATALOGUE
    if path.exists():
        with path.open("rb") as file:
            return read_po(file, locale="zh_Hans_CN")
    return Catalog(locale="zh_Hans_CN", creation_date=BEFORE_ALL, revision_date=BEFORE_ALL)


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """The forms of a translation; Chinese has one."""
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def made(folder: Path, ids: dict[str, Id], translations: dict[str, str], before: Catalog) -> Catalog:
    """The catalogue of `ids`, in alphabetical order, with the translations known already."""
    name = "Atrium" if folder.name == "core" else f"Atrium {folder.name}"
    catalogue = Catalog(
        locale="zh_Hans_CN", header_comment=HEADER, project=name, version="1", charset="utf-8", fuzzy=False,
        msgid_bugs_address="the project's issue list", last_translator="Atrium", language_team="Chinese",
        creation_date=before.creation_date, revision_date=before.revision_date,
    )  # fmt: skip
    for first in sorted(ids):
        text = translations.get(first, "")
        catalogue.add(ids[first], (text,) if isinstance(ids[first], tuple) else text)
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """The file as it is kept: a message a line, no places in the code, as those change with every edit."""
    out = BytesIO()
    write_po(out, catalogue, width=0, no_location=True, sort_output=True, ignore_obsolete=True)
    return out.getvalue()


def update(root: Path = ROOT) -> list[str]:
    """Write the catalogues anew; returns the messages that wait for a translation, as `folder: message`."""
    before = {folder: read(folder) for folder in folders(root)}
    translations: dict[str, str] = {}
    for old in reversed(before.values()):
        for one in old:
            if one.id:
                first = one.id if isinstance(one.id, str) else one.id[0]
                translations[first] = next(iter(forms(one.string)), "")
    waiting: list[str] = []
    in_core: set[str] = set()
    for folder, old in before.items():
        ids = {first: id for first, id in used(folder).items() if first not in in_core}
        in_core = in_core or set(ids)
        path = folder / CATALOGUE
        if not ids and not path.exists():
            continue
        catalogue = made(folder, ids, translations, old)
        if not path.exists() or written(catalogue) != path.read_bytes():
            catalogue.revision_date = datetime.now(UTC)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written(catalogue))
        waiting += [f"{folder.name}: {first}" for first in ids if not translations.get(first)]
    return waiting


if __name__ == "__main__":
    empty = update()
    print("\n".join(empty) or "Nothing waits for a translation.")
    sys.exit(0)
