"""作业: what the worker does for me – how far it is and what came of it; to stop, to try again, to take the result."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import Response, jsonify, render_template, send_file
from flask import session as browser
from markupsafe import Markup
from sqlalchemy import Select, select

from core.access.models import Person
from core.errors import NotFound
from core.extend import JobKind
from core.i18n import Text, _, lazy
from core.jobs import services
from core.jobs.flow import JOB
from core.jobs.kinds import job_kinds
from core.jobs.models import CANCELLED, DONE, FAILED, QUEUED, RUNNING, Job
from core.jobs.news import mark_seen, news
from core.jobs.waiting import why_it_waits
from core.records.list_query import Pile
from core.records.page import expose, platform
from core.records.parts import Action, Cell, Note, Panel
from core.records.reader import Reader
from core.records.verbs import Verb
from core.records.view import Column, RecordView


def kinds() -> dict[str, JobKind]:
    return job_kinds(platform().plugins)


def label_of(job: Job) -> Text:
    """What kind of work it is; its bare name where the plugin that brought it is gone."""
    kind = kinds().get(job.kind)
    return kind.label if kind else job.kind


def about_of(job: Job) -> Text:
    """What it is about, for who asked."""
    kind = kinds().get(job.kind)
    return kind.about(job.arguments) if kind and kind.about and job.is_mine else ""


def said_of(job: Job) -> Text:
    """What came of it, in a sentence for who asked."""
    if job.state == FAILED:
        return job.error or _("It came to nothing; try it again.")
    kind = kinds().get(job.kind)
    return (
        kind.outcome(job.result, job.arguments) if kind and kind.outcome and job.state == DONE and job.is_mine else ""
    )


def place_of(job: Job) -> str:
    """Where one looks at it."""
    kind = kinds().get(job.kind)
    return kind.page(job) if kind and kind.page and job.is_mine else f"/jobs/{job.id}"


def _what(row: Job, reader: Reader) -> Cell:
    return Cell(label_of(row), "link", url=place_of(row))


def _about(row: Job, reader: Reader) -> Cell:
    return Cell(about_of(row))


def _said(row: Job, reader: Reader) -> Cell:
    return Cell(said_of(row), css="red" if row.state == FAILED else "")


def _progress(row: Job, reader: Reader) -> Cell:
    if row.state not in (QUEUED, RUNNING) or not row.total:
        return Cell("")
    return Cell(_("%(done)s of %(total)s", done=f"{row.done:,}", total=f"{row.total:,}"), css="second nowrap")


class JobView(RecordView):
    """One's own jobs; whoever oversees them sees everybody's, but no result that is not theirs."""

    model, resource = Job, "job"
    title, singular = lazy("Jobs"), lazy("Job")
    columns: ClassVar[Sequence[Column]] = (
        Column("state", lazy("State"), "state", flow=JOB, width="w108", card="state"),
        Column("kind", lazy("Job"), cell=_what, card="title"),
        Column("about", lazy("About"), cell=_about, card="detail"),
        Column("progress", lazy("Progress"), cell=_progress, width="w140", card="meta"),
        Column("said", lazy("Outcome"), cell=_said, card="edge"),
        Column("user_id", lazy("Asked by"), "ref", model=Person, width="w108"),
        Column("created_at", lazy("Asked"), "moment", sort=Job.created_at, width="w108", css="second nowrap"),
        Column("started_at", lazy("Begun"), "moment", in_list=False),
        Column("ended_at", lazy("Over"), "moment", sort=Job.ended_at, width="w108", css="second nowrap"),
        Column("tries", lazy("Tries"), "number", in_list=False),
    )
    piles = (
        Pile("all", lazy("All")),
        Pile("open", lazy("Under way"), lambda reader: Job.state.in_((QUEUED, RUNNING))),
        Pile("done", lazy("Done"), lambda reader: Job.state == DONE),
        Pile("failed", lazy("Failed or stopped"), lambda reader: Job.state.in_((FAILED, CANCELLED))),
    )
    sections = ((lazy("Job"), ("kind", "about", "said", "user_id", "created_at", "started_at", "ended_at", "tries")),)
    verbs: ClassVar[Sequence[Verb]] = (
        Verb("cancel", lazy("Stop"), lambda store, row: services.cancel(store, row.id), flow=JOB, icon="ban",
             when=lambda row: not row.cancel_wanted, done=lazy("It stops at its next step."),
             reason=lazy("Only what waits or is at work can be stopped.")),
        Verb("retry", lazy("Try again"), lambda store, row: services.retry(store, row.id), flow=JOB, icon="refresh",
             primary=True, done=lazy("It waits for the worker again."),
             reason=lazy("Only what failed or was stopped can be tried again.")),
    )  # fmt: skip
    keeps_history = False
    empty_title = lazy("No jobs yet")
    empty_text = lazy("Long exports and imports run here while you go on working.")

    def rows(self) -> Select[Any]:
        return select(Job)

    def name_of(self, row: Any) -> str:
        return _("Job %(number)s", number=row.id)

    def heading(self, row: Any) -> str:
        about = about_of(row)
        return _("%(kind)s: %(about)s", kind=label_of(row), about=about) if about else str(label_of(row))

    # --- a record ---------------------------------------------------------------------------------------

    def notes_of(self, row: Any, reader: Reader) -> Sequence[Note]:
        if row.state == FAILED:
            return [Note(said_of(row), "bad")]
        if row.cancel_wanted and not row.is_over:
            return [Note(_("It was asked to stop, and does so at its next step."), "wait")]
        if why := why_it_waits(platform(), row):
            return [Note(why, "wait")]
        said = said_of(row)
        return [Note(said, "done")] if said else []

    def record_actions(self, row: Any) -> Sequence[Action]:
        place, found = place_of(row), []
        if place != f"/jobs/{row.id}":
            found.append(Action(_("Open"), place, "eye", primary=True))
        elif row.result_file and row.is_mine:
            found.append(Action(_("Download"), f"/jobs/{row.id}/file", "download", primary=True, download=True))
        return found

    def panels(self, row: Any, reader: Reader) -> Sequence[Panel]:
        if row.is_over:
            return ()
        body = Markup(render_template("atrium/parts/job_progress.html", job=row, base=f"/jobs/{row.id}"))
        return [Panel(_("Progress"), body)]

    # --- routes ---------------------------------------------------------------------------------------------

    @expose("/")
    def index(self) -> Any:
        """The list; whoever looks at it has seen what is over."""
        drawn = super().index()
        if news(platform().database).over:
            mark_seen(platform().database)
        return drawn

    @expose("/<int:pk>")
    def show(self, pk: int) -> Any:
        """A job, and how far it is."""
        self.enter()
        row = self.one(pk)
        drawn = super().show(pk)
        if row.is_mine and row.is_over and row.seen_at is None:
            mark_seen(platform().database, row.id)
        return drawn

    @expose("/<int:pk>/state")
    def state(self, pk: int) -> Response:
        """How far it is, for the page that waits."""
        self.enter()
        row = self.one(pk)
        return jsonify(state=row.state, done=row.done, total=row.total, over=row.is_over)

    @expose("/<int:pk>/file")
    def file(self, pk: int) -> Response:
        """What the job wrote, for who asked for it."""
        self.enter()
        row = self.one(pk)
        path = platform().settings.home / row.result_file if row.result_file else None
        if path is None or not row.is_mine:
            raise NotFound(lazy("There is no such page or record, or it is not yours to see."))
        if not path.is_file():
            raise NotFound(_("The file of this job is not kept any more. Ask for it again."))
        mark_seen(platform().database, row.id)
        return send_file(path, as_attachment=True, download_name=row.result.get("name") or path.name, max_age=0)

    @expose("/news")
    def news(self) -> Response:
        """Mine that are under way, and those that ended and were not looked at: for the bell of every page."""
        self.enter()
        found = news(platform().database)
        if not found:
            browser.pop("awaits", None)
        return jsonify(
            under_way=[{"id": one.id, "url": place_of(one)} for one in found.under_way],
            over=[{"id": one.id, "url": place_of(one), "state": one.state, "said": _told(one)} for one in found.over],
        )


def _told(job: Job) -> str:
    """A job that is over, in one sentence."""
    about = about_of(job)
    name = _("%(kind)s (%(about)s)", kind=label_of(job), about=about) if about else str(label_of(job))
    return _("%(name)s: %(state)s.", name=name, state=JOB.state(job.state).label)
