"""Nobody reads or changes through a session what is not theirs: every scoped model, every way, no leak.

Then each protection is taken away once, and the same proof must find the hole.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, exc, func, inspect, select, update
from sqlalchemy.orm import Session, joinedload, selectinload, subqueryload
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.orm.interfaces import MANYTOONE

from core.access import guard, leftovers, scope
from core.access.context import acting_as, as_system
from core.access.models import Assignment
from core.access.reach import Principal
from core.db import ScopedSession
from core.errors import RuleError
from core.estate.models import CategoryRule, Contractor, Customer, Ownership, Place, Project, ProjectContractor, Region
from core.issues.models import Issue
from core.model import ProjectScoped
from core.platform import Platform
from core.settings import Settings
from tests.conftest import templates
from tests.core.access import ways_to_read, ways_to_write, world
from tests.core.access.people import HELD, TWO_PROJECTS, TWO_REGIONS, add_people, project_id, region_id, who
from tests.core.access.ways_to_write import copy_of, some_column
from tests.homes import at_work, copy_home, grown_home, once, settings_of

PEOPLE = ("sz.request", "cd.inspection", "sz.admin", TWO_PROJECTS, TWO_REGIONS)
REFUSALS = (RuleError, exc.IntegrityError, exc.InvalidRequestError, exc.DBAPIError, StaleDataError)
"""What a database or SQLAlchemy says no to leaks nothing either; what was written is looked at all the same."""


@pytest.fixture(scope="session")
def filled(demo_template: Path, pytestconfig: pytest.Config) -> Path:
    """A home with the demo group and rows of every model in every project, to be copied."""
    return once(templates(pytestconfig), "filled", lambda home: grown_home(demo_template, home, prepared))


@pytest.fixture
def lite(filled: Path, tmp_path: Path) -> Iterator[Platform]:
    """That platform on SQLite."""
    with at_work(settings_of(copy_home(filled, tmp_path / "lite"))) as platform:
        yield platform


@pytest.fixture
def grown(postgres_settings: Settings) -> Iterator[Platform]:
    """The same on PostgreSQL."""
    with at_work(postgres_settings) as platform:
        yield prepared(platform)


def prepared(platform: Platform) -> Platform:
    add_people(platform, HELD)
    world.fill(platform)
    return platform


SHOWING = {(ProjectContractor, "contractor"), (Ownership, "customer")}
"""Being at work on a project, or owning a home there, is what makes somebody visible to it."""

# --- reading ------------------------------------------------------------------------------------------------------


def reading_leaks(
    platform: Platform, username: str, models: Iterable[Any] | None = None, ways: Iterable[str] = ways_to_read.WAYS
) -> list[str]:
    """Sentences about every way that showed a foreign row."""
    me, rows, found = who(platform, username), world.everything(platform), []
    for model in models or world.models():
        foreign = sorted({row.id for row in rows[model]} - world.visible(me, model, rows))
        if not foreign:
            continue
        with acting_as(me), platform.database.unit(read_only=True) as session:
            if shown := set(session.scalars(select(model.id))) & set(foreign):
                found.append(f"{model.__name__}: a plain list shows {sorted(shown)[:3]}")
        one = foreign[-1]
        found += [f"{model.__name__} {one}: {name}" for name in ways if _shows(platform, me, model, one, name)]
    return found


def _shows(platform: Platform, me: Principal, model: Any, one: int, name: str) -> bool:
    session = platform.database.sessions()
    try:
        with acting_as(me):
            return any(_tells(each) for each in ways_to_read.WAYS[name](session, model, one))
    except REFUSALS:
        return False
    finally:
        session.rollback()
        session.close()


def _tells(found: Any) -> bool:
    return found is not None and found is not False and found != 0


@pytest.mark.parametrize("username", PEOPLE)
def test_no_way_of_reading_shows_a_foreign_row(lite: Platform, username: str) -> None:
    assert reading_leaks(lite, username) == []


def test_every_model_and_every_way_was_tried(lite: Platform) -> None:
    """So that nothing is proven of nothing: each model has foreign rows for somebody, and each way finds own rows."""
    rows = world.everything(lite)
    bare = {model.__name__ for model in world.models()}
    for username in PEOPLE:
        me = who(lite, username)
        bare -= {model.__name__ for model in world.models() if len(world.visible(me, model, rows)) < len(rows[model])}
    assert bare == {"Person"}  # what colleagues are called is no secret
    me = who(lite, TWO_PROJECTS)
    own = min(world.visible(me, Issue, rows))
    refused = {name for name in ways_to_read.WAYS if not _shows(lite, me, Issue, own, name)}
    assert refused == {
        "detached", "merged unread", "table", "count of a table", "table inside an ORM statement",
        "alias of a table inside an ORM statement", "table beside its mapped class", "table in a condition",
        "table in a union", "table made by name", "text", "text with columns", "text in a column list",
        "text in a column", "entities from text", "connection",
    }  # fmt: skip


@pytest.mark.parametrize("username", PEOPLE)
def test_what_is_visible_is_exactly_what_the_rules_say(lite: Platform, username: str) -> None:
    me, rows = who(lite, username), world.everything(lite)
    with acting_as(me), lite.database.unit(read_only=True) as session:
        for model in world.models():
            assert set(session.scalars(select(model.id))) == world.visible(me, model, rows), model.__name__


@pytest.mark.parametrize("username", PEOPLE)
def test_relationships_lead_to_nothing_foreign(lite: Platform, username: str) -> None:
    assert relation_leaks(lite, username) == []


def relation_leaks(platform: Platform, username: str) -> list[str]:
    """An own row is made to point at a foreign one, by the platform; no kind of loading then follows."""
    me, rows, found = who(platform, username), world.everything(platform), []
    for model in world.models():
        own = world.visible(me, model, rows)
        for relation in inspect(model).relationships:
            other = relation.mapper.class_
            column = next(iter(relation.local_columns)).name
            if relation.direction is not MANYTOONE or column == "project_id" or not own or other not in rows:
                continue
            if (model, relation.key) in SHOWING:
                continue
            foreign = sorted({row.id for row in rows[other]} - world.visible(me, other, rows))
            if not foreign:
                continue
            one = min(own)
            if not any(_points(platform, model, one, column, target) for target in foreign[:20]):
                continue
            found += [
                f"{model.__name__}.{relation.key}: {name}" for name in _followed(platform, me, model, one, relation.key)
            ]
    return found


def _points(platform: Platform, model: Any, one: int, column: str, target: int) -> bool:
    """Whether a row could be made to point there; what is unique may stand in the way."""
    try:
        with as_system(), platform.database.unit() as session:
            session.execute(update(model).where(model.id == one).values({column: target}))
    except exc.IntegrityError:
        return False
    return True


def _followed(platform: Platform, me: Principal, model: Any, one: int, key: str) -> Iterator[str]:
    relation = getattr(model, key)
    loads: dict[str, Callable[[Session], Any]] = {
        "lazily": lambda s: getattr(s.get(model, one), key),
        "lazily, read before by the platform": lambda s: _left(s, relation, model, one, key),
        "joined": lambda s: _first(s, select(model).options(joinedload(relation)).where(model.id == one), key),
        "select in": lambda s: _first(s, select(model).options(selectinload(relation)).where(model.id == one), key),
        "subquery": lambda s: _first(s, select(model).options(subqueryload(relation)).where(model.id == one), key),
        "has()": lambda s: s.scalar(select(model.id).where(model.id == one, relation.has())),
        "join": lambda s: s.scalar(select(model.id).join(relation).where(model.id == one)),
        "outer join": lambda s: s.scalar(
            select(relation.property.mapper.class_.id).select_from(model).outerjoin(relation).where(model.id == one)
        ),
    }
    for name, load in loads.items():
        with acting_as(me), platform.database.unit(read_only=True) as session:
            if load(session) is not None:
                yield name


def _first(session: Session, query: Any, key: str) -> Any:
    return getattr(session.scalars(query).unique().one(), key)


def _left(session: Session, relation: Any, model: Any, one: int, key: str) -> Any:
    row = session.get(model, one)
    with as_system():
        other = session.get(
            relation.property.mapper.class_, getattr(row, next(iter(relation.property.local_columns)).key)
        )
    assert other is not None
    return getattr(row, key)


# --- writing ------------------------------------------------------------------------------------------------------


def writing_leaks(
    platform: Platform, username: str, models: Iterable[Any] | None = None, ways: Iterable[str] = ways_to_write.WAYS
) -> list[str]:
    """Sentences about every way that changed rows where the person holds no changing verb."""
    me, rows, found = who(platform, username), world.everything(platform), []
    for model in models or world.models():
        foreign = sorted({row.id for row in rows[model]} - world.writable(me, model, rows))
        for one in foreign[-1:]:
            for name in ways:
                before = _row_and_count(platform, model, one)
                _try(platform, me, lambda s, w=ways_to_write.WAYS[name], m=model, i=one: w(s, m, i))
                if _row_and_count(platform, model, one) != before:
                    found.append(f"{model.__name__} {one}: {name}")
    return found


def _try(platform: Platform, me: Principal, act: Callable[[Session], Any]) -> Exception | None:
    """Let `act` work and commit; what refused it."""
    session = platform.database.sessions()
    try:
        with acting_as(me):
            act(session)
            session.commit()
    except REFUSALS as refusal:
        return refusal
    finally:
        session.rollback()
        session.close()
    return None


def _row_and_count(platform: Platform, model: Any, one: int) -> tuple[Any, ...]:
    with as_system(), platform.database.unit(read_only=True) as session:
        raw = model.__table__
        row = session.execute(select(raw).where(raw.c.id == one)).one_or_none()
        return (*map(str, row or ()), session.scalar(select(func.count()).select_from(raw)))


def _table(platform: Platform, model: Any) -> str:
    with as_system(), platform.database.unit(read_only=True) as session:
        raw = model.__table__
        return json.dumps([list(map(str, row)) for row in session.execute(select(raw).order_by(raw.c.id))])


@pytest.mark.parametrize("username", PEOPLE)
def test_no_way_of_writing_changes_a_foreign_row(lite: Platform, username: str) -> None:
    assert writing_leaks(lite, username) == []


@pytest.mark.deep
@pytest.mark.postgres
def test_the_same_on_postgresql(grown: Platform) -> None:
    assert reading_leaks(grown, TWO_REGIONS) == []
    assert writing_leaks(grown, TWO_REGIONS) == []
    assert relation_leaks(grown, TWO_REGIONS) == []
    assert moving_leaks(grown, TWO_REGIONS, "CD-LX", "SZ-WH") == []


def test_own_rows_may_be_changed_the_ordinary_way(lite: Platform) -> None:
    """The proof would hold of a session that refuses everything."""
    me, rows = who(lite, TWO_PROJECTS), world.everything(lite)
    own = min(world.writable(me, Issue, rows))
    before = _table(lite, Issue)
    assert _try(lite, me, lambda s: ways_to_write.WAYS["inserting beside it"](s, Issue, own)) is None
    assert _try(lite, me, lambda s: ways_to_write.WAYS["setting"](s, Issue, own)) is None
    assert _table(lite, Issue) != before


def moving_leaks(platform: Platform, username: str, own: str, other: str) -> list[str]:
    """Rows do not move out of a project or region one may change, nor into one from where one may only read."""
    me, found = who(platform, username), []
    here, there = project_id(platform, own), project_id(platform, other)
    platform_rows = world.everything(platform)

    def far(session: Session, kind: Any, one: int) -> Any:
        with as_system():
            return session.get(kind, one)

    def by_id(session: Session, model: Any, source: int, target: int) -> None:
        row = session.scalars(select(model).where(model.project_id == source).limit(1)).first()
        if row is not None:
            row.project_id = target
            session.flush()

    def by_relationship(session: Session, model: Any, source: int, target: int) -> None:
        row = session.scalars(select(model).where(model.project_id == source).limit(1)).first()
        if row is not None and hasattr(model, "project"):
            row.project = far(session, Project, target)
            session.flush()

    def unread(session: Session, model: Any, source: int, target: int) -> None:
        """The old project is overwritten before it was read."""
        row = session.scalars(select(model).where(model.project_id == source).limit(1)).first()
        if row is not None:
            session.expire(row, ["project_id"])
            row.project_id = target
            session.flush()

    def new_by_relationship(session: Session, model: Any, source: int, target: int) -> None:
        row = session.scalars(select(model).where(model.project_id == source).limit(1)).first()
        if row is not None and hasattr(model, "project"):
            made = copy_of(row, project=far(session, Project, target))
            made.project_id = None
            session.add(made)
            session.flush()

    for model in world.models():
        if not issubclass(model, ProjectScoped):
            continue
        for move in (by_id, by_relationship, unread, new_by_relationship):
            for source, target in ((here, there), (there, here)):
                rows = [one for one in platform_rows[model] if one.project_id == source]
                both = rows and all(me.writing(scope.resource_of(rows[0])).holds_project(one) for one in (here, there))
                if both:
                    continue  # such a row may be moved
                if move is new_by_relationship and target == here:
                    continue  # a copy of what one may read into what one may change is one's right
                before = _table(platform, model)
                _try(platform, me, lambda s, m=move, k=model, a=source, b=target: m(s, k, a, b))
                if _table(platform, model) != before:
                    found.append(f"{model.__name__}: {move.__name__} from {source} to {target}")
    return found


@pytest.mark.parametrize(
    ("username", "own", "other"), [(TWO_PROJECTS, "SZ-WH", "SZ-QH"), (TWO_REGIONS, "CD-LX", "SZ-WH")]
)
def test_rows_do_not_move_between_what_one_may_change_and_what_one_may_read(
    lite: Platform, username: str, own: str, other: str
) -> None:
    assert moving_leaks(lite, username, own, other) == []


def test_a_relationship_by_another_name_moves_nothing_either(lite: Platform) -> None:
    """A plugin may call its project what it likes."""
    from sqlalchemy.orm import relationship

    me = who(lite, TWO_PROJECTS)
    inspect(Issue).add_property("site", relationship(Project, viewonly=False, overlaps="project"))
    try:
        before = _table(lite, Issue)

        def move(session: Session) -> None:
            row = session.scalars(select(Issue).where(Issue.project_id == project_id(lite, "SZ-WH")).limit(1)).one()
            with as_system():
                row.site = session.get(Project, project_id(lite, "SZ-QH"))
            session.flush()

        assert isinstance(_try(lite, me, move), RuleError)
        assert _table(lite, Issue) == before
    finally:
        del inspect(Issue)._props["site"]
        del inspect(Issue).__dict__["relationships"]


def test_customers_and_contractors_do_not_change_their_region(lite: Platform) -> None:
    """Seen by a home or a project of one's own, claimed for the region one administers."""
    add_people(lite, {"both": [("region_admin", "SZ"), ("request", "CD-LX")]})
    me, here = who(lite, "both"), region_id(lite, "SZ")

    def claim(model: Any) -> Callable[[Session], None]:
        def act(session: Session) -> None:
            row = session.scalars(select(model).where(model.region_id != here).limit(1)).one()
            row.region_id = here
            session.flush()

        return act

    for model in (Customer, Contractor):
        before = _table(lite, model)
        assert isinstance(_try(lite, me, claim(model)), RuleError)
        assert _table(lite, model) == before


