"""The shared tables as SQLAlchemy's peers map them, each on a base of its own."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship


class _Called:
    """Says its name where it is chosen or listed."""

    def __str__(self):
        return getattr(self, "label", None) or self.name

    __repr__ = __str__


def tables(base):
    """The classes of homes, contractors, categories and issues on `base`."""

    class Place(_Called, base):
        __tablename__ = "bench_place"
        id: Mapped[int] = mapped_column(primary_key=True)
        label: Mapped[str]

    class Contractor(_Called, base):
        __tablename__ = "bench_contractor"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]

    class Category(_Called, base):
        __tablename__ = "bench_category"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]

    class Issue(base):
        __tablename__ = "bench_issue"
        id: Mapped[int] = mapped_column(primary_key=True)
        number: Mapped[str]
        state: Mapped[str]
        description: Mapped[str]
        entered_at: Mapped[datetime]
        place_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
        category_id: Mapped[int] = mapped_column(ForeignKey(Category.id))
        contractor_id: Mapped[int | None] = mapped_column(ForeignKey(Contractor.id))
        place: Mapped[Place] = relationship(Place)
        category: Mapped[Category] = relationship(Category)
        contractor: Mapped[Contractor | None] = relationship(Contractor)

    return Place, Contractor, Category, Issue
