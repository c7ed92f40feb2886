"""Plugin defaults, over them the group's, over them a region's: merged by code, refused by file, line and path."""

import pytest

from core.parameters.errors import ParametersRefused
from core.parameters.schema import Schema
from tests.core.parameters.schemas import catalogue


def refusals(declared: list[Schema], group: str = "", **regions: str) -> list[str]:
    with pytest.raises(ParametersRefused) as refused:
        catalogue(declared, group, **regions)
    return str(refused.value).splitlines()[1:]


def codes(found: object) -> list[str]:
    return [option.code for option in found.selectable]  # type: ignore[attr-defined]


def test_a_value_is_the_region_s_else_the_group_s_else_the_default(small: list[Schema]) -> None:
    assert catalogue(small).value("small.days", "SZ") == 7
    found = catalogue(small, "small: {days: 9}", SZ="small: {days: 10}", CD="name: 成都")
    assert [found.value("small.days", region) for region in (None, "SZ", "CD", "BJ")] == [9, 10, 9, 9]


def test_the_same_file_means_the_same_wherever_it_comes_from(small: list[Schema]) -> None:
    assert catalogue(small, "small:\n  days: 9\n").value("small.days") == 9
    assert catalogue(small, '{"small": {"days": "9"}}').value("small.days") == 9
    assert catalogue(small, "").value("small.days") == 7


def test_an_unknown_name_is_refused_with_the_nearest_one(small: list[Schema]) -> None:
    (told,) = refusals(small, "small:\n\n  dais: 9\n")
    assert told == "platform.yaml:3: small.dais: “dais” is not known here; did you mean “days”?"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0", "write a whole number from 1 to 180"), ("181", "write a whole number from 1 to 180"),
        ("nine", "a whole number"),
        ("1.5", "a whole number"), ("[1]", "one value is expected"), ("{a: 1}", "one value is expected"),
        ("", "a whole number"),
    ],
)  # fmt: skip
def test_a_value_out_of_bounds_is_refused_with_what_is_allowed(small: list[Schema], typed: str, said: str) -> None:
    (told,) = refusals(small, SZ=f"name: 深圳\nsmall:\n  days: {typed}\n")
    assert told.startswith("SZ.yaml:3: small.days: ")
    assert said in told


def test_what_belongs_to_the_group_a_region_may_not_change(small: list[Schema]) -> None:
    (told,) = refusals(small, SZ="small:\n  fixed: no\n")
    assert told == "SZ.yaml:2: small.fixed: “small.fixed” belongs to the group; a region cannot change this."
    assert catalogue(small, "small: {fixed: no}").value("small.fixed", "SZ") is False


def test_every_fault_of_a_file_is_told_at_once(small: list[Schema]) -> None:
    told = refusals(small, "small:\n  days: 0\n  fixed: perhaps\n  method:\n    add: [{code: Repair!, zh: 修}]\n")
    assert [line.split(": ")[0] for line in told] == ["platform.yaml:2", "platform.yaml:3", "platform.yaml:5"]


def test_values_of_a_plugin_that_is_not_here_are_left_in_peace(small: list[Schema]) -> None:
    assert catalogue(small, "parking: {spaces: 3}\nsmall: {days: 9}").value("small.days") == 9


