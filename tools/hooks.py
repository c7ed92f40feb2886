"""`docs/hooks.md`, written by `make docs` from the hookspecs and the vocabulary they speak; `check-docs` compares."""

import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from core import extend, hookspecs

TARGET = Path(__file__).resolve().parent.parent / "docs" / "hooks.md"
HEAD = """# Hooks

Every way to extend the platform, written by `make docs` from `core/hookspecs.py` and `core/extend.py`; not edited here.
A plugin implements what it needs in its `plugin.py`, each function marked with `core.extend.hookimpl`.
"""
KINDS = {
    "declare": ("Declaring", "Called once at start; what they return is checked and kept."),
    "act": ("Acting", "Called at work, one plugin at a time, and only for plugins that are on in the region at hand. "
                      "One that fails is rolled back alone and noted; the others go on."),
}  # fmt: skip


def hooks() -> list[tuple[str, Any]]:
    """Name and function of every hook, in the order of the source."""
    found = [
        (name, one) for name, one in vars(hookspecs).items()
        if inspect.isfunction(one) and hasattr(one, "atrium_spec")
    ]  # fmt: skip
    return sorted(found, key=lambda pair: pair[1].__code__.co_firstlineno)


def kind_of(name: str) -> str:
    return "declare" if name == "manifest" or name.startswith("register_") else "act"


def faults() -> Iterator[str]:
    """Hooks and values that say too little."""
    for name, one in hooks():
        if not inspect.getdoc(one):
            yield f"the hook {name} has no docstring"
    for one in vocabulary():
        if not inspect.getdoc(one) or str(inspect.getdoc(one)).startswith(f"{one.__name__}("):
            yield f"core.extend.{one.__name__} has no docstring"


def vocabulary() -> list[Any]:
    """The classes that hooks return, in the order of the source."""
    return [one for one in vars(extend).values() if is_dataclass(one) and one.__module__ == extend.__name__]


def written() -> str:
    """The whole document."""
    parts = [HEAD]
    for kind, (title, said) in KINDS.items():
        parts.append(f"## {title}\n\n{said}\n")
        for name, one in hooks():
            if kind_of(name) == kind:
                parts.append(
                    f"### `{name}`\n\n```python\n{_signature(name, one)}\n```\n\n{_prose(one)}{_leaving(one)}\n"
                )
    parts.append("## Values\n\nFrozen, from `core.extend`.\n")
    parts += [_value(one) for one in vocabulary()]
    return "\n".join(parts)


def _signature(name: str, one: Any) -> str:
    told = str(inspect.signature(one)).replace("'", "")
    return f"def {name}{told}: ..."


def _leaving(one: Any) -> str:
    """Until when a hook works that will go."""
    said = one.atrium_spec.get("warn_on_impl")
    return f" **Deprecated:** {said}." if said else ""


def _prose(one: Any) -> str:
    return " ".join((inspect.getdoc(one) or "").split())


def _value(one: Any) -> str:
    lines = [f"### `{one.__name__}`\n", _prose(one), "", "| field | type | |", "|---|---|---|"]
    notes = _notes(one)
    for field in fields(one):
        lines.append(f"| `{field.name}` | `{_type(field.type)}` | {notes.get(field.name, '')} |")
    return "\n".join(lines) + "\n"


def _type(told: Any) -> str:
    """A type as the source writes it; texts may be lazy, which a reader need not know."""
    plain = str(told) if "[" in str(told) or "|" in str(told) else getattr(told, "__name__", str(told))
    plain = re.sub(r"\b(?:typing|collections\.abc|core\.i18n)\.", "", plain).replace("str | LazyText", "Text")
    return plain.replace("|", "\\|")


def _notes(one: Any) -> dict[str, str]:
    """What stands under each field in the source."""
    found = re.findall(r'^    (\w+): [^\n]*\n    """(.*?)"""', inspect.getsource(one), re.MULTILINE | re.DOTALL)
    return {name: " ".join(text.split()).replace("|", "\\|") for name, text in found}


def stale() -> list[str]:
    """What is wrong with the document, in sentences."""
    found = list(faults())
    if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != written():
        found.append("is not what the hooks say; write it with `make docs`")
    return found


def main() -> int:
    if wrong := list(faults()):
        print("\n".join(wrong))
        return 1
    TARGET.write_text(written(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
