"""Jobs without a worker process: what is asked for, taken back, refused, given again."""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from core import clock
from core.access.context import as_system
from core.access.models import Person, SignInAttempt, UserSession
from core.errors import NotFound, RuleError
from core.estate.models import Region
from core.extend import JobKind
from core.jobs import cancel, doorbell, enqueue, queue
from core.jobs.context import JobContext, Superseded
from core.jobs.doorbell import broker_file, prepare_broker, purge_broker, ring
from core.jobs.kinds import JOBS_KEPT_DAYS, UPLOADS_KEPT_DAYS, job_kinds
from core.jobs.lease import hold, let_go
from core.jobs.models import CANCELLED, DONE, FAILED, QUEUED, RUNNING, Job, ScheduleRun, Worker
from core.jobs.runner import MOST_TRIES, run
from core.jobs.schedules import run_due, schedules
from core.jobs.sweep import SILENT_BEATS, sweep
from core.platform import Platform
from tests.core.jobs.conftest import Stack


def kinds(monkeypatch: pytest.MonkeyPatch, **made: Any) -> None:
    """Let the runner know these kinds."""
    known = {name: JobKind(name, name, work) for name, work in made.items()}
    monkeypatch.setattr("core.jobs.runner.job_kinds", lambda plugins: known)


def change(platform: Platform, job_id: int, **values: Any) -> None:
    with as_system(), platform.database.unit() as session:
        session.execute(update(Job).where(Job.id == job_id).values(**values))


# --- asking ---------------------------------------------------------------------------------------


def test_the_bell_rings_after_the_commit_and_for_what_was_committed(alone: Stack, bells: list[int]) -> None:
    with as_system(), alone.platform.database.unit() as session:
        kept = enqueue(session, "purge")
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            enqueue(session, "purge")
            raise ZeroDivisionError
        with session.begin_nested():
            also = enqueue(session, "purge")
        assert bells == []
    assert bells == [kept.id, also.id]
    with pytest.raises(ZeroDivisionError), as_system(), alone.platform.database.unit() as session:
        enqueue(session, "purge")
        raise ZeroDivisionError
    with as_system(), alone.platform.database.unit() as session:
        assert len(session.scalars(select(Job)).all()) == 2
    assert len(bells) == 2, "nothing of a transaction taken back is announced later"


def test_a_broker_that_is_away_stops_nobody(alone: Stack, caplog: pytest.LogCaptureFixture) -> None:
    doorbell.install("redis://127.0.0.1:1/0")
    with caplog.at_level(logging.WARNING):
        job_id = alone.ask("purge")
    assert alone.job(job_id).state == QUEUED
    assert "the broker was not told" in caplog.text


def test_a_job_remembers_where_it_belongs_and_what_language_was_spoken(alone: Stack, bells: list[int]) -> None:
    project = next(iter(alone.platform.principal_named("sz.inspection").organisation.projects.values()))
    job = alone.job(alone.ask("purge", "sz.inspection", project_id=project.id, on=clock.today()))
    assert (job.project_id, job.language) == (project.id, "zh")
    assert job.arguments == {"project_id": project.id, "on": "2026-11-25"}


def test_a_job_is_seen_and_stopped_by_who_asked_for_it_and_no_other_specialist(alone: Stack, bells: list[int]) -> None:
    job_id = alone.ask("purge", "sz.inspection")
    for username in ("group.leader", "sz.admin", "cd.inspection"):
        with alone.platform.working_as(alone.platform.principal_named(username)) as session:
            assert session.scalars(select(Job)).all() == []
            with pytest.raises(NotFound):
                cancel(session, job_id)
    with alone.platform.working_as(alone.platform.principal_named("sz.inspection")) as session:
        assert cancel(session, job_id).state == CANCELLED
    assert run(alone.platform, job_id) is False, "it never runs"


