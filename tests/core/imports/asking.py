"""Looking into the database after an import."""

from typing import Any

from sqlalchemy import select

from core.access.context import as_system
from core.history import Change
from core.platform import Platform


def ask(platform: Platform, query: Any) -> list[Any]:
    """What a query finds, whoever may see it."""
    with as_system(), platform.database.unit(read_only=True) as session:
        return list(session.scalars(query))


def history(platform: Platform, row: Any) -> list[dict[str, Any]]:
    """What `core_change` tells of a record after its creation; all of it must come from imports."""
    said = select(Change).where(Change.kind == row.__tablename__, Change.record_id == row.id, Change.action == "change")
    found = ask(platform, said.order_by(Change.id))
    assert {change.verb for change in found} <= {"import"}
    return [change.changes for change in found]
