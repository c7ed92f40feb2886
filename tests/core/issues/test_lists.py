"""Lists to contractors: what goes on them, who signed, what is counted, what is taken back when made by mistake."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.errors import Forbidden, Invalid, RuleError
from core.issues import lists, services
from core.issues.models import Issue, IssueList
from core.issues.selection import unlisted
from tests.core.issues.site import ELSEWHERE, HERE, INSPECTOR, LEADER, UNHELD
from tests.factories import person

TODAY = date(2026, 11, 25)
WALLS, LEAKS = {"category": "010301"}, {"category": "010201"}


def act(site, made, verb, who=INSPECTOR, **given):
    with site.acting(who) as session:
        return getattr(services, verb)(session, session.get_one(IssueList, made), **given)


# --- making ---------------------------------------------------------------------------------------


def test_each_contractor_gets_a_numbered_list_in_walking_order(site):
    later = site.finding("1-2-401", **WALLS)
    earlier = site.finding("1-1-101", **WALLS)
    leak = site.finding("1-1-101", **LEAKS)
    made = [site.made(one) for one in site.listed([later, leak, earlier])]
    assert sorted(one.contractor_id for one in made) == sorted({site.issue(x).contractor_id for x in (earlier, leak)})
    walls = next(one for one in made if one.contractor_id == site.issue(earlier).contractor_id)
    assert walls.number.startswith("SZWH-L2611-") and len({one.number for one in made}) == 2
    assert (walls.state, walls.promised_on, walls.copies) == ("sent", TODAY + timedelta(days=10), 0)
    assert (walls.exported_at, walls.exported_by_id) == (clock.now(), site.account(INSPECTOR))
    first, second = site.issues([earlier, later])
    assert [(one.list_id, one.list_line) for one in (first, second)] == [(walls.id, 1), (walls.id, 2)]
    assert (first.state, first.due_on, first.listed_at) == ("listed", walls.promised_on, clock.now())
    assert (walls.entered_from, walls.entered_to) == (first.entered_at, second.entered_at)
    (event,) = site.events(walls)
    assert (event.name, event.payload["lines"]) == ("inspection.list_sent", 2)
    assert site.last_change(first).verb == "list"


def test_the_day_of_finish_may_be_agreed_and_may_not_have_passed(lone_site):
    site = lone_site
    (made,) = site.listed([site.finding()], promised_on=TODAY)
    assert site.made(made).promised_on == TODAY
    issue = site.finding()
    with pytest.raises(Invalid) as refusal:
        site.listed([issue], promised_on=TODAY - timedelta(days=1))
    assert list(refusal.value.errors) == ["promised_on"]
    assert site.issue(issue).list_id is None


def test_a_finding_named_twice_stands_once(lone_site):
    issue = lone_site.finding()
    (made,) = lone_site.listed([issue, issue])
    assert lone_site.events(lone_site.made(made))[0].payload["lines"] == 1


def test_nothing_is_listed_when_one_of_them_cannot_be(site):
    good, taken = site.finding(), site.in_state("listed")
    with pytest.raises(RuleError):
        site.listed([good, taken])
    with pytest.raises(RuleError):
        site.listed([])
    nobody_s = site.finding(category="090101")
    assert site.issue(nobody_s).contractor_id is None
    with pytest.raises(RuleError, match=site.issue(nobody_s).number):
        site.listed([good, nobody_s])
    assert site.issue(good).state == "recorded"


def test_findings_of_two_projects_make_no_list(lone_site):
    site = lone_site
    who = person(site.platform, "both", *(("inspection", "project", site.projects[code]) for code in (HERE, UNHELD)))
    here, there = site.finding(by=who), site.finding(code=UNHELD, by=who)
    with pytest.raises(RuleError), site.acting(who) as session:
        services.put_on_lists(session, [session.get_one(Issue, one) for one in (here, there)])
    assert [one.state for one in site.issues([here, there])] == ["recorded"] * 2


@pytest.mark.parametrize("who", [LEADER, "sz.project", "sz.projectlead"])
def test_lists_are_made_by_those_who_hold_the_verb(lone_site, who):
    issue = lone_site.finding()
    with pytest.raises(Forbidden), lone_site.acting(who) as session:
        services.put_on_lists(session, [session.get_one(Issue, issue)])


@pytest.mark.parametrize("who", [ELSEWHERE, "cd.leader", "sz.admin", "sz.title", "sz.request"])
def test_a_list_of_elsewhere_is_not_there(lone_site, who):
    (made,) = lone_site.listed([lone_site.finding()])
    with lone_site.acting(who) as session:
        assert session.get(IssueList, made) is None
        assert session.scalars(select(IssueList).where(IssueList.id == made)).all() == []


# --- choosing -------------------------------------------------------------------------------------


def test_what_is_on_no_list_yet_is_chosen_by_the_moment_it_was_entered(site):
    with clock.freeze(clock.now() + timedelta(days=400)):
        start = clock.now()
        first, second, leak = site.finding(**WALLS), site.finding(**WALLS), site.finding(**LEAKS)
        taken, closed, nobody_s = site.in_state("listed"), site.in_state("closed"), site.finding(category="090101")
        ours = {first, second, leak, taken, closed, nobody_s}

        def chosen(**given):
            with site.acting() as session:
                found = unlisted(session, "inspection", site.projects[HERE], **given)
                return [one.id for one in found if one.id in ours]

        assert chosen() == chosen(since=start) == [first, second, leak]
        assert chosen(until=start - timedelta(seconds=1)) == []
        firm = site.firm_names[site.issue(leak).contractor_id]
        assert chosen(contractor=firm) == [leak]
        assert chosen(contractor=firm.replace("（", "(").replace("）", ")")) == [leak]  # as people type it
        with site.acting() as session:
            assert unlisted(session, "handover", site.projects[HERE]) == []
        with site.acting(ELSEWHERE) as session:
            assert unlisted(session, "inspection", site.projects[HERE]) == []


def test_a_contractor_who_is_not_at_work_there_is_named_rather_than_nothing_found(lone_site):
    with pytest.raises(RuleError, match="子虚乌有"), lone_site.acting() as session:
        unlisted(session, "inspection", lone_site.projects[HERE], contractor="子虚乌有公司")


# --- leaving --------------------------------------------------------------------------------------


def test_a_list_keeps_its_number_and_counts_its_copies(site):
    (made,) = site.listed([site.finding()])
    number = site.made(made).number
    for copy in (1, 2):
        act(site, made, "export_copy")
        row = site.made(made)
        assert (row.number, row.copies) == (number, copy)
        event = site.events(row)[-1]
        assert (event.name, event.payload["copy"]) == ("inspection.list_exported", copy)
    assert site.last_change(row).verb == "export"


def test_who_only_reads_takes_a_look_that_is_not_counted(site):
    (made,) = site.listed([site.finding()])
    act(site, made, "export_copy", LEADER)
    row = site.made(made)
    assert row.copies == 0 and len(site.events(row)) == 1


def test_a_void_list_does_not_leave_any_more(lone_site):
    (made,) = lone_site.listed([lone_site.finding()])
    act(lone_site, made, "void_list", reason="选错承建商")
    with pytest.raises(RuleError, match=lone_site.made(made).number):
        act(lone_site, made, "export_copy")


# --- signed for -----------------------------------------------------------------------------------


def test_a_list_is_signed_for_with_name_and_day_and_its_lines_are_being_rectified(site):
    issues = site.findings(2)
    (made,) = site.listed(issues)
    act(site, made, "sign", by=" 韩工 ", promised_on=TODAY + timedelta(days=3))
    row = site.made(made)
    assert (row.state, row.signed_by, row.signed_on) == ("signed", "韩工", TODAY)
    assert row.promised_on == TODAY + timedelta(days=3)
    for issue in site.issues(issues):
        assert (issue.state, issue.signed_at, issue.due_on) == ("rectifying", clock.now(), row.promised_on)
    event = site.events(row)[-1]
    told = {key: event.payload[key] for key in ("by", "on", "promised")}
    assert event.name == "inspection.list_signed"
    assert told == {"by": "韩工", "on": "2026-11-25", "promised": "2026-11-28"}


def test_signing_leaves_lines_alone_that_went_another_way(lone_site):
    site = lone_site
    issues = closed, moved, kept = site.findings(3)
    (made,) = site.listed(issues)
    block = services.Closing("construction", "repair", 0, "normal", "何国平", "", "当场处理")
    with site.acting() as session:
        services.close(session, session.get_one(Issue, closed), block)
        services.adjust(session, session.get_one(Issue, moved), contractor_id=site.firms[HERE]["防水"], reason="渗水")
    act(site, made, "sign", by="韩工")
    assert [one.state for one in site.issues(issues)] == ["closed", "recorded", "rectifying"]
    assert site.issue(kept).due_on == TODAY + timedelta(days=10)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"by": " "}, "by"), ({"by": "韩" * 101}, "by"), ({"by": "韩\x00"}, "by"),
        ({"on": TODAY + timedelta(days=1)}, "on"), ({"on": TODAY - timedelta(days=1)}, "on"),
        ({"promised_on": TODAY - timedelta(days=1)}, "promised_on"),
    ],
)  # fmt: skip
def test_a_signature_that_cannot_be_is_refused_at_its_field(lone_site, given, field):
    (made,) = lone_site.listed([lone_site.finding()])
    with pytest.raises(Invalid) as refusal:
        act(lone_site, made, "sign", **{"by": "韩工", **given})
    assert list(refusal.value.errors) == [field]
    assert lone_site.made(made).state == "sent"


def test_a_list_is_signed_for_once(lone_site):
    (made,) = lone_site.listed([lone_site.finding()])
    act(lone_site, made, "sign", by="韩工")
    with pytest.raises(RuleError):
        act(lone_site, made, "sign", by="周工")
    assert lone_site.made(made).signed_by == "韩工"


def test_the_paper_may_follow_after_the_filled_list_came_back(site):
    done, left = site.findings(2)
    (made,) = site.listed([done, left])
    with site.acting() as session:
        services.rectified(session, session.get_one(Issue, done), result="已修", on=None, by="")
        lists.returned(session, session.get_one(IssueList, made), lines=1)
    act(site, made, "sign", by="韩工")
    row = site.made(made)
    assert (row.state, row.signed_by) == ("returned", "韩工")
    assert [one.state for one in site.issues([done, left])] == ["to_verify", "rectifying"]
    with pytest.raises(RuleError, match="韩工"):
        act(site, made, "sign", by="周工")


# --- made by mistake ------------------------------------------------------------------------------


def test_a_voided_list_is_kept_and_its_findings_wait_again(site):
    issues = site.findings(2)
    (made,) = site.listed(issues)
    act(site, made, "void_list", reason="选错日期")
    row = site.made(made)
    assert row.state == "void" and site.last_change(row).reason == "选错日期"
    event = site.events(row)[-1]
    assert (event.name, event.payload["reason"]) == ("inspection.list_voided", "选错日期")
    assert event.payload["findings"] == [one.number for one in site.issues(issues)]
    for issue in site.issues(issues):
        assert (issue.state, issue.list_id, issue.list_line, issue.due_on, issue.listed_at) == ("recorded", *[None] * 4)
    (again,) = site.listed(issues)
    assert site.made(again).number > row.number  # a number is never given twice


@pytest.mark.parametrize("state", ["signed", "returned", "void"])
def test_only_a_list_that_waits_for_its_signature_is_voided(lone_site, state):
    site = lone_site
    (made,) = site.listed([site.finding()])
    if state == "void":
        act(site, made, "void_list", reason="x")
    else:
        act(site, made, "sign", by="韩工")
    if state == "returned":
        with site.acting() as session:
            lists.returned(session, session.get_one(IssueList, made), lines=0)
    with pytest.raises(RuleError):
        act(site, made, "void_list", reason="x")
    assert site.made(made).state == state


def test_a_list_whose_work_has_begun_is_not_voided(lone_site):
    site = lone_site
    done, left = site.findings(2)
    (made,) = site.listed([done, left])
    with site.acting() as session:
        services.rectified(session, session.get_one(Issue, done), result="已修", on=None, by="")
    with pytest.raises(RuleError, match=site.made(made).number):
        act(site, made, "void_list", reason="x")
    assert [one.state for one in site.issues([done, left])] == ["to_verify", "listed"]


@pytest.mark.parametrize("verb", ["sign", "void_list"])
def test_who_only_reads_neither_signs_nor_voids(lone_site, verb):
    (made,) = lone_site.listed([lone_site.finding()])
    given = {"by": "x"} if verb == "sign" else {"reason": "x"}
    for who in (LEADER, "sz.project", "sz.projectlead"):
        with pytest.raises(Forbidden):
            act(lone_site, made, verb, who, **given)
    assert lone_site.made(made).state == "sent"


def test_voiding_a_list_asks_for_the_reason(lone_site):
    (made,) = lone_site.listed([lone_site.finding()])
    with pytest.raises(Invalid) as refusal:
        act(lone_site, made, "void_list", reason=" ")
    assert list(refusal.value.errors) == ["reason"]
