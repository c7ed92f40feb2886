"""Demo inspections: plans, homes inspected, findings as inspectors write them, lists in every state, a summary.

Deterministic; dates are relative to the day of loading.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.context import doing
from core.estate.models import Project
from core.issues.models import Issue
from plugins.inspection.demo.findings import Site
from plugins.inspection.demo.lists import hand_over
from plugins.inspection.demo.plans import add_plan, add_summary
from plugins.inspection.demo.scenes import SCENES
from plugins.inspection.models import Plan
from plugins.inspection.rules import OPEN

__all__ = ["seed"]


def seed(session: Session) -> None:
    """Fill the demo's projects; where inspection holds anything already, nothing is changed."""
    known = select(Issue.id).where(Issue.origin == "inspection").limit(1), select(Plan.id).limit(1)
    if any(session.scalar(one) is not None for one in known):
        return
    projects = {row.code: row for row in session.scalars(select(Project))}
    with doing(verb="demo"):
        for code in dict.fromkeys(scene.project for scene in SCENES):
            if code in projects:
                _fill(Site(session, projects[code]))


def _fill(site: Site) -> None:
    scenes = [(scene, site.homes(scene)) for scene in SCENES if scene.project == site.project.code]
    plans = [(scene, add_plan(site, scene, homes)) for scene, homes in scenes]
    for (scene, homes), (_, plan) in zip(scenes, plans, strict=True):
        site.inspect(scene, homes, plan)
        if scene.subject and scene.state == OPEN:
            site.walk_common_areas(scene)
    site.enter()
    hand_over(site)
    site.save()
    for scene, plan in plans:
        if plan is not None and scene.is_summed_up:
            add_summary(site, scene, plan)
