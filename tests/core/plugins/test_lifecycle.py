"""Plugins come from folders and from installed packages, are limited and made strict, and go without taking along."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.plugins import samples
from tests.core.plugins.conftest import ROOT, Yard
from tests.core.plugins.samples import WELL, added, instead
from tests.core.plugins.test_isolation import NOTHING, states, well_otherwise

PYPROJECT = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "acme-garden"
version = "1.0"

[project.entry-points."atrium.plugins"]
garden = "acme_garden.plugin"

[tool.setuptools]
packages = ["acme_garden", "acme_garden.migrations", "acme_garden.migrations.versions"]

[tool.setuptools.package-data]
"*" = ["*.yaml"]
"""


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site directory with a real distribution in it, built and installed by pip, its migration inside."""
    source, site = tmp_path_factory.mktemp("acme"), tmp_path_factory.mktemp("site")
    (source / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    package = samples.write(source / "acme_garden", "garden", "acme_garden")
    write = "from core import migrate; from pathlib import Path; import acme_garden.models; "
    write += f"migrate.revision(migrate.Owner('garden', Path({str(package)!r})), 'first')"
    env = {"PYTHONPATH": f"{ROOT}:{source}", "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, "-c", write], check=True, env=env, capture_output=True)
    for folder in (package / "migrations", package / "migrations" / "versions"):
        (folder / "__init__.py").touch()
    words = ["-m", "pip", "install", "-q", "--no-index", "--no-deps", "--no-build-isolation", "--target", str(site)]
    subprocess.run([sys.executable, *words, str(source)], check=True, capture_output=True, cwd=source)
    assert list(site.glob("acme_garden-*.dist-info/entry_points.txt"))
    return site


def test_a_plugin_of_a_folder_does_everything(yard: Yard) -> None:
    yard.plugin("parking")
    found = yard.look("parking", "inspection")
    assert states(found)["parking"] == ("loaded", "")
    there = found["traces"]["parking"]
    assert there["tables"] == ["parking_bay"]
    assert there["permissions"] == ["parking.bay"]
    assert there["menu"] and "/parking/bays/" in there["routes"] and there["listens"] == 1
    assert found["pages"]["/parking/bays/"][0] == 200
    well_otherwise(found)


def test_a_plugin_of_an_installed_package_does_everything(yard: Yard, installed: Path) -> None:
    path = f"{ROOT}:{installed}"
    found = yard.look("garden", "inspection", PYTHONPATH=path)
    assert states(found)["garden"] == ("loaded", "")
    there = found["traces"]["garden"]
    assert there["tables"] == ["garden_bay"] and there["permissions"] == ["garden.bay"] and there["menu"]
    assert there["modules"] == ["acme_garden", "acme_garden.models", "acme_garden.plugin", "acme_garden.views"]
    assert found["pages"]["/garden/bays/"][0] == 200
    well_otherwise(found)
    assert "acme_garden.plugin" in yard.atrium("plugins", PYTHONPATH=path).stdout


def test_an_installed_package_that_is_ill_leaves_nothing(yard: Yard, installed: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(installed, tmp_path / "site"))
    views = site / "acme_garden" / "views.py"
    views.write_text(views.read_text(encoding="utf-8") + "\nraise RuntimeError('not today')\n", encoding="utf-8")
    found = yard.look("garden", "inspection", PYTHONPATH=f"{ROOT}:{site}")
    assert states(found)["garden"] == ("failed", "RuntimeError: not today")
    assert found["traces"]["garden"] == NOTHING
    well_otherwise(found)


def test_a_single_module_is_a_plugin_too_and_owns_no_folder(yard: Yard, tmp_path: Path) -> None:
    """Its neighbours in the site directory are not taken for its own when it fails."""
    site = tmp_path / "site"
    (site / "tiny-1.0.dist-info").mkdir(parents=True)
    (site / "tiny-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
    (site / "tiny-1.0.dist-info" / "entry_points.txt").write_text("[atrium.plugins]\ntiny = tiny\n")
    (site / "neighbour.py").write_text("")
    hooks = "from core.extend import Manifest, hookimpl\n"
    hooks += '@hookimpl\ndef manifest():\n    return Manifest("tiny", "Tiny")\n'
    (site / "tiny.py").write_text("import neighbour\n" + hooks)
    path = f"{ROOT}:{site}"
    assert states(yard.look("tiny", PYTHONPATH=path))["tiny"] == ("loaded", "")
    (site / "tiny.py").write_text("import neighbour\nimport sqlalchemy\nraise RuntimeError('no')\n" + hooks)
    found = yard.look("tiny", "inspection", PYTHONPATH=path)
    assert states(found)["tiny"][0] == "failed" and found["traces"]["tiny"] == NOTHING
    well_otherwise(found)


def test_strict_makes_a_failure_an_error(yard: Yard) -> None:
    yard.plugin("poorly", added("plugin.py", "\n        raise RuntimeError('not today')"))
    yard.atrium("init")
    done = yard.atrium("init", check=False, ATRIUM_STRICT_PLUGINS="1")
    assert done.returncode == 2 and "poorly: RuntimeError: not today" in done.stderr
    assert "Traceback (most recent call last):\n  File" not in done.stderr.split("poorly: RuntimeError")[-1]


def test_only_those_named_load(yard: Yard) -> None:
    yard.plugin("parking", added("plugin.py", "\n        raise SystemError('its code ran')"))
    yard.written.clear()
    found = yard.look("parking", "inspection", ATRIUM_PLUGINS="inspection")
    assert states(found) == {"inspection": ("loaded", ""), "parking": ("available", "")}
    assert found["traces"]["parking"] == NOTHING
    said = yard.atrium("plugins", ATRIUM_PLUGINS="inspection,inspecton").stdout
    assert "inspecton" in said and "in no plugin folder" in said


def test_atrium_plugins_says_why(yard: Yard) -> None:
    yard.plugin("poorly", instead("models.py", "relationship(Project)", 'relationship("Garage")'))
    yard.atrium("init")
    said = yard.atrium("plugins").stdout
    assert "inspection           loaded" in said
    assert "poorly               failed" in said and "Garage" in said


def test_without_inspection_the_shell_runs_and_its_tables_stay(yard: Yard, tmp_path: Path) -> None:
    before = yard.look("inspection")["traces"]["inspection"]["tables"]
    assert "inspection_plan" in before
    empty = tmp_path / "empty"
    empty.mkdir()
    found = yard.look("inspection", ATRIUM_PLUGIN_DIRS=str(empty))
    assert found["states"] == []
    assert {name: status for name, (status, _) in found["pages"].items()}["home"] == 200
    assert found["traces"]["inspection"] == {**NOTHING, "tables": before}
    said = yard.atrium("plugins", ATRIUM_PLUGIN_DIRS=str(empty)).stdout
    assert "inspection           missing" in said
    back = yard.look("inspection")
    assert states(back)["inspection"] == ("loaded", "") and back["pages"]["/inspection/issues/"][0] == 200


def test_a_copied_tree_without_inspection_runs(yard: Yard, tmp_path: Path) -> None:
    """Not a switch: the folder is gone."""
    tree = tmp_path / "tree"
    keep = shutil.ignore_patterns("__pycache__", "inspection")
    for name in ("core", "plugins", "config", "tests"):
        shutil.copytree(ROOT / name, tree / name, ignore=keep)
    yard.environ = {"PYTHONPATH": str(tree), "ATRIUM_PLUGIN_DIRS": str(tree / "plugins")}
    yard.home = tmp_path / "untouched"
    done = yard.run(str(tree / "tests" / "core" / "plugins" / "probe.py"), "inspection")
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert found["states"] == [] and found["traces"]["inspection"] == NOTHING
    pages = {name: status for name, (status, _) in found["pages"].items()}
    assert (pages["door"], pages["sign-in"], pages["home"], pages["/estate/homes/"]) == (200, 302, 200, 200)
    where = yard.run("-c", "import core; print(core.__file__)").stdout
    assert where.startswith(str(tree))


# --- migrations that fail -------------------------------------------------------------------------------------------

BROKEN = '''
        """It makes a table and then stumbles."""

        import sqlalchemy as sa
        from alembic import op

        revision = "poorly_0001"
        down_revision = None


        def upgrade():
            op.create_table("poorly_bay", sa.Column("id", sa.Integer, primary_key=True))
            raise RuntimeError("the migration stumbled")


        def downgrade():
            op.drop_table("poorly_bay")
        '''


def test_a_migration_that_fails_takes_its_plugin_out_and_no_other(yard: Yard) -> None:
    yard.plugin("poorly", {"migrations/versions/poorly_0001_first.py": BROKEN})
    yard.plugin("parking")
    yard.plugin("hanger", instead("plugin.py", '"Label of NAME"', '"Label", requires=("poorly",)'))
    found = yard.look("poorly", "parking", "hanger", "inspection")
    assert states(found)["poorly"] == ("failed", "RuntimeError: the migration stumbled")
    assert states(found)["hanger"] == (
        "failed",
        "it requires poorly, which failed: RuntimeError: the migration stumbled",
    )
    assert found["traces"]["poorly"] == NOTHING
    assert found["traces"]["hanger"] == {**NOTHING, "tables": ["hanger_bay"]}  # made before poorly was known to fail
    assert states(found)["parking"] == ("loaded", "") and found["pages"]["/parking/bays/"][0] == 200
    well_otherwise(found)
    assert any("poorly" in line and "stumbled" in line for line in found["told"])


def test_another_process_leaves_it_out_too_and_says_why(yard: Yard) -> None:
    """The web server is not the process that migrated."""
    yard.plugin("poorly", {"migrations/versions/poorly_0001_first.py": BROKEN})
    assert "stumbled" in yard.atrium("init").stdout
    said = yard.atrium("plugins").stdout
    assert "poorly               failed" in said and "RuntimeError: the migration stumbled" in said
    yard.run("-c", """if True:
        import logging; logging.disable(logging.CRITICAL)
        from core.app import create_app
        app = create_app()
        assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/poorly/")]
        assert app.test_client().get("/login/").status_code == 200
        assert app.test_client().get("/poorly/bays/").status_code == 404
        """)  # fmt: skip
    done = yard.run("-c", "from core.app import create_app; create_app()", check=False, ATRIUM_STRICT_PLUGINS="1")
    assert done.returncode and "the migration stumbled" in done.stderr


def test_once_mended_it_comes_back(yard: Yard) -> None:
    folder = yard.plugin("poorly", {"migrations/versions/poorly_0001_first.py": BROKEN})
    yard.look("poorly")
    shutil.rmtree(folder / "migrations")
    found = yard.look("poorly", "inspection")
    assert states(found)["poorly"] == ("loaded", "") and found["pages"]["/poorly/bays/"][0] == 200
    assert "failed" not in yard.atrium("plugins").stdout


def test_a_plugin_whose_tables_nobody_made_is_not_served(yard: Yard) -> None:
    yard.plugin("parking")
    yard.written.clear()
    found = yard.look("parking", "inspection")
    state, reason = states(found)["parking"]
    assert state == "failed" and "parking_bay" in reason
    assert found["pages"].get("/parking/bays/") is None
    well_otherwise(found)


def test_a_newer_version_of_a_plugin_waits_for_init(yard: Yard) -> None:
    folder = yard.plugin("parking")
    yard.look("parking")
    second = folder / "migrations" / "versions" / "parking_0002_more.py"
    second.write_text(
        'revision = "parking_0002"\ndown_revision = "parking_0001"\n\n'
        "def upgrade():\n    pass\n\ndef downgrade():\n    pass\n"
    )
    said = yard.atrium("plugins").stdout
    assert "run `atrium init`" in said
    yard.atrium("init")
    assert "run `atrium init`" not in yard.atrium("plugins").stdout


def test_the_sample_is_whole() -> None:
    assert set(WELL) == {"__init__.py", "models.py", "views.py", "plugin.py"}
