"""数据导入: choose a register, see its verdict before anything is written, then write the good rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, jsonify, request
from flask_appbuilder import expose
from sqlalchemy import select

from core.access.context import current
from core.access.reach import Principal
from core.errors import NotFound, RuleError, TooLarge
from core.extend import Register
from core.i18n import Text, _, lazy, listed
from core.imports.job import keep_file
from core.jobs.models import CANCELLED, DONE, FAILED, Job
from core.jobs.news import mark_seen
from core.jobs.services import cancel, enqueue
from core.jobs.waiting import why_it_waits
from core.plugins import Plugins
from core.records.formats import since_text
from core.records.once import mark_written, new_token, written
from core.records.page import PlatformPage, platform, session
from core.records.web import download
from core.registers import registers

KIND = "import_register"
MOST_SHOWN = 200
RECENT = 12


@dataclass(frozen=True)
class Recent:
    """An import of mine, in the list of the latest."""

    url: str
    name: str
    label: Text
    when: Text
    state: Text
    family: str


@dataclass(frozen=True)
class StartPage:
    """Where files are chosen."""

    title: Text
    registers: Sequence[tuple[str, Text, str]]
    """(kind, label, headings a file of this kind has)."""
    recent: Sequence[Recent]
    once: str
    max_mb: int
    chosen: str = ""
    error: Text = ""


@dataclass(frozen=True)
class VerdictPage:
    """What came of one file, or how far it is."""

    title: Text
    job: Job
    verdict: dict[str, Any] = field(default_factory=dict)
    changes: Sequence[dict[str, Any]] = ()
    matters: int = 0
    error: Text = ""
    running: bool = False
    is_written: bool = False
    can_write: bool = False
    report_url: str = ""
    once: str = ""
    state: tuple[Text, str] = ("", "off")
    waits: Text = ""
    """Why nobody has taken it up yet."""


def may_import(plugins: Plugins, who: Principal) -> bool:
    """Whether somebody may import any register at all."""
    return any(who.may(one.resource, one.verb) for one in registers(plugins).values())


class ImportView(PlatformPage):
    """Imports are jobs: judging and writing go on when the browser is closed."""

    resource = "estate"

    @expose("/")
    def page(self) -> Any:
        """Choose a register and a file; below it the latest imports of one's own."""
        self._enter()
        return self._start()

    @expose("/", methods=["POST"])
    def upload(self) -> Any:
        """Keep the file and have it judged."""
        self._enter()
        if place := written(session(), request.form.get("once", "")):
            return self.go(place)
        kind, sent = request.form.get("kind", ""), request.files.get("file")
        try:
            found = self._registers().get(kind)
            if found is None:
                raise RuleError(_("Choose what the file holds."))
            if sent is None or not sent.filename:
                raise RuleError(_("Choose the workbook to import."))
            content = sent.read(platform().settings.upload_mb * 1024 * 1024 + 1)
            if len(content) > platform().settings.upload_mb * 1024 * 1024:
                raise TooLarge(_("The file is larger than %(n)s MB; split it.", n=platform().settings.upload_mb))
            if not content.startswith(b"PK"):
                raise RuleError(_("This is not an .xlsx workbook. Open it in Excel or WPS and save it as .xlsx."))
        except RuleError as refusal:
            session().rollback()
            return self._start(kind, refusal)
        name = keep_file(platform().settings, content)
        return self._queue(register=kind, file=name, name=sent.filename[-150:], write=False, partial=False)

    @expose("/<int:pk>")
    def verdict(self, pk: int) -> Any:
        """The verdict of one file, or how far the worker is."""
        self._enter()
        job = self._job(pk)
        drawn = self.render("atrium/import_verdict.html", self._verdict(job))
        if job.is_over and job.seen_at is None:
            mark_seen(platform().database, job.id)
        return drawn

    @expose("/<int:pk>/state")
    def state(self, pk: int) -> Any:
        """For the page that waits."""
        self._enter()
        job = self._job(pk)
        return jsonify(state=job.state, done=job.done, total=job.total, over=job.is_over)

    @expose("/<int:pk>/write", methods=["POST"])
    def write(self, pk: int) -> Any:
        """Write the good rows of a judged file."""
        self._enter()
        if place := written(session(), request.form.get("once", "")):
            return self.go(place)
        said = self._job(pk).arguments
        return self._queue(register=said["register"], file=said["file"], name=said["name"], write=True, partial=True)

    @expose("/<int:pk>/cancel", methods=["POST"])
    def stop(self, pk: int) -> Any:
        """Stop a job that waits or runs; what is not written stays unwritten."""
        self._enter()
        cancel(session(), self._job(pk).id)
        session().commit()
        return self.go(f"{self.route_base}/{pk}", _("The import is stopped; nothing was written."))

    @expose("/<int:pk>/report")
    def report(self, pk: int) -> Any:
        """The checked workbook: the bad rows, to be mended and imported again."""
        self._enter()
        job = self._job(pk)
        path = platform().settings.home / job.result_file if job.result_file else None
        if path is None or not path.is_file():
            raise NotFound(_("The checked workbook is not kept any more. Import the file again."))
        return download(path.read_bytes(), f"{job.arguments.get('name', 'import')}.checked.xlsx")

    # --- what the routes share -------------------------------------------------------------------------

    def _enter(self) -> None:
        if not current().is_signed_in:
            abort(401)
        if not self._registers():
            self.enter("import")

    def _registers(self) -> dict[str, Register]:
        """Those that one may import."""
        who = current()
        return {kind: one for kind, one in registers(platform().plugins).items() if who.may(one.resource, one.verb)}

    def _job(self, pk: int) -> Job:
        mine = select(Job).where(Job.id == pk, Job.kind == KIND, Job.user_id == current().user_id)
        found = session().scalars(mine).one_or_none() if pk < 2**63 else None
        if found is None:
            raise NotFound(lazy("There is no such page or record, or it is not yours to see."))
        return found

    def _queue(self, **arguments: Any) -> Any:
        job = enqueue(session(), KIND, **arguments)
        place = f"{self.route_base}/{job.id}"
        mark_written(session(), request.form.get("once", ""), place)
        session().commit()
        return self.go(place)

    def _start(self, chosen: str = "", refusal: RuleError | None = None) -> Any:
        known = self._registers()
        chosen = chosen or request.args.get("kind", "")
        query = (
            select(Job).where(Job.kind == KIND, Job.user_id == current().user_id).order_by(Job.id.desc()).limit(RECENT)
        )
        rows = [self._recent(job, known) for job in session().scalars(query)]
        shown = [(kind, one.label, headings(one)) for kind, one in known.items()]
        page = StartPage(
            _("Import"), shown, rows, new_token(), platform().settings.upload_mb, chosen or next(iter(known), ""),
            refusal.message if refusal else "",
        )  # fmt: skip
        return self.render("atrium/import.html", page, refusal.status if refusal else 200)

    def _recent(self, job: Job, known: dict[str, Register]) -> Recent:
        one = known.get(job.arguments.get("register", ""))
        label, family = state_of(job)
        return Recent(f"{self.route_base}/{job.id}", job.arguments.get("name", ""), one.label if one else "",
                      since_text(job.created_at), label, family)  # fmt: skip

    def _verdict(self, job: Job) -> VerdictPage:
        name = job.arguments.get("name", "")
        verdict, changes = job.result.get("verdict", {}), job.result.get("changes", [])
        is_written = bool(job.arguments.get("write")) and job.state == DONE
        good = verdict.get("new", 0) + verdict.get("changed", 0)
        fault = (job.error or _("The import came to nothing; try it again.")) if job.state == FAILED else ""
        return VerdictPage(
            title=name, job=job, verdict=verdict, changes=changes[:MOST_SHOWN],
            matters=sum(1 for one in changes if one.get("matters")), error=fault,
            running=not job.is_over, is_written=is_written, can_write=job.state == DONE and not is_written and good > 0,
            report_url=f"{self.route_base}/{job.id}/report" if job.result_file else "", once=new_token(),
            state=state_of(job), waits=why_it_waits(platform(), job),
        )  # fmt: skip


def headings(register: Register) -> str:
    """The headings a workbook of this register has; a star marks those that must be there."""
    columns = register.build("").columns
    return listed(f"{column.heading}{'*' if column.required else ''}" for column in columns)


def state_of(job: Job) -> tuple[Text, str]:
    """(word, family) of an import."""
    writes = bool(job.arguments.get("write"))
    if job.state == DONE:
        bad = len({one["row"] for one in job.result.get("verdict", {}).get("bad", [])})
        if writes:
            return _("written"), "done"
        return (_("checked, %(n)s bad", n=bad), "check") if bad else (_("checked, all good"), "sent")
    if job.state == FAILED:
        return _("stopped by a fault"), "bad"
    if job.state == CANCELLED:
        return _("stopped"), "off"
    return (_("being written"), "doing") if writes else (_("being checked"), "doing")
