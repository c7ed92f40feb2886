"""Small things of the web that record pages share: downloads, and lists that remember their conditions."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, session

from core.web.frame import keep

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_KEPT = 60


def download(content: bytes, name: str, mime: str = XLSX) -> Response:
    """A file to keep, under a name that may be Chinese."""
    plain = name.encode("ascii", "ignore").decode().strip(" .-_") or "export"
    if not plain.lower().endswith(name.rpartition(".")[2].lower()):
        plain = f"export.{name.rpartition('.')[2]}"
    answer = Response(content, mimetype=mime)
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return answer


def remembered_list(base: str) -> str:
    """The conditions this person last used on a list, as a query."""
    kept: Any = session.get("lists", {})
    return str(kept.get(base, "")) if isinstance(kept, dict) else ""


def remember_list(base: str, state: Mapping[str, str]) -> None:
    """Keep the conditions with the browser's session and, when they changed, with the person."""
    query = urlencode(sorted(state.items()))
    kept = dict(session.get("lists", {}))
    if kept.get(base, "") == query:
        return
    if query:
        kept.pop(base, None)
        kept[base] = query
    else:
        kept.pop(base, None)
    kept = dict(list(kept.items())[-MOST_KEPT:])
    session["lists"] = kept
    keep("lists", kept)
