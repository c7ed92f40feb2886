"""The fixtures that stand between tests and the machine's servers."""

import socket
import urllib.request

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests import databases
from tests.services import OutsideWorld, is_here


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", ""])
def test_loopback_is_here(host: str) -> None:
    assert is_here(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "10.0.0.1", "example.org", "2001:db8::1"])
def test_everything_else_is_not(host: str) -> None:
    assert not is_here(host)


def test_a_test_cannot_leave_this_machine() -> None:
    with socket.socket() as line, pytest.raises(OutsideWorld, match="tests talk to this machine only"):
        line.connect(("192.0.2.1", 80))
    with pytest.raises(OutsideWorld):
        urllib.request.urlopen("http://example.invalid/")


@pytest.mark.postgres
def test_each_worker_has_a_postgresql_database_of_its_own(postgres_url: str, fresh_postgres_url: str) -> None:
    assert postgres_url != fresh_postgres_url
    with create_engine(fresh_postgres_url, poolclass=NullPool).connect() as connection:
        tables = connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar()
    assert tables == 0


@pytest.mark.redis
def test_each_worker_has_a_redis_database_of_its_own(redis_url: str) -> None:
    import redis

    with databases.redis_database() as another, redis.Redis.from_url(another) as client:
        assert another != redis_url, "a database that somebody works in is nobody else's"
        assert [key for key in client.scan_iter() if key != b"atrium:test:owner"] == []
    with redis.Redis.from_url(another) as client:
        assert client.dbsize() == 0
