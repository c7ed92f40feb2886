"""The Chinese catalogues: complete, true to their message ids, and written as look.md asks."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from core.i18n import _, ngettext, reading
from tools import check_translations, translations

ROOT = Path(__file__).parents[2]
HAN = "\u4e00-\u9fff"
PLACEHOLDER = re.compile(r"%\((\w+)\)s|\[(\w+)\]")
TOKEN = re.compile(r"\{([A-Za-z_]+)\}")
COUNTED = "个条行天次户位份张字家"

YAML = [*ROOT.glob("core/**/*.yaml"), *ROOT.glob("config/**/*.yaml"), *ROOT.glob("plugins/**/*.yaml")]


@pytest.fixture(scope="module")
def pairs() -> list[tuple[str, str]]:
    """(message id, Chinese) of every catalogue; of a plural the form for many. What is empty fails the first test."""
    return [
        (one.id if isinstance(one.id, str) else one.id[-1], text)
        for folder in translations.folders()
        for one in translations.read(folder)
        if one.id
        for text in translations.forms(one.string)
        if text
    ]


def faults(text: str) -> list[str]:
    """What is wrong with how a Chinese text is written; what stands in 「」 is quoted as typed and may be anything."""
    bare = re.sub(r"「[^「」]*」", "「」", text)
    rules = {
        "a space at an end, or two": text != text.strip() or "  " in text,
        "您": "您" in bare,
        "请务必": "请务必" in bare,
        "成功 or 失败 without what happened": re.search(r"操作(成功|失败)|^[^，。]{0,4}(成功|失败)[。！]?$", bare),
        "quotes that are not 「」": re.search('[“”‘’"]', bare),
        "half-width punctuation": re.search(rf"[{HAN}」）][,;:!?()]|[,;!?()][{HAN}「（]", bare),
        "a space beside full-width punctuation": re.search(
            r"\s[，。；：？！、「」（）]|[，。；：？！、「」（）]\s", bare
        ),
        "no space between a number and its unit": re.search(rf"(\d|\)s)[{COUNTED}]", bare),
        "None": re.search(r"\b(None|null)\b", bare),
    }
    return [fault for fault, found in rules.items() if found]


def test_every_message_is_translated_and_none_is_left_over(capsys: pytest.CaptureFixture[str]) -> None:
    status = check_translations.main()
    assert status == 0, capsys.readouterr().out


def test_translations_are_written_as_we_write(pairs: list[tuple[str, str]]) -> None:
    assert {text: found for _message, text in pairs if (found := faults(text))} == {}


def test_translations_keep_every_value(pairs: list[tuple[str, str]]) -> None:
    assert [
        (message, text)
        for message, text in pairs
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(message))
    ] == []


def test_translations_can_be_filled(pairs: list[tuple[str, str]]) -> None:
    for message, text in pairs:
        values = {found[0]: "x" for found in PLACEHOLDER.findall(message) if found[0]}
        filled = text % values if values else text.replace("%%", "%")
        assert "%(" not in filled and "%%" not in filled


def labels(node: object) -> Iterator[tuple[str, str]]:
    """(Chinese, English) of every label in a YAML file."""
    if isinstance(node, dict):
        if {"zh", "en"} <= node.keys():
            yield str(node["zh"]), str(node["en"])
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from labels(one)


def region_words() -> set[str]:
    """What regions call the same thing, without 楼栋, which is said everywhere."""
    words = yaml.safe_load((ROOT / "core/shell/parameters.yaml").read_text())["words"]["synonyms"]
    return {word for found in words.values() for word in found if len(word) > 1} - {"楼栋"}


def test_words_that_differ_by_region_are_tokens(pairs: list[tuple[str, str]]) -> None:
    """A token may go where Chinese does without it (楼栋 is said everywhere); the word itself may not be written."""
    words, wrong = region_words(), []
    for message, text in pairs:
        asked, kept = ({name.lower().removesuffix("s") for name in TOKEN.findall(one)} for one in (message, text))
        fixed = {word for word in words if word in text.replace("单元格", "") and word not in message}
        if not kept <= asked or fixed:
            wrong.append((message, text, sorted(fixed)))
    assert wrong == []


def test_no_english_is_left(pairs: list[tuple[str, str]]) -> None:
    left = []
    for message, text in pairs:
        bare, asked = (TOKEN.sub("", PLACEHOLDER.sub("", one)) for one in (text, message))
        words = [word for word in re.findall(r"[A-Za-z]{2,}", bare) if word not in message and word != "CRM"]
        if words or (re.search("[A-Za-z]{2,}", asked) and not re.search(f"[{HAN}]", bare)):
            left.append((message, text))
    assert left == []


def test_message_ids_are_plain_english(pairs: list[tuple[str, str]]) -> None:
    assert [
        message
        for message, _text in pairs
        if re.search(r"\b(please|success\w*|sorry|oops|click here)\b|\"|  ", message, re.IGNORECASE)
        or (message != message.rstrip() and re.search("[A-Za-z]", message))
        or re.search(f"[{HAN}]{{5,}}", message)
    ] == []


@pytest.mark.parametrize("path", YAML, ids=lambda path: str(path.relative_to(ROOT)))
def test_labels_of_parameters_are_written_as_we_write(path: Path) -> None:
    content = yaml.safe_load(path.read_text())
    if isinstance(content, dict):
        content.pop("words", None)  # the words themselves
    said = list(labels(content))
    assert {zh: found for zh, _en in said if (found := faults(zh))} == {}
    assert [en for _zh, en in said if re.search(f"[{HAN}]", en)] == []
    if path.name != "roles.yaml":  # the manual's names of its roles are the same everywhere
        assert [zh for zh, _en in said if any(word in zh for word in region_words())] == []


def test_one_translation_serves_every_region() -> None:
    with reading("zh", {"zh": {"contractor": "施工单位"}}):
        assert _("The region has a {contractor} of this name already.") == "本地区已有同名的施工单位。"
    with reading("zh"):
        assert ngettext("%(n)s day overdue", "%(n)s days overdue", 3) == "超期 3 天"
    with reading("en"):
        assert ngettext("%(n)s day overdue", "%(n)s days overdue", 1) == "1 day overdue"


@pytest.mark.parametrize("folder", translations.folders(), ids=lambda folder: folder.name)
def test_catalogues_are_kept_as_the_tool_writes_them(folder: Path) -> None:
    path = folder / translations.CATALOGUE
    if path.exists():
        known = translations.read(folder)
        ids = {one.id if isinstance(one.id, str) else one.id[0]: one for one in known if one.id}
        texts = {first: translations.forms(one.string)[0] for first, one in ids.items()}
        made = translations.made(folder, {first: one.id for first, one in ids.items()}, texts, known)
        assert path.read_bytes() == translations.written(made)


def test_the_tool_takes_new_messages_in_moves_known_ones_and_drops_the_rest(tmp_path: Path) -> None:
    core, plugin = tmp_path / "core", tmp_path / "plugins/garden"
    plugin.mkdir(parents=True)
    core.mkdir()
    (plugin / "plugin.py").write_text('_("Water the trees")\n_("Old")\nngettext("%(n)s tree", "%(n)s trees", 2)\n')
    (core / "app.py").write_text('_("Save")\n')
    waiting = ["core: Save", "garden: Water the trees", "garden: Old", "garden: %(n)s tree"]
    assert translations.update(tmp_path) == waiting
    kept = plugin / translations.CATALOGUE
    kept.write_text(
        kept.read_text().replace('msgid "Water the trees"\nmsgstr ""', 'msgid "Water the trees"\nmsgstr "浇树"')
    )

    (core / "app.py").write_text('_("Save")\n_("Water the trees")\n')
    (plugin / "plugin.py").write_text('_("Water the trees")\nngettext("%(n)s tree", "%(n)s trees", 2)\n')
    assert translations.update(tmp_path) == ["core: Save", "garden: %(n)s tree"]
    assert 'msgstr "浇树"' in (core / translations.CATALOGUE).read_text()
    assert "Old" not in kept.read_text() and "Water" not in kept.read_text()
    before = kept.read_bytes()
    translations.update(tmp_path)
    assert kept.read_bytes() == before
