"""What the inspection desk sees first (domain.md 8): its numbers, plans under way, and one picture."""

from collections.abc import Sequence
from typing import Any

from core.access.context import current
from core.extend import Card
from core.i18n import _, lazy
from core.records.home_page import HomePart
from core.records.parts import Action, Chart, ChartSeries, Progress, Series, Stat, Todo
from core.records.reader import Reader
from plugins.inspection.rules import REST, Matrix
from plugins.inspection.services.figures import desk, open_findings, projects_without_plan
from plugins.inspection.services.progress import running

LIST = "/inspection/issues/"
TONES: Sequence[Series] = ("s1", "s2", "s3", "s4", "s7", "s6", "s5")


def cards() -> list[Card]:
    """Numbers and picture for who works on or reads findings, plans for who reads plans."""
    return [
        Card("desk", "inspection.issue", figures, order=10),
        Card("plans", "inspection.plan", plans, order=20),
    ]


def figures(reader: Reader, project_ids: Sequence[int] | None) -> HomePart:
    """今日录入, 未出单, 待签收, 超整改期, 待复验; open findings by category and contractor."""
    found = desk(reader.session, project_ids)
    stats = [
        Stat(_("Entered today"), f"{found.entered_today:,}", f"{LIST}?tab=all&days=today"),
        Stat(_("On no list"), f"{found.unlisted:,}", f"{LIST}?tab=recorded"),
        Stat(_("To sign for"), f"{found.to_sign:,}", f"{LIST}?tab=listed"),
        Stat(_("Overdue"), f"{found.overdue:,}", f"{LIST}?tab=overdue", red=found.overdue > 0),
        Stat(_("To re-check"), f"{found.to_verify:,}", f"{LIST}?tab=to_verify"),
    ]
    matrix = open_findings(reader.session, project_ids)
    actions = []
    if current().may("inspection.issue", "write"):
        actions.append(Action(_("Enter findings"), "/inspection/entry/", "keyboard", primary=True))
    return HomePart(stats=stats, charts=[_picture(matrix, reader)] if matrix.total else (), actions=actions)


def _picture(matrix: Matrix, reader: Reader) -> Chart:
    names = reader.options("issues.category", "")
    labels = [names.label(one, reader.lang) if one != REST else _("others") for one in matrix.categories]
    series = [
        ChartSeries(_who(one.contractor_id, one.name), list(one.counts), TONES[at % len(TONES)])
        for at, one in enumerate(matrix.series)
    ]
    urls = [f"{LIST}?tab=open&category={one}" if one != REST else f"{LIST}?tab=open" for one in matrix.categories]
    return Chart(_("Open findings by category and {contractor}, today"), labels, series, unit=_("findings"), urls=urls)


def _who(contractor_id: int | None, name: str) -> Any:
    if contractor_id is None:
        return _("no {contractor}")
    return name if contractor_id else _("others")


def plans(reader: Reader, project_ids: Sequence[int] | None) -> HomePart:
    """How far running plans are; projects that should have one."""
    tree = reader.principal.organisation
    bars = [
        Progress(f"{reader.name_of(tree.projects[one.plan.project_id])} · {one.plan.subject}", one.progress.done,
                 one.progress.homes, url=f"/inspection/plans/{one.plan.id}")
        for one in running(reader.session, project_ids)
    ]  # fmt: skip
    todos = []
    for gap in projects_without_plan(reader.session, project_ids):
        action = None
        if current().reach("inspection.plan", "write").holds_project(gap.project_id):
            action = Action(_("New plan"), f"/inspection/plans/new?project_id={gap.project_id}")
        text = lazy("%(name)s has no inspection plan", name=reader.name_of(tree.projects[gap.project_id]))
        note = lazy("contract {handover} on %(day)s, in %(n)s days", day=gap.handover_on.isoformat(), n=gap.days)
        todos.append(Todo(text, note, "calendar", "amber", action=action))
    return HomePart(progress=bars, todos=todos)
