"""One demo platform per database and module; each test records findings of its own there."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import databases
from tests.conftest import BOTH
from tests.core.issues.site import Office, Site
from tests.homes import at_work, copy_home, settings_of
from tests.services import _missing


@pytest.fixture(scope="module", params=BOTH)
def site(
    request: pytest.FixtureRequest, demo_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The demo group at work, once on SQLite and once on PostgreSQL."""
    folder = tmp_path_factory.mktemp("site") / "home"
    if request.param == "sqlite":
        with at_work(settings_of(copy_home(demo_template, folder))) as platform:
            yield Site(platform)
        return
    template, name = request.getfixturevalue("_postgres_templates")("demo")
    with databases.postgres_database(template=name) as url:
        with at_work(settings_of(copy_home(template, folder), url)) as platform:
            yield Site(platform)


@pytest.fixture(scope="module")
def lone_site(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo group on SQLite alone, where the database makes no difference."""
    with at_work(settings_of(copy_home(demo_template, tmp_path_factory.mktemp("site") / "home"))) as platform:
        yield Site(platform)


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """LibreOffice, which opens workbooks as Excel and WPS do and saves them again."""
    program = shutil.which("soffice")
    if program is None:
        _missing("LibreOffice", "no such command")
    profile = tmp_path_factory.mktemp("office")

    def convert(source: Path, kind: str, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        told: Any = subprocess.run(
            [str(program), "--headless", f"-env:UserInstallation=file://{profile}", "--convert-to", kind, "--outdir",
             str(folder), str(source)],
            capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
        made = folder / f"{source.stem}.{kind.partition(':')[0]}"
        assert made.exists(), told.stdout + told.stderr
        return made

    return convert