def test_an_issue_stays_with_the_module_that_recorded_it(lite: Platform) -> None:
    me = who(lite, TWO_PROJECTS)

    def other_origin(session: Session) -> None:
        row = session.scalars(select(Issue).where(Issue.project_id == project_id(lite, "SZ-WH")).limit(1)).one()
        row.origin = "handover"
        session.flush()

    assert isinstance(_try(lite, me, other_origin), RuleError)


def test_nobody_sees_or_writes_anything_by_default(lite: Platform) -> None:
    with lite.database.unit(read_only=True) as session:
        assert [model.__name__ for model in world.models() if session.scalars(select(model.id)).first()] == ["Person"]
    with pytest.raises(RuleError), lite.database.unit() as session:
        session.add(Region(code="XX", name="某地"))


def test_a_unit_opened_for_reading_writes_nothing(lite: Platform) -> None:
    with pytest.raises(RuleError), as_system(), lite.database.unit(read_only=True) as session:
        session.add(Region(code="XX", name="某地"))


# --- each protection taken away once --------------------------------------------------------------------------------


@pytest.fixture
def forgotten(lite: Platform) -> Platform:
    """Nothing is kept of what people were allowed."""
    lite.principals._people.clear()
    return lite


def test_it_finds_a_session_without_criteria(forgotten: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope, "limit_reads", lambda execution: None)
    found = reading_leaks(forgotten, "cd.inspection", [Issue], ["select", "count", "cte", "text", "table", "alias"])
    assert len(found) == 1 + 6


