"""Lists and records for programs: the same rows as the pages, strict about what the address says."""

from typing import Any

import pytest

from core.platform import Platform
from tests.conftest import csrf_of

ISSUES = "/inspection/issues"


def test_a_list_leads_through_all_its_pages(program: Any) -> None:
    mine = program("sz.inspection")
    first = mine.get(f"{ISSUES}/", page_size=100, project="SZ-WH").json
    assert first["count_is_capped"] or first["count"] >= len(first["result"]) == 100
    seen = [one["id"] for one in first["result"]]
    following = first["next"]
    while following:
        page = mine.get(f"{ISSUES}/", page_size=100, project="SZ-WH", after=following).json
        seen += [one["id"] for one in page["result"]]
        following = page["next"]
    assert len(seen) == len(set(seen)) and (first["count_is_capped"] or len(seen) == first["count"])
    jumped = mine.get(f"{ISSUES}/", page_size=100, project="SZ-WH", page=1).json
    assert [one["id"] for one in jumped["result"]] == seen[100:200]


def test_a_record_has_plain_values_and_words(program: Any) -> None:
    mine = program("sz.inspection")
    row = mine.get(f"{ISSUES}/", state="recorded").json["result"][0]
    answer = mine.get(f"{ISSUES}/{row['id']}")
    found = answer.json["result"]
    assert found["state"] == "recorded" and found["shown"]["state"] == "待移交"
    assert found["entered_at"].endswith("Z") and isinstance(found["place_id"], int)
    assert "close" in answer.json["verbs"] and answer.json["may_change"] is True
    assert answer.headers["Location"] == f"/api/v1{ISSUES}/{row['id']}"


def test_pages_and_programs_show_the_same(program: Any, app: Any, sign_in: Any) -> None:
    shown = program("sz.inspection").get(f"{ISSUES}/", sort="number", page_size=15, q="空鼓").json["result"]
    page = sign_in(app, "sz.inspection").get(f"{ISSUES}/?tab=all&sort=number&size=15&q=空鼓").get_data(as_text=True)
    assert shown and all(f"{ISSUES}/{one['id']}" in page for one in shown)


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"page": "abc"}, "page"), ({"page": "-1"}, "page"), ({"page_size": "1e3"}, "page_size"),
     ({"sort": "password"}, "sort"), ({"sort": "-"}, "sort"), ({"tab": "nothing"}, "tab"), ({"state": "lost"}, "state"),
     ({"after": "e30"}, "after"), ({"entered_from": "gestern"}, "entered"), ({"contractor": "x"}, "contractor"),
     ({"colour": "red"}, "colour"), ({"project": "CD-LX"}, "project"), ({"project": "NO-NE"}, "project")],
)  # fmt: skip
def test_what_means_nothing_is_refused_by_name(program: Any, asked: dict[str, str], field: str) -> None:
    answer = program("sz.inspection").get(f"{ISSUES}/", **asked)
    assert answer.status_code == 422 and list(answer.json["errors"]) == [field]


@pytest.mark.parametrize(("size", "rows"), [("0", 1), ("7", 7), ("99999999", 100)])
def test_pages_are_clamped(program: Any, size: str, rows: int) -> None:
    answer = program("sz.inspection").get(f"{ISSUES}/", page_size=size, page="0")
    assert len(answer.json["result"]) == rows
    assert program("sz.inspection").get(f"{ISSUES}/", page="999999999").json["result"] == []


def test_others_rows_are_not_there(program: Any) -> None:
    foreign = program("cd.inspection").get(f"{ISSUES}/").json["result"][0]["id"]
    mine = program("sz.inspection")
    nobodys = mine.get(f"{ISSUES}/999999999999").json
    assert mine.get(f"{ISSUES}/{foreign}").status_code == 404
    assert mine.get(f"{ISSUES}/{foreign}").json["message"] == nobodys["message"]
    assert mine.get(f"{ISSUES}/99999999999999999999999").status_code == 404
    assert program("sz.title").get(f"{ISSUES}/").status_code == 403


def test_a_token_and_nothing_else_says_who_asks(program: Any, app: Any, sign_in: Any, demo: Platform) -> None:
    assert app.test_client().get(f"/api/v1{ISSUES}/").status_code == 401
    browser = sign_in(app, "sz.inspection")
    assert browser.get(f"/api/v1{ISSUES}/").status_code == 200
    forged = {"Authorization": "Bearer " + program("sz.inspection").token[:-3] + "abc"}
    assert browser.get(f"/api/v1{ISSUES}/", headers=forged).status_code == 401, (
        "the cookie counts for nothing beside it"
    )
    good = {"Authorization": f"Bearer {program('sz.inspection').token}"}
    assert app.test_client().get(f"{ISSUES}/", headers=good).status_code == 401, "a token opens no pages"


def test_a_cookie_needs_the_csrf_token_to_write(app: Any, sign_in: Any) -> None:
    browser = sign_in(app, "sz.inspection")
    row = browser.get(f"/api/v1{ISSUES}/?state=recorded").json["result"][0]
    address, body = f"/api/v1{ISSUES}/{row['id']}/close", {"version": row["version"]}
    assert browser.post(address, json=body).status_code == 400
    token = csrf_of(browser.get(f"{ISSUES}/new").get_data(as_text=True))
    assert browser.post(address, json=body, headers={"X-CSRFToken": token}).status_code in (200, 422)


def test_somebody_whose_account_is_off_is_nobody(program: Any, demo: Platform) -> None:
    from sqlalchemy import select

    from core.access.context import as_system
    from core.access.models import Person

    mine = program("sz.inspection")
    with as_system(), demo.database.unit() as session:
        session.scalars(select(Person).where(Person.username == "sz.inspection")).one().active = False
    assert mine.get(f"{ISSUES}/").status_code == 401


def test_personal_data_stays_masked(program: Any, app: Any) -> None:
    for one in program("sz.leader").get("/estate/customers/", page_size=50).json["result"]:
        assert "mobile" not in one and ("*" in one["shown"]["mobile"] or not one["shown"]["mobile"])
    seen = program("sz.admin").get("/estate/customers/", page_size=50).json["result"]
    assert any(one.get("mobile", "").isdigit() for one in seen)
