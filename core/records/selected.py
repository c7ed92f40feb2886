"""The rows a list's reader selected, as the database has them now, each with the reason where it is left out."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from flask import request

from core.i18n import Text, _, lazy
from core.records.list_page import read_row_token
from core.records.page import session

if TYPE_CHECKING:
    from core.records.view import RecordView

MOST_ROWS = 500


def selected(
    view: "RecordView", allowed: Callable[[Any], bool], reason: Text = ""
) -> tuple[list[Any], list[tuple[Any, Text]]]:
    """(rows the deed may be done to, the others with their reason); held until the end of the transaction."""
    tokens: dict[int, int] = {}
    for token in request.form.getlist("row")[:MOST_ROWS]:
        try:
            record_id, version = read_row_token(token)
        except ValueError:
            continue
        if 0 < record_id < 2**63:
            tokens[record_id] = version
    query = view.rows().where(view.model.id.in_(sorted(tokens))).order_by(view.model.id)
    found = list(session().scalars(query.with_for_update(of=view.model).execution_options(populate_existing=True)))
    rows, refused = list[Any](), list[tuple[Any, Text]]()
    for row in found:
        version = getattr(row, "version", None) or 0
        if not allowed(row):
            refused.append((row, reason or lazy("not possible as it stands, or not for you")))
        elif version and tokens[row.id] and tokens[row.id] != version:
            refused.append((row, lazy("somebody else changed it a moment ago; look at it first")))
        else:
            rows.append(row)
    return rows, refused


def told(view: "RecordView", refused: Sequence[tuple[Any, Text]]) -> str:
    """A sentence that names the rows left as they were, each with its reason."""
    if not refused:
        return ""
    lines = [f"{view.name_of(row)} – {str(reason).rstrip('.。')}" for row, reason in refused[:8]]
    more = _("and %(n)s more", n=len(refused) - 8) if len(refused) > 8 else ""
    return _("Left as they were: %(lines)s", lines=_("; ").join([*lines, *([more] if more else [])]))
