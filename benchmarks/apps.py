"""Who is measured: how each is started, and the address of each work."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from benchmarks import table
from benchmarks.client import Client
from benchmarks.data import FOLDER, Site
from benchmarks.peers.given import PAGE, PASSWORD, USER
from core.records.paging import write_cursor
from core.settings import ROOT

PEERS_PYTHON = FOLDER / "peers" / "bin" / "python"
Address = Callable[[dict[str, Any], int], str]
"""Facts and the number of the round → a path. Each round asks for something else, everybody for the same."""


@dataclass(frozen=True)
class App:
    name: str
    server: str
    """The WSGI application; people of one application share its server."""
    python: str
    login: str
    user: str
    works: dict[str, Address]
    environ: Callable[[Site], dict[str, str]]
    prepared: bool = field(default=False)
    """Whether it makes tables and a user of its own first."""


def _firm(facts: dict[str, Any], at: int) -> int:
    return int(facts["contractors"][at % len(facts["contractors"])])


def _record(facts: dict[str, Any], at: int) -> int:
    return int(facts["records"][at % len(facts["records"])])


def _text(facts: dict[str, Any], at: int) -> str:
    return quote(facts["texts"][at % len(facts["texts"])])


COMMON = quote("空鼓")


def _atrium(name: str, user: str, *, writes: bool) -> App:
    base, every = "/inspection/issues/", f"/inspection/issues/?tab=all&size={PAGE}&sort=-entered_at&q="

    def after(facts: dict[str, Any], _at: int) -> str:
        moment, record = facts["edge"]
        return f"{every}&after={write_cursor(datetime.fromisoformat(moment), record)}"

    works: dict[str, Address] = {
        table.LIST: lambda facts, at: every,
        table.DEEP: after,
        table.LAST: lambda facts, at: f"{every}&last=1",
        table.FILTER: lambda facts, at: f"{every}&contractor={_firm(facts, at)}&state=recorded",
        table.RARE: lambda facts, at: f"{every}{_text(facts, at)}",
        table.COMMON: lambda facts, at: f"{every}{COMMON}",
        table.RECORD: lambda facts, at: f"{base}{_record(facts, at)}",
    }
    if writes:
        works[table.FORM] = works[table.SAVE] = lambda facts, at: f"{base}{_record(facts, at)}/edit"
    return App(name, "core.wsgi:app", sys.executable, "/login/", user, works, lambda where: where.environ)


def _peer(name: str, folder: str, login: str, works: dict[str, Address], *, prepared: bool = True) -> App:
    return App(
        name, f"benchmarks.peers.{folder}.app:app", str(PEERS_PYTHON), login, USER, works,
        lambda where: {"BENCH_DATABASE_URL": where.peers_url}, prepared,
    )  # fmt: skip


ATRIUM = (
    _atrium("Atrium, leader", "group.leader", writes=False),
    _atrium("Atrium, specialist", "sz.inspection", writes=True),
)
_D, _F, _B = "/admin/django_admin/issue/", "/issue/", "/issueview/"
PEERS = (
    _peer("Django admin", "django_admin", "/admin/login/", {
        table.LIST: lambda f, at: _D,
        table.DEEP: lambda f, at: f"{_D}?p={f['deep']}",
        table.LAST: lambda f, at: f"{_D}?p={f['pages']}",
        table.FILTER: lambda f, at: f"{_D}?contractor__id__exact={_firm(f, at)}&state__exact=recorded",
        table.RARE: lambda f, at: f"{_D}?q={quote(chr(34))}{_text(f, at)}{quote(chr(34))}",
        table.COMMON: lambda f, at: f"{_D}?q={COMMON}",
        table.FORM: lambda f, at: f"{_D}{_record(f, at)}/change/",
        table.SAVE: lambda f, at: f"{_D}{_record(f, at)}/change/",
        table.RECORD: lambda f, at: f"{_D}{_record(f, at)}/change/",
    }),
    _peer("Flask-Admin", "flask_admin", "/login", {
        table.LIST: lambda f, at: _F,
        table.DEEP: lambda f, at: f"{_F}?page={f['deep'] - 1}",
        table.LAST: lambda f, at: f"{_F}?page={f['pages'] - 1}",
        table.FILTER: lambda f, at: f"{_F}?flt0_0={_firm(f, at)}&flt1_1=recorded",
        table.RARE: lambda f, at: f"{_F}?search={_text(f, at)}",
        table.COMMON: lambda f, at: f"{_F}?search={COMMON}",
        table.FORM: lambda f, at: f"{_F}edit/?id={_record(f, at)}",
        table.SAVE: lambda f, at: f"{_F}edit/?id={_record(f, at)}",
        table.RECORD: lambda f, at: f"{_F}details/?id={_record(f, at)}",
    }, prepared=False),
    _peer("bare FAB", "bare_fab", "/login/", {
        table.LIST: lambda f, at: f"{_B}list/",
        table.DEEP: lambda f, at: f"{_B}list/?page_IssueView={f['deep'] - 1}",
        table.LAST: lambda f, at: f"{_B}list/?page_IssueView={f['pages'] - 1}",
        table.FILTER: lambda f, at: f"{_B}list/?_flt_0_contractor={_firm(f, at)}&_flt_3_state=recorded",
        table.RARE: lambda f, at: f"{_B}list/?_flt_2_description={_text(f, at)}",
        table.COMMON: lambda f, at: f"{_B}list/?_flt_2_description={COMMON}",
        table.FORM: lambda f, at: f"{_B}edit/{_record(f, at)}",
        table.SAVE: lambda f, at: f"{_B}edit/{_record(f, at)}",
        table.RECORD: lambda f, at: f"{_B}show/{_record(f, at)}",
    }),
)  # fmt: skip


def start(app: App, where: Site) -> tuple[subprocess.Popen[bytes], int]:
    """A server at work and its port; its words are in var/bench."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"BENCH_PORT": str(port), "PYTHONPATH": str(ROOT), **app.environ(where)}
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ATRIUM_")} | own
    if app.prepared:
        module = app.server.partition(":")[0]
        subprocess.run([app.python, "-m", module], env=environ, cwd=ROOT, check=True)
    log = (where.folder / f"{app.server.partition(':')[0]}.log").open("wb")
    command = [app.python, "-m", "gunicorn", "-c", "python:benchmarks.server", app.server]
    server = subprocess.Popen(command, env=environ, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError(f"{app.name} did not start; its words are in {log.name}")
        try:
            if Client(port).ask(app.login)[0] == 200:
                return server, port
        except OSError:
            time.sleep(0.1)
    server.terminate()
    raise RuntimeError(f"{app.name} does not answer; its words are in {log.name}")


def signed_in(app: App, port: int) -> Client:
    client = Client(port)
    client.sign_in(app.login, app.user, PASSWORD)
    return client
