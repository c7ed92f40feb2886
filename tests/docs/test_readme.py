"""The smallest plugin of the README works; what a look at the files shows is held to by `make check-docs`."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from core.demo import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^`([\w/.]+)`[^\n]*\n\n```(?:python|yaml)\n(.*?)^```", re.M | re.S)

JOB = r"""
import re, sys
from datetime import timedelta
from sqlalchemy import select
from core import clock, init, migrate
from core.access.context import as_system
from core.demo import load as load_demo
from core.history import Event
from core.platform import build
from pathlib import Path

platform = build()
assert [(one.name, one.state, one.reason) for one in platform.plugins.found] == [("suggestions", "loaded", "")]
migrate.revision(migrate.Owner("suggestions", Path(sys.argv[1])), "first")
assert init.prepare(platform) is not None
load_demo(platform)
from core.app import create_app
from plugins.suggestions.models import Suggestion
app = create_app(platform)

def token(page): return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]

def client_of(name):
    client = app.test_client()
    sent = {"username": name, "password": sys.argv[2], "csrf_token": token(client.get("/login/"))}
    assert client.post("/login/", data=sent).status_code == 302
    return client

def add(name, project):
    client, tree = client_of(name), platform.principals.organisation()
    page = client.get("/suggestions/suggestions/new")
    where = next(one.id for one in tree.projects.values() if one.code == project)
    sent = {"csrf_token": token(page), "once": re.search(r'name="once" value="([^"]+)"', page.text)[1],
            "project_id": where, "title": "楼道灯太暗"}
    answer = client.post("/suggestions/suggestions/new", data=sent)
    assert answer.status_code == 302, answer.text
    return client, answer.headers["Location"]

def row_at(url):
    with as_system(), platform.database.unit(read_only=True) as session:
        return session.get(Suggestion, int(url.rsplit("/", 1)[1]))

client, url = add("sz.request", "SZ-WH")
other, elsewhere = add("cd.request", "CD-LX")
assert row_at(url).due_on == clock.today() + timedelta(days=1), "Shenzhen answers within a day"
assert row_at(elsewhere).due_on == clock.today() + timedelta(days=3), "the others within three"
assert "/suggestions/suggestions/" in client.get("/").text, "in the menu"
assert other.get(url).status_code == 404, "another region's"
page = client.get(f"{url}/close")
refused = client.post(f"{url}/close", data={"csrf_token": token(page), "version": 1, "reply": " "})
assert refused.status_code == 422 and "Answer the suggestion before closing it." in refused.text
assert row_at(url).closed_on is None
done = client.post(f"{url}/close", data={"csrf_token": token(page), "version": 1, "reply": "本周更换"})
assert done.status_code == 302, done.text
assert row_at(url).closed_on == clock.today()
with as_system(), platform.database.unit(read_only=True) as session:
    assert session.scalar(select(Event.record_id).where(Event.name == "suggestions.closed")) == row_at(url).id
assert client_of("sz.inspection").get("/suggestions/suggestions/").status_code == 403
print("the plugin of the README works")
"""


def test_the_smallest_plugin_does_its_job(tmp_path: Path) -> None:
    blocks = dict(BLOCK.findall(README))
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    for name, text in blocks.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.startswith("config/"):
            text = path.read_text(encoding="utf-8") + text
        path.write_text(text, encoding="utf-8")
    (tmp_path / "plugins" / "__init__.py").touch()
    env = {
        **os.environ, "ATRIUM_HOME": str(tmp_path / "home"), "ATRIUM_PLUGIN_DIRS": str(tmp_path / "plugins"),
        "ATRIUM_CONFIG": str(config), "PYTHONPATH": str(tmp_path), "ATRIUM_STRICT_PLUGINS": "1",
    }  # fmt: skip
    env.pop("ATRIUM_DATABASE_URL", None)
    words = [sys.executable, "-c", JOB, str(tmp_path / "plugins" / "suggestions"), PASSWORD]
    ran = subprocess.run(words, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert "the plugin of the README works" in ran.stdout, ran.stdout + ran.stderr[-4000:]
    python = sum(
        len([line for line in text.split("\n") if line.strip()])
        for name, text in blocks.items()
        if name.endswith(".py")
    )
    assert python < 80, "the smallest plugin stays small"
