"""Which records carry files, and within what limits. A kind (table name) that is not registered carries none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from core.access.context import current
from core.access.reach import RegionRef
from core.access.scope import is_scoped
from core.attachments.types import FAMILIES, TYPES, Family, FileType
from core.errors import NotFound
from core.extend import Attachable
from core.i18n import lazy
from core.issues.models import Issue, IssueList

MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one record may carry; `Attachable.limits` names those that differ."""

    files: int = 100
    """How many."""
    mb: int = 0
    """MB of one file; 0 is the installation's setting (ATRIUM_UPLOAD_MB)."""
    total_mb: int = 500
    """MB of all."""
    families: tuple[Family, ...] = FAMILIES

    @staticmethod
    def read(given: Mapping[str, Any]) -> "Limits":
        """Raises ValueError with a sentence when a limit is unknown or makes no sense."""
        unknown = set(given) - {field.name for field in fields(Limits)}
        if unknown:
            raise ValueError(f"“{unknown.pop()}” is no limit of attachments; there are files, mb, total_mb, families")
        found = Limits(**{**given, "families": tuple(given.get("families", FAMILIES))})
        if found.files < 1 or found.mb < 0 or found.total_mb < 1 or not set(found.families) <= set(FAMILIES):
            raise ValueError(f"the limits {dict(given)} of attachments make no sense")
        return found

    @property
    def types(self) -> tuple[FileType, ...]:
        return tuple(kind for kind in TYPES if kind.family in self.families)


def kind_of(model: type[Any]) -> str:
    """The name a record's kind has in `core_attachment`, `core_change` and addresses: its table's."""
    return str(model.__tablename__)


_own = (Attachable(Issue), Attachable(IssueList, "list"))
_known: dict[str, Attachable] = {kind_of(one.model): one for one in _own}
_upload_mb = 20
_present: Callable[[frozenset[str]], frozenset[str]] | None = None


def add_attachable(one: Attachable) -> None:
    """Let records of a plugin's model carry files."""
    _known[kind_of(one.model)] = one


def set_upload_mb(most: int) -> None:
    """The installation's limit for one file."""
    global _upload_mb
    _upload_mb = most


def upload_mb() -> int:
    return _upload_mb


def set_tables(present: Callable[[frozenset[str]], frozenset[str]]) -> None:
    """`present(names)`: which of these tables the database at work has."""
    global _present
    _present = present


def attachables() -> Mapping[str, Attachable]:
    """kind → attachable, of models that are mapped, guarded and have their table.

    A plugin that failed, or whose migration did, hinders nobody from the files of other records.
    """
    found = {kind: one for kind, one in _known.items() if is_scoped(one.model)}
    kinds = frozenset(found)
    there = _present(kinds) if _present else kinds
    return {kind: one for kind, one in found.items() if kind in there}


def attachable(kind: str) -> Attachable:
    """Raises NotFound when records of this kind carry no files."""
    found = attachables().get(kind)
    if found is None:
        raise NotFound(lazy("Records of this kind carry no files."))
    return found


def fault_of(one: Attachable, own: Sequence[type[Any]]) -> str:
    """Why a plugin may not bring this attachable (`own` are its models); empty when it may."""
    name = getattr(one.model, "__name__", one.model)
    if one.model not in own:
        return f"it lets records of “{name}” carry files, which is not a table of its own"
    if not is_scoped(one.model):
        return f"“{name}” carries files but names no __resource__, so nobody could be kept from them"
    try:
        Limits.read(one.limits)
    except (TypeError, ValueError) as fault:
        return str(fault)
    return ""


def limits_of(one: Attachable) -> Limits:
    """With the installation's size per file put in; never more than that."""
    found = Limits.read(one.limits)
    return Limits(found.files, min(found.mb or _upload_mb, _upload_mb), found.total_mb, found.families)


def region_of(record: Any) -> RegionRef | None:
    """The region a record stands in, by its project or its own column."""
    tree = current().organisation
    project_id = getattr(record, "project_id", None)
    if project_id is not None:
        return tree.region_of(project_id)
    return tree.regions.get(getattr(record, "region_id", None) or 0)
