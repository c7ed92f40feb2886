"""A file is seen exactly where its record is, however one asks; it is changed only where the record's verb is held."""

from collections.abc import Callable
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from core import clock
from core.access.check import may
from core.access.context import as_system, through
from core.attachments import pages, registry, services
from core.attachments.models import Attachment
from core.attachments.receiving import Received
from core.errors import Forbidden, NotFound, ScopeError
from core.estate.models import Contractor, Customer, Ownership, Project, Room
from core.extend import Attachable
from core.issues.models import Issue, IssueList
from tests.core.attachments import samples
from tests.core.attachments.samples import upload
from tests.core.attachments.world import PEOPLE, World

OTHER = aliased(Attachment)
WAYS: dict[str, Callable[[Session], Any]] = {
    "rows": lambda s: s.scalars(select(Attachment.id)),
    "objects": lambda s: [row.id for row in s.scalars(select(Attachment))],
    "legacy query": lambda s: [row.id for row in s.query(Attachment)],
    "alias": lambda s: s.scalars(select(OTHER.id)),
    "alias of both": lambda s: s.scalars(select(OTHER.id).join(Attachment, Attachment.id == OTHER.id)),
    "join": lambda s: s.scalars(
        select(Attachment.id).outerjoin(Issue, (Issue.id == Attachment.record_id) & (Attachment.kind == "core_issue"))
    ),
    "under the record": lambda s: s.scalars(
        select(Attachment.id).where(
            exists().where(Issue.id == Attachment.record_id) | exists().where(IssueList.id == Attachment.record_id)
        )
    ),
    "subquery": lambda s: s.scalars(select(select(Attachment.id).subquery().c.id)),
    "union": lambda s: s.scalars(select(Attachment.id).union(select(OTHER.id))),
    "in": lambda s: s.scalars(select(Attachment.id).where(Attachment.id.in_(select(OTHER.id)))),
}


def every(session: Session) -> list[Attachment]:
    return list(session.scalars(select(Attachment)))


@pytest.fixture
def filled(both: World) -> World:
    """A finding and a list in each project with a file each, put there by the platform itself."""
    for code in both.projects:
        for kind, record_id in (("core_issue", both.issue(code)), ("core_issue_list", both.sheet(code))):
            _plant(both, kind, record_id)
    _plant(both, "core_issue", both.issue(origin="unheard-of"))
    _plant(both, "core_issue", 10**9)
    _plant(both, "core_customer", 1)
    return both


