"""Every label that ships in YAML is there in Chinese and English, and each in its own language."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
HAN = re.compile("[\u4e00-\u9fff]")
WORDS = "synonyms"
"""What regions call a thing: words to be recognised, not labels."""


def faults_in(path: Path) -> Iterator[tuple[int, str]]:
    """(line, sentence) of each label of a file that lacks a language or is written in the other one."""
    root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    if root is not None:
        yield from _walk(root)


def _walk(node: yaml.Node) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from _walk(one)
    if not isinstance(node, yaml.MappingNode):
        return
    entries = {str(key.value): value for key, value in node.value}
    line = node.start_mark.line + 1
    said = {lang: str(entries[lang].value).strip() if lang in entries else "" for lang in ("zh", "en")}
    if "zh" in entries or "en" in entries:
        name = str(entries["code"].value) if "code" in entries else said["zh"] or said["en"]
        for lang, language in (("zh", "Chinese"), ("en", "English")):
            if not said[lang]:
                yield line, f"“{name}” has no {language} label ({lang})"
        if HAN.search(said["en"]):
            yield line, f"“{name}”: the English label holds Chinese"
    elif "code" in entries and not set(entries) & {"hide", "hidden", "order", "after", "before"}:
        yield line, f"“{entries['code'].value}” has no label (zh and en)"
    for key, value in entries.items():
        if key != WORDS:
            yield from _walk(value)


def files(root: Path) -> list[Path]:
    """Parameters, option lists, roles and configuration; what demo data says is data."""
    found = [*root.glob("core/**/*.yaml"), *root.glob("plugins/**/*.yaml"), *root.glob("config/**/*.yaml")]
    return sorted(path for path in found if "demo" not in path.parts)


def main(root: Path = ROOT) -> int:
    found = [
        f"{path.relative_to(root)}:{line}: {sentence}" for path in files(root) for line, sentence in faults_in(path)
    ]
    print("\n".join(found) or "Labels are there in both languages.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
