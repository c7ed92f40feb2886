"""What happened is told once per record and transaction, and nothing is told of what did not happen."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.context import as_system, doing
from core.access.models import Person
from core.access.services import add_person
from core.estate.models import Project, Region
from core.history import Change, Event, forget_listeners, listen, record_event, record_events
from core.platform import Platform

PASSWORD = "Lamp-post-26-yellow"


@pytest.fixture
def region(any_empty: Platform) -> int:
    with as_system(), any_empty.database.unit() as session:
        row = Region(code="SZ", name="深圳")
        session.add(row)
        session.flush()
        return row.id


def changes(platform: Platform, kind: str = "core_region") -> list[Change]:
    with as_system(), platform.database.unit(read_only=True) as session:
        return list(session.scalars(select(Change).where(Change.kind == kind).order_by(Change.id)))


def told(platform: Platform) -> list[tuple[str, dict[str, Any]]]:
    """Action and changes of the region's history after its creation."""
    return [(one.action, one.changes) for one in changes(platform)][1:]


def test_creation_stores_no_values(any_empty: Platform, region: int) -> None:
    (one,) = changes(any_empty)
    assert (one.action, one.changes, one.record_id, one.user_id) == ("create", {}, region, None)


def test_a_change_tells_old_and_new_once_per_transaction(any_empty: Platform, region: int) -> None:
    with as_system(), any_empty.database.unit() as session, doing(verb="edit", reason="试", request_id="r1"):
        row = session.get_one(Region, region)
        row.name = "深圳市"
        session.flush()
        row.name, row.name_en = "深圳公司", "Shenzhen"
    assert told(any_empty) == [("change", {"name": ["深圳", "深圳公司"], "name_en": [None, "Shenzhen"]})]
    one = changes(any_empty)[-1]
    assert (one.verb, one.reason, one.request_id) == ("edit", "试", "r1")


def test_what_is_changed_back_within_a_transaction_was_not_changed(any_empty: Platform, region: int) -> None:
    with as_system(), any_empty.database.unit() as session:
        row = session.get_one(Region, region)
        row.name = "别的"
        session.flush()
        row.name = "深圳"
    assert told(any_empty) == []


def test_a_savepoint_that_is_kept_adds_no_second_row(any_empty: Platform, region: int) -> None:
    with as_system(), any_empty.database.unit() as session:
        row = session.get_one(Region, region)
        row.name = "一"
        with session.begin_nested():
            row.name = "二"
        row.name = "三"
    assert told(any_empty) == [("change", {"name": ["深圳", "三"]})]


def test_a_savepoint_that_is_undone_leaves_nothing(any_empty: Platform, region: int) -> None:
    with as_system(), any_empty.database.unit() as session:
        row = session.get_one(Region, region)
        row.name_en = "Shenzhen"
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            row.name = "别的"
            session.flush()
            raise ZeroDivisionError
    assert told(any_empty) == [("change", {"name_en": [None, "Shenzhen"]})]


def test_a_savepoint_kept_inside_one_that_is_undone_leaves_nothing(any_empty: Platform, region: int) -> None:
    with as_system(), any_empty.database.unit() as session:
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            with session.begin_nested():
                session.get_one(Region, region).name = "别的"
            session.add(Region(code="XX", name="无"))
            session.flush()
            raise ZeroDivisionError
    assert told(any_empty) == []


def test_a_rollback_leaves_nothing(any_empty: Platform, region: int) -> None:
    with pytest.raises(ZeroDivisionError), as_system(), any_empty.database.unit() as session:
        session.get_one(Region, region).name = "别的"
        record_event(session, "test.happened")
        session.flush()
        raise ZeroDivisionError
    assert told(any_empty) == []
    assert events(any_empty) == []


def test_a_session_closed_without_a_word_takes_nothing_along(any_empty: Platform, region: int) -> None:
    with as_system():
        session = any_empty.database.sessions()
        session.get_one(Region, region).name = "别的"
        session.flush()
        session.close()
        session.get_one(Region, region).name_en = "Shenzhen"
        session.commit()
        session.close()
    assert told(any_empty) == [("change", {"name_en": [None, "Shenzhen"]})]


def test_one_record_read_twice_is_one_row(any_empty: Platform, region: int) -> None:
    with as_system(), any_empty.database.unit() as session:
        session.get_one(Region, region).name = "一"
        session.flush()
        session.expunge_all()
        session.get_one(Region, region).name_en = "One"
    assert told(any_empty) == [("change", {"name": ["深圳", "一"], "name_en": [None, "One"]})]


def test_an_old_value_that_was_overwritten_unread_is_known(any_empty: Platform, region: int) -> None:
    with as_system(), any_empty.database.unit() as session:
        row = session.get_one(Region, region)
        session.expire(row, ["name"])
        row.name = "新"
    assert told(any_empty) == [("change", {"name": ["深圳", "新"]})]


