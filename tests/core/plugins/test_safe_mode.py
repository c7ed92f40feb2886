"""Safe mode: the shell alone, whatever a plugin does at import; nothing that plugins keep is lost."""

import json

import pytest

from core.settings import Settings
from tests.core.plugins.conftest import Yard
from tests.core.plugins.samples import added

SAFE = {"ATRIUM_SAFE_MODE": "1"}
ILL = {
    "hangs": "\n        import threading; threading.Event().wait()",
    "raises": "\n        raise RuntimeError('not today')",
    "leaves": "\n        import sys; sys.exit(3)",
    "dies": "\n        import os; os._exit(9)",
}
PERMISSIONS = """
import json, sys
from sqlalchemy import text
from core.platform import build
with build().database.engine.connect() as connection:
    rows = connection.execute(text("select name from ab_view_menu order by name")).scalars().all()
print(json.dumps(rows))
"""


@pytest.mark.parametrize("how", ILL)
def test_no_code_of_a_plugin_runs(yard: Yard, how: str) -> None:
    yard.plugin("poorly", added("plugin.py", ILL[how]))
    yard.written.clear()
    said = yard.atrium("plugins", **SAFE, ATRIUM_STRICT_PLUGINS="1").stdout
    assert "no plugin is loaded" in said or "不加载" in said
    rows = {line.split()[0]: line.split()[1] for line in said.splitlines()[1:]}
    assert rows["poorly"] == rows["inspection"] == "available"


def test_preparing_leaves_permissions_as_they_are(yard: Yard) -> None:
    before = json.loads(yard.run("-c", PERMISSIONS).stdout)
    assert any(name.startswith("inspection.") for name in before)
    yard.atrium("init", **SAFE)
    assert json.loads(yard.run("-c", PERMISSIONS).stdout) == before


def test_health_says_so(yard: Yard) -> None:
    found = json.loads(yard.atrium("health", "--json", **SAFE).stdout)
    assert (found["status"], found["safe_mode"], found["plugins"]) == ("degraded", "no plugin is loaded", {})


JOBS = """
from core.access.context import as_system
from core.jobs import runner
from core.jobs.models import Job
from core.jobs import enqueue
from core.platform import build
platform = build()
with as_system(), platform.database.unit() as session:
    theirs, ours = enqueue(session, "inspection.unknown").id, enqueue(session, "purge").id
runs = [runner.run(platform, one) for one in (theirs, ours)]
with as_system(), platform.database.unit(read_only=True) as session:
    print(runs, session.get(Job, theirs).state, session.get(Job, theirs).tries, session.get(Job, ours).state)
"""


def test_jobs_of_plugins_wait_and_those_of_core_are_done(yard: Yard) -> None:
    assert yard.run("-c", JOBS, **SAFE).stdout.split("\n")[-2] == "[False, True] queued 0 done"
    assert yard.run("-c", JOBS).stdout.split("\n")[-2] == "[True, True] failed 1 done"


PAGES = """
import json, re
from core.app import create_app
from core.demo import PASSWORD
app, said = create_app(), {}
for name in ("group.admin", "group.leader"):
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login/").text).group(1)
    client.post("/login/", data={"username": name, "password": PASSWORD, "csrf_token": token})
    page = client.get("/")
    said[name] = [page.status_code, "安全模式" in page.text]
said["plugin"] = client.get("/inspection/findings/").status_code
print(json.dumps(said))
"""


def test_administrators_are_told_on_every_page_and_plugins_have_none(yard: Yard, settings: Settings) -> None:
    home = str(settings.home)  # of the demo, with people of all roles
    found = json.loads(yard.run("-c", PAGES, ATRIUM_HOME=home, **SAFE).stdout.splitlines()[-1])
    assert found == {"group.admin": [200, True], "group.leader": [200, False], "plugin": 404}
    found = json.loads(yard.run("-c", PAGES, ATRIUM_HOME=home).stdout.splitlines()[-1])
    assert found["group.admin"] == [200, False]
