"""Eight at once: no update is lost, no number is given twice, no stamp is overlooked."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from core.access.context import as_system
from core.access.stamps import ORGANISATION, Stamps
from core.db import Database
from core.estate.models import Region
from core.numbers import Counter, reserve_numbers
from core.platform import Platform

THREADS, ROUNDS = 8, 30
ON = date(2026, 11, 25)


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """`act(0)` … `act(7)` begin together, each in a thread of its own."""
    gate = threading.Barrier(THREADS)

    def begin(at: int) -> Any:
        gate.wait()
        return act(at)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(begin, range(THREADS)))


def test_read_then_write_loses_nothing_on_sqlite(empty: Platform) -> None:
    with as_system(), empty.database.unit() as session:
        session.add(Counter(name="test", value=0))

    def count(at: int) -> None:
        for _ in range(ROUNDS):
            with as_system(), empty.database.unit() as session:
                row = session.scalars(select(Counter).where(Counter.name == "test")).one()
                row.value = row.value + 1

    at_once(count)
    with as_system(), empty.database.unit(read_only=True) as session:
        assert session.scalar(select(Counter.value).where(Counter.name == "test")) == THREADS * ROUNDS


def test_the_loss_this_guards_against_is_real(empty: Platform) -> None:
    """With a plain BEGIN the same work fails or loses: the test above would notice."""

    def count(at: int) -> int:
        refused = 0
        for _ in range(ROUNDS):
            try:
                with as_system(), loose.unit() as session:
                    row = session.scalars(select(Counter).where(Counter.name == "test")).one()
                    row.value = row.value + 1
            except OperationalError:
                refused += 1
        return refused

    from sqlalchemy import event

    from core import db

    loose = Database(empty.settings.database_url)
    event.remove(loose.engine, "begin", db._begin_sqlite)
    event.listen(loose.engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    try:
        with as_system(), loose.unit() as session:
            session.add(Counter(name="test", value=0))
        refused = sum(at_once(count))
        with as_system(), loose.unit(read_only=True) as session:
            counted = session.scalar(select(Counter.value).where(Counter.name == "test")) or 0
        assert refused > 0 or counted < THREADS * ROUNDS
    finally:
        loose.dispose()


def test_numbers_are_given_once(any_empty: Platform) -> None:
    def take(at: int) -> list[str]:
        found = []
        for count in (1, 3, 1, 2, 5):
            with as_system(), any_empty.database.unit() as session:
                found += reserve_numbers(session, "SZ-WH", "I", ON, count)
        return found

    given = [number for numbers in at_once(take) for number in numbers]
    assert sorted(given) == [f"SZWH-I2611-{serial:05}" for serial in range(1, THREADS * 12 + 1)]


def test_a_number_rolled_back_is_given_to_the_next(any_empty: Platform) -> None:
    with pytest.raises(ZeroDivisionError), as_system(), any_empty.database.unit() as session:
        reserve_numbers(session, "SZ-WH", "I", ON, 3)
        raise ZeroDivisionError
    with as_system(), any_empty.database.unit() as session:
        assert reserve_numbers(session, "SZ-WH", "I", ON, 1) == ["SZWH-I2611-00001"]


def test_each_project_letter_and_month_counts_for_itself(any_empty: Platform) -> None:
    asked = [("SZ-WH", "I", ON), ("SZ-WH", "L", ON), ("SZ-QH", "I", ON), ("SZ-WH", "I", date(2026, 12, 1))]
    with as_system(), any_empty.database.unit() as session:
        given = [reserve_numbers(session, *one, 1)[0] for one in asked]
    assert given == ["SZWH-I2611-00001", "SZWH-L2611-00001", "SZQH-I2611-00001", "SZWH-I2612-00001"]


def test_every_writer_is_noticed_by_the_stamp(any_empty: Platform) -> None:
    before = any_empty.stamps.values().get(ORGANISATION, 0)

    def write(at: int) -> None:
        with as_system(), any_empty.database.unit() as session:
            session.add(Region(code=f"R{at}", name=f"{at}"))

    at_once(write)
    any_empty.stamps.forget()
    assert any_empty.stamps.values()[ORGANISATION] == before + THREADS
    with as_system(), any_empty.database.unit(read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(Region)) == THREADS


def test_whoever_saves_is_not_shown_what_stood_before(any_empty: Platform) -> None:
    """Other processes notice within a second; this one has no reason to wait."""
    patient = Stamps(any_empty.database.sessions, seconds=3600)
    before = patient.values().get(ORGANISATION, 0)
    with as_system(), any_empty.database.unit() as session:
        session.add(Region(code="A", name="甲"))
        session.flush()
        assert patient.values().get(ORGANISATION, 0) == before
    assert patient.values()[ORGANISATION] == before + 1


def test_a_stamp_survives_savepoints(any_empty: Platform) -> None:
    """The inner SAVEPOINT is kept, the one around it undone: what the transaction itself changed is still told."""
    before = any_empty.stamps.values().get(ORGANISATION, 0)
    with as_system(), any_empty.database.unit() as session:
        session.add(Region(code="A", name="甲"))
        session.flush()
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            with session.begin_nested():
                session.add(Region(code="B", name="乙"))
            raise ZeroDivisionError
    any_empty.stamps.forget()
    assert any_empty.stamps.values()[ORGANISATION] == before + 1
