"""An effective list as people use it: by code, name, alias, path, and by how its names sound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.parameters.options import Option, OptionSet
from core.parameters.pinyin import sounds
from tests.core.parameters.schemas import SHIPPED, catalogue

FOUND = catalogue(SHIPPED)
TREE = FOUND.options("issues.category")
PLACES = FOUND.options("issues.location")
leaves = st.sampled_from(TREE.selectable)


def codes(options: OptionSet, text: str) -> list[str]:
    return [option.code for option in options.search(text)]


def test_the_library_has_its_128_leaves_on_three_levels_in_both_languages() -> None:
    assert len(TREE.selectable) == 128
    assert {len(option.code) for option in TREE.options.values()} == {2, 4, 6}
    assert all(len(option.code) == 6 and option.labels.en for option in TREE.selectable)


def test_an_option_has_what_its_branch_has_unless_it_says_otherwise() -> None:
    wall = TREE.options["010301"]
    assert (wall.values["trade"], wall.values["warranty_months"], wall.values["stage"]) == ("总包", 12, "construction")
    assert TREE.path("010301", "zh") == ["房屋质量", "墙面", "墙面空鼓"]


@given(leaves)
def test_a_leaf_is_found_by_its_code_and_its_path(option: Option) -> None:
    assert TREE.find(option.code) is option
    for lang in ("zh", "en"):
        for between in ("/", " / ", "／", ">", "→", "-"):
            assert TREE.find(between.join(TREE.path(option.code, lang))) is option


@given(leaves)
def test_a_leaf_is_found_by_its_name_if_that_is_its_own(option: Option) -> None:
    same = [one for one in TREE.selectable if one.labels.zh == option.labels.zh]
    assert TREE.find(option.labels.zh) is (option if len(same) == 1 else None)


def test_what_is_not_in_the_list_is_not_found() -> None:
    assert [TREE.find(text) for text in ("", "不存在的分类", "0103", "墙面", "999999")] == [None] * 5
    assert PLACES.find("月球") is None


def test_an_alias_names_the_option() -> None:
    assert [PLACES.find(text).code for text in ("公卫", "客卫/公卫", "客卫", "Guest bathroom")] == ["guest_bath"] * 4  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "typed",
    [
        "010301",
        "0103",
        "墙面空鼓",
        "空鼓",
        "qmkg",
        "qiangmiankonggu",
        "qiangmkg",
        "QMKG",
        "kg",
        "hollow",
        "Hollow wall",
    ],
)
def test_type_ahead_finds_by_code_name_and_pinyin(typed: str) -> None:
    assert "010301" in codes(TREE, typed)


def test_the_best_answer_stands_first() -> None:
    assert codes(TREE, "010301")[0] == "010301"
    assert codes(TREE, "qmkg")[0] == "010301"
    assert codes(PLACES, "cw")[0] == "bedroom"
    assert codes(PLACES, "kt")[0] == "living"
    assert len(TREE.search("", limit=7)) == 7
    assert codes(TREE, "zzzzz") == []


@given(leaves)
def test_each_leaf_is_spelled_by_its_initials_and_by_its_syllables(option: Option) -> None:
    readings = sounds(option.labels.zh)
    everything = len(TREE.selectable)
    for spelled in ("".join(one[0][0] for one in readings), "".join(one[0] for one in readings)):
        if spelled.isascii():
            assert option in TREE.search(spelled, limit=everything)


@given(st.text(max_size=20))
def test_any_text_is_answered_with_leaves(text: str) -> None:
    assert all(TREE.is_selectable(option.code) for option in TREE.search(text))


def test_a_hidden_branch_hides_its_leaves() -> None:
    mine = catalogue(SHIPPED, SZ='issues: {category: {hide: ["0103"]}}').options("issues.category", "SZ")
    assert not mine.is_selectable("010301")
    assert mine.find("墙面空鼓") is None
    assert "010301" not in codes(mine, "qmkg")
    assert mine.label("010301", "zh") == "墙面空鼓"


def test_a_region_s_own_leaf_stands_under_its_parent() -> None:
    added = 'issues: {category: {add: [{code: "010399", zh: 墙纸起泡, method: replace}]}}'
    mine = catalogue(SHIPPED, SZ=added).options("issues.category", "SZ")
    assert mine.path("010399", "zh") == ["房屋质量", "墙面", "墙纸起泡"]
    assert (mine.options["010399"].values["method"], mine.options["010399"].values["trade"]) == ("replace", "总包")
    assert codes(mine, "qzqp") == ["010399"]
