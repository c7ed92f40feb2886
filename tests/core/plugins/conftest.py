"""A yard: folders for plugins, a home, and processes that say what became of them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import templates
from tests.core.plugins import nursery, samples
from tests.homes import copy_home, once, settled

ROOT = Path(__file__).resolve().parents[3]
PROBE = Path(__file__).parent / "probe.py"


@dataclass
class Yard:
    """Everything of one test; each question is answered by a new process."""

    home: Path
    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    written: list[Path] = field(default_factory=list)

    def plugin(self, name: str, files: Mapping[str, str] | None = None) -> Path:
        """A plugin in the folder, to be given its first migration."""
        made = samples.write(self.folder / name, name, files=files)
        self.written.append(made)
        return made

    def run(self, *words: str, check: bool = True, **environ: str) -> subprocess.CompletedProcess[str]:
        """A Python process in this home; `words` follow the interpreter."""
        env = {key: value for key, value in os.environ.items() if not key.startswith("ATRIUM_")}
        env |= {
            "ATRIUM_HOME": str(self.home),
            "ATRIUM_PLUGIN_DIRS": os.pathsep.join([str(ROOT / "plugins"), str(self.folder)]),
            "ATRIUM_PROBE_WRITE": os.pathsep.join(str(one) for one in self.written),
            "PYTHONPATH": str(ROOT),
            **self.environ,
            **environ,
        }
        if words[0] == "-c":
            done = subprocess.run(
                [sys.executable, *words], env=env, cwd=self.home.parent, capture_output=True, text=True, timeout=120
            )
        else:
            done = self._in_nursery(words, env)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def _in_nursery(self, words: tuple[str, ...], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        out, err = (self.home.parent / f"said.{name}" for name in ("out", "err"))
        child = nursery.context().Process(
            target=nursery.run, args=(words, env, str(self.home.parent), str(out), str(err))
        )
        child.start()
        child.join(120)
        if child.is_alive():
            child.kill()
            raise TimeoutError(f"{words} took more than two minutes: {err.read_text(encoding='utf-8')}")
        told, said = (path.read_text(encoding="utf-8") if path.exists() else "" for path in (out, err))
        return subprocess.CompletedProcess(words, child.exitcode or 0, told, said)

    def look(self, *names: str, **environ: str) -> dict[str, Any]:
        """What the probe says."""
        said = self.run(str(PROBE), *names, **environ).stdout
        return json.loads(said.strip().splitlines()[-1])  # type: ignore[no-any-return]

    def atrium(self, *words: str, check: bool = True, **environ: str) -> subprocess.CompletedProcess[str]:
        """The command line."""
        return self.run("-m", "core.cli", *words, check=check, **environ)


@pytest.fixture(scope="session")
def tended(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as the probe's first look leaves it, to be copied."""
    none = tmp_path_factory.mktemp("no more")
    return once(templates(pytestconfig), "tended", lambda home: (Yard(home, none).look(), settled(home)))


@pytest.fixture
def yard(tended: Path, tmp_path: Path) -> Yard:
    folder = tmp_path / "more"
    folder.mkdir()
    return Yard(copy_home(tended, tmp_path / "home"), folder)
