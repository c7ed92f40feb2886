"""A look into zip archives and OLE compound files without unpacking anything: names only, within fixed bounds."""

import re
from collections.abc import Sequence
from typing import BinaryIO

MOST_LISTED = 4 << 20
"""Bytes of a zip's directory that are read; a document's is a few thousand."""
_END = b"PK\x05\x06"
_ENTRY = b"PK\x01\x02"
OLE_ENTRY = 128
_CHUNK = 1 << 20


def zip_names(file: BinaryIO, size: int) -> frozenset[str]:
    """The names in a zip's directory, in small letters; empty when it is broken or larger than a document's."""
    tail = min(size, 65557)
    file.seek(size - tail)
    last = file.read(tail)
    at = last.rfind(_END)
    if at < 0 or len(last) < at + 22:
        return frozenset()
    length = int.from_bytes(last[at + 12 : at + 16], "little")
    start = int.from_bytes(last[at + 16 : at + 20], "little")
    if length > MOST_LISTED or start + length > size:
        return frozenset()
    file.seek(start)
    listed = file.read(length)
    names, here = set(), 0
    while listed[here : here + 4] == _ENTRY:
        name, extra, note = (int.from_bytes(listed[here + o : here + o + 2], "little") for o in (28, 30, 32))
        raw = listed[here + 46 : here + 46 + name]
        names.add(raw.decode("utf-8", "replace").replace("\\", "/").lower())
        here += 46 + name + extra + note
    return frozenset(names)


def ole_entries(file: BinaryIO, wanted: Sequence[str]) -> frozenset[str]:
    """Which of the entries `wanted` a compound file's directory has. Entries lie on multiples of 128 bytes."""
    forms = {name: name.encode("utf-16-le") + b"\0\0" for name in wanted}
    pattern = re.compile(b"|".join(re.escape(form) for form in forms.values()))
    by_form = {form: name for name, form in forms.items()}
    found: set[str] = set()
    file.seek(0)
    # A chunk is a multiple of an entry, so that none is cut in two.
    while chunk := file.read(_CHUNK):
        for match in pattern.finditer(chunk):
            at, form = match.start(), match.group()
            length = int.from_bytes(chunk[at + 64 : at + 66], "little")
            if at % OLE_ENTRY == 0 and length == len(form) and chunk[at + 66 : at + 67] in (b"\x01", b"\x02"):
                found.add(by_form[form])
    return frozenset(found)
