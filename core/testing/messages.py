"""The messages of a folder's code and templates, and which of them are translated."""

from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

CATALOGUE = "translations/zh_Hans_CN/LC_MESSAGES/messages.po"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext.babel_extract")]
KEYWORDS = {"_": None, "lazy": None, "gettext": None, "ngettext": (1, 2)}


def messages(folder: Path) -> set[str]:
    """Message ids in a folder's code and templates; of a plural the first form."""
    found = set()
    for _file, _line, message, _comments, _context in extract_from_dir(str(folder), METHODS, keywords=KEYWORDS):
        found.add(message[0] if isinstance(message, tuple) else message)
    return {message for message in found if message}


def translated(folder: Path) -> tuple[set[str], set[str]]:
    """(message ids, those without a good translation) of a folder's Chinese catalogue."""
    path = folder / CATALOGUE
    if not path.exists():
        return set(), set()
    with path.open("rb") as file:
        catalogue = read_po(file)
    ids, bad = set(), set()
    for one in catalogue:
        if not one.id:
            continue
        key = one.id if isinstance(one.id, str) else one.id[0]
        ids.add(key)
        texts = (one.string,) if isinstance(one.string, str) else one.string or ()
        if one.fuzzy or not texts or not all(texts):
            bad.add(key)
    return ids, bad
