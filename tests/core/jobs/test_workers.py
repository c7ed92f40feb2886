"""Jobs in real worker processes, on the SQLite broker and on Redis."""

import os
import signal
import time
from typing import Any

import pytest
from sqlalchemy import func, select

from core.access.context import as_system
from core.history import Change, Event
from core.jobs import cancel
from core.jobs.doorbell import ring
from core.jobs.models import CANCELLED, DONE, FAILED, RUNNING, Lease, ScheduleRun, Worker
from core.jobs.runner import MOST_TRIES
from core.jobs.sweep import sweep
from tests.core.jobs.conftest import Job, Stack

EVENT = "jobtest.happened"


def count(stack: Stack, statement: Any) -> int:
    with as_system(), stack.platform.database.unit(read_only=True) as session:
        return int(session.scalar(statement) or 0)


def events(stack: Stack) -> int:
    return count(stack, select(func.count()).select_from(Event).where(Event.name == EVENT))


def test_a_job_runs_for_who_asked_within_their_scope_and_under_their_name(stack: Stack) -> None:
    stack.worker()
    mine = stack.ended(stack.ask("jobtest.who", "sz.inspection"))
    assert mine.state == DONE, mine.error
    assert mine.result["name"] == "sz.inspection"
    assert mine.result["projects"] == ["SZ-HH", "SZ-WH"], "and none of the region's others"
    other = stack.ended(stack.ask("jobtest.who", "sz.admin"))
    assert {code[:2] for code in other.result["projects"]} == {"SZ"}
    with as_system(), stack.platform.database.unit(read_only=True) as session:
        change = session.scalars(select(Change).where(Change.job_id == other.id)).one()
    assert change.user_id == other.user_id == stack.platform.principal_named("sz.admin").user_id
    assert change.changes["trade"][1] == "changed by a job"


def test_a_change_outside_the_scope_of_who_asked_fails_the_job(stack: Stack) -> None:
    stack.worker()
    job = stack.ended(stack.ask("jobtest.write_where_forbidden", "sz.inspection"))
    assert job.state == FAILED
    assert job.error and "没有存" in job.error, "a sentence in the language of who asked"


def test_a_worker_that_is_killed_in_the_middle_leaves_a_job_that_ends_once(stack: Stack) -> None:
    worker = stack.worker()
    job_id = stack.ask("jobtest.once", "sz.inspection")
    stack.until(lambda: stack.traces("flushed"))
    assert stack.job(job_id).state == RUNNING
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    assert events(stack) == 0, "what was flushed is gone"
    stack.let("go")
    stack.worker()
    job = stack.ended(job_id, sweeping=True)
    assert (job.state, job.tries, job.result) == (DONE, 2, {"tries": 2})
    for _ in range(3):
        ring(job_id)
        sweep(stack.platform)
    sentinel = stack.ask("jobtest.line", text="after")
    stack.ended(sentinel)
    assert stack.traces("began") == ["1", "2"]
    assert events(stack) == 1


def test_a_job_whose_worker_dies_each_time_fails_with_a_sentence(alone: Stack) -> None:
    job_id = alone.ask("jobtest.once", "sz.inspection")
    for turn in range(1, MOST_TRIES + 1):
        worker = alone.worker()
        alone.until(lambda turn=turn: sweep(alone.platform) is not None and len(alone.traces("flushed")) == turn)  # type: ignore[misc]
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    job = alone.ended(job_id, sweeping=True)
    assert (job.state, job.tries) == (FAILED, MOST_TRIES)
    assert job.error and "3" in job.error
    assert events(alone) == 0


def test_a_job_is_stopped_by_its_owner_at_its_next_step(stack: Stack) -> None:
    stack.worker()
    job_id = stack.ask("jobtest.steps", "sz.inspection")
    stack.until(lambda: len(stack.traces("steps")) > 3 and stack.job(job_id).done > 0)
    with stack.platform.working_as(stack.platform.principal_named("sz.inspection")) as session:
        assert cancel(session, job_id).state == RUNNING
    job = stack.ended(job_id, within=10)
    assert (job.state, job.error) == (CANCELLED, None)
    assert 0 < job.done < job.total == 1000
    made = len(stack.traces("steps"))
    time.sleep(0.3)
    assert len(stack.traces("steps")) == made


def test_two_workers_do_no_job_twice_however_often_the_bell_rings(stack: Stack) -> None:
    stack.worker()
    stack.worker()
    stack.until(lambda: count(stack, select(func.count()).select_from(Worker)) == 2)
    ids = [stack.ask("jobtest.line", text=f"{number}") for number in range(12)]
    for job_id in [*ids, *reversed(ids)]:
        ring(job_id)
    assert all(stack.ended(job_id).state == DONE for job_id in ids)
    time.sleep(1)  # the second and third bells are heard as well
    assert sorted(stack.traces("lines"), key=int) == [f"{number}" for number in range(12)]
    with as_system(), stack.platform.database.unit(read_only=True) as session:
        assert set(session.scalars(select(Job.tries).where(Job.id.in_(ids)))) == {1}


def test_a_worker_shows_that_it_is_alive_and_takes_its_leave(stack: Stack) -> None:
    worker = stack.worker()
    stack.until(lambda: count(stack, select(func.count()).select_from(Worker)) == 1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=15) == 0
    assert count(stack, select(func.count()).select_from(Worker)) == 0
    said = stack.log("worker").read_text()
    assert "Traceback" not in said
    assert "Error" not in said


def test_two_beats_send_no_schedule_twice_and_one_follows_the_other(stack: Stack) -> None:
    first, second = stack.beat(), stack.beat()
    holder = select(Lease.holder)
    stack.until(lambda: count(stack, select(func.count()).select_from(Lease)) == 1)
    with as_system(), stack.platform.database.unit(read_only=True) as session:
        name = session.scalars(holder).one()
    # Nobody works: the schedule's first job waits, so no second one may join it.
    mine = select(func.count()).select_from(Job).where(Job.kind == "jobtest.line")
    stack.until(lambda: count(stack, mine) == 1)
    time.sleep(2.5)
    assert count(stack, mine) == 1
    holding = first if name.endswith(f":{first.pid}") else second
    holding.send_signal(signal.SIGTERM)
    assert holding.wait(timeout=15) == 0
    left = second if holding is first else first

    def follows() -> bool:
        with as_system(), stack.platform.database.unit(read_only=True) as session:
            return str(session.scalar(holder)).endswith(f":{left.pid}")

    stack.until(follows, within=5)
    assert count(stack, select(func.count()).select_from(ScheduleRun)) == 2, "purge, and the test's own"
    assert "Traceback" not in stack.log("beat").read_text()


def test_beat_gives_a_job_of_a_killed_worker_to_the_next(stack: Stack) -> None:
    worker = stack.worker()
    job_id = stack.ask("jobtest.once", "sz.inspection")
    stack.until(lambda: stack.traces("flushed"))
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    stack.let("go")
    stack.beat()
    stack.worker()
    assert stack.ended(job_id).state == DONE
    assert events(stack) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM])
def test_a_job_in_hand_is_finished_before_a_worker_goes(alone: Stack, number: signal.Signals) -> None:
    worker = alone.worker()
    job_id = alone.ask("jobtest.once", "sz.inspection")
    alone.until(lambda: alone.traces("flushed"))
    worker.send_signal(number)
    time.sleep(0.5)
    alone.let("go")
    assert worker.wait(timeout=15) == 0
    assert alone.job(job_id).state == DONE
