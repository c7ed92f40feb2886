"""Files are added, listed and removed with their record's rights, and the bytes are kept once."""

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from core import clock
from core.access.context import as_system
from core.attachments import pages, services
from core.attachments.models import Attachment
from core.attachments.receiving import Received
from core.errors import Forbidden, Invalid, NotFound
from core.history import Change, Event
from core.issues.models import Issue, IssueList
from tests.core.attachments import samples
from tests.core.attachments.samples import upload
from tests.core.attachments.world import World, statements


def test_several_files_come_onto_a_finding(both: World) -> None:
    issue = both.issue()
    added = both.put("insp", issue, upload("整改前.png", samples.png(1)), upload("报告.xlsx", samples.xlsx()))
    assert [row.name for row in added.rows] == ["整改前.png", "报告.xlsx"]
    first = both.rows(issue)[0]
    assert first.sha256 == sha256(samples.png(1)).hexdigest()
    assert (first.size, first.mime) == (len(samples.png(1)), "image/png")
    assert (first.project_id, first.region_id) == (both.projects["SZ-WH"], both.regions["SZ"])
    assert both.bytes_of(first.sha256).read_bytes() == samples.png(1)


def test_good_files_stay_when_others_are_refused(world: World) -> None:
    issue = world.issue()
    added = world.put(
        "insp", issue, upload("a.png", samples.png(2)), upload("恶.png", samples.HTML), upload("空.pdf", b""),
        upload("大.txt", b"x" * (1 << 20) + b"x"), upload("b.pdf", samples.PDF),
    )  # fmt: skip
    assert [row.name for row in added.rows] == ["a.png", "b.pdf"]
    assert len(added.refused) == 3
    for name, refusal in zip(("恶.png", "空.pdf", "大.txt"), added.refused, strict=True):
        assert name in str(refusal)
    assert [refusal.status for refusal in added.refused] == [422, 422, 413]
    assert list(world.platform.files.staging.iterdir()) == []
    assert not world.bytes_of(sha256(samples.HTML).hexdigest()).exists()


def test_a_file_of_exactly_the_limit_is_taken(world: World) -> None:
    added = world.put("insp", world.issue(), upload("a.txt", b"x" * (1 << 20)))
    assert [row.size for row in added.rows] == [1 << 20]


def test_twenty_files_at_once(world: World) -> None:
    issue = world.issue()
    added = world.put("insp", issue, *(upload(f"{n}.png", samples.png(100 + n)) for n in range(20)))
    assert len(added.rows) == 20
    with world.acting("insp") as session:
        assert services.files_of(session, "core_issue", [issue]) == {issue: 20}


def test_the_same_content_sent_twice_stands_once(both: World) -> None:
    issue = both.issue()
    first = both.put("insp", issue, upload("a.png", samples.png(3)), upload("copy of a.png", samples.png(3)))
    again = both.put("insp", issue, upload("a.png", samples.png(3)))
    assert (len(first.rows), len(first.known), len(again.rows), len(again.known)) == (1, 0, 0, 1)
    assert len(both.rows(issue)) == 1


def test_the_database_itself_refuses_a_double(both: World) -> None:
    from sqlalchemy.exc import IntegrityError

    issue = both.issue()
    both.put("insp", issue, upload("a.png", samples.png(4)))
    with pytest.raises(IntegrityError), as_system(), both.platform.database.unit() as session:
        session.add(
            Attachment(kind="core_issue", record_id=issue, sha256=both.rows(issue)[0].sha256, size=1, mime="image/png",
                       name="b.png", uploaded_at=clock.now())
        )  # fmt: skip


def test_two_records_share_the_bytes_and_one_keeps_them_when_the_other_lets_go(world: World) -> None:
    one, two = world.issue(), world.issue("SZ-QH")
    world.put("insp", one, upload("a.png", samples.png(5)))
    with world.acting("cd") as session, pytest.raises(NotFound):
        services.record_of(session, "core_issue", two)
    other = world.sheet()
    world.put("insp", other, upload("签收.png", samples.png(5)), model=IssueList)
    mine, its = world.rows(one)[0], world.rows(other, "core_issue_list")[0]
    assert mine.sha256 == its.sha256
    with world.acting("insp") as session:
        services.remove(session, services.find(session, mine.id))
    with world.acting("insp") as session:
        assert services.find(session, its.id).name == "签收.png"
        with pytest.raises(NotFound):
            services.find(session, mine.id)
    assert world.bytes_of(its.sha256).exists()


