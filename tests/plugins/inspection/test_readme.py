"""The module's README says what the code does: events, tables and parameters (diagrams: `make check-docs`)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from plugins.inspection.models import HomeInspection, Plan, PlanHome, Summary

ROOT = Path(__file__).parents[3]
README = (ROOT / "plugins/inspection/README.md").read_text(encoding="utf-8")
ORIGIN = "inspection"


def section(title: str) -> str:
    return README.partition(f"## {title}\n")[2].partition("\n## ")[0]


def first_cells(text: str) -> dict[str, list[str]]:
    """Code of a row's first cell → its other cells."""
    rows = re.findall(r"^\| `([^`]+)` \|(.*)\|$", text, re.MULTILINE)
    return {code: [cell.strip() for cell in rest.split("|")] for code, rest in rows}


def recorded() -> Iterator[tuple[str, set[str]]]:
    """(event, keys of its payload) of every call of `record_event` and `record_events` in the plugin and in the shared
    verbs of issues; of many at once the payload stands in the function that calls."""
    for path in [*(ROOT / "plugins/inspection").glob("**/*.py"), *(ROOT / "core/issues").glob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record_event":
                yield event_name(node.args[1]), {one.arg for one in node.keywords if one.arg}
        for function in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record_events":
                    yield event_name(node.args[1]), set(payload_keys(function))


def payload_keys(function: ast.FunctionDef) -> Iterator[str]:
    """Keys of what a function calls a payload: `{…, "payload": {"category": …}}`."""
    for node in ast.walk(function):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "payload" and isinstance(value, ast.Dict):
                    yield from (str(one.value) for one in value.keys if isinstance(one, ast.Constant))


def event_name(node: ast.expr) -> str:
    """`"inspection.plan_opened"`, or `f"{issue.origin}.issue_closed"` for findings of this origin."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.JoinedStr), ast.unparse(node)
    return "".join(str(one.value) if isinstance(one, ast.Constant) else ORIGIN for one in node.values)


def test_the_events_are_those_that_are_recorded() -> None:
    found: dict[str, set[str]] = {}
    for name, keys in recorded():
        found.setdefault(name, set()).update(keys)
    told = {name: set(re.findall(r"`(\w+)`", cells[1])) for name, cells in first_cells(section("Events")).items()}
    assert told == found


def test_the_tables_are_those_of_the_models() -> None:
    told = {table: cells[1].strip("`") for table, cells in first_cells(section("Tables")).items()}
    assert told == {one.__tablename__: one.__resource__ for one in (Plan, PlanHome, HomeInspection, Summary)}


FIELD_NAMES = {"found_on": "found on", "also": "also in", "planned_from": "from"}


def test_the_parameters_are_those_declared() -> None:
    declared = yaml.safe_load((ROOT / "plugins/inspection/parameters.yaml").read_text(encoding="utf-8"))
    told = first_cells(section("Parameters"))
    assert list(told) == [f"inspection.{name}" for name in declared]
    for name, one in declared.items():
        default = told[f"inspection.{name}"][1]
        if isinstance(one["default"], list):
            assert default.split(", ") == [option["zh"].replace("{handover}", "交付") for option in one["default"]]
        elif isinstance(one["default"], dict):
            fields = [name for texts in one["default"].values() for name in texts]
            assert default.split(", ") == [FIELD_NAMES.get(name, name) for name in fields]
        else:
            assert default == str(one["default"])
