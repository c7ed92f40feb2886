"""The contractor's workbook comes back filled: a verdict per line, and good lines become rectified."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from core import clock
from core.access.context import as_system
from core.access.models import Person
from core.errors import Forbidden, RuleError
from core.i18n import reading
from core.issues import services
from core.issues.list_table import MARK
from core.issues.models import Issue, IssueList
from core.issues.returned import KNOWN, LEFT, REFUSED, TAKEN, read_returned, take_returned
from core.issues.workbook import lists_workbook
from core.parameters import store
from tests.core.issues.site import ELSEWHERE, HERE, INSPECTOR, LEADER, THERE, Office, Site
from tests.factories import content_of, finding_row, person, workbook

TODAY = date(2026, 11, 25)
AT, HOME, DESCRIPTION, RESULT, ON, BY, MARKS = 1, 2, 5, 9, 10, 11, 13
BLOCK = services.Closing("construction", "repair", 0, "normal", "何国平", "", "当场处理")


def sent(site: Site, *lists: int, lang: str = "zh", by: str = INSPECTOR) -> bytes:
    """The workbook of lists as it left."""
    with site.acting(by) as session:
        return lists_workbook(session, [session.get_one(IssueList, one) for one in lists], lang)


def filled(content: bytes, fill: Callable[[Any, int], None]) -> bytes:
    """The workbook after somebody worked in it: `fill(sheet, first row of the table)` for each sheet."""
    book = load_workbook(BytesIO(content))
    for sheet in book.worksheets:
        head = next(row[0].row for row in sheet.iter_rows() if any(str(c.value or "").startswith(MARK) for c in row))
        fill(sheet, head + 1)
    return content_of(book)


def report(sheet: Any, row: int, result: Any = "已修补", on: Any = None, by: Any = "韩工") -> None:
    for column, value in ((RESULT, result), (ON, on), (BY, by)):
        sheet.cell(row, column).value = value


def judge(site: Site, content: bytes, by: str = INSPECTOR) -> Any:
    with site.acting(by) as session, reading("en", store.catalogue().words()):
        judged = read_returned(session, content, "inspection")
        for line in judged.lines:
            line.message = str(line.message)  # type: ignore[misc]
        return judged


def refusal_of(site: Site, content: bytes) -> str:
    """The sentence with which a whole workbook is refused."""
    with site.acting() as session, reading("en", store.catalogue().words()):
        with pytest.raises(RuleError) as refusal:
            read_returned(session, content, "inspection")
        return str(refusal.value)


def take(site: Site, content: bytes, by: str = INSPECTOR) -> Any:
    with site.acting(by) as session:
        return take_returned(session, content, "inspection")


def verdicts(judged: Any) -> list[str]:
    return [line.verdict for line in judged.lines]


def everything(site: Site, ids: list[int]) -> list[tuple[Any, ...]]:
    """What a second import must not change."""
    return [(one.version, one.state, one.rectification, len(site.events(one))) for one in site.issues(ids)]


# --- the ordinary way -----------------------------------------------------------------------------


def test_a_filled_workbook_makes_its_lines_rectified_and_its_list_returned(site):
    done, dated, left = issues = site.findings(3)
    (made,) = site.listed(issues)

    def fill(sheet, first):
        report(sheet, first, " 已重新抹灰 ", datetime(2026, 11, 25), "韩工")
        report(sheet, first + 1, "已打磨", "２０２６年11月25日", None)

    content = filled(sent(site, made), fill)
    judged = judge(site, content)
    assert verdicts(judged) == [TAKEN, TAKEN, LEFT] and not judged.faults
    assert [one.id for one in judged.lists] == [made]
    assert [one.state for one in site.issues(issues)] == ["listed"] * 3  # judged, nothing written
    assert site.made(made).state == "sent"

    taken = take(site, content)
    assert taken.written and verdicts(taken) == [TAKEN, TAKEN, LEFT]
    row = site.issue(done)
    assert (row.state, row.rectification, row.rectified_on, row.rectified_by) == (
        "to_verify",
        "已重新抹灰",
        TODAY,
        "韩工",
    )
    row = site.issue(dated)
    assert (row.rectification, row.rectified_on, row.rectified_by) == ("已打磨", TODAY, None)
    assert site.issue(left).state == "listed"
    back = site.made(made)
    assert (back.state, back.returned_at) == ("returned", clock.now())
    event = site.events(back)[-1]
    assert (event.name, event.payload["lines"]) == ("inspection.list_returned", 2)
    assert site.events(row)[-1].name == "inspection.issue_rectified"
    assert (site.last_change(row).verb, site.last_change(back).verb) == ("rectified", "returned")


def test_the_same_file_again_changes_nothing(site):
    issues = site.findings(2)
    (made,) = site.listed(issues)
    content = filled(sent(site, made), lambda sheet, first: report(sheet, first, "已修", datetime(2026, 11, 25)))
    assert verdicts(take(site, content)) == [TAKEN, LEFT]
    before, listed = everything(site, issues), site.made(made).version
    assert verdicts(take(site, content)) == [KNOWN, LEFT]
    assert (everything(site, issues), site.made(made).version) == (before, listed)


def test_what_was_filled_later_is_taken_the_next_time(site):
    issues = site.findings(2)
    (made,) = site.listed(issues)
    content = sent(site, made)
    take(site, filled(content, lambda sheet, first: report(sheet, first)))

    def both(sheet, first):
        report(sheet, first)
        report(sheet, first + 1, "第二天修好")

    with clock.freeze(clock.now() + timedelta(days=1)):
        assert verdicts(take(site, filled(content, both))) == [KNOWN, TAKEN]
        assert site.made(made).returned_at == clock.now()
    assert [one.state for one in site.issues(issues)] == ["to_verify"] * 2


def test_a_report_that_was_not_accepted_is_not_taken_again_until_it_is_a_new_one(site):
    issue = site.finding()
    (made,) = site.listed([issue])
    workbook = sent(site, made)
    content = filled(workbook, lambda sheet, first: report(sheet, first, "已修", datetime(2026, 11, 25)))
    take(site, content)
    with site.acting() as session:
        services.send_back(session, session.get_one(Issue, issue), reason="仍空鼓")
    judged = judge(site, content)
    assert verdicts(judged) == [KNOWN] and "not accepted" in judged.lines[0].message
    take(site, content)
    assert site.issue(issue).state == "rectifying"
    with clock.freeze(clock.now() + timedelta(days=1)):
        anew = filled(workbook, lambda sheet, first: report(sheet, first, "已修", datetime(2026, 11, 26)))
        assert verdicts(take(site, anew)) == [TAKEN]
    assert (site.issue(issue).state, site.issue(issue).rework_count) == ("to_verify", 1)


def test_several_lists_come_back_in_one_workbook(site):
    wall, leak = site.finding(category="010301"), site.finding(category="010201")
    made = site.listed([wall, leak])
    content = filled(sent(site, *made), lambda sheet, first: report(sheet, first))
    taken = take(site, content)
    assert verdicts(taken) == [TAKEN, TAKEN] and {one.id for one in taken.lists} == set(made)
    assert [site.made(one).state for one in made] == ["returned"] * 2


@pytest.mark.parametrize("code", [HERE, THERE])
def test_a_workbook_in_english_comes_back_as_well(lone_site, code):
    site = lone_site
    issue, by = site.finding(code=code), INSPECTOR if code == HERE else ELSEWHERE
    with site.acting(by) as session:
        (made,) = [one.id for one in services.put_on_lists(session, [session.get_one(Issue, issue)])]
    content = filled(sent(site, made, lang="en", by=by), lambda sheet, first: report(sheet, first, "repaired"))
    assert verdicts(take(site, content, by)) == [TAKEN]
    assert site.issue(issue).rectification == "repaired"


# --- what contractors do in Excel -----------------------------------------------------------------


def test_rows_may_be_sorted_cut_out_and_moved_down(lone_site):
    site = lone_site
    issues = site.findings(3)
    (made,) = site.listed(issues)

    def fill(sheet, top):
        report(sheet, top, "一")
        report(sheet, top + 2, "三")
        rows = [[cell.value for cell in sheet[at]] for at in range(top, top + 3)]
        for at, row in zip(range(top, top + 2), (rows[2], rows[0]), strict=True):  # the second is cut out
            for column, value in enumerate(row, 1):
                sheet.cell(at, column).value = value
        for cell in sheet[top + 2]:
            cell.value = None
        sheet.insert_rows(1, 3)
        sheet.cell(1, 1).value = "我司填写"

    take(site, filled(sent(site, made), fill))
    assert [one.rectification for one in site.issues(issues)] == ["一", None, "三"]


def test_rows_sorted_without_the_hidden_column_are_told_apart(lone_site):
    site = lone_site
    issues = [site.finding(home) for home in ("1-1-101", "1-1-102")]
    (made,) = site.listed(issues)

    def fill(sheet, top):
        report(sheet, top, "已修")
        for column in range(1, MARKS):  # what a sort of the visible columns does
            upper, lower = sheet.cell(top, column), sheet.cell(top + 1, column)
            upper.value, lower.value = lower.value, upper.value

    judged = judge(site, filled(sent(site, made), fill))
    assert verdicts(judged) == [REFUSED, REFUSED]
    assert "sorted" in judged.lines[0].message
    assert [one.state for one in site.issues(issues)] == ["listed"] * 2


def test_a_description_that_was_edited_and_lines_that_were_numbered_anew_are_known_all_the_same(lone_site):
    site = lone_site
    issues = site.findings(2)
    (made,) = site.listed(issues)

    def fill(sheet, top):
        report(sheet, top)
        report(sheet, top + 1)
        sheet.cell(top, DESCRIPTION).value += "（已看现场）"
        sheet.cell(top + 1, AT).value = 77

    assert verdicts(judge(site, filled(sent(site, made), fill))) == [TAKEN, TAKEN]


def test_rows_added_by_hand_are_refused_and_notes_below_are_left(lone_site):
    site = lone_site
    (made,) = site.listed([site.finding()])

    def fill(sheet, top):
        report(sheet, top)
        sheet.insert_rows(top + 1)
        sheet.cell(top + 1, HOME).value, sheet.cell(top + 1, RESULT).value = "1-1-101", "顺手修了门"
        sheet.cell(sheet.max_row + 2, 1).value = "以上均已完成，韩工"

    judged = judge(site, filled(sent(site, made), fill))
    assert verdicts(judged) == [TAKEN, REFUSED]
    assert "added by hand" in judged.lines[1].message


def test_a_row_copied_within_the_sheet_counts_once(lone_site):
    site = lone_site
    issue = site.finding()
    (made,) = site.listed([issue])

    def fill(sheet, top):
        report(sheet, top, "第一次")
        sheet.insert_rows(top + 1)
        for cell in list(sheet[top]):
            sheet.cell(top + 1, cell.column).value = cell.value
        sheet.cell(top + 1, RESULT).value = "第二次"

    judged = take(site, filled(sent(site, made), fill))
    assert verdicts(judged) == [TAKEN, REFUSED]
    assert str(judged.lines[0].row) in str(judged.lines[1].message)
    assert site.issue(issue).rectification == "第一次"


def test_a_result_that_is_a_formula_is_read_by_what_it_shows_last(lone_site, office: Office, tmp_path):
    site = lone_site
    issues = site.findings(2)
    (made,) = site.listed(issues)

    def fill(sheet, top):
        report(sheet, top, '="已修"&"补"')
        report(sheet, top + 1, "=1/0")

    path = tmp_path / "list.xlsx"
    path.write_bytes(filled(sent(site, made), fill))
    content = office(path, "xlsx:Calc MS Excel 2007 XML", tmp_path / "calculated").read_bytes()
    judged = take(site, content)
    assert verdicts(judged) == [TAKEN, REFUSED] and "#DIV/0!" in str(judged.lines[1].message)
    assert site.issue(issues[0]).rectification == "已修补"


def test_a_workbook_filled_and_saved_by_libreoffice_comes_back(site, office: Office, tmp_path):
    """Opened, filled and saved by another program; a description that looks like a formula is text throughout."""
    issues = [site.finding(description=text) for text in ("=1+1", "-5℃开裂", "@客厅", "墙面\n空鼓")]
    (made,) = site.listed(issues)
    path = tmp_path / "整改单.xlsx"
    path.write_bytes(sent(site, made))
    opened = office(path, "ods", tmp_path / "opened")
    again = office(opened, "xlsx:Calc MS Excel 2007 XML", tmp_path / "saved").read_bytes()
    sheet = load_workbook(BytesIO(again)).worksheets[0]
    shown = {str(cell.value): cell.data_type for row in sheet.iter_rows() for cell in row if cell.column == DESCRIPTION}
    assert {"=1+1": "s", "-5℃开裂": "s", "@客厅": "s", "墙面\n空鼓": "s"}.items() <= shown.items()
    assert sheet.column_dimensions["M"].hidden

    def fill(sheet, top):
        for row in range(top, top + 4):
            report(sheet, row, "=2+2" if row == top else "已修", datetime(2026, 11, 25))
            sheet.cell(row, RESULT).data_type = "s"

    path.write_bytes(filled(again, fill))
    content = office(path, "xlsx:Calc MS Excel 2007 XML", tmp_path / "filled").read_bytes()
    assert verdicts(take(site, content)) == [TAKEN] * 4
    rows = site.issues(issues)
    assert [one.rectification for one in rows] == ["=2+2", "已修", "已修", "已修"]
    assert [one.rectified_on for one in rows] == [TODAY] * 4
    assert [one.description for one in rows] == ["=1+1", "-5℃开裂", "@客厅", "墙面\n空鼓"]


# --- what cannot be taken -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filling", "said"),
    [
        ({"on": "明天"}, "date"), ({"on": datetime(2026, 11, 26)}, "not come yet"),
        ({"on": datetime(2026, 11, 24)}, "found on 2026-11-25"), ({"on": "2026-02-30"}, "no such day"),
        ({"result": None, "on": datetime(2026, 11, 25)}, "result is not"), ({"result": None}, "result is not"),
        ({"result": "长" * 1001}, "1001"), ({"by": "韩" * 101}, "101"), ({"result": "#REF!"}, "#REF!"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_taken_says_why(lone_site, filling, said):
    site = lone_site
    issue = site.finding()
    (made,) = site.listed([issue])
    content = filled(sent(site, made), lambda sheet, first: report(sheet, first, **filling))
    judged = judge(site, content)
    assert verdicts(judged) == [REFUSED] and said in judged.lines[0].message
    take(site, content)
    assert (site.issue(issue).state, site.made(made).state) == ("listed", "sent")


@pytest.mark.parametrize("word", ["未完成", " 整改中。", "×", "Not done", "待材料"])
def test_a_result_that_says_it_is_not_done_is_none(lone_site, word):
    site = lone_site
    (made,) = site.listed([site.finding()])
    judged = judge(site, filled(sent(site, made), lambda sheet, first: report(sheet, first, word)))
    assert verdicts(judged) == [LEFT] and "not done" in judged.lines[0].message


@pytest.mark.parametrize("word", ["未见渗漏，已封堵", "无空鼓，已敲击检查", "no more cracks"])
def test_a_result_that_only_begins_like_that_is_one(lone_site, word):
    site = lone_site
    (made,) = site.listed([site.finding()])
    assert verdicts(judge(site, filled(sent(site, made), lambda sheet, at: report(sheet, at, word)))) == [TAKEN]


def test_lines_that_went_another_way_meanwhile_are_refused(site):
    closed, void, moved, good = issues = site.findings(4)
    (made,) = site.listed(issues)
    content = filled(sent(site, made), lambda sheet, first: [report(sheet, first + at) for at in range(4)])
    with site.acting() as session:
        services.close(session, session.get_one(Issue, closed), BLOCK)
        services.adjust(session, session.get_one(Issue, moved), contractor_id=site.firms[HERE]["防水"], reason="渗水")
    with site.acting("sz.admin", "void") as session:
        services.void(session, session.get_one(Issue, void), reason="录重了")
    others = [closed, void, moved]
    before = everything(site, others)
    judged = judge(site, content)
    assert verdicts(judged) == [REFUSED, REFUSED, REFUSED, TAKEN]
    said = ("Closed", "Void", "another contractor")
    assert [part for part, line in zip(said, judged.lines, strict=False) if part not in line.message] == []
    take(site, content)
    assert everything(site, others) == before and site.issue(good).state == "to_verify"


def test_a_line_closed_with_the_report_it_carries_is_known(lone_site):
    site = lone_site
    issue = site.finding()
    (made,) = site.listed([issue])
    content = filled(sent(site, made), lambda sheet, first: report(sheet, first))
    take(site, content)
    with site.acting() as session:
        services.close(session, session.get_one(Issue, issue), BLOCK)
    assert verdicts(judge(site, content)) == [KNOWN]


def test_nothing_is_taken_back_from_a_void_list(lone_site):
    site = lone_site
    issue = site.finding()
    (made,) = site.listed([issue])
    content = filled(sent(site, made), lambda sheet, first: report(sheet, first))
    with site.acting() as session:
        services.void_list(session, session.get_one(IssueList, made), reason="选错日期")
    assert verdicts(take(site, content)) == [REFUSED]
    assert site.issue(issue).state == "recorded"


def lines_from(source: bytes) -> list[list[Any]]:
    found: list[list[Any]] = []
    filled(source, lambda sheet, top: found.append([cell.value for cell in sheet[top]]))
    return found


@pytest.mark.parametrize("whose", ["contractor", "list", "project", "region", "nobody"])
def test_a_line_of_another_list_contractor_or_project_is_refused(site, whose):
    """Pasted, mark and all, into the sheet of a list that is ours."""
    own = site.finding(category="010301")
    (ours,) = site.listed([own])
    both = person_of_two(site)
    code = {"project": "SZ-QH", "region": THERE}.get(whose, HERE)
    who = {"project": both, "region": ELSEWHERE}.get(whose, INSPECTOR)
    foreign = site.finding(code=code, by=who, category="010201" if whose == "contractor" else "010301")
    with site.acting(who) as session:
        (theirs,) = [one.id for one in services.put_on_lists(session, [session.get_one(Issue, foreign)])]
    (row,) = lines_from(filled(sent(site, theirs, by=who), lambda sheet, top: report(sheet, top)))
    if whose == "nobody":
        row[MARKS - 1] = f"{site.made(ours).number}/SZWH-I2611-99999"

    def paste(sheet, top):
        report(sheet, top)
        sheet.insert_rows(top + 1)
        for column, value in enumerate(row, 1):
            sheet.cell(top + 1, column).value = value

    judged = judge(site, filled(sent(site, ours), paste), both if whose == "project" else INSPECTOR)
    assert verdicts(judged) == [TAKEN, REFUSED]
    said = {
        "contractor": "another contractor", "list": "belongs to list", "project": "another project",
        "region": "There is no list", "nobody": "does not stand on list",
    }[whose]  # fmt: skip
    assert said in judged.lines[1].message
    assert judged.lines[1].issue is None
    assert site.issue(foreign).state == "listed"


def person_of_two(site: Site) -> str:
    """An inspector of two projects."""
    with as_system(), site.platform.database.unit(read_only=True) as session:
        known = session.scalar(select(Person.id).where(Person.username == "of.two"))
    if known is None:
        held = (("inspection", "project", site.projects[code]) for code in (HERE, "SZ-QH"))
        person(site.platform, "of.two", *held)
    return "of.two"


def test_a_mark_made_up_for_a_line_of_another_list_is_refused(lone_site):
    """The number of our list before a finding that stands on another."""
    site = lone_site
    own, other = site.finding(), site.finding(category="010201")
    ours, _theirs = (site.listed([one])[0] for one in (own, other))

    def forge(sheet, top):
        sheet.cell(top, MARKS).value = f"{site.made(ours).number}/{site.issue(other).number}"
        report(sheet, top)

    judged = judge(site, filled(sent(site, ours), forge))
    assert verdicts(judged) == [REFUSED] and "another contractor" in judged.lines[0].message


@pytest.mark.parametrize("who", [ELSEWHERE, "sz.project", LEADER, "sz.admin"])
def test_a_list_one_does_not_work_on_is_as_if_there_were_none(lone_site, who):
    site = lone_site
    issue = site.finding()
    (made,) = site.listed([issue])
    content = filled(sent(site, made), lambda sheet, first: report(sheet, first))
    number = site.made(made).number

    def invented(sheet, top):
        sheet.cell(top - 1, MARKS).value = f"{MARK} SZWH-L2611-99999"
        sheet.cell(top, MARKS).value = f"SZWH-L2611-99999/{site.issue(issue).number}"

    if who == ELSEWHERE:  # inspects, but not here
        (real,), (none,) = judge(site, content, who).lines, judge(site, filled(content, invented), who).lines
        assert (real.verdict, none.verdict) == (REFUSED, REFUSED)
        assert real.message.replace(number, "N") == none.message.replace("SZWH-L2611-99999", "N")
        assert real.issue is None
    else:
        with pytest.raises(Forbidden):
            judge(site, content, who)
    assert site.issue(issue).state == "listed"


# --- files that are none of ours ------------------------------------------------------------------


def test_a_sheet_without_its_hidden_column_is_refused_with_a_sentence(lone_site):
    site = lone_site
    wall, leak = site.finding(category="010301"), site.finding(category="010201")
    made = site.listed([wall, leak])
    said = refusal_of(site, filled(sent(site, *made), lambda sheet, top: sheet.delete_cols(MARKS)))
    assert MARK in said and "hidden column" in said

    def one_of_two(sheet, top):
        if sheet.title == site.firm_names[site.issue(leak).contractor_id]:
            sheet.delete_cols(MARKS)
        else:
            report(sheet, top)

    judged = judge(site, filled(sent(site, *made), one_of_two))
    assert verdicts(judged) == [TAKEN]
    assert list(judged.faults) == [site.firm_names[site.issue(leak).contractor_id]]


def test_a_sheet_without_the_column_of_results_is_refused_with_a_sentence(lone_site):
    (made,) = lone_site.listed([lone_site.finding()])
    content = filled(sent(lone_site, made), lambda sheet, top: sheet.delete_cols(RESULT))
    assert "no column for the result" in refusal_of(lone_site, content)


def test_a_heading_that_lost_its_number_is_told_by_its_lines(lone_site):
    (made,) = lone_site.listed(lone_site.findings(2))

    def fill(sheet, top):
        sheet.cell(top - 1, MARKS).value = MARK
        report(sheet, top)

    assert verdicts(judge(lone_site, filled(sent(lone_site, made), fill))) == [TAKEN, LEFT]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a workbook", "空".encode()])
def test_what_is_no_workbook_is_refused_with_a_sentence(lone_site, content):
    assert "This is not an .xlsx workbook" in refusal_of(lone_site, content)


def test_another_workbook_is_refused_with_a_sentence(lone_site):
    assert "No sheet of this workbook is a list of ours" in refusal_of(lone_site, workbook([finding_row()]))
