"""The words that differ by region (入伙|交付|交房 …): the type `words`, the forms of a word, and putting them in.

Texts write a token, `{handover}`, `{Handover}`, `{handovers}`; the first letter and the ending choose the English
form, in Chinese all forms are the same word.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from core.i18n import lazy
from core.parameters.errors import Problems
from core.parameters.kinds import OVERRIDE, Change, Default, Kind
from core.parameters.labels import read_text
from core.parameters.nodes import Fields, Json, Spot, unknown_key

TOKEN = re.compile(r"\{([A-Za-z_]+)\}")
MOST_WORD = 20


@dataclass(frozen=True, slots=True)
class Word:
    """One idea's word: Chinese, English and the English plural."""

    zh: str
    en: str
    plural: str


@dataclass(frozen=True)
class WordsKind(Kind):
    """`words`: tokens with their built-in synonyms, which imports accept in headings."""

    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keys: ClassVar[frozenset[str]] = frozenset({"synonyms"})

    @classmethod
    def declare(cls, spot: Spot, fields: Mapping[str, Spot]) -> Self | None:
        found = fields["synonyms"].fields() if "synonyms" in fields else {}
        return cls({token: tuple(filter(None, map(read_text, item.items()))) for token, item in found.items()})

    def read_default(self, spot: Spot) -> Default | None:
        words: dict[str, Word] = {}
        for token, item in spot.fields(required=tuple(self.synonyms)).items():
            fields = item.fields({"zh", "en", "plural"}, required=("zh", "en", "plural"))
            texts = {key: read_text(part, MOST_WORD) for key, part in fields.items()}
            if not TOKEN.fullmatch(f"{{{token}}}") or token != token.lower() or token.endswith("s"):
                item.refuse(lazy("A token is a word of small letters and _ that does not end in s."))
            elif (zh := texts.get("zh")) and (en := texts.get("en")) and (plural := texts.get("plural")):
                words[token] = Word(zh, en, plural)
        return Default(words)

    def read_change(self, spot: Spot) -> Change | None:
        """Token → the parts that differ; a region that gives one text gives the Chinese and keeps the English."""
        parts: dict[str, dict[str, str]] = {}
        for token, item in spot.fields(set(self.synonyms)).items():
            if isinstance(item.node, Fields):
                read = {key: read_text(part, MOST_WORD) for key, part in item.fields({"zh", "en", "plural"}).items()}
                parts[token] = {key: text for key, text in read.items() if text is not None}
                if ("en" in parts[token]) != ("plural" in parts[token]):
                    item.refuse(lazy("An English word needs its plural beside it: give both en and plural."))
            elif (text := read_text(item, MOST_WORD)) is not None:
                parts[token] = {"zh": text}
        json: dict[str, Json] = {token: dict(part) for token, part in parts.items()}
        return Change(parts, json, ((OVERRIDE, spot.at),), (), spot.at)

    def merge(self, value: Any, change: Any, problems: Problems) -> Any:
        merged: dict[str, Word] = dict(value)
        for token, parts in change.items():
            before = merged[token]
            merged[token] = Word(
                parts.get("zh", before.zh), parts.get("en", before.en), parts.get("plural", before.plural)
            )
        return merged


def forms(words: Mapping[str, Word], lang: str) -> dict[str, str]:
    """Every token a text may hold → the word to put there, for `zh` or `en`."""
    found: dict[str, str] = {}
    for token, word in words.items():
        one, many = (word.zh, word.zh) if lang == "zh" else (word.en, word.plural)
        found[token], found[f"{token}s"] = one, many
        found[token.capitalize()], found[f"{token}s".capitalize()] = _capital(one), _capital(many)
    return found


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def fill(text: str, known: Mapping[str, str]) -> str:
    """`text` with its tokens replaced; what is no token stays as it is."""
    return TOKEN.sub(lambda found: known.get(found[1], found[0]), text) if "{" in text else text


def unknown_token(text: str, known: Mapping[str, str]) -> Any:
    """A sentence when `text` holds a token no word stands for; else None."""
    for name in TOKEN.findall(text):
        if name not in known:
            return unknown_key(name, known)
    return None
