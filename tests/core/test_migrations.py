"""Tables grow and shrink with their rows kept, on both databases; each owner counts for itself."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, func, inspect, select, text

from core import migrate
from core.access.context import as_system
from core.issues.models import Issue
from core.migrate import CORE, Owner
from core.platform import Platform

ROOT = Path(__file__).resolve().parents[2]

FIRST = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "garden_0001", None


def upgrade():
    op.create_table(
        "garden_bed",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("area", sa.Integer),
        sa.UniqueConstraint("name", name="uq_garden_bed_name"),
    )
    op.create_table(
        "garden_plant",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("bed_id", sa.Integer,
                  sa.ForeignKey("garden_bed.id", name="fk_garden_plant_bed_id_garden_bed", ondelete="CASCADE")),
    )


def downgrade():
    op.drop_table("garden_plant")
    op.drop_table("garden_bed")
"""
SECOND = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "garden_0002", "garden_0001"


def upgrade():
    with op.batch_alter_table("garden_bed") as batch:
        batch.add_column(sa.Column("soil", sa.String(20), nullable=False, server_default="clay"))
        batch.alter_column("name", type_=sa.String(60), existing_type=sa.String(20))
        batch.drop_column("area")


def downgrade():
    with op.batch_alter_table("garden_bed") as batch:
        batch.drop_column("soil")
        batch.alter_column("name", type_=sa.String(20), existing_type=sa.String(60))
        batch.add_column(sa.Column("area", sa.Integer))
