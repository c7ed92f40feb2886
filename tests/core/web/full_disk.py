"""Run in a process of its own: the platform on a disk that fills up, told as JSON. `full_disk.py HOME how`.

`how`: `tmpfs`, a small file system of its own (the process must be root in its mount namespace), or `limit`, where
the kernel lets no file of the process grow (RLIMIT_FSIZE).
"""

import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.access.context import as_system
from core.app import create_app
from core.demo import PASSWORD
from core.jobs import enqueue, runner
from core.jobs.models import Job
from tests.conftest import csrf_of
from tests.core.web.site import Desk
from tests.homes import at_work, settings_of

ROOM = "24m"


@contextmanager
def full(how: str, home: Path) -> Iterator[None]:
    """Nothing more can be written within the block."""
    if how == "limit":
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
        yield
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        return
    filler = home / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                pass
    yield
    filler.unlink()


def picture() -> bytes:
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 400, 400, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + os.urandom(1200) for _ in range(400)), 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def told(answer: Any) -> dict[str, Any]:
    page = answer.get_data(as_text=True)
    return {
        "status": answer.status_code,
        "says": "磁盘写不进去了" in page,
        "inside": "Traceback" in page or "Errno" in page,
    }


def main(home: Path, how: str) -> None:
    if how == "tmpfs":
        kept = home.with_name("kept")
        home.rename(kept)
        home.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(home)], check=True)
        shutil.copytree(kept, home, dirs_exist_ok=True)
    (home / "tmp").mkdir()
    tempfile.tempdir = str(home / "tmp")
    found: dict[str, Any] = {}
    with at_work(settings_of(home)) as platform:
        client = create_app(platform).test_client()
        token = csrf_of(client.get("/login/").get_data(as_text=True))
        client.post("/login/", data={"username": "sz.inspection", "password": PASSWORD, "csrf_token": token})
        desk = Desk(platform, client)
        assert desk.send(desk.finding(description="之前的问题")).status_code == 302
        sent, before = desk.finding(description="满盘时填写"), desk.counts()
        listed = client.get("/inspection/issues/").get_data(as_text=True)
        pk = max(
            int(one.split('"')[0]) for one in listed.split("/inspection/issues/")[1:] if one.split('"')[0].isdigit()
        )
        page = client.get(f"/inspection/issues/{pk}").get_data(as_text=True)
        upload = lambda: client.post(  # noqa: E731
            f"/files/core_issue/{pk}",
            data={"csrf_token": csrf_of(page), "files": (io.BytesIO(picture()), "wall.png")},
        )  # fmt: skip

        def stretch(context: Any) -> None:
            context.file("result.xlsx").write_bytes(b"x" * 100_000)

        from core.extend import JobKind

        runner.job_kinds = lambda plugins: {"stretch": JobKind("stretch", "stretch", stretch)}  # type: ignore
        with as_system(), platform.database.unit() as session:
            job_id = enqueue(session, "stretch").id
        with full(how, home):
            refused = desk.send(sent)
            found["form"] = told(refused)
            found["upload"] = told(upload())
            found["reading"] = client.get(f"/inspection/issues/{pk}").status_code
            export = client.get("/inspection/issues/export")
            found["export"] = [export.status_code, export.get_data()[:2] == b"PK" or told(export)["says"]]
            found["health"] = client.get("/health").status_code
        found["unchanged"] = desk.counts() == before
        found["staging"] = [one.name for one in (home / "files" / "staging").glob("*")]
        found["again"] = desk.send_again(refused.get_data(as_text=True)).status_code
        found["uploaded"] = upload().status_code
        found["after"] = [now - then for now, then in zip(desk.counts(), before, strict=True)]
        original = Path.write_bytes
        Path.write_bytes = lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))  # type: ignore
        runner.run(platform, job_id)
        Path.write_bytes = original  # type: ignore
        with as_system(), platform.database.unit(read_only=True) as session:
            job = session.get_one(Job, job_id)
            found["job"] = [job.state, job.error]
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
