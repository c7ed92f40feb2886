"""Every plugin present conforms, whoever wrote it; what it is asked stands in `core.testing.conformance`."""

from pathlib import Path
from typing import Any

import pytest

from core.platform import Platform
from core.testing.conformance import CHECKS
from core.testing.subject import Subject

PLUGINS = sorted(path.parent.name for path in (Path(__file__).parents[2] / "plugins").glob("*/plugin.py"))


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", PLUGINS)
def test_it_conforms(demo: Platform, web: Any, name: str, check: str) -> None:
    plugin = demo.plugins.get(name)
    assert plugin is not None
    assert list(CHECKS[check](Subject(demo, web(demo), plugin))) == []
