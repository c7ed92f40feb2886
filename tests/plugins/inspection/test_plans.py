"""Plans: made, filled with homes, run, ended; by whom, where, and how far they are."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from core.access.context import as_system, through
from core.errors import Forbidden, Invalid, RuleError
from core.estate.models import Room
from core.i18n import reading
from core.issues.models import Issue
from core.parameters import store
from core.platform import Platform
from core.testing.counting import counted
from plugins.inspection.models import HomeInspection, Plan, PlanHome
from plugins.inspection.services import homes, plans, progress, ranges, summaries, tree
from tests.plugins.inspection import ground
from tests.plugins.inspection.ground import TODAY

KIND = "inspection_plan"


# --- a draft ------------------------------------------------------------------------------------------------------


def test_a_plan_begins_as_a_numbered_draft(any_demo: Platform, as_user: Any) -> None:
    with as_user(any_demo, "sz.inspection") as session:
        plan = plans.create_plan(
            session, project_id=ground.project_id(session), subject=" 三期 预验 ", kind="内部预验房",
            planned_from="2026年12月1日", planned_to="2026-12-20", note="",
        )  # fmt: skip
    assert (plan.state, plan.home_count, plan.kind, plan.subject) == ("draft", 0, "internal", "三期 预验")
    assert (plan.planned_to - plan.planned_from).days == 19
    assert plan.number is not None and plan.number.startswith("SZWH-P2611-")
    assert ground.events(any_demo, KIND, plan.id) == ["inspection.plan_created"]
    assert [(one.action, one.verb) for one in ground.changes(any_demo, KIND, plan.id)] == [("create", "create")]


@pytest.mark.parametrize(("given", "fields"), [
    ({"subject": ""}, {"subject"}),
    ({"subject": "长" * 101, "kind": "party"}, {"subject", "kind"}),
    ({"planned_from": None, "planned_to": "31.11.2026"}, {"planned_from", "planned_to"}),
    ({"planned_to": TODAY - timedelta(days=1)}, {"planned_to"}),
    ({"note": "长" * 1001}, {"note"}),
])  # fmt: skip
def test_a_plan_that_makes_no_sense_is_refused_field_by_field(
    demo: Platform, as_user: Any, given: dict[str, Any], fields: set[str]
) -> None:
    with as_user(demo, "sz.inspection") as session:
        before = session.scalar(select(func.count()).select_from(Plan))
        with pytest.raises(Invalid) as refusal:
            ground.draft(session, **given)
        assert set(refusal.value.errors) == fields
        assert session.scalar(select(func.count()).select_from(Plan)) == before


STRANGERS = ("sz.project", "sz.leader", "sz.request", "sz.admin", "group.admin", "group.leader", "cd.inspection")


@pytest.mark.parametrize("username", STRANGERS)
def test_only_the_inspection_specialist_of_the_project_makes_plans(demo: Platform, as_user: Any, username: str) -> None:
    with as_user(demo, username) as session, pytest.raises(Forbidden):
        ground.draft(session)


def test_a_specialist_makes_no_plan_in_another_project(demo: Platform, as_user: Any) -> None:
    with as_user(demo, "sz.inspection") as session:
        for code in ("SZ-QH", "CD-LX"):
            with pytest.raises(Forbidden):
                ground.draft(session, code)


def test_nobody_plans_where_inspection_is_switched_off(demo: Platform, as_user: Any) -> None:
    ground.assign(demo, "cd.inspection", "inspection", "SH-JA")
    with as_user(demo, "cd.inspection") as session, pytest.raises(Forbidden):
        ground.draft(session, "SH-JA")


def test_a_draft_is_changed_and_its_history_says_how(any_demo: Platform, as_user: Any) -> None:
    with as_user(any_demo, "sz.inspection") as session:
        plan = ground.draft(session)
    with as_user(any_demo, "sz.inspection") as session:
        plan = session.get_one(Plan, plan.id)
        plans.edit_plan(session, plan, subject="二期", planned_to=TODAY + timedelta(days=3), kind="mass", note=None)
    last = ground.changes(any_demo, KIND, plan.id)[-1]
    assert last.verb == "edit" and set(last.changes) == {"subject", "planned_to"}
    with as_user(any_demo, "sz.inspection") as session:
        plan = session.get_one(Plan, plan.id)
        with pytest.raises(Invalid) as refusal:
            plans.edit_plan(session, plan, planned_from=TODAY + timedelta(days=4))
        assert set(refusal.value.errors) == {"planned_to"}


def test_the_later_of_two_changes_to_a_plan_is_stale(any_demo: Platform, as_user: Any) -> None:
    plan_id = ground.a_plan(any_demo)
    with pytest.raises(StaleDataError), as_user(any_demo, "sz.inspection") as session:
        plan = session.get_one(Plan, plan_id)
        set_committed_value(plan, "version", plan.version - 1)
        plans.edit_plan(session, plan, subject="晚到的")


# --- what the verbs ask -------------------------------------------------------------------------------------------

VERBS: dict[str, tuple[str, str, str, dict[str, str]]] = {
    # verb: who, from, to, what it is told
    "open": ("sz.inspection", "draft", "open", {}),
    "withdraw": ("sz.inspection", "open", "draft", {}),
    "finish": ("sz.inspection", "open", "done", {}),
    "reopen": ("sz.admin", "done", "open", {"reason": "漏验两户"}),
    "void": ("sz.admin", "open", "void", {"reason": "建错项目"}),
}
CALLS = {"open": plans.open_plan, "withdraw": plans.withdraw_plan, "finish": plans.finish_plan,
         "reopen": plans.reopen_plan, "void": plans.void_plan}  # fmt: skip
EVENT = {"open": "opened", "withdraw": "withdrawn", "finish": "finished", "reopen": "reopened", "void": "voided"}


def ready(platform: Platform, state: str, code: str = "SZ-WH") -> int:
    """A plan in a state, with a home in its range."""
    plan_id = ground.a_plan(platform, "open" if state == "draft" else state, code)
    if state == "draft":
        with as_system(), platform.database.unit() as session:
            plans.withdraw_plan(session, session.get_one(Plan, plan_id))
    return plan_id


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_takes_a_plan_on_and_is_recorded(any_demo: Platform, as_user: Any, verb: str) -> None:
    username, source, target, told = VERBS[verb]
    plan_id = ready(any_demo, source)
    with as_user(any_demo, username) as session, through(verb):
        CALLS[verb](session, session.get_one(Plan, plan_id), **told)
    assert ground.state_of(any_demo, plan_id) == target
    assert ground.events(any_demo, KIND, plan_id)[-1] == f"inspection.plan_{EVENT[verb]}"
    last = ground.changes(any_demo, KIND, plan_id)[-1]
    assert (last.verb, last.changes["state"], last.reason) == (verb, [source, target], told.get("reason"))


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_refused_to_others_and_from_elsewhere(demo: Platform, as_user: Any, verb: str) -> None:
    username, source, _, told = VERBS[verb]
    plan_id = ready(demo, source)
    allowed = {"sz.inspection", "sz.admin"} if verb in ("reopen", "void") else set()
    others = [*STRANGERS, "sz.inspection", "cd.admin"]
    for who in others:
        if who == username or (who in allowed and who == username):
            continue
        with as_user(demo, who) as session:
            plan = ground.get(session, Plan, plan_id)
            with pytest.raises(Forbidden):
                CALLS[verb](session, plan, **told)
    assert ground.state_of(demo, plan_id) == source


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_refused_in_another_project_of_the_region(demo: Platform, as_user: Any, verb: str) -> None:
    username, source, _, told = VERBS[verb]
    plan_id = ready(demo, source, "SZ-QH" if username == "sz.inspection" else "CD-LX")
    with as_user(demo, username) as session:
        plan = ground.get(session, Plan, plan_id)
        with pytest.raises(Forbidden):
            CALLS[verb](session, plan, **told)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_starts_from_its_states_only(demo: Platform, verb: str) -> None:
    _, source, _, told = VERBS[verb]
    sources = {"draft", "open"} if verb == "void" else {source}
    made = {state: ready(demo, state) for state in ("void", "done", "open") if state not in sources}
    for plan_id in made.values():
        with as_system(), demo.database.unit() as session, pytest.raises(RuleError):
            CALLS[verb](session, session.get_one(Plan, plan_id), **told)


@pytest.mark.parametrize("verb", ["reopen", "void"])
@pytest.mark.parametrize("reason", ["", " 　", "长" * 1001])
def test_a_verb_that_asks_for_a_reason_needs_one(demo: Platform, verb: str, reason: str) -> None:
    plan_id = ready(demo, VERBS[verb][1])
    with as_system(), demo.database.unit() as session:
        with pytest.raises(Invalid) as refusal:
            CALLS[verb](session, session.get_one(Plan, plan_id), reason=reason)
        assert set(refusal.value.errors) == {"reason"}


def test_a_plan_without_homes_does_not_start(demo: Platform, as_user: Any) -> None:
    with as_user(demo, "sz.inspection") as session:
        with reading("en"), pytest.raises(RuleError, match="no homes"):
            plans.open_plan(session, ground.draft(session))


@pytest.mark.parametrize("state", ["done", "void"])
def test_what_is_over_stays_as_it_is(demo: Platform, as_user: Any, state: str) -> None:
    plan_id = ready(demo, state)
    with as_user(demo, "sz.inspection") as session:
        plan = session.get_one(Plan, plan_id)
        for change in (
            lambda: plans.edit_plan(session, plan, subject="新"),
            lambda: ranges.choose_homes(session, plan),
        ):
            with pytest.raises(RuleError):
                change()


def test_a_draft_is_discarded_with_its_range(any_demo: Platform, as_user: Any) -> None:
    plan_id = ready(any_demo, "draft")
    with as_user(any_demo, "sz.inspection") as session:
        plans.discard_plan(session, session.get_one(Plan, plan_id))
    with as_system(), any_demo.database.unit() as session:
        assert session.get(Plan, plan_id) is None
        assert session.scalar(select(PlanHome.id).where(PlanHome.plan_id == plan_id)) is None
    assert ground.changes(any_demo, KIND, plan_id)[-1].action == "delete"


def test_what_runs_or_is_pointed_at_is_not_discarded(demo: Platform, as_user: Any) -> None:
    plan_id = ready(demo, "open")
    with as_user(demo, "sz.inspection") as session:
        plan = session.get_one(Plan, plan_id)
        with reading("en"), pytest.raises(RuleError, match="drafts"):
            plans.discard_plan(session, plan)
        homes.mark_inspected(session, ground.home(session, "3-1-1804"))
        plans.withdraw_plan(session, plan)
        with reading("en"), pytest.raises(RuleError, match="inspected under"):
            plans.discard_plan(session, plan)
        empty = ground.draft(session)
        summaries.create_summary(session, project_id=plan.project_id, plan_id=empty.id, subject="总结", content="完")
        with pytest.raises(RuleError):
            plans.discard_plan(session, empty)


# --- the range ----------------------------------------------------------------------------------------------------


def test_homes_are_picked_by_building_unit_floor_and_home(any_demo: Platform, as_user: Any) -> None:
    with as_user(any_demo, "sz.inspection") as session:
        plan = ground.draft(session)
        one, second = ground.building(session, "1"), ground.unit(session, "2", "2")
        other = ground.unit(session, "2", "1")
        ranges.choose_homes(
            session, plan, buildings=[one.id], units=[second.id], floors=[(other.id, 7)],
            rooms=ground.rooms(session, "3-1-1804", "1-1-101"),
        )  # fmt: skip
        expected = ground.count_homes(session, Room.building_id == one.id)
        expected += ground.count_homes(session, Room.unit_id == second.id)
        expected += ground.count_homes(session, Room.unit_id == other.id, Room.floor == 7) + 1
        assert plan.home_count == expected == len(ranges.homes_of(session, plan))
    assert ground.events(any_demo, KIND, plan.id)[-1] == "inspection.plan_homes_chosen"
    assert ground.changes(any_demo, KIND, plan.id)[0].action == "create"


def test_the_same_range_again_changes_nothing_and_another_replaces_it(any_demo: Platform, as_user: Any) -> None:
    with as_user(any_demo, "sz.inspection") as session:
        plan = ground.draft(session)
        first = ground.rooms(session, "3-1-1801", "3-1-1802", "3-1-1803")
        ranges.choose_homes(session, plan, rooms=first)
        version = plan.version
        ranges.choose_homes(session, plan, rooms=first)
        assert plan.version == version
        ranges.choose_homes(session, plan, rooms=[first[0], *ground.rooms(session, "3-1-1804")])
        assert ranges.homes_of(session, plan) == {first[0], *ground.rooms(session, "3-1-1804")}
    assert ground.events(any_demo, KIND, plan.id).count("inspection.plan_homes_chosen") == 2
    with as_user(any_demo, "sz.inspection") as session:
        ranges.choose_homes(session, session.get_one(Plan, plan.id))
    last = ground.changes(any_demo, KIND, plan.id)[-1]
    assert (last.verb, last.changes) == ("choose_homes", {"home_count": [2, 0]})


def test_what_lies_in_another_project_is_not_taken_in(demo: Platform, as_user: Any) -> None:
    with as_user(demo, "sz.inspection") as session:
        plan = ground.draft(session)
        strange = ground.building(session, "1", "SZ-QH")
        area = ground.home(session, "1栋大堂")
        for given in ({"buildings": [strange.id]}, {"rooms": [area.id]}, {"rooms": [10**9]}, {"floors": [(1, 99)]}):
            with pytest.raises(RuleError) as refusal:
                ranges.choose_homes(session, plan, **given)
            assert refusal.value.field == "homes"
        assert plan.home_count == 0


def test_a_running_plan_keeps_a_home(demo: Platform, as_user: Any) -> None:
    with as_user(demo, "sz.inspection") as session:
        plan = ground.running(session, "3-1-1804")
        with pytest.raises(RuleError):
            ranges.choose_homes(session, plan)


def test_only_who_plans_there_picks_homes(demo: Platform, as_user: Any) -> None:
    plan_id = ready(demo, "draft")
    for username in STRANGERS:
        with as_user(demo, username) as session, pytest.raises(Forbidden):
            ranges.choose_homes(session, ground.get(session, Plan, plan_id))


def test_no_home_stands_in_two_running_plans_of_a_kind(any_demo: Platform, as_user: Any) -> None:
    with as_user(any_demo, "sz.inspection") as session, reading("en"):
        first = ground.running(session, "3-1-1803", "3-1-1804", subject="高区")
        second = ground.draft(session)
        with pytest.raises(RuleError) as refusal:
            ranges.choose_homes(session, second, rooms=ground.rooms(session, "3-1-1802", "3-1-1803"))
        assert "3-1-1803" in str(refusal.value) and str(first.number) in str(refusal.value)
        assert "3-1-1802" not in str(refusal.value)
        ranges.choose_homes(session, second, rooms=ground.rooms(session, "3-1-1802"))
        plans.open_plan(session, second)
        with pytest.raises(RuleError):
            ranges.choose_homes(session, second, rooms=ground.rooms(session, "3-1-1802", "3-1-1804"))
        third = ground.draft(session, kind="individual")
        ranges.choose_homes(session, third, rooms=ground.rooms(session, "3-1-1803"))
        plans.open_plan(session, third)
    with as_user(any_demo, "sz.inspection") as session:
        third = session.get_one(Plan, third.id)
        with pytest.raises(RuleError):
            plans.edit_plan(session, third, kind="mass")
        plans.finish_plan(session, session.get_one(Plan, first.id))
        plans.edit_plan(session, third, kind="mass")
    with as_system(), any_demo.database.unit() as session:
        with pytest.raises(RuleError, match=r"高区|试验房"):
            plans.reopen_plan(session, session.get_one(Plan, first.id), reason="再开")


def test_many_homes_that_are_taken_are_counted(demo: Platform, as_user: Any) -> None:
    with as_user(demo, "sz.inspection") as session, reading("en"):
        plan = ground.draft(session)
        with pytest.raises(RuleError, match=r"and \d+ other homes"):
            plan = plans.edit_plan(session, plan, kind="internal")
            ranges.choose_homes(session, plan, buildings=[ground.building(session, "1").id])


def test_of_two_plans_started_at_once_over_the_same_home_one_is_refused(any_demo: Platform, as_user: Any) -> None:
    with as_user(any_demo, "sz.inspection") as session:
        made = [ground.draft(session, subject=name) for name in ("甲", "乙")]
        for plan in made:
            ranges.choose_homes(session, plan, rooms=ground.rooms(session, "3-1-1804"))

    def start(plan_id: int) -> None:
        with as_user(any_demo, "sz.inspection") as session:
            plans.open_plan(session, session.get_one(Plan, plan_id))

    found = ground.together(*(lambda one=plan.id: start(one) for plan in made))
    assert sorted(type(one).__name__ for one in found) == ["NoneType", "RuleError"]
    assert sorted(ground.state_of(any_demo, plan.id) for plan in made) == ["draft", "open"]


def test_the_tree_shows_every_home_once_with_counts(any_demo: Platform, as_user: Any) -> None:
    with as_user(any_demo, "sz.inspection") as session:
        plan = ground.draft(session, kind="internal")
        chosen = set(ground.rooms(session, "3-1-1801", "3-1-1802", "1-2-305"[:5] + "03"))
        taken = {one.place_id: one.number for one in ranges.taken(session, plan)}
        with counted(any_demo, savepoints=False) as statements:
            found = tree.scope_tree(session, plan.project_id, chosen, taken)
        assert len(statements) == 1
        assert found.total == ground.count_homes(session, Room.project_id == plan.project_id)
        assert found.chosen == 3
    assert [one.name for one in found.buildings] == ["1", "2", "3", "5"]
    third = found.buildings[2]
    assert (third.total, third.chosen, [one.name for one in third.units]) == (72, 2, ["1"])
    assert [one.floor for one in third.units[0].floors] == list(range(1, 19))
    top = third.units[0].floors[-1]
    assert [(one.number, one.chosen) for one in top.rooms] == [
        ("1801", True), ("1802", True), ("1803", False), ("1804", False)
    ]  # fmt: skip
    running = {room.taken_by for one in found.buildings[:2] for unit in one.units for floor in unit.floors
               for room in floor.rooms}  # fmt: skip
    assert len(running) == 1 and running != {""}
    assert all(room.taken_by == "" for floor in third.units[0].floors for room in floor.rooms)


def test_the_tree_of_a_project_out_of_sight_is_empty(demo: Platform, as_user: Any) -> None:
    with as_user(demo, "cd.inspection") as session:
        assert tree.scope_tree(session, ground.project_id(session, "SZ-WH"), ()).total == 0


# --- how far ------------------------------------------------------------------------------------------------------


def add_finding(session: Any, label: str, round: str | None = "first", state: str = "recorded") -> None:
    place = ground.home(session, label)
    with as_system():
        session.add(Issue(
            origin="inspection", project_id=place.project_id, place_id=place.id, category="010301", location="living",
            description="空鼓", state=state, entered_at=ground.NOW, round=round,
        ))  # fmt: skip
        session.flush()


def test_progress_counts_homes_marks_and_findings_of_the_kinds_rounds(any_demo: Platform, as_user: Any) -> None:
    with as_user(any_demo, "sz.inspection") as session:
        mass = ground.running(session, "3-1-1801", "3-1-1802", "3-1-1803", "3-1-1804")
        visit = ground.running(session, "3-1-1801", "3-1-1802", kind="open_day")
        empty = ground.draft(session)
        homes.mark_inspected(session, ground.home(session, "3-1-1801"))
        homes.mark_inspected(session, ground.home(session, "3-1-1801"), round="second")
        homes.mark_inspected(session, ground.home(session, "3-1-1802"), round="open_day")
        for label, round, state in (("3-1-1801", "first", "recorded"), ("3-1-1801", None, "closed"),
                                    ("3-1-1802", "first", "void"), ("3-1-1802", "open_day", "listed"),
                                    ("3-1-1804", "second", "to_verify"),
                                    ("3-1-1701", "first", "recorded")):  # fmt: skip
            add_finding(session, label, round, state)
        with counted(any_demo, savepoints=False) as statements:
            found = progress.progress(session, [mass.id, visit.id, empty.id, 10**9])
        assert len(statements) <= 2
    assert found == {
        mass.id: progress.Progress(homes=4, done=1, findings=3, open=2),
        visit.id: progress.Progress(homes=2, done=1, findings=1, open=1),
        empty.id: progress.Progress(),
    }
    assert (found[mass.id].percent, found[empty.id].percent) == (25, 0)


def test_progress_of_the_demo_is_what_the_rows_say(any_demo: Platform, as_user: Any) -> None:
    with as_user(any_demo, "sz.inspection") as session:
        progress.running(session)  # the first question on a fresh database also asks which tables it has
        with counted(any_demo, savepoints=False) as statements:
            found = progress.running(session)
        assert len(statements) == 1
        assert [one.plan.subject for one in found] == ["湾湖1、2栋内部预验房"]
        inside = ranges.homes_of(session, found[0].plan)
        marks = session.scalars(select(HomeInspection).where(HomeInspection.place_id.in_(inside))).all()
        issues = session.scalars(select(Issue).where(Issue.place_id.in_(inside))).all()
    counts = found[0].progress
    assert (counts.homes, counts.done, counts.findings) == (len(inside), len(marks), len(issues))
    assert counts.open == sum(one.state != "closed" for one in issues)


def test_progress_is_told_to_those_who_may_read_the_plan(demo: Platform, as_user: Any) -> None:
    with as_system(), demo.database.unit() as session:
        ids = list(session.scalars(select(Plan.id)))
    for username, most in (
        ("sz.project", 2),
        ("cd.inspection", 2),
        ("sz.request", 0),
        ("sz.admin", 0),
        ("sz.leader", 2),
    ):
        with as_user(demo, username) as session:
            assert len(progress.progress(session, ids)) == most, username
    with as_user(demo, "cd.inspection") as session:
        assert progress.progress(session, ids) and not progress.running(session, [ground.project_id(session)])


def test_days_outside_the_window_of_the_region_are_warned_about(demo: Platform, as_user: Any) -> None:
    with as_user(demo, "sz.inspection") as session:
        assert plans.warning_of(session, ground.draft(session)) is None
        late = ground.draft(session, planned_from=TODAY, planned_to=TODAY + timedelta(days=40))
        with reading("en", store.catalogue().words("SZ")):
            assert "outside" in str(plans.warning_of(session, late))


def test_kinds_of_plan_speak_the_regions_word(demo: Platform) -> None:
    kinds = {region: store.catalogue().options("inspection.plan_kind", region) for region in ("", "SZ", "CD")}
    assert {region: one.label("mass", "zh") for region, one in kinds.items()} == {
        "": "集中交付", "SZ": "集中入伙", "CD": "集中交房"
    }  # fmt: skip
    assert kinds["SZ"].label("mass", "en") == "Mass handover"
