"""A long export reads of each row what its columns need, in the same rights as a short one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from core.access.reach import Held, Principal
from core.platform import Platform
from core.records.exporting import parts, view_at
from core.records.listing import Listing
from core.records.written import attributes, cells

ADDRESSES = ("/inspection/issues", "/inspection/lists", "/inspection/plans", "/estate/homes", "/estate/owners")


@contextmanager
def looking(platform: Platform, who: Principal, address: str, **state: str) -> Iterator[Listing]:
    from flask import Flask

    app = Flask("tests")
    app.extensions["atrium"] = platform
    with app.app_context(), platform.working_as(who, read_only=True) as session:
        yield Listing(view_at(platform.plugins, address), session, state, None)


@pytest.mark.parametrize("address", ADDRESSES)
def test_long_lists_are_not_read_as_whole_records(demo: Platform, address: str) -> None:
    who = demo.principal_named("group.leader")
    with looking(demo, who, address, tab="all") as looked:
        assert attributes(looked)


def test_a_column_that_draws_itself_and_says_nothing_takes_whole_records(
    demo: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    with looking(demo, demo.principal_named("sz.inspection"), "/inspection/issues", tab="all") as looked:
        plain = [one for one in looked.view.columns if one.name in ("place_id", "category")]
        monkeypatch.setattr(type(looked.view), "columns", [replace(one, reads=()) for one in plain])
        assert attributes(looked) is None
        assert sum(len(part) for part in parts(looked)) > 0


def test_what_may_be_read_and_not_exported_is_left_out(demo: Platform) -> None:
    """Two assignments: one exports in a project, the other reads more than that."""
    inspector = demo.principal_named("sz.inspection")
    with looking(demo, inspector, "/inspection/issues", tab="all") as looked:
        filled = next(row.project_id for part in parts(looked) for row in part)
    other = next(one for one in inspector.reach("inspection.issue", "read").projects if one != filled)
    grants = {"reads": {"inspection.issue": frozenset({"read"})}, **inspector.grants}
    held = (Held("reads", "project", project_id=filled), Held("inspection", "project", project_id=other))
    for seen, count in ((held, 0), ((replace(held[1], project_id=filled),), None)):
        who = replace(inspector, held=seen, grants=grants, _cache={})
        with looking(demo, who, "/inspection/issues", tab="all", columns="number") as looked:
            read = [row for part in parts(looked) for row in part]
            exported = [row for part in parts(looked) for row in cells(looked, part)]
        assert read and len(exported) == (len(read) if count is None else count)


def rows_of(platform: Platform, name: str, **state: str) -> list[Any]:
    with looking(platform, platform.principal_named(name), "/inspection/issues", **state) as looked:
        return [row for part in parts(looked) for row in cells(looked, part)]


def test_hours_are_those_of_the_row_s_region(demo: Platform) -> None:
    found = rows_of(demo, "sz.inspection", tab="all", columns="number,entered_at,rework_count,state")
    assert all(row[1].tzinfo is None and isinstance(row[2], int) for row in found)
    assert {row[3] for row in found} > {"已关闭"}
