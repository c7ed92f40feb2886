"""A list as a workbook: a short one at once, a long one by the worker, row by row, with progress.

Both write the same: the rows the reader may export, in the list's order; all declared columns, or those the address
names.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import func, select

from core.access.context import current
from core.errors import Forbidden, NotFound, RuleError
from core.excel import MOST_WRITTEN, write_table_to
from core.extend import Page
from core.garbage import uncollected
from core.i18n import Text, lazy, ngettext
from core.jobs.context import JobContext
from core.plugins import Plugins
from core.records import paging
from core.records.listing import Listing
from core.records.written import attributes, cells
from core.web.pages import view_of

if TYPE_CHECKING:
    from core.records.view import RecordView

KIND = "export_list"
MOST_AT_ONCE = 2_000
"""Rows that are written while the person waits; more are a job."""
AT_A_TIME = 1_000
"""Rows held in memory at once by the worker."""


def is_long(looked: Listing) -> bool:
    """Whether the filtered list is a job's to write."""
    return paging.capped_count(looked.session, looked.query, looked.model.id, MOST_AT_ONCE) > MOST_AT_ONCE


def headings(looked: Listing) -> list[str]:
    return [str(column.label) for column in looked.exported]


def export_list(
    context: JobContext, *, view: str, state: Mapping[str, str], project_id: int | None = None, title: str = ""
) -> None:
    """Write the list at `view` (`/inspection/issues`) under the conditions `state`, for who asked.

    The result: `rows`, and `name` of the file. Rights are asked anew: they may have gone since. Raises RuleError for
    more rows than a sheet holds, and when the list is not there any more.
    """
    shown = view_at(context.platform.plugins, view)
    if not current().may(shown.resource, shown.export_verb):
        raise Forbidden(lazy("You may not export this list. Ask your administrator for the role that does."))
    name = f"{shown.title}.xlsx"
    path = context.file(f"{context.job.tries}.xlsx")
    app = Flask("core.shell")
    app.extensions["atrium"] = context.platform  # views ask for it as they do in a request
    try:
        with app.app_context(), context.unit(read_only=True) as session:
            looked = Listing(shown, session, state, project_id)
            total = _count(looked)
            with uncollected():
                written = write_table_to(path, str(shown.title), headings(looked), _stream(context, looked, total))
        with context.unit() as session:
            context.complete(session, {"rows": written, "name": name}, file=path)
    except BaseException:
        path.unlink(missing_ok=True)  # half a workbook helps nobody
        raise


def _count(looked: Listing) -> int:
    inner = looked.query.with_only_columns(looked.model.id).order_by(None).subquery()
    total = int(looked.session.scalar(select(func.count()).select_from(inner)) or 0)
    if total > MOST_WRITTEN:
        raise RuleError(
            lazy("The list has %(n)s rows, a sheet holds %(most)s. Add a condition, such as a project, and try again.",
                 n=f"{total:,}", most=f"{MOST_WRITTEN:,}")
        )  # fmt: skip
    return total


def _stream(context: JobContext, looked: Listing, total: int) -> Iterator[Sequence[Any]]:
    """All rows by one statement, a part in memory at a time."""
    done = 0
    context.progress(0, total)
    for part in parts(looked):
        yield from cells(looked, part)
        done += len(part)
        context.progress(done, max(total, done))
        context.stop_if_cancelled()


def parts(looked: Listing) -> Iterator[Sequence[Any]]:
    """The list's rows, so many at a time: what its columns need of each, or whole records."""
    query = looked.in_order().execution_options(yield_per=AT_A_TIME)
    needed = attributes(looked)
    if needed is None:
        yield from looked.session.scalars(query).partitions()
    else:
        yield from looked.session.execute(query.with_only_columns(*needed, maintain_column_froms=True)).partitions()


def view_at(plugins: Plugins, address: str) -> "RecordView":
    """The generated screen at an address, as no request knows it. Raises NotFound."""
    from core.records.view import RecordView
    from core.shell.views import core_pages

    brought = ((page, plugin.name) for plugin in plugins.loaded for page in plugin.pages)
    owned: list[tuple[Page, str]] = [*((page, "core") for page in core_pages()), *brought]
    for page, owner in owned:
        made, _endpoint = view_of(page, owner)
        if issubclass(made, RecordView) and made.route_base == address:
            return made()
    raise NotFound(lazy("The list to export is not here any more; its module was taken out or switched off."))


def about(arguments: Mapping[str, Any]) -> Text:
    return str(arguments.get("title", ""))


def outcome(result: Mapping[str, Any], arguments: Mapping[str, Any]) -> Text:
    rows = int(result.get("rows", 0))
    return ngettext("%(rows)s row written.", "%(rows)s rows written.", rows, rows=f"{rows:,}")
