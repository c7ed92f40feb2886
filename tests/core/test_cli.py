"""The `atrium` command as an operator uses it."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook
from sqlalchemy import func, select, text

from core.access.context import as_system
from core.access.models import Assignment, Person
from core.access.passwords import DEMO_PASSWORD
from core.estate.models import Project
from core.issues import flow
from core.issues.models import Issue, IssueList
from core.parameters.models import ParameterRevision
from core.platform import Platform
from core.settings import ROOT, Settings
from tests.core.conftest import Command
from tests.factories import finding_row, home_row, sold_row, workbook
from tests.homes import at_work, settings_of

PASSWORD = "Nine-lamp-posts-26"


def ask(platform: Platform, query: Any) -> list[Any]:
    with as_system(), platform.database.unit(read_only=True) as session:
        return list(session.scalars(query))


# --- init -----------------------------------------------------------------------------------------


def test_init_prepares_a_home_and_run_again_does_nothing(atrium: Command, tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    first = atrium(home, "init")
    assert (first.status, first.err) == (0, "")
    assert "platform.yaml" in first.out
    again = atrium(home, "init")
    assert (again.status, again.out.splitlines()) == (0, ["已就绪。"])
    with at_work(settings_of(home)) as platform:
        assert len(ask(platform, select(ParameterRevision))) == 4


def start_init(home: Path, url: str = "") -> subprocess.Popen[str]:
    environ = os.environ | {"ATRIUM_HOME": str(home), "ATRIUM_DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    environ.pop("ATRIUM_NOW", None)
    return subprocess.Popen(
        [sys.executable, "-m", "core.cli", "init"], env=environ, cwd=home.parent, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_two_hosts_may_run_init_at_once(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Two real processes; on PostgreSQL with homes of their own, as two hosts have."""
    url = request.getfixturevalue("fresh_postgres_url") if database == "postgres" else ""
    homes = [tmp_path / "home", tmp_path / ("other" if url else "home")]
    both = [start_init(home, url) for home in homes]
    told = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert [err for _, err in told] == ["", ""]
    with at_work(settings_of(homes[0], url)) as platform:
        assert sorted(ask(platform, select(ParameterRevision.scope_code))) == ["", "CD", "SH", "SZ"]
        with as_system(), platform.database.unit() as session:
            rows = session.connection().execute(text("SELECT count(*), count(DISTINCT name) FROM ab_role")).one()
            assert rows[0] == rows[1] > 10


def today(home: Path, config: Path) -> Settings:
    """Settings under the clock by which `atrium init`, a process of its own, dated its revisions."""
    return replace(settings_of(home, ATRIUM_CONFIG=str(config)), frozen_now=None)


def test_init_refuses_a_config_it_cannot_take_and_names_each_fault(atrium: Command, tmp_path: Path) -> None:
    config = tmp_path / "config"
    (config / "regions").mkdir(parents=True)
    (config / "roles.yaml").write_text((ROOT / "config/roles.yaml").read_text("utf-8"), "utf-8")
    (config / "platform.yaml").write_text("issues:\n  rectify_days: 5\n", "utf-8")
    assert atrium(tmp_path / "home", "init", ATRIUM_CONFIG=str(config)).status == 0
    (config / "platform.yaml").write_text("issues:\n  rectify_days: 0\n", "utf-8")
    (config / "regions" / "SZ.yaml").write_text("issues:\n  rectify_dais: 3\n", "utf-8")
    answer = atrium(tmp_path / "home", "--lang", "en", "init", ATRIUM_CONFIG=str(config))
    assert answer.status == 2
    assert "platform.yaml:2: issues.rectify_days: “0” is not accepted here; write a whole number" in answer.err
    assert (
        "SZ.yaml:2: issues.rectify_dais: “rectify_dais” is not known here; did you mean “rectify_days”?" in answer.err
    )
    with at_work(today(tmp_path / "home", config)) as platform:
        assert platform.parameters.catalogue().value("issues.rectify_days") == 5


