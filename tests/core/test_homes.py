"""The ground under the other tests: a home for each, people, and pages."""

from typing import Any

import pytest
from sqlalchemy import func, select

from core import clock
from core.estate.models import Project, Region, Room
from core.parameters import store
from core.platform import Platform
from tests.homes import NOW


def count(session: Any, model: Any) -> int:
    found: int = session.scalar(select(func.count()).select_from(model))
    return found


def test_the_demo_has_its_three_regions_on_both_databases(any_demo: Platform, as_user: Any) -> None:
    with as_user(any_demo, "group.admin") as session:
        assert set(session.scalars(select(Region.code))) == {"SZ", "CD", "SH"}
        assert count(session, Room) > 300
    assert clock.now() == NOW


def test_an_empty_home_holds_nothing_on_both_databases(any_empty: Platform) -> None:
    from core.access.context import as_system

    with as_system(), any_empty.database.unit() as session:
        assert count(session, Region) == 0


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_writes_the_next_does_not_see(demo: Platform, as_user: Any, turn: int) -> None:
    with as_user(demo, "group.admin") as session:
        assert not session.scalar(select(Project).where(Project.name == "新名"))
        session.scalars(select(Project).where(Project.code == "SZ-WH")).one().name = "新名"


def test_the_parameters_in_force_are_those_of_the_platform_at_work(demo: Platform) -> None:
    assert store._store is demo.parameters


def test_a_person_signs_in_through_the_form(demo: Platform, web: Any, sign_in: Any) -> None:
    client = sign_in(web(demo), "sz.inspection")
    assert client.get("/").status_code == 200
