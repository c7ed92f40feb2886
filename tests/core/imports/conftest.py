"""Judging and writing workbooks made in a test, on behalf of somebody."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.i18n import reading
from core.imports import engine
from core.imports.engine import Line, Result
from core.platform import Platform
from core.registers import registers
from tests.homes import at_work, copy_home, settings_of

Import = Callable[..., Result]


@pytest.fixture(scope="module")
def kept_demo(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """One demo platform for all tests of a module that judge and write nothing."""
    with at_work(settings_of(copy_home(demo_template, tmp_path_factory.mktemp("kept") / "home"))) as platform:
        yield platform


@pytest.fixture
def imported() -> Iterator[Import]:
    """`imported(demo, "rooms", content, …)` judges and writes a workbook; `write=False` only judges. In English."""

    def run(
        platform: Platform,
        kind: str,
        content: bytes,
        *,
        by: str = "group.admin",
        name: str = "register.xlsx",
        write: bool = True,
        partial: bool = False,
        **more: Any,
    ) -> Result:
        register = registers(platform.plugins)[kind].build(name)
        with reading("en", platform.parameters.catalogue().words()):
            with platform.working_as(platform.principal_named(by), read_only=not write) as session:
                return engine.run(session, register, content, write=write, partial=partial, **more)

    with reading("en"):
        yield run


def faults(result: Result) -> dict[int, dict[str, str]]:
    """Excel row → heading → sentence."""
    return {line.row: dict(line.errors) for line in result.bad}


def fault(result: Result) -> tuple[str, str]:
    """Heading and sentence of the only fault there is."""
    found = [pair for line in result.bad for pair in line.errors.items()]
    assert len(found) == 1, found
    return found[0]


def states(result: Result) -> list[str]:
    """`new`, `changed` or `same` of each good row."""
    return [line.state for line in result.good]


def only(result: Result) -> Line:
    """The one row there is, which must be good."""
    assert not result.bad, faults(result)
    (line,) = result.lines
    return line
