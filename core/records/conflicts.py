"""Two people changed the same record: what each opened, typed and found, and what can be merged."""

import json
from collections.abc import Mapping
from typing import Any

MOST_OPENED = 100_000


def write_opened(texts: Mapping[str, str]) -> str:
    """The texts a form was opened with, to be carried by it."""
    return json.dumps(texts, ensure_ascii=False, separators=(",", ":"))


def read_opened(text: str) -> dict[str, str]:
    """The texts again; empty for what is none."""
    try:
        found = json.loads(text[:MOST_OPENED]) if text else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(key): value for key, value in found.items() if isinstance(value, str)}


def merge(
    opened: Mapping[str, str], theirs: Mapping[str, str], mine: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """(merged texts, who changed it: field → `both`, `theirs` or `mine`) for the fields that differ somewhere.

    Where only one changed a field, that one's text stands; where both did, mine stands until somebody chooses.
    """
    merged: dict[str, str] = {}
    changed: dict[str, str] = {}
    for name, text in mine.items():
        before, now = opened.get(name, theirs.get(name, "")), theirs.get(name, "")
        if text == now:
            merged[name] = now
        elif text == before:
            merged[name], changed[name] = now, "theirs"
        elif now == before:
            merged[name], changed[name] = text, "mine"
        else:
            merged[name], changed[name] = text, "both"
    return merged, changed


def kept(form: Any, name: str) -> str:
    """What was chosen for a field in the conflict: `theirs`, `mine` or nothing."""
    value = form.get(f"keep.{name}", "")
    return value if value in ("theirs", "mine") else ""
