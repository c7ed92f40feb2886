"""`python -m benchmarks.workbooks`: 100,000 rows of ten cells written, 50,000 homes, and 50,000 findings, read, judged
and written.

Each work runs in a process of its own, in turn, and tells its seconds and the most memory it held. Beside Atrium stand
plain openpyxl, and for the import the bare inserts of the very rows that it wrote.
"""

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from openpyxl import Workbook, load_workbook

from core.estate.room_register import RoomRegister
from core.excel import read_sheets, write_table_to
from core.i18n import reading
from core.imports import engine
from core.issues.register import finding_columns
from core.platform import Platform, build
from core.registers import registers
from core.settings import ROOT, Settings
from core.start import prepare_home

EXPORTED = int(os.environ.get("EXPORTED") or 100_000)
IMPORTED = int(os.environ.get("IMPORTED") or 50_000)
ROUNDS = int(os.environ.get("ROUNDS") or 3)
HEADINGS = ["编号", "房屋", "问题描述", "登记时间", "期限", "金额", "次数", "状态", "施工单位", "备注"]
TABLES = (
    "core_building",
    "core_unit",
    "core_place",
    "core_contract",
    "core_customer",
    "core_ownership",
    "core_issue",
    "core_change",
    "core_event",
)
Seconds = dict[str, float]


def rows(count: int) -> Iterator[list[Any]]:
    start = datetime.fromisoformat("2026-01-01T08:00:00")
    for at in range(count):
        day, price = date(2026, 1, 1) + timedelta(at % 300), Decimal(at % 1000) / 8
        yield [
            f"SZWH-I2611-{at:06}", f"{at % 9}-{at % 30}02", f"墙面空鼓 {at % 997}", start + timedelta(minutes=at),
            day, price, at, "已关闭", "中建三局", None if at % 2 else "+86",
        ]  # fmt: skip


def homes(count: int) -> Iterator[list[Any]]:
    """A register as a sales system writes it: every home sold, to somebody of its own."""
    columns = RoomRegister().columns
    for at in range(count):
        said = {
            "project": ("SZ-WH", "CD-LX")[at % 2], "building": f"{at // 500 + 100}栋", "unit": "1",
            "number": f"{at // 10 % 50 + 1}{at % 10 + 1:02}", "product": "住宅", "layout": "三室两厅",
            "gross_area": 89.5 + at % 40, "net_area": 70.25, "sales_state": "已签约", "contract": f"HT-{at:06}",
            "signed_on": date(2025, 1, 1) + timedelta(at % 300), "amount": 1_000_000 + at, "payment_mode": "一次性付款",
            "handover_on": date(2026, 12, 31), "names": f"张三{at % 9}", "mobiles": str(13_000_000_000 + at),
            "address": "深圳市南山区",
        }  # fmt: skip
        yield [said.get(column.name) for column in columns]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = perf_counter()
    found = work()
    return perf_counter() - began, found


def export_atrium(folder: Path) -> Seconds:
    return {"export": timed(lambda: write_table_to(folder / "a.xlsx", "问题", HEADINGS, rows(EXPORTED)))[0]}


def export_openpyxl(folder: Path) -> Seconds:
    def write() -> None:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("问题")
        sheet.append(HEADINGS)
        for row in rows(EXPORTED):
            sheet.append(row)
        book.save(folder / "b.xlsx")

    return {"export": timed(write)[0]}


def findings(database: Path, count: int) -> Iterator[list[Any]]:
    """A register of findings on homes of the demo: ten columns, four of them names to be looked up."""
    with sqlite3.connect(database) as source:
        known = source.execute(
            "SELECT project.code, place.label FROM core_place place JOIN core_project project"
            " ON project.id = project_id WHERE place.kind = 'home' AND project.code IN ('SZ-WH', 'SZ-HH')"
            " ORDER BY place.id"
        ).fetchall()
    places = [(code, *label.split("-")) for code, label in known if label.count("-") == 2]
    start = datetime.fromisoformat("2026-01-01T08:00:00")
    for at in range(count):
        project, building, unit, number = places[at * 7 % len(places)]
        yield [
            project, f"{building}栋", unit, number, ("010301", "010302", "010101", "010201")[at % 4], "客厅",
            f"墙面空鼓约{at % 977}cm，距地{at % 31}0cm", None if at % 3 else "已通知",
            start + timedelta(minutes=at), None,
        ]  # fmt: skip


