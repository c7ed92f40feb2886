"""What tests of the running platform stand on. A template is filled once in a run; each test has a copy.

`demo` is the platform with the demo group, `empty` the one after `atrium init` only; `any_demo` and `any_empty` run a
test on SQLite and on PostgreSQL. `web(platform)` and `sign_in(app, username)` go through the real pages.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from io import BufferedRandom
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from core.db import ScopedSession
from core.platform import Platform
from core.settings import Settings
from core.testing.people import token_of
from tests import databases
from tests.homes import at_work, copy_home, make_home, name_of, once, settings_of

pytest_plugins = ["tests.services"]

REGISTERS = Path(__file__).resolve().parents[2] / "shared/data"
"""The customer's register workbooks. They are not part of this project: without them their tests do not exist."""
collect_ignore = [] if REGISTERS.is_dir() else ["core/imports/test_shared_registers.py", "journeys/test_registers.py"]

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


# --- homes ----------------------------------------------------------------------------------------


DATABASE = "database.url"
"""In a template on PostgreSQL: the database that belongs to it."""


def templates(config: pytest.Config) -> Path:
    """Where this run keeps its templates, for all its workers."""
    base: Path = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    return (base.parent if hasattr(config, "workerinput") else base) / "templates"


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is imported stays: without this a quarter of all time goes to looking through it for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Drop the databases of the templates when all workers are done."""
    if hasattr(session.config, "workerinput") or not hasattr(session.config, "_tmp_path_factory"):
        return
    for path in templates(session.config).glob(f"*/{DATABASE}"):
        databases.drop_postgres(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def demo_template(pytestconfig: pytest.Config) -> Path:
    """A home with the demo group, to be copied."""
    return once(templates(pytestconfig), "demo", make_home)


@pytest.fixture(scope="session")
def empty_template(pytestconfig: pytest.Config) -> Path:
    """A home after `atrium init` only, to be copied."""
    return once(templates(pytestconfig), "empty", lambda folder: make_home(folder, demo=False))


@pytest.fixture
def home(demo_template: Path, tmp_path: Path) -> Path:
    """An ATRIUM_HOME of this test's own, filled with the demo group."""
    return copy_home(demo_template, tmp_path / "home")


@pytest.fixture
def empty_home(empty_template: Path, tmp_path: Path) -> Path:
    """An ATRIUM_HOME of this test's own after `atrium init` only."""
    return copy_home(empty_template, tmp_path / "empty")


@pytest.fixture
def settings(home: Path) -> Settings:
    """Settings of `home`, with the clock standing at tests.homes.NOW."""
    return settings_of(home)


# --- platforms ------------------------------------------------------------------------------------


@pytest.fixture
def demo(settings: Settings) -> Iterator[Platform]:
    """The platform with the demo group."""
    with at_work(settings) as platform:
        yield platform


@pytest.fixture
def empty(empty_home: Path) -> Iterator[Platform]:
    """The platform of a prepared home that holds nothing yet."""
    with at_work(settings_of(empty_home)) as platform:
        yield platform


@pytest.fixture(scope="session")
def _postgres_templates(postgres_url: str, pytestconfig: pytest.Config) -> Callable[[str], tuple[Path, str]]:
    """`demo` or `empty` → a home on PostgreSQL and its database's name, made when asked for."""

    def make(kind: str, folder: Path) -> None:
        url = databases.create_postgres(kind)
        folder.mkdir()
        (folder / DATABASE).write_text(url, encoding="utf-8")
        make_home(folder, url, demo=kind == "demo")

    def template(kind: str) -> tuple[Path, str]:
        folder = once(templates(pytestconfig), f"{kind}_on_postgres", partial(make, kind))
        return folder, name_of((folder / DATABASE).read_text(encoding="utf-8"))

    return template


@pytest.fixture
def postgres_settings(_postgres_templates: Any, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a home with the demo group on a PostgreSQL database of this test's own."""
    template, name = _postgres_templates("demo")
    with databases.postgres_database(template=name) as url:
        yield settings_of(copy_home(template, tmp_path / "postgres"), url)


@pytest.fixture(params=BOTH)
def any_settings(request: pytest.FixtureRequest) -> Settings:
    """Settings of a home with the demo group, once on SQLite and once on PostgreSQL."""
    found: Settings = request.getfixturevalue("settings" if request.param == "sqlite" else "postgres_settings")
    return found


@pytest.fixture
def any_demo(any_settings: Settings) -> Iterator[Platform]:
    """The platform with the demo group, once on SQLite and once on PostgreSQL."""
    with at_work(any_settings) as platform:
        yield platform


@pytest.fixture(params=BOTH)
def any_empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Platform]:
    """The platform of a prepared home that holds nothing yet, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("empty")
        return
    template, name = request.getfixturevalue("_postgres_templates")("empty")
    with databases.postgres_database(template=name) as url:
        with at_work(settings_of(copy_home(template, tmp_path / "postgres"), url)) as platform:
            yield platform


# --- people ---------------------------------------------------------------------------------------

AsUser = Callable[[Platform, str], AbstractContextManager[ScopedSession]]


@pytest.fixture
def as_user() -> AsUser:
    """`with as_user(demo, "sz.inspection") as session:` is a unit of work of that person."""
    return lambda platform, username: platform.working_as(platform.principal_named(username))


@pytest.fixture
def web() -> Callable[[Platform], Any]:
    """`web(demo)` is the Flask application on that platform."""

    def made(platform: Platform) -> Any:
        from core.app import create_app

        app = create_app(platform)
        app.test_client_class = Tidy
        app.jinja_env.bytecode_cache = COMPILED
        return app

    return made


class Tidy(FlaskClient):
    """Closes what it sent: a large form lies in a temporary file, which Werkzeug's client leaves to the collector."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **kwargs)
        sent = answer.request.environ.get("wsgi.input")
        if isinstance(sent, BufferedRandom):
            sent.close()
        return answer


class Compiled(BytecodeCache):
    """Templates are compiled once in a run, not once for each test's application."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def csrf_of(page: str) -> str:
    """The token of the forms on a page."""
    found = token_of(page)
    assert found, f"no CSRF token on this page: {page[:300]}"
    return found


@pytest.fixture
def sign_in() -> Callable[[Any, str], Any]:
    """`sign_in(app, "sz.inspection")` is a client that went through the sign-in form with the demo's password."""

    def signed_in(app: Any, username: str) -> Any:
        from core.demo import PASSWORD

        client = app.test_client()
        token = csrf_of(client.get("/login/").get_data(as_text=True))
        answer = client.post("/login/", data={"username": username, "password": PASSWORD, "csrf_token": token})
        assert answer.status_code == 302, answer.get_data(as_text=True)[:2000]
        return client

    return signed_in
