"""What becomes of the rows a grid sends, on both databases."""

import threading
from dataclasses import replace
from datetime import timedelta
from time import perf_counter
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from core import clock
from core.access.context import as_system
from core.errors import Forbidden, Invalid, NotFound, RuleError
from core.estate.models import Building, CategoryRule, Contractor, Place, Project, ProjectContractor
from core.history import Change, Event
from core.issues import flow, services
from core.issues.models import Issue
from core.testing.counting import counted
from plugins.inspection.services import entry, home_sheet
from plugins.inspection.services.entry import Head, Line

HEAD = Head("林晓岚", None, "first")


def home(session, label, code="SZ-WH"):
    project = select(Project.id).where(Project.code == code).scalar_subquery()
    return session.scalars(select(Place).where(Place.project_id == project, Place.label == label)).one()


def line(**given):
    typed = {"category": "010301", "location": "bedroom", "description": "窗下墙空鼓，长约30cm"}
    return Line(str(uuid4()), **(typed | given))


def recorded(platform, **by):
    with as_system(), platform.database.unit(read_only=True) as session:
        return session.scalars(select(Issue).filter_by(**by).order_by(Issue.id)).all()


def count(platform):
    with as_system(), platform.database.unit(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(Issue))


@pytest.fixture
def enter(any_demo, as_user):
    """`enter(lines, label=…, who=…)` → the outcomes, in a unit of work of that person."""

    def entered(*lines, label="3-1-1803", who="sz.inspection", head=HEAD, code="SZ-WH"):
        with as_user(any_demo, who) as session:
            return entry.enter(session, home(session, label, code), head, lines)

    return entered


def states(outcomes):
    return [one.state for one in outcomes]


# --- recording ------------------------------------------------------------------------------------


def test_a_row_becomes_a_finding_with_number_contractor_and_history(any_demo, enter):
    typed = line(category="010601", location="entry_door", note="2m 靠尺")
    (outcome,) = enter(typed, head=Head("周工", clock.today() - timedelta(days=3), "second"))
    assert outcome.state == "saved"
    (issue,) = recorded(any_demo, row_uuid=typed.uuid)
    assert issue.number.startswith(f"SZWH-I{clock.today():%y%m}-")
    assert (issue.found_by, issue.found_on, issue.round) == ("周工", clock.today() - timedelta(days=3), "second")
    assert (issue.state, issue.note, issue.contractor_by_hand) == (flow.RECORDED, "2m 靠尺", False)
    with as_system(), any_demo.database.unit(read_only=True) as session:
        assert session.get(Contractor, issue.contractor_id).trade == "门窗"
        change = session.scalars(select(Change).where(Change.kind == "core_issue", Change.record_id == issue.id)).one()
        assert (change.action, change.verb, change.user_id) == ("create", "record", issue.entered_by_id)
        happened = session.scalars(select(Event).where(Event.record_id == issue.id)).one()
        assert (happened.name, happened.place_id) == ("inspection.issue_recorded", issue.place_id)


def test_findings_of_a_grid_and_of_a_form_are_alike(any_demo, enter, as_user):
    typed = line(category="010802", location="kitchen")
    enter(typed)
    with as_user(any_demo, "sz.inspection") as session:
        by_form = services.record(
            session, home(session, "3-1-1802"), origin="inspection", category="010802", location="kitchen",
            description=typed.description, found_by="林晓岚", round="first",
        )  # fmt: skip
        session.flush()
        form = {name: getattr(by_form, name) for name in Issue.__mapper__.columns.keys()}  # noqa: SIM118
    (by_grid,) = recorded(any_demo, row_uuid=typed.uuid)
    own = {"id", "number", "place_id", "walk", "entered_at", "row_uuid"}
    assert {k: v for k, v in form.items() if k not in own} == {k: getattr(by_grid, k) for k in form if k not in own}


