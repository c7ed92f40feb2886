"""The types of one value: numbers, texts, yes/no, durations, dates, choices and codes of a list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from core.i18n import Text, lazy
from core.parameters.errors import At
from core.parameters.kinds import Ref, Scalar
from core.parameters.labels import MOST_TEXT, Labels, read_labels, read_text
from core.parameters.nodes import Fields, Json, Spot, listed, shown

YES, NO = {"true", "yes", "on"}, {"false", "no", "off"}
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


def refuse_value(spot: Spot, text: str, allowed: Text) -> None:
    """The one sentence for a wrong value: what was given and what is allowed."""
    spot.refuse(lazy("“%(given)s” is not accepted here; write %(allowed)s.", given=shown(text), allowed=allowed))


def limited(what: Text, low: object, high: object) -> Text:
    """“a whole number” with its limits, as far as there are any."""
    if low is not None and high is not None:
        return lazy("%(what)s from %(low)s to %(high)s", what=what, low=low, high=high)
    if low is not None:
        return lazy("%(what)s, at least %(low)s", what=what, low=low)
    return lazy("%(what)s, at most %(high)s", what=what, high=high) if high is not None else what


@dataclass(frozen=True)
class Whole(Scalar):
    """`integer`: a whole number within limits."""

    minimum: int | None = None
    maximum: int | None = None
    keys: ClassVar[frozenset[str]] = frozenset({"minimum", "maximum"})

    @classmethod
    def declare(cls, spot: Spot, fields: Mapping[str, Spot]) -> Self | None:
        limits = {key: Whole().read(fields[key]) for key in cls.keys if key in fields}
        return cls(**limits)

    def read(self, spot: Spot, *, both: bool = False) -> int | None:
        text = spot.text()
        if text is None:
            return None
        if re.fullmatch(r"[+-]?[0-9]{1,15}", text):
            value = int(text)
            if (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum):
                return value
        refuse_value(spot, text, limited(lazy("a whole number"), self.minimum, self.maximum))
        return None


@dataclass(frozen=True)
class Number(Scalar):
    """`number`: a decimal number within limits, exact (`Decimal`)."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    keys: ClassVar[frozenset[str]] = frozenset({"minimum", "maximum"})

    @classmethod
    def declare(cls, spot: Spot, fields: Mapping[str, Spot]) -> Self | None:
        limits = {key: Number().read(fields[key]) for key in cls.keys if key in fields}
        return cls(**limits)

    def read(self, spot: Spot, *, both: bool = False) -> Decimal | None:
        text = spot.text()
        if text is None:
            return None
        if re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]{1,9})?", text):
            value = Decimal(text)
            if (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum):
                return value
        refuse_value(spot, text, limited(lazy("a number"), self.minimum, self.maximum))
        return None

    def plain(self, value: Any) -> Json:
        return str(value)


@dataclass(frozen=True)
class Boolean(Scalar):
    """`boolean`: yes or no."""

    @classmethod
    def declare(cls, spot: Spot, fields: Mapping[str, Spot]) -> Self | None:
        return cls()

    def read(self, spot: Spot, *, both: bool = False) -> bool | None:
        text = spot.text()
        if text is None:
            return None
        if text.lower() in YES | NO:
            return text.lower() in YES
        refuse_value(spot, text, lazy("yes or no"))
        return None


