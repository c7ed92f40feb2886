"""The jobs page, the bell, and lists that are too long to wait for."""

import re
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from core.access.context import as_system
from core.jobs import enqueue, runner
from core.jobs.models import CANCELLED, DONE, FAILED, QUEUED, RUNNING, Job
from core.platform import Platform
from core.records import exporting
from tests.conftest import csrf_of

LIST = "/estate/homes"
SHORT = 5
"""Rows that are exported at once in these tests."""


@pytest.fixture
def app(demo: Platform, web: Any, bells: list[int], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(exporting, "MOST_AT_ONCE", SHORT)
    return web(demo)


@pytest.fixture
def mine(app: Any, sign_in: Any) -> Any:
    return sign_in(app, "sz.inspection")


def press(client: Any, url: str, **values: str) -> Any:
    token = csrf_of(client.get("/me/").get_data(as_text=True))
    return client.post(url, data={"csrf_token": token, **values})


def job_of(platform: Platform, job_id: int) -> Job:
    with as_system(), platform.database.unit(read_only=True) as session:
        return session.get_one(Job, job_id)


def ask(client: Any) -> int:
    answer = press(client, f"{LIST}/export", sort="-id")
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return int(answer.location.rpartition("/")[2])


def text_of(client: Any, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status
    return str(answer.get_data(as_text=True))


def test_a_long_list_is_written_by_the_worker_and_taken_by_who_asked(demo: Platform, mine: Any) -> None:
    shown = text_of(mine, f"{LIST}/export?sort=-id")
    assert 'method="post"' in shown and "data-job" not in shown, "nothing begins by looking"
    job_id = ask(mine)
    assert "data-job=" in text_of(mine, f"/jobs/{job_id}")
    assert runner.run(demo, job_id)
    job = job_of(demo, job_id)
    assert (job.state, job.error) == (DONE, None)
    assert job.done == job.total == job.result["rows"] > SHORT
    page = text_of(mine, f"/jobs/{job_id}")
    assert f"{job.result['rows']:,}" in page and f"/jobs/{job_id}/file" in page
    with mine.get(f"/jobs/{job_id}/file") as answer:
        content = answer.data
    rows = list(load_workbook(BytesIO(content), read_only=True).worksheets[0].iter_rows(values_only=True))
    assert len(rows) - 1 == job.result["rows"]
    assert rows[0][:2] == ("房屋", "项目")
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]


def test_the_worker_writes_what_the_page_writes(demo: Platform, mine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = ask(mine)
    monkeypatch.setattr(exporting, "AT_A_TIME", 7)  # several parts
    runner.run(demo, job_id)
    monkeypatch.setattr(exporting, "MOST_AT_ONCE", 10_000)
    monkeypatch.setattr("core.records.exporting_page.MOST_AT_ONCE", 10_000)
    at_once = mine.get(f"{LIST}/export?sort=-id").data
    with mine.get(f"/jobs/{job_id}/file") as answer:
        by_worker = answer.data
    sheets = [load_workbook(BytesIO(one)).worksheets[0] for one in (at_once, by_worker)]
    assert list(sheets[0].values) == list(sheets[1].values)


def test_the_worker_writes_the_columns_that_were_asked_for(demo: Platform, mine: Any) -> None:
    asked = f"{LIST}/export?sort=-id&columns=project_id,label,password"
    hidden = dict(re.findall(r'name="(columns|sort)" value="([^"]*)"', text_of(mine, asked)))
    assert hidden == {"sort": "-id", "columns": "project_id,label,password"}, "the button carries what the address said"
    job_id = int(press(mine, f"{LIST}/export", **hidden).location.rpartition("/")[2])
    assert runner.run(demo, job_id)
    with mine.get(f"/jobs/{job_id}/file") as answer:
        content = answer.data
    heads = next(load_workbook(BytesIO(content), read_only=True).worksheets[0].iter_rows(values_only=True))
    assert heads == ("项目", "房屋")


def test_pressed_twice_it_is_one_job_until_it_is_over(demo: Platform, mine: Any) -> None:
    first = ask(mine)
    assert ask(mine) == first
    runner.run(demo, first)
    assert ask(mine) > first


def test_a_run_that_dies_leaves_no_half_workbook_and_the_next_one_does_it(
    demo: Platform, mine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id, real = ask(mine), exporting.write_table_to

    def dies(target: Any, *rest: Any) -> int:
        real(target, *rest)
        raise SystemExit

    monkeypatch.setattr(exporting, "write_table_to", dies)
    with pytest.raises(SystemExit):
        runner.run(demo, job_id)
    assert job_of(demo, job_id).state == QUEUED
    assert not list((demo.settings.home / "jobs" / str(job_id)).iterdir())
    monkeypatch.setattr(exporting, "write_table_to", real)
    assert runner.run(demo, job_id)
    assert (job_of(demo, job_id).state, job_of(demo, job_id).tries) == (DONE, 2)


def test_an_export_stops_when_it_is_told_to(demo: Platform, mine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id, real = ask(mine), exporting.cells

    def stopped(looked: Any, rows: Any) -> Any:
        press(mine, f"/jobs/{job_id}/cancel")
        monkeypatch.setattr("core.jobs.context.WRITE_EVERY", 0)
        return real(looked, rows)

    monkeypatch.setattr(exporting, "cells", stopped)
    runner.run(demo, job_id)
    assert job_of(demo, job_id).state == CANCELLED
    assert not list((demo.settings.home / "jobs" / str(job_id)).iterdir())


def test_rights_that_went_meanwhile_are_gone(demo: Platform, as_user: Any, bells: list[int]) -> None:
    with demo.working_as(demo.principal_named("sz.follower")) as session:
        job_id = enqueue(session, exporting.KIND, view="/inspection/issues", state={}, title="x").id
    runner.run(demo, job_id)
    job = job_of(demo, job_id)
    assert job.state == FAILED and job.error and "Traceback" not in job.error and len(job.error) > 8


@pytest.mark.parametrize("view", ["/nowhere", "/jobs", "/imports", "", "/inspection/issues/../plans"])
def test_an_address_that_is_no_list_is_a_sentence(demo: Platform, bells: list[int], view: str) -> None:
    with demo.working_as(demo.principal_named("sz.inspection")) as session:
        job_id = enqueue(session, exporting.KIND, view=view, state={}, title="x").id
    runner.run(demo, job_id)
    job = job_of(demo, job_id)
    assert job.state == FAILED and job.error and "Traceback" not in job.error


# --- whose they are ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cd.inspection", "sz.leader", "sz.admin", "group.leader"])
def test_another_s_job_is_not_there(demo: Platform, app: Any, mine: Any, sign_in: Any, name: str) -> None:
    job_id = ask(mine)
    runner.run(demo, job_id)
    other = sign_in(app, name)
    for path in ("", "/state", "/file"):
        assert other.get(f"/jobs/{job_id}{path}").status_code == 404
    for verb in ("cancel", "retry"):
        assert press(other, f"/jobs/{job_id}/{verb}").status_code == 404
        assert other.post(f"/jobs/{job_id}/{verb}").status_code == 400, "no token, no deed"
    assert f'"/jobs/{job_id}"' not in text_of(other, "/jobs/?tab=all")


def test_who_oversees_sees_that_it_runs_and_stops_it_but_not_what_it_holds(
    demo: Platform, app: Any, mine: Any, sign_in: Any
) -> None:
    done = ask(mine)
    runner.run(demo, done)
    waiting = ask(mine)
    admin = sign_in(app, "group.admin")
    page = text_of(admin, f"/jobs/{done}")
    assert "/file" not in page
    assert admin.get(f"/jobs/{done}/file").status_code == 404
    assert "林晓岚" in text_of(admin, "/jobs/?tab=all")
    assert press(admin, f"/jobs/{waiting}/cancel").status_code == 302
    assert job_of(demo, waiting).state == CANCELLED
    assert press(admin, f"/jobs/{waiting}/retry").status_code == 302
    again = job_of(demo, waiting)
    assert (again.state, again.user_id) == (QUEUED, job_of(demo, done).user_id), "still on behalf of who asked"


def test_nobody_is_shown_the_door(app: Any) -> None:
    client = app.test_client()
    for path in ("/jobs/", "/jobs/1", "/jobs/1/file"):
        assert client.get(path).status_code == 302
    assert client.get("/jobs/news", headers={"Accept": "application/json"}).status_code == 401


# --- stopping, trying again --------------------------------------------------------------------------------


def test_what_failed_is_tried_again_as_it_was_asked(
    demo: Platform, mine: Any, monkeypatch: pytest.MonkeyPatch, bells: list[int]
) -> None:
    job_id, real = ask(mine), exporting.write_table_to
    monkeypatch.setattr(exporting, "write_table_to", lambda *_: 1 / 0)
    runner.run(demo, job_id)
    assert job_of(demo, job_id).state == FAILED
    assert "ZeroDivision" not in text_of(mine, f"/jobs/{job_id}")
    monkeypatch.setattr(exporting, "write_table_to", real)
    bells.clear()
    assert press(mine, f"/jobs/{job_id}/retry").status_code == 302
    assert bells == [job_id]
    fresh = job_of(demo, job_id)
    assert (fresh.state, fresh.tries, fresh.error, fresh.seen_at) == (QUEUED, 0, None, None)
    runner.run(demo, job_id)
    assert job_of(demo, job_id).state == DONE


@pytest.mark.parametrize("state", [QUEUED, RUNNING, DONE])
def test_what_did_not_fail_is_not_tried_again(demo: Platform, mine: Any, state: str) -> None:
    job_id = ask(mine)
    with as_system(), demo.database.unit() as session:
        session.get_one(Job, job_id).state = state
    assert press(mine, f"/jobs/{job_id}/retry").status_code in (302, 422)
    assert (job_of(demo, job_id).state, job_of(demo, job_id).tries) == (state, 0)


# --- the bell ----------------------------------------------------------------------------------------------


def news(client: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/jobs/news").get_json()
    return found


def has_bell(client: Any) -> bool:
    return "data-news=" in text_of(client, "/me/")


def test_the_bell_asks_while_something_is_under_way_and_until_it_was_seen(demo: Platform, mine: Any) -> None:
    assert not has_bell(mine)
    job_id = ask(mine)
    assert has_bell(mine)
    assert [one["id"] for one in news(mine)["under_way"]] == [job_id]
    runner.run(demo, job_id)
    told = news(mine)
    assert told["under_way"] == [] and told["over"][0]["url"] == f"/jobs/{job_id}"
    assert told["over"][0]["said"]
    text_of(mine, f"/jobs/{job_id}")
    assert news(mine) == {"under_way": [], "over": []}
    assert not has_bell(mine)


def test_who_signs_in_elsewhere_hears_of_it(demo: Platform, app: Any, mine: Any, sign_in: Any) -> None:
    job_id = ask(mine)
    runner.run(demo, job_id)
    elsewhere = sign_in(app, "sz.inspection")
    assert has_bell(elsewhere)
    assert news(elsewhere)["over"][0]["id"] == job_id
    assert not has_bell(sign_in(app, "cd.inspection"))


def test_looking_at_the_list_is_having_seen(demo: Platform, mine: Any) -> None:
    job_id = ask(mine)
    runner.run(demo, job_id)
    assert news(mine)["over"]
    text_of(mine, "/jobs/?tab=all")
    assert news(mine) == {"under_way": [], "over": []}