"""
STUMBLES = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "garden_0003", "garden_0002"


def upgrade():
    op.create_table("garden_path", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("UPDATE garden_bed SET soil = 'sand'")
    raise RuntimeError("stumbled")


def downgrade():
    pass
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "postgres":
        return str(request.getfixturevalue("fresh_postgres_url"))
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    found = create_engine(url)
    yield found
    found.dispose()


@pytest.fixture
def garden(tmp_path: Path) -> Owner:
    """An owner with two migrations that need no model."""
    owner = Owner("garden", tmp_path / "garden")
    owner.versions.mkdir(parents=True)
    (owner.versions / "garden_0001_first.py").write_text(FIRST, encoding="utf-8")
    (owner.versions / "garden_0002_soil.py").write_text(SECOND, encoding="utf-8")
    return owner


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def rows(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_up_down_up_keeps_rows(url: str, engine: Engine, garden: Owner) -> None:
    assert migrate.upgrade(url, [garden]) == {}
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO garden_bed (id, name, soil) VALUES (1, 'roses', 'loam'), (2, 'herbs', 'sand')")
        )
        connection.execute(text("INSERT INTO garden_plant (id, bed_id) VALUES (1, 1), (2, 1), (3, 2)"))
    migrate.downgrade(url, garden, "-1")
    assert {one["name"] for one in inspect(engine).get_columns("garden_bed")} == {"id", "name", "area"}
    assert rows(engine, "SELECT id, name, area FROM garden_bed ORDER BY id") == [(1, "roses", None), (2, "herbs", None)]
    assert rows(engine, "SELECT count(*) FROM garden_plant") == [(3,)], "a table made anew takes nothing along"
    assert migrate.upgrade(url, [garden]) == {}
    assert rows(engine, "SELECT name, soil FROM garden_bed ORDER BY id") == [("roses", "clay"), ("herbs", "clay")]
    assert rows(engine, "SELECT count(*) FROM garden_plant") == [(3,)]
    unique = inspect(engine).get_unique_constraints("garden_bed")
    assert [one["name"] for one in unique] == ["uq_garden_bed_name"], "constraints survive the rebuild"
    keys = inspect(engine).get_foreign_keys("garden_plant")
    assert [one["name"] for one in keys] == ["fk_garden_plant_bed_id_garden_bed"]
    migrate.downgrade(url, garden, "base")
    assert {one for one in tables(engine) if one.startswith("garden_")} == set()


def test_core_goes_up_down_and_up(url: str, engine: Engine) -> None:
    migrate.upgrade(url, [CORE])
    made = tables(engine)
    assert {"ab_user", "core_issue", "core_counter", "alembic_version_core"} <= made
    migrate.downgrade(url, CORE, "base")
    assert tables(engine) == {"alembic_version_core"}
    migrate.upgrade(url, [CORE])
    assert tables(engine) == made


def test_a_plugin_goes_and_comes_and_core_keeps_its_rows(any_demo: Platform) -> None:
    plugin = next(owner for owner in migrate.owners_of(any_demo.plugins) if owner.name == "inspection")
    url, engine = any_demo.settings.database_url, any_demo.database.engine
    with as_system(), any_demo.database.unit(read_only=True) as session:
        before = session.scalar(select(func.count()).select_from(Issue))
    made = tables(engine)
    any_demo.database.dispose()
    migrate.downgrade(url, plugin, "base")
    assert not [one for one in tables(engine) if one.startswith("inspection_")]
    assert migrate.behind(engine, [plugin]).keys() == {"inspection"}
    assert migrate.upgrade(url, [plugin]) == {}
    assert tables(engine) == made and migrate.behind(engine, [plugin]) == {}
    with as_system(), any_demo.database.unit(read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(Issue)) == before


def test_each_owner_has_a_version_table_of_its_own(url: str, engine: Engine, garden: Owner) -> None:
    migrate.upgrade(url, [CORE, garden])
    assert {one for one in tables(engine) if one.startswith("alembic")} == {
        "alembic_version_core", "alembic_version_garden",
    }  # fmt: skip
    assert rows(engine, "SELECT version_num FROM alembic_version_garden") == [("garden_0002",)]
    assert migrate.owners_in(engine) == ["core", "garden"]
    assert migrate.upgrade(url, [CORE]) == {}, "an owner that is gone stops nobody"
    assert "garden_bed" in tables(engine), "its tables stay"


def test_a_migration_that_stumbles_leaves_no_trace_and_stops_nobody(
    url: str, engine: Engine, garden: Owner, tmp_path: Path
) -> None:
    migrate.upgrade(url, [CORE, garden])
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO garden_bed (id, name, soil) VALUES (1, 'roses', 'loam')"))
    (garden.versions / "garden_0003_path.py").write_text(STUMBLES, encoding="utf-8")
    shed = Owner("shed", tmp_path / "shed")
    shed.versions.mkdir(parents=True)
    text_of_shed = FIRST.replace("garden", "shed")
    (shed.versions / "shed_0001_first.py").write_text(text_of_shed, encoding="utf-8")
    assert migrate.upgrade(url, [CORE, garden, shed]) == {"garden": "RuntimeError: stumbled"}
    assert "garden_path" not in tables(engine) and "shed_bed" in tables(engine)
    assert rows(engine, "SELECT soil FROM garden_bed") == [("loam",)]
    assert rows(engine, "SELECT version_num FROM alembic_version_garden") == [("garden_0002",)]
    assert migrate.behind(engine, [garden, shed]).keys() == {"garden"}


def test_a_stumbling_core_stops_everything(url: str, garden: Owner, tmp_path: Path) -> None:
    core = Owner("core", tmp_path / "core")
    core.versions.mkdir(parents=True)
    broken = STUMBLES.replace('"garden_0002"', "None")
    (core.versions / "core_0001.py").write_text(broken, encoding="utf-8")
    with pytest.raises(Exception, match=r"stumbled|garden_bed"):
        migrate.upgrade(url, [core, garden])


# --- drift --------------------------------------------------------------------------------------------------------

DIFFERENCES = {
    "a column too many": "ALTER TABLE core_region ADD COLUMN odd VARCHAR(3)",
    "a column gone": "ALTER TABLE core_change DROP COLUMN reason",
    "an index gone": "DROP INDEX ix_core_change_record",
    "a table too many": "CREATE TABLE core_odd (id INTEGER PRIMARY KEY)",
    "a table gone": "DROP TABLE core_counter",
}


@pytest.mark.parametrize("difference", DIFFERENCES)
def test_drift_is_seen(url: str, engine: Engine, difference: str) -> None:
    assert migrate.drift(url, [CORE]) == []
    with engine.begin() as connection:
        connection.execute(text(DIFFERENCES[difference]))
    assert len(migrate.drift(url, [CORE])) == 1


@pytest.mark.postgres
def test_drift_of_types_is_seen(fresh_postgres_url: str) -> None:
    assert migrate.drift(fresh_postgres_url, [CORE]) == []
    engine = create_engine(fresh_postgres_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE core_region ALTER COLUMN name TYPE VARCHAR(7)"))
        connection.execute(text("ALTER TABLE core_contract ALTER COLUMN amount TYPE VARCHAR(20)"))
        connection.execute(text("ALTER TABLE core_region ALTER COLUMN code DROP NOT NULL"))
    engine.dispose()
    found = " ".join(migrate.drift(fresh_postgres_url, [CORE]))
    assert all(name in found for name in ("'name'", "'amount'", "'code'"))


def test_models_and_migrations_agree(url: str, demo: Platform) -> None:
    assert migrate.drift(url, migrate.owners_of(demo.plugins)) == []


def test_core_alone_has_all_its_tables(tmp_path: Path) -> None:
    """None of core's models is known only because a plugin imported it."""
    words = "from core.platform import build; from core import migrate; build(); "
    words += f"print(migrate.drift('sqlite:///{tmp_path}/x.db', [migrate.CORE]))"
    done = _process(tmp_path, "-c", words, ATRIUM_PLUGINS="")
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


