"""What fields mean: which may be explained, what a text may hold, and how a region rewords or adds one."""

from pathlib import Path

import pytest

from core.parameters.catalogue import Catalogue, Layer, read_layer
from core.parameters.errors import ParametersRefused
from core.parameters.labels import Labels
from core.parameters.schema import Level, Schema, load_schema
from tests.core.parameters.schemas import SHIPPED

HELP = """
field_help:
  type: field_help
  level: group
  allow: [override]
  title: {zh: 说明, en: Help}
  help: {zh: 字段说明, en: What fields mean}
  fields:
    small.entry: [location, due_on, note]
    small.plan: [kind]
  default:
    small.entry:
      location: {zh: "{contractor}去哪里找", en: "Where the {contractor} finds it"}
      due_on: {zh: 期限, en: The last day}
"""


@pytest.fixture
def schemas(tmp_path: Path) -> list[Schema]:
    (tmp_path / "parameters.yaml").write_text(HELP, encoding="utf-8")
    return [*SHIPPED, load_schema("small", tmp_path / "parameters.yaml")]


def layer(text: str, schemas: list[Schema], scope: str = "SZ") -> Layer:
    level = Level.REGION if scope else Level.GROUP
    return read_layer(f"small: {{field_help: {text}}}", f"{scope or 'platform'}.yaml", level, scope, schemas)


def test_a_region_rewords_and_adds_and_no_other_region_sees_it(schemas: list[Schema]) -> None:
    group = layer("{small.plan: {kind: {zh: 集团说, en: The group says}}}", schemas, "")
    region = layer("{small.entry: {location: {zh: 深圳说, en: Shenzhen says}, note: 只有中文}}", schemas)
    known = Catalogue(schemas, [group, region])
    here, there = (known.field_help(("small.entry", "small.plan"), one) for one in ("SZ", "CD"))
    assert here["location"] == Labels("深圳说", "Shenzhen says") and here["note"].say("en").lang == "zh"
    assert here["due_on"].zh == "期限" and here["kind"].zh == there["kind"].zh == "集团说"
    assert there["location"] == Labels("承建商去哪里找", "Where the contractor finds it") and "note" not in there


def test_what_nobody_explains_is_without_help(schemas: list[Schema]) -> None:
    assert Catalogue(schemas).field_help(("nobody.knows",)) == {}


def test_the_later_name_has_the_last_word(schemas: list[Schema]) -> None:
    known = Catalogue(schemas)
    assert known.field_help(("issue", "small.entry"))["location"].zh == "承建商去哪里找"
    assert known.field_help(("small.entry", "issue"))["location"] == known.field_help(("issue",))["location"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{small.entry: {locaton: 错字}}", "“locaton” is not known here; did you mean “location”?"),
        ("{small.entry: {password: 密码}}", "“password” is not known here; allowed: due_on, location, note."),
        ("{small.nothing: {location: 部位}}", "“small.nothing” is not known here"),
        (f"{{small.entry: {{note: {'长' * 301}}}}}", "The text is longer than 300 characters."),
        ("{small.entry: {note: {en: English alone}}}", "“zh” is missing."),
        ('{small.entry: {note: "two\\nlines"}}', "line end or an invisible character"),
        ("{small.entry: [location]}", "“key: value” pairs are expected"),
        ("{small.entry: {note: ''}}", "A text is missing here."),
    ],
)
def test_what_cannot_be_help_is_refused_with_its_place(schemas: list[Schema], text: str, said: str) -> None:
    with pytest.raises(ParametersRefused) as refused:
        layer(text, schemas)
    assert said in str(refused.value) and "SZ.yaml" in str(refused.value)


def test_three_hundred_characters_are_enough(schemas: list[Schema]) -> None:
    region = layer(f"{{small.entry: {{note: {'长' * 300}}}}}", schemas)
    assert len(Catalogue(schemas, [region]).field_help(("small.entry",), "SZ")["note"].zh) == 300


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HELP.replace("due_on: {zh", "due_one: {zh"), "did you mean “due_on”?"),
        (HELP.replace(", en: The last day", ""), "“en” is missing."),
        (HELP.replace("  fields:\n    small.entry: [location, due_on, note]\n    small.plan: [kind]\n", ""), "fields"),
    ],
)
def test_a_declaration_explains_only_what_it_names_in_both_languages(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "parameters.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ParametersRefused, match=said):
        load_schema("small", tmp_path / "parameters.yaml")


def test_a_region_may_not_reword_what_the_group_keeps(tmp_path: Path) -> None:
    (tmp_path / "parameters.yaml").write_text(HELP.replace("  allow: [override]\n", ""), encoding="utf-8")
    schemas = [*SHIPPED, load_schema("small", tmp_path / "parameters.yaml")]
    with pytest.raises(ParametersRefused, match="belongs to the group"):
        layer("{small.entry: {note: 说明}}", schemas)
