"""The checks of documents and labels find nothing in this project, and each kind of fault where it is planted."""

from pathlib import Path

import pytest

from core import hookspecs
from tools import check_docs, check_labels, hooks

README = """# A
[one](docs/one.md) [two](docs/two.md#part) [web](https://example.com)

    atrium init
atrium dance
make run
Then `make believe`.

| `core/` | |
| `core/nowhere.py` | |
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a fault of each kind."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "core").mkdir()
    (tmp_path / "docs/one.md").write_text("<!-- flow issue -->\n```mermaid\nx\n```\n<!-- /flow -->\n")
    (tmp_path / "README.md").write_text(README)
    (tmp_path / "Makefile").write_text("run: setup\n")
    (tmp_path / "core/settings.py").write_text('env.get("ATRIUM_HOME")\nenv.get("ATRIUM_NEW")\n')
    (tmp_path / ".env.example").write_text("# Where.\n#ATRIUM_HOME=\n\n#ATRIUM_OLD=\n# A number.\n#PORT=8000\n")
    return tmp_path


def test_the_documents_are_current() -> None:
    assert check_docs.faults() == []


def test_each_fault_of_a_document_is_found(project: Path) -> None:
    known = check_docs.flows(check_docs.ROOT)
    readme, one = project / "README.md", project / "docs/one.md"
    assert [*check_docs.links(readme)] == ["links to docs/two.md, which is not there"]
    assert [*check_docs.commands(readme, project)] == [
        "tells of `atrium dance`, which is no command",
        "tells of `make believe`, which the Makefile does not know",
    ]
    assert [*check_docs.folders(readme, project)] == ["names core/nowhere.py in its map, which is not there"]
    assert [*check_docs.folders(one, project)] == ["has no map of the folders"]
    (wrong,) = check_docs.diagrams(one, known)
    assert wrong.startswith("draws the flow issue otherwise than the code") and "recorded --> closed: close" in wrong
    assert [*check_docs.diagrams(one, {})] == ["draws the flow issue, which nobody declares"]
    assert "core: the flow issue_list is drawn in no document" in check_docs.undrawn([one], known)
    assert [*check_docs.settings(project)] == [
        "ATRIUM_NEW is read and not explained",
        "ATRIUM_OLD is explained and not read",
        "#ATRIUM_OLD= has no word of explanation above it",
    ]


def test_a_hook_nobody_explains_and_a_document_left_behind_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert hooks.stale() == []

    @hookspecs.hookspec
    def on_nothing() -> None:
        pass

    monkeypatch.setattr(hookspecs, "on_nothing", on_nothing, raising=False)
    assert hooks.stale() == [
        "the hook on_nothing has no docstring",
        "is not what the hooks say; write it with `make docs`",
    ]
    monkeypatch.undo()
    monkeypatch.setattr(hooks, "TARGET", tmp_path / "hooks.md")
    assert hooks.stale() == ["is not what the hooks say; write it with `make docs`"]
    assert hooks.main() == 0 and hooks.stale() == []


def test_labels_are_there_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_labels.main() == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a:\n  title: {zh: 标题}\n", 2, "“标题” has no English label (en)"),
        ("a:\n  title: {en: Title}\n", 2, "“Title” has no Chinese label (zh)"),
        ("- {code: x, zh: 一, en: ' '}\n", 1, "“x” has no English label (en)"),
        ("- {code: x, zh: 一, en: 一楼}\n", 1, "“x”: the English label holds Chinese"),
        ("default:\n  - {code: x}\n", 2, "“x” has no label (zh and en)"),
    ],
)
def test_a_label_that_lacks_a_language_is_found(tmp_path: Path, text: str, line: int, said: str) -> None:
    path = tmp_path / "parameters.yaml"
    path.write_text(text)
    assert [*check_labels.faults_in(path)] == [(line, said)]


def test_words_and_hidden_options_need_no_label(tmp_path: Path) -> None:
    path = tmp_path / "parameters.yaml"
    path.write_text("synonyms: {handover: [入伙]}\noptions:\n  - {code: x, hide: true}\n")
    assert [*check_labels.faults_in(path)] == []