def test_a_removed_file_stays_in_the_history_and_may_come_again(world: World) -> None:
    issue = world.issue()
    row = world.put("insp", issue, upload("a.png", samples.png(6))).rows[0]
    for _ in range(2):  # the second press does nothing more
        with world.acting("insp") as session:
            services.remove(session, services.find(session, row.id, also_removed=True))
    added = world.put("insp", issue, upload("a2.png", samples.png(6)))
    assert len(added.rows) == 1
    with world.acting("reader") as session:
        shown = pages.files_and_history_of(session, services.record_of(session, "core_issue", issue))
    assert [item.name for item in shown.attachments.items] == ["a2.png"]
    said = [(entry.who, [(old, new) for _, old, new in entry.changes]) for _, entry in shown.entries]
    assert said == [("insp（人）", [("a.png", "")]), ("insp（人）", [("", "a.png"), ("", "a2.png")])]
    with as_system(), world.platform.database.unit(read_only=True) as session:
        changes = session.scalars(select(Change).where(Change.kind == "core_attachment", Change.record_id == row.id))
        assert [(one.action, one.verb) for one in changes] == [("create", "add_file"), ("change", "remove_file")]
        events = session.scalars(select(Event).where(Event.kind == "core_issue", Event.record_id == issue))
        assert [(one.name, one.payload["file"]) for one in events] == [
            ("core.file_added", "a.png"), ("core.file_removed", "a.png"), ("core.file_added", "a2.png"),
        ]  # fmt: skip


def test_the_history_tells_files_that_came_together_in_one_entry(world: World) -> None:
    issue, moment = world.issue(), clock.now()
    for minutes, who in ((0, "insp"), (2, "insp"), (9, "insp"), (10, "two")):
        with clock.freeze(moment + timedelta(minutes=minutes)):
            world.put(who, issue, upload(f"{minutes}.png", samples.png(600 + minutes)))
    with world.acting("reader") as session:
        shown = pages.files_and_history_of(session, services.record_of(session, "core_issue", issue))
    said = [(entry.who, [new for _, _, new in entry.changes], entry.kind) for _, entry in shown.entries]
    assert said == [
        ("two（人）", ["10.png"], "file"),
        ("insp（人）", ["9.png"], "file"),
        ("insp（人）", ["0.png", "2.png"], "file"),
    ]


def test_the_page_value_in_one_statement(both: World) -> None:
    issue = both.issue()
    both.put("insp", issue, upload("整改前.png", samples.png(7)), upload("b.pdf", samples.PDF), tag="前", note="墙面")
    with both.acting("insp") as session:
        record = services.record_of(session, "core_issue", issue)
        made: list[object] = []
        sent = statements(both.platform.database.engine, lambda: made.append(pages.attachments_of(session, record)))
    assert len(sent) == 1
    page = made[0]
    picture, other = page.items  # type: ignore[attr-defined]
    row = both.rows(issue)[0]
    assert (picture.name, picture.url, picture.image_url) == (
        "整改前.png",
        f"/files/{row.id}",
        f"/files/{row.id}/image",
    )
    assert (picture.tag, picture.note, picture.remove_url) == ("前", "墙面", f"/files/{row.id}/remove")
    assert picture.uploaded == f"insp（人） {clock.local(row.uploaded_at):%m-%d %H:%M}"
    assert other.image_url == ""
    assert page.upload_url == f"/files/core_issue/{issue}"  # type: ignore[attr-defined]
    assert page.max_bytes == 1 << 20  # type: ignore[attr-defined]
    assert ".heic" in page.accept and ".exe" not in page.accept  # type: ignore[attr-defined]


def test_whoever_only_reads_is_offered_nothing_to_change(world: World) -> None:
    issue = world.issue()
    row = world.put("insp", issue, upload("a.png", samples.png(8))).rows[0]
    with world.acting("reader") as session:
        record = services.record_of(session, "core_issue", issue)
        page = pages.attachments_of(session, record)
        assert [(item.name, item.remove_url) for item in page.items] == [("a.png", "")]
        assert page.upload_url == ""
        with pytest.raises(Forbidden):
            services.add_files(session, record, [Received("b.png", "image/png", 1, "0" * 64)])
        with pytest.raises(Forbidden):
            services.remove(session, services.find(session, row.id))


