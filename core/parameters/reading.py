"""YAML read safely: our own small tree from the parser's events, with lines, and only the harmless part of YAML.

Refused with file, line and path: anchors and aliases (a few bytes of them unfold to gigabytes), tags, keys given
twice, several documents, and files beyond the limits below.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from core.i18n import Text, lazy
from core.parameters.errors import ParameterError, ParametersRefused
from core.parameters.nodes import Fields, ItemList, Node, Scalar, shown

MOST_BYTES = 512 * 1024
MOST_DEPTH = 12
MOST_NODES = 50_000
NOTHING = {"", "~", "null", "Null", "NULL"}
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser where PyYAML was built with it: the same events, ten times as fast."""


def read_file(path: Path, name: str) -> tuple[Node, str]:
    """The tree and the text of the file at `path`; `name` is what errors call it.

    Raises ParametersRefused.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise refused(name, 0, "", lazy("The file cannot be read (%(reason)s).", reason=reason)) from error
    return read_bytes(content, name)


def read_bytes(content: bytes, name: str) -> tuple[Node, str]:
    """The tree and the text of a document as uploaded or stored; raises ParametersRefused."""
    if len(content) > MOST_BYTES:
        raise refused(name, 0, "", lazy("The file is larger than %(limit)s KiB.", limit=MOST_BYTES // 1024))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise refused(name, line, "", lazy("The file is not UTF-8 text; save it as UTF-8.")) from error
    return read_text(text, name), text


def read_text(text: str, name: str) -> Node:
    """The tree of a YAML text; raises ParametersRefused."""
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise refused(name, 0, "", lazy("The file is larger than %(limit)s KiB.", limit=MOST_BYTES // 1024))
    try:
        return _Builder(text, name).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise refused(name, mark.line + 1 if mark else 0, "", _spelling(error, text)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise refused(name, line, "", lazy("A character stands here that is not allowed in a text.")) from error
    except ValueError as error:
        # PyYAML lets a few ValueErrors of its own through (`"\U7fffffff"`, directives with odd numbers).
        raise refused(name, 0, "", lazy("This is not valid YAML.")) from error


def refused(file: str, line: int, path: str, message: Text) -> ParametersRefused:
    """One fault that makes the whole file unreadable."""
    return ParametersRefused([ParameterError(file, line, path, message)])


def _spelling(error: yaml.MarkedYAMLError, text: str) -> Text:
    mark = error.problem_mark
    if mark is not None:
        lines = text.splitlines()
        if mark.line < len(lines) and "\t" in lines[mark.line][: mark.column + 1]:
            return lazy("A tab stands here; indent with blanks.")
    return lazy("This is not valid YAML: %(problem)s.", problem=shown(error.problem or error.context or "?"))


class _Builder:
    """Builds the tree event by event, so that a limit stops the parser before it has read on."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.nodes = 0
        self.path: list[str] = []
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=LOADER)

    def refuse(self, event: yaml.Event, message: Text) -> ParametersRefused:
        return refused(self.name, _line(event), ".".join(self.path), message)

    def document(self) -> Node:
        next(self.events)  # start of the stream
        start = next(self.events)
        if isinstance(start, yaml.StreamEndEvent):
            return Scalar("", 1)
        if isinstance(start, yaml.DocumentStartEvent) and (start.tags or start.version):
            raise self.refuse(start, lazy("Lines that begin with “%%” are not allowed."))
        root = self.node(next(self.events))
        next(self.events)  # end of the document
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self.refuse(after, lazy("A second document begins here; a file holds one."))
        return root

    def node(self, event: yaml.Event) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self.refuse(event, lazy("The file holds more than %(limit)s values.", limit=MOST_NODES))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise self.refuse(event, lazy("Anchors and aliases (&name, *name) are not allowed; write the value out."))
        if getattr(event, "tag", None) is not None:
            raise self.refuse(event, lazy("Tags (!name) are not allowed; write the plain value."))
        if isinstance(event, yaml.ScalarEvent):
            is_nothing = not event.style and event.value in NOTHING
            return Scalar("" if is_nothing else event.value, _line(event))
        if len(self.path) >= MOST_DEPTH:
            raise self.refuse(event, lazy("Values are nested deeper than %(limit)s levels.", limit=MOST_DEPTH))
        return self.sequence(event) if isinstance(event, yaml.SequenceStartEvent) else self.mapping(event)

    def sequence(self, start: yaml.Event) -> ItemList:
        items: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            self.path.append(str(len(items) + 1))
            items.append(self.node(event))
            self.path.pop()
        return ItemList(tuple(items), _line(start))

    def mapping(self, start: yaml.Event) -> Fields:
        entries: dict[str, tuple[int, Node]] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event)
            if not isinstance(key, Scalar):
                raise self.refuse(event, lazy("A key must be one word, not a list or “key: value” pairs."))
            self.path.append(shown(key.text))
            if key.text in entries:
                message = lazy("This key was given already in line %(line)s; keep one.", line=entries[key.text][0])
                raise self.refuse(event, message)
            entries[key.text] = (key.line, self.node(next(self.events)))
            self.path.pop()
        return Fields(entries, _line(start))


def _line(event: yaml.Event) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 0