@pytest.mark.parametrize(
    ("protection", "ways"),
    [
        ("bypasses", ["table inside an ORM statement", "table in a condition", "text in a column"]),
        ("touches", ["table", "text", "count of a table", "text with columns"]),
    ],
)
def test_it_finds_an_unread_statement(
    forgotten: Platform, monkeypatch: pytest.MonkeyPatch, protection: str, ways: list[str]
) -> None:
    monkeypatch.setattr(scope, protection, lambda statement, tables: False)
    found = reading_leaks(forgotten, "cd.inspection", [Issue], ways)
    assert len(found) == len(ways), found


@pytest.mark.parametrize("model", [Contractor, Customer, Issue, Project, Assignment])
def test_it_finds_a_model_without_its_criteria(
    forgotten: Platform, monkeypatch: pytest.MonkeyPatch, model: Any
) -> None:
    monkeypatch.setattr(model, "scope_criteria", classmethod(lambda cls, principal: None))
    found = reading_leaks(forgotten, "cd.inspection", [model], ["get", "exists"])
    assert len(found) == 3, found


def test_it_finds_a_model_nobody_registered(forgotten: Platform) -> None:
    scope.forget_scoped(Place)
    try:
        with acting_as(who(forgotten, "cd.inspection")), forgotten.database.unit(read_only=True) as session:
            foreign = select(Place.id).where(Place.project_id == project_id(forgotten, "SZ-WH"))
            assert session.scalars(foreign.limit(1)).first()
    finally:
        scope.register_scoped(Place)


