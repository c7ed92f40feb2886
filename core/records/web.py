"""Small things of the web that record pages share: downloads, and lists that remember their conditions."""

from collections.abc import Mapping, Sequence
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
    return _remembered("lists", base)


def remember_list(base: str, state: Mapping[str, str]) -> None:
    """Keep the conditions with the browser's session and, when they changed, with the person."""
    _remember("lists", base, urlencode(sorted(state.items())))


def remembered_columns(base: str) -> list[str]:
    """Names of the columns this person chose for a list, in their order; none where nothing was chosen."""
    return [name for name in _remembered("columns", base).split(",") if name]


def remember_columns(base: str, names: Sequence[str]) -> None:
    """Keep a choice of columns, as the conditions are kept; no names forget it."""
    _remember("columns", base, ",".join(names))


def looked_through(base: str) -> int | None:
    """The saved view that was opened last on a list in this browser."""
    kept: Any = session.get("views", {})
    return kept.get(base) if isinstance(kept, dict) else None


def look_through(base: str, view_id: int | None) -> None:
    """Remember, in this browser only, which saved view a list is looked at through; None leaves it."""
    kept = {place: one for place, one in dict(session.get("views", {})).items() if place != base}
    if view_id is not None:
        kept[base] = view_id
    session["views"] = dict(list(kept.items())[-MOST_KEPT:])


def _remembered(what: str, base: str) -> str:
    kept: Any = session.get(what, {})
    return str(kept.get(base, "")) if isinstance(kept, dict) else ""


def _remember(what: str, base: str, text: str) -> None:
    kept = dict(session.get(what, {}))
    if kept.get(base, "") == text:
        return
    kept.pop(base, None)
    if text:
        kept[base] = text
    kept = dict(list(kept.items())[-MOST_KEPT:])
    session[what] = kept
    keep(what, kept)