def test_a_region_adds_hides_relabels_and_reorders_by_code(small: list[Schema]) -> None:
    change = """
    small:
      method:
        add: [{code: talk, zh: 协商, before: replace}]
        hide: [redo]
        relabel: {repair: 修缮}
        order: [replace]
    """
    found = catalogue(small, SZ=change)
    mine, group = found.options("small.method", "SZ"), found.options("small.method")
    assert codes(mine) == ["replace", "repair", "talk"]
    assert codes(group) == ["repair", "replace", "redo"]
    assert mine.label("repair", "zh") == "修缮"
    assert mine.label("redo", "zh") == "返工", "a record that holds a hidden code still has its label"
    assert not mine.is_selectable("redo")
    assert (mine.label("talk", "en"), mine.options["talk"].label("en").lang) == ("协商", "zh")
    assert mine.label("never", "zh") == "never"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("hide: [paint]", "There is no option with the code paint here"),
        ("relabel: {paint: 刷}", "There is no option with the code paint here"),
        ("add: [{code: repair, zh: 再修}]", "in use already"),
        ("add: [{code: talk, zh: 维修}]", "“维修” is the name of repair already"),
        ("add: [{zh: 协商}]", "“code” is missing"),
        ("add: [{code: talk}]", "“zh” is missing"),
        ("add: [{code: a b, zh: 协商}]", "a code of small letters"),
        ("before: {repair: paint}", "no option with the code paint"),
        ("hide: [redo, redo]", "stands here twice"),
        ("delete: [redo]", "“delete” is not known here"),
        ("[repair]", "“key: value” pairs"),
    ],
)
def test_a_change_that_cannot_be_put_over_a_list_is_refused(small: list[Schema], change: str, said: str) -> None:
    text = f"small:\n  method:\n    {change}\n"
    (told,) = refusals(small, SZ=text)
    assert told.startswith("SZ.yaml:3: small.method"), told
    assert said in told


def test_what_is_locked_on_an_option_a_region_may_not_change(small: list[Schema]) -> None:
    found = catalogue(
        small, "small: {kind: {change: {wall: {months: 24}}}}", SZ="small: {kind: {change: {wall: {method: redo}}}}"
    )
    assert found.options("small.kind", "SZ").options["wall"].values == {"method": "redo", "months": 24}
    (told,) = refusals(small, SZ="small: {kind: {change: {wall: {months: 24}}}}")
    assert "belongs to the group" in told


def test_a_code_of_another_list_must_be_there(small: list[Schema]) -> None:
    (told,) = refusals(small, "small:\n  kind:\n    change:\n      wall: {method: magic}\n")
    assert told.startswith("platform.yaml:4: small.kind.change.wall")
    assert "There is no option with the code magic here" in told
    own = "small:\n  method: {add: [{code: magic, zh: 魔法}]}\n  kind: {change: {wall: {method: magic}}}\n"
    assert catalogue(small, SZ=own).options("small.kind", "SZ").options["wall"].values["method"] == "magic"
    refused = refusals(small, SZ=own, CD="small: {kind: {change: {wall: {method: magic}}}}")
    assert [line.split(":")[0] for line in refused] == ["CD.yaml"], "another region has no such option"


def test_a_module_is_on_unless_somebody_says_no(small: list[Schema]) -> None:
    found = catalogue(small, "modules: {title: off}", SZ="modules: {title: on, inspection: off}", CD="")
    assert [found.is_on("title", region) for region in ("SZ", "CD", "BJ")] == [True, False, False]
    assert [found.is_on("inspection", region) for region in ("SZ", "CD")] == [False, True]
    (told,) = refusals(small, SZ="modules: {title: perhaps}")
    assert "A module is on or off." in told


def test_words_differ_by_region_and_all_are_synonyms(small: list[Schema]) -> None:
    found = catalogue(small, SZ="platform: {words: {handover: 入伙}}", CD="platform: {words: {handover: 接房}}")
    assert found.words("SZ")["zh"]["handover"] == "入伙"
    assert found.words("SZ")["en"]["handovers"] == "handovers"
    assert found.words()["zh"]["Handover"] == "交付"
    assert set(found.synonyms("handover")) == {"交付", "入伙", "接房", "交房", "handover"}
    (told,) = refusals(small, SZ="platform: {words: {hangover: 宿醉}}")
    assert "did you mean “handover”" in told


def test_a_zone_must_exist(small: list[Schema]) -> None:
    assert catalogue(small, SZ="platform: {zone: Asia/Tokyo}").zone("SZ") == "Asia/Tokyo"
    (told,) = refusals(small, SZ="platform: {zone: Mars/Olympus}")
    assert "a time zone such as Asia/Shanghai" in told
