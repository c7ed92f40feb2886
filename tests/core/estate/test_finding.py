"""A place is found by what people type, in one project and within one's scope."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.db import ScopedSession
from core.errors import RuleError
from core.estate.finding import find_place
from core.i18n import reading
from core.platform import Platform


def project(platform: Platform, code: str) -> int:
    found = platform.principals.organisation().projects.values()
    return next(one.id for one in found if one.code == code)


@pytest.fixture
def session(demo: Platform, as_user: Any) -> Iterator[ScopedSession]:
    with reading("en", demo.parameters.catalogue().words()), as_user(demo, "group.admin") as session:
        yield session


@pytest.mark.parametrize(
    "typed",
    [
        "3-1-502",
        "3栋1单元502",
        "３－１－５０２",
        "3-502",
        "3栋502",
        "３－５０２",
        " 3号楼 1单元 502室 ",
        "3/1/502",
        "03-01-502",
    ],
)
def test_these_are_one_home(demo: Platform, session: ScopedSession, typed: str) -> None:
    assert find_place(session, project(demo, "SZ-WH"), typed).label == "3-1-502"


@pytest.mark.parametrize(
    ("code", "typed", "label"),
    [
        ("SZ-WH", "3栋大堂", "3栋大堂"), ("SZ-WH", " ３栋 大堂", "3栋大堂"), ("SZ-WH", "地下车库B区", "地下车库B区"),
        ("SZ-WH", "地下车库ｂ区", "地下车库B区"), ("SZ-WH", "5-103", "5-103"), ("SZ-WH", "5栋103", "5-103"),
        ("SZ-QH", "1-1-3a01", "1-1-3A01"), ("CD-LX", "11栋102", "11-102"), ("SH-JA", "1号楼502", "1-1-502"),
    ],
)  # fmt: skip
def test_common_areas_buildings_without_units_and_lifts_without_a_four(
    demo: Platform, session: ScopedSession, code: str, typed: str, label: str
) -> None:
    assert find_place(session, project(demo, code), typed).label == label


def test_of_two_units_the_unit_is_asked_for(demo: Platform, session: ScopedSession) -> None:
    with pytest.raises(RuleError) as refused:
        find_place(session, project(demo, "SZ-WH"), "1-502")
    assert refused.value.field == "place"
    assert str(refused.value) == "Building 1 has several units; write the unit too: 1-1-502, 1-2-502."


@pytest.mark.parametrize("typed", ["3-1-9999", "99-502", "502", "", "月球", "3-1", "1-9999"])
def test_what_names_no_place_is_refused_with_a_sentence(demo: Platform, session: ScopedSession, typed: str) -> None:
    with pytest.raises(RuleError, match="The project has no place") as refused:
        find_place(session, project(demo, "SZ-WH"), typed)
    assert refused.value.field == "place"


def test_a_place_of_another_project_is_not_found(demo: Platform, session: ScopedSession, as_user: Any) -> None:
    assert find_place(session, project(demo, "CD-LX"), "11-102")
    with pytest.raises(RuleError):
        find_place(session, project(demo, "SZ-WH"), "11-102")


def test_a_place_outside_one_s_scope_is_not_found(demo: Platform, as_user: Any) -> None:
    with as_user(demo, "cd.inspection") as session:
        assert find_place(session, project(demo, "CD-LX"), "11-102")
        with pytest.raises(RuleError):
            find_place(session, project(demo, "SZ-WH"), "3-1-502")
