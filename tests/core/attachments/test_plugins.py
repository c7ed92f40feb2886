"""A plugin's records carry files by one hook; a plugin that asks for too much does not load."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from core.access.context import as_system
from core.access.scope import forget_scoped
from core.attachments import pages, registry, services
from core.attachments.models import Attachment
from core.errors import Forbidden, NotFound
from core.model import drop_plugin_base, metadata, plugin_models
from tests.core.attachments import samples
from tests.core.attachments.samples import upload
from tests.core.attachments.world import World, make

MODELS = """
from sqlalchemy.orm import Mapped, mapped_column
from core.model import ProjectScoped, plugin_base

Base = plugin_base("gazebo")

class Visit(Base, ProjectScoped):
    __tablename__ = "gazebo_visit"
    __resource__ = "gazebo.visit"
    title: Mapped[str]

class Open(Base):
    __tablename__ = "gazebo_open"
    title: Mapped[str]
"""
PLUGIN = """
from core.extend import Attachable, Grant, Manifest, hookimpl
from core.issues.models import Issue
from gazebo.models import Open, Visit

@hookimpl
def manifest():
    return Manifest("gazebo", "Gazebo")

@hookimpl
def register_models():
    return [Visit, Open]

@hookimpl
def register_grants():
    return [Grant("inspection", "gazebo.visit", ("read", "sweep")), Grant("region_leader", "gazebo.visit", ("read",))]

@hookimpl
def register_attachables():
    return [%s]
"""
Build = Callable[[str], World]


@pytest.fixture
def with_plugin(tmp_path: Path) -> Iterator[Build]:
    """`with_plugin("Attachable(Visit)")`: a world whose plugin returns that from its hook."""
    made: list[World] = []

    def build(attachables: str) -> World:
        folder = tmp_path / "plugins" / "gazebo"
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("")
        (folder / "models.py").write_text(MODELS)
        (folder / "plugin.py").write_text(PLUGIN % attachables)
        plugins = f"{tmp_path / 'plugins'}:{Path(__file__).parents[3] / 'plugins'}"
        made.append(make(tmp_path / "home", ATRIUM_PLUGIN_DIRS=plugins))
        return made[-1]

    yield build
    for world in made:
        world.platform.close()
    for model in plugin_models("gazebo"):
        forget_scoped(model)
    drop_plugin_base("gazebo")
    for name in [name for name in sys.modules if name.partition(".")[0] == "gazebo"]:
        del sys.modules[name]
    sys.path[:] = [one for one in sys.path if one != str(tmp_path / "plugins")]


def test_its_records_carry_files_under_its_own_verb(with_plugin: Build) -> None:
    world = with_plugin('Attachable(Visit, verb="sweep", limits={"families": ["image"]})')
    (visit,) = [model for model in plugin_models("gazebo") if model.__name__ == "Visit"]
    metadata.tables["gazebo_visit"].create(world.platform.database.engine)
    with as_system(), world.platform.database.unit() as session:
        rows = [visit(project_id=world.projects[code], title="t") for code in ("SZ-WH", "CD-LX")]
        session.add_all(rows)
        session.flush()
        mine, foreign = (row.id for row in rows)
    added = world.put("insp", mine, upload("a.png", samples.png(701)), upload("a.pdf", samples.PDF), model=visit)
    assert [row.name for row in added.rows] == ["a.png"]
    assert "a.pdf" in str(added.refused[0])
    world.put("cd", foreign, upload("a.png", samples.png(701)), model=visit)
    with pytest.raises(NotFound):
        world.put("insp", foreign, upload("b.png", samples.png(702)), model=visit)
    with pytest.raises(Forbidden):
        world.put("reader", mine, upload("b.png", samples.png(702)), model=visit)
    for username, seen in (("insp", [mine]), ("reader", [mine]), ("cd", [foreign]), ("status", []), ("group", [])):
        with world.acting(username) as session:
            assert list(session.scalars(select(Attachment.record_id))) == seen, username


def test_one_whose_migration_failed_hinders_nobody(with_plugin: Build) -> None:
    world = with_plugin("Attachable(Visit)")
    issue = world.issue()
    world.put("insp", issue, upload("a.png", samples.png(704)))
    with world.acting("insp") as session:
        record = services.record_of(session, "core_issue", issue)
        assert [item.name for item in pages.attachments_of(session, record).items] == ["a.png"]
        with pytest.raises(NotFound):
            services.record_of(session, "gazebo_visit", 1)
    metadata.tables["gazebo_visit"].create(world.platform.database.engine)
    assert "gazebo_visit" in registry.attachables()


def test_a_platform_without_the_plugin_does_not_ask_for_its_table(with_plugin: Build, world: World) -> None:
    other = with_plugin("Attachable(Visit)")
    metadata.tables["gazebo_visit"].create(other.platform.database.engine)
    assert "gazebo_visit" in registry.attachables()
    issue = world.issue()
    world.platform.principals._people.clear()
    assert len(world.put("insp", issue, upload("a.png", samples.png(705))).rows) == 1
    with world.acting("insp") as session:
        assert services.files_of(session, "core_issue", [issue]) == {issue: 1}


def test_a_plugin_that_went_takes_its_kind_along(with_plugin: Build) -> None:
    world = with_plugin("Attachable(Visit)")
    metadata.tables["gazebo_visit"].create(world.platform.database.engine)
    assert "gazebo_visit" in registry.attachables()
    for model in plugin_models("gazebo"):
        forget_scoped(model)
    drop_plugin_base("gazebo")
    assert set(registry.attachables()) >= {"core_issue", "core_issue_list"}
    assert "gazebo_visit" not in registry.attachables()
    with pytest.raises(NotFound):
        registry.attachable("gazebo_visit")


@pytest.mark.parametrize(
    ("attachables", "said"),
    [
        ("Attachable(Issue)", "not a table of its own"),
        ("Attachable(Open)", "names no __resource__"),
        ('Attachable(Visit, limits={"size": 3})', "“size” is no limit"),
        ('Attachable(Visit, limits={"files": 0})', "make no sense"),
        ('Attachable(Visit, limits={"families": ["program"]})', "make no sense"),
    ],
)
def test_one_that_asks_for_too_much_does_not_load(with_plugin: Build, attachables: str, said: str) -> None:
    world = with_plugin(attachables)
    found = {plugin.name: plugin for plugin in world.platform.plugins.found}
    assert found["gazebo"].state == "failed"
    assert said in found["gazebo"].reason
    assert len(world.put("insp", world.issue(), upload("a.png", samples.png(703))).rows) == 1
    with world.acting("insp") as session, pytest.raises(NotFound):
        services.record_of(session, "gazebo_visit", 1)
