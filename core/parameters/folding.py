"""How texts typed by people are compared: width, blanks, case and the many signs for “under” do not count."""

import re
import unicodedata
from functools import lru_cache

_SEPARATORS = re.compile(r"[/\\>|→_—–-]+")
_BLANKS = re.compile(r"\s+")


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """`text` for comparing: `墙面 ／ 空鼓`, `墙面-空鼓` and `墙面>空鼓` are one."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _SEPARATORS.sub("/", _BLANKS.sub("", plain)).strip("/")
