"""Values in words, line by line, and which step had the last word on each line."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from core.i18n import reading
from core.parameters.catalogue import Catalogue, Layer, Origin, read_layer
from core.parameters.labels import Labels
from core.parameters.said import TYPES, Speaker, brief, changed, limits, lines_of, type_name
from core.parameters.schema import KINDS, Level, Schema
from tests.core.parameters.schemas import schema

ODDS = """
span: {type: duration, level: group, default: 1 day, title: {zh: 时长, en: Span}, help: {zh: 时长, en: Span}}
flag: {type: boolean, level: group, default: no, title: {zh: 开关, en: Flag}, help: {zh: 开关, en: Flag}}
side:
  type: choice
  level: group
  values: {left: {zh: 左, en: Left hand}, right: {zh: 右, en: Right hand}}
  default: left
  title: {zh: 边, en: Side}
  help: {zh: 边, en: Side}
plain:
  {type: choice, level: group, values: [a, b], default: a, title: {zh: 字, en: Letter}, help: {zh: 字, en: Letter}}
way: {type: code, of: odds.ways, level: group, default: up, title: {zh: 向, en: Way}, help: {zh: 向, en: Way}}
ways:
  type: tree
  level: group
  allow: [add, hide, relabel, change, reorder]
  title: {zh: 方向, en: Ways}
  help: {zh: 方向, en: Ways}
  attributes: {steps: {type: integer, title: {zh: 步数, en: Steps}}, bare: {type: boolean}}
  default:
    - {code: up, zh: 上, en: Up, steps: 3, aliases: [north],
       children: [{code: upper, zh: 更上, en: Further up, bare: yes}]}
    - {code: down, zh: 下, en: Down}
days:
  type: table
  level: group
  allow: [override]
  rows: odds.ways
  cell: {type: integer, minimum: 1}
  default: {up: 1, upper: 2, down: 3}
  title: {zh: 天数, en: Days}
  help: {zh: 天数, en: Days}
number: {type: number, level: group, minimum: 1, default: 1.50, title: {zh: 数, en: N}, help: {zh: 数, en: N}}
"""
SPEAKER = Speaker("en", lambda text, lang: text.replace("{unit}", "staircase"), lambda key, code: f"{key}/{code}")


@pytest.fixture
def odds(tmp_path: Path) -> Schema:
    return schema(tmp_path, ODDS, "odds")


def said(odds: Schema, key: str) -> list[tuple[str, str, str, int]]:
    parameter = odds.parameters[f"odds.{key}"]
    return [(one.key, one.name, one.text, one.depth) for one in SPEAKER.lines(parameter.kind, parameter.default)]


@pytest.mark.parametrize(("key", "text"), [
    ("span", "1 day"), ("flag", "no"), ("side", "Left hand"), ("plain", "a"), ("way", "odds.ways/up"),
    ("number", "1.50"),
])  # fmt: skip
def test_a_value_of_one_piece_is_one_line(odds: Schema, key: str, text: str) -> None:
    assert said(odds, key) == [("", "", text, 0)]
    parameter = odds.parameters[f"odds.{key}"]
    assert brief(parameter, parameter.default, SPEAKER) == text


def test_lists_and_tables_are_a_line_for_each_entry(odds: Schema) -> None:
    assert said(odds, "ways") == [
        ("up", "Up", "(north); Steps: 3", 0), ("upper", "Further up", "bare: yes", 1), ("down", "Down", "", 0),
    ]  # fmt: skip
    assert said(odds, "days")[1] == ("upper", "odds.ways/upper", "2", 0)
    assert brief(odds.parameters["odds.ways"], odds.parameters["odds.ways"].default, SPEAKER) == "3 options"


def test_the_last_step_that_changed_a_line_has_brought_it(odds: Schema) -> None:
    origin = Origin(7, "anna", None, date(2026, 11, 1), datetime(2026, 11, 1, tzinfo=UTC))

    def layer(level: Level, scope: str, text: str) -> Layer:
        from dataclasses import replace

        return replace(read_layer(text, "x", level, scope, [odds]), origin=origin)

    group = layer(Level.GROUP, "", "odds: {ways: {relabel: {up: 向上}, hide: [down]}, days: {up: 9}}")
    region = layer(Level.REGION, "SZ", "odds: {ways: {add: [{code: side, zh: 旁, before: down}]}, days: {side: 4}}")
    catalogue = Catalogue([odds], [group, region])
    parameter, steps = odds.parameters["odds.ways"], catalogue.steps("odds.ways", "SZ")
    found = {
        one.said.key: (one.step.level, one.above and one.above.name) for one in lines_of(parameter, steps, SPEAKER)
    }
    assert found == {
        "up": (Level.GROUP, "Up"), "upper": (None, None), "down": (Level.GROUP, "Down"), "side": (Level.REGION, None),
    }  # fmt: skip
    assert [one.origin and one.origin.revision for one in steps] == [None, 7, 7]
    assert changed(parameter, steps[1].value, steps[2].value, SPEAKER) == "1 changed or new"
    assert catalogue.differs("odds.ways", "SZ") and not catalogue.differs("odds.span", "SZ")
    assert len(catalogue.steps("odds.ways")) == 2 and len(catalogue.steps("odds.span", "SZ")) == 1
    assert catalogue.steps("odds.ways", "SZ")[-1].value == catalogue.value("odds.ways", "SZ")


def test_words_stand_in_for_their_tokens(odds: Schema) -> None:
    assert SPEAKER.said(Labels("{unit}", "The {unit}")) == "The staircase"
    assert SPEAKER.said(Labels("只有中文")) == "只有中文"


def test_every_type_has_a_name_and_limits_are_said(odds: Schema, small: list[Any]) -> None:
    assert TYPES.keys() == KINDS.keys()
    with reading("zh"):
        assert str(type_name(odds.parameters["odds.ways"].kind)) == "选项树"
    assert str(limits(odds.parameters["odds.number"].kind)) == "at least 1"
    assert str(limits(small[0].parameters["small.days"].kind)) == "1 to 180"
    assert limits(odds.parameters["odds.flag"].kind) == ""
