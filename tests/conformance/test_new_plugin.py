"""A plugin that `atrium plugin new` writes conforms at once; one with a fault of each kind is told each of them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from core.commands.plugin import plugin_group
from core.i18n import reading
from core.platform import Platform
from core.records.parts import Cell
from core.settings import ROOT
from core.testing import declared, working
from core.testing.conformance import CHECKS
from core.testing.subject import Subject

NAME = "parking"
FAULTS: Mapping[str, tuple[str, str, str]] = {
    "manifest": ("plugin.py", 'icon="clipboard-list"', 'icon="no-such-icon"'),
    "tables": ("plugin.py", "return [Entry]", "return []"),
    "grants": ("plugin.py", '("read", "write", "close", "export")', '("read", "write", "export")'),
    "readme": ("README.md", "## Who may what", "## Rights"),
    "events": ("services.py", '"parking.entry_closed"', '"parking.entry_over"'),
    "translations": ("views.py", 'lazy("Answer and close")', 'lazy("Settle the matter")'),
    "doors": (
        "views.py", "    piles = (",
        '    def enter(self, verb="read", resource=""):\n        pass\n\n    piles = (',
    ),
    "exports": ("views.py", 'lazy("Closed on")', '"Closed on"'),
    "demo": ("demo.py", ".limit(1)) is None", ".limit(1)) is None or True"),
    "statements": (
        "views.py", "    piles = (",
        "    def prepare_rows(self, rows, reader):\n        for row in rows:\n"
        "            reader.session.refresh(row)\n\n    piles = (",
    ),
    "migrations": ("migrations/versions/parking_0001_first.py", '    op.drop_table("parking_entry")\n', ""),
}  # fmt: skip
"""Check → file, what stands there, what is planted."""


def atrium(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {key: value for key, value in os.environ.items() if not key.startswith("ATRIUM_")}
    environ |= {
        "ATRIUM_HOME": str(folder / "home"), "ATRIUM_LANG": "en",
        "ATRIUM_PLUGIN_DIRS": os.pathsep.join([str(ROOT / "plugins"), str(folder / "more")]),
    }  # fmt: skip
    command = [sys.executable, "-m", "core.cli", *words]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=180, check=False)


def new(folder: Path, name: str, *words: str) -> Any:
    """`atrium plugin new` in this process: it asks no platform."""
    with reading("en"):
        return CliRunner().invoke(plugin_group, ["new", name, "--into", str(folder / "more"), *words])


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A folder of plugins with a new one in it."""
    done = new(tmp_path, NAME, "--label-zh", "车位管理")
    assert done.exit_code == 0, done.output
    return tmp_path


def test_a_new_plugin_conforms_at_once(tmp_path: Path) -> None:
    words = ("plugin", "new", NAME, "--into", str(tmp_path / "more"), "--label-zh", "车位管理")
    assert atrium(tmp_path, *words).returncode == 0
    done = atrium(tmp_path, "plugin", "check", NAME)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split() for line in done.stdout.splitlines()] == [[check, "ok"] for check in CHECKS]


OWN_TESTS = """
from datetime import UTC, datetime

from core import clock as platform_clock
from core.estate.models import Project
from core.jobs import enqueue
from parking import services

pytest_plugins = ("core.testing.pytest_plugin",)


def test_the_ground_is_made_in_lines(session, make, as_user):
    project = make.project("XA-QJ", make.region("XA", "西安"), "曲江")
    room = make.room(make.unit(make.building(project)), "101")
    make.person("new.desk", "request", project)
    session.commit()
    assert room.id and "XA-QJ" in {one.code for one in as_user("new.desk").principal.organisation.projects.values()}
    with as_user("new.desk").session() as own:
        assert [one.code for one in own.query(Project)] == ["XA-QJ"]
    with as_user("sz.request").session() as own:
        assert "XA-QJ" not in {one.code for one in own.query(Project)}


def test_the_clock_stands_until_it_is_told(clock):
    assert clock.now == datetime(2026, 11, 25, 2, tzinfo=UTC)
    clock.stand_at(datetime(2027, 1, 1, tzinfo=UTC))
    assert platform_clock.today().isoformat() == "2027-01-01"


def test_what_was_caused_is_told(session, outbox):
    enqueue(session, "purge")
    session.commit()
    assert [one.kind for one in outbox.jobs()] == ["purge"] and outbox.jobs("other") == [] and outbox.events() == []


def test_a_form_is_sent_and_each_test_has_its_own_home(as_user):
    somebody = as_user("sz.request")
    with somebody.session() as session:
        projects = [one.id for one in session.query(Project)]
    answer = somebody.post("/parking/entries/new", project_id=str(projects[0]), title="一条新的")
    assert answer.status_code == 302
    assert "一条新的" in somebody.client.get("/parking/entries/?tab=all&q=").text


def test_nothing_is_left_of_others(as_user):
    assert "一条新的" not in as_user("sz.request").client.get("/parking/entries/?tab=all&q=").text
"""