def test_what_is_over_stays_as_it_ended(alone: Stack, bells: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    kinds(monkeypatch, quick=lambda context: {"n": 1})
    job_id = alone.ask("quick", "sz.inspection")
    assert run(alone.platform, job_id)
    with alone.platform.working_as(alone.platform.principal_named("sz.inspection")) as session:
        assert cancel(session, job_id).state == DONE
    assert run(alone.platform, job_id) is False


# --- how a job ends -------------------------------------------------------------------------------


def test_a_refusal_is_the_sentence_of_the_job(alone: Stack, bells: list[int]) -> None:
    job_id = alone.ask("jobtest.refuse")
    run(alone.platform, job_id)
    assert (alone.job(job_id).state, alone.job(job_id).error) == (FAILED, "Close the window first.")


def test_a_fault_inside_is_told_without_its_inside(
    alone: Stack, bells: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    job_id = alone.ask("jobtest.crash")
    run(alone.platform, job_id)
    error = alone.job(job_id).error
    assert error and "secret" not in error and str(job_id) in error
    assert "password=secret" in caplog.text, "the log says what"


def test_a_kind_that_nobody_brings_fails_with_its_name(alone: Stack, bells: list[int]) -> None:
    job_id = alone.ask("gone.kind")
    run(alone.platform, job_id)
    assert alone.job(job_id).state == FAILED
    assert "gone.kind" in (alone.job(job_id).error or "")


def test_nothing_runs_for_an_account_that_was_closed(alone: Stack, bells: list[int]) -> None:
    job_id = alone.ask("jobtest.line", "sz.inspection", text="never")
    with as_system(), alone.platform.database.unit() as session:
        session.scalars(select(Person).where(Person.username == "sz.inspection")).one().active = False
    alone.platform.principals._people.clear()
    run(alone.platform, job_id)
    assert alone.job(job_id).state == FAILED
    assert alone.traces("lines") == []


def test_a_database_that_is_away_for_a_moment_costs_a_try_and_not_the_job(
    alone: Stack, bells: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlucky(context: JobContext) -> None:
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    kinds(monkeypatch, unlucky=unlucky)
    job_id = alone.ask("unlucky")
    for turn in range(1, MOST_TRIES):
        run(alone.platform, job_id)
        assert (alone.job(job_id).state, alone.job(job_id).tries) == (QUEUED, turn)
    run(alone.platform, job_id)
    assert alone.job(job_id).state == FAILED
    assert "locked" not in (alone.job(job_id).error or "")


def test_a_worker_told_to_stop_at_once_gives_its_job_back(
    alone: Stack, bells: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(context: JobContext) -> None:
        raise SystemExit(1)

    kinds(monkeypatch, stopped=stopped)
    job_id = alone.ask("stopped")
    with pytest.raises(SystemExit):
        run(alone.platform, job_id)
    assert alone.job(job_id).state == QUEUED


def test_a_run_that_was_overtaken_keeps_nothing(
    alone: Stack, bells: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(context: JobContext) -> None:
        change(alone.platform, context.job.id, tries=2)  # another worker took it meanwhile
        with pytest.raises(Superseded):
            context.progress(1, 2)
        with context.unit() as session:
            session.add(SignInAttempt(key="overtaken", at=clock.now()))
            context.complete(session, {})

    kinds(monkeypatch, slow=slow)
    job_id = alone.ask("slow")
    run(alone.platform, job_id)
    assert alone.job(job_id).state == RUNNING, "it is the other's to end"
    with as_system(), alone.platform.database.unit() as session:
        assert session.scalars(select(SignInAttempt).where(SignInAttempt.key == "overtaken")).all() == []


def test_progress_goes_on_inside_a_transaction_that_holds_the_only_write_lock(
    alone: Stack, bells: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def writing(context: JobContext) -> None:
        with context.unit() as session:
            session.add(SignInAttempt(key="writing", at=clock.now()))
            session.flush()
            context.heartbeat()  # would wait ten seconds for the lock that this very job holds
            change_wanted = queue.is_cancelled(session, context.job)
            context.complete(session, {"cancel": change_wanted})

    kinds(monkeypatch, writing=writing)
    job_id = alone.ask("writing")
    run(alone.platform, job_id)
    assert alone.job(job_id).result == {"cancel": False}


# --- what was left behind -------------------------------------------------------------------------


def silent_since(seconds: float) -> Any:
    return clock.running() - timedelta(seconds=seconds)


def test_a_job_that_still_breathes_is_left_alone(alone: Stack, bells: list[int]) -> None:
    job_id = alone.ask("jobtest.once")
    bells.clear()
    change(alone.platform, job_id, state=RUNNING, tries=1, heartbeat_at=silent_since(0))
    assert sweep(alone.platform) == bells == []
    change(alone.platform, job_id, heartbeat_at=silent_since((SILENT_BEATS + 1) * 0.2))
    assert sweep(alone.platform) == bells == [job_id]
    assert alone.job(job_id).state == QUEUED


def test_a_silent_job_that_was_to_stop_is_stopped(alone: Stack, bells: list[int]) -> None:
    job_id = alone.ask("jobtest.once")
    change(alone.platform, job_id, state=RUNNING, tries=1, heartbeat_at=silent_since(60), cancel_wanted=True)
    assert sweep(alone.platform) == []
    assert alone.job(job_id).state == CANCELLED


def test_a_job_that_waits_is_announced_again_when_somebody_listens(alone: Stack, bells: list[int]) -> None:
    job_id = alone.ask("jobtest.once")
    bells.clear()
    change(alone.platform, job_id, sent_at=silent_since(doorbell.RING_AGAIN_SECONDS + 1))
    assert sweep(alone.platform) == [], "no worker is there: the broker is not filled"
    with as_system(), alone.platform.database.unit() as session:
        session.add(Worker(name="here:1", started_at=clock.running(), seen_at=clock.running()))
    assert sweep(alone.platform) == [job_id]
    assert sweep(alone.platform) == [], "and not at every turn"


# --- on time --------------------------------------------------------------------------------------


def test_a_schedule_comes_due_an_interval_after_it_was_first_seen_and_waits_for_its_last_job(
    alone: Stack, bells: list[int]
) -> None:
    assert set(schedules(alone.platform.plugins)) == {"purge", "jobtest.often"}
    assert run_due(alone.platform) == []

    def let_time_pass() -> None:
        with as_system(), alone.platform.database.unit() as session:
            session.execute(update(ScheduleRun).values(last_at=silent_since(60)))

    let_time_pass()
    (job_id,) = run_due(alone.platform)
    assert (alone.job(job_id).kind, alone.job(job_id).user_id) == ("jobtest.line", None)
    let_time_pass()
    assert run_due(alone.platform) == [], "the last one still waits"
    change(alone.platform, job_id, state=DONE)
    assert len(run_due(alone.platform)) == 1
    assert run_due(alone.platform) == []


def test_a_lease_has_one_holder_until_it_lets_go_or_falls_silent(any_demo: Platform) -> None:
    base = any_demo.database
    assert hold(base, "beat", "a:1", 30)
    assert hold(base, "beat", "a:1", 30), "renewed"
    assert not hold(base, "beat", "b:2", 30)
    let_go(base, "beat", "b:2")
    assert not hold(base, "beat", "b:2", 30), "nobody gives back what another holds"
    let_go(base, "beat", "a:1")
    assert hold(base, "beat", "b:2", -1), "held, and silent at once"
    assert hold(base, "beat", "a:1", 30)


# --- clearing up ----------------------------------------------------------------------------------


def test_delivered_messages_leave_the_broker(alone: Stack) -> None:
    url = alone.settings.broker_url
    prepare_broker(url)
    prepare_broker(url)
    ring(1)
    ring(2)
    assert purge_broker(url) == 0, "nobody has heard them yet"
    import sqlite3
    from contextlib import closing

    path = broker_file(url)
    assert path is not None
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        connection.execute("UPDATE kombu_message SET visible = 0 WHERE id = 1")
    assert purge_broker(url) == 1
    assert purge_broker("redis://127.0.0.1:6379/1") == 0


def test_what_nobody_needs_is_cleared_up_daily(alone: Stack, bells: list[int]) -> None:
    import os

    moment, home = clock.now(), alone.settings.home
    old, young = (alone.ask("purge") for _ in range(2))
    change(alone.platform, old, state=DONE, ended_at=moment - timedelta(days=JOBS_KEPT_DAYS + 1))
    change(alone.platform, young, state=DONE, ended_at=moment - timedelta(days=JOBS_KEPT_DAYS - 1))
    waiting = alone.ask("jobtest.once")
    change(alone.platform, waiting, created_at=moment - timedelta(days=999))
    for job_id in (old, young):
        (home / f"jobs/{job_id}").mkdir(parents=True)
        (home / f"jobs/{job_id}/checked.xlsx").write_bytes(b"PK")
    (home / "imports").mkdir()
    for name, age in (("old", UPLOADS_KEPT_DAYS + 1), ("young", 0)):
        (home / "imports" / name).write_bytes(b"PK")
        stamp = (clock.running() - timedelta(days=age)).timestamp()
        os.utime(home / "imports" / name, (stamp, stamp))
    with as_system(), alone.platform.database.unit() as session:
        for days in (0, 400):
            seen = moment - timedelta(days=days)
            session.add(UserSession(token_hash=f"{days}", created_at=seen, seen_at=seen, data={}))
            session.add(SignInAttempt(key=f"{days}", at=seen))
            session.add(Worker(name=f"{days}", started_at=seen, seen_at=clock.running() - timedelta(days=days)))
    job_id = alone.ask("purge")
    run(alone.platform, job_id)
    assert alone.job(job_id).state == DONE, alone.job(job_id).error
    with as_system(), alone.platform.database.unit() as session:
        assert session.scalars(select(Job.id).order_by(Job.id)).all() == [young, waiting, job_id]
        assert session.scalars(select(UserSession.token_hash)).all() == ["0"]
        assert session.scalars(select(SignInAttempt.key)).all() == ["0"]
        assert session.scalars(select(Worker.name)).all() == ["0"]
    assert not (home / f"jobs/{old}").exists()
    assert (home / f"jobs/{young}/checked.xlsx").exists()
    assert [path.name for path in (home / "imports").iterdir()] == ["young"]


def test_every_kind_has_a_name_of_its_own(alone: Stack) -> None:
    known = job_kinds(alone.platform.plugins)
    assert {"purge", "import_register", "jobtest.once"} <= set(known)
    assert all(str(kind.label) for kind in known.values())


def test_a_line_is_written_for_each_run(
    alone: Stack, bells: list[int], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asked for what and how it ended; nothing of its arguments, which hold what people typed."""
    caplog.set_level(logging.INFO, logger="atrium.jobs")

    def refuse(context: JobContext, text: str) -> None:
        raise RuleError("no")

    kinds(monkeypatch, fine=lambda context, text, region_id: None, refuse=refuse)
    with as_system(), alone.platform.database.unit(read_only=True) as session:
        region = session.scalars(select(Region).where(Region.code == "SZ")).one()
    done = alone.ask("fine", "sz.inspection", text="13800138000", region_id=region.id)
    failed = alone.ask("refuse", text="13800138000")
    for one in (done, failed):
        run(alone.platform, one)
    lines = [json.loads(one.message) for one in caplog.records if one.name == "atrium.jobs"]
    user = alone.platform.principal_named("sz.inspection").user_id
    told = [(one["job"], one["kind"], one["user"], one["region"], one["state"], one["try"]) for one in lines]
    assert told == [(done, "fine", user, "SZ", DONE, 1), (failed, "refuse", None, None, FAILED, 1)]
    assert all(one["ms"] > 0 and one["at"].endswith("+00:00") for one in lines)
    assert "13800138000" not in caplog.text
