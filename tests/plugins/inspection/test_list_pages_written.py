"""Lists to contractors through their pages: made once, sent, taken back; several findings at once."""

import re
from io import BytesIO

from openpyxl import load_workbook

from core import clock
from core.issues.models import Issue, IssueList
from tests.plugins.inspection.list_pages import (
    LISTS,
    filled,
    issues_of,
    lists_of,
    make,
    name_in,
    once_of,
    post,
    project,
    send_file,
    sent_list,
    several,
    text,
    waiting,
    workbook,
)


def test_all_that_waits_becomes_a_list_for_each_contractor(client, demo):
    before, wait = len(lists_of(demo)), waiting(demo)
    answer = make(client, demo)
    firms = {one.contractor_id for one in wait}
    assert answer.status_code == 302 and len(firms) > 1
    assert answer.location.endswith("/?tab=sent")
    made = lists_of(demo)[before:]
    assert [one.contractor_id for one in made] == sorted(firms)
    assert waiting(demo) == []
    said = text(client.get(answer.location))
    assert all(one.number in said for one in made)


def test_one_contractor_and_days_narrow_it_down_and_the_list_itself_is_shown(client, demo):
    wait = waiting(demo)
    firm = wait[0].contractor_id
    day = clock.local(wait[0].entered_at).date()
    mine = [one.id for one in wait if one.contractor_id == firm and clock.local(one.entered_at).date() == day]
    answer = make(client, demo, contractor_id=firm, start=day, end=day, promised_on="2026-12-24")
    made = lists_of(demo)[-1]
    assert answer.location == f"{LISTS}/{made.id}"
    assert [one.id for one in issues_of(demo, Issue.list_id == made.id)] == mine
    assert str(made.promised_on) == "2026-12-24"


def test_nothing_that_waits_is_a_sentence(client, demo):
    assert make(client, demo).status_code == 302
    answer = make(client, demo)
    assert answer.status_code == 422 and "data-refusal" in text(answer)


def test_pressed_twice_makes_the_lists_once(client, demo):
    before = len(lists_of(demo))
    page = text(client.get(f"{LISTS}/new"))
    sent = {"project_id": project(demo), "once": once_of(page)}
    first = post(client, f"{LISTS}/new", page, **sent)
    made = len(lists_of(demo))
    second = post(client, f"{LISTS}/new", page, **sent)
    assert made > before and len(lists_of(demo)) == made
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location


def test_a_form_refused_once_can_still_be_sent(client, demo):
    refused = make(client, demo, promised_on="2026-11-24")
    page = text(refused)
    sent = {"project_id": project(demo), "once": once_of(page)}
    assert post(client, f"{LISTS}/new", page, **sent).status_code == 302


def test_the_workbook_has_a_chinese_name_and_counts_its_copies(client, demo):
    made = sent_list(demo)
    answer = workbook(client, made.id)
    assert answer.status_code == 200 and answer.headers["Cache-Control"].startswith("no-store")
    assert name_in(answer) == f"整改单 {made.number}.xlsx"
    assert load_workbook(BytesIO(answer.data)).sheetnames
    assert lists_of(demo, IssueList.id == made.id)[0].copies == made.copies + 1
    workbook(client, made.id)
    assert lists_of(demo, IssueList.id == made.id)[0].copies == made.copies + 2


def test_several_lists_are_a_sheet_each(client, demo):
    made = lists_of(demo, IssueList.project_id == project(demo), IssueList.state != "void")[:3]
    answer = workbook(client, *(one.id for one in made))
    assert len(load_workbook(BytesIO(answer.data)).sheetnames) == 3 and "3" in name_in(answer)


def test_the_verdict_comes_first_and_writes_nothing_then_the_lines_are_rectified(client, demo):
    made = sent_list(demo)
    content, number = filled(client, made, 整改人="何工")
    before = issues_of(demo, Issue.number == number)[0]
    verdict = text(send_file(client, content))
    assert number in verdict and "已重新抹灰" in verdict
    assert issues_of(demo, Issue.number == number)[0].version == before.version
    kept = re.search(r'name="kept"[^>]*value="([^"]+)"', verdict)[1]
    answer = post(client, f"{LISTS}/return", verdict, kept=kept, write="1")
    assert answer.status_code == 200
    after = issues_of(demo, Issue.number == number)[0]
    assert (after.state, after.rectification, after.rectified_by) == ("to_verify", "已重新抹灰", "何工")
    assert lists_of(demo, IssueList.id == made.id)[0].state == "returned"
    again = text(post(client, f"{LISTS}/return", verdict, kept=kept, write="1"))
    assert issues_of(demo, Issue.number == number)[0].version == after.version
    assert 'name="write"' not in again


def test_a_list_of_another_region_is_refused_line_by_line(app, sign_in, client, demo):
    content, number = filled(client, sent_list(demo))
    before = issues_of(demo, Issue.number == number)[0].version
    verdict = text(send_file(sign_in(app, "cd.inspection"), content))
    assert 'name="write"' not in verdict and "整改" in verdict
    assert issues_of(demo, Issue.number == number)[0].version == before
    assert issues_of(demo, Issue.number == number)[0].description not in verdict


def test_closing_several_asks_once_and_one_line_differs(client, demo):
    chosen = issues_of(demo, Issue.state == "to_verify", Issue.project_id == project(demo))[:3]
    page = text(several(client, "close", chosen))
    assert "confirmed" in page
    shared = {"business_stage": "construction", "method": "repair", "close_type": "normal", "rework_count": "",
              "confirmed_by": "何国平", "solution": "", "close_note": ""}  # fmt: skip
    names = re.findall(r'name="([^"]*solution[^"]*)"', page)
    assert len(names) == 4, names  # one for all and one per line
    own = {next(name for name in names if str(chosen[1].id) in name): "整扇更换"}
    answer = several(client, "close", chosen, page, once=once_of(page), confirmed="1", **shared, **own)
    assert answer.status_code == 302
    after = [issues_of(demo, Issue.id == one.id)[0] for one in chosen]
    assert [one.state for one in after] == ["closed"] * 3
    assert after[1].solution == "整扇更换"
    assert [one.solution for one in (after[0], after[2])] == [one.rectification for one in (chosen[0], chosen[2])]
    assert [one.rework_count for one in after] == [one.rework_count for one in chosen]


def test_several_are_put_on_lists_together(client, demo):
    chosen, before = waiting(demo)[:4], len(lists_of(demo))
    assert several(client, "list", chosen, once="pressed-twice").status_code == 302
    assert several(client, "list", chosen, once="pressed-twice").status_code == 302
    made = lists_of(demo)[before:]
    assert len(made) == len({one.contractor_id for one in chosen})
    assert {one.state for one in issues_of(demo, Issue.id.in_([one.id for one in chosen]))} == {"listed"}
