"""The default matrix of ten roles by resources, written out; and what holding a role at a place means, row by row."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.access.check import check, may
from core.access.context import acting_as, as_system
from core.access.models import Assignment
from core.access.reach import READING, Principal
from core.access.roles import load_roles
from core.access.services import grant, revoke
from core.errors import Forbidden, Invalid
from core.estate.models import Contractor, Customer, Project, Region, Room
from core.issues.models import Issue, IssueList
from core.platform import Platform
from tests.core.access.people import (
    TWO_PROJECTS,
    TWO_REGIONS,
    add_people,
    add_somebody,
    held,
    project_id,
    region_id,
    who,
)

ROLES = (
    "group_admin", "region_admin", "project", "request", "inspection", "title", "compensation", "group_leader",
    "region_leader", "project_lead",
)  # fmt: skip
R = "read export print"
W = f"{R} write import"
KEPT = f"{W} unmask"
SHOWN, PERSONAL = "read print unmask", "read print unmask export_personal"
JOB = "read cancel retry"
MATRIX = {
    # 集团管理员, 地区管理员, 项目, 诉求, 验房, 产权, 赔付, 集团领导, 地区公司领导, 项目负责人
    "organisation": (W, R, R, R, R, R, R, R, R, R),
    "user": ("read write", "read write", "", "", "", "", "", "", "", ""),
    "parameter": ("read write_group", "read apply write_region", "", "", "", "", "", "read", "read", ""),
    "estate": (W, W, R, R, R, R, R, "", R, R),
    "contractor": (W, W, R, R, R, R, R, "", R, R),
    "job": (f"{JOB} oversee export", *(JOB,) * 9),
    "plugin": ("read archive restore", "read", *("",) * 8),
    "customer": (KEPT, KEPT, PERSONAL, f"{PERSONAL} correct", "", PERSONAL, SHOWN, "", "read", "read"),
    "inspection.plan": ("", "void reopen", R, "", f"{R} write", "", "", "", R, R),
    "inspection.issue": ("import", "import void reopen", R, "status", f"{W} list close", "", "", "", R, R),
    "inspection.list": ("", "", R, "", f"{R} list", "", "", "", R, R),
    "inspection.summary": ("", "", W, "", W, "", "", "", R, R),
}  # fmt: skip
PLACE = {
    "group_admin": "", "group_leader": "", "region_admin": "SZ", "region_leader": "SZ", "project_lead": "SZ-WH",
    **dict.fromkeys(("project", "request", "inspection", "title", "compensation"), "SZ-WH"),
}  # fmt: skip
CHANGES = ["write", "import", "write_group", "write_region", "apply", "correct", "void", "reopen", "list", "close",
           "cancel", "retry", "oversee", "archive", "restore"]  # fmt: skip


def test_the_grants_are_exactly_the_matrix(demo: Platform) -> None:
    """No more, no less: not one verb of one role on one resource."""
    for resource, row in MATRIX.items():
        for role, verbs in zip(ROLES, row, strict=True):
            assert demo.grants[role].get(resource, frozenset()) == set(verbs.split()), (role, resource)
    assert {res for by in demo.grants.values() for res in by} == set(MATRIX)
    assert set(demo.grants) == {*ROLES, "follower"}
    assert demo.grants["follower"] == {"organisation": frozenset(R.split()), "job": frozenset(JOB.split())}
    assert set(load_roles(demo.settings.config_dir)) == {*ROLES, "follower"}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_does_what_the_matrix_says_where_it_is_held_and_nowhere_else(demo: Platform, role: str) -> None:
    add_somebody(demo, "somebody", [(role, PLACE[role])])
    me = who(demo, "somebody")
    verbs = {verb for row in MATRIX.values() for cell in row for verb in cell.split()}
    projects = {one.code: one.id for one in me.organisation.projects.values()}
    for resource, row in MATRIX.items():
        granted = set(row[ROLES.index(role)].split())
        for verb in verbs:
            reach = me.reach(resource, verb)
            assert me.may(resource, verb) == (verb in granted), (resource, verb)
            for code, one in projects.items():
                off = resource.startswith("inspection") and code.startswith("SH")
                inside = code.startswith(PLACE[role]) and not off
                assert reach.holds_project(one) == (verb in granted and inside), (resource, verb, code)
        changing = granted - READING
        assert bool(me.writing(resource)) == bool(changing), resource
        assert changing <= set(CHANGES)


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_reads_is_seen_and_nothing_else(demo: Platform, role: str) -> None:
    """The matrix through the session: rows of each resource, inside the place and nowhere else."""
    add_somebody(demo, "somebody", [(role, PLACE[role])])
    me = who(demo, "somebody")
    models: dict[str, Any] = {
        "organisation": Project, "estate": Room, "contractor": Contractor, "customer": Customer,
        "inspection.issue": Issue, "inspection.list": IssueList, "user": Assignment,
    }  # fmt: skip
    for resource, model in models.items():
        reads = "read" in MATRIX[resource][ROLES.index(role)].split()
        with acting_as(me), demo.database.unit(read_only=True) as session:
            seen = session.scalars(select(model)).all()
            assert bool(seen) == reads, resource
            for row in seen:
                code = _code_of(demo, row)
                assert code is None or code.startswith(PLACE[role][: len(code)]), (resource, code)
                assert not (resource.startswith("inspection") and code and code.startswith("SH"))


def _code_of(platform: Platform, row: Any) -> str | None:
    """Code of the project or region a row lies in."""
    tree = platform.principals.organisation()
    if isinstance(row, Project):
        return row.code
    if getattr(row, "project_id", None):
        return tree.projects[row.project_id].code
    return tree.regions[row.region_id].code if getattr(row, "region_id", None) else None


# --- per assignment and per verb ----------------------------------------------------------------------------------


def _issue(platform: Platform, code: str) -> Issue:
    with as_system(), platform.database.unit(read_only=True) as session:
        return session.scalars(
            select(Issue).where(Issue.project_id == project_id(platform, code), Issue.origin == "inspection").limit(1)
        ).one()


@pytest.fixture
def two(demo: Platform) -> Platform:
    add_people(
        demo,
        {
            TWO_PROJECTS: [("inspection", "SZ-WH"), ("project", "SZ-QH")],
            TWO_REGIONS: [("region_leader", "SZ"), ("inspection", "CD-LX")],
        },
    )
    return demo


@pytest.mark.parametrize(
    ("username", "own", "readable", "foreign"),
    [(TWO_PROJECTS, "SZ-WH", "SZ-QH", "CD-LX"), (TWO_REGIONS, "CD-LX", "SZ-WH", "CD-TF")],
)
def test_read_here_and_write_there_is_never_write_here(
    two: Platform, username: str, own: str, readable: str, foreign: str
) -> None:
    me = who(two, username)
    rows = {code: _issue(two, code) for code in (own, readable, foreign)}
    for verb in ("write", "list", "close", "import"):
        assert may(verb, rows[own], me) and not may(verb, rows[readable], me) and not may(verb, rows[foreign], me)
    for verb in ("read", "export", "print"):
        assert may(verb, rows[own], me) and may(verb, rows[readable], me) and not may(verb, rows[foreign], me)
    with acting_as(me):
        check("close", rows[own])
        for code in (readable, foreign):
            with pytest.raises(Forbidden):
                check("close", rows[code])


def test_a_plain_union_of_scopes_would_grant_it(two: Platform) -> None:
    """What the engine must not do: scopes of all assignments, verbs of all assignments."""
    me = who(two, TWO_PROJECTS)
    tree = me.organisation
    everywhere = set().union(*(tree.reach_of(one).projects for one in me.held))
    verbs = me.verbs("inspection.issue")
    assert project_id(two, "SZ-QH") in everywhere and "close" in verbs
    assert not me.reach("inspection.issue", "close").holds_project(project_id(two, "SZ-QH"))


def test_several_roles_in_one_place_add_up(demo: Platform) -> None:
    add_somebody(demo, "both", [("request", "SZ-WH"), ("inspection", "SZ-WH")])
    me, row = who(demo, "both"), _issue(demo, "SZ-WH")
    assert may("close", row, me) and may("status", row, me)
    assert me.reach("customer", "correct").holds_project(row.project_id)


# --- from and to ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [
        (None, None, True), (0, None, True), (None, 0, True), (0, 0, True), (-5, 5, True),
        (1, None, False), (None, -1, False), (-9, -1, False), (1, 9, False),
    ],
)  # fmt: skip
def test_an_assignment_holds_from_its_first_to_its_last_day(
    demo: Platform, starts: int | None, ends: int | None, holds: bool
) -> None:
    today = clock.today()
    user = add_somebody(demo, "somebody", [])
    row = held(demo, user, "inspection", "SZ-WH")
    row.starts_on = today + timedelta(days=starts) if starts is not None else None
    row.ends_on = today + timedelta(days=ends) if ends is not None else None
    with as_system(), demo.database.unit() as session:
        session.add(row)
    assert who(demo, "somebody").may("inspection.issue", "close") is holds


def test_rights_end_overnight_in_a_process_that_runs_on(demo: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    today = clock.today()
    user = add_somebody(demo, "somebody", [])
    row = held(demo, user, "inspection", "SZ-WH")
    row.ends_on = today
    with as_system(), demo.database.unit() as session:
        session.add(row)
    assert who(demo, "somebody").held
    monkeypatch.setattr(clock, "today", lambda *zone: today + timedelta(days=1))
    assert demo.principal_named("somebody").held == ()


def test_a_right_taken_away_is_gone_at_the_next_question(demo: Platform) -> None:
    user = add_somebody(demo, "somebody", [("inspection", "SZ-WH")])
    assert who(demo, "somebody").held
    with as_system(), demo.database.unit() as session:
        revoke(session, session.scalars(select(Assignment).where(Assignment.user_id == user)).one())
    assert demo.principal_named("somebody").held == ()


# --- module gate ----------------------------------------------------------------------------------------------------


def test_where_a_module_is_off_its_rows_are_invisible_and_its_verbs_refused(demo: Platform) -> None:
    """Shanghai has inspection switched off; SH-JA has findings from before."""
    shanghai = project_id(demo, "SH-JA")
    with as_system(), demo.database.unit() as session:
        room = session.scalars(select(Room).where(Room.project_id == shanghai).limit(1)).one()
        session.add(Issue(
            origin="inspection", project_id=shanghai, place_id=room.id, category="010301", location="living",
            description="旧", state="recorded", entered_at=clock.now(),
        ))  # fmt: skip
    row = _issue(demo, "SH-JA")
    add_people(demo, {"sh.inspection": [("inspection", "SH-JA")], "sh.leader": [("region_leader", "SH")]})
    for username in ("sh.inspection", "sh.leader", "group.admin"):
        me = who(demo, username)
        with acting_as(me), demo.database.unit(read_only=True) as session:
            assert session.scalar(select(Issue.id).where(Issue.project_id == shanghai)) is None, username
        for verb in ("read", "write", "close", "import", "list", "void"):
            assert not may(verb, row, me), (username, verb)
    assert who(demo, "group.admin").reach("inspection.issue", "import").holds_project(project_id(demo, "SZ-WH"))
    with acting_as(who(demo, "sh.leader")), demo.database.unit(read_only=True) as session:
        assert session.scalars(select(Room.id).where(Room.project_id == shanghai).limit(1)).one(), "the ground stays"


def test_a_module_that_is_not_loaded_grants_nothing_of_its_own(demo: Platform) -> None:
    me = who(demo, "sz.inspection")
    bare = Principal(me.user_id, me.username, me.name, me.held, {}, me.organisation, frozenset())
    assert not bare.may("inspection.issue", "read")


def test_a_listener_hears_nothing_from_where_its_module_is_off(demo: Platform) -> None:
    from core import platform as platforms
    from core.history import Event
    from core.plugins import Plugin

    heard: list[int | None] = []

    class Module:
        @staticmethod
        def on_event(event: Event, session: Any) -> None:
            heard.append(event.project_id)

    plugin = Plugin("inspection", "", module=Module)  # type: ignore[arg-type]
    hear = platforms._listener(demo, plugin)
    shanghai, shenzhen = project_id(demo, "SH-JA"), project_id(demo, "SZ-WH")
    for one in (shanghai, shenzhen, None):
        hear(Event(name="test", project_id=one), None)  # type: ignore[arg-type]
    assert heard == [shenzhen, None]


# --- what one administers ---------------------------------------------------------------------------------------------


def test_only_grants_that_the_scope_allows(demo: Platform) -> None:
    roles = load_roles(demo.settings.config_dir)
    user = add_somebody(demo, "somebody", [])
    from core.access.models import Person

    with as_system(), demo.database.unit() as session:
        person = session.get_one(Person, user)
        for role, scope, place in (
            ("group_admin", "region", {"region_id": region_id(demo, "SZ")}),
            ("region_admin", "group", {}),
            ("project_lead", "region", {"region_id": region_id(demo, "SZ")}),
            ("follower", "region", {"region_id": region_id(demo, "SZ")}),
            ("inspection", "group", {}),
            ("inspection", "project", {"region_id": region_id(demo, "SZ")}),
            ("inspection", "project", {}),
            ("inspection", "project", {"project_id": 10**6}),
            ("region_leader", "region", {"region_id": 10**6}),
        ):
            with pytest.raises(Invalid):
                grant(session, person, roles[role], scope, **place)
        with pytest.raises(Invalid) as refusal:
            grant(
                session, person, roles["inspection"], "region", region_id=region_id(demo, "SZ"),
                starts_on=date(2026, 5, 2), ends_on=date(2026, 5, 1),
            )  # fmt: skip
        assert set(refusal.value.errors) == {"ends_on"}


def test_regions_are_told_by_label_where_a_project_is_held(demo: Platform) -> None:
    """A project's region may be named; its other projects are not there."""
    with acting_as(who(demo, "sz.inspection")), demo.database.unit(read_only=True) as session:
        assert session.scalars(select(Region.code)).all() == ["SZ"]
        assert sorted(session.scalars(select(Project.code))) == ["SZ-HH", "SZ-WH"]
