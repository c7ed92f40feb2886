"""`atrium export inspection-list`: what is on no list yet goes out, and is counted as sent."""

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from core.issues.models import Issue, IssueList
from tests.core.issues.site import HERE, INSPECTOR, Site
from tests.homes import at_work, settings_of

NOW = {"ATRIUM_NOW": "2026-11-25T02:00:00+00:00"}


def words(out, **options):
    more = [word for name, value in options.items() for word in (f"--{name}", value)]
    return ("export", "inspection-list", "--project", HERE, "--out", out, "--as", INSPECTOR, *more)


def lists(home):
    with at_work(settings_of(home)) as platform, platform.working_as(platform.principal_named(INSPECTOR)) as session:
        return session.scalars(select(IssueList).order_by(IssueList.id)).all()


def test_the_command_lists_and_counts_what_it_sends(home, tmp_path, atrium):
    with at_work(settings_of(home)) as platform:
        issues = Site(platform).findings(2)
    before, out = len(lists(home)), tmp_path / "lists.xlsx"
    answer = atrium(home, *words(out), **NOW)
    assert answer.status == 0, answer.err
    made = lists(home)[before:]
    assert {(one.state, one.copies) for one in made} == {("sent", 1)}
    assert len(load_workbook(out).sheetnames) == len(made) and all(one.number in answer.out for one in made)
    with at_work(settings_of(home)) as platform, platform.working_as(platform.principal_named(INSPECTOR)) as session:
        assert {session.get_one(Issue, one).state for one in issues} == {"listed"}
    answer = atrium(home, *words(tmp_path / "again.xlsx"), **NOW)
    assert answer.status == 2 and not (tmp_path / "again.xlsx").exists() and len(lists(home)) == before + len(made)


@pytest.mark.parametrize("given", [{"contractor": "子虚乌有"}, {"out": "/nowhere/lists.xlsx"}])
def test_a_refused_export_leaves_everything_as_it_was(home, tmp_path, atrium, given):
    with at_work(settings_of(home)) as platform:
        Site(platform).finding()
    before = len(lists(home))
    out = given.pop("out", tmp_path / "lists.xlsx")
    answer = atrium(home, *words(out, **given), **NOW)
    assert answer.status == 2 and answer.err.strip()
    assert len(lists(home)) == before
