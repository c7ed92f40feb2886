"""The export of a list in the browser: the file at once, or the way to the job that writes it."""

from dataclasses import dataclass
from typing import Any

from flask import Response

from core.excel import write_table
from core.i18n import Text, _
from core.jobs.services import asked_already, enqueue
from core.records.exporting import KIND, MOST_AT_ONCE, headings
from core.records.listing import Listing
from core.records.page import session
from core.records.parts import Action, Crumb
from core.records.web import download
from core.records.written import cells


@dataclass(frozen=True)
class ExportPage:
    """A list that is too long to wait for: what is about to happen, and the button."""

    title: Text
    text: Text
    start: Action
    back: str
    crumbs: tuple[Crumb, ...]


def at_once(looked: Listing) -> Response:
    """A short list as a download."""
    rows = list(looked.session.scalars(looked.in_order().limit(MOST_AT_ONCE)))
    title = str(looked.view.title)
    return download(write_table(title, headings(looked), cells(looked, rows)), f"{title}.xlsx")


def page_of(looked: Listing) -> ExportPage:
    """For an address that was opened and not pressed: nothing begins by looking."""
    title = looked.view.title
    return ExportPage(
        title=_("Export Excel"),
        text=_("“%(title)s” has more than %(n)s rows. The worker writes the workbook; you may go on meanwhile and are "
               "told when it is done.", title=title, n=f"{MOST_AT_ONCE:,}"),
        start=Action(_("Export Excel"), f"{looked.view.route_base}/export", "download", method="post", primary=True,
                     hidden=list(looked.state.items())),
        back=looked.url(),
        crumbs=(Crumb(title, looked.url()), Crumb(_("Export Excel"))),
    )  # fmt: skip


def by_worker(looked: Listing) -> Any:
    """Ask for the job and go to its page; pressed twice, it is one job."""
    view = looked.view
    asked = {
        "view": view.route_base, "state": dict(looked.state), "project_id": looked.project_id,
        "title": str(view.title),
    }  # fmt: skip
    job = asked_already(session(), KIND, **asked) or enqueue(session(), KIND, **asked)
    session().commit()
    return view.go(f"/jobs/{job.id}")
