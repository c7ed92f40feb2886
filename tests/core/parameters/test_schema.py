"""What a plugin declares about its parameters, and YAML read safely."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.parameters.catalogue import Catalogue
from core.parameters.errors import ParametersRefused
from core.parameters.nodes import Node
from core.parameters.reading import MOST_DEPTH, read_bytes, read_text
from core.parameters.schema import load_schema
from tests.core.parameters.schemas import ROOT, SHIPPED, SMALL, schema

REST = "level: group, default: 1, title: {zh: 数, en: N}, help: {zh: 数, en: N}"


def refusals(folder: Path, text: str) -> list[str]:
    with pytest.raises(ParametersRefused) as refused:
        schema(folder, text)
    return str(refused.value).splitlines()[1:]


def test_the_shipped_schemas_are_whole() -> None:
    own = [load_schema(path.parent.name, path) for path in sorted(ROOT.glob("plugins/*/parameters.yaml"))]
    assert Catalogue([*SHIPPED, *own]).value("issues.rectify_days") == 7


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("n: {type: integer, level: group, default: 1, help: {zh: 数, en: N}}", "“title” is missing"),
        ("n: {type: integer, level: group, title: {zh: 数, en: N}, help: {zh: 数, en: N}}", "“default” is missing"),
        (f"n: {{type: number_, {REST}}}", "“number_” is not accepted here; write one of: boolean"),
        (
            "n: {type: integer, level: planet, default: 1, title: {zh: 数, en: N}, help: {zh: 数, en: N}}",
            "group, project, region",
        ),
        (f"n: {{type: integer, {REST}, maximum: 0}}", "a whole number, at most 0"),
        (f"n: {{type: integer, {REST}, values: [1]}}", "does not go with the type integer"),
        (f"n: {{type: integer, {REST}, allow: [fly]}}", "one of: locked, override"),
        ("n: {type: integer, level: group, default: 1, title: 数, help: {zh: 数, en: N}}", "both languages: zh and en"),
        (f"N-1: {{type: integer, {REST}}}", "of small letters, digits and _"),
        ("n: 3", "“key: value” pairs are expected"),
        (f"n: {{type: integer, {REST}, default_file: more.yaml}}", "either default or default_file"),
        (f"n: {{type: choice, {REST}}}", "“values” is missing"),
        (f"n: {{type: integer, {REST}, colour: red}}", "“colour” is not known here"),
    ],
)
def test_a_declaration_that_is_not_whole_is_refused(tmp_path: Path, text: str, said: str) -> None:
    told = refusals(tmp_path, text)
    assert told[0].startswith("small/small.yaml:1: "), told
    assert any(said in line for line in told), told


def test_a_default_list_is_in_both_languages(tmp_path: Path) -> None:
    (told,) = refusals(tmp_path, SMALL.replace("zh: 更换, en: Replace", "zh: 更换"))
    line = next(at for at, text in enumerate(SMALL.splitlines(), 1) if "更换" in text)
    assert told.startswith(f"small/small.yaml:{line}: method"), told
    assert "“en” is missing" in told


def test_a_list_that_nobody_declares_cannot_be_named(tmp_path: Path) -> None:
    declared = schema(tmp_path, SMALL.replace("of: small.method", "of: small.methods"))
    with pytest.raises(ParametersRefused, match=r"There is no list “small\.methods”"):
        Catalogue([declared])


def test_a_default_may_not_name_a_code_that_is_not_there(tmp_path: Path) -> None:
    declared = schema(tmp_path, SMALL.replace("method: redo", "method: magic"))
    with pytest.raises(ParametersRefused, match="no option with the code magic"):
        Catalogue([declared])


def test_a_table_has_a_row_for_each_option(tmp_path: Path) -> None:
    table = """
hours:
  type: table
  level: group
  allow: [override]
  rows: small.method
  cell: {type: integer, minimum: 1, maximum: 99}
  title: {zh: 小时, en: Hours}
  help: {zh: 小时, en: Hours}
  default: {repair: 4, replace: 8, redo: 16}
"""
    declared = schema(tmp_path, SMALL + table)
    assert Catalogue([declared]).value("small.hours") == {"repair": 4, "replace": 8, "redo": 16}
    short = schema(tmp_path, SMALL + table.replace(", redo: 16", ""))
    with pytest.raises(ParametersRefused, match="A row for redo is missing"):
        Catalogue([short])


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: &x 1\nb: *x\n", 1, "Anchors and aliases"),
        ("a: 1\nb: !!python/object:os.system {}\n", 2, "Tags"),
        ("a: 1\na: 2\n", 2, "given already in line 1"),
        ("a: 1\n---\nb: 2\n", 2, "A second document"),
        ("%YAML 1.1\n---\na: 1\n", 1, "begin with"),
        ("a:\n\t- 1\n", 2, "indent with blanks"),
        ("a: [1\n", 2, "not valid YAML"),
        ("? [a, b]\n: 1\n", 1, "A key must be one word"),
        ("a: " + "[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1), 1, "nested deeper"),
        ("a: \x07", 1, "not allowed in a text"),
    ],
)
def test_only_the_harmless_part_of_yaml_is_read(text: str, line: int, said: str) -> None:
    with pytest.raises(ParametersRefused) as refused:
        read_text(text, "x.yaml")
    (told,) = str(refused.value).splitlines()[1:]
    assert told.startswith(f"x.yaml:{line}: "), told
    assert said in told


def test_a_file_that_is_too_large_or_no_text_is_refused() -> None:
    with pytest.raises(ParametersRefused, match="larger than 512 KiB"):
        read_bytes(b"a: 1\n" * 200_000, "x.yaml")
    with pytest.raises(ParametersRefused, match=r"x\.yaml:2: The file is not UTF-8"):
        read_bytes("a: 1\nb: 深圳\n".encode("gbk"), "x.yaml")


def test_values_stay_the_text_that_was_written() -> None:
    root = read_text("a: 010301\nb: no\nc: 2026-03-05\nd: ~\n", "x.yaml")
    assert [node.text for _, node in root.entries.values()] == ["010301", "no", "2026-03-05", ""]  # type: ignore[union-attr]


@given(st.one_of(st.text(max_size=80), st.from_regex(r"([a-z&*!%:\[\]{}?|>'\"-]| |\n|\t){1,60}", fullmatch=True)))
def test_any_text_is_read_or_refused_with_its_place(text: str) -> None:
    try:
        assert isinstance(read_text(text, "x.yaml"), Node)
    except ParametersRefused as refused:
        assert all(error.file == "x.yaml" and str(error.message) for error in refused.errors)


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        read_bytes(content, "x.yaml")
    except ParametersRefused as refused:
        assert refused.errors