def _plant(world: World, kind: str, record_id: int) -> int:
    with as_system(), world.platform.database.unit() as session:
        row = Attachment(
            kind=kind, record_id=record_id, sha256=token_hex(32), size=1, mime="image/png", name="a.png",
            uploaded_at=clock.now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def test_files_are_seen_exactly_where_their_record_is(filled: World) -> None:
    with as_system(), filled.platform.database.unit(read_only=True) as session:
        all_rows = every(session)
    seen = {}
    for username in PEOPLE:
        with filled.acting(username) as session:
            visible = {
                "core_issue": set(session.scalars(select(Issue.id))),
                "core_issue_list": set(session.scalars(select(IssueList.id))),
            }
            wanted = {row.id for row in all_rows if row.record_id in visible.get(row.kind, ())}
            for way, ask in WAYS.items():
                seen[username] = set(ask(session))
                assert seen[username] == wanted, (username, way)
    assert seen["nobody"] == seen["status"] == seen["sh"] == set()
    assert seen["insp"] and seen["insp"] < seen["two"] <= seen["reader"]
    assert not seen["insp"] & seen["cd"]


def test_the_criterion_holds_by_itself(filled: World) -> None:
    """Without the criteria the session puts on the records' own tables as well."""
    for username in PEOPLE:
        with filled.acting(username) as session:
            seen = set(session.scalars(select(Attachment.id)))
        limit = Attachment.scope_criteria(filled.platform.principal_named(username))
        assert limit is not None
        with as_system(), filled.platform.database.unit(read_only=True) as session:
            assert set(session.scalars(select(Attachment.id).where(limit))) == seen, username


def test_counting_and_getting_by_key_are_limited_too(filled: World) -> None:
    with as_system(), filled.platform.database.unit(read_only=True) as session:
        foreign = [row for row in every(session) if row.kind == "core_issue"]
    with filled.acting("cd") as session:
        mine = set(session.scalars(select(Attachment.id)))
        assert session.scalar(select(func.count(Attachment.id))) == len(mine)
    for row in foreign:
        with filled.acting("cd") as session:
            assert (session.get(Attachment, row.id) is not None) == (row.id in mine)


def test_in_a_region_where_the_module_is_off_nobody_sees_the_files(world: World) -> None:
    planted = _plant(world, "core_issue", world.issue("SH-JA"))
    for username in PEOPLE:
        with world.acting(username) as session, pytest.raises(NotFound):
            services.find(session, planted)


def test_a_row_that_the_session_had_read_as_the_platform_is_asked_for_again(world: World) -> None:
    foreign = world.issue("CD-LX")
    _plant(world, "core_issue", foreign)
    with world.acting("insp") as session:
        with as_system():
            held = session.get(Issue, foreign)
            file = session.scalars(select(Attachment).where(Attachment.record_id == foreign)).one()
        assert held is not None
        with pytest.raises(NotFound):
            services.record_of(session, "core_issue", foreign)
        with pytest.raises(NotFound):
            services.find(session, file.id)
        with pytest.raises(Forbidden):
            services.add_files(session, held, [])
        with pytest.raises(NotFound):
            services.remove(session, file)
        assert pages.attachments_of(session, held).items == []
        assert services.files_of(session, "core_issue", [foreign]) == {}


@pytest.mark.parametrize("kind", ["core_customer", "core_change", "ab_user", "core_attachment", "no_such", "", "Issue"])
def test_records_of_other_kinds_carry_no_files(world: World, kind: str) -> None:
    with world.acting("admin") as session, pytest.raises(NotFound):
        services.record_of(session, kind, 1)


def test_the_id_of_one_kind_opens_nothing_under_another(world: World) -> None:
    sheet = world.sheet("SZ-WH")
    while (issue := world.issue("CD-LX")) < sheet:
        pass
    while world.sheet("CD-LX") < issue:
        pass
    world.put("cd", issue, upload("a.png", samples.png(301)))
    with world.acting("insp") as session, pytest.raises(NotFound):
        services.record_of(session, "core_issue", issue)
    with world.acting("insp") as session:
        record = services.record_of(session, "core_issue_list", sheet)
        assert pages.attachments_of(session, record).items == []


def test_reading_in_one_project_and_writing_in_another_is_not_writing_in_the_first(world: World) -> None:
    mine, read = world.issue("SZ-WH"), world.issue("SZ-QH")
    planted = _plant(world, "core_issue", read)
    world.put("two", mine, upload("a.png", samples.png(302)))
    with pytest.raises(Forbidden):
        world.put("two", read, upload("a.png", samples.png(302)))
    with world.acting("two") as session:
        found = services.find(session, planted)
        assert not may("write", found)
        assert may("write", session.scalars(select(Attachment).where(Attachment.record_id == mine)).one())
        with pytest.raises(Forbidden):
            services.remove(session, found)


def test_a_list_takes_files_from_whoever_makes_lists(world: World) -> None:
    sheet = world.sheet()
    assert len(world.put("insp", sheet, upload("签收扫描.pdf", samples.PDF), model=IssueList).rows) == 1
    with pytest.raises(Forbidden):
        world.put("reader", sheet, upload("b.pdf", samples.PDF), model=IssueList)


@pytest.mark.parametrize(("kind", "code"), [("core_issue", "CD-LX"), ("core_issue", "SZ-QH"), ("core_customer", "")])
def test_the_flush_refuses_rows_on_records_one_may_not_change(both: World, kind: str, code: str) -> None:
    record_id = both.issue(code) if code else 1
    for username in ("insp", "two", "reader", "admin"):
        with pytest.raises(ScopeError), both.acting(username) as session:
            session.add(Attachment(kind=kind, record_id=record_id, sha256="b" * 64, size=1, mime="image/png", name="x",
                                   uploaded_at=clock.now()))  # fmt: skip


def test_a_file_never_moves_to_another_record(world: World) -> None:
    mine, foreign = world.issue(), world.issue("CD-LX")
    row = world.put("insp", mine, upload("a.png", samples.png(303))).rows[0]
    for change in ({"record_id": foreign}, {"record_id": world.issue()}, {"kind": "core_issue_list"}):
        with pytest.raises(ScopeError), world.acting("insp") as session:
            found = services.find(session, row.id)
            for name, value in change.items():
                setattr(found, name, value)


def test_an_importer_sees_files_only_through_the_verb_that_shows_the_records(world: World) -> None:
    issue = world.issue()
    planted = _plant(world, "core_issue", issue)
    with world.acting("admin") as session:
        with pytest.raises(NotFound):
            services.find(session, planted)
        with through("import"):
            assert services.find(session, planted).record_id == issue


@pytest.mark.postgres
def test_two_uploads_at_once_put_the_content_there_once(postgres_world: World) -> None:
    from threading import Barrier, Thread

    issue, gate = postgres_world.issue(), Barrier(6)
    outcomes: list[int] = []

    def send() -> None:
        with postgres_world.acting("insp") as session:
            record = services.record_of(session, "core_issue", issue)
            gate.wait()
            added = services.add_files(session, record, [Received("a.png", "image/png", 1, "c" * 64)])
            outcomes.append(len(added.rows))

    threads = [Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [0, 0, 0, 0, 0, 1]
    assert len(postgres_world.rows(issue)) == 1


def test_records_with_a_scope_of_their_own_lend_it_to_their_files(both: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A room (by project, one of two classes in a table), a contractor (by region), a customer, a project."""
    models: tuple[Any, ...] = (Room, Contractor, Customer, Project)
    for model in models:
        monkeypatch.setitem(registry._known, registry.kind_of(model), Attachable(model))
    both.platform.principals._people.clear()
    with as_system(), both.platform.database.unit() as session:
        for code, region_id in both.regions.items():
            customer = Customer(region_id=region_id, name=f"客户 {code}")
            session.add(customer)
            session.flush()
            room = next(both.rooms[one] for one in both.rooms if one.startswith(code))
            project = next(both.projects[one] for one in both.projects if one.startswith(code))
            session.add(Ownership(project_id=project, place_id=room, customer_id=customer.id, share=1))
        session.flush()
        ids = {registry.kind_of(model): list(session.scalars(select(model.id))) for model in models}
    planted = {_plant(both, kind, one): (kind, one) for kind, found in ids.items() for one in found}
    seen_by = {}
    for username in PEOPLE:
        with both.acting(username) as session:
            visible = {(registry.kind_of(model), one) for model in models for one in session.scalars(select(model.id))}
            seen = set(session.scalars(select(Attachment.id).where(Attachment.id.in_(planted))))
        assert {planted[one] for one in seen} == visible & set(planted.values()), username
        seen_by[username] = len(seen)
    assert 0 == seen_by["nobody"] < seen_by["insp"] < seen_by["admin"] == len(planted)
    both.platform.principals._people.clear()
