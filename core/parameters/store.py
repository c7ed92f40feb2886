"""Revisions in the database are the one truth at run time; `config/` is imported into them."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core import clock
from core.access.context import as_system
from core.db import Database
from core.parameters.catalogue import Catalogue, Layer, Origin, read_layer
from core.parameters.errors import ParameterError, ParametersRefused, Problems
from core.parameters.models import ParameterRevision
from core.parameters.reading import read_file
from core.parameters.schema import Level, Schema, load_schema

log = logging.getLogger(__name__)

CORE_SCHEMAS = (("platform", "shell"), ("issues", "issues"), ("estate", "estate"))


def schemas(core: Path, plugins: Mapping[str, Path]) -> list[Schema]:
    """The schemas of core's parts and of the loaded plugins; raises ParametersRefused."""
    found = [load_schema(owner, core / part / "parameters.yaml", is_core=True) for owner, part in CORE_SCHEMAS]
    for name, folder in plugins.items():
        if (folder / "parameters.yaml").exists():
            found.append(load_schema(name, folder / "parameters.yaml"))
    return found


def documents(config: Path) -> list[tuple[str, str, Path]]:
    """(level, scope code, file) of the installation's configuration folder."""
    found = [("group", "", config / "platform.yaml")] if (config / "platform.yaml").exists() else []
    return found + [("region", path.stem, path) for path in sorted((config / "regions").glob("*.yaml"))]


Judge = Callable[[Catalogue], Iterable[ParameterError]]
"""What the schemas alone cannot tell, asked before anything is taken over."""


def apply_folder(
    session: Session, config: Path, declared: Sequence[Schema], author: str, judge: Judge = lambda catalogue: ()
) -> list[str]:
    """Import files that changed since `author` last took them over as revisions; an error leaves all as it was.

    A file that did not change does not undo a revision made elsewhere since. Returns the names of the files taken
    over. Raises ParametersRefused with every fault of every file.
    """
    problems = Problems()
    found = []
    for level, scope, path in documents(config):
        with problems.collecting():
            text = read_file(path, path.name)[1]
            found.append(
                (level, scope, path.name, text, read_layer(text, path.name, Level.named(level), scope, declared))
            )
    problems.refuse_if_any()
    problems.extend(judge(Catalogue(declared, [layer for *_, layer in found])))
    problems.refuse_if_any()
    written = []
    for level, scope, name, text, _ in found:
        digest = sha256(text.encode()).hexdigest()
        if session.scalar(_last(level, scope, author)) != digest:
            session.add(
                ParameterRevision(
                    level=level, scope_code=scope, source=text, digest=digest, author=author,
                    effective_on=clock.today(), created_at=clock.now(),
                )
            )  # fmt: skip
            written.append(name)
    return written


def _last(level: str, scope: str, author: str) -> Select[str]:
    """The digest of what `author` took over last."""
    mine = select(ParameterRevision.digest).where(
        ParameterRevision.level == level, ParameterRevision.scope_code == scope, ParameterRevision.author == author
    )
    return mine.order_by(ParameterRevision.id.desc()).limit(1)


class ParameterStore:
    """The catalogue in force in this process, read again when the stamp moves. A bad revision leaves the old one."""

    def __init__(self, core: Path, plugins: Mapping[str, Path], database: Database, stamp: Callable[[], int]) -> None:
        self.schemas = schemas(core, plugins)
        self._database = database
        self._stamp = stamp
        self._held: tuple[tuple[int, date], Catalogue] | None = None

    def catalogue(self) -> Catalogue:
        """What holds now. Raises ParametersRefused only where nothing held before."""
        mark = (self._stamp(), clock.today())
        if self._held is None or self._held[0] != mark:
            try:
                with as_system(), self._database.unit(read_only=True) as session:
                    found = Catalogue(self.schemas, self._layers(session))
            except ParametersRefused as refusal:
                if self._held is None:
                    raise
                log.error("%s", refusal)
                found = self._held[1]
            self._held = (mark, found)
        return self._held[1]

    def _layers(self, session: Session) -> list[Layer]:
        newest = (
            select(func.max(ParameterRevision.id))
            .where(ParameterRevision.effective_on <= clock.today())
            .group_by(ParameterRevision.level, ParameterRevision.scope_code)
        )
        rows = session.scalars(select(ParameterRevision).where(ParameterRevision.id.in_(newest)))
        return [self._layer(row) for row in rows]

    def _layer(self, row: ParameterRevision) -> Layer:
        name = f"{row.scope_code or 'platform'} #{row.id}"
        read = read_layer(row.source, name, Level.named(row.level), row.scope_code, self.schemas)
        return replace(read, origin=Origin(row.id, row.author, row.approver, row.effective_on, row.created_at))


_store: ParameterStore | None = None


def install(store: ParameterStore | None) -> None:
    """Make `store` the one that `catalogue()` answers from in this process."""
    global _store
    _store = store


def catalogue() -> Catalogue:
    """The parameters in force here and now."""
    if _store is None:
        raise RuntimeError("no platform is at work in this process; core.platform.build() makes one")
    return _store.catalogue()
