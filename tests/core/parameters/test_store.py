"""The values in force in a process: read again when they change, kept when a revision is bad."""

import logging
from datetime import timedelta

import pytest

from core import clock
from core.access.context import as_system
from core.init import prepare
from core.parameters.models import ParameterRevision
from core.platform import Platform
from tests.homes import NOW


def publish(platform: Platform, text: str, region: str = "", days: int = 0) -> None:
    """A revision as an administrator's page would write one."""
    with as_system(), platform.database.unit() as session:
        session.add(
            ParameterRevision(
                level="region" if region else "group", scope_code=region, source=text, digest="-", author="somebody",
                effective_on=clock.today() + timedelta(days=days), created_at=clock.now(),
            )
        )  # fmt: skip


def days(platform: Platform, region: str = "SZ") -> int:
    return int(platform.parameters.catalogue().value("issues.rectify_days", region))


def test_a_new_revision_holds_at_once(any_demo: Platform) -> None:
    assert (days(any_demo), days(any_demo, "CD"), days(any_demo, "SH")) == (10, 5, 7)
    publish(any_demo, "issues: {rectify_days: 20}", "SZ")
    assert (days(any_demo), days(any_demo, "CD")) == (20, 5)
    publish(any_demo, "issues: {rectify_days: 30}")
    assert (days(any_demo), days(any_demo, "CD"), days(any_demo, "SH")) == (20, 5, 30)


def test_a_bad_revision_leaves_what_held(demo: Platform, caplog: pytest.LogCaptureFixture) -> None:
    assert days(demo) == 10
    publish(demo, "issues: {rectify_days: 0}", "SZ")
    with caplog.at_level(logging.ERROR):
        assert days(demo) == 10
        assert days(demo) == 10
    assert len(caplog.records) == 1, "told once, not at every question"
    assert "issues.rectify_days" in caplog.text
    publish(demo, "issues: {rectify_days: 12}", "SZ")
    assert days(demo) == 12


def test_a_revision_of_tomorrow_holds_from_tomorrow(demo: Platform) -> None:
    publish(demo, "issues: {rectify_days: 20}", "SZ", days=1)
    assert days(demo) == 10
    with clock.freeze(NOW + timedelta(days=1)):
        assert days(demo) == 20


def test_init_does_not_undo_what_somebody_published_since(demo: Platform) -> None:
    publish(demo, "issues: {rectify_days: 20}", "SZ")
    prepare(demo)
    assert days(demo) == 20


def test_a_module_that_is_switched_off_is_off_at_the_next_question(demo: Platform) -> None:
    assert demo.principal_named("sz.inspection").may("inspection.issue", "read")
    publish(demo, "modules: {inspection: off}", "SZ")
    assert not demo.principal_named("sz.inspection").may("inspection.issue", "read")
    assert demo.principal_named("cd.inspection").may("inspection.issue", "read")
