"""The documents are current: links lead somewhere, commands, folders and settings exist, diagrams are the code's.

What only running shows (the README's plugin, tables of a module's README) is in `tests/docs` and beside the plugins.
"""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from core.workflow import Flow
from tools import hooks

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("benchmarks", "docs", "core", "plugins", "tests")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
DIAGRAM = re.compile(r"<!-- flow (\w+) -->\n```mermaid\n(.*?)\n```\n<!-- /flow -->", re.DOTALL)
READ = re.compile(r"""(?:env|environ)(?:\.get\(|\[)\s*"(\w+)"|_(?:number|rate)\(env, "(\w+)"|envvar="(\w+)\"""")
SETTING = re.compile(r"#?[A-Z_]+=")
OURS_ALONE = {"ATRIUM_BIND"}
"""Told by `atrium run` to its children."""


def documents(root: Path) -> list[Path]:
    """Every Markdown file of ours."""
    return sorted(
        [*root.glob("*.md"), *(path for folder in FOLDERS for path in (root / folder).rglob("*.md"))]
    )  # fmt: skip


def links(path: Path) -> Iterator[str]:
    """Links of a document to files that are not there."""
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if not target.startswith("http") and not (path.parent / target).exists():
            yield f"links to {target}, which is not there"


def commands(path: Path, root: Path) -> Iterator[str]:
    """Commands that a document has people type and that do not exist."""
    from core.cli import cli

    text, make = path.read_text(encoding="utf-8"), (root / "Makefile").read_text(encoding="utf-8")
    for word in re.findall(r"^atrium ([a-z-]+)", text, re.MULTILINE):
        if word not in cli.commands:
            yield f"tells of `atrium {word}`, which is no command"
    for word in re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE):
        if not re.search(rf"^{word}:", make, re.MULTILINE):
            yield f"tells of `make {word}`, which the Makefile does not know"


def folders(path: Path, root: Path) -> Iterator[str]:
    """Rows of a README's map that name what is not there; the map itself must be there."""
    rows = re.findall(r"^\| (`[^|]+/`[^|]*|`core/[^|]+) \|", path.read_text(encoding="utf-8"), re.MULTILINE)
    if not rows:
        yield "has no map of the folders"
    for name in (name for row in rows for name in re.findall(r"`([^`]+)`", row)):
        if not (root / name).exists():
            yield f"names {name} in its map, which is not there"


def flows(root: Path) -> dict[str, Flow]:
    """Every flow that core or a plugin declares, by its name."""
    found: dict[str, Flow] = {}
    for path in sorted([*root.glob("core/**/*.py"), *root.glob("plugins/**/*.py")]):
        if re.search(r"^[A-Z_]+ = Flow\(", path.read_text(encoding="utf-8"), re.MULTILINE):
            module = importlib.import_module(".".join(path.relative_to(root).with_suffix("").parts))
            found |= {one.name: one for one in vars(module).values() if isinstance(one, Flow)}
    return found


def diagrams(path: Path, known: dict[str, Flow]) -> Iterator[str]:
    """Diagrams of states that are not drawn as the code has them."""
    for name, drawn in DIAGRAM.findall(path.read_text(encoding="utf-8")):
        if name not in known:
            yield f"draws the flow {name}, which nobody declares"
        elif drawn != known[name].mermaid():
            yield f"draws the flow {name} otherwise than the code; it must read:\n{known[name].mermaid()}"


def undrawn(paths: list[Path], known: dict[str, Flow]) -> Iterator[str]:
    """Flows that no document draws."""
    drawn = {name for path in paths for name, _ in DIAGRAM.findall(path.read_text(encoding="utf-8"))}
    yield from (f"core: the flow {name} is drawn in no document" for name in sorted(known.keys() - drawn))


def settings(root: Path) -> Iterator[str]:
    """Settings that the code reads and `.env.example` does not explain, or the other way round."""
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((root / "core").rglob("*.py")))
    read = {name for found in READ.findall(code) for name in found if name} | {"PORT"}
    read = {name for name in read if name.startswith(("ATRIUM_", "PORT")) and not name.startswith("ATRIUM_TEST_")}
    lines = (root / ".env.example").read_text(encoding="utf-8").splitlines()
    told = {line.removeprefix("#").partition("=")[0] for line in lines if SETTING.match(line)}
    yield from (f"{name} is read and not explained" for name in sorted(read - told - OURS_ALONE))
    yield from (f"{name} is explained and not read" for name in sorted(told - read))
    for at, line in enumerate(lines):
        if SETTING.match(line) and not line.startswith("#PORT") and not lines[at - 1].startswith("# "):
            yield f"{line} has no word of explanation above it"


def faults(root: Path = ROOT) -> list[str]:
    """Everything that is not current, in sentences."""
    paths, known = documents(root), flows(root)
    found = list(undrawn(paths, known))
    for path in paths:
        checks = [links(path), commands(path, root), diagrams(path, known)]
        if path == root / "README.md":
            checks.append(folders(path, root))
        found += [f"{path.relative_to(root)} {one}" for check in checks for one in check]
    found += [f".env.example: {one}" for one in settings(root)]
    return found + [f"docs/hooks.md: {one}" for one in (hooks.stale() if root == ROOT else ())]


def main() -> int:
    found = faults()
    print("\n".join(found) or "The documents are current.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
