"""The import of a register in the worker: its verdict, its progress, its bad rows, and a worker that dies in it."""

import os
import signal
from typing import Any

import pytest
from sqlalchemy import func, select

from core.access.context import as_system
from core.estate.models import Project, Room
from core.history import Change
from core.imports.job import keep_file
from core.jobs import cancel
from core.jobs.models import CANCELLED, DONE, FAILED, RUNNING
from core.jobs.runner import run
from tests.core.jobs.conftest import Stack
from tests.factories import cells_of, home_row, sold_row, workbook


def homes(stack: Stack) -> int:
    """Homes of SZ-HH, which the demo leaves without any."""
    with as_system(), stack.platform.database.unit(read_only=True) as session:
        of_project = select(func.count()).select_from(Room).join(Project, Project.id == Room.project_id)
        return int(session.scalar(of_project.where(Project.code == "SZ-HH")) or 0)


def register(stack: Stack, rows: list[dict[str, Any]], username: str = "sz.admin", **arguments: Any) -> int:
    file = keep_file(stack.settings, workbook(rows))
    return stack.ask(
        "import_register", username, **{"register": "rooms", "file": file, "name": "房源台账.xlsx", **arguments}
    )


ROWS = [home_row("501"), home_row("502"), home_row("503", 建筑面积=-1), home_row("504", 销售状态="待定")]


def test_a_register_is_judged_first_and_written_when_told_to(stack: Stack) -> None:
    stack.worker()
    job = stack.ended(register(stack, ROWS))
    assert job.state == DONE, job.error
    verdict = job.result["verdict"]
    assert (verdict["rows"], verdict["ok"], verdict["new"], verdict["written"]) == (4, 2, 2, 0)
    assert {(bad["row"], bad["column"]) for bad in verdict["bad"]} == {(4, "建筑面积"), (5, "销售状态")}
    assert homes(stack) == 0
    assert job.result_file
    checked = cells_of(stack.settings.home / job.result_file)
    assert [row[4] for row in checked[2:]] == ["503", "504"], "the bad rows, ready to be mended"
    whole = stack.ended(register(stack, ROWS, write=True))
    assert (whole.result["verdict"]["written"], homes(stack)) == (0, 0), "a file with a bad row writes nothing"
    part = stack.ended(register(stack, ROWS, write=True, partial=True))
    assert (part.result["verdict"]["written"], homes(stack)) == (2, 2)
    assert part.done == part.total == 8
    with as_system(), stack.platform.database.unit(read_only=True) as session:
        made = session.scalars(select(Change).where(Change.kind == "core_place", Change.job_id == part.id)).all()
    assert [change.verb for change in made] == ["import"] * 2
    again = stack.ended(register(stack, ROWS, write=True, partial=True))
    assert (again.result["verdict"]["same"], again.result["verdict"]["written"]) == (2, 0)


def test_changes_are_told_old_and_new_and_those_that_matter_first(alone: Stack, bells: list[int]) -> None:
    first = register(alone, [sold_row("501"), home_row("502")], write=True)
    run(alone.platform, first)
    assert alone.job(first).state == DONE, alone.job(first).result
    sold = [home_row("502", 户型="两房两厅"), home_row("501", 销售状态="退房")]
    job_id = register(alone, sold)
    run(alone.platform, job_id)
    changes = alone.job(job_id).result["changes"]
    assert [(one["row"], one["matters"]) for one in changes] == [(3, True), (2, False)]
    assert changes[0]["changes"]["销售状态"] == ["签约", "退房"]
    assert changes[1]["changes"]["户型"] == ["三房两厅", "两房两厅"]


def test_rows_outside_the_scope_of_who_asked_are_refused(alone: Stack, bells: list[int]) -> None:
    job_id = register(alone, [home_row("501")], "cd.admin", write=True, partial=True)
    run(alone.platform, job_id)
    job = alone.job(job_id)
    assert (job.state, len(job.result["verdict"]["bad"]), homes(alone)) == (DONE, 1, 0)


def test_who_may_not_import_is_told_so_and_nothing_is_judged(alone: Stack, bells: list[int]) -> None:
    job_id = register(alone, ROWS, "sz.inspection", write=True, partial=True)
    run(alone.platform, job_id)
    job = alone.job(job_id)
    assert (job.state, job.result, homes(alone)) == (FAILED, {}, 0)
    assert job.error


def test_a_file_that_is_no_workbook_or_is_gone_is_a_sentence(alone: Stack, bells: list[int]) -> None:
    odd = keep_file(alone.settings, b"PK no workbook")
    for arguments in ({"file": odd}, {"file": "0" * 64}, {"file": "../atrium.db"}, {"register": "nothing"}):
        job_id = register(alone, ROWS, **arguments)
        run(alone.platform, job_id)
        job = alone.job(job_id)
        assert job.state == FAILED, arguments
        assert job.error and "worker" not in job.error


def test_a_worker_killed_in_the_middle_of_an_import_leaves_all_or_nothing(stack: Stack) -> None:
    rows = [home_row(f"{floor}{at:02}", 楼层=floor) for floor in range(1, 31) for at in range(1, 11)]
    worker = stack.worker()
    job_id = register(stack, rows, register="slow-rooms", write=True)
    stack.until(lambda: stack.traces("flushed"))
    assert (stack.job(job_id).state, homes(stack)) == (RUNNING, 0)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    assert homes(stack) == 0
    stack.let("go")
    stack.worker()
    job = stack.ended(job_id, sweeping=True)
    assert (job.state, job.tries, job.result["verdict"]["written"]) == (DONE, 2, 300)
    assert homes(stack) == 300


@pytest.mark.parametrize("stack", ["redis"], indirect=True)
@pytest.mark.redis
@pytest.mark.postgres
def test_an_import_that_is_stopped_while_it_writes_writes_nothing(stack: Stack) -> None:
    stack.worker()
    job_id = register(stack, [home_row("501"), home_row("502")], register="slow-rooms", write=True)
    stack.until(lambda: stack.traces("flushed"))
    with stack.platform.working_as(stack.platform.principal_named("sz.admin")) as session:
        assert cancel(session, job_id).state == RUNNING
    stack.let("go")
    assert stack.ended(job_id).state == CANCELLED
    assert homes(stack) == 0
