"""`atrium params`: files and published revisions, compared, taken over, written out and put back."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.access.context import as_system
from core.parameters.models import ParameterRevision
from core.settings import ROOT, Settings
from tests.core.conftest import Command
from tests.homes import NOW, at_work


@pytest.fixture
def params(atrium: Command, any_settings: Settings) -> Any:
    """`params("diff", folder)` on a home with the demo group."""
    home, url = any_settings.home, any_settings.database_url
    return lambda *words: atrium(home, "params", *words, database_url=url, ATRIUM_NOW=NOW.isoformat())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of config/, to be edited."""
    return Path(shutil.copytree(ROOT / "config", tmp_path / "config"))


def revisions(settings: Settings) -> list[tuple[str, str, str]]:
    with at_work(settings) as platform, as_system(), platform.database.unit(read_only=True) as session:
        rows = session.scalars(select(ParameterRevision).order_by(ParameterRevision.id))
        return [(row.scope_code, row.author, row.source) for row in rows]


def days(settings: Settings, region: str | None = None) -> Any:
    with at_work(settings) as platform:
        return platform.parameters.catalogue().value("issues.rectify_days", region)


def edit(folder: Path, region: str, old: str, new: str) -> None:
    path = folder / "regions" / f"{region}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_files_as_they_ship_are_in_order_and_say_what_is_in_force(params: Any, any_settings: Settings) -> None:
    before = revisions(any_settings)
    assert params("validate").out.strip() == "4 个文件没有问题。"
    same = params("diff")
    assert (same.status, same.out.strip()) == (0, "配置文件与现行值一致。")
    assert params("apply").out.strip() == "配置文件与现行值一致。"
    assert revisions(any_settings) == before


def test_a_change_is_told_taken_over_seen_and_put_back(params: Any, folder: Path, any_settings: Settings) -> None:
    edit(folder, "SZ", "rectify_days: 10", "rectify_days: 12\n  method: {hide: [redo], relabel: {repair: 上门维修}}")
    told = params("diff", folder)
    assert told.status == 1 and days(any_settings, "SZ") == 10
    assert told.out.splitlines() == [
        "SZ  issues.method.repair: 维修 → 上门维修", "SZ  issues.method.redo: 返工 → 返工 已隐藏",
        "SZ  issues.rectify_days: 10 → 12",
    ]  # fmt: skip
    assert params("apply", folder).out.strip() == "SZ.yaml 已作为新版本导入。" and days(any_settings, "SZ") == 12
    assert params("diff", folder).status == 0
    known = json.loads(params("history", "--scope", "SZ", "--json").out)
    assert [(one["author"], one["in_force"]) for one in known] == [("atrium params", True), ("atrium init", False)]
    back = params("restore", known[1]["revision"])
    assert back.status == 0 and days(any_settings, "SZ") == 10
    assert len(revisions(any_settings)) == 6, "nothing is ever rewritten"
    again = params("restore", known[1]["revision"])
    assert again.status == 2 and "已经生效" in again.err
    lines = params("history").out.splitlines()
    assert len(lines) == 6 and sum("现行" in line for line in lines) == 4


def test_what_the_group_changes_is_told_once_and_not_for_each_region(params: Any, folder: Path) -> None:
    path = folder / "platform.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "issues:\n  rectify_days: 9\n", encoding="utf-8")
    assert params("diff", folder).out.splitlines() == ["集团  issues.rectify_days: 7 → 9"]


def test_export_and_apply_are_the_identity(params: Any, tmp_path: Path, folder: Path, any_settings: Settings) -> None:
    edit(folder, "CD", "rectify_days: 5", "rectify_days: 5  # 见通知\r\n")
    params("apply", folder)
    before = revisions(any_settings)
    out = tmp_path / "out"
    assert params("export", out).status == 0
    assert (out / "regions/CD.yaml").read_bytes() == (folder / "regions/CD.yaml").read_bytes()
    assert params("diff", out).status == 0 and params("apply", out).status == 0
    assert revisions(any_settings) == before
    (out / "platform.yaml").write_text("mine", encoding="utf-8")
    refused = params("export", out)
    assert refused.status == 2 and "已存在" in refused.err
    assert (out / "platform.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("words", [("validate",), ("diff",), ("apply",)])
def test_every_fault_is_told_with_its_line_and_nothing_is_taken_over(
    params: Any, folder: Path, any_settings: Settings, words: tuple[str, ...]
) -> None:
    before = revisions(any_settings)
    edit(folder, "SZ", "rectify_days: 10", "rectify_days: 400\n  methd: {hide: [redo]}")
    edit(folder, "CD", "rectify_days: 5", "rectify_days: &a 5")
    refused = params(*words, folder)
    assert refused.status == 2 and "SZ.yaml:9" in refused.err and "methd" in refused.err and "CD.yaml:8" in refused.err
    assert "Traceback" not in refused.err and revisions(any_settings) == before


def test_a_revision_that_does_not_fit_any_more_is_not_put_back(
    params: Any, folder: Path, any_settings: Settings
) -> None:
    edit(folder, "SZ", "rectify_days: 10", "method: {hide: [own]}")
    path = folder / "platform.yaml"
    shipped = path.read_text(encoding="utf-8")
    path.write_text(shipped + "issues:\n  method: {add: [{code: own, zh: 自有}]}\n", encoding="utf-8")
    assert params("apply", folder).status == 0
    first = json.loads(params("history", "--scope", "group", "--json").out)[-1]["revision"]
    before = revisions(any_settings)
    refused = params("restore", first)
    assert refused.status == 2 and "own" in refused.err and revisions(any_settings) == before
    assert params("restore", 999_999).status == 2


def test_what_init_took_over_once_does_not_come_back_by_itself(
    atrium: Command, params: Any, folder: Path, any_settings: Settings
) -> None:
    edit(folder, "SZ", "rectify_days: 10", "rectify_days: 12")
    params("apply", folder)
    assert atrium(any_settings.home, "init", database_url=any_settings.database_url).status == 0
    assert days(any_settings, "SZ") == 12
    params("apply")  # asked for, the files of the installation are in force again
    assert days(any_settings, "SZ") == 10
