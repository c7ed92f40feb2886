"""What every table shares: the declarative bases, the column types and the mixins that say how a row behaves.

Core and each plugin have a base (and mapper registry) of their own over one metadata, so a plugin whose models cannot
be configured is dropped without harm to the others.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

from flask_appbuilder.models.sqla import Model as FabModel
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Constraint,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    event,
)  # fmt: skip
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, MapperProperty, declared_attr, mapped_column, registry
from sqlalchemy.orm.decl_api import DeclarativeAttributeIntercept
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata: MetaData = FabModel.metadata
# Before the security tables of Flask-AppBuilder are imported, so that theirs are named too.
metadata.naming_convention = NAMING

Key = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored as UTC without a zone (SQLite keeps none) and given back aware."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None else None


class Hundredths(TypeDecorator[Decimal]):
    """A Decimal with two places kept as an integer of hundredths: yuan as fen, square metres as 1/100 m²."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        return int((Decimal(value) * 100).quantize(Decimal(1), ROUND_HALF_UP))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return (Decimal(value) / 100).quantize(Decimal("0.01")) if value is not None else None


Fen = Centi = Hundredths

TYPES: dict[Any, Any] = {
    int: Key,
    datetime: UtcDateTime,
    date: Date,
    dict[str, Any]: JSON,
    list[Any]: JSON,
    str: String,
}


_loading: str | None = None
"""The plugin whose code is running at start."""


class _CoreClass(DeclarativeAttributeIntercept):
    """The class of core's mapped classes: nobody hangs a column or relationship on one from outside."""

    def __setattr__(cls, key: str, value: Any) -> None:
        added = "__mapper__" in cls.__dict__ and isinstance(value, MapperProperty | MappedColumn | Column)
        if _loading is not None and added:
            raise TypeError(f"plugin “{_loading}” may not add “{key}” to {cls.__name__}, which is the platform's")
        super().__setattr__(key, value)


