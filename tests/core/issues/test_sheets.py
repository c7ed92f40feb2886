"""What is printed: lists, findings by home, blank inspection sheets – as values, and as pages of paper."""

import re

import pytest
from flask import render_template

from core import clock
from core.access.context import acting_as
from core.app import create_app
from core.i18n import reading
from core.issues import services
from core.issues.models import Issue, IssueList
from core.issues.sheets import blank_sheets, home_sheets, list_sheet, sheet_head
from core.parameters import store
from core.platform import CORE
from core.testing.counting import counted
from tests.core.issues.site import ELSEWHERE, HERE, INSPECTOR, LEADER, THERE
from tests.factories import person

HOME, OTHER, COMMON = "2-1-101", "2-1-102", "3栋大堂"


def printed(site, made, lang="zh", who=INSPECTOR):
    with site.acting(who) as session:
        return list_sheet(session, session.get_one(IssueList, made), lang)


def statements(site, work):
    """How many statements `work` sends."""
    with counted(site.platform, savepoints=False) as sent:
        work()
    return len(sent)


# --- a list ---------------------------------------------------------------------------------------


def test_a_list_on_paper_says_what_the_workbook_says(site):
    issue = site.finding(HOME, category="010301", location="main_bedroom", description="墙面空鼓", note="见底漆")
    (made,) = site.listed([issue])
    sheet, row, record = printed(site, made), site.issue(issue), site.made(made)
    assert (sheet.number, sheet.project, sheet.contractor) == (
        record.number,
        "湾湖",
        site.firm_names[row.contractor_id],
    )
    assert sheet.contact and sheet.phone and sheet.representative == "何国平" and sheet.exported_by == "林晓岚"
    assert [column.heading("zh") for column in sheet.columns][:6] == [
        "序号", "楼栋-单元-房号", "部位", "问题分类", "问题描述", "补充说明",
    ]  # fmt: skip
    (line,) = sheet.printed
    shown = [column.shown(line, sheet.zone) for column in sheet.columns]
    entered = f"{clock.local(row.entered_at):%Y-%m-%d %H:%M}"
    assert shown == ["1", HOME, "主卧", "墙面空鼓", "墙面空鼓", "见底漆", entered, "2026-12-05", "", "", "", ""]
    assert sheet.head("/back").landscape and sheet.head("/back").copy == ""


def test_what_was_voided_since_is_told_and_not_printed(lone_site):
    site = lone_site
    first, void, last = site.findings(3, home=HOME)
    (made,) = site.listed([first, void, last])
    with site.acting("sz.admin", "void") as session:
        services.void(session, session.get_one(Issue, void), reason="录重了")
    sheet = printed(site, made)
    assert [line.at for line in sheet.lines] == [1, 2, 3] and [line.at for line in sheet.printed] == [1, 3]


def test_a_list_is_read_in_the_same_few_statements_however_long(lone_site):
    site = lone_site
    short, long = site.listed(site.findings(1)) + site.listed(site.findings(9))
    few, many = (statements(site, lambda one=one: printed(site, one)) for one in (short, long))
    assert few == many <= 5


def test_a_list_reads_in_english_with_the_names_in_english(lone_site):
    (made,) = lone_site.listed([lone_site.finding(category="010301", location="living")])
    (line,) = printed(lone_site, made, "en").lines
    assert line.category.isascii() and line.location == "Living room"


# --- findings by home -----------------------------------------------------------------------------


def sheets(site, *homes, who=INSPECTOR, code=HERE, **given):
    with site.acting(who) as session:
        return home_sheets(session, [site.homes[code][one] for one in homes], "inspection", **given)


def test_homes_come_in_walking_order_each_with_its_findings(site):
    issue, closed = site.finding(OTHER), site.in_state("closed", home=OTHER)
    void, common = site.in_state("void", home=OTHER), site.finding(COMMON, location="lobby", category="011202")
    found = sheets(site, COMMON, OTHER, HOME)
    assert [one.place for one in found] == [HOME, OTHER, COMMON]
    assert all(one.project == "湾湖" and one.blank_rows == 0 for one in found)
    assert found[1].layout and found[1].area.endswith("㎡")
    numbers = {place.place: [line.number for line in place.lines] for place in found}
    assert {site.issue(one).number for one in (issue, closed)} <= set(numbers[OTHER])
    assert site.issue(void).number not in numbers[OTHER]
    assert site.issue(common).number in numbers[COMMON]
    assert [line.at for line in found[1].lines] == list(range(1, len(found[1].lines) + 1))
    line = next(one for one in found[1].lines if one.id == issue)
    assert (str(line.state), line.family) == ("待移交", "wait")
    assert line.contractor == site.firm_names[site.issue(issue).contractor_id]
    only_open = sheets(site, OTHER, open_only=True)[0]
    assert site.issue(closed).number not in {line.number for line in only_open.lines}


