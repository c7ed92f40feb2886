"""Numbers people quote: project code, kind letter, yymm, serial (`SZWH-I2611-00042`). Given once, never reused."""

from datetime import date

from sqlalchemy import String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.model import Key, Model


class Counter(Model):
    """The last serial given for a project, letter and month; locked while it grows."""

    __tablename__ = "core_counter"

    name: Mapped[str] = mapped_column(String(60), unique=True)
    value: Mapped[int] = mapped_column(Key, default=0)


def reserve_numbers(session: Session, project_code: str, letter: str, on: date, count: int) -> list[str]:
    """The next `count` numbers, in the caller's transaction: a rollback gives them back."""
    name = f"{project_code.replace('-', '')}-{letter}{on:%y%m}"
    counter = _locked(session, name)
    first = counter.value + 1
    counter.value += count
    session.flush()
    return [f"{name}-{serial:05}" for serial in range(first, first + count)]


def next_number(session: Session, project_code: str, letter: str, on: date) -> str:
    return reserve_numbers(session, project_code, letter, on, 1)[0]


def _locked(session: Session, name: str) -> Counter:
    find = select(Counter).where(Counter.name == name).with_for_update().execution_options(populate_existing=True)
    found = session.scalars(find).one_or_none()
    if found is None:
        try:
            with session.begin_nested():
                session.add(Counter(name=name, value=0))
        except IntegrityError:
            pass  # another writer began this month at the same moment
        found = session.scalars(find).one()
    return found