def test_a_value_that_goes_back_to_what_it_was_is_a_new_revision(atrium: Command, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "roles.yaml").write_text((ROOT / "config/roles.yaml").read_text("utf-8"), "utf-8")
    for days in (5, 9, 5, 5):
        (config / "platform.yaml").write_text(yaml.safe_dump({"issues": {"rectify_days": days}}), "utf-8")
        assert atrium(tmp_path / "home", "init", ATRIUM_CONFIG=str(config)).status == 0
        with at_work(today(tmp_path / "home", config)) as platform:
            assert platform.parameters.catalogue().value("issues.rectify_days") == days
    with at_work(settings_of(tmp_path / "home", ATRIUM_CONFIG=str(config))) as platform:
        assert len(ask(platform, select(ParameterRevision))) == 3


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"PORT": "many"}, "PORT must be a number"),
        ({"ATRIUM_NOW": "2026-11-24T09:30:00+08:00"}, "demo homes only"),
        ({"ATRIUM_DATABASE_URL": "sqlite:////proc/nowhere/atrium.db"}, "/proc/nowhere"),
    ],
)
def test_a_setting_that_makes_no_sense_is_a_sentence(
    atrium: Command, tmp_path: Path, environ: dict[str, str], said: str
) -> None:
    url = environ.pop("ATRIUM_DATABASE_URL", "")
    answer = atrium(tmp_path / "home", "plugins" if not url else "init", database_url=url, **environ)
    assert (answer.status, answer.out) == (2, "")
    assert said in answer.err


def test_before_init_a_command_says_what_to_do(atrium: Command, tmp_path: Path) -> None:
    answer = atrium(tmp_path / "home", "users", "list")
    assert answer.status == 2
    assert "atrium init" in answer.err


# --- demo, plugins, users ---------------------------------------------------------------------------


def test_demo_is_loaded_once(atrium: Command, empty_home: Path) -> None:
    first = atrium(empty_home, "--lang", "en", "demo")
    assert (first.status, first.out) == (0, "The demo group is loaded.\n")
    with at_work(settings_of(empty_home)) as platform:
        counts = {model: ask(platform, select(func.count(model.id)))[0] for model in (Person, Project, Issue)}
    again = atrium(empty_home, "--lang", "en", "demo")
    assert (again.status, again.out) == (0, "The demo group is there already; nothing was changed.\n")
    with at_work(settings_of(empty_home)) as platform:
        assert counts == {model: ask(platform, select(func.count(model.id)))[0] for model in counts}


def test_demo_refuses_a_database_with_an_organisation_of_its_own(atrium: Command, empty_home: Path) -> None:
    atrium(empty_home, "users", "add", "chief", "--name", "主管", "--password", PASSWORD)
    answer = atrium(empty_home, "demo")
    assert (answer.status, answer.out) == (2, "")
    assert not (empty_home / "demo").exists()


def test_plugins_are_listed_with_the_reason_of_one_that_failed(atrium: Command, home: Path, tmp_path: Path) -> None:
    broken = tmp_path / "more" / "broken"
    broken.mkdir(parents=True)
    (broken / "plugin.py").write_text("raise RuntimeError('no such luck')\n", "utf-8")
    dirs = f"{ROOT / 'plugins'}{os.pathsep}{broken.parent}"
    answer = atrium(home, "plugins", ATRIUM_PLUGIN_DIRS=dirs, ATRIUM_STRICT_PLUGINS="")
    assert answer.status == 0
    lines = answer.out.splitlines()
    states = dict(line.split()[:2] for line in lines if line[0] != " ")
    assert states == {"broken": "failed", "inspection": "loaded"}
    assert "no such luck" in answer.out
    off = atrium(home, "plugins", ATRIUM_PLUGINS="")
    assert off.out.split()[:2] == ["inspection", "available"]


