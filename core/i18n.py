"""Words on screens: gettext with English message ids, and the region's own words put in afterwards.

A message may hold tokens such as `{contractor}` or `{Handover}`; they stand for the words parameter
(入伙|交付|交房 …) and are replaced after translation, so one catalogue serves every region.
Needs no web framework: services and rules may refuse in a language too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any

LANGUAGES = {"zh": "中文", "en": "English"}
DEFAULT_LANGUAGE = "zh"
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
CORE_CATALOGUE = Path(__file__).parent / "translations"

_language: ContextVar[str] = ContextVar("atrium_language", default=DEFAULT_LANGUAGE)
_words: ContextVar[Mapping[str, Mapping[str, str]] | None] = ContextVar("atrium_words", default=None)
_catalogues: dict[str, NullTranslations] = {}
_folders: list[Path] = [CORE_CATALOGUE]
_token = re.compile(r"\{([A-Za-z_]+)\}")


def add_catalogue(folder: Path) -> None:
    """Let a plugin's `translations/` folder take part; a message id of core stays core's."""
    if folder not in _folders:
        _folders.append(folder)
        _catalogues.clear()


def remove_catalogue(folder: Path) -> None:
    """Take a plugin's translations out again (it failed to load)."""
    if folder in _folders:
        _folders.remove(folder)
        _catalogues.clear()


def language() -> str:
    """`zh` or `en`: the language the reader has chosen."""
    return _language.get()


@contextmanager
def reading(lang: str, words: Mapping[str, Mapping[str, str]] | None = None) -> Iterator[None]:
    """Speak `lang` (and, if given, with `words`: language → token → word) within the block."""
    marks = _language.set(lang if lang in LANGUAGES else DEFAULT_LANGUAGE), _words.set(words or _words.get())
    try:
        yield
    finally:
        _language.reset(marks[0])
        _words.reset(marks[1])


def set_reader(lang: str, words: Mapping[str, Mapping[str, str]] | None) -> None:
    """As `reading`, for the rest of this context (one web request)."""
    _language.set(lang if lang in LANGUAGES else DEFAULT_LANGUAGE)
    _words.set(words)


def set_default_words(words: Mapping[str, Mapping[str, str]]) -> None:
    """The group's words, used where no region is at hand."""
    global _default_words
    _default_words = words


_default_words: Mapping[str, Mapping[str, str]] = {}


def _(message: str, **values: Any) -> str:
    """`message` in the reader's language, with the region's words and then `%(name)s` values put in."""
    return _fill(_catalogue().gettext(message), values)


gettext = _


def listed(names: Iterable[Any]) -> str:
    """Several names in one sentence, as the reader's language strings them together."""
    return _(", ").join(map(str, names))


def ngettext(one: str, many: str, n: int, **values: Any) -> str:
    """The form for `n`; `%(n)s` is filled."""
    return _fill(_catalogue().ngettext(one, many, n), {"n": n, **values})


class LazyText:
    """A message translated each time it is shown: for names declared once at start."""

    __slots__ = ("message", "values")

    def __init__(self, message: str, values: Mapping[str, Any]) -> None:
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return _(self.message, **self.values)

    def __html__(self) -> str:
        from markupsafe import escape

        return str(escape(str(self)))

    def __mod__(self, other: Any) -> str:
        return str(str(self) % other)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash((self.message, tuple(sorted(self.values.items()))))

    def __bool__(self) -> bool:
        return bool(self.message)

    def __repr__(self) -> str:
        return f"lazy({self.message!r})"


Text = str | LazyText


def lazy(message: str, **values: Any) -> LazyText:
    """`message`, translated when it is read rather than now."""
    return LazyText(message, values)


def _catalogue() -> NullTranslations:
    lang = _language.get()
    found = _catalogues.get(lang)
    if found is None:
        found = _catalogues[lang] = _load(LOCALES[lang], tuple(_folders))
    return found


def _load(locale: str, folders: Sequence[Path]) -> NullTranslations:
    chain: NullTranslations | None = None
    for folder in folders:
        path = folder / locale / "LC_MESSAGES" / "messages.mo"
        if not path.exists():
            continue
        with path.open("rb") as file:
            found = GNUTranslations(file)
        if chain is None:
            chain = found
        else:
            chain.add_fallback(found)
    return chain or NullTranslations()


def _fill(text: str, values: Mapping[str, Any]) -> str:
    if "{" in text:
        words = _words.get() or _default_words
        known = words.get(_language.get(), {})
        text = _token.sub(lambda found: known.get(found[1], found[0]), text)
    return text % values if values else text.replace("%%", "%")