def test_the_rule_of_a_building_goes_before_the_project_s(any_demo, enter):
    with as_system(), any_demo.database.unit() as session:
        place = home(session, "3-1-1803")
        other = session.scalars(
            select(ProjectContractor.contractor_id).where(ProjectContractor.project_id == place.project_id)
        ).all()
        current = session.scalars(
            select(CategoryRule.contractor_id).where(
                CategoryRule.project_id == place.project_id, CategoryRule.category == "0103"
            )
        ).first()
        chosen = next(one for one in other if one != current)
        session.add(CategoryRule(project_id=place.project_id, building_id=place.building_id, category="0103",
                                 contractor_id=chosen))  # fmt: skip
    here, there = line(), line()
    enter(here)
    enter(there, label="1-1-1701")
    assert recorded(any_demo, row_uuid=here.uuid)[0].contractor_id == chosen
    assert recorded(any_demo, row_uuid=there.uuid)[0].contractor_id == current


def test_a_contractor_chosen_by_hand_stands_and_one_of_elsewhere_is_refused(any_demo, enter):
    with as_system(), any_demo.database.unit(read_only=True) as session:
        project = session.scalars(select(Project).where(Project.code == "SZ-WH")).one()
        here = session.scalars(
            select(ProjectContractor.contractor_id).where(ProjectContractor.project_id == project.id)
        ).all()
        elsewhere = session.scalars(select(Contractor.id).where(Contractor.region_id != project.region_id)).first()
    chosen, wrong, odd = (
        line(contractor_id=str(here[-1])),
        line(contractor_id=str(elsewhere)),
        line(contractor_id="x'1"),
    )
    assert states(enter(chosen, wrong, odd)) == ["saved", "refused", "refused"]
    (issue,) = recorded(any_demo, row_uuid=chosen.uuid)
    assert issue.contractor_id == here[-1]
    assert not recorded(any_demo, row_uuid=wrong.uuid)


def test_words_are_taken_for_codes(any_demo, enter):
    pasted = line(category="墙面／墙面空鼓", location="公卫")
    with_name = line(category="墙面空鼓", location="客卫", anyway=True)
    assert states(enter(pasted, with_name)) == ["saved", "saved"]
    (issue,) = recorded(any_demo, row_uuid=with_name.uuid)
    assert (issue.category, issue.location) == ("010301", "guest_bath")


def test_saving_twice_is_harmless(any_demo, enter):
    rows = [line(), line(location="living")]
    assert states(enter(*rows)) == ["saved", "saved"]
    before = count(any_demo)
    again = enter(*rows)
    assert states(again) == ["known", "known"]
    assert count(any_demo) == before
    assert [one.issues[0].row_uuid for one in again] == [row.uuid for row in rows]


def test_a_saved_row_that_was_corrected_is_changed_and_its_contractor_follows(any_demo, enter):
    typed = line()
    enter(typed)
    corrected = Line(typed.uuid, "010601", "entry_door", "门扇划痕约12cm", "见底漆")
    (outcome,) = enter(corrected)
    assert outcome.state == "changed"
    (issue,) = recorded(any_demo, row_uuid=typed.uuid)
    assert (issue.category, issue.description, issue.note) == ("010601", "门扇划痕约12cm", "见底漆")
    with as_system(), any_demo.database.unit(read_only=True) as session:
        assert session.get(Contractor, issue.contractor_id).trade == "门窗"
        changed = select(Change).where(Change.record_id == issue.id, Change.action == "change")
        assert session.scalars(changed).one().changes["description"] == [typed.description, "门扇划痕约12cm"]
    (refused,) = enter(Line(typed.uuid, "010601", "entry_door", " "))
    assert refused.state == "refused" and "description" in refused.errors


def test_a_row_recorded_in_one_home_is_not_moved_to_another_by_sending_it_again(any_demo, enter):
    first = line()
    enter(first)
    (outcome,) = enter(replace(first, description="改到别家", anyway=True), label="3-1-1802")
    assert outcome.state == "refused"
    assert "3-1-1803" in str(outcome.errors["row"])
    (issue,) = recorded(any_demo, row_uuid=first.uuid)
    assert issue.description == first.description


