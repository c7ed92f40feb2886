"""Saved views of lists: conditions, order, page size and columns under a name, for oneself or for others too.

A view carries what is asked, never rows: whoever opens it sees what their own scope holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, UniqueConstraint, and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import clock
from core.access.context import current
from core.access.models import Person
from core.access.reach import EVERYTHING, NOTHING, Principal, Reach
from core.errors import Invalid, NotFound, RuleError
from core.i18n import lazy
from core.model import Key, Model, UtcDateTime

MINE, REGION, GROUP = "me", "region", "group"
LONGEST = 60
MOST = 50
"""Views one person keeps of one list."""


class SavedView(Model):
    """A view of a list, kept by its owner."""

    __tablename__ = "core_view"
    __table_args__ = (UniqueConstraint("user_id", "address", "name"),)

    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(String(120), index=True)
    """Address of the list, without its last slash."""
    name: Mapped[str] = mapped_column(String(LONGEST))
    query: Mapped[dict[str, str]] = mapped_column(JSON)
    columns: Mapped[list[str]] = mapped_column(JSON)
    """Names in their order; none for the usual ones."""
    shared: Mapped[str] = mapped_column(String(10), default=MINE)
    """`me`, `region` or `group`: who is offered it."""
    region_id: Mapped[int | None] = mapped_column(Key)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Seen:
    """A view as somebody is offered it; `owner` is empty for one's own."""

    view: SavedView
    owner: str


def place_of(who: Principal) -> Reach:
    """The part of the group where somebody holds any role."""
    found = NOTHING
    for held in who.held:
        found = found | who.organisation.reach_of(held)
    return found


def shares_of(who: Principal) -> list[tuple[str, int | None]]:
    """With whom somebody may share: themselves, the regions they work in, the group where they work for all of it."""
    reach = place_of(who)
    regions = sorted(who.organisation.regions) if reach == EVERYTHING else sorted(reach.touched)
    shares: list[tuple[str, int | None]] = [(MINE, None), *((REGION, one) for one in regions)]
    return [*shares, (GROUP, None)] if reach == EVERYTHING else shares


def save_view(
    session: Session, address: str, name: str, query: Mapping[str, str], columns: Sequence[str],
    share: tuple[str, int | None] = (MINE, None),
) -> SavedView:  # fmt: skip
    """Keep a view; one's own of the same name is replaced. The caller commits.

    Raises Invalid with a sentence per field.
    """
    who, name = current(), _checked(name, share)
    if who.user_id is None:
        raise NotFound(lazy("There is no such page or record, or it is not yours to see."))
    mine = select(SavedView).where(SavedView.user_id == who.user_id, SavedView.address == address)
    found = session.scalars(mine.where(SavedView.name == name)).one_or_none()
    if found is None:
        if (session.scalar(select(func.count()).select_from(mine.subquery())) or 0) >= MOST:
            raise RuleError(lazy("You keep %(n)s views of this list already; delete one first.", n=MOST))
        found = SavedView(user_id=who.user_id, address=address, name=name)
        _fill(found, query, columns, share)
        try:
            with session.begin_nested():
                session.add(found)
        except IntegrityError:  # pressed twice at once: the other one is there by now
            found = session.scalars(mine.where(SavedView.name == name)).one()
    _fill(found, query, columns, share)
    return found


def _fill(row: SavedView, query: Mapping[str, str], columns: Sequence[str], share: tuple[str, int | None]) -> None:
    row.query, row.columns = dict(query), list(columns)
    row.shared, row.region_id, row.changed_at = *share, clock.now()


def rename_view(session: Session, view_id: int, name: str, share: tuple[str, int | None]) -> SavedView:
    """Another name, or others to see it; only its owner. Raises NotFound for what is not one's own, else Invalid."""
    row, name = own_view(session, view_id), _checked(name, share)
    try:
        with session.begin_nested():
            row.name, row.changed_at = name, clock.now()
            row.shared, row.region_id = share
    except IntegrityError:
        raise Invalid({"name": lazy("Another view of yours has this name.")}) from None
    return row


def delete_view(session: Session, view_id: int) -> SavedView:
    """Give a view up, for everybody; only its owner. Raises NotFound for what is not one's own."""
    row = own_view(session, view_id)
    session.delete(row)
    return row


def own_view(session: Session, view_id: int) -> SavedView:
    """One's own view; raises NotFound, which does not tell missing from another's."""
    row = session.get(SavedView, view_id)
    if row is None or row.user_id != current().user_id:
        raise NotFound(lazy("There is no such page or record, or it is not yours to see."))
    return row


def views_of(session: Session, address: str) -> list[Seen]:
    """Those of a list that somebody is offered, by name, their own first; in one statement."""
    who = current()
    query = (
        select(SavedView, Person.display_name, Person.username)
        .outerjoin(Person, Person.id == SavedView.user_id)
        .where(SavedView.address == address, _offered(who))
        .order_by(SavedView.user_id != who.user_id, SavedView.name, SavedView.id)
    )
    return [
        Seen(view, "" if view.user_id == who.user_id else name or username or "")
        for view, name, username in session.execute(query)
    ]


def offered_view(session: Session, address: str, view_id: int) -> SavedView | None:
    """A view of a list that somebody may open; None for what is gone or not for them."""
    query = select(SavedView).where(SavedView.id == view_id, SavedView.address == address, _offered(current()))
    return session.scalars(query).one_or_none()


def _offered(who: Principal) -> Any:
    reach = place_of(who)
    regions = SavedView.shared == REGION
    if reach != EVERYTHING:
        regions = and_(regions, SavedView.region_id.in_(reach.touched))
    return or_(SavedView.user_id == who.user_id, SavedView.shared == GROUP, regions)


def _checked(name: str, share: tuple[str, int | None]) -> str:
    """The name as it is kept."""
    name, faults = " ".join(name.split()), {}
    if not name:
        faults["name"] = lazy("Give the view a name.")
    elif len(name) > LONGEST:
        faults["name"] = lazy("At most %(n)s characters.", n=LONGEST)
    if share not in shares_of(current()):
        faults["share"] = lazy("Share it with a region you work in, or keep it for yourself.")
    if faults:
        raise Invalid(faults)
    return name
