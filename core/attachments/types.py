"""What a file is, told by its bytes and never by its name or by what a browser says of it. Pure: no session, no web.

Only what is listed here is taken in. A name's ending decides between types that look alike inside (a `.csv` and a
`.txt`), and never turns one kind into another.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from core.attachments.containers import ole_entries, zip_names

Family = Literal["image", "document", "text", "film"]
Reason = Literal["empty", "markup", "program", "archive", "macros", "locked", "unknown"]
"""Why a file is not taken in; `core.attachments.receiving` has the sentence for each."""

FAMILIES: tuple[Family, ...] = ("image", "document", "text", "film")
HEAD = 4096
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file that is taken in. `endings[0]` is given to a file whose name ends otherwise."""

    code: str
    mime: str
    endings: tuple[str, ...]
    family: Family
    is_shown: bool = False
    """Whether a browser shows it as a picture in the page."""


class Unwelcome(Exception):
    """The file is not of a kind that is kept; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


_OOXML = "application/vnd.openxmlformats-officedocument."
JPEG = FileType("jpeg", "image/jpeg", ("jpg", "jpeg"), "image", True)
PNG = FileType("png", "image/png", ("png",), "image", True)
GIF = FileType("gif", "image/gif", ("gif",), "image", True)
WEBP = FileType("webp", "image/webp", ("webp",), "image", True)
HEIC = FileType("heic", "image/heic", ("heic", "heif"), "image")
PDF = FileType("pdf", "application/pdf", ("pdf",), "document")
DOCX = FileType("docx", f"{_OOXML}wordprocessingml.document", ("docx", "wps"), "document")
XLSX = FileType("xlsx", f"{_OOXML}spreadsheetml.sheet", ("xlsx", "et"), "document")
PPTX = FileType("pptx", f"{_OOXML}presentationml.presentation", ("pptx", "dps"), "document")
DOC = FileType("doc", "application/msword", ("doc", "wps"), "document")
XLS = FileType("xls", "application/vnd.ms-excel", ("xls", "et"), "document")
PPT = FileType("ppt", "application/vnd.ms-powerpoint", ("ppt", "dps"), "document")
TXT = FileType("txt", "text/plain", ("txt",), "text")
CSV = FileType("csv", "text/csv", ("csv",), "text")
MP4 = FileType("mp4", "video/mp4", ("mp4", "m4v"), "film")
MOV = FileType("mov", "video/quicktime", ("mov",), "film")
TYPES = (JPEG, PNG, GIF, WEBP, HEIC, PDF, DOCX, XLSX, PPTX, DOC, XLS, PPT, TXT, CSV, MP4, MOV)

SHOWN = frozenset(one.mime for one in TYPES if one.is_shown)
ENDINGS = frozenset(ending for one in TYPES for ending in one.endings)

_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"), HEIC),
    **dict.fromkeys((b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"mmp4", b"M4V ",
                     b"M4VP", b"MSNV"), MP4),
    b"qt  ": MOV,
}  # fmt: skip
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!",
             b"dex\n", b"L\0\0\0\x01\x14\x02\0", b"ITSF", b"!<arch>", b"\0asm")  # fmt: skip
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"MSCF", b"\x28\xb5\x2f\xfd")
_OOXML_MAIN = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_OLE_MAIN = {"WordDocument": DOC, "PowerPoint Document": PPT, "Workbook": XLS, "Book": XLS}
_TEXTS = {"txt": TXT, "csv": CSV}


def type_of(file: BinaryIO, size: int, ending: str = "") -> FileType:
    """The type of `file` (seekable, `size` bytes); `ending` is that of its name, small, without the dot.

    Raises Unwelcome when the content is none of `TYPES`.
    """
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise Unwelcome("empty")
    found = _picture(head, size) or _boxes(head)
    if found is not None:
        return found
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _zipped(file, size)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound(file, ending)
    if head.startswith(_PROGRAMS):
        raise Unwelcome("program")
    if head.startswith(_ARCHIVES):
        raise Unwelcome("archive")
    return _text(file, ending)


def _picture(head: bytes, size: int) -> FileType | None:
    """The first bytes of the format and the first thing that must follow them."""
    if head.startswith(b"\xff\xd8\xff") and head[3:4] >= b"\xc0" and head[3:4] != b"\xff":
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"):
        return PNG
    if head.startswith((b"GIF87a", b"GIF89a")) and len(head) > 13 and any(head[6:8]) and any(head[8:10]):
        return GIF
    if head.startswith(b"RIFF") and head[8:15] == b"WEBPVP8" and int.from_bytes(head[4:8], "little") + 8 <= size:
        return WEBP
    return None


def _boxes(head: bytes) -> FileType | None:
    """ISO media: the `ftyp` box names the brand and those it is compatible with."""
    length = int.from_bytes(head[:4], "big")
    if head[4:8] != b"ftyp" or not 16 <= length <= HEAD:
        return None
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(length, len(head)) - 3, 4))]
    if brands[0] not in (b"mif1", b"msf1"):
        return _BRANDS.get(brands[0])
    return HEIC if any(_BRANDS.get(brand) is HEIC for brand in brands) else None


def _zipped(file: BinaryIO, size: int) -> FileType:
    names = zip_names(file, size)
    main = next((kind for part, kind in _OOXML_MAIN.items() if part in names), None)
    if main is None or "[content_types].xml" not in names:
        # OpenDocument and e-books are zip files with a note of their kind.
        raise Unwelcome("unknown" if "mimetype" in names else "archive")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Unwelcome("macros")
    return main


def _compound(file: BinaryIO, ending: str) -> FileType:
    """Office before 2007, and WPS. A document may hold another; its name then says which is the outer one."""
    entries = ole_entries(file, (*_OLE_MAIN, "EncryptedPackage", "_VBA_PROJECT"))
    if "EncryptedPackage" in entries:
        raise Unwelcome("locked")
    if "_VBA_PROJECT" in entries:
        raise Unwelcome("macros")
    found = [kind for name, kind in _OLE_MAIN.items() if name in entries]
    if not found:
        raise Unwelcome("unknown")
    return next((kind for kind in found if ending in kind.endings), found[0])


def _text(file: BinaryIO, ending: str) -> FileType:
    """Readable characters throughout, no markup at the start, and a name that says it is text."""
    for encoding in _encodings(file):
        try:
            start = ""
            for part in _decoded(file, encoding):
                if any(not (char.isprintable() or char.isspace()) and ord(char) < 0xA0 for char in set(part)):
                    raise Unwelcome("unknown")
                start = start or part.lstrip("\ufeff \t\r\n\f\v")[:20]
        except UnicodeDecodeError:
            continue
        if start.startswith("<"):
            raise Unwelcome("markup")
        if ending not in _TEXTS:
            raise Unwelcome("unknown")
        return _TEXTS[ending]
    raise Unwelcome("unknown")


def _encodings(file: BinaryIO) -> tuple[str, ...]:
    file.seek(0)
    if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return ("utf-16",)
    return ("utf-8-sig", "gb18030")


def _decoded(file: BinaryIO, encoding: str) -> Iterator[str]:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    while chunk := file.read(CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)
