"""What can be told without a running page: the manifest, tables, grants, parameters, documents, translations."""

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from core.migrate import CORE as CORE_OWNER
from core.model import plugin_models
from core.parameters.catalogue import Catalogue, read_layer
from core.parameters.errors import ParametersRefused
from core.parameters.schema import Level
from core.records.view import RecordView
from core.testing.messages import messages, translated
from core.testing.subject import Subject

ICONS = CORE_OWNER.folder / "shell" / "icons.txt"


def manifest(subject: Subject) -> Iterator[str]:
    """Name, label in both languages, an icon that can be drawn."""
    said = subject.plugin.manifest
    if said is None:
        yield "it has no manifest"
        return
    if not str(said.label).strip():
        yield "its manifest has no label"
    if said.icon not in ICONS.read_text(encoding="utf-8").split():
        yield f"its icon “{said.icon}” is none of core/shell/icons.txt"
    for page in subject.plugin.pages:
        if page.in_menu and page.icon not in ICONS.read_text(encoding="utf-8").split():
            yield f"the icon “{page.icon}” of its page {page.path} is none of core/shell/icons.txt"


def tables(subject: Subject) -> Iterator[str]:
    """Every table begins with the plugin's name and is named in `register_models`."""
    own = plugin_models(subject.name)
    for model in own:
        if not model.__tablename__.startswith(f"{subject.name}_"):
            yield f"its table {model.__tablename__} does not begin with {subject.name}_"
        if model not in subject.plugin.models:
            yield f"its table {model.__tablename__} is not named in register_models()"


def grants(subject: Subject) -> Iterator[str]:
    """Every page, form, export and verb is granted to some role."""
    held = {(res, verb) for by in subject.platform.grants.values() for res, verbs in by.items() for verb in verbs}
    for page in subject.plugin.pages:
        view = page.view
        wanted = {(view.resource, page.verb): "opens"}
        if issubclass(view, RecordView):
            wanted[view.resource, "read"] = "reads"
            if view.create is not None:
                wanted[view.resource, view.add_verb] = "adds to"
            if view.edit is not None:
                wanted[view.resource, view.edit_verb] = "edits on"
            for verb in view.verbs:
                wanted[view.resource, verb.granted_by] = f"does “{verb.name}” on"
        for (resource, verb_name), does in wanted.items():
            if (resource, verb_name) not in held:
                yield f"nobody {does} the page {page.path}: no role holds {verb_name} on {resource}"


def parameters(subject: Subject) -> Iterator[str]:
    """The defaults satisfy the schema, every region has a value, one out of range is refused."""
    schemas = subject.platform.parameters.schemas
    schema = next((one for one in schemas if one.owner == subject.name), None)
    if schema is None:
        return
    try:
        Catalogue(schemas, ())
    except ParametersRefused as refusal:
        yield f"its defaults do not satisfy the schema: {refusal}"
    found = subject.platform.parameters.catalogue()
    for key, parameter in schema.parameters.items():
        for region in (None, *found.regions):
            if found.value(key, region) is None:
                yield f"{key} has no value in {region or 'the group'}"
        most = getattr(parameter.kind, "maximum", None)
        if isinstance(most, int | Decimal) and not _refuses(subject, key, parameter.level, most + 1):
            yield f"{key} takes {most + 1}, which is beyond its maximum"


def _refuses(subject: Subject, key: str, level: Level, value: object) -> bool:
    owner, _, name = key.partition(".")
    try:
        read_layer(f"{owner}:\n  {name}: {value}\n", "a trial", level, "", subject.platform.parameters.schemas)
    except ParametersRefused:
        return True
    return False


def readme(subject: Subject) -> Iterator[str]:
    """It says what the plugin is for, and has a heading for each kind of thing the plugin brings."""
    path = subject.folder / "README.md"
    if not path.exists():
        yield "it has no README.md"
        return
    text = path.read_text(encoding="utf-8")
    wanted = ["Who may what"] if subject.plugin.grants else []
    wanted += ["Tables"] if subject.plugin.models else []
    wanted += ["Events"] if any(_recorded(subject.folder)) else []
    wanted += ["Parameters"] if (subject.folder / "parameters.yaml").exists() else []
    for heading in wanted:
        if not re.search(rf"^## {heading}$", text, re.MULTILINE):
            yield f"its README.md has no heading “{heading}”"


def events(subject: Subject) -> Iterator[str]:
    """Every event it records is told in its README."""
    path = subject.folder / "README.md"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    for name in sorted(set(_recorded(subject.folder))):
        if f"`{name}`" not in text:
            yield f"the event {name} is not told in its README.md"


def _recorded(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record_event" and len(node.args) > 1
            if named and isinstance(node.args[1], ast.Constant):  # type: ignore[attr-defined]
                yield str(node.args[1].value)  # type: ignore[attr-defined]


def translations(subject: Subject) -> Iterator[str]:
    """Every message of its code and templates has a Chinese translation."""
    core_ids, core_bad = translated(CORE_OWNER.folder)
    ids, bad = translated(subject.folder)
    for message in sorted(messages(subject.folder)):
        if message in bad or message not in ids | (core_ids - core_bad):
            yield f"not translated: {message!r}"
