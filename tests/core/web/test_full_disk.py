"""A disk that is full: a sentence, nothing half written, what stood stands, and all goes on when there is room."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.settings import ROOT

SCRIPT = Path(__file__).with_name("full_disk.py")
NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")


def has_namespaces() -> bool:
    if shutil.which("unshare") is None:
        return False
    mount = [*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(mount, capture_output=True).returncode == 0


@pytest.fixture(params=["limit", "tmpfs"])
def found(request: pytest.FixtureRequest, home: Path) -> Any:
    """What the platform did on the full disk, and after it."""
    how: str = request.param
    if how == "tmpfs" and not has_namespaces():
        how = "limit"  # a machine that gives nobody a file system of their own: once more the kernel's own limit
    command = [*(NAMESPACE if how == "tmpfs" else ()), sys.executable, str(SCRIPT), str(home), how]
    ran = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-4000:]
    return json.loads(ran.stdout.splitlines()[-1])


def test_a_full_disk_costs_nobody_what_they_have(found: Any) -> None:
    refused = {"status": 503, "says": True, "inside": False}
    assert found["form"] == refused and found["upload"] == refused
    assert found["reading"] == 200 and found["health"] == 200
    assert found["export"][0] in (200, 503) and found["export"][1], "whole, or refused with the sentence"
    assert found["unchanged"] and found["staging"] == []
    assert (found["again"], found["uploaded"], found["after"]) == (302, 303, [1, 1])
    assert found["job"][0] == "failed" and "磁盘写不进去了" in found["job"][1]
