"""Several findings changed alike, after a look at what would become of each; and taken back again."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from core import clock
from core.access.context import as_system
from core.estate.models import Place
from core.history import Change, Event
from core.issues.models import Issue
from tests.plugins.inspection.list_pages import ISSUES, asked, issues_of, once_of, post, several, text, waiting

SEVERAL, UNDO = f"{ISSUES}/edit-several", f"{ISSUES}/undo"
CLOSING = {
    "business_stage": "construction", "method": "repair", "close_type": "normal", "confirmed_by": "罗工",
    "solution": "已处理", "rework_count": "", "close_note": "",
}  # fmt: skip


def edit(client, rows, **data):
    tokens = [f"{one.id}:{one.version}" for one in rows]
    return post(client, SEVERAL, row=tokens, back=f"{ISSUES}/?tab=all", **data)


def ticked(**values):
    return {**values, **{f"set.{name}": "1" for name in values}}


def now(demo, *rows):
    return issues_of(demo, Issue.id.in_([one.id for one in rows]))


def deed_of(page):
    return re.search(r'name="deed" value="([^"]+)"', page)[1]


def test_only_what_is_ticked_is_asked_for_and_what_they_share_is_shown(client, demo):
    rows = waiting(demo)[:3]
    page = text(edit(client, rows))
    assert "修改 3 条" in page and 'name="set.location"' in page and 'name="set.description"' not in page
    answer = edit(client, rows, preview="1", note="没有勾选", once=once_of(page))
    assert answer.status_code == 422 and "没有勾选" in text(answer), "what was typed is kept"
    assert now(demo, *rows) and all(one.note != "没有勾选" for one in now(demo, *rows))


def test_the_preview_tells_each_record_and_saves_nothing(client, demo):
    rows = waiting(demo)[:2]
    closed = issues_of(demo, Issue.state == "closed")[0]
    page = text(edit(client, [*rows, closed], preview="1", **ticked(note="外墙一起处理<b>")))
    assert page.count("外墙一起处理&lt;b&gt;") >= 2 and "处理<b>" not in page
    assert rows[0].number in page and closed.number in page and "2 条将被修改" in page
    assert {one.version for one in now(demo, *rows)} == {one.version for one in rows}
    with as_system(), demo.database.unit(read_only=True) as session:
        ids = [one.id for one in rows]
        said = select(Change).where(Change.kind == "core_issue", Change.record_id.in_(ids), Change.verb == "edit")
        assert session.scalars(said).all() == [], "a preview leaves no history"


def test_a_category_takes_its_contractor_along_and_the_preview_says_so(client, demo):
    rows = [one for one in waiting(demo) if not one.contractor_by_hand][:2]
    other = next(
        one for one in waiting(demo) if one.contractor_id != rows[0].contractor_id and not one.contractor_by_hand
    )
    sent = ticked(category=other.category)
    page = text(edit(client, rows, preview="1", **sent))
    assert "承建商" in page.split("<tbody>")[1]
    edit(client, rows, confirmed="1", once=once_of(page), **sent)
    assert {one.category for one in now(demo, *rows)} == {other.category}
    assert {one.contractor_id for one in now(demo, *rows)} != {one.contractor_id for one in rows}


def test_sent_twice_it_is_done_once_and_somebody_else_s_change_is_left_alone(client, demo):
    rows = waiting(demo)[:2]
    page = text(edit(client, rows, preview="1", **ticked(note="甲")))
    with as_system(), demo.database.unit() as session:
        session.get(Issue, rows[1].id).note = "别人写的"
    once = once_of(page)
    first = edit(client, rows, confirmed="1", once=once, **ticked(note="甲"))
    again = edit(client, rows, confirmed="1", once=once, **ticked(note="甲"))
    assert first.status_code == again.status_code == 302
    mine, theirs = now(demo, *rows)
    assert (mine.note, mine.version) == ("甲", rows[0].version + 1) and theirs.note == "别人写的"
    assert rows[1].number in text(client.get(f"{ISSUES}/?tab=all")), "the one left alone is named"


@pytest.mark.parametrize("person, status", [("sz.leader", 403), ("cd.inspection", 302)])
def test_neither_role_nor_region_of_others_changes_anything(app, sign_in, demo, person, status):
    rows = waiting(demo)[:2]
    answer = edit(sign_in(app, person), rows, confirmed="1", **ticked(note="不该写"))
    assert answer.status_code == status
    assert all(one.version == before.version for one, before in zip(now(demo, *rows), rows, strict=True))


def test_a_bad_value_and_strange_rows_are_told_and_nothing_is_lost(client, demo):
    rows = waiting(demo)[:2]
    page = text(edit(client, rows, preview="1", **ticked(location="moon", note="留着")))
    assert "留着" in page and "部位：从列表里选部位。" in page
    assert post(client, SEVERAL, row=["x", "9" * 40, ""], back="//evil.example").location == "/"
    assert post(client, SEVERAL).location == f"{ISSUES}/"


# --- undo ---------------------------------------------------------------------------------------------------------


def test_a_change_of_several_is_taken_back_with_one_press(client, demo):
    rows = waiting(demo)[:3]
    edit(client, rows, confirmed="1", **ticked(note="误改", location="kitchen"))
    page = text(client.get(f"{ISSUES}/?tab=all"))
    answer = post(client, UNDO, page, deed=deed_of(page), back=f"{ISSUES}/?tab=all")
    assert answer.location == f"{ISSUES}/?tab=all"
    assert [(one.note, one.location) for one in now(demo, *rows)] == [(one.note, one.location) for one in rows]


def test_a_close_is_taken_back_with_all_it_wrote_and_those_who_heard_hear_of_it(client, demo):
    (row,) = waiting(demo)[:1]
    several(client, "close", [row], confirmed="1", back=f"{ISSUES}/{row.id}", **CLOSING)
    (closed,) = now(demo, row)
    assert closed.state == "closed"
    page = text(client.get(f"{ISSUES}/{row.id}"))
    post(client, UNDO, page, deed=deed_of(page), back=f"{ISSUES}/{row.id}")
    (again,) = now(demo, row)
    told = ("state", "closed_at", "closed_by_id", "close_type", "solution", "confirmed_by", "method")
    assert [getattr(again, name) for name in told] == [getattr(row, name) for name in told]
    names = asked(demo, select(Event.name).where(Event.kind == "core_issue", Event.record_id == row.id))
    assert names[-2:] == ["inspection.issue_closed", "inspection.issue_undone"]
    assert "撤销" in text(client.get(f"{ISSUES}/{row.id}"))


def test_nothing_is_taken_back_that_somebody_went_on_from(client, app, sign_in, demo):
    (row,) = waiting(demo)[:1]
    edit(client, [row], confirmed="1", **ticked(note="第一次"))
    page = text(client.get(f"{ISSUES}/{row.id}"))
    with as_system(), demo.database.unit() as session:
        session.get(Issue, row.id).description = "后来的修改"
    post(client, UNDO, page, deed=deed_of(page))
    (stands,) = now(demo, row)
    assert (stands.note, stands.description) == ("第一次", "后来的修改")
    assert row.number in text(client.get(f"{ISSUES}/?tab=all"))


def test_only_one_s_own_deed_and_only_for_a_quarter_of_an_hour(client, app, sign_in, demo, monkeypatch):
    (row,) = waiting(demo)[:1]
    edit(client, [row], confirmed="1", **ticked(note="我的"))
    page = text(client.get(f"{ISSUES}/{row.id}"))
    deed = deed_of(page)
    for other in ("sz.admin", "cd.inspection", "sz.leader"):
        assert post(sign_in(app, other), UNDO, deed=deed).status_code in (302, 403)
        assert now(demo, row)[0].note == "我的"
    post(client, UNDO, page, deed="", back=f"{ISSUES}/")
    post(client, UNDO, page, deed=deed, row="99999999")
    assert now(demo, row)[0].note == "我的"
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert 'name="deed"' not in text(client.get(f"{ISSUES}/{row.id}"))
    post(client, UNDO, page, deed=deed)
    assert now(demo, row)[0].note == "我的"
    assert client.post(UNDO, data={"deed": deed}).status_code == 400, "without the guard of forms"


def test_what_only_followed_from_another_record_is_undone_there(app, sign_in, demo):
    admin = sign_in(app, "sz.admin")
    home = asked(demo, select(Place).where(Place.label == "3-1-502").limit(1))[0]
    address = f"/estate/buildings/{home.building_id}"
    page = text(admin.get(f"{address}/edit"))
    fields = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1] for name in ("version", "opened")}
    answer = post(admin, f"{address}/edit", page, name="3C", **{one: unescape(value) for one, value in fields.items()})
    assert answer.status_code == 302, text(answer)
    assert asked(demo, select(Place.label).where(Place.id == home.id)) == ["3C-1-502"]
    assert "/estate/homes/undo" not in text(admin.get(f"/estate/homes/{home.id}"))
    page = text(admin.get(address))
    post(admin, "/estate/buildings/undo", page, deed=deed_of(page))
    assert asked(demo, select(Place.label).where(Place.id == home.id)) == ["3-1-502"]
