"""One Alembic history per owner (core, then each plugin), each with a version table of its own.

So a plugin that is missing is only skipped: its tables stay, and nobody else's migration stops over it.
"""

import os
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    NullPool,
    String,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import OperationalError

from core.model import metadata
from core.settings import Settings

SCRIPTS = Path(__file__).parent / "migrations"
LOCK = 0x41545249
CORE_PREFIXES = ("ab_", "core_")


@dataclass(frozen=True)
class Owner:
    """Whose tables: `core`, or a plugin with its folder."""

    name: str
    folder: Path

    @property
    def versions(self) -> Path:
        return self.folder / "migrations" / "versions"

    def owns(self, table: str) -> bool:
        return table.startswith(CORE_PREFIXES if self.name == "core" else (f"{self.name}_",))


CORE = Owner("core", Path(__file__).parent)


def owners_of(plugins: Any) -> list[Owner]:
    """Core first, then the loaded plugins in the order of `requires`."""
    return [CORE, *(Owner(plugin.name, plugin.folder) for plugin in plugins.loaded if plugin.folder is not None)]


def upgrade(url: str, owners: Sequence[Owner]) -> dict[str, str]:
    """Bring each owner's tables up to date; owner → what went wrong, where it failed. Core's failure is raised."""
    failed = {}
    for owner in owners:
        if not owner.versions.is_dir():
            continue
        try:
            with _connection(url) as connection:
                command.upgrade(_config(owner, connection), "head")
        except Exception as fault:
            if owner.name == "core":
                raise
            failed[owner.name] = f"{type(fault).__name__}: {fault}"
    return failed


def behind(engine: Engine, owners: Sequence[Owner]) -> dict[str, str]:
    """Owners whose tables are not as their code wants them, each with a sentence; none where nothing is prepared."""
    found = {}
    with engine.connect() as connection:
        known = set(inspect(connection).get_table_names())
        if _version_table(CORE.name) not in known:
            return {}
        for owner in owners:
            missing = sorted(name for name in metadata.tables if owner.owns(name) and name not in known)
            if _at(connection, owner, known) != _heads(owner):
                found[owner.name] = "its tables are not as this version wants them; run `atrium init`"
            elif missing:
                found[owner.name] = f"no migration of its makes the table {missing[0]}; see `make migration`"
    return found


def owners_in(engine: Engine) -> list[str]:
    """Names of all owners that a database knows, plugins that were taken away among them."""
    prefix = _version_table("")
    names = inspect(engine).get_table_names()
    return sorted(name.removeprefix(prefix) for name in names if name.startswith(prefix))


def _version_table(owner: str) -> str:
    return f"alembic_version_{owner}"


def _heads(owner: Owner) -> set[str]:
    if not owner.versions.is_dir():
        return set()
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(owner.versions))
    return set(ScriptDirectory.from_config(config).get_heads())


def _at(connection: Connection, owner: Owner, known: set[str]) -> set[str]:
    if _version_table(owner.name) not in known:
        return set()
    table = Table(_version_table(owner.name), MetaData(), Column("version_num", String))
    return set(connection.scalars(select(table.c.version_num)))


def downgrade(url: str, owner: Owner, to: str) -> None:
    """Take one owner's tables back to a revision, or to `base`."""
    with _connection(url) as connection:
        command.downgrade(_config(owner, connection), to)


def revision(owner: Owner, message: str) -> None:
    """Write a migration from what the models say beyond the newest one."""
    owner.versions.mkdir(parents=True, exist_ok=True)
    number = f"{len(list(owner.versions.glob('[0-9]*.py'))) + 1:04}"
    with _connection("sqlite://") as connection:
        for other in (CORE, owner):
            if other.versions.is_dir():
                command.upgrade(_config(other, connection), "head")
        command.revision(
            _config(owner, connection), message=message, autogenerate=True, rev_id=f"{owner.name}_{number}"
        )


def drift(url: str, owners: Sequence[Owner]) -> list[str]:
    """What the models and a freshly migrated, empty database at `url` do not agree on."""
    found = [f"{name}: {fault}" for name, fault in upgrade(url, owners).items()]
    for owner in owners:
        with _connection(url) as connection:
            context = MigrationContext.configure(connection, opts=_options(owner))
            found += [f"{owner.name}: {difference}" for difference in compare_metadata(context, metadata)]
    return found


@contextmanager
def locked(url: str, home: Path) -> Iterator[None]:
    """Only one host or process prepares the installation at a time; the next one waits."""
    if make_url(url).get_backend_name() == "postgresql":
        engine = create_engine(url)
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
        engine.dispose()
        return
    import fcntl

    home.mkdir(parents=True, exist_ok=True)
    with (home / "init.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


_memory: dict[int, Engine] = {}


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    """A connection for DDL. On SQLite transactions really begin, and foreign keys rest while tables are rebuilt."""
    from sqlalchemy.pool import StaticPool

    in_memory = url == "sqlite://"
    engine = _memory.get(0) if in_memory else None
    if engine is None:
        engine = create_engine(url, **({"poolclass": StaticPool} if in_memory else {}))
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
            event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        if in_memory:
            _memory[0] = engine
    with engine.begin() as connection:
        yield connection
    if not in_memory:
        engine.dispose()


def _config(owner: Owner, connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(owner.versions))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    config.attributes["options"] = _options(owner)
    config.attributes["metadata"] = metadata
    return config


def _options(owner: Owner) -> dict[str, Any]:
    def include(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
        return kind != "table" or owner.owns(name or "")

    return {
        "version_table": _version_table(owner.name),
        "include_object": include,
        "render_as_batch": True,
        "compare_type": True,
        "user_module_prefix": "core.model.",
    }


def main(words: Sequence[str]) -> int:
    """`revision OWNER MESSAGE`, or `drift`: models against migrations on SQLite and, where there is one, PostgreSQL."""
    from core import platform

    home = Settings.load()
    loaded = platform.build(home).plugins
    owners = {owner.name: owner for owner in owners_of(loaded)}
    if words[:1] == ["revision"]:
        revision(owners[words[1]], words[2])
        return 0
    faults = drift("sqlite://", list(owners.values()))
    try:
        with _trial_database() as url:
            faults += drift(url, list(owners.values()))
    except OperationalError as fault:
        left_out = (
            "PostgreSQL was left out. Start one on 127.0.0.1:5432, or name one in ATRIUM_TEST_PG, to compare there."
        )
        if os.environ.get("ATRIUM_TEST_ALL", "0") not in ("", "0"):
            faults.append(f"{left_out} {str(fault.orig).splitlines()[0]}")
        else:
            click.echo(left_out)
    click.echo("\n".join(faults) or "Models and migrations agree.")
    return bool(faults)


@contextmanager
def _trial_database() -> Iterator[str]:
    """An empty PostgreSQL database of our own for the block; raises OperationalError where there is no server."""
    server = make_url(os.environ.get("ATRIUM_TEST_PG") or "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
    name = f"atrium_drift_{uuid.uuid4().hex[:10]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