def test_limits_of_a_record(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.attachments import registry
    from core.extend import Attachable

    monkeypatch.setitem(registry._known, "core_issue", Attachable(Issue, limits={"files": 2, "families": ["image"]}))
    issue = world.issue()
    added = world.put("insp", issue, *(upload(f"{n}.png", samples.png(200 + n)) for n in range(3)))
    assert len(added.rows) == 2
    assert "2.png" in str(added.refused[0]) and "2" in str(added.refused[0])
    refused = world.put("insp", issue, upload("a.pdf", samples.PDF)).refused
    assert "a.pdf" in str(refused[0])
    with world.acting("insp") as session:
        page = pages.attachments_of(session, services.record_of(session, "core_issue", issue))
    assert page.upload_url == ""
    assert ".pdf" not in page.accept


def test_the_files_of_a_record_have_a_limit_together(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.attachments import registry
    from core.extend import Attachable

    monkeypatch.setitem(registry._known, "core_issue", Attachable(Issue, limits={"total_mb": 1}))
    issue, most = world.issue(), 700_000
    added = world.put("insp", issue, upload("a.txt", b"a" * most), upload("b.txt", b"b" * most), upload("c.txt", b"c"))
    assert [row.name for row in added.rows] == ["a.txt", "c.txt"]
    assert "b.txt" in str(added.refused[0])


def test_counts_for_many_records_in_one_statement(both: World) -> None:
    first, second, third = both.issue(), both.issue(), both.issue("CD-LX")
    both.put("insp", first, upload("a.png", samples.png(9)), upload("b.png", samples.png(10)))
    both.put("insp", second, upload("a.png", samples.png(9)))
    both.put("cd", third, upload("a.png", samples.png(9)))
    with both.acting("insp") as session:
        found: dict[int, int] = {}
        sent = statements(
            both.platform.database.engine,
            lambda: found.update(services.files_of(session, "core_issue", [first, second, third])),
        )
    assert found == {first: 2, second: 1}
    assert len(sent) == 1


def test_words_beside_a_file_are_short(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        world.put("insp", world.issue(), upload("a.png", samples.png(11)), note="长" * 201)
    assert "note" in refused.value.errors


def test_moments_are_those_of_the_region(world: World) -> None:
    issue, moment = world.issue(), clock.now().replace(month=11, day=20, hour=20, minute=5)
    with clock.freeze(moment):
        world.put("insp", issue, upload("a.png", samples.png(12)))
        with world.acting("insp") as session:
            page = pages.attachments_of(session, services.record_of(session, "core_issue", issue))
    assert str(page.items[0].uploaded).endswith("11-21 04:05")
    with clock.freeze(moment + timedelta(days=100)), world.acting("insp") as session:
        page = pages.attachments_of(session, services.record_of(session, "core_issue", issue))
    assert str(page.items[0].uploaded).endswith(f"{moment.year}-11-21 04:05")


def test_nothing_is_left_of_an_upload_that_broke_off(world: World) -> None:
    class Broken:
        def read(self, size: int = -1, /) -> bytes:
            raise ConnectionResetError

    from core.attachments.receiving import Upload, receive_one
    from core.attachments.registry import Limits

    def count() -> int:
        return sum(one.is_file() for one in world.platform.settings.files.rglob("*"))

    before = count()
    with pytest.raises(ConnectionResetError):
        receive_one(world.platform.files, Upload("a.png", Broken()), Limits(mb=1))
    assert count() == before


def test_a_rolled_back_form_leaves_no_row(world: World) -> None:
    issue = world.issue()
    with pytest.raises(ZeroDivisionError), world.acting("insp") as session:
        services.add_files(
            session, services.record_of(session, "core_issue", issue), [Received("a.png", "image/png", 1, "1" * 64)]
        )
        raise ZeroDivisionError
    with as_system(), world.platform.database.unit(read_only=True) as session:
        assert session.scalar(select(func.count()).where(Attachment.record_id == issue)) == 0
