"""Making, changing and verbs for programs: refused as forms are, nothing written twice, nothing foreign touched."""

from typing import Any

import pytest
from sqlalchemy import func, select

from core.access.context import as_system
from core.estate.models import Place, Project
from core.issues.models import Issue
from core.platform import Platform
from core.records.once import written
from core.rest import api
from tests.core.rest.conftest import Program

ISSUES = "/inspection/issues"
CLOSING = {"business_stage": "construction", "method": "repair", "close_type": "normal", "confirmed_by": "何静",
           "solution": "已重新抹灰"}  # fmt: skip


def place(demo: Platform, code: str = "SZ-WH") -> int:
    with as_system(), demo.database.unit(read_only=True) as session:
        home = select(Place.id).join(Project, Place.project_id == Project.id)
        return int(session.scalars(home.where(Project.code == code, Place.unit_id.is_not(None))).first() or 0)


def count(demo: Platform) -> int:
    with as_system(), demo.database.unit(read_only=True) as session:
        return int(session.scalar(select(func.count()).select_from(Issue)) or 0)


def finding(demo: Platform, **changes: Any) -> dict[str, Any]:
    return {
        "place_id": place(demo),
        "category": "010301",
        "location": "living",
        "description": "东墙空鼓30cm",
        **changes,
    }


@pytest.fixture
def mine(program: Any) -> Program:
    found: Program = program("sz.inspection")
    return found


def recorded(mine: Program) -> dict[str, Any]:
    found: dict[str, Any] = mine.get(f"{ISSUES}/", state="recorded", page_size=1).json["result"][0]
    return found


def test_a_finding_from_its_record_to_its_close(mine: Program, demo: Platform) -> None:
    made = mine.post(f"{ISSUES}/", finding(demo))
    assert made.status_code == 201 and made.json["result"]["contractor_id"], "the category names the contractor"
    row = made.json["result"]
    changed = mine.patch(f"{ISSUES}/{row['id']}", {"note": "靠窗", "version": row["version"]})
    assert changed.status_code == 200 and changed.json["result"]["note"] == "靠窗"
    assert changed.json["result"]["description"] == "东墙空鼓30cm", "what was not sent stays"
    closed = mine.post(f"{ISSUES}/{row['id']}/close", CLOSING)
    assert closed.status_code == 200 and closed.json["result"]["state"] == "closed"
    again = mine.post(f"{ISSUES}/{row['id']}/close", CLOSING)
    assert again.status_code == 422 and "已关闭" in again.json["message"]


def test_each_field_has_its_sentence(mine: Program, demo: Platform) -> None:
    before = count(demo)
    answer = mine.post(f"{ISSUES}/", finding(demo, category="999999", location="", description=" "))
    assert answer.status_code == 422 and {"category", "location", "description"} <= set(answer.json["errors"])
    unknown = mine.post(f"{ISSUES}/", finding(demo, colour="red", description={"a": 1}))
    assert set(unknown.json["errors"]) == {"colour", "description"}
    assert count(demo) == before


@pytest.mark.parametrize("other", ["CD-LX", "SZ-QH", ""])
def test_a_related_row_that_is_not_visible_makes_nothing(mine: Program, demo: Platform, other: str) -> None:
    before = count(demo)
    with as_system(), demo.database.unit(read_only=True) as session:
        places = session.scalar(select(func.count()).select_from(Place))
    answer = mine.post(f"{ISSUES}/", finding(demo, place_id=place(demo, other) if other else 999_999_999))
    assert answer.status_code == 422 and "place_id" in answer.json["errors"]
    assert count(demo) == before
    with as_system(), demo.database.unit(read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(Place)) == places


