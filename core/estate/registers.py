"""What the registers share: whose project a row is, option cells, and telling what an import would change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.context import current
from core.access.reach import ProjectRef
from core.errors import RuleError
from core.estate.fields import option_code
from core.i18n import language, lazy, listed
from core.imports.engine import Column, Line
from core.parameters import store

CHUNK = 500
"""Ids per IN list, well below what either database takes."""


Options = dict[tuple[str, Any, str], str | RuleError]
"""What a file's option cells turned out to mean: list, typed, region → code or refusal."""


def settle_options(
    line: Line, columns: Sequence[Column], keys: Mapping[str, str], region: str, known: Options | None = None
) -> None:
    """Turn what was typed in option cells into codes of the region's lists; the refusal tells what may be chosen.

    `keys`: column → option list; `region` is empty where the row names no project, and the group's lists hold; `known`
    keeps what was looked up, from row to row of one file.
    """
    known = {} if known is None else known
    for column in columns:
        if column.name not in keys or (typed := line.values.get(column.name)) is None:
            continue
        asked = (keys[column.name], typed, region)
        code = known.get(asked)
        if code is None:
            code = known[asked] = _option(*asked)
        if isinstance(code, RuleError):
            line.refuse(column.heading, code)
            code = None
        line.values[column.name] = code


def _option(key: str, typed: Any, region: str) -> str | RuleError:
    try:
        return option_code(key, typed, region)
    except RuleError as refusal:
        return refusal


def option_label(key: str, code: str | None, region: str = "") -> str:
    """How a code is shown to whoever reads the verdict."""
    return store.catalogue().options(key, region or None).label(code, language())


def regional(*patterns: str, **words: str) -> tuple[str, ...]:
    """Headings in every region's words: `regional("合同{}日期", word="handover")`."""
    token = words["word"]
    return tuple(pattern.replace("{}", one) for pattern in patterns for one in store.catalogue().synonyms(token))


def projects_by_code() -> dict[str, ProjectRef]:
    """Every project by its code; `find_project` decides which of them the importer may name."""
    return {project.code: project for project in current().organisation.projects.values()}


def find_project(
    line: Line, resource: str, known: Mapping[str, ProjectRef], heading: str = "项目编码"
) -> ProjectRef | None:
    """The row's project, if whoever imports may write `resource` there; refuses the row otherwise.

    A project elsewhere and one that does not exist are refused alike: the file may not be used to find out.
    """
    code = line.values.get("project")
    if not code:
        return None
    project = known.get(code) or known.get(code.upper())
    reach = current().reach(resource, "import")
    if project is not None and reach.holds_project(project.id):
        return project
    mine = [one.code for one in known.values() if reach.holds_project(one.id)]
    shown = listed(mine[:12]) + ("…" if len(mine) > 12 else "")
    line.refuse(
        heading,
        lazy("“%(code)s” is no project that you may import into. Yours are: %(known)s.", code=code, known=shown),
    )
    return None


def differences(
    row: Any, values: Mapping[str, Any], names: Iterable[str], labels: Mapping[str, str], region: str = ""
) -> dict[str, tuple[Any, Any]]:
    """Field → (old, new), as a verdict shows them; an empty cell erases nothing.

    `labels`: field → its option list, whose labels hold in `region`.
    """
    found = {}
    for name in names:
        old, new = getattr(row, name), values.get(name)
        if new is not None and old != new:
            key = labels.get(name)
            found[name] = (option_label(key, old, region), option_label(key, new, region)) if key else (old, new)
    return found


def take(row: Any, values: Mapping[str, Any], names: Iterable[str]) -> None:
    """Set what the cells say and differs."""
    for name in names:
        new = values.get(name)
        if new is not None and getattr(row, name) != new:
            setattr(row, name, new)


def fetch(session: Session, query: Any, column: Any, ids: Iterable[int]) -> Iterator[Any]:
    """The rows of a column query whose `column` is one of `ids`."""
    for part in chunks(sorted(ids)):
        yield from session.execute(query.where(column.in_(part)))


def load(session: Session, model: type[Any], ids: Iterable[int]) -> dict[int, Any]:
    """id → record, for those that are to be changed."""
    found: dict[int, Any] = {}
    for part in chunks(sorted(ids)):
        found |= {row.id: row for row in session.scalars(select(model).where(model.id.in_(part)))}
    return found


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for at in range(0, len(values), CHUNK):
        yield values[at : at + CHUNK]