def test_a_row_the_contractor_has_in_hand_is_not_changed_from_the_grid(any_demo, enter):
    typed = line()
    enter(typed)
    with as_system(), any_demo.database.unit() as session:
        session.scalars(select(Issue).where(Issue.row_uuid == typed.uuid)).one().state = flow.LISTED
    (outcome,) = enter(Line(typed.uuid, "010301", "bedroom", "改写"))
    assert outcome.state == "refused" and outcome.errors["row"]
    assert recorded(any_demo, row_uuid=typed.uuid)[0].description == typed.description


# --- refusing -------------------------------------------------------------------------------------


def test_good_rows_are_saved_and_bad_ones_stay_with_their_sentences(any_demo, enter):
    good = line(location="living")
    outcomes = enter(
        line(category="qmx"), line(location="nowhere"), line(description="  "), line(description="长" * 1001),
        line(note="注" * 1001), line(description="空\x00鼓"), Line("no-uuid", "010301", "bedroom", "x"), good,
    )  # fmt: skip
    assert states(outcomes) == ["refused"] * 7 + ["saved"]
    fields = [sorted(one.errors) for one in outcomes[:7]]
    assert fields == [["category"], ["location"], ["description"], ["description"], ["note"], ["description"], ["row"]]
    assert all(str(sentence) for one in outcomes for sentence in one.errors.values())
    assert len(recorded(any_demo, row_uuid=good.uuid)) == 1


@pytest.mark.parametrize("odd", ["\x00", "\ud800", "\uffff", "a\x07b"])
def test_what_no_database_keeps_is_refused_wherever_it_stands(any_demo, enter, odd):
    rows = [
        Line(odd, "010301", "living", "x", also="602"), line(category=odd), line(location=odd), line(description=odd),
        line(note=odd), line(also=f"602、{odd}"), line(contractor_id=odd),
    ]  # fmt: skip
    before = count(any_demo)
    assert states(enter(*rows)) == ["refused"] * 7
    for head in (Head(odd, None, "first"), Head("林", None, odd)):
        with pytest.raises(Invalid):
            enter(line(), head=head)
    assert count(any_demo) == before


def test_several_faults_of_a_row_are_all_told(enter):
    (outcome,) = enter(line(category="", location="", description="", also="9-9-999"))
    assert sorted(outcome.errors) == ["also", "category", "description", "location"]


def test_text_stays_text(any_demo, enter):
    rows = [
        line(description='=HYPERLINK("http://x")'),
        line(location="living", description="<img src=x onerror=alert(1)>"),
    ]
    assert states(enter(*rows)) == ["saved", "saved"]
    assert [recorded(any_demo, row_uuid=row.uuid)[0].description for row in rows] == [row.description for row in rows]


def test_a_description_of_a_thousand_characters_fits(enter):
    assert states(enter(line(description="长" * 1000))) == ["saved"]


@pytest.mark.parametrize("extra", [201, "also"])
def test_more_than_two_hundred_findings_are_refused_together(any_demo, enter, extra):
    rows = [line(anyway=True) for _ in range(201)]
    if extra == "also":
        rows = [line(anyway=True, also="1-1-101、1-1-102") for _ in range(67)]
    before = count(any_demo)
    with pytest.raises(RuleError, match="200"):
        enter(*rows)
    assert count(any_demo) == before


@pytest.mark.parametrize(
    ("head", "field"),
    [
        (Head("林", clock.today() + timedelta(days=2000), "first"), "found_on"),
        (Head("林" * 101, None, "first"), "found_by"),
        (Head("林", None, "third"), "round"),
    ],
)
def test_a_wrong_head_line_refuses_all_rows(any_demo, enter, head, field):
    before = count(any_demo)
    with pytest.raises(Invalid) as refusal:
        enter(line(), head=head)
    assert list(refusal.value.errors) == [field]
    assert count(any_demo) == before


def test_an_empty_head_line_takes_me_and_today(any_demo, enter):
    typed = line()
    enter(typed, head=Head(" ", None, ""))
    (issue,) = recorded(any_demo, row_uuid=typed.uuid)
    assert (issue.found_by, issue.found_on, issue.round) == ("林晓岚", clock.today(), None)