def test_a_stale_change_is_told_and_changes_nothing(mine: Program, demo: Platform) -> None:
    row = recorded(mine)
    assert mine.patch(f"{ISSUES}/{row['id']}", {"note": "甲", "version": row["version"]}).status_code == 200
    stale = mine.patch(f"{ISSUES}/{row['id']}", {"note": "乙", "version": row["version"]})
    assert stale.status_code == 409 and stale.json["message"]
    assert mine.post(f"{ISSUES}/{row['id']}/close", {**CLOSING, "version": row["version"]}).status_code == 409
    missing = mine.patch(f"{ISSUES}/{row['id']}", {"note": "丙"})
    assert missing.status_code == 422 and list(missing.json["errors"]) == ["version"]
    assert mine.get(f"{ISSUES}/{row['id']}").json["result"]["note"] == "甲"


def test_a_verb_not_granted_is_403_and_a_foreign_record_404(program: Any, mine: Program, demo: Platform) -> None:
    row = recorded(mine)
    assert mine.post(f"{ISSUES}/{row['id']}/void", {"reason": "试"}).status_code == 403
    reader = program("sz.leader")
    assert reader.post(f"{ISSUES}/{row['id']}/close", CLOSING).status_code == 403
    assert reader.patch(f"{ISSUES}/{row['id']}", {"note": "x", "version": row["version"]}).status_code == 403
    assert reader.post(f"{ISSUES}/", finding(demo)).status_code == 403
    stranger = program("cd.inspection")
    assert stranger.post(f"{ISSUES}/{row['id']}/close", CLOSING).status_code == 404
    assert stranger.patch(f"{ISSUES}/{row['id']}", {"note": "x", "version": row["version"]}).status_code == 404
    assert mine.post(f"{ISSUES}/{row['id']}/nothing", {}).status_code == 404
    assert mine.get(f"{ISSUES}/{row['id']}").json["result"]["version"] == row["version"]


def test_a_region_s_administrator_voids_without_reading(program: Any, mine: Program) -> None:
    row, admin = recorded(mine), program("sz.admin")
    assert admin.get(f"{ISSUES}/{row['id']}").status_code in (403, 404)
    answer = admin.post(f"{ISSUES}/{row['id']}/void", {"reason": "录入重复"})
    assert answer.status_code == 200 and set(answer.json["result"]) == {"id", "version"}
    assert mine.get(f"{ISSUES}/{row['id']}").json["result"]["state"] == "void"


def test_the_same_request_again_makes_nothing_more(mine: Program, demo: Platform) -> None:
    before = count(demo)
    first = mine.post(f"{ISSUES}/", finding(demo), Idempotency_Key="7d1f-once")
    second = mine.post(f"{ISSUES}/", finding(demo), Idempotency_Key="7d1f-once")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json["result"]["id"] == second.json["result"]["id"] and count(demo) == before + 1


def test_a_key_is_good_for_one_kind_of_record(mine: Program, demo: Platform) -> None:
    made = mine.post(f"{ISSUES}/", finding(demo), Idempotency_Key="7d1f-once").json["result"]["id"]
    plan = mine.post("/inspection/plans/", {"subject": "另一件事"}, Idempotency_Key="7d1f-once")
    assert plan.status_code == 422, "not the record of another kind that has the same id"
    assert mine.get(f"{ISSUES}/{made}").status_code == 200