def test_its_own_tests_pass_with_the_platform_s_fixtures(written: Path) -> None:
    """As an outside author runs them: pytest in the plugin's folder, nothing of ours beside it but the package."""
    folder = written / "more" / NAME
    (folder / "tests" / "test_more.py").write_text(OWN_TESTS, encoding="utf-8")
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("ATRIUM_", "PYTEST_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"], cwd=folder,
        env={**environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 passed" in done.stdout


def test_a_fault_of_each_kind_is_told(written: Path) -> None:
    folder = written / "more" / NAME
    for check, (name, stands, planted) in FAULTS.items():
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert stands in text, f"{check}: the plant has nothing to stand on"
        path.write_text(text.replace(stands, planted, 1), encoding="utf-8")
    done = atrium(written, "plugin", "check", NAME, "--json")
    assert done.returncode == 1, done.stderr
    told: dict[str, list[str]] = json.loads(done.stdout)
    assert {check for check in FAULTS if not told[check]} == set()
    assert told["parameters"] == [], "nothing was planted there"


def test_a_value_out_of_range_that_is_taken_is_told(demo: Platform, web: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = demo.plugins.get("inspection")
    assert plugin is not None
    monkeypatch.setattr(declared, "read_layer", lambda *_: None)
    assert any("beyond its maximum" in one for one in declared.parameters(Subject(demo, web(demo), plugin)))


@pytest.mark.parametrize("beside", ["number", "note"])
def test_a_column_that_reads_more_than_it_says_is_told(
    demo: Platform, web: Any, monkeypatch: pytest.MonkeyPatch, beside: str
) -> None:
    """A long export would leave out what it was not told of, or write one row's words into another's."""
    plugin = demo.plugins.get("inspection")
    assert plugin is not None
    subject = Subject(demo, web(demo), plugin)
    view = next(one for one in subject.views if one.route_base == "/inspection/issues")
    known = {one.name: one for one in view.columns}
    shown = replace(known["description"], kind="text", cell=lambda row, _: Cell(f"{row.number}"), reads=("project_id",))
    monkeypatch.setattr(type(view), "columns", (known["place_id"], shown, known[beside]))
    found = [one for one in working.exports(subject) if "a long export of /inspection/issues" in one]
    assert len(found) == 1


def test_a_plugin_that_is_not_there_or_does_not_load_is_a_sentence(written: Path) -> None:
    nowhere = atrium(written, "plugin", "check", "nowhere")
    assert nowhere.returncode == 2 and "found nowhere" in nowhere.stderr
    (written / "more" / NAME / "models.py").write_text("1 / 0\n", encoding="utf-8")
    broken = atrium(written, "plugin", "check", NAME)
    assert broken.returncode == 2 and "ZeroDivisionError" in broken.stderr
    assert "Traceback" not in nowhere.stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [("core", "platform's own"), ("Parking", "small letters"), ("../evil", "small letters"), ("login", "own"),
     ("parking", "there already")],
)  # fmt: skip
def test_a_name_that_cannot_be_is_refused_and_nothing_is_written(written: Path, name: str, said: str) -> None:
    before = sorted(written.rglob("*"))
    done = new(written, name)
    assert done.exit_code == 2 and said in done.output
    assert [path for path in sorted(written.rglob("*")) if path not in before and "home" not in path.parts] == []


@pytest.mark.parametrize("label", ['Par"king', "{handover}", "a\nb", "x" * 61, "100%"])
def test_a_label_that_would_break_the_files_is_refused(tmp_path: Path, label: str) -> None:
    done = new(tmp_path, NAME, "--label", label)
    assert done.exit_code == 2 and "at most 60 characters" in done.output
    assert not (tmp_path / "more").exists()
