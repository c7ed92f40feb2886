"""Names of files as people gave them: Chinese and emoji stay, paths and control or direction characters go. Pure."""

import re
import unicodedata
from urllib.parse import quote

from core.attachments.types import ENDINGS, FileType

MOST = 150
"""Characters of a name, its ending included."""
_JOINERS = frozenset("\u200c\u200d")
"""Between the parts of an emoji or of letters; they change no reading direction."""
_EDGE = " .\u200c\u200d"
"""What a name neither begins nor ends with: alone such a character says nothing, and a joiner joins nothing there."""
_SENT = {"%22": '"', "%0D": "", "%0A": ""}
"""What browsers write for a quote and for line ends in the name of an uploaded file."""


def ending_of(name: str) -> str:
    """The part after the last dot, small; empty when there is none."""
    stem, dot, ending = _bare(name).rpartition(".")
    return ending.lower() if dot and stem else ""


def clean_name(name: str, kind: FileType | None = None) -> str:
    """`name` as it is kept and shown; with `kind`, its ending agrees with what the file is.

    `..\\..\\整改前.html` of a picture → `整改前.html.png`; a wrong ending of a known kind is replaced (`a.jpg`).
    """
    bare = _bare(name)
    stem, dot, ending = bare.rpartition(".")
    if not dot or not stem:
        stem, ending = bare, ""
    if kind is not None and ending.lower() not in kind.endings:
        stem, ending = (stem if ending.lower() in ENDINGS else bare), kind.endings[0]
    stem = stem.strip(_EDGE) or "file"
    if len(ending) > 10:
        stem, ending = f"{stem}.{ending}", ""
    kept = stem[: MOST - len(ending) - 1].rstrip(_EDGE)
    return f"{kept}.{ending}" if ending else kept


def _bare(name: str) -> str:
    for sent, meant in _SENT.items():
        name = name.replace(sent, meant)
    name = unicodedata.normalize("NFC", name)
    name = re.split(r"[/\\]", name)[-1]
    kept = (" " if char.isspace() else char for char in name if not _is_bad(char))
    return " ".join("".join(kept).split()).strip(_EDGE)


def _is_bad(char: str) -> bool:
    """Control, direction and private characters, and halves of pairs; white space is not bad, only made a blank."""
    return not char.isspace() and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co") and char not in _JOINERS


def disposition(name: str, *, attachment: bool) -> str:
    """The `Content-Disposition` of a download: an ASCII name for old programs, the real one after RFC 5987."""
    ending = ending_of(name)
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._")
    if not plain or plain == ending:
        plain = f"file.{ending}" if re.fullmatch(r"[a-z0-9]+", ending) else "file"
    how = "attachment" if attachment else "inline"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