def test_deletion_is_told_and_what_never_was_is_not(any_empty: Platform, region: int) -> None:
    with as_system(), any_empty.database.unit() as session:
        session.delete(session.get_one(Region, region))
        passing = Region(code="XX", name="无")
        session.add(passing)
        session.flush()
        session.delete(passing)
    assert told(any_empty) == [("delete", {})]


def test_each_transaction_has_its_row(any_empty: Platform, region: int) -> None:
    for name in ("一", "二"):
        with as_system(), any_empty.database.unit() as session:
            session.get_one(Region, region).name = name
    assert told(any_empty) == [("change", {"name": ["深圳", "一"]}), ("change", {"name": ["一", "二"]})]


def test_accounts_are_told_of_but_never_their_passwords(any_empty: Platform) -> None:
    with as_system(), any_empty.database.unit() as session:
        add_person(session, "lin.xiaolan", "林晓岚", PASSWORD)
    with as_system(), any_empty.database.unit() as session:
        person = session.scalars(select(Person)).one()
        person.active, person.password, person.login_count = False, "x", 3
    found = [(one.action, one.changes) for one in changes(any_empty, "ab_user")]
    assert found == [("create", {}), ("change", {"active": [True, False]})]


# --- events and who listens -------------------------------------------------------------------------------------------


def events(platform: Platform) -> list[Event]:
    with as_system(), platform.database.unit(read_only=True) as session:
        return list(session.scalars(select(Event).order_by(Event.id)))


@pytest.fixture
def hears(any_empty: Platform) -> Iterator[Any]:
    """Let somebody listen for the length of a test."""
    owners: list[str] = []

    def start(owner: str, listener: Any) -> None:
        owners.append(owner)
        listen(owner, listener)

    yield start
    for owner in owners:
        forget_listeners(owner)


def test_an_event_is_kept_with_what_it_is_about(any_empty: Platform, region: int) -> None:
    with as_system(), any_empty.database.unit() as session:
        project = Project(code="SZ-WH", name="湾湖", region_id=region)
        session.add(project)
        session.flush()
        record_event(session, "test.happened", project, on=project.contract_handover_on, code=project.code)
    (one,) = events(any_empty)
    assert (one.name, one.kind, one.record_id) == ("test.happened", "core_project", project.id)
    assert one.payload == {"v": 1, "on": None, "code": "SZ-WH"}


def test_a_listener_works_in_the_same_transaction(any_empty: Platform, region: int, hears: Any) -> None:
    hears("good", lambda event, session: setattr(session.get_one(Region, region), "name_en", event.name))
    with pytest.raises(ZeroDivisionError), as_system(), any_empty.database.unit() as session:
        record_event(session, "test.first")
        raise ZeroDivisionError
    assert told(any_empty) == []
    with as_system(), any_empty.database.unit() as session:
        record_event(session, "test.second")
    assert told(any_empty) == [("change", {"name_en": [None, "test.second"]})]


def test_a_listener_that_fails_is_undone_alone_and_its_fault_is_kept(
    any_empty: Platform, region: int, hears: Any
) -> None:
    def bad(event: Event, session: Session) -> None:
        session.get_one(Region, region).name = "毁"
        session.add(Region(code="XX", name="无"))
        session.flush()
        raise RuntimeError("the listener stumbled")

    def worse(event: Event, session: Session) -> None:
        session.add(Region(code="SZ", name="重"))  # the database refuses
        session.flush()

    hears("bad", bad)
    hears("worse", worse)
    hears("good", lambda event, session: setattr(session.get_one(Region, region), "name_en", "heard"))
    with as_system(), any_empty.database.unit() as session:
        record_event(session, "test.happened")
    assert told(any_empty) == [("change", {"name_en": [None, "heard"]})]
    (one,) = events(any_empty)
    assert "bad: RuntimeError: the listener stumbled" in str(one.fault)
    assert "worse: IntegrityError" in str(one.fault)
    assert "good" not in str(one.fault)
    with as_system(), any_empty.database.unit(read_only=True) as session:
        assert session.scalars(select(Region.name)).all() == ["深圳"]


def test_many_events_are_kept_as_single_ones_are_whoever_listens(any_empty: Platform, region: int, hears: Any) -> None:
    rows = [{"id": at, "project_id": None, "payload": {"on": date(2026, 11, at)}} for at in (1, 2)]
    with as_system(), any_empty.database.unit() as session:
        record_events(session, "test.many", Region, rows)
        record_events(session, "test.none", Region, [])
    heard: list[tuple[str, int | None]] = []
    hears("good", lambda event, session: heard.append((event.name, event.record_id)))
    with as_system(), any_empty.database.unit() as session:
        record_events(session, "test.many", Region, rows)
    assert heard == [("test.many", 1), ("test.many", 2)]
    quiet, loud = events(any_empty)[:2], events(any_empty)[2:]
    assert [(one.name, one.kind, one.record_id, one.payload) for one in quiet] == [
        ("test.many", "core_region", at, {"v": 1, "on": f"2026-11-0{at}"}) for at in (1, 2)
    ]
    assert [(one.record_id, one.payload) for one in loud] == [(one.record_id, one.payload) for one in quiet]