def test_findings_of_a_module_one_does_not_read_make_no_sheet(lone_site):
    site = lone_site
    site.finding(HOME)
    assert sheets(site, HOME, who="sz.title") == []  # sees the home, not its findings
    assert sheets(site, HOME, who=ELSEWHERE) == []
    assert [one.place for one in sheets(site, HOME, who=LEADER)] == [HOME]
    found = sheets(site, HOME, who=person(site.platform, "both.here", ("inspection", "project", site.projects[HERE]),
                                          ("inspection", "project", site.projects[THERE])))  # fmt: skip
    assert found[0].lines


def test_labels_are_those_of_each_home_s_region(lone_site):
    site = lone_site
    who = person(site.platform, "both.regions", *(("inspection", "project", site.projects[c]) for c in (HERE, THERE)))
    there = next(iter(site.homes[THERE]))
    site.finding(HOME), site.finding(there, code=THERE)
    with site.acting(who) as session:
        found = home_sheets(session, [site.homes[HERE][HOME], site.homes[THERE][there]], "inspection")
    assert [one.region for one in found] == ["SZ", "CD"] and all(one.lines for one in found)


def test_many_homes_are_read_in_the_same_few_statements(lone_site):
    site = lone_site
    labels = list(site.homes[HERE])
    few, many = (statements(site, lambda n=n: sheets(site, *labels[:n])) for n in (2, 60))
    assert few == many <= 5


def test_a_blank_sheet_has_numbered_rows_and_no_findings(site):
    with site.acting() as session:
        found = blank_sheets(session, [site.homes[HERE][OTHER], site.homes[HERE][HOME]])
    assert [one.place for one in found] == [HOME, OTHER]
    assert all(one.blank_rows >= 12 and not one.lines for one in found)
    with site.acting(ELSEWHERE) as session:
        assert blank_sheets(session, [site.homes[HERE][HOME]]) == []


# --- pages ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def app(lone_site):
    return create_app(lone_site.platform)


def page(app, site, template, who=INSPECTOR, lang="zh", **context):
    """A template drawn for somebody, in the region's words."""
    principal = site.platform.principal_named(who)
    with app.test_request_context("/"), acting_as(principal), reading(lang, store.catalogue().words("SZ")):
        return render_template(template, **context)


def test_a_list_is_a_page_of_its_own_with_places_to_sign(lone_site, app):
    site = lone_site
    issue = site.finding(HOME, description="<b>=1+1</b>")
    (made,) = site.listed([issue])
    with site.acting() as session:
        row = session.get_one(IssueList, made)
        services.export_copy(session, row), services.export_copy(session, row)
    sheet = printed(site, made)
    text = page(app, site, "atrium/sheets/list.html", sheet=sheet.head("/inspection/lists/1"), list=sheet)
    assert 'class="landscape"' in text and "&lt;b&gt;=1+1&lt;/b&gt;" in text and "<b>=1+1" not in text
    for word in (sheet.number, sheet.contractor, sheet.phone, "甲方代表确认", "承建商签收", "何国平", "第几份"):
        assert word in text
    english = printed(site, made, "en")
    text = page(app, site, "atrium/sheets/list.html", lang="en", sheet=english.head(), list=english)
    assert "Building-unit-home" in text and "甲方代表确认" not in text


def test_each_home_begins_a_page_with_its_own_head(lone_site, app):
    site = lone_site
    site.finding(HOME), site.finding(OTHER)
    with site.acting() as session:
        found = home_sheets(session, [site.homes[HERE][one] for one in (HOME, OTHER)], "inspection")
        blank = blank_sheets(session, [site.homes[HERE][one] for one in (HOME, OTHER)])
        head = sheet_head(session, "按户问题汇总", site.projects[HERE])
    text = page(app, site, "atrium/sheets/homes.html", sheet=head, sheets=found)
    assert text.count("<section") == 2 and text.count('class="break"') == 1
    assert text.count("<h1>") == 2 and f"<h1>{OTHER} " in text and text.count('class="signatures"') == 2
    text = page(app, site, "atrium/sheets/homes.html", sheet=head, sheets=blank)
    assert text.count('<tr class="tall">') == sum(one.blank_rows for one in blank)
    text = page(app, site, "atrium/sheets/homes.html", sheet=head, sheets=[])
    assert "<section" not in text and "按户问题汇总" in text


@pytest.mark.browser
def test_a_blank_sheet_fits_one_page_of_paper(lone_site, app, browser, tmp_path):
    """Drawn as a file, with its styles in it, and printed by the browser."""
    site = lone_site
    with site.acting() as session:
        blank = blank_sheets(session, list(site.homes[HERE].values())[:3])
        head = sheet_head(session, "验房表", site.projects[HERE])
    text = page(app, site, "atrium/sheets/homes.html", sheet=head, sheets=blank)
    css = (CORE / "shell/static/css/sheet.css").read_text(encoding="utf-8")
    text = re.sub(r'<link rel="stylesheet"[^>]*>', lambda _found: f"<style>{css}</style>", text)
    text = re.sub(r"<script[^>]*></script>|<link rel=\"icon\"[^>]*>", "", text)
    path = tmp_path / "sheets.html"
    path.write_text(text, encoding="utf-8")
    drawn = browser.new_page()
    try:
        drawn.goto(path.as_uri())
        paper = drawn.pdf(prefer_css_page_size=True)
    finally:
        drawn.close()
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == len(blank)
