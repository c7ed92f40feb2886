"""Bytes that no row needs are removed after a day, and never those that somebody just brought again."""

import os
import time
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from core import clock
from core.attachments import services
from core.attachments.cleaning import purge_orphans
from core.attachments.receiving import receive
from core.attachments.registry import Limits
from core.attachments.store import LocalFiles
from tests.core.attachments import samples
from tests.core.attachments.samples import upload
from tests.core.attachments.world import World

OLD = 2 * 24 * 3600
_salt = iter(range(1000, 9999))


def kept(world: World) -> tuple[Path, bytes]:
    """Bytes in the store without a row."""
    content = samples.png(next(_salt))
    receipt = receive(world.platform.files, [upload("a.png", content)], Limits(mb=1))
    return world.bytes_of(receipt.files[0].sha256), content


def age(path: Path, seconds: float = OLD) -> None:
    moment = time.time() - seconds
    os.utime(path, (moment, moment))


def test_bytes_without_a_row_go_after_a_day(world: World) -> None:
    (young, _), (old, _) = kept(world), kept(world)
    age(old)
    assert purge_orphans(world.platform) == 1
    assert young.exists() and not old.exists()
    assert purge_orphans(world.platform) == 0


def test_bytes_of_any_record_stay_however_old(world: World) -> None:
    content = samples.png(next(_salt))
    row = world.put("insp", world.issue(), upload("a.png", content)).rows[0]
    age(world.bytes_of(row.sha256))
    purge_orphans(world.platform)
    assert world.bytes_of(row.sha256).read_bytes() == content


def test_the_bytes_of_a_removed_file_stay_for_a_day_and_then_go(world: World) -> None:
    row = world.put("insp", world.issue(), upload("a.png", samples.png(next(_salt)))).rows[0]
    with world.acting("insp") as session:
        services.remove(session, services.find(session, row.id))
    age(world.bytes_of(row.sha256))
    purge_orphans(world.platform)
    assert world.bytes_of(row.sha256).exists()
    with clock.freeze(clock.now() + timedelta(days=2)):
        assert purge_orphans(world.platform) == 1
    assert not world.bytes_of(row.sha256).exists()


def test_bytes_brought_again_are_young_again(world: World) -> None:
    path, content = kept(world)
    age(path)
    receive(world.platform.files, [upload("b.png", content)], Limits(mb=1))
    purge_orphans(world.platform)
    assert path.read_bytes() == content


def test_bytes_brought_while_the_cleaning_is_at_work_stay(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the question to the database and the removal, and between the removal's own two steps."""
    files = world.platform.files
    path, content = kept(world)
    real = LocalFiles.remove

    def brought_first(self: LocalFiles, name: str, before: float) -> bool:
        receive(files, [upload("b.png", content)], Limits(mb=1))
        return real(self, name, before)

    age(path)
    with monkeypatch.context() as patch:
        patch.setattr(LocalFiles, "remove", brought_first)
        assert purge_orphans(world.platform) == 0
    assert path.read_bytes() == content

    replace = os.replace

    def brought_between(source: Path, target: Path) -> None:
        replace(source, target)
        if str(target).endswith(".aside"):
            patch.setattr(os, "replace", replace)
            receive(files, [upload("b.png", content)], Limits(mb=1))

    age(path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", brought_between)
        purge_orphans(world.platform)
    assert path.read_bytes() == content
    with files.open(path.name) as file:
        assert file.read() == content


def test_a_cleaning_that_was_killed_half_way_loses_nothing(world: World) -> None:
    content = samples.png(next(_salt))
    row = world.put("insp", world.issue(), upload("a.png", content)).rows[0]
    path = world.bytes_of(row.sha256)
    os.replace(path, path.with_name(path.name + ".aside"))
    with world.platform.files.open(row.sha256) as file:
        assert file.read() == content
    orphan, _ = kept(world)
    os.replace(orphan, aside := orphan.with_name(orphan.name + ".aside"))
    age(aside)
    assert purge_orphans(world.platform) == 1
    assert not aside.exists()


def test_what_an_interrupted_upload_left_goes_too(world: World) -> None:
    left, fresh = (world.platform.files.staging / name for name in ("left", "fresh"))
    left.write_bytes(b"x")
    fresh.write_bytes(b"x")
    age(left)
    purge_orphans(world.platform)
    assert not left.exists() and fresh.exists()
    fresh.unlink()


def test_other_files_in_the_folder_are_left_alone(world: World) -> None:
    stranger = world.platform.settings.files / "ab" / "readme.txt"
    stranger.parent.mkdir(parents=True, exist_ok=True)
    stranger.write_text("not ours")
    age(stranger)
    purge_orphans(world.platform)
    assert stranger.exists()


def test_the_store_opens_nothing_but_what_it_keeps(world: World) -> None:
    for name in ("../../atrium.db", "..", "", "A" * 64, "a" * 63, "/etc/passwd"):
        with pytest.raises(FileNotFoundError):
            world.platform.files.open(name)


def test_damaged_bytes_are_replaced_when_the_file_comes_again(world: World) -> None:
    path, content = kept(world)
    path.write_bytes(content[:10])
    receive(world.platform.files, [upload("a.png", content)], Limits(mb=1))
    assert sha256(path.read_bytes()).hexdigest() == path.name


def test_the_daily_clearing_up_takes_them_along(world: World) -> None:
    from core.access.context import as_system
    from core.jobs.models import Job
    from core.jobs.runner import run
    from core.jobs.services import enqueue

    old, _ = kept(world)
    age(old)
    with as_system(), world.platform.database.unit() as session:
        job_id = enqueue(session, "purge").id
    assert run(world.platform, job_id)
    with as_system(), world.platform.database.unit(read_only=True) as session:
        job = session.get(Job, job_id)
        assert job is not None and job.result is not None and job.result["files"] == 1, job and job.__dict__
    assert not old.exists()
