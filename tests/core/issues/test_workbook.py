"""The workbook to contractors as it is opened: what stands where, and that text stays text."""

from datetime import datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from core import clock
from core.access.context import acting_as
from core.access.reach import Principal
from core.errors import Forbidden
from core.estate.models import ProjectContractor
from core.issues import services
from core.issues.list_table import MARK
from core.issues.models import Issue, IssueList
from core.issues.sheets import home_sheets
from core.issues.workbook import homes_workbook, lists_workbook
from tests.core.issues.site import ELSEWHERE, HERE, INSPECTOR, LEADER, THERE

HEADINGS = ["序号", "楼栋-单元-房号", "部位", "问题分类", "问题描述", "补充说明", "录入时间", "整改期限", "整改结果",
            "完成日期", "整改人", "甲方代表确认"]  # fmt: skip


def workbook(site, made, lang="zh", who=INSPECTOR):
    with site.acting(who) as session:
        return load_workbook(BytesIO(lists_workbook(session, [session.get_one(IssueList, one) for one in made], lang)))


def head_of(sheet):
    """The row of the heading."""
    return next(row[-1].row for row in sheet.iter_rows() if str(row[-1].value or "").startswith(MARK))


def texts(sheet):
    return [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]


def facts(sheet):
    return [text for text in texts(sheet) if "：" in text or ": " in text]


def test_a_sheet_per_contractor_with_head_table_and_places_to_sign(site):
    issue = site.finding("1-2-401", category="010301", location="main_bedroom", description="墙面空鼓", note="见底漆")
    leak = site.finding("1-2-401", category="010201")
    book = workbook(site, site.listed([issue, leak]))
    row, made = site.issue(issue), site.made(site.issue(issue).list_id)
    firm = site.firm_names[row.contractor_id]
    assert sorted(book.sheetnames) == sorted(site.firm_names[one.contractor_id] for one in site.issues([issue, leak]))
    sheet = book[firm]
    assert sheet["A1"].value == "整改问题清单"
    head = head_of(sheet)
    assert [cell.value for cell in sheet[head]] == [*HEADINGS, f"{MARK} {made.number}"]
    entered = clock.local(row.entered_at).replace(tzinfo=None, second=0, microsecond=0)
    due = datetime.combine(row.due_on, datetime.min.time())
    assert [cell.value for cell in sheet[head + 1]] == [
        1, "1-2-401", "主卧", "墙面空鼓", "墙面空鼓", "见底漆", entered, due, None, None, None, None,
        f"{made.number}/{row.number}",
    ]  # fmt: skip
    told = facts(sheet)
    said = {"编号": made.number, "项目": "湾湖", "承建商": firm, "承诺完成": "2026-12-05", "问题": "1"}
    assert {f"{label}：{value}" for label, value in said.items()} <= set(told)
    assert any("林晓岚" in text and f"{clock.local(made.exported_at):%Y-%m-%d %H:%M}" in text for text in told)
    with site.acting() as session:
        works = select(ProjectContractor).where(ProjectContractor.project_id == row.project_id)
        contact = session.scalars(works.where(ProjectContractor.contractor_id == row.contractor_id)).one()
    assert any(contact.contact in text and contact.phone in text for text in told)
    assert any("承建商" in text and "签名" in text for text in texts(sheet))
    assert any("甲方代表" in text and "何国平" in text for text in texts(sheet))


def test_days_and_moments_are_days_and_places_to_fill_take_text(lone_site):
    site = lone_site
    sheet = workbook(site, site.listed([site.finding()])).worksheets[0]
    line = sheet[head_of(sheet) + 1]
    formats = {HEADINGS[at]: line[at].number_format for at in range(len(HEADINGS))}
    assert formats["录入时间"] == "yyyy-mm-dd hh:mm" and formats["整改期限"] == formats["完成日期"] == "yyyy-mm-dd"
    assert formats["整改结果"] == formats["整改人"] == formats["甲方代表确认"] == "@"
    assert sheet.column_dimensions["M"].hidden


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "=cmd|' /C calc'!A0", "#N/A", "_x0041_", "1-2-3"])
def test_a_description_stays_the_text_it_is(lone_site, text):
    site = lone_site
    sheet = workbook(site, site.listed([site.finding(description=text, note=text)])).worksheets[0]
    for column in (5, 6):
        cell = sheet.cell(head_of(sheet) + 1, column)
        assert cell.data_type == "s" and cell.value.replace("_x005F_", "_") == text


