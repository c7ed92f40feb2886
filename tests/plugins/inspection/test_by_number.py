"""Voiding and reopening without reading (domain.md 1.2): a region's administrator, by number, and not a word more."""

import re

import pytest
from sqlalchemy import select

from core.access.context import as_system
from core.access.models import Assignment, Person
from core.access.reach import EVERYTHING, NOTHING, Reach
from core.estate.models import Project
from core.history import Change
from core.records.by_number import exceeds
from plugins.inspection.models import Plan
from tests.plugins.inspection.list_pages import ISSUES, asked, issues_of, once_of, post, project, text

PLANS = "/inspection/plans"


@pytest.fixture
def app(demo, web):
    return web(demo)


@pytest.fixture
def client(app, sign_in):
    return sign_in(app, "sz.admin")


def finding(demo, state="recorded", code="SZ-WH"):
    from core.issues.models import Issue

    return issues_of(demo, Issue.state == state, Issue.project_id == project(demo, code))[0]


def reloaded(demo, row):
    return asked(demo, select(type(row)).where(type(row).id == row.id))[0]


def act(client, base, row, verb, **values):
    form = client.get(f"{base}/{row.id}/{verb}")
    assert form.status_code == 200, form.status_code
    return post(client, f"{base}/{row.id}/{verb}", text(form), once=once_of(text(form)), version=row.version, **values)


def test_he_voids_a_finding_by_its_number(client, demo):
    row = finding(demo)
    assert client.get(f"{ISSUES}/").headers["Location"] == f"{ISSUES}/by-number"
    assert f'href="{ISSUES}/"' in text(client.get("/"))
    page = text(client.get(f"{ISSUES}/by-number?number= {row.number.lower()} "))
    assert row.number in page and "待移交" in page and f"{ISSUES}/{row.id}/void" in page
    assert f"{ISSUES}/{row.id}/reopen" not in page
    answer = act(client, ISSUES, row, "void", reason="录入重复")
    assert answer.headers["Location"] == f"{ISSUES}/by-number?number={row.number}"
    assert reloaded(demo, row).state == "void"
    change = asked(demo, select(Change).where(Change.kind == "core_issue").order_by(Change.id.desc()))[0]
    assert (change.record_id, change.verb, change.reason) == (row.id, "void", "录入重复")
    after = text(client.get(answer.headers["Location"]))
    assert "已作废" in after and f"{ISSUES}/{row.id}/void" not in after


def test_he_reopens_one_and_the_typed_reason_is_kept_when_it_is_missing_a_word(client, demo):
    row = finding(demo, "closed")
    refused = act(client, ISSUES, row, "reopen", reason=" ")
    assert refused.status_code == 422 and "data-refusal" in text(refused)
    assert act(client, ISSUES, row, "reopen", reason="复查又渗水").status_code == 302
    assert reloaded(demo, row).state == "rectifying"


def test_a_plan_is_voided_and_reopened_likewise(client, demo):
    row = asked(demo, select(Plan).where(Plan.state == "open", Plan.project_id == project(demo)))[0]
    page = text(client.get(f"{PLANS}/by-number?number={row.number}"))
    assert f"{PLANS}/{row.id}/void" in page and row.subject not in page
    assert act(client, PLANS, row, "void", reason="日期有误").status_code == 302
    assert reloaded(demo, row).state == "void"


def test_nothing_more_is_told(client, demo):
    row = finding(demo)
    page = text(client.get(f"{ISSUES}/by-number?number={row.number}"))
    form = text(client.get(f"{ISSUES}/{row.id}/void"))
    for told in (page, form):
        assert row.description not in told and (not row.note or row.note not in told)
    for path in ("", "/edit", "/close", "/adjust"):
        assert client.get(f"{ISSUES}/{row.id}{path}").status_code in (403, 404)
    for path in ("export", "homes", "new", "pick/contractor"):
        assert client.get(f"{ISSUES}/{path}").status_code == 403
    token = {"row": f"{row.id}:{row.version}", "confirmed": "1", "reason": "x"}
    post(client, f"{ISSUES}/bulk/void", **token)
    assert reloaded(demo, row).state == "recorded", "several at once need a list, and a list is read"


@pytest.mark.parametrize("typed", ["I0000-00000", "'; drop table core_issue; --", "%", "湾湖", "9" * 200, "\x00"])
def test_an_unknown_number_is_a_sentence_beside_what_was_typed(client, typed):
    answer = client.get(f"{ISSUES}/by-number", query_string={"number": typed})
    assert answer.status_code == 404 and "f-number-says" in text(answer)


def test_another_regions_finding_is_answered_as_none(app, sign_in, client, demo):
    foreign = finding(demo, code="CD-LX")
    answer = client.get(f"{ISSUES}/by-number?number={foreign.number}")
    nobodys = client.get(f"{ISSUES}/by-number?number=I0000-00000")
    assert answer.status_code == nobodys.status_code == 404
    assert f"{ISSUES}/{foreign.id}" not in text(answer)
    assert client.get(f"{ISSUES}/{foreign.id}/void").status_code == 404
    assert post(client, f"{ISSUES}/{foreign.id}/void", reason="不归我管").status_code == 404
    assert reloaded(demo, foreign).state == foreign.state


@pytest.mark.parametrize("who", ["sz.inspection", "sz.leader", "sz.project", "sz.request", "group.admin", "sz.title"])
def test_others_have_no_such_page(app, sign_in, demo, who):
    row, client = finding(demo), sign_in(app, who)
    assert client.get(f"{ISSUES}/by-number?number={row.number}").status_code in (403, 404)
    assert post(client, f"{ISSUES}/{row.id}/void", reason="越权").status_code in (403, 404)
    assert reloaded(demo, row).state == "recorded"
    assert app.test_client().get(f"{ISSUES}/by-number").status_code in (302, 401)


def test_whoever_reads_one_region_and_administers_another_has_both(app, sign_in, demo):
    with as_system(), demo.database.unit() as session:
        inspector = session.scalars(select(Person).where(Person.username == "cd.inspection")).one()
        region = session.scalars(select(Project.region_id).where(Project.code == "SZ-WH")).one()
        session.add(Assignment(user_id=inspector.id, role="region_admin", scope="region", region_id=region))
    client, mine, theirs = sign_in(app, "cd.inspection"), finding(demo, code="CD-LX"), finding(demo)
    listed = text(client.get(f"{ISSUES}/?tab=all&q={mine.number}"))
    assert f"{ISSUES}/by-number" in listed and re.search(rf"{ISSUES}/{mine.id}\b", listed)
    assert client.get(f"{ISSUES}/{theirs.id}").status_code == 404
    assert f"{ISSUES}/{theirs.id}/void" in text(client.get(f"{ISSUES}/by-number?number={theirs.number}"))
    answer = client.get(f"{ISSUES}/by-number?number={mine.number}")
    assert answer.headers["Location"] == f"{ISSUES}/{mine.id}"
    assert client.get(f"{ISSUES}/{mine.id}/void").status_code == 403


def test_what_exceeds_reading():
    region, project_one = Reach(regions=frozenset({1}), projects=frozenset({1, 2})), Reach(projects=frozenset({1}))
    assert exceeds(region, NOTHING) and exceeds(EVERYTHING, region) and exceeds(region, project_one)
    assert not exceeds(region, EVERYTHING) and not exceeds(project_one, region) and not exceeds(NOTHING, NOTHING)
