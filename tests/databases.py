"""Servers that tests may use, and empty databases on them. Plain functions: the checks in `tools` use them too."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import redis
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

POSTGRES = os.environ.get("ATRIUM_TEST_PG") or "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
REDIS = os.environ.get("ATRIUM_TEST_REDIS") or "redis://127.0.0.1:6379"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """Path of the machine's Chromium, if there is one."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def postgres_fault() -> str | None:
    """Why PostgreSQL cannot be used, or None."""
    engine = create_engine(POSTGRES, poolclass=NullPool, connect_args={"connect_timeout": 3})
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except Exception as fault:
        return str(fault).split("\n")[0]
    return None


@contextmanager
def postgres_database(name: str = "", template: str = "") -> Iterator[str]:
    """The URL of a new database, empty or a copy of `template`; dropped at the end of the block."""
    url = create_postgres(name, template)
    try:
        yield url
    finally:
        drop_postgres(url)


def create_postgres(name: str = "", template: str = "") -> str:
    """The URL of a new database, empty or a copy of `template`, for the caller to drop."""
    name = f"atrium_test_{name}_{uuid.uuid4().hex[:10]}" if name else f"atrium_test_{uuid.uuid4().hex[:10]}"
    _tell_postgres(f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}" ENCODING \'UTF8\'')
    return make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)


def drop_postgres(url: str) -> None:
    """Drop the database, whoever is still connected."""
    _tell_postgres(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


def _tell_postgres(statement: str) -> None:
    engine = create_engine(POSTGRES, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))


def redis_fault() -> str | None:
    """Why Redis cannot be used, or None."""
    try:
        with redis.Redis.from_url(REDIS, socket_connect_timeout=3) as client:
            client.ping()
    except (redis.RedisError, OSError) as fault:
        return str(fault)
    return None


@contextmanager
def redis_database() -> Iterator[str]:
    """The URL of a Redis database that was empty, ours alone within the block, and is emptied again."""
    for number in range(1, 16):
        url = f"{REDIS}/{number}"
        with redis.Redis.from_url(url) as client:
            if client.dbsize() or not client.set("atrium:test:owner", os.getpid(), nx=True):
                continue
            try:
                yield url
            finally:
                client.flushdb()
            return
    raise RuntimeError(f"All databases of the Redis at {REDIS} hold something; empty one (1 to 15) for the tests.")
