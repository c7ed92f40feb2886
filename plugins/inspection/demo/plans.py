"""The demo's plans with their homes, and its summary."""

from collections.abc import Sequence
from datetime import timedelta

from core.estate.models import Room
from core.issues import flow
from core.issues.models import Issue
from plugins.inspection.demo.findings import Site
from plugins.inspection.demo.scenes import SUMMARY, Scene
from plugins.inspection.models import Plan, PlanHome, Summary


def add_plan(site: Site, scene: Scene, homes: Sequence[Room]) -> Plan | None:
    """The plan of a scene that has one; made some days before it began, or today where it has not begun."""
    if not scene.subject:
        return None
    made_on = min(site.today + timedelta(days=scene.starts - 4), site.today)
    plan = Plan(
        project_id=site.project.id, subject=scene.subject, kind=scene.kind, state=scene.state, note=scene.note or None,
        planned_from=site.today + timedelta(days=scene.starts), planned_to=site.today + timedelta(days=scene.ends),
        home_count=len(homes),
    )  # fmt: skip
    site.number([plan], Plan.number_letter, lambda _: made_on)
    site.session.add(plan)
    site.session.flush()
    site.session.add_all(PlanHome(project_id=site.project.id, plan_id=plan.id, place_id=home.id) for home in homes)
    return plan


def add_summary(site: Site, scene: Scene, plan: Plan) -> None:
    """The summary of a plan that is over, with its figures; three days after its last home."""
    found = [issue for issue, of in site.found if of is scene]
    summary = Summary(
        project_id=site.project.id, plan_id=plan.id, author=site.inspector, subject=f"{plan.subject}总结",
        summarised_on=plan.planned_to + timedelta(days=3),
        content=SUMMARY.format(
            homes=plan.home_count, findings=len(found), average=f"{len(found) / plan.home_count:.1f}",
            open=sum(issue.state in flow.ISSUE.open_codes for issue in found), leaks=_homes_with(found, "010204"),
        ),
    )  # fmt: skip
    site.number([summary], Summary.number_letter, lambda row: row.summarised_on)
    site.session.add(summary)
    site.session.flush()


def _homes_with(found: Sequence[Issue], category: str) -> int:
    return len({issue.place_id for issue in found if issue.category == category})