class Model(DeclarativeBase, metaclass=_CoreClass):
    """Core's tables. `owner` is whose migrations create a table; `__resource__` what permission its rows fall under."""

    metadata = metadata
    registry = registry(metadata=metadata, type_annotation_map=TYPES)
    owner: ClassVar[str] = "core"
    __resource__: ClassVar[str | None] = None

    id: Mapped[int] = mapped_column(Key, primary_key=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # A plugin's class on this registry could stop every query of the platform; it has a base of its own.
        if not cls.__module__.startswith("core."):
            raise TypeError(
                f"{cls.__module__}.{cls.__name__} must be declared on core.model.plugin_base(…), not on Model"
            )
        super().__init_subclass__(**kwargs)


_bases: dict[str, type[DeclarativeBase]] = {}
_made: dict[str, list[Table]] = {}
"""The tables that came while a plugin was loading; they go with it."""


_standing: frozenset[Table] = frozenset()


@contextmanager
def loading(plugin: str) -> Iterator[None]:
    """While a plugin's code runs at start: what it adds to the shared metadata must be its own."""
    global _loading, _standing
    _loading, _standing = plugin, frozenset(metadata.tables.values())
    try:
        yield
    finally:
        _loading = None


@event.listens_for(Table, "after_parent_attach")
def _check_table(table: Table, parent: Any) -> None:
    if _loading is not None and parent is metadata:
        if not table.name.startswith(f"{_loading}_"):
            raise ValueError(f"table “{table.name}” of plugin “{_loading}” must be named {_loading}_…")
        _made.setdefault(_loading, []).append(table)


@event.listens_for(Column, "before_parent_attach")
@event.listens_for(Index, "before_parent_attach")
@event.listens_for(Constraint, "before_parent_attach")
def _check_part(part: Any, table: Any) -> None:
    if _loading is not None and table in _standing and table not in _made.get(_loading, ()):
        raise ValueError(f"plugin “{_loading}” may not change the table “{table.name}”, which is not its own")


def plugin_models(plugin: str) -> list[type[Model]]:
    """The mapped classes a plugin declared on its base."""
    base = _bases.get(plugin)
    return [mapper.class_ for mapper in base.registry.mappers] if base else []


def mapped_models() -> list[type[Any]]:
    """Every mapped class there is so far, core's and the plugins'."""
    registries = [Model.registry, *(base.registry for base in _bases.values())]
    return [mapper.class_ for one in registries for mapper in one.mappers]


def drop_plugin_base(plugin: str) -> None:
    """Take a plugin's mappers and tables out (it failed to load)."""
    tables = {model.__table__ for model in plugin_models(plugin)} | set(_made.pop(plugin, ()))
    base = _bases.pop(plugin, None)
    if base is not None:
        base.registry.dispose()
    for table in tables:
        metadata.remove(table)  # type: ignore[arg-type]


def plugin_base(plugin: str) -> type[Model]:
    """The declarative base of `plugin`: same metadata, registry of its own, tables named `<plugin>_…`.

    Raises ValueError when it is another's, or when a table is named otherwise or stands already.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", plugin):
        raise ValueError(f"“{plugin}” cannot name a plugin: use small letters, digits and underscores.")
    if _loading is not None and _loading != plugin:
        raise ValueError(f"plugin “{_loading}” asked for the base of “{plugin}”")
    if plugin in _bases:
        return _bases[plugin]  # type: ignore[return-value]

    class PluginBase(DeclarativeBase):
        __abstract__ = True
        metadata = FabModel.metadata
        registry = registry(metadata=FabModel.metadata, type_annotation_map=TYPES)
        owner: ClassVar[str] = plugin
        __resource__: ClassVar[str | None] = None

        id: Mapped[int] = mapped_column(Key, primary_key=True)

        def __init_subclass__(cls, **kwargs: Any) -> None:
            table = cls.__dict__.get("__tablename__")
            if table is not None:
                if not table.startswith(f"{plugin}_"):
                    raise ValueError(f"table “{table}” of plugin “{plugin}” must be named {plugin}_…")
                if table in cls.metadata.tables:
                    raise ValueError(f"table “{table}” of plugin “{plugin}” exists already")
            super().__init_subclass__(**kwargs)

    _bases[plugin] = PluginBase
    return PluginBase  # type: ignore[return-value]


class RegionScoped:
    """Rows that belong to one region; seen by those whose scope holds the region or, by default, all of it."""

    @declared_attr
    def region_id(cls) -> Mapped[int]:
        return mapped_column(Key, ForeignKey("core_region.id"), index=True)


class ProjectScoped:
    """Rows that belong to one project; the project decides who sees them and which parameters hold."""

    @declared_attr
    def project_id(cls) -> Mapped[int]:
        return mapped_column(Key, ForeignKey("core_project.id"), index=True)


class Versioned:
    """A row that two people may edit: the version they opened must still stand when they save."""

    version: Mapped[int] = mapped_column(Integer, nullable=False, default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return versioned(cls)


def versioned(cls: Any, **more: Any) -> dict[str, Any]:
    """Mapper arguments of a `Versioned` class that needs others beside (`polymorphic_on` …)."""
    return {"version_id_col": cls.version, **more}


class Audited:
    """A row whose every change is written to `core_change` (one row per record and transaction)."""

    audit_hidden: ClassVar[frozenset[str]] = frozenset()
    """Columns whose values never enter the history."""


class Numbered:
    """A row with a number people quote: project code, kind letter, yymm, serial (`SZWH-I2611-00042`)."""

    number_letter: ClassVar[str]
    number: Mapped[str | None] = mapped_column(String(40), unique=True)


class Extra:
    """Room for custom fields, validated by the parameters of the record's region."""

    extra: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)


def columns_of(row: Any) -> Mapping[str, Any]:
    """A row's plain column values by attribute name."""
    mapper = row.__mapper__
    return {attribute.key: getattr(row, attribute.key) for attribute in mapper.column_attrs}
