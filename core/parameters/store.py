"""Revisions in the database are the one truth at run time; `config/` is imported into them."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True)
class Document:
    """A file of the configuration folder, read and found in order."""

    name: str
    text: str
    layer: Layer

    @property
    def digest(self) -> str:
        return sha256(self.text.encode()).hexdigest()


def read_folder(config: Path, declared: Sequence[Schema], judge: Judge = lambda catalogue: ()) -> list[Document]:
    """Every document of a configuration folder. Raises ParametersRefused with every fault of every file."""
    problems = Problems()
    found = []
    for level, scope, path in documents(config):
        with problems.collecting():
            text = read_file(path, path.name)[1]
            found.append(Document(path.name, text, read_layer(text, path.name, Level.named(level), scope, declared)))
    problems.refuse_if_any()
    problems.extend(judge(Catalogue(declared, [one.layer for one in found])))
    problems.refuse_if_any()
    return found


def apply_folder(
    session: Session, config: Path, declared: Sequence[Schema], author: str, judge: Judge = lambda catalogue: (),
    *, asked: bool = False,
) -> list[str]:  # fmt: skip
    """Import files that differ from what is published as revisions; an error leaves all as it was.

    A file that did not change since `author` last took it over does not undo a revision made elsewhere since, unless
    it is `asked` for. Returns the names of the files taken over. Raises ParametersRefused.
    """
    written = []
    for one in read_folder(config, declared, judge):
        level, scope = one.layer.level.word, one.layer.scope
        known = {
            session.scalar(_last(level, scope)),
            *(() if asked else (session.scalar(_last(level, scope, author)),)),
        }
        if one.digest not in known:
            publish(session, level, scope, one.text, author)
            written.append(one.name)
    return written


def publish(session: Session, level: str, scope: str, text: str, author: str) -> ParameterRevision:
    """A new revision, in force from today on; whoever calls has read and judged it."""
    made = ParameterRevision(
        level=level, scope_code=scope, source=text, digest=sha256(text.encode()).hexdigest(), author=author,
        effective_on=clock.today(), created_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def in_force(session: Session) -> list[ParameterRevision]:
    """The revision of the group and of each region that holds today, the group's first."""
    newest = (
        select(func.max(ParameterRevision.id))
        .where(ParameterRevision.effective_on <= clock.today())
        .group_by(ParameterRevision.level, ParameterRevision.scope_code)
    )
    rows = session.scalars(select(ParameterRevision).where(ParameterRevision.id.in_(newest)))
    return sorted(rows, key=lambda row: (Level.named(row.level), row.scope_code))


def layer_of(row: ParameterRevision, declared: Sequence[Schema]) -> Layer:
    """What a revision says, and who said it. Raises ParametersRefused."""
    name = f"{row.scope_code or 'platform'} #{row.id}"
    read = read_layer(row.source, name, Level.named(row.level), row.scope_code, declared)
    return replace(read, origin=Origin(row.id, row.author, row.approver, row.effective_on, row.created_at))


def _last(level: str, scope: str, author: str = "") -> Select[str]:
    """The digest of the newest revision, or of what `author` took over last."""
    found = select(ParameterRevision.digest).where(
        ParameterRevision.level == level, ParameterRevision.scope_code == scope
    )
    if author:
        found = found.where(ParameterRevision.author == author)
    return found.order_by(ParameterRevision.id.desc()).limit(1)


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
        return [layer_of(row, self.schemas) for row in in_force(session)]


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
