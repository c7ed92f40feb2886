"""What identifies and reaches people: ID numbers, mobiles, telephones."""

import re
import unicodedata
from datetime import date
from typing import Any

from core.i18n import lazy
from core.values.refusal import BadValue, refuse, shown
from core.values.text import tidy

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_COMPANY_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_COMPANY_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SCIENTIFIC = re.compile(r"(?a)(\d)\.(\d+)[eE]\+?(\d{1,2})")
_TELEPHONE = re.compile(r"(?a)[\d+()\-# *,;、/]*\d(?:(?:转|ext\.?|x|分机)?[\d+()\-# *,;、/])*", re.IGNORECASE)

RESIDENT, COMPANY, OTHER = "resident", "company", "other"


def read_mobile(value: Any) -> str:
    """A mobile: eleven digits beginning with 1, or a number from abroad with `+` and its country code."""
    text = re.sub(r"[\s()\-.]", "", _digits_of(value))
    national = re.sub(r"(?a)^(?:\+86|0086|86(?=1\d{10}$))", "", text)
    if re.fullmatch(r"(?a)1\d{10}", national):
        return national
    if re.fullmatch(r"(?a)\+(?!86)[1-9]\d{6,14}", text):
        return text
    raise refuse(
        lazy(
            "“%(value)s” is not a mobile number: eleven digits beginning with 1, or + with the country code.",
            value=shown(tidy(value)),
        )
    )


def read_phone(value: Any) -> str:
    """A telephone number of any kind, several in one cell too; what is written beside the digits (-, 转, +) is kept."""
    text = re.sub(r"\s+", " ", _digits_of(value))
    if len(re.sub(r"(?a)\D", "", text)) >= 5 and len(text) <= 40 and _TELEPHONE.fullmatch(text):
        return text
    raise refuse(
        lazy("“%(value)s” is not a telephone number. Write digits, such as 0755-26881234.", value=shown(tidy(value)))
    )


def read_id_number(value: Any) -> str:
    """A resident's ID number of 15 or 18 characters, judged by length, date and check digit, never by area code."""
    text = _id_text(value)
    if re.fullmatch(r"(?a)\d{15}", text):
        _birthday(text, "19" + text[6:12])
        return text
    if not re.fullmatch(r"(?a)\d{17}[\dX]", text):
        raise refuse(
            lazy(
                "“%(value)s” is not an ID number: 18 characters are needed (or 15 of the old kind), it has %(count)s.",
                value=shown(text),
                count=len(text),
            )
            if len(text) not in (15, 18)
            else lazy("“%(value)s” is not an ID number: only digits, and X at the end of 18.", value=shown(text))
        )
    _birthday(text, text[6:14])
    if _CHECKS[sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False)) % 11] != text[17]:
        raise refuse(
            lazy("The check digit of ID number “%(value)s” does not fit: one of its digits is wrong.", value=text)
        )
    return text


def read_id_document(value: Any) -> tuple[str, str]:
    """Kind and number of a paper: ID card of a resident, credit code of a company, else passport or permit."""
    text = _id_text(value)
    if re.fullmatch(r"(?a)[\dX]+", text):
        return RESIDENT, read_id_number(text)
    if len(text) == 18:
        if _is_credit_code(text):
            return COMPANY, text
        raise refuse(
            lazy(
                "“%(value)s” is neither an ID number nor a company's credit code: a character is wrong.",
                value=shown(text),
            )
        )
    if re.fullmatch(r"[A-Z0-9()\-]{6,20}", text) and re.search(r"(?a)\d{4}", text):
        return OTHER, text
    raise refuse(lazy("“%(value)s” is not the number of an ID card, passport, permit or company.", value=shown(text)))


def _is_credit_code(text: str) -> bool:
    places = [_COMPANY_DIGITS.find(char) for char in text]
    if -1 in places:
        return False
    total = sum(place * weight for place, weight in zip(places, _COMPANY_WEIGHTS, strict=False))
    return (31 - total % 31) % 31 == places[17]


def _id_text(value: Any) -> str:
    if (isinstance(value, float | int) and abs(value) >= 1e15) or re.fullmatch(r"(?a)\d\.\d+[eE]\+?\d+", tidy(value)):
        raise refuse(
            lazy("Excel has cut the last digits of this ID number. Format the cell as text and type the number anew.")
        )
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", tidy(value))).upper()


def _birthday(text: str, digits: str) -> None:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        born = None
    if born is None or born.year < 1850 or born.year > 2199:
        raise refuse(lazy("ID number “%(value)s” holds no real date of birth (%(date)s).", value=text, date=digits))


def _digits_of(value: Any) -> str:
    """A number that became a float, or text in E notation that kept every digit, as its digits again."""
    text = unicodedata.normalize("NFKC", tidy(value))
    found = _SCIENTIFIC.fullmatch(text)
    if found:
        if len(found[2]) != int(found[3]):
            raise BadValue(
                lazy("Excel has cut the last digits of this number. Format the cell as text and type it anew.")
            )
        return found[1] + found[2]
    return text[:-2] if re.fullmatch(r"(?a)\d+\.0", text) else text
