"""A demo home with what the demo lacks for a walk: imports in their states, a record with a picture and a document."""

import json
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from core.app import create_app
from core.attachments.registry import kind_of
from core.issues.models import Issue
from core.jobs.runner import run
from core.platform import Platform, build
from core.settings import Settings
from tests.conftest import csrf_of
from tests.factories import home_row, sold_row, workbook
from tests.journeys.live import environ_of, fill
from tests.journeys.walk.places import Places, client_of, places, text_of

PIXEL = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==")
KEPT = "places.json"


def prepare(home: Path) -> None:
    """Fill `home`, and write down which pages it has."""
    fill(home)
    platform = build(Settings.load(environ_of(home)))
    try:
        app = create_app(platform)
        _import(app, platform)
        _attach(app, platform)
        found = places(app, platform)
    finally:
        platform.close()
    (home / KEPT).write_text(json.dumps(found.as_json(), ensure_ascii=False), encoding="utf-8")


def places_of(home: Path) -> Places:
    """The pages of a prepared home."""
    return Places.of_json(json.loads((home / KEPT).read_text(encoding="utf-8")))


def _import(app: Flask, platform: Platform) -> None:
    """A register that was judged, one that was written, one that is no workbook, one that waits."""
    client = client_of(app, "sz.admin")
    homes = [home_row("101"), sold_row("102"), home_row("103", 建筑面积=-3), home_row("104", 项目编码="CD-JJ")]
    for name, content, write in (
        ("homes.xlsx", workbook(homes), False), ("homes-again.xlsx", workbook(homes[:1]), True),
        ("broken.xlsx", b"PK but nothing more", False),
    ):  # fmt: skip
        job = _sent(client, name, content)
        run(platform, job)
        if write:
            page = text_of(client, f"/imports/{job}")
            once = page.split('name="once" value="')[1].split('"')[0]
            answer = client.post(f"/imports/{job}/write", data={"csrf_token": csrf_of(page), "once": once})
            run(platform, int(answer.location.rsplit("/", 1)[1]))
    _sent(client, "waiting.xlsx", workbook(homes))


def _sent(client: Any, name: str, content: bytes) -> int:
    page = text_of(client, "/imports/")
    sent = {"csrf_token": csrf_of(page), "kind": "rooms", "file": (BytesIO(content), name)}
    answer = client.post("/imports/", data=sent)
    assert answer.status_code == 302, answer.get_data(as_text=True)[:2000]
    return int(answer.location.rsplit("/", 1)[1])


def _attach(app: Flask, platform: Platform) -> None:
    """A picture and a document at the newest finding, and a note about one of them."""
    with platform.working_as(platform.principal_named("sz.inspection"), read_only=True) as session:
        newest = session.scalar(select(func.max(Issue.id)))
    client = client_of(app, "sz.inspection")
    sent = {
        "csrf_token": csrf_of(text_of(client, "/me/")), "note": "主卧左侧墙面，门后",
        "files": [(BytesIO(PIXEL), "墙面空鼓 主卧.png"), (BytesIO(b"%PDF-1.4\n%%EOF\n"), "整改方案.pdf")],
    }  # fmt: skip
    answer = client.post(f"/files/{kind_of(Issue)}/{newest}", data=sent)
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
