"""Labels in Chinese and English, and the checks every text of a parameter passes."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.i18n import lazy
from core.parameters.nodes import Fields, Json, Spot

MOST_LABEL = 100
MOST_TEXT = 500
# Characters that turn the direction of writing round make a label read other than it is.
TURNING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Label:
    """A text to show and the language it is in, so that a page can mark `lang="zh"` where English is missing."""

    text: str
    lang: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Labels:
    """A text in both languages; a region may give the Chinese alone."""

    zh: str
    en: str | None = None

    def say(self, lang: str) -> Label:
        """The text for a reader of `lang`; without English, the Chinese."""
        if is_chinese(lang) or self.en is None:
            return Label(self.zh, "zh")
        return Label(self.en, "en")

    def filled(self, fill: Callable[[str, str], str]) -> "Labels":
        """The same with `fill(text, lang)` put over each text."""
        return Labels(fill(self.zh, "zh"), fill(self.en, "en") if self.en is not None else None)

    def json(self) -> dict[str, Json]:
        return {"zh": self.zh} if self.en is None else {"zh": self.zh, "en": self.en}

    @property
    def texts(self) -> Mapping[str, str]:
        """Language → text, of the languages there are."""
        return {"zh": self.zh} if self.en is None else {"zh": self.zh, "en": self.en}


def is_chinese(lang: str) -> bool:
    """Whether `zh`, `zh-CN`, `zh_Hans_CN` … is meant; every other language reads English."""
    return lang[:2].lower() == "zh"


def read_text(spot: Spot, most: int = MOST_LABEL) -> str | None:
    """A text of one line: not empty, of at most `most` characters, nothing invisible in it."""
    text = spot.text()
    if text is None:
        return None
    if not text:
        spot.refuse(lazy("A text is missing here."))
    elif len(text) > most:
        spot.refuse(lazy("The text is longer than %(limit)s characters.", limit=most))
    elif any(unicodedata.category(char) in ("Cc", "Cs", "Cn") or char in TURNING for char in text):
        spot.refuse(lazy("The text holds a line end or an invisible character; write it on one line."))
    else:
        return text
    return None


def read_labels(spot: Spot, *, both: bool = False, most: int = MOST_LABEL) -> Labels | None:
    """A label: `zh:` and `en:`, or one text that is the Chinese; `both` where English may not be missing."""
    if not isinstance(spot.node, Fields):
        if both:
            spot.refuse(lazy("Give the text in both languages: zh and en."))
            return None
        text = read_text(spot, most)
        return Labels(text) if text is not None else None
    fields = spot.fields({"zh", "en"}, required=("zh", "en") if both else ("zh",))
    return labels_of(fields, both=both, most=most)


def labels_of(fields: Mapping[str, Spot], *, both: bool = False, most: int = MOST_LABEL) -> Labels | None:
    """The label in the keys `zh` and `en` of a mapping that has others beside; missing keys are refused before."""
    chinese = read_text(fields["zh"], most) if "zh" in fields else None
    english = read_text(fields["en"], most) if "en" in fields else None
    if chinese is None or (("en" in fields or both) and english is None):
        return None
    return Labels(chinese, english)
