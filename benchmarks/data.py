"""The data: a million findings on 100,000 homes in Atrium, and the same rows in four plain tables for the peers.

Built once for each size and database and kept under var/bench; delete a folder there to build it anew.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    func,
    insert,
    make_url,
    select,
    text,
)  # fmt: skip

from core.access.context import as_system
from core.access.models import GROUP, Assignment, Person
from core.estate.models import Contractor, Place, Project, Region
from core.issues.models import Issue
from core.platform import Platform, build
from core.settings import ROOT, Settings
from core.start import prepare_home
from tests.databases import POSTGRES
from tests.volumes import BUILDINGS, CATEGORIES, DOORS, FLOORS, PART, fill

FOLDER = ROOT / "var" / "bench"
PROJECTS = ("SZ-WH", "SZ-HH", "SZ-QH", "CD-LX", "CD-JJ")
"""The first two are those of the demo's inspection specialist in Shenzhen."""
CONTRACTORS, NAMES = 200, 60
DEEP_PAGE = 20_000

META = MetaData()
KEY = BigInteger().with_variant(Integer(), "sqlite")
PLACES = Table("bench_place", META, Column("id", KEY, primary_key=True), Column("label", String(100), index=True))
FIRMS = Table("bench_contractor", META, Column("id", KEY, primary_key=True), Column("name", String(100)))
KINDS = Table("bench_category", META, Column("id", KEY, primary_key=True), Column("name", String(100)))
ISSUES = Table(
    "bench_issue", META,
    Column("id", KEY, primary_key=True), Column("number", String(40)), Column("state", String(20), index=True),
    Column("description", Text), Column("entered_at", DateTime, index=True),
    Column("place_id", ForeignKey(PLACES.c.id), index=True), Column("category_id", ForeignKey(KINDS.c.id), index=True),
    Column("contractor_id", ForeignKey(FIRMS.c.id)), Index("bench_issue_contractor_state", "contractor_id", "state"),
)  # fmt: skip


@dataclass(frozen=True)
class Site:
    """Where one data set lies."""

    name: str
    folder: Path
    database_url: str
    peers_url: str

    @property
    def facts(self) -> Path:
        return self.folder / "facts.json"

    @property
    def environ(self) -> dict[str, str]:
        """What Atrium is told: no limits, the tested set of plugins or none."""
        return {
            "ATRIUM_HOME": str(self.folder / "home"), "ATRIUM_DATABASE_URL": self.database_url, "ATRIUM_RATE": "off",
            "ATRIUM_WRITE_RATE": "off", "ATRIUM_STRICT_PLUGINS": "1", "ATRIUM_LOG_LEVEL": "warning",
        }  # fmt: skip


def site(database: str, rows: int) -> Site:
    """The place of a data set: `sqlite` or `postgres`."""
    folder = FOLDER / f"{database}-{rows}"
    if database == "sqlite":
        return Site(database, folder, f"sqlite:///{folder}/home/atrium.db", f"sqlite:///{folder}/peers.db")
    names = (f"atrium_bench_{rows}", f"atrium_bench_{rows}_peers")
    urls = [make_url(POSTGRES).set(database=name).render_as_string(hide_password=False) for name in names]
    return Site(database, folder, *urls)


def facts_of(where: Site, rows: int) -> dict[str, Any]:
    """What the works ask for: numbers of records, contractors, a place deep in the list. Builds what is not there."""
    if not where.facts.exists():
        print(f"Building {rows:,} findings on {where.name} ...", flush=True)
        _empty(where)
        platform = build(replace(Settings.load(where.environ), strict_plugins=True))
        prepare_home(platform)
        _people_and_firms(platform)
        fill(platform, PROJECTS, rows, min(BUILDINGS, ceil(rows / 10 / len(PROJECTS) / FLOORS / DOORS)))
        with as_system(), platform.database.unit() as session:
            session.execute(text("ANALYZE"))
        platform.close()
        facts = _copy(where, rows)
        where.facts.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    return json.loads(where.facts.read_text(encoding="utf-8"))


