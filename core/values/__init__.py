"""Reading what people type: tolerant of how, strict about what is meant.

Each reader takes a cell's or a field's value (text, number, date) and returns what it means, or raises `BadValue` with
a sentence for the person who typed it. A blank value is refused; ask `is_blank` first where blanks are allowed.
"""

from core.values.dates import read_day, read_moment
from core.values.numbers import read_area, read_decimal, read_money, read_percent, read_whole
from core.values.people import COMPANY, OTHER, RESIDENT, read_id_document, read_id_number, read_mobile, read_phone
from core.values.refusal import BadValue, shown
from core.values.text import (
    MOST_NAME,
    MOST_TEXT,
    fold,
    is_blank,
    plain,
    read_code,
    read_line,
    read_names,
    read_one_of,
    read_several,
    read_text,
    read_yes_no,
    split,
    tidy,
)

__all__ = [
    "COMPANY",
    "MOST_NAME",
    "MOST_TEXT",
    "OTHER",
    "RESIDENT",
    "BadValue",
    "fold",
    "is_blank",
    "plain",
    "read_area",
    "read_code",
    "read_day",
    "read_decimal",
    "read_id_document",
    "read_id_number",
    "read_line",
    "read_mobile",
    "read_moment",
    "read_money",
    "read_names",
    "read_one_of",
    "read_percent",
    "read_phone",
    "read_several",
    "read_text",
    "read_whole",
    "read_yes_no",
    "shown",
    "split",
    "tidy",
]