def test_a_plugin_brings_commands_of_its_own(atrium: Command, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "more" / "greeter"
    folder.mkdir(parents=True)
    (folder / "plugin.py").write_text(
        "import click\nfrom core.extend import Manifest, hookimpl\n\n\n"
        "@click.command('greet')\n@click.argument('name')\ndef greet(name):\n    click.echo(f'Good day, {name}.')\n\n\n"
        "@hookimpl\ndef manifest():\n    return Manifest('greeter', 'Greeter')\n\n\n"
        "@hookimpl\ndef register_commands():\n    return [greet]\n",
        "utf-8",
    )
    assert atrium(home, "greet", "Lin", ATRIUM_PLUGIN_DIRS=str(folder.parent)).out == "Good day, Lin.\n"
    assert "greet" in atrium(home, "--help", ATRIUM_PLUGIN_DIRS=str(folder.parent)).out
    assert atrium(home, "greet", "Lin").status == 2


def test_an_account_is_made_given_a_role_and_a_new_password(atrium: Command, empty_home: Path) -> None:
    made = atrium(empty_home, "users", "add", "chief", "--name", "主管", "--password", PASSWORD)
    assert made.status == 0
    assert "atrium users grant chief" in made.out
    assert atrium(empty_home, "users", "grant", "chief", "group_admin").status == 0
    assert "chief" in atrium(empty_home, "users", "list").out
    with at_work(settings_of(empty_home)) as platform:
        assert platform.principal_named("chief").may("estate", "import")
        (before,) = ask(platform, select(Person.password))
    assert atrium(empty_home, "users", "password", "chief", "--password", PASSWORD + "-b").status == 0
    with at_work(settings_of(empty_home)) as platform:
        assert ask(platform, select(Person.password)) != [before]


def test_a_role_is_held_for_a_region_or_a_project(atrium: Command, home: Path) -> None:
    atrium(home, "users", "add", "lin", "--name", "林", "--password", PASSWORD)
    assert atrium(home, "users", "grant", "lin", "inspection", "--project", "SZ-QH").status == 0
    assert atrium(home, "users", "grant", "lin", "region_leader", "--region", "CD").status == 0
    with at_work(settings_of(home)) as platform:
        lin = select(Person.id).where(Person.username == "lin").scalar_subquery()
        held = ask(platform, select(Assignment).where(Assignment.user_id == lin).order_by(Assignment.id))
        assert [(one.role, one.scope) for one in held] == [("inspection", "project"), ("region_leader", "region")]


@pytest.mark.parametrize(
    "words",
    [
        ("add", "lin", "--name", "林", "--password", "short"),
        ("add", "lin", "--name", "林", "--password", DEMO_PASSWORD),
        ("add", "sz.inspection", "--name", "林", "--password", PASSWORD),
        ("password", "nobody", "--password", PASSWORD),
        ("grant", "nobody", "inspection", "--project", "SZ-WH"),
        ("grant", "sz.inspection", "emperor"),
        ("grant", "sz.inspection", "inspection"),
        ("grant", "sz.inspection", "inspection", "--project", "ZZ-99"),
        ("grant", "sz.inspection", "region_leader", "--region", "ZZ"),
        ("grant", "sz.inspection", "inspection", "--region", "SZ", "--project", "SZ-WH"),
    ],
)
def test_what_cannot_be_done_to_accounts_is_refused_with_a_sentence(
    atrium: Command, home: Path, words: tuple[str, ...]
) -> None:
    answer = atrium(home, "users", *words)
    assert (answer.status, answer.out) == (2, "")
    assert len(answer.err.strip()) > 5
    assert "Traceback" not in answer.err


# --- import ---------------------------------------------------------------------------------------


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A register of homes with one bad row, where its checked workbook may stand beside it."""
    path = tmp_path / "房源 六月.xlsx"
    path.write_bytes(workbook([home_row("501"), sold_row("502"), home_row("503", 建筑面积=-1)]))
    return path


def rooms(home: Path) -> int:
    with at_work(settings_of(home)) as platform:
        from core.estate.models import Room

        there = Room.project.has(Project.code == "SZ-HH")
        return int(ask(platform, select(func.count(Room.id)).where(there))[0])


def test_exit_status_tells_whether_rows_were_refused(atrium: Command, home: Path, register: Path) -> None:
    words = ("import", "rooms", register, "--as", "sz.admin")
    assert atrium(home, *words, "--dry-run").status == 0
    assert rooms(home) == 0
    assert atrium(home, *words).status == 3
    assert rooms(home) == 0
    assert atrium(home, *words, "--partial").status == 3
    assert rooms(home) == 2
    register.write_bytes(workbook([home_row("503"), sold_row("504")]))
    assert atrium(home, *words).status == 0
    assert rooms(home) == 4


def test_json_is_one_object_and_nothing_else(atrium: Command, home: Path, register: Path) -> None:
    answer = atrium(home, "import", "rooms", register, "--as", "sz.admin", "--partial", "--json")
    assert answer.out.count("\n") == 1
    assert json.loads(answer.out) == {
        "kind": "rooms", "rows": 3, "ok": 2,
        "bad": [{"row": 4, "column": "建筑面积", "message": "面积不能是 -1.00 ㎡，要大于 0。"}],
        "written": 2, "new": 2, "changed": 0, "same": 0,
    }  # fmt: skip
    assert answer.err == ""


def test_the_checked_workbook_stands_beside_the_file_or_where_asked(
    atrium: Command, home: Path, register: Path, tmp_path: Path
) -> None:
    atrium(home, "import", "rooms", register, "--as", "sz.admin")
    beside = register.with_name("房源 六月.xlsx.checked.xlsx")
    assert load_workbook(beside).worksheets[0].max_row == 3
    beside.unlink()
    asked = tmp_path / "elsewhere.xlsx"
    answer = atrium(home, "import", "rooms", register, "--as", "sz.admin", "--report", asked)
    assert str(asked) in answer.out
    assert asked.exists()
    assert not beside.exists()
    register.write_bytes(workbook([home_row("501")]))
    assert not beside.exists()


def test_a_report_that_cannot_be_written_does_not_undo_the_import(
    atrium: Command, home: Path, register: Path, tmp_path: Path
) -> None:
    report = tmp_path / "no such folder" / "x.xlsx"
    words = ("import", "rooms", register, "--as", "sz.admin", "--partial", "--json", "--report", report)
    answer = atrium(home, *words)
    assert (answer.status, answer.json["written"]) == (3, 2)
    assert "--report" in answer.err


@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--partial",)])
def test_the_checked_workbook_never_takes_the_place_of_the_register(
    atrium: Command, home: Path, register: Path, tmp_path: Path, more: tuple[str, ...]
) -> None:
    before, link = register.read_bytes(), tmp_path / "link.xlsx"
    link.symlink_to(register)
    for report in (register, link):
        answer = atrium(home, "import", "rooms", register, "--as", "sz.admin", "--report", report, *more)
        assert (answer.status, answer.out) == (2, "")
        assert "--report" in answer.err
    assert register.read_bytes() == before
    assert rooms(home) == 0


def test_changes_are_told_before_they_are_written_and_weighty_ones_apart(
    atrium: Command, home: Path, register: Path
) -> None:
    row = sold_row()
    register.write_bytes(workbook([home_row("501"), row]))
    words = ("--lang", "en", "import", "rooms", register, "--as", "sz.admin")
    atrium(home, *words)
    register.write_bytes(workbook([home_row("501", 建筑面积=90.5), row | {"销售状态": "退房"}]))
    for more in (["--dry-run"], []):
        lines = atrium(home, *words, *more).out.splitlines()
        assert lines[:5] == [
            "Changes:", "2\t建筑面积\t89.20 → 90.50", "Changes that running work depends on:",
            "3\t销售状态\tSigned → Returned", "3\t客户名称\t郑文博 → —",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "spaceships", "FILE", "--as", "sz.admin"), "rooms, contractors, inspection-issues"),
        (("import", "rooms", "nowhere.xlsx", "--as", "sz.admin"), "nowhere.xlsx"),
        (("import", "rooms", "FILE", "--as", "nobody"), "nobody"),
        (("import", "rooms", "FILE", "--as", "sz.leader"), "sz.leader"),
        (("import", "rooms", "FILE"), "--as"),
    ],
)
def test_an_import_that_cannot_begin_says_why(
    atrium: Command, home: Path, register: Path, words: tuple[str, ...], said: str
) -> None:
    answer = atrium(home, *(register if word == "FILE" else word for word in words), "--json")
    assert (answer.status, answer.out) == (2, "")
    assert said in answer.err


def test_a_file_that_is_no_register_says_what_is_missing(atrium: Command, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "notes.xlsx"
    path.write_bytes(workbook([{"颜色": "红"}]))
    answer = atrium(home, "import", "rooms", path, "--as", "sz.admin", "--json")
    assert (answer.status, answer.out) == (2, "")
    assert "项目编码" in answer.err


def test_a_register_of_a_plugin_that_is_not_there_is_unknown(atrium: Command, home: Path, register: Path) -> None:
    answer = atrium(home, "import", "inspection-issues", register, "--as", "group.admin", ATRIUM_PLUGINS="")
    assert answer.status == 2
    assert "rooms, contractors" in answer.err


# --- export ---------------------------------------------------------------------------------------


@pytest.fixture
def waiting(atrium: Command, home: Path, tmp_path: Path) -> Path:
    """A home where three findings of two days wait for a list beside the demo's own."""
    file = tmp_path / "findings.xlsx"
    rows = [finding_row("=1+1", 录入时间="2020-01-02 09:00"), finding_row("乙", 录入时间="2020-01-03 09:00")]
    file.write_bytes(workbook([*rows, finding_row("丙", 录入时间="2020-01-03 23:59:59")]))
    answer = atrium(home, "import", "inspection-issues", file, "--as", "sz.inspection")
    assert answer.status == 0, answer.out + answer.err
    return home


def listed(home: Path) -> list[str]:
    with at_work(settings_of(home)) as platform:
        there = select(Issue.description).where(Issue.state == flow.LISTED, Issue.description.in_(["=1+1", "乙", "丙"]))
        return sorted(ask(platform, there))


def test_lists_leave_as_a_workbook_with_the_days_asked_for(atrium: Command, waiting: Path, tmp_path: Path) -> None:
    out = tmp_path / "整改单.xlsx"
    words = ("export", "inspection-list", "--project", "SZ-WH", "--as", "sz.inspection", "--out", out)
    answer = atrium(waiting, *words, "--from", "2020-01-03", "--to", "2020-01-03")
    assert answer.status == 0, answer.err
    assert listed(waiting) == ["丙", "乙"]
    (sheet,) = load_workbook(out).worksheets
    assert {"乙", "丙"} <= {cell.value for row in sheet.iter_rows() for cell in row}
    answer = atrium(waiting, *words, "--to", "2020-01-02")
    assert answer.status == 0, answer.err
    assert listed(waiting) == ["=1+1", "丙", "乙"]
    (cell,) = [cell for row in load_workbook(out).worksheets[0].iter_rows() for cell in row if cell.value == "=1+1"]
    assert cell.data_type == "s"
    with at_work(settings_of(waiting)) as platform:
        mine = select(IssueList.number).join(Issue, Issue.list_id == IssueList.id)
        (number,) = ask(platform, mine.where(Issue.description == "=1+1"))
    assert number in answer.out
    assert any(number in str(cell.value) for row in load_workbook(out).worksheets[0].iter_rows() for cell in row)


def test_one_contractor_s_list_alone(atrium: Command, waiting: Path, tmp_path: Path) -> None:
    with at_work(settings_of(waiting)) as platform:
        (issue,) = ask(platform, select(Issue).where(Issue.description == "乙"))
        with as_system(), platform.database.unit(read_only=True) as session:
            name = session.get_one(Issue, issue.id).contractor.name  # type: ignore[union-attr]
    out = tmp_path / "list.xlsx"
    words = ("export", "inspection-list", "--project", "SZ-WH", "--as", "sz.inspection", "--out", out)
    assert atrium(waiting, *words, "--contractor", "没有这家").status == 2
    assert not out.exists()
    assert atrium(waiting, *words, "--contractor", name, "--to", "2020-12-31").status == 0
    assert name in load_workbook(out).sheetnames[0] or load_workbook(out).sheetnames[0] in name


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--project", "SZ-QH", "--as", "sz.inspection"), "SZ-QH"),
        (("--project", "CD-LX", "--as", "sz.inspection"), "CD-LX"),
        (("--project", "ZZ", "--as", "sz.inspection"), "ZZ"),
        (("--project", "SZ-WH", "--as", "sz.leader"), "SZ-WH"),
        (("--project", "SZ-WH", "--as", "sz.inspection", "--to", "2019-12-31"), ""),
    ],
)
def test_lists_that_may_not_or_need_not_be_made(
    atrium: Command, waiting: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    out = tmp_path / "list.xlsx"
    answer = atrium(waiting, "export", "inspection-list", *words, "--out", out)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.strip()
    assert said in answer.err
    assert not out.exists()


def test_a_list_that_cannot_be_written_is_not_made(atrium: Command, waiting: Path, tmp_path: Path) -> None:
    out = tmp_path / "no such folder" / "list.xlsx"
    words = ("export", "inspection-list", "--project", "SZ-WH", "--as", "sz.inspection", "--out", out)
    answer = atrium(waiting, *words)
    assert answer.status == 2
    assert str(out) in answer.err
    assert listed(waiting) == []


def test_without_the_plugin_there_is_no_list_to_export(atrium: Command, home: Path) -> None:
    """In processes of their own: which origins there are stays known to a process."""
    shown = {}
    for allowed in ("inspection", ""):
        environ = os.environ | {"ATRIUM_HOME": str(home), "ATRIUM_PLUGINS": allowed, "PYTHONPATH": str(ROOT)}
        words = [sys.executable, "-m", "core.cli", "export", "--help"]
        done = subprocess.run(words, env=environ, capture_output=True, text=True, timeout=60, check=True)
        shown[allowed] = "inspection-list" in done.stdout
    assert shown == {"inspection": True, "": False}


# --- the command itself -------------------------------------------------------------------------------


def test_the_installed_command_answers_in_a_process_of_its_own(home: Path) -> None:
    environ = os.environ | {"ATRIUM_HOME": str(home), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "core.cli", "users", "list"], env=environ, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "sz.inspection" in done.stdout
