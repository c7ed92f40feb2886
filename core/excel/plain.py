"""Whether a workbook is so plain that the fast reader says of every cell exactly what openpyxl says.

It looks at the XML with a few searches over its bytes and doubts whatever it does not know; a doubt costs time only.
"""

import re
from io import BytesIO
from zipfile import ZipFile

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

MOST_SCANNED = 200 * 1024 * 1024
"""Bytes of XML that are looked at in memory."""
MOST_CELLS = 8_000_000
"""The fast reader keeps a whole rectangle, however few of its cells are filled."""
LETTER_COLUMNS, NEXT_COLUMNS = 26, 104
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_DOUBTFUL = [
    re.compile(one) for one in (
        rb'<(?:f[ >/]|!|t/|is/|si/|c>|c/|row>|row/)', rb't="(?:e|d|str)"', rb'<t(?: [^>]*)?>\s*</t>', rb"&#", rb"='",
        rb"_x[0-9A-Fa-f]{4}_",
    )
]  # fmt: skip
"""Formulas, errors, ISO dates, empty and blank texts, comments, entities, escapes, places that are not said."""
_NUMBERS = re.compile(rb"<v>(?:-?\d+(?:\.0*<|(?:\.\d+)?[eE])|-?\.|-?\d{16}|[^-0-9<]|<)")
"""Whole numbers written as fractions or with an exponent, which stay fractions; long ones; what is no number."""
_FAR = re.compile(rb'r="(?:[A-Z]*(?:[2-9]\d{5}|\d{7})|[D-Z][A-Z]|[A-Z]{3})')
_WIDE = re.compile(rb'r="[A-Z]{2}')
_LAST_ROW = re.compile(rb'<row r="(\d+)"')
_FORMATS = re.compile(r'<numFmt [^>]*formatCode="([^"]*)"')
_NUMBERED = re.compile(r'<numFmt [^>]*numFmtId="(\d+)"')
_USED = re.compile(r'<xf [^>]*numFmtId="(\d+)"')
_PLAIN_NUMBER = re.compile(r"[0#?,.%_\-() ;*¥￥$+/\\@]*|General", re.ASCII)
_PLAIN_DAY = re.compile(
    r"[yY]+[-/.年\\]+[mM]+[-/.月\\]*(?:[dD]+日?)?(?: +[hH]+:[mM]+(?::[sS]+)?)?(?:;@)?"
    r"|(?:\[[hH]+\]|[hH]+):[mM]+(?::[sS]+)?"
)
_DAYS = (14, 15, 17, 20, 21, 22, 46)


def is_plain(content: bytes, most_rows: int) -> bool:
    """Whether nothing in the workbook could be read in two ways, and no sheet reaches below `most_rows`."""
    with ZipFile(BytesIO(content)) as packed:
        names = packed.namelist()
        sheets = [name for name in names if _SHEET.fullmatch(name)]
        strings = [name for name in names if name == "xl/sharedStrings.xml"]
        if len({name.casefold() for name in names}) < len(names) or not sheets or not _stand_where_usual(packed, names):
            return False
        if sum(packed.getinfo(name).file_size for name in [*sheets, *strings]) > MOST_SCANNED:
            return False
        if not _is_plain_book(packed.read("xl/workbook.xml"), len(sheets)):
            return False
        styles = packed.read("xl/styles.xml").decode("utf-8", "replace") if "xl/styles.xml" in names else ""
        if not _are_plain_styles(styles):
            return False
        late = _late_days(styles)
        return all(_is_plain_text(packed.read(name)) for name in strings) and all(
            _is_plain_sheet(text, most_rows) and not (late and late.search(text)) for text in map(packed.read, sheets)
        )


def _stand_where_usual(packed: ZipFile, names: list[str]) -> bool:
    """Whether texts and styles are where they are looked at here."""
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= set(names):
        return False
    related = packed.read("xl/_rels/workbook.xml.rels")
    return all((f'/{part}"'.encode() in related) == (f"xl/{part}.xml" in names) for part in ("sharedStrings", "styles"))


def _is_plain_book(text: bytes, sheets: int) -> bool:
    return text.count(b"<sheet ") == sheets and b"date1904" not in text and b"<!" not in text


def _is_plain_text(text: bytes) -> bool:
    """Texts whose line ends, entities and marks every reader reads alike."""
    return text.find(b"\r", 120) < 0 and not any(doubt.search(text) for doubt in _DOUBTFUL)


def _is_plain_sheet(text: bytes, most_rows: int) -> bool:
    if b"<sheetData" not in text or not _is_plain_text(text):
        return False
    rows, cells = text.count(b"<row "), text.count(b"<c ")
    if rows > most_rows or text.count(b'<row r="') != rows or text.count(b'<c r="') != cells:
        return False
    if _NUMBERS.search(text) or _FAR.search(text):
        return False
    found = _LAST_ROW.match(text, max(0, text.rfind(b"<row ")))
    last = int(found[1]) if found else 0
    return last <= most_rows and last * (NEXT_COLUMNS if _WIDE.search(text) else LETTER_COLUMNS) <= MOST_CELLS


def _codes(text: str) -> dict[int, str]:
    return {int(number): code for number, code in zip(_NUMBERED.findall(text), _FORMATS.findall(text), strict=False)}


def _late_days(styles: str) -> re.Pattern[bytes] | None:
    """Finds a cell whose style says day and whose number is none, or one thousands of years away."""
    codes, kinds = _codes(styles), _USED.findall(styles.partition("<cellXfs")[2].partition("</cellXfs>")[0])
    days = [str(at) for at, kind in enumerate(map(int, kinds)) if _is_day(kind, codes.get(kind))]
    return re.compile(rf'<c r="\w+" s="(?:{"|".join(days)})"[^>]*><v>\d{{7}}'.encode()) if days else None


def _is_day(number: int, code: str | None) -> bool:
    return is_date_format(code or BUILTIN_FORMATS.get(number, ""))


def _are_plain_styles(text: str) -> bool:
    """Whether each format in use is one that both readers take for a day, or both for a number."""
    codes = _codes(text)
    return (
        text.count("<xf ") == len(_USED.findall(text))
        and text.count("<numFmt ") == len(codes)
        and all(_is_plain_format(number, codes.get(number)) for number in {int(one) for one in _USED.findall(text)})
    )


def _is_plain_format(number: int, code: str | None) -> bool:
    if code is None:
        code = BUILTIN_FORMATS.get(number)
        return code is not None and (number in _DAYS or not is_date_format(code))
    code = code.replace("&quot;", "").replace("\\ ", " ").replace("\\-", "-")
    return bool(_PLAIN_NUMBER.fullmatch(code) or _PLAIN_DAY.fullmatch(code))