@dataclass(frozen=True)
class Line(Scalar):
    """`text`: one line, of a form where the declaration names one."""

    most: int = MOST_TEXT
    form: str | None = None
    keys: ClassVar[frozenset[str]] = frozenset({"maximum", "form"})

    @classmethod
    def declare(cls, spot: Spot, fields: Mapping[str, Spot]) -> Self | None:
        most = Whole(1, 4000).read(fields["maximum"]) if "maximum" in fields else MOST_TEXT
        form = Choice(tuple(FORMS)).read(fields["form"]) if "form" in fields else None
        return cls(most or MOST_TEXT, form)

    def read(self, spot: Spot, *, both: bool = False) -> str | None:
        text = read_text(spot, self.most)
        if text is not None and self.form is not None:
            fits, allowed = FORMS[self.form]
            if not fits(text):
                refuse_value(spot, text, allowed)
                return None
        return text


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as people say it; months are calendar months and are never turned into days."""

    amount: int
    unit: str

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}{'s' if self.amount != 1 else ''}"


@dataclass(frozen=True)
class Span(Scalar):
    """`duration`: `30 minutes`, `2 hours`, `1 day`, `2 months`."""

    @classmethod
    def declare(cls, spot: Spot, fields: Mapping[str, Spot]) -> Self | None:
        return cls()

    def read(self, spot: Spot, *, both: bool = False) -> Duration | None:
        text = spot.text()
        if text is None:
            return None
        if found := re.fullmatch(r"([0-9]{1,4}) ?(minute|hour|day|month)s?", text):
            return Duration(int(found[1]), found[2])
        refuse_value(spot, text, lazy("a length of time such as “30 minutes”, “2 hours”, “1 day” or “2 months”"))
        return None

    def plain(self, value: Any) -> Json:
        return str(value)


@dataclass(frozen=True)
class Day(Scalar):
    """`date`: a calendar day."""

    @classmethod
    def declare(cls, spot: Spot, fields: Mapping[str, Spot]) -> Self | None:
        return cls()

    def read(self, spot: Spot, *, both: bool = False) -> date | None:
        text = spot.text()
        if text is None:
            return None
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        refuse_value(spot, text, lazy("a day such as 2026-03-05"))
        return None

    def plain(self, value: Any) -> Json:
        return str(value.isoformat())


@dataclass(frozen=True)
class Choice(Scalar):
    """`choice`: one of the words the declaration lists, or names with a label each; for what code must know by name."""

    values: tuple[str, ...]
    titles: Mapping[str, Labels] = field(default_factory=dict, compare=False)
    keys: ClassVar[frozenset[str]] = frozenset({"values"})

    @classmethod
    def declare(cls, spot: Spot, fields: Mapping[str, Spot]) -> Self | None:
        spots = fields.get("values")
        if spots is not None and isinstance(spots.node, Fields):
            titles = {name: labels for name, item in spots.fields().items() if (labels := read_labels(item, both=True))}
            return cls(tuple(titles), titles)
        texts = [item.text() for item in spots.items()] if spots is not None else []
        values = tuple(text for text in texts if text)
        if not values:
            spot.refuse(lazy("“%(key)s” is missing.", key="values"))
            return None
        return cls(values)

    def read(self, spot: Spot, *, both: bool = False) -> str | None:
        text = spot.text()
        if text is None or text in self.values:
            return text
        refuse_value(spot, text, lazy("one of: %(allowed)s", allowed=listed(self.values)))
        return None


@dataclass(frozen=True)
class Code(Scalar):
    """`code`: the code of an option of another list, `of: issues.method`."""

    of: str
    keys: ClassVar[frozenset[str]] = frozenset({"of"})

    @classmethod
    def declare(cls, spot: Spot, fields: Mapping[str, Spot]) -> Self | None:
        of = fields["of"].text() if "of" in fields else None
        if not of:
            spot.refuse(lazy("“%(key)s” is missing.", key="of"))
            return None
        return cls(of)

    def read(self, spot: Spot, *, both: bool = False) -> str | None:
        text = spot.text()
        if text is None or CODE.fullmatch(text):
            return text
        refuse_value(spot, text, lazy("a code of small letters, digits and _"))
        return None

    def refs(self, value: Any, at: At) -> tuple[Ref, ...]:
        return (Ref(self.of, value, at),)

    def lists(self) -> frozenset[str]:
        return frozenset({self.of})


@dataclass(frozen=True)
class Wording(Scalar):
    """`label`: a text in Chinese and English."""

    most: int = MOST_TEXT

    @classmethod
    def declare(cls, spot: Spot, fields: Mapping[str, Spot]) -> Self | None:
        return cls()

    def read(self, spot: Spot, *, both: bool = False) -> Labels | None:
        return read_labels(spot, both=both, most=self.most)

    def plain(self, value: Any) -> Json:
        return dict(value.json())


def _are_hours(text: str) -> bool:
    """`08:30-12:00 13:30-18:00`: spans in order, each ending after it begins."""
    if not re.fullmatch(r"([0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2})( [0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}){0,5}", text):
        return False
    moments = re.findall(r"[0-9]{2}:[0-9]{2}", text)
    return all(m <= "24:00" and m[3:] < "60" for m in moments) and moments == sorted(set(moments))


def _is_zone(text: str) -> bool:
    try:
        ZoneInfo(text)
    except (ValueError, OSError, KeyError):
        return False
    return True


FORMS: dict[str, tuple[Any, Text]] = {
    "zone": (_is_zone, lazy("a time zone such as Asia/Shanghai")),
    "hours": (_are_hours, lazy("working hours such as “08:30-12:00 13:30-18:00”")),
}

SCALARS: dict[str, type[Scalar]] = {
    "integer": Whole,
    "number": Number,
    "boolean": Boolean,
    "text": Line,
    "duration": Span,
    "date": Day,
    "choice": Choice,
    "code": Code,
    "label": Wording,
}
"""type: as written in `parameters.yaml` → class"""
