"""Every way we know to get at a row through a session, each told the id of a row that is not one's own.

A way returns what it found: ids, objects, counts. Nothing, or a refusal, is right.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import (
    Integer,
    bindparam,
    cast,
    column,
    exists,
    func,
    inspect,
    literal,
    literal_column,
    select,
    table,
    text,
    true,
    tuple_,
    union,
    union_all,
)  # fmt: skip
from sqlalchemy.orm import Session, aliased, load_only, make_transient_to_detached, with_polymorphic

from core.access.context import as_system
from core.access.models import Stamp

Way = Callable[[Session, Any, int], Iterable[Any]]


def _leftover(session: Session, model: Any, one: int) -> Any:
    """A row that the platform read for itself in this session."""
    with as_system():
        return session.get(model, one)


def _through_leftover(act: Callable[[Session, Any], Any]) -> Way:
    def way(session: Session, model: Any, one: int) -> Iterable[Any]:
        return [act(session, _leftover(session, model, one))]

    return way


def _refreshed(session: Session, row: Any) -> Any:
    session.refresh(row)
    return row


def _expired(session: Session, row: Any) -> Any:
    session.expire(row)
    getattr(row, _some_column(type(row)))
    return row


def _some_column(model: Any) -> str:
    return next(one.key for one in inspect(model).column_attrs if one.key != "id")


def _detached(session: Session, model: Any, one: int) -> Iterable[Any]:
    row = model(id=one)
    make_transient_to_detached(row)
    session.add(row)
    return [getattr(row, _some_column(model)) or row.id]


def _merged(session: Session, model: Any, one: int) -> Iterable[Any]:
    row = session.merge(model(id=one))
    return [row] if inspect(row).persistent else []


def _merged_unread(session: Session, model: Any, one: int) -> Iterable[Any]:
    row = model(id=one)
    make_transient_to_detached(row)
    return [session.merge(row, load=False)]


def _alias(session: Session, model: Any, one: int) -> Iterable[Any]:
    other = aliased(model)
    return session.scalars(select(other).where(other.id == one)).all()


def _alias_of_subquery(session: Session, model: Any, one: int) -> Iterable[Any]:
    other = aliased(model, select(model).where(model.id == one).subquery())
    return session.scalars(select(other)).all()


def _cte(session: Session, model: Any, one: int) -> Iterable[Any]:
    found = select(model.id).where(model.id == one).cte()
    return session.scalars(select(found.c.id)).all()


def _subquery(session: Session, model: Any, one: int) -> Iterable[Any]:
    found = select(model.id).where(model.id == one).subquery()
    return session.scalars(select(found.c.id)).all()


def _recursive(session: Session, model: Any, one: int) -> Iterable[Any]:
    found = select(model.id.label("id")).where(model.id == one).cte(recursive=True)
    found = found.union(select(model.id).where(model.id == found.c.id))
    return session.scalars(select(found.c.id)).all()


def _lateral(session: Session, model: Any, one: int) -> Iterable[Any]:
    found = select(model.id).where(model.id == one).subquery()
    return session.scalars(select(found.c.id).select_from(Stamp).join(found, true())).all()


def _polymorphic(session: Session, model: Any, one: int) -> Iterable[Any]:
    every = with_polymorphic(model, "*")
    return session.scalars(select(every).where(every.id == one)).all()


def _subclasses(session: Session, model: Any, one: int) -> Iterable[Any]:
    kinds = [mapper.class_ for mapper in inspect(model).self_and_descendants if not mapper.polymorphic_abstract]
    return [row for kind in kinds for row in session.scalars(select(kind).where(kind.id == one))]


def _raw_in_orm(session: Session, model: Any, one: int) -> Iterable[Any]:
    raw = model.__table__
    return session.scalars(select(raw.c.id).select_from(Stamp).join(raw, true()).where(raw.c.id == one)).all()


def _raw_alias_in_orm(session: Session, model: Any, one: int) -> Iterable[Any]:
    raw = model.__table__.alias()
    return session.scalars(select(raw.c.id).join_from(Stamp, raw, true()).where(raw.c.id == one)).all()


def _raw_beside_mapped(session: Session, model: Any, one: int) -> Iterable[Any]:
    raw = model.__table__.alias()
    return session.scalars(select(raw.c.id).select_from(model).join(raw, true()).where(raw.c.id == one)).all()


def _raw_in_condition(session: Session, model: Any, one: int) -> Iterable[Any]:
    raw = model.__table__
    return session.scalars(select(Stamp.id).where(exists(select(raw.c.id).where(raw.c.id == one)))).all()


def _light_table(session: Session, model: Any, one: int) -> Iterable[Any]:
    raw = table(model.__table__.name, column("id"))
    return session.scalars(select(raw.c.id).where(raw.c.id == one)).all()


def _text_fragment(session: Session, model: Any, one: int) -> Iterable[Any]:
    return session.scalars(select(text(f"id FROM {model.__table__.name} WHERE id = {one}"))).all()


def _literal_column(session: Session, model: Any, one: int) -> Iterable[Any]:
    inner = f"(SELECT id FROM {model.__table__.name} WHERE id = {one})"
    return session.scalars(select(literal_column(inner)).select_from(Stamp)).all()


def _from_statement(session: Session, model: Any, one: int) -> Iterable[Any]:
    said = text(f"SELECT * FROM {model.__table__.name} WHERE id = :one")
    return session.scalars(select(model).from_statement(said), {"one": one}).all()


def _textual_columns(session: Session, model: Any, one: int) -> Iterable[Any]:
    said = text(f"SELECT id FROM {model.__table__.name} WHERE id = :one").columns(column("id", Integer))
    return session.scalars(said, {"one": one}).all()


def _text(session: Session, model: Any, one: int) -> Iterable[Any]:
    return session.scalars(text(f"SELECT id FROM {model.__table__.name} WHERE id = :one"), {"one": one}).all()


def _connection(session: Session, model: Any, one: int) -> Iterable[Any]:
    raw = model.__table__
    return session.connection().scalars(select(raw.c.id).where(raw.c.id == one)).all()


def _raw_union(session: Session, model: Any, one: int) -> Iterable[Any]:
    raw = model.__table__
    return session.scalars(union_all(select(Stamp.id), select(raw.c.id)).order_by("id")).all() and [one]


def _locked(session: Session, model: Any, one: int) -> Iterable[Any]:
    return session.scalars(select(model).where(model.id == one).with_for_update()).all()


WAYS: dict[str, Way] = {
    "get": lambda s, m, one: [s.get(m, one)],
    "get, read again": lambda s, m, one: [s.get(m, one, populate_existing=True)],
    "query.get": lambda s, m, one: [s.query(m).filter_by(id=one).one_or_none()],
    "query.count": lambda s, m, one: [s.query(m).filter(m.id == one).count()],
    "select": lambda s, m, one: s.scalars(select(m).where(m.id == one)).all(),
    "locked": _locked,
    "column": lambda s, m, one: s.scalars(select(m.id).where(m.id == one)).all(),
    "part of a row": lambda s, m, one: s.scalars(select(m).options(load_only(m.id)).where(m.id == one)).all(),
    "all": lambda s, m, one: [row for row in s.scalars(select(m)) if row.id == one],
    "count": lambda s, m, one: [s.scalar(select(func.count()).select_from(m).where(m.id == one))],
    "count of a subquery": lambda s, m, one: [
        s.scalar(select(func.count()).select_from(select(m).where(m.id == one).subquery()))
    ],
    "aggregate": lambda s, m, one: [s.scalar(select(func.max(m.id)).where(m.id == one))],
    "grouped": lambda s, m, one: s.execute(select(m.id, func.count()).where(m.id == one).group_by(m.id)).all(),
    "tuple": lambda s, m, one: s.scalars(select(m.id).where(tuple_(m.id, m.id).in_([(one, one)]))).all(),
    "expression": lambda s, m, one: s.scalars(
        select(cast(m.id, Integer) + 0).where(m.id == bindparam("x")), {"x": one}
    ).all(),
    "alias": _alias,
    "alias of a subquery": _alias_of_subquery,
    "subquery": _subquery,
    "cte": _cte,
    "recursive cte": _recursive,
    "joined subquery": _lateral,
    "in a subquery": lambda s, m, one: s.scalars(
        select(m.id).where(m.id.in_(select(m.id).where(m.id == one)), m.id == one)
    ).all(),
    "exists": lambda s, m, one: [s.scalar(select(exists(select(m.id).where(m.id == one))))],
    "exists in a condition": lambda s, m, one: s.scalars(
        select(Stamp.id).where(exists(select(m.id).where(m.id == one)))
    ).all(),
    "scalar subquery": lambda s, m, one: [s.scalar(select(select(m.id).where(m.id == one).scalar_subquery()))],
    "union": lambda s, m, one: s.scalars(union(select(m.id).where(m.id == one), select(m.id).where(m.id == -1))).all(),
    "union all": lambda s, m, one: s.scalars(
        union_all(select(m.id).where(m.id == one), select(literal(None, Integer)).where(literal(1) == 0))
    ).all(),
    "entities of a union": lambda s, m, one: s.scalars(
        select(aliased(m, union_all(select(m).where(m.id == one), select(m).where(m.id == one)).subquery()))
    ).all(),
    "polymorphic": _polymorphic,
    "subclasses": _subclasses,
    "leftover, by get": _through_leftover(lambda s, row: s.get(type(row), row.id)),
    "leftover, refreshed": _through_leftover(_refreshed),
    "leftover, expired": _through_leftover(_expired),
    "detached": _detached,
    "merged": _merged,
    "merged unread": _merged_unread,
    "table": lambda s, m, one: s.scalars(select(m.__table__.c.id).where(m.__table__.c.id == one)).all(),
    "count of a table": lambda s, m, one: [
        s.scalar(select(func.count()).select_from(m.__table__).where(m.__table__.c.id == one))
    ],
    "table inside an ORM statement": _raw_in_orm,
    "alias of a table inside an ORM statement": _raw_alias_in_orm,
    "table beside its mapped class": _raw_beside_mapped,
    "table in a condition": _raw_in_condition,
    "table in a union": _raw_union,
    "table made by name": _light_table,
    "text": _text,
    "text with columns": _textual_columns,
    "text in a column list": _text_fragment,
    "text in a column": _literal_column,
    "entities from text": _from_statement,
    "connection": _connection,
}  # fmt: skip
