"""The closing block (manual chapter 4, step 3; domain.md 2.11)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core import clock
from core.errors import Invalid
from core.issues import services
from core.issues.models import Issue
from core.issues.services import Closing
from tests.core.issues.site import ADMIN, INSPECTOR

BLOCK = Closing("construction", "repair", 0, "normal", "何国平", "", "已修补并复检")


def close(site, issue, **given):
    with site.acting() as session:
        services.close(session, session.get_one(Issue, issue), replace(BLOCK, **given))


def defaults(site, issue, lang="zh"):
    with site.acting() as session:
        return services.closing_defaults(session, session.get_one(Issue, issue), lang)


def test_a_normal_close_is_ready_to_be_confirmed(site):
    issue = site.in_state("recorded", category="010301")
    made = defaults(site, issue)
    assert (made.close_type, made.method, made.rework_count, made.close_note) == ("normal", "repair", 0, "")
    assert made.confirmed_by == "何国平"  # the project's site representative
    assert made.solution  # the category's phrase
    assert made.solution != defaults(site, issue, "en").solution
    with site.acting() as session:
        services.close(session, session.get_one(Issue, issue), made)
    row = site.issue(issue)
    assert (row.state, row.closed_at, row.closed_by_id) == ("closed", clock.now(), site.account(INSPECTOR))
    assert (row.business_stage, row.method, row.solution) == (made.business_stage, "repair", made.solution)


def test_the_report_of_the_contractor_is_the_solution_until_it_is_sent_back(lone_site):
    site = lone_site
    issue = site.in_state("to_verify")
    assert defaults(site, issue).solution == "已修补"
    with site.acting() as session:
        services.send_back(session, session.get_one(Issue, issue), reason="没修好")
    made = defaults(site, issue)
    assert made.solution != "已修补" and made.rework_count == 1


@pytest.mark.parametrize("state", ["recorded", "rectifying"])
def test_closing_at_once_invents_none_of_the_times_between(site, state):
    issue = site.in_state(state)
    close(site, issue)
    row = site.issue(issue)
    empty = (row.rectified_on, row.rectified_by, row.rectification)
    assert row.state == "closed" and empty == (None, None, None)
    if state == "recorded":
        assert (row.listed_at, row.signed_at, row.list_id, row.due_on) == (None,) * 4


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"business_stage": ""}, "business_stage"), ({"business_stage": "工程施工"}, "business_stage"),
        ({"method": "magic"}, "method"), ({"close_type": "void", "close_note": "x"}, "close_type"),
        ({"rework_count": -1}, "rework_count"),
        ({"rework_count": 100, "close_note": "x"}, "rework_count"), ({"confirmed_by": " "}, "confirmed_by"),
        ({"confirmed_by": "何" * 101}, "confirmed_by"), ({"solution": "\u3000"}, "solution"),
        ({"solution": "长" * 1001}, "solution"), ({"close_note": "长" * 1001}, "close_note"),
        ({"close_type": "forced"}, "close_note"), ({"rework_count": 1}, "close_note"),
        ({"solution": "\x02"}, "solution"),
    ],
)  # fmt: skip
def test_a_block_that_cannot_be_is_refused_at_its_field(lone_site, given, field):
    issue = lone_site.finding()
    with pytest.raises(Invalid) as refusal:
        close(lone_site, issue, **given)
    assert list(refusal.value.errors) == [field] and str(refusal.value.errors[field])
    assert lone_site.issue(issue).state == "recorded"


def test_all_faults_of_a_block_are_told_at_once(lone_site):
    with pytest.raises(Invalid) as refusal:
        close(lone_site, lone_site.finding(), business_stage="", method="", close_type="", confirmed_by="", solution="")
    assert len(refusal.value.errors) == 6  # a type that is not normal asks for the note too


def test_reworks_may_be_raised_with_the_reason_and_never_lowered(site):
    issue = site.in_state("to_verify")
    with site.acting() as session:
        row = session.get_one(Issue, issue)
        services.send_back(session, row, reason="没修好")
        services.rectified(session, row, result="再修", on=None, by="")
    with pytest.raises(Invalid) as refusal:
        close(site, issue, rework_count=0)
    assert list(refusal.value.errors) == ["rework_count"]
    close(site, issue, rework_count=3, close_note="纸质记录显示返修三次")
    row = site.issue(issue)
    assert (row.rework_count, row.close_note) == (3, "纸质记录显示返修三次")


def test_a_close_that_is_not_normal_says_why(lone_site):
    issue = lone_site.finding()
    close(lone_site, issue, close_type="merged", close_note="并入 I2611-00001")
    assert lone_site.events(lone_site.issue(issue))[-1].payload["close_type"] == "merged"


def test_reopening_counts_is_due_anew_and_empties_the_block_which_the_history_keeps(site):
    issue = site.in_state("recorded")
    close(site, issue, solution="已修补")
    with site.acting(ADMIN, "reopen") as session:
        services.reopen(session, session.get_one(Issue, issue), reason="业主又反映")
    row = site.issue(issue)
    assert (row.state, row.rework_count, row.due_on) == ("rectifying", 1, clock.today() + timedelta(days=10))
    empty = (row.closed_at, row.closed_by_id, row.close_type, row.method, row.business_stage, row.confirmed_by,
             row.solution, row.close_note)  # fmt: skip
    assert empty == (None,) * 8
    change = site.last_change(row)
    assert change.changes["solution"] == ["已修补", None] and change.reason == "业主又反映"
    close(site, issue, rework_count=1)
    assert site.issue(issue).state == "closed"
