"""The door for many rows asks what the session asks of each, and tells the history the same."""

from typing import Any

import pytest
from sqlalchemy import func, select

from core.access import guard
from core.access.context import acting_as, as_system, doing
from core.bulk import insert_rows
from core.errors import RuleError, ScopeError
from core.estate.models import Building, Contract, Customer, Place, Project, Room
from core.history import Change
from core.model import Model
from core.platform import Platform


def project(platform: Platform, code: str) -> Project:
    with as_system(), platform.database.unit(read_only=True) as session:
        return session.scalars(select(Project).where(Project.code == code)).one()


def buildings(project_id: int, *names: str) -> list[dict[str, Any]]:
    return [{"project_id": project_id, "name": name} for name in names]


def count(platform: Platform, model: type[Model]) -> int:
    with as_system(), platform.database.unit(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_ids_come_in_the_order_of_the_rows_and_the_history_tells_of_each(any_demo: Platform) -> None:
    home = project(any_demo, "SZ-WH")
    me = any_demo.principal_named("group.admin")
    names = [f"{at * 7919 % 1009}号" for at in range(1_000)]
    with acting_as(me), any_demo.database.unit() as session, doing(verb="import"):
        ids = insert_rows(session, Building, buildings(home.id, *names))
        found = {row.id: row.name for row in session.scalars(select(Building).where(Building.id.in_(ids)))}
    assert [found[id] for id in ids] == names
    with as_system(), any_demo.database.unit(read_only=True) as session:
        told = session.scalars(select(Change).where(Change.kind == "core_building", Change.record_id.in_(ids))).all()
    assert {one.record_id for one in told} == set(ids) and len(told) == len(ids)
    assert {(one.action, one.verb, one.user_id, one.project_id) for one in told} == {
        ("create", "import", me.user_id, home.id)
    }


def test_an_ordinary_row_after_them_gets_a_number_of_its_own(any_demo: Platform) -> None:
    home = project(any_demo, "SZ-WH")
    with as_system(), any_demo.database.unit() as session:
        ids = insert_rows(session, Building, buildings(home.id, "甲", "乙"))
        session.add(one := Building(project_id=home.id, name="丙"))
        session.flush()
        assert one.id > max(ids)
        assert insert_rows(session, Building, buildings(home.id, "丁"))[0] > one.id


def test_defaults_kind_and_version_are_filled_in(any_demo: Platform) -> None:
    home = project(any_demo, "SZ-WH")
    with as_system(), any_demo.database.unit() as session:
        building = insert_rows(session, Building, buildings(home.id, "甲"))[0]
        (id,) = insert_rows(session, Room, [
            {"project_id": home.id, "building_id": building, "number": "1", "label": "甲-1", "walk": "1"},
        ])  # fmt: skip
        room = session.get_one(Place, id)
        assert (type(room), room.kind, room.version) == (Room, "home", 1)


@pytest.mark.parametrize("foreign", [0, 1, 2])
def test_one_foreign_row_among_many_is_refused_and_nothing_is_written(any_demo: Platform, foreign: int) -> None:
    mine, other = project(any_demo, "SZ-WH"), project(any_demo, "CD-LX")
    rows = buildings(mine.id, "甲", "乙", "丙")
    rows[foreign]["project_id"] = other.id
    before = count(any_demo, Building), count(any_demo, Change)
    with (
        pytest.raises(ScopeError),
        acting_as(any_demo.principal_named("sz.admin")),
        any_demo.database.unit() as session,
    ):
        insert_rows(session, Building, rows)
    assert (count(any_demo, Building), count(any_demo, Change)) == before


@pytest.mark.parametrize("model", [Building, Contract, Customer])
def test_who_may_change_nothing_inserts_nothing(demo: Platform, model: type[Model]) -> None:
    home = project(demo, "SZ-WH")
    place = {"region_id": home.region_id} if model is Customer else {"project_id": home.id}
    with pytest.raises(ScopeError), acting_as(demo.principal_named("group.leader")), demo.database.unit() as session:
        insert_rows(session, model, [{**place, "name": "甲"}])


def test_customers_of_a_foreign_region_are_refused(demo: Platform) -> None:
    mine, other = project(demo, "SZ-WH").region_id, project(demo, "CD-LX").region_id
    with acting_as(demo.principal_named("sz.admin")), demo.database.unit() as session:
        insert_rows(session, Customer, [{"region_id": mine, "name": "张三"}])
        with pytest.raises(ScopeError):
            insert_rows(session, Customer, [{"region_id": mine, "name": "张三"}, {"region_id": other, "name": "李四"}])


def test_every_project_is_put_to_the_guard_of_single_rows(demo: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[int]()
    monkeypatch.setattr(guard, "check_write", lambda session, row, principal: asked.append(row.project_id))
    mine, other = project(demo, "SZ-WH").id, project(demo, "CD-LX").id
    with acting_as(demo.principal_named("group.admin")), demo.database.unit() as session:
        insert_rows(session, Building, [*buildings(mine, "甲", "乙"), *buildings(other, "甲")])
    assert sorted(asked) == sorted((mine, other))


def test_what_was_opened_for_reading_takes_no_rows(demo: Platform) -> None:
    home = project(demo, "SZ-WH")
    with pytest.raises(RuleError), as_system(), demo.database.unit(read_only=True) as session:
        insert_rows(session, Building, buildings(home.id, "甲"))


def test_what_a_savepoint_took_back_is_not_told(any_demo: Platform) -> None:
    home = project(any_demo, "SZ-WH")
    with as_system(), any_demo.database.unit() as session:
        kept = insert_rows(session, Building, buildings(home.id, "甲"))
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            insert_rows(session, Building, buildings(home.id, "乙"))
            raise ZeroDivisionError
    with as_system(), any_demo.database.unit(read_only=True) as session:
        last = session.scalars(select(Change.record_id).where(Change.kind == "core_building").order_by(Change.id)).all()
    assert last[-1] == kept[0]
    assert count(any_demo, Building) == len(last)
