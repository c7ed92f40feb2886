"""Filling an empty database with the demo group, part by part; what is there already stays as it is."""

from datetime import date, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash

from core import clock
from core.access.context import as_system, doing
from core.access.models import Person
from core.access.roles import load_roles
from core.demo.accounts import PASSWORD, add_accounts
from core.demo.homes import build
from core.demo.people import Crowd, full_name, mobile
from core.demo.plans import FIRMS, PLANS, REGIONS, SECOND_DOORS, UNMAPPED, Plan
from core.errors import RuleError
from core.estate.models import Building, CategoryRule, Contractor, Project, ProjectContractor, Region
from core.i18n import lazy
from core.records.saved_views import REGION, SavedView
from core.settings import DEMO_MARK, Settings


def seed(session: Session, settings: Settings, today: date | None = None) -> bool:
    """Load the demo group, dates relative to `today`; False when nothing was missing. The caller commits.

    Raises RuleError when the database holds an organisation or people of its own: the demo accounts have a password
    that everybody knows. Marks the home as a demo home, the only kind where that password works.
    """
    today = today or clock.today()
    with as_system(), doing(verb="demo"):
        _refuse_others(session, settings)
        before = set(session.scalars(select(Project.code))) | set(session.scalars(select(Person.username)))
        regions = _regions(session)
        projects = _projects(session, regions, today)
        fresh = [plan for plan in PLANS if plan.code not in before and plan.blocks]
        crowd = Crowd(Random("demo"))
        for plan in fresh:
            build(session, projects[plan.code], plan, today, Random(plan.code), crowd)
        _contractors(session, fresh, projects, today)
        ids = {code: row.id for code, row in projects.items()}
        region_ids = {code: row.id for code, row in regions.items()}
        add_accounts(session, region_ids, ids, load_roles(settings.config_dir))
        _views(session, region_ids)
        after = set(session.scalars(select(Person.username))) | set(projects)
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / DEMO_MARK).write_text("Filled by `atrium demo`; the demo accounts work here.\n", encoding="utf-8")
    return not after <= before


def _views(session: Session, regions: dict[str, int]) -> None:
    """A view that somebody shares with their region, for everybody to try."""
    owner = session.scalars(select(Person).where(Person.username == "sz.inspection")).one()
    mine = select(SavedView.id).where(SavedView.user_id == owner.id)
    if session.scalar(mine.limit(1)) is None:
        session.add(SavedView(
            user_id=owner.id, address="/estate/homes", name="已签约房屋", query={"sales_state": "signed"}, columns=[],
            shared=REGION, region_id=regions["SZ"], changed_at=clock.now(),
        ))  # fmt: skip


def is_empty(session: Session) -> bool:
    """Whether the database holds neither an organisation nor people: only such a one is filled by `atrium run`."""
    with as_system():
        return all(session.scalar(select(model.id).limit(1)) is None for model in (Region, Person))


def _refuse_others(session: Session, settings: Settings) -> None:
    """A demo home may be filled again; one that is not must be empty, or hold the demo already (its home was lost)."""
    if settings.is_demo or is_empty(session):
        return
    admin = session.scalars(select(Person).where(Person.username == "group.admin")).one_or_none()
    if admin is None or not check_password_hash(admin.password or "", PASSWORD):
        raise RuleError(
            lazy("This database holds an organisation of its own; the demo goes into an empty one (ATRIUM_HOME).")
        )


def _regions(session: Session) -> dict[str, Region]:
    known = {row.code: row for row in session.scalars(select(Region))}
    for code, (name, english) in REGIONS.items():
        if code not in known:
            known[code] = Region(code=code, name=name, name_en=english)
            session.add(known[code])
    session.flush()
    return known


def _projects(session: Session, regions: dict[str, Region], today: date) -> dict[str, Project]:
    known = {row.code: row for row in session.scalars(select(Project))}
    for plan in PLANS:
        if plan.code not in known:
            street = Random(plan.code).randint(1, 999)
            known[plan.code] = Project(
                code=plan.code, name=plan.name, name_en=plan.english, region_id=regions[plan.code[:2]].id,
                promotion_name=f"{plan.name}（演示）", address=f"示例市示例路{street}号", project_lead=plan.lead,
                client_representative=plan.representative,
                contract_handover_on=today + timedelta(days=plan.handover_in),
            )  # fmt: skip
            session.add(known[plan.code])
    session.flush()
    return known


def _contractors(session: Session, plans: list[Plan], projects: dict[str, Project], today: date) -> None:
    """The firms of each region, at work on its projects with homes, and which category goes to whom."""
    known = {(row.region_id, row.name): row for row in session.scalars(select(Contractor))}
    for plan in plans:
        project, dice = projects[plan.code], Random(f"{plan.code} firms")
        handover = project.contract_handover_on or today
        for firm in (*FIRMS, SECOND_DOORS) if plan.code == "SZ-WH" else FIRMS:
            contractor = known.get((project.region_id, firm.name))
            if contractor is None:
                contractor = Contractor(region_id=project.region_id, name=firm.name, trade=firm.trade, kind=firm.kind)
                known[project.region_id, firm.name] = contractor
                session.add(contractor)
                session.flush()
            session.add(ProjectContractor(
                project_id=project.id, contractor_id=contractor.id, contact=full_name(dice)[0] + "工",
                phone=mobile(dice),
                contract_number=f"{plan.code}-SG-{dice.randint(100, 999)}", warranty_from=handover,
                warranty_to=handover + timedelta(days=730),
            ))  # fmt: skip
            for category in firm.categories:
                if category not in UNMAPPED.get(plan.code, ()):
                    session.add(CategoryRule(project_id=project.id, category=category, contractor_id=contractor.id))
            if firm is SECOND_DOORS:
                third = select(Building.id).where(Building.project_id == project.id, Building.name == "3")
                session.add(CategoryRule(
                    project_id=project.id, building_id=session.scalar(third), category="0106",
                    contractor_id=contractor.id,
                ))  # fmt: skip
    session.flush()