def _empty(where: Site) -> None:
    shutil.rmtree(where.folder, ignore_errors=True)
    (where.folder / "home").mkdir(parents=True)
    if where.name == "postgres":
        with create_engine(POSTGRES, isolation_level="AUTOCOMMIT").connect() as connection:
            for url in (where.database_url, where.peers_url):
                name = make_url(url).database
                connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
                connection.execute(text(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"))


def _people_and_firms(platform: Platform) -> None:
    """A leader over the whole group who may read findings (the shipped role of the group leader reads reports)."""
    with as_system(), platform.database.unit() as session:
        person = session.scalars(select(Person).where(Person.username == "group.leader")).one()
        session.add(Assignment(user_id=person.id, role="region_leader", scope=GROUP))
        regions = session.scalars(select(Region.id).where(Region.code.in_(("SZ", "CD"))).order_by(Region.code)).all()
        known = session.scalar(select(func.count()).select_from(Contractor)) or 0
        for at in range(known, CONTRACTORS):
            session.add(Contractor(region_id=regions[at % len(regions)], name=f"承建商 {at:03}"))


def _copy(where: Site, rows: int) -> dict[str, Any]:
    """Atrium's rows into the peers' tables, with the same ids."""
    ours, theirs = create_engine(where.database_url), create_engine(where.peers_url)
    if where.name == "sqlite":
        with theirs.connect() as connection:
            connection.execute(text("PRAGMA journal_mode=WAL"))
    place, firm, issue = Place.__table__.c, Contractor.__table__.c, Issue.__table__.c
    with ours.connect() as source, theirs.begin() as target:
        META.create_all(target)
        codes = list(source.scalars(select(issue.category).distinct().order_by(issue.category)))
        names = codes + [f"分类 {at:02}" for at in range(len(codes), NAMES)]
        target.execute(insert(KINDS), [{"id": at, "name": name} for at, name in enumerate(names, 1)])
        number = {code: at for at, code in enumerate(codes, 1)}
        for part in _rows(source, select(firm.id, firm.name)):
            target.execute(insert(FIRMS), part)
        for part in _rows(source, select(place.id, place.label)):
            target.execute(insert(PLACES), part)
        query = select(
            issue.id, issue.number, issue.state, issue.description, issue.entered_at, issue.place_id,
            issue.contractor_id, issue.category,
        )  # fmt: skip
        for part in _rows(source, query.order_by(issue.id)):
            for row in part:
                row["category_id"] = number[row.pop("category")]
                row["entered_at"] = row["entered_at"].replace(microsecond=0, tzinfo=None)  # peers' forms refuse more
            target.execute(insert(ISSUES), part)
        facts = _facts(source, rows)
    with theirs.begin() as target:
        target.execute(text("ANALYZE"))
    return facts


def _rows(source: Connection, query: Any) -> Iterator[list[dict[str, Any]]]:
    for part in source.execution_options(yield_per=PART).execute(query).mappings().partitions(PART):
        yield [dict(row) for row in part]


def _facts(source: Connection, rows: int) -> dict[str, Any]:
    issue, project, firm = Issue.__table__.c, Project.__table__.c, Contractor.__table__.c
    total = source.scalar(select(func.count()).select_from(Issue.__table__)) or 0
    pages = ceil(total / 30)
    deep = min(DEEP_PAGE, max(2, pages // 2))
    newest = select(issue.id, issue.entered_at).order_by(issue.entered_at.desc(), issue.id.desc())
    edge = source.execute(newest.offset((deep - 1) * 30 - 1).limit(1)).one()
    region = source.scalar(select(project.region_id).where(project.code == PROJECTS[0]))
    own = select(project.id).where(project.code.in_(PROJECTS[:2]))
    editable = select(issue.id).where(
        issue.project_id.in_(own), issue.state == "recorded", issue.category.in_(CATEGORIES), issue.number.like("VOL%")
    )
    return {
        "pages": pages, "deep": deep, "edge": [edge.entered_at.isoformat(), edge.id],
        "contractors": list(source.scalars(select(firm.id).where(firm.region_id == region).limit(40))),
        "records": list(source.scalars(editable.order_by(issue.id.desc()).limit(200))),
        "texts": [f"空鼓 {at * 7919 % rows}" for at in range(1, 100)],
    }  # fmt: skip
