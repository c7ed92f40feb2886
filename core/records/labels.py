"""The label of what a visible row points at, which may always be read – in no list and no pick list."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from core.access.models import Person
from core.access.scope import LABELS
from core.estate.models import Building, Contractor, Customer, Place, Project, Region, Unit
from core.i18n import language
from core.issues.models import Issue, IssueList

_sources: dict[type[Any], Any] = {
    Region: Region.name,
    Project: Project.name,
    Person: func.coalesce(Person.display_name, Person.username),
    Contractor: Contractor.name,
    Customer: Customer.name,
    Place: Place.label,
    Building: Building.name,
    Unit: Unit.name,
    IssueList: IssueList.number,
    Issue: Issue.number,
}


_english: dict[type[Any], Any] = {Region: Region.name_en, Project: Project.name_en}
"""Names people read in English where there is one."""


def label_of(model: type[Any]) -> Any:
    """What names a row of `model` for whoever reads, as SQL."""
    if language() == "en" and model in _english:
        return func.coalesce(func.nullif(_english[model], ""), _sources[model])
    return _sources[model]


def add_label(model: type[Any], expression: Any) -> None:
    """Let rows of a plugin's model be named by `expression` (a column, or SQL over columns)."""
    _sources[model] = expression


def has_label(model: type[Any]) -> bool:
    return model in _sources


def labels(session: Session, model: type[Any], ids: Iterable[int | None]) -> dict[int, str]:
    """id → label, in one statement of plain columns."""
    found = Lookup(session)
    for one in ids:
        found.want(model, one)
    found.load()
    return found.of(model)


class Lookup:
    """What the rows of a page point at: asked for one by one, read all at once in one statement."""

    def __init__(self, session: Session, *, scoped: bool = False) -> None:
        """With `scoped` only rows the person may read have a label: for ids that came from an address or a form."""
        self._session = session
        self._options = {} if scoped else {"atrium": LABELS}
        self._wanted: dict[type[Any], set[int]] = {}
        self._found: dict[type[Any], dict[int, str]] = {}

    def want(self, model: type[Any], record_id: int | None) -> None:
        """Remember to read this label at the next `load`."""
        if record_id is not None and record_id not in self._found.get(model, ()):
            self._wanted.setdefault(model, set()).add(record_id)

    def want_all(self, model: type[Any], ids: Iterable[int | None]) -> None:
        """The same for many."""
        missing = set(ids) - {None} - self.of(model).keys()
        self._wanted.setdefault(model, set()).update(one for one in missing if one is not None)

    def load(self) -> None:
        """Read what is wanted."""
        parts, models = [], [model for model, ids in self._wanted.items() if ids]
        for at, model in enumerate(models):
            parts.append(
                select(literal(at), model.id, label_of(model)).where(model.id.in_(sorted(self._wanted[model])))
            )
        self._wanted = {}
        if not parts:
            return
        query = union_all(*parts) if len(parts) > 1 else parts[0]
        for at, record_id, label in self._session.execute(query, execution_options=self._options):
            self._found.setdefault(models[at], {})[record_id] = label or ""

    def label(self, model: type[Any], record_id: int | None) -> str:
        """The label; empty when there is no such row."""
        return self.of(model).get(record_id, "") if record_id is not None else ""

    def of(self, model: type[Any]) -> dict[int, str]:
        """id → label, as far as they were read."""
        return self._found.get(model, {})
