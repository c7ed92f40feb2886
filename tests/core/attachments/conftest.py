"""A small organisation with findings, on SQLite for every test and on PostgreSQL where a test asks for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.attachments import registry
from core.parameters import store
from tests.core.attachments.world import World, make


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = make(tmp_path_factory.mktemp("attachments"))
    yield made
    made.platform.close()


@pytest.fixture
def postgres_world(fresh_postgres_url: str, tmp_path: Path) -> Iterator[World]:
    made = make(tmp_path, fresh_postgres_url)
    yield made
    made.platform.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def both(request: pytest.FixtureRequest) -> World:
    """The same on both databases."""
    found: World = request.getfixturevalue("world" if request.param == "sqlite" else "postgres_world")
    registry.set_upload_mb(1)
    return found


@pytest.fixture(autouse=True)
def own_parameters(world: World) -> Iterator[None]:
    """The world outlives the platforms of other tests, each of which installs its own parameters in this process."""
    before = store._store
    store.install(world.platform.parameters)
    yield
    store.install(before)


@pytest.fixture(autouse=True)
def small_files() -> Iterator[None]:
    """One MB for a file, so that a large one need not be large."""
    before = registry.upload_mb()
    registry.set_upload_mb(1)
    yield
    registry.set_upload_mb(before)