def test_a_copy_says_which_one_it_is_and_keeps_its_lines_numbers(site):
    first, moved, void, reported, closed = issues = site.findings(5)
    (made,) = site.listed(issues)
    with site.acting() as session:
        get = session.get_one
        services.export_copy(session, get(IssueList, made))
        assert not any("份" in text for text in facts(load_workbook(BytesIO(
            lists_workbook(session, [get(IssueList, made)]))).worksheets[0]))  # fmt: skip
        services.export_copy(session, get(IssueList, made))
        services.adjust(session, get(Issue, moved), contractor_id=site.firms[HERE]["防水"], reason="渗水")
        services.rectified(session, get(Issue, reported), result="已修", on=clock.today(), by="韩工")
        row = get(Issue, closed)
        services.rectified(session, row, result="已补", on=None, by="")
        services.close(session, row, services.closing_defaults(session, row))
    with site.acting("sz.admin", "void") as session:
        services.void(session, session.get_one(Issue, void), reason="录重了")
    sheet = workbook(site, [made]).worksheets[0]
    head = head_of(sheet)
    rows = [[cell.value for cell in sheet[at]] for at in range(head + 1, head + 4)]
    lines = {one: site.issue(one).list_line for one in (first, reported, closed)}
    assert [row[0] for row in rows] == sorted(lines.values())
    filled = {row[0]: row[8:12] for row in rows}
    assert filled[lines[first]] == [None] * 4
    assert filled[lines[reported]] == ["已修", datetime(2026, 11, 25), "韩工", None]
    assert filled[lines[closed]] == ["已补", None, None, "何国平"]
    assert sheet.cell(head + 4, 1).value is None
    assert {f"编号：{site.made(made).number}", "第几份：2", "问题：3"} <= set(facts(sheet))


def test_words_and_zone_are_those_of_the_list_s_region_whoever_reads(site):
    issue = site.finding(code=THERE)
    with site.acting(ELSEWHERE) as session:
        services.put_on_lists(session, [session.get_one(Issue, issue)])
    made = site.issue(issue).list_id
    zh, en = (workbook(site, [made], lang, ELSEWHERE).worksheets[0] for lang in ("zh", "en"))
    assert any(text.startswith("施工单位：") for text in facts(zh)) and "承建商" not in "".join(texts(zh))
    assert site.made(made).promised_on == clock.today() + timedelta(days=5)
    assert [cell.value for cell in en[head_of(en)]][:4] == ["No.", "Building-unit-home", "Location", "Category"]
    assert any(text.startswith("Contractor: ") for text in facts(en))
    category = en.cell(head_of(en) + 1, 4).value
    assert category.isascii() and category != zh.cell(head_of(zh) + 1, 4).value


def test_two_lists_to_one_contractor_have_two_sheets(lone_site):
    site = lone_site
    made = [*site.listed([site.finding()]), *site.listed([site.finding()])]
    book = workbook(site, made)
    assert len(book.sheetnames) == len(set(book.sheetnames)) == 2


def test_whoever_reads_lists_may_take_them_out_and_nobody_else(lone_site):
    site = lone_site
    (made,) = site.listed([site.finding()])
    assert workbook(site, [made], who=LEADER).worksheets
    with site.acting("sz.request") as session:
        assert session.get(IssueList, made) is None


def test_findings_by_home_count_and_tell(lone_site):
    site = lone_site
    home, empty = "1-2-402", "3-1-1802"
    issue, closed = site.finding(home, description="=1+1"), site.in_state("closed", home=home)
    void = site.in_state("void", home=home)
    with site.acting(LEADER) as session:
        homes = home_sheets(session, [site.homes[HERE][one] for one in (empty, home)], "inspection")
    book = load_workbook(BytesIO(homes_workbook(homes)))
    counted, told = ([list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets)
    ours = next(row for row in counted if row[1] == home)
    other = next(row for row in counted if row[1] == empty)
    before = len(homes[0].lines) if homes[0].place == home else len(homes[1].lines)
    assert ours[4] == before and ours[5] + ours[6] == before and ours[6] >= 1
    assert other[4:7] == [0, 0, 0]
    numbers = [row[2] for row in told]
    assert {site.issue(one).number for one in (issue, closed)} <= set(numbers)
    assert site.issue(void).number not in numbers
    line = next(row for row in told if row[2] == site.issue(issue).number)
    assert line[1] == home and line[6] == "=1+1" and line[8] == site.firm_names[site.issue(issue).contractor_id]


def test_a_right_to_read_is_no_right_to_take_out(lone_site):
    site = lone_site
    (made,) = site.listed([site.finding()])
    who = site.platform.principal_named(LEADER)
    grants = {role: {res: verbs - {"export"} for res, verbs in by.items()} for role, by in who.grants.items()}
    reader = Principal(who.user_id, who.username, who.name, who.held, grants, who.organisation, who.modules)
    with pytest.raises(Forbidden), acting_as(reader), site.platform.database.unit(read_only=True) as session:
        lists_workbook(session, [session.get_one(IssueList, made)])