def test_two_people_may_choose_the_same_key(program: Any, mine: Program, demo: Platform) -> None:
    first = mine.post(f"{ISSUES}/", finding(demo), Idempotency_Key="monday-1")
    theirs = finding(demo, place_id=place(demo, "CD-LX"))
    second = program("cd.inspection").post(f"{ISSUES}/", theirs, Idempotency_Key="monday-1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["result"]["id"] != second.json["result"]["id"]


def test_the_same_request_twice_at_once_makes_one_record(
    mine: Program, demo: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one asks before the first has written: the database's constraint decides, and both are told of it."""
    made = mine.post(f"{ISSUES}/", finding(demo), Idempotency_Key="double").json["result"]["id"]
    before, asked = count(demo), []

    def blind_once(session: Any, token: str) -> str | None:
        asked.append(token)
        return None if len(asked) == 1 else written(session, token)

    monkeypatch.setattr(api, "written", blind_once)
    again = mine.post(f"{ISSUES}/", finding(demo), Idempotency_Key="double")
    assert (again.status_code, again.json["result"]["id"], count(demo)) == (200, made, before)


def test_a_record_that_is_over_is_422_not_403(mine: Program) -> None:
    row = mine.get(f"{ISSUES}/", state="closed", page_size=1).json["result"][0]
    answer = mine.patch(f"{ISSUES}/{row['id']}", {"note": "晚了", "version": row["version"]})
    assert answer.status_code == 422 and answer.json["message"]


def test_many_at_once_each_with_its_verdict(mine: Program, demo: Platform) -> None:
    before = count(demo)
    rows: list[Any] = [
        {**finding(demo), "uuid": "row-000001"}, {**finding(demo, category=""), "uuid": "row-000002"},
        {**finding(demo, place_id=place(demo, "CD-LX")), "uuid": "row-000003"}, {**finding(demo)}, "nothing",
        {**finding(demo, description="西墙空鼓"), "uuid": "row-000004"},
    ]  # fmt: skip
    answer = mine.post(f"{ISSUES}/many", {"rows": rows})
    told = [one["status"] for one in answer.json["result"]]
    assert (answer.status_code, told, answer.json["written"]) == (200, [201, 422, 422, 422, 422, 201], 2)
    assert "category" in answer.json["result"][1]["errors"] and "place_id" in answer.json["result"][2]["errors"]
    again = mine.post(f"{ISSUES}/many", {"rows": rows}).json["result"]
    assert [one["status"] for one in again] == [200, 422, 422, 422, 422, 200]
    assert again[0]["id"] == answer.json["result"][0]["id"] and count(demo) == before + 2
    assert mine.post(f"{ISSUES}/many", {"rows": []}).status_code == 422
    assert mine.post(f"{ISSUES}/many", {"rows": [{}] * 201}).status_code == 422


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [(b"{", "application/json", 400), (b"[" * 50_000, "application/json", 400), (b"[]", "application/json", 422),
     (b'"x"', "application/json", 422), (b"a=1", "application/x-www-form-urlencoded", 415),
     (b'{"description": "\\ud800"}', "application/json", 422), (b'{"place_id": 1e400}', "application/json", 422),
     (b'{"place_id": 99999999999999999999999}', "application/json", 422), (b"\xff", "application/json", 400),
     (b'{"description": "a\\u0000b"}', "application/json", 422), (b'{"place_id": true}', "application/json", 422)],
)  # fmt: skip
def test_no_body_is_a_fault_of_ours(mine: Program, demo: Platform, body: bytes, kind: str, status: int) -> None:
    before = count(demo)
    headers = {"Authorization": f"Bearer {mine.token}"}
    for path in (f"/api/v1{ISSUES}/", f"/api/v1{ISSUES}/many"):
        answer = mine.client.post(path, data=body, content_type=kind, headers=headers)
        assert answer.status_code == status and answer.json["message"]
    assert count(demo) == before


def test_a_body_too_large_is_413(mine: Program, demo: Platform) -> None:
    most = demo.settings.upload_mb * 1024 * 1024
    headers = {"Authorization": f"Bearer {mine.token}"}
    answer = mine.client.post(
        f"/api/v1{ISSUES}/", data=b" " * (most + 1), content_type="application/json", headers=headers
    )
    assert answer.status_code == 413 and answer.json["message"]


def test_what_cannot_be_made_or_changed_says_so(mine: Program) -> None:
    row = mine.get("/inspection/lists/").json["result"][0]
    assert mine.patch(f"/inspection/lists/{row['id']}", {"version": 1}).status_code in (403, 405)
    assert mine.client.delete(
        f"/api/v1{ISSUES}/1", headers={"Authorization": f"Bearer {mine.token}"}
    ).status_code == 405  # fmt: skip