def test_it_finds_leftovers(forgotten: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "is_hidden", lambda *args, **kwargs: False)
    ways = ["leftover, by get", "leftover, refreshed", "leftover, expired"]
    assert len(reading_leaks(forgotten, "cd.inspection", [Issue], ways)) == 3
    assert any("read before" in one for one in relation_leaks(forgotten, "cd.inspection"))


def test_it_finds_an_open_connection(forgotten: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScopedSession, "connection", Session.connection)
    assert reading_leaks(forgotten, "cd.inspection", [Issue], ["connection"])
    assert writing_leaks(forgotten, "cd.inspection", [CategoryRule], ["connection"])


def test_it_finds_bulk_writers(forgotten: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("bulk_save_objects", "bulk_update_mappings"):
        monkeypatch.setattr(ScopedSession, name, getattr(Session, name))
        assert writing_leaks(forgotten, "cd.inspection", [Issue], [name])


def test_it_finds_a_missing_guard(forgotten: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "guard_writes", lambda session: None)
    found = writing_leaks(forgotten, "cd.inspection", [Issue], ["setting", "inserting beside it"])
    assert len(found) == 2, found
    assert moving_leaks(forgotten, TWO_PROJECTS, "SZ-WH", "SZ-QH")


def test_it_finds_criteria_that_stay_out_of_joined_loading(
    forgotten: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = scope.with_loader_criteria
    monkeypatch.setattr(
        scope, "with_loader_criteria", lambda *args, **kwargs: real(*args, **kwargs, propagate_to_loaders=False)
    )
    assert any("joined" in one for one in relation_leaks(forgotten, "cd.inspection"))


def test_it_finds_statements_that_change(forgotten: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope, "touches", lambda statement, tables: False)
    ways = ["update()", "update() by key", "query.update", "update() of the table"]
    assert len(writing_leaks(forgotten, "cd.inspection", [Issue], ways)) == len(ways)


def test_it_finds_old_places_that_were_not_read(forgotten: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "complete_history", lambda session: None)
    assert any("unread" in one for one in moving_leaks(forgotten, TWO_PROJECTS, "SZ-WH", "SZ-QH"))


def test_it_finds_relationships_nobody_looks_at(forgotten: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_relations", lambda mapper, column: ())
    assert any("by_relationship" in one for one in moving_leaks(forgotten, TWO_PROJECTS, "SZ-WH", "SZ-QH"))


def test_it_finds_detached_twins(forgotten: Platform) -> None:
    event.remove(ScopedSession, "before_attach", guard.refuse_strangers)
    try:
        place = project_id(forgotten, "CD-LX")
        rows = world.everything(forgotten)
        foreign = next(row.id for row in rows[Issue] if row.project_id != place)

        def twin(session: Session) -> None:
            from sqlalchemy.orm import make_transient_to_detached

            row = Issue(id=foreign, project_id=place, origin="inspection", version=1)
            make_transient_to_detached(row)
            session.add(row)
            row.note = "changed"
            session.flush()

        before = _table(forgotten, Issue)
        assert _try(forgotten, who(forgotten, "cd.inspection"), twin) is None
        assert _table(forgotten, Issue) != before
    finally:
        event.listen(ScopedSession, "before_attach", guard.refuse_strangers)


def test_the_columns_we_change_are_there() -> None:
    assert all(some_column(model) is not None for model in world.models())
