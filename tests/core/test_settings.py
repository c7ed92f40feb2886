"""The settings: what the environment says, and a sentence when it makes no sense."""

import re
import stat
import threading
from pathlib import Path

import pytest

from core.settings import DEMO_MARK, ROOT, Settings, secret_of


def test_everything_has_a_default_below_the_home(tmp_path: Path) -> None:
    found = Settings.load({"ATRIUM_HOME": str(tmp_path)})
    assert found.database_url == f"sqlite:///{tmp_path}/atrium.db"
    assert found.broker_url == f"sqla+sqlite:///{tmp_path}/broker.db"
    assert (found.url, found.secure_cookies) == ("http://127.0.0.1:8000", False)
    assert found.allowed_plugins is None
    assert Settings.load({}).home == ROOT / "var"


def test_no_plugin_may_load_where_the_list_is_empty(tmp_path: Path) -> None:
    assert Settings.load({"ATRIUM_PLUGINS": ""}).allowed_plugins == frozenset()
    assert Settings.load({"ATRIUM_PLUGINS": "inspection, title"}).allowed_plugins == {"inspection", "title"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "80a", "PORT must be a number from 1 to 65535, not “80a”."),
        ("PORT", "70000", "not “70000”"),
        ("ATRIUM_UPLOAD_MB", "much", "ATRIUM_UPLOAD_MB must be a number from 1 up, not “much”."),
        ("ATRIUM_UPLOAD_MB", "0", "from 1 up"),
        ("ATRIUM_HEARTBEAT_SECONDS", "nan", "from 0.1 up"),
        ("ATRIUM_STAMP_SECONDS", "inf", "from 0 up"),
        ("ATRIUM_NOW", "yesterday", "ATRIUM_NOW must be a moment such as"),
        ("ATRIUM_NOW", "2026-11-24T09:30:00", "needs its zone"),
        ("ATRIUM_NOW", "2026-11-24T09:30:00+08:00", "meant for demo homes only"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(tmp_path: Path, name: str, value: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        Settings.load({"ATRIUM_HOME": str(tmp_path), name: value})


def test_the_clock_stands_in_a_demo_home(tmp_path: Path) -> None:
    (tmp_path / DEMO_MARK).touch()
    found = Settings.load({"ATRIUM_HOME": str(tmp_path), "ATRIUM_NOW": "2026-11-24T09:30:00+08:00"})
    assert found.frozen_now and found.frozen_now.hour == 9


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    settings = Settings.load({"ATRIUM_HOME": str(tmp_path / "new")})
    found: list[str] = []
    at_once = threading.Barrier(8)

    def ask() -> None:
        at_once.wait()
        found.append(secret_of(settings))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 8
    assert len(found[0]) >= 48
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret.key"]
    assert stat.S_IMODE((tmp_path / "new/secret.key").stat().st_mode) == 0o600
