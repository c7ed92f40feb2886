"""docs/glossary.md holds: a row for each state and verb in the code, and each word of it is the one people read."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from core.i18n import LazyText
from tools import check_docs, translations

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/glossary.md").read_text()
IN_USE, _, TO_COME = TEXT.partition("## For modules to come")


class Row(NamedTuple):
    english: str
    codes: tuple[str, ...]
    chinese: tuple[str, ...]


def rows(text: str) -> list[Row]:
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    return [
        Row(cells[0], tuple(re.findall(r"`([^`]+)`", cells[1])), tuple(cells[2].split("、")))
        for cells in lines
        if "`" in cells[1]
    ]


def labels() -> dict[str, set[tuple[str, str]]]:
    """`issue.closed` → (English, Chinese) of each state and verb of that name."""
    chinese = {one.id: translations.forms(one.string)[0] for folder in translations.folders()
               for one in translations.read(folder) if isinstance(one.id, str)}  # fmt: skip
    found: dict[str, set[tuple[str, str]]] = {}
    for flow in check_docs.flows(ROOT).values():
        named = [(one.code, one.label) for one in flow.states] + [(one.verb, one.label) for one in flow.transitions]
        for code, label in named:
            assert isinstance(label, LazyText)
            said = label.message.replace("{contractor}", "[contractor]"), worded(chinese.get(label.message, ""))
            found.setdefault(f"{flow.name}.{code}", set()).add(said)
    return found


def worded(text: str) -> str:
    """`text` with the group's word for the one token that labels hold."""
    return re.sub(r"\{contractors?\}", "承建商", text, flags=re.IGNORECASE)


def spoken() -> str:
    """All Chinese of the catalogues and of the parameters."""
    found = [text for folder in translations.folders() for one in translations.read(folder)
             for text in translations.forms(one.string) if one.id]  # fmt: skip
    for path in [*ROOT.glob("core/**/*.yaml"), *ROOT.glob("plugins/**/*.yaml"), *ROOT.glob("config/**/*.yaml")]:
        found.append(str(yaml.safe_load(path.read_text())))
    return worded("\n".join(found))


def test_the_flows_of_issues_and_lists_are_found() -> None:
    assert {"issue", "issue_list"} <= set(check_docs.flows(ROOT))


@pytest.mark.parametrize("code", sorted(labels()))
def test_every_state_and_verb_has_its_row(code: str) -> None:
    told = {(row.english, *row.chinese) for row in rows(IN_USE) if code in row.codes}
    assert labels()[code] <= told, f"docs/glossary.md says {told or 'nothing'} for {code}"


def test_no_row_speaks_of_a_state_or_verb_that_is_gone() -> None:
    dotted = {code for row in rows(TEXT) for code in row.codes if "." in code}
    assert dotted - set(labels()) == set()


def test_every_word_in_use_is_the_one_people_read() -> None:
    text = spoken()
    assert [word for row in rows(IN_USE) for word in row.chinese if word not in text] == []


def test_an_idea_has_one_row_and_no_word_stands_for_two() -> None:
    plain = [row for row in rows(TEXT) if not any("." in code for code in row.codes)]
    codes = [code for row in plain for code in row.codes]
    words = [word for row in plain for word in row.chinese]
    assert len(codes) == len(set(codes)) and len(words) == len(set(words))