# --- perhaps twice --------------------------------------------------------------------------------


def test_what_looks_like_an_open_finding_is_asked_about_first(any_demo, enter):
    first = line()
    enter(first)
    twin = line(description="窗下墙又一处空鼓")
    (outcome,) = enter(twin)
    assert (outcome.state, outcome.like.row_uuid) == ("similar", first.uuid)
    assert not recorded(any_demo, row_uuid=twin.uuid)
    (outcome,) = enter(Line(twin.uuid, twin.category, twin.location, twin.description, anyway=True))
    assert outcome.state == "saved"


def test_rows_of_one_grid_are_compared_too_but_not_with_refused_ones(enter):
    bad, first, second, third = line(description=""), line(), line(description="另一处"), line(location="living")
    outcomes = enter(bad, first, second, third)
    assert states(outcomes) == ["refused", "saved", "similar", "saved"]
    assert outcomes[2].like_uuid == first.uuid


def test_a_closed_or_voided_finding_is_no_twin(any_demo, enter):
    first = line()
    enter(first)
    with as_system(), any_demo.database.unit() as session:
        session.scalars(select(Issue).where(Issue.row_uuid == first.uuid)).one().state = flow.CLOSED
    assert states(enter(line())) == ["saved"]


# --- several homes --------------------------------------------------------------------------------


def test_one_row_records_the_finding_in_several_homes(any_demo, enter):
    typed = line(also="602、３－１－７０２ 3栋1单元802，1803", category="010204", location="main_bath")
    (outcome,) = enter(typed)
    assert outcome.state == "saved"
    with as_system(), any_demo.database.unit(read_only=True) as session:
        labels = [session.get(Place, issue.place_id).label for issue in outcome.issues]
    assert labels == ["3-1-1803", "3-1-602", "3-1-702", "3-1-802"]
    assert len({issue.number for issue in outcome.issues}) == len({issue.row_uuid for issue in outcome.issues}) == 4
    before = count(any_demo)
    assert states(enter(typed)) == ["known"]
    assert count(any_demo) == before


def test_a_row_with_one_wrong_home_is_refused_whole(any_demo, enter):
    before = count(any_demo)
    (outcome,) = enter(line(also="602、9902"))
    assert (outcome.state, list(outcome.errors)) == ("refused", ["also"])
    assert "9902" in str(outcome.errors["also"])
    assert count(any_demo) == before


def test_a_twin_in_a_further_home_is_named_with_its_home(enter):
    enter(line(), label="3-1-602")
    (outcome,) = enter(line(also="602"))
    assert (outcome.state, outcome.at.label) == ("similar", "3-1-602")


def test_homes_of_other_projects_are_no_further_homes(enter):
    (outcome,) = enter(line(also="3-1-602、麓溪 1-1-101"))
    assert outcome.state == "refused"


# --- who may --------------------------------------------------------------------------------------


def test_other_people_s_homes_are_as_if_missing_and_reading_is_not_writing(any_demo, as_user):
    with as_system(), any_demo.database.unit(read_only=True) as session:
        here, there = home(session, "3-1-1803").id, home(session, "1-1-101", "CD-LX").id
        project = session.scalars(select(Project.id).where(Project.code == "CD-LX")).one()
    with as_user(any_demo, "sz.inspection") as session:
        assert entry.place_to_enter(session, here).label == "3-1-1803"
        for missing in (there, 10**12):
            with pytest.raises(NotFound):
                entry.place_to_enter(session, missing)
        with pytest.raises(NotFound):
            entry.find(session, project, "1-1-101")
    for who, fault in (
        ("sz.project", Forbidden),
        ("sz.leader", Forbidden),
        ("sz.title", NotFound),
        ("sz.request", NotFound),
    ):
        with as_user(any_demo, who) as session, pytest.raises(fault):
            entry.place_to_enter(session, here)


