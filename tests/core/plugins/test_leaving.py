"""A hook that will go works until then, and tells its implementers the version and what takes its place."""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import hookspecs, plugins
from core.hookspecs import LeavingHook, leaving
from core.plugins import load
from tests.core.plugins import samples

OLD = """

        @hookimpl
        def old_facts(room):
            return ["still called"]
        """


@pytest.fixture
def with_an_old_hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The platform as it will be when its first hook is to go."""

    @hookspecs.hookspec(warn_on_impl=leaving("0.4", "use room_facts"))
    def old_facts(room: object) -> object:
        """Say something of a home, as it was done before."""

    monkeypatch.setattr(hookspecs, "old_facts", old_facts, raising=False)
    before = frozenset(sys.modules)
    yield
    for name in sys.modules.keys() - before:
        if name.startswith("parkhouse"):
            del sys.modules[name]


def test_who_implements_it_is_told_and_goes_on(
    with_an_old_hook: None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    samples.write(tmp_path / "parkhouse", "parkhouse", files=samples.added("plugin.py", OLD))
    with caplog.at_level(logging.WARNING, plugins.__name__), pytest.warns(LeavingHook, match="goes with Atrium 0.4"):
        found = load([tmp_path])
    (plugin,) = (one for one in found.found if one.name == "parkhouse")
    try:
        assert plugin.state == "loaded", plugin.reason
        assert plugin.notices == ["the hook old_facts goes with Atrium 0.4; use room_facts"]
        assert "goes with Atrium 0.4" in caplog.text
        assert list(found.call("old_facts", room=None)) == [("parkhouse", [["still called"]])]
    finally:
        found.take_out(plugin, plugins.PluginError("the test is over"))


def test_the_words_are_a_deprecation() -> None:
    assert issubclass(LeavingHook, DeprecationWarning)
    assert str(leaving("0.4", "use room_facts")) == "goes with Atrium 0.4; use room_facts"