def _home(folder: Path) -> Platform:
    """A new home with the demo group."""
    platform = build(replace(Settings.load({"ATRIUM_HOME": str(folder / "home")}), strict_plugins=True))
    prepare_home(platform)
    return platform


def _homes(folder: Path) -> tuple[Platform, Path]:
    platform, path = _home(folder), folder / "homes.xlsx"
    write_table_to(path, "房源台账", [column.heading for column in RoomRegister().columns], homes(IMPORTED))
    return platform, path


def import_homes(folder: Path) -> Seconds:
    return _import(*_homes(folder), "rooms", "group.admin", folder)


def import_findings(folder: Path) -> Seconds:
    platform, path = _home(folder), folder / "findings.xlsx"
    rows_of = findings(platform.settings.home / "atrium.db", IMPORTED)
    write_table_to(path, "问题台账", [one.heading for one in finding_columns()], rows_of)
    return _import(platform, path, "inspection-issues", "sz.inspection", folder)


def _import(platform: Platform, path: Path, register: str, person: str, folder: Path) -> Seconds:
    """Read, judge and write a register into a new home; then the bare inserts of the same rows into a copy of it."""
    database = platform.settings.home / "atrium.db"
    with sqlite3.connect(database) as before:
        known = {table: before.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0] for table in TABLES}
        before.execute("VACUUM INTO ?", [str(folder / "bare.db")])
    kinds = registers(platform.plugins)
    me = platform.principal_named(person)
    found: Seconds = {}
    with reading("zh_Hans_CN", platform.parameters.catalogue().words()):
        found["read"], sheets = timed(lambda: read_sheets(path))
        with platform.working_as(me, read_only=True) as session:
            found["judge"], _ = timed(lambda: engine.judge(session, kinds[register].build(path.name), sheets))
        kind = kinds[register].build(path.name)

        def write() -> None:
            with platform.working_as(me) as session:
                result = engine.judge(session, kind, sheets)
                found["judge again"] = perf_counter() - began
                engine.write_good(session, kind, result)
                assert result.written == IMPORTED, result.bad[:1]

        began = perf_counter()
        found["write"] = timed(write)[0] - found["judge again"]
    platform.close()
    found["bare inserts"] = _bare(database, folder / "bare.db", known)
    return found


def _bare(full: Path, target: Path, known: dict[str, int]) -> float:
    with sqlite3.connect(full) as source, sqlite3.connect(target) as bare:
        bare.execute("PRAGMA journal_mode=WAL")
        kept = {
            table: source.execute(f"SELECT * FROM {table} WHERE id > ?", [known[table]]).fetchall() for table in TABLES
        }
        began = perf_counter()
        for table, made in kept.items():
            if not made:
                continue
            bare.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(made[0]))})", made)
        bare.commit()
        return perf_counter() - began


def read_openpyxl(folder: Path) -> Seconds:
    platform, path = _homes(folder)
    platform.close()

    def read() -> None:
        book = load_workbook(path, read_only=True)
        for _ in book.worksheets[0].iter_rows(values_only=True):
            pass

    return {"read": timed(read)[0]}


WORKS: dict[str, Callable[[Path], Seconds]] = {
    "Atrium: export": export_atrium, "openpyxl: export": export_openpyxl, "Atrium: homes": import_homes,
    "Atrium: findings": import_findings,
    "openpyxl: homes": read_openpyxl,
}  # fmt: skip


def main() -> int:
    if len(sys.argv) > 1:
        with tempfile.TemporaryDirectory() as folder:
            seconds = WORKS[sys.argv[1]](Path(folder))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "peak": peak}))
        return 0
    found: dict[str, list[Any]] = {name: [] for name in WORKS}
    for at in range(ROUNDS):
        for name in WORKS:
            command = [sys.executable, "-m", "benchmarks.workbooks", name]
            told = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
            found[name].append(json.loads(told.stdout.splitlines()[-1]))
        print(f"round {at + 1} of {ROUNDS}", file=sys.stderr, flush=True)
    print(f"{EXPORTED:,} rows written, {IMPORTED:,} homes imported, p50 of {ROUNDS} rounds\n")
    print("| work | s | MiB at most |\n| --- | --: | --: |")
    for name, runs in found.items():
        peak = max(run["peak"] for run in runs)
        for part in runs[0]["seconds"]:
            shown = name if name.endswith(part) else f"{name}: {part}"
            print(f"| {shown} | {median(run['seconds'][part] for run in runs):.2f} | {peak:.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