def test_the_service_asks_for_the_verb_itself(any_demo, as_user):
    with as_system(), any_demo.database.unit(read_only=True) as session:
        place = home(session, "3-1-1803")
    before = count(any_demo)
    for who in ("sz.project", "cd.inspection", "sz.admin"):
        with pytest.raises(Forbidden), as_user(any_demo, who) as session:
            entry.enter(session, place, HEAD, [line()])
    assert count(any_demo) == before


def test_a_uuid_of_another_region_s_row_is_refused_without_telling(any_demo, enter, as_user):
    theirs = line()
    enter(theirs, label="1-1-101", who="cd.inspection", code="CD-LX")
    mine = Line(theirs.uuid, "010301", "bedroom", "我的")
    outcomes = enter(mine, line(location="living"))
    assert states(outcomes) == ["refused", "saved"]
    assert list(outcomes[0].errors) == ["row"]
    assert [one.description for one in recorded(any_demo, row_uuid=theirs.uuid)] == [theirs.description]


def test_two_windows_that_save_the_same_rows_write_them_once(any_demo, as_user):
    rows, told = [line(location=where) for where in ("bedroom", "living", "kitchen")], []

    def save():
        with as_user(any_demo, "sz.inspection") as session:
            told.append(states(entry.enter(session, home(session, "3-1-1703"), HEAD, rows)))

    before = count(any_demo)
    threads = [threading.Thread(target=save) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert count(any_demo) == before + 3
    assert len(told) == 4 and ["saved"] * 3 in told
    assert all(state in ("saved", "known", "refused") for one in told for state in one)


# --- how much it costs ----------------------------------------------------------------------------


def test_fifty_rows_cost_what_five_cost_but_for_writing_them(any_demo, enter):
    enter(line())  # people, parameters and organisation are read once and kept
    numbers, took = {}, 0.0
    for many in (5, 50):
        rows = [line(category=f"0103{at % 6 + 1:02}", description=f"第{at}处", anyway=True) for at in range(many)]
        with counted(any_demo, savepoints=False) as sent:
            begun = perf_counter()
            assert set(states(enter(*rows, label="3-1-1801"))) == {"saved"}
            took = perf_counter() - begun
        written = [one for one in sent if one.startswith(("INSERT INTO core_issue", "INSERT INTO core_event"))]
        numbers[many] = len(sent) - len(written)
        print(f"{many} rows: {len(sent)} statements, {len(written)} of them write rows; {took * 1000:.0f} ms")
    # Whether several rows travel in one INSERT is the database driver's affair; everything else is read once.
    assert numbers[50] == numbers[5] <= 10


# --- beside the grid ------------------------------------------------------------------------------


def test_the_sheet_of_a_home_counts_what_is_there(any_demo, enter, as_user):
    with as_user(any_demo, "sz.inspection") as session:
        place = home(session, "3-1-1701")
        homes, findings = home_sheet.entered_today(session, place.project_id)
    enter(line(), line(location="living"), label="3-1-1701")
    with as_user(any_demo, "sz.inspection") as session:
        sheet = home_sheet.sheet_of(session, home(session, "3-1-1701"))
        assert (sheet.recorded, sheet.open, sheet.owners) == (2, 2, None)
        assert sheet.average and sheet.average > 5
        assert home_sheet.entered_today(session, place.project_id) == (homes + 1, findings + 2)
        assert [one.location for one in home_sheet.open_findings(session, sheet.place, 10)] == ["bedroom", "living"]
        assert len(home_sheet.common_here(session, sheet.place)) == 4
    with as_user(any_demo, "sz.project") as session:
        owners = home_sheet.sheet_of(session, home(session, "3-1-1701")).owners
        assert owners is not None


def test_a_common_area_has_findings_and_no_owners(any_demo, enter, as_user):
    enter(line(category="010201", location="roof"), label="3栋屋面")
    with as_user(any_demo, "sz.project") as session:
        sheet = home_sheet.sheet_of(session, home(session, "3栋屋面"))
        assert (sheet.recorded, sheet.owners, home_sheet.common_here(session, sheet.place)) == (1, None, [])
        assert session.scalars(select(Building.name).where(Building.id == sheet.place.building_id)).one() == "3"