# --- init -----------------------------------------------------------------------------------------------------------


def test_two_hosts_may_prepare_at_once(url: str, engine: Engine, tmp_path: Path) -> None:
    started = [
        _begin(tmp_path, "-m", "core.cli", "init", ATRIUM_DATABASE_URL=url, ATRIUM_HOME=str(tmp_path / "home"))
        for _ in range(3)
    ]
    for one in started:
        out, fault = one.communicate(timeout=120)
        assert one.returncode == 0, out + fault
    assert rows(engine, "SELECT count(*) FROM alembic_version_core") == [(1,)]
    names = rows(engine, "SELECT name FROM ab_view_menu")
    assert len(names) == len(set(names)) > 5
    revisions = rows(engine, "SELECT level, scope_code FROM core_parameter_revision")
    assert len(revisions) == len(set(revisions)) == 4


def test_init_again_changes_nothing(any_demo: Platform) -> None:
    from core.init import prepare

    before = _everything(any_demo)
    assert prepare(any_demo) == []
    assert _everything(any_demo) == before


def test_grants_that_are_gone_leave_no_permission(demo: Platform) -> None:
    """Added and removed: what no code declares any more is taken out of Flask-AppBuilder's tables."""
    from flask_appbuilder.security.sqla.models import PermissionView, Role, ViewMenu

    from core.init import sync_permissions

    with as_system(), demo.database.unit() as session:
        assert session.scalar(select(func.count()).select_from(ViewMenu).where(ViewMenu.name == "inspection.issue"))
        grants = {
            role: {res: verbs for res, verbs in by.items() if not res.startswith("inspection.")}
            for role, by in demo.grants.items()
        }
        demo.__dict__["grants"] = grants
        sync_permissions(session, demo)
    with as_system(), demo.database.unit(read_only=True) as session:
        left = session.scalars(select(ViewMenu.name).where(ViewMenu.name.startswith("inspection."))).all()
        pairs = {(one.permission.name, one.view_menu.name) for one in session.scalars(select(PermissionView))}
        held = {
            role.name: {(one.permission.name, one.view_menu.name) for one in role.permissions}
            for role in session.scalars(select(Role))
        }
    assert left == [] and not [pair for pair in pairs if pair[1].startswith("inspection.")]
    assert held["region_admin"] == {
        (f"can_{verb}", res) for res, verbs in grants["region_admin"].items() for verb in verbs
    }


def _everything(platform: Platform) -> dict[str, int]:
    with platform.database.engine.connect() as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in sorted(tables(platform.database.engine))
        }


def _begin(home: Path, *words: str, **environ: str) -> "subprocess.Popen[str]":
    env = {key: value for key, value in os.environ.items() if not key.startswith("ATRIUM_")}
    env |= {"ATRIUM_HOME": str(home), "PYTHONPATH": str(ROOT), **environ}
    return subprocess.Popen(
        [sys.executable, *words], env=env, cwd=home, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def _process(home: Path, *words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    started = _begin(home, *words, **environ)
    out, fault = started.communicate(timeout=120)
    return subprocess.CompletedProcess(words, started.returncode, out, fault)
