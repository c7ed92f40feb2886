"""The addresses under /files/, attacked as browsers, strangers and programs would."""

import io
import re
import time
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from core.access.context import as_system
from core.app import create_app
from core.attachments import registry
from core.issues.models import Issue
from tests.conftest import Tidy
from tests.core.attachments import samples
from tests.core.attachments.world import PASSWORD, World


class Browser(Tidy):
    """Reads each answer to its end, as browsers do."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **{"buffered": True, **kwargs})


SignIn = Callable[[str], Browser]


@pytest.fixture(scope="package")
def app(world: World) -> Iterator[Flask]:
    made = create_app(world.platform)
    made.test_client_class = Browser
    yield made


@pytest.fixture
def signed_in(app: Flask) -> SignIn:
    """`signed_in(username)`: a browser after the sign-in page."""

    def enter(username: str) -> Browser:
        client = app.test_client()
        page = client.get("/login/").get_data(as_text=True)
        answer = client.post(
            "/login/", data={"username": username, "password": PASSWORD, "csrf_token": token_in(page)}
        )  # fmt: skip
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return client

    return enter


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def csrf(client: Browser) -> str:
    return token_in(client.get("/").get_data(as_text=True))


def post(client: Browser, url: str, *files: tuple[str, bytes], json: bool = True, **form: str) -> TestResponse:
    data: dict[str, Any] = {"csrf_token": csrf(client), **form}
    if files:
        data["files"] = [(io.BytesIO(content), name) for name, content in files]
    headers = {"Accept": "application/json"} if json else {"Accept": "text/html"}
    return client.post(url, data=data, headers=headers, content_type="multipart/form-data")


def add(client: Browser, record_id: int, *files: tuple[str, bytes], **more: Any) -> TestResponse:
    return post(client, f"/files/core_issue/{record_id}", *files, **more)


def added_id(client: Browser, record_id: int, name: str, content: bytes) -> int:
    answer = add(client, record_id, (name, content))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return int(answer.json["added"][0]["id"])


def test_a_picture_comes_is_shown_saved_and_removed(world: World, signed_in: SignIn) -> None:
    browser, issue = signed_in("insp"), world.issue()
    row = added_id(browser, issue, "整改前.png", samples.png(401))
    shown, saved = browser.get(f"/files/{row}/image"), browser.get(f"/files/{row}")
    assert shown.data == saved.data == samples.png(401)
    assert shown.headers["Content-Disposition"].startswith("inline; ")
    assert saved.headers["Content-Disposition"] == (
        f"attachment; filename=\"file.png\"; filename*=UTF-8''{quote('整改前.png')}"
    )
    for answer in (shown, saved):
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Content-Length"] == str(len(samples.png(401)))
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers
    assert post(browser, f"/files/{row}/remove").status_code == 200
    assert browser.get(f"/files/{row}").status_code == browser.get(f"/files/{row}/image").status_code == 404
    assert post(browser, f"/files/{row}/remove").status_code == 200  # a second press


def test_a_form_without_scripts_comes_back_to_its_page_and_says_what_became_of_each(
    world: World, signed_in: SignIn
) -> None:
    browser, issue = signed_in("insp"), world.issue()
    answer = add(
        browser, issue, ("a.png", samples.png(402)), ("坏<b>.png", samples.HTML), json=False, next="/", tag="前"
    )  # fmt: skip
    assert (answer.status_code, answer.location) == (303, "/")
    page = browser.get("/").get_data(as_text=True)
    assert "坏&lt;b&gt;.png" in page and "<b>.png" not in page
    assert [row.tag for row in world.rows(issue)] == ["前"]


def test_files_sent_one_by_one_are_spoken_of_only_when_refused(world: World, signed_in: SignIn) -> None:
    browser, issue = signed_in("insp"), world.issue()
    for name, content in (("好.png", samples.png(420)), ("坏.png", samples.EXE)):
        assert add(browser, issue, (name, content), json=False, next="/", quiet="1").status_code == 303
    page = browser.get("/").get_data(as_text=True)
    assert "坏.png" in page and "data-toast tabindex" not in page
    assert [row.name for row in world.rows(issue)] == ["好.png"]


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_form_sends_nobody_elsewhere(world: World, signed_in: SignIn, target: str) -> None:
    answer = add(signed_in("insp"), world.issue(), ("a.png", samples.png(403)), json=False, next=target)
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize(
    ("name", "content", "mime", "kept"),
    [
        ("a.html", samples.png(404), "image/png", "a.html.png"),
        ("a.svg", samples.GIF, "image/gif", "a.svg.gif"),
        ("表.xlsx", samples.xlsx(), registry.Limits().types[7].mime, "表.xlsx"),
        ("a.pdf", samples.PDF + samples.HTML, "application/pdf", "a.pdf"),
        ("x.htm.txt", b"words <script>alert(1)</script>", "text/plain", "x.htm.txt"),
        ("a.csv", "房号,=cmd|' /C calc'!A0\n".encode(), "text/csv", "a.csv"),
        ("a.mp4", samples.MP4, "video/mp4", "a.mp4"),
        ("a.heic", samples.HEIC, "image/heic", "a.heic"),
    ],
)
def test_the_content_type_is_that_of_the_content(
    world: World, signed_in: SignIn, name: str, content: bytes, mime: str, kept: str
) -> None:
    browser = signed_in("insp")
    answer = browser.get(f"/files/{added_id(browser, world.issue(), name, content)}")
    assert answer.headers["Content-Type"] == mime
    assert answer.headers["Content-Disposition"].endswith(f"filename*=UTF-8''{quote(kept, safe='')}")
    assert answer.headers["Content-Disposition"].startswith("attachment; ")


def test_only_pictures_are_shown_in_a_page(world: World, signed_in: SignIn) -> None:
    browser, issue = signed_in("insp"), world.issue()
    for name, content in (("a.pdf", samples.PDF), ("a.txt", b"text"), ("a.heic", samples.HEIC)):
        assert browser.get(f"/files/{added_id(browser, issue, name, content)}/image").status_code == 404


def test_what_a_browser_says_a_file_is_does_not_count(world: World, signed_in: SignIn) -> None:
    browser, issue = signed_in("insp"), world.issue()
    for claimed in ("text/html", "image/svg+xml", "application/x-msdownload", "nonsense", ""):
        data = {
            "csrf_token": csrf(browser),
            "files": (io.BytesIO(samples.png(405)), "a.png", claimed),
        }
        answer = browser.post(f"/files/core_issue/{issue}", data=data, headers={"Accept": "application/json"})
        assert answer.status_code == 201
    assert [row.mime for row in world.rows(issue)] == ["image/png"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", samples.HTML), ("a.svg", samples.SVG), ("a.jpg", samples.EXE), ("a.txt", b""), ("a.zip", b"PK\x03\x04")],
)
def test_a_refusal_is_a_sentence_that_names_the_file(
    world: World, signed_in: SignIn, name: str, content: bytes
) -> None:
    issue = world.issue()
    answer = add(signed_in("insp"), issue, (name, content))
    assert answer.status_code == 422
    assert len(answer.json["refused"]) == 1 and name in answer.json["refused"][0]
    assert world.rows(issue) == []


@pytest.mark.parametrize(
    "name",
    [
        "../../../../tmp/evil.png", "..\\..\\evil.png", "/etc/cron.d/x.png", 'a".png', "a\r\nX-Evil: 1\r\n.png",
        "😀 入户门.png", "验" * 300 + ".png", "CON.png", "\u202egnp.exe", "%2e%2e%2fx.png", "a;b=c.png", "'.png",
    ],
)  # fmt: skip
def test_names_do_no_harm(world: World, signed_in: SignIn, name: str) -> None:
    browser, issue = signed_in("insp"), world.issue()
    boundary, before = "xyz", stored(world)
    sent = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")  # as browsers write them
    body = (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{csrf(browser)}\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{sent}"\r\n\r\n'
        ).encode()
        + samples.png(406)
        + f"\r\n--{boundary}--\r\n".encode()
    )
    answer = browser.post(
        f"/files/core_issue/{issue}", data=body, headers={"Accept": "application/json"},
        content_type=f"multipart/form-data; boundary={boundary}",
    )  # fmt: skip
    assert answer.status_code == 201, answer.get_data(as_text=True)
    row = world.rows(issue)[0]
    assert len(row.name) <= 150 and not set(row.name) & set("/\\\r\n\0\u202e")
    got = browser.get(f"/files/{row.id}")
    assert got.status_code == 200 and got.data == samples.png(406)
    assert "X-Evil" not in got.headers
    new = stored(world) - before
    assert new <= {row.sha256}


def stored(world: World) -> set[str]:
    return {path.name for path in world.platform.settings.files.rglob("*") if path.is_file()}


def test_twenty_files_in_one_form(world: World, signed_in: SignIn) -> None:
    issue = world.issue()
    answer = add(signed_in("insp"), issue, *((f"{n}.png", samples.png(500 + n)) for n in range(20)))
    assert answer.status_code == 201
    assert len(world.rows(issue)) == len(answer.json["added"]) == 20


def test_a_double_submit_writes_once(world: World, signed_in: SignIn) -> None:
    browser, issue = signed_in("insp"), world.issue()
    for expected in (1, 0):
        answer = add(browser, issue, ("a.png", samples.png(407)))
        assert answer.status_code == 201
        assert (len(answer.json["added"]), len(answer.json["known"])) == (expected, 1 - expected)


def test_a_file_over_the_limit_and_a_form_over_the_limit(world: World, signed_in: SignIn) -> None:
    browser, issue = signed_in("insp"), world.issue()
    large = add(browser, issue, ("大.txt", b"x" * ((1 << 20) + 1)))
    assert large.status_code == 413 and "大.txt" in large.json["refused"][0]
    good = add(browser, issue, *((f"{n}.txt", bytes([65 + n]) * (1 << 20)) for n in range(6)))
    assert good.status_code == 201 and len(good.json["added"]) == 6
    many = add(browser, issue, *((f"{n}.txt", bytes([75 + n]) * (1 << 20)) for n in range(10)))
    assert many.status_code == 413
    assert len(world.rows(issue)) == 6


def test_strangers_are_sent_to_the_door_and_may_not_send_much(world: World, app: Flask, signed_in: SignIn) -> None:
    issue = world.issue()
    row = added_id(signed_in("insp"), issue, "a.png", samples.png(408))
    stranger = app.test_client()
    for url in (f"/files/{row}", f"/files/{row}/image"):
        answer = stranger.get(url)
        assert answer.status_code == 302 and answer.location.startswith("/login/")
        assert stranger.get(url, headers={"Accept": "application/json"}).status_code == 401
    token = token_in(stranger.get("/login/").get_data(as_text=True))
    for url in (f"/files/core_issue/{issue}", f"/files/{row}/remove"):
        answer = stranger.post(url, data={"csrf_token": token}, headers={"Accept": "application/json"})
        assert answer.status_code == 401
    assert len(world.rows(issue)) == 1


def test_only_those_who_are_signed_in_may_send_a_large_form(world: World, app: Flask, signed_in: SignIn) -> None:
    registry.set_upload_mb(20)
    length = {"CONTENT_LENGTH": str(21 << 20)}
    for client, status in ((app.test_client(), 413), (signed_in("insp"), 400)):
        answer = client.post(
            f"/files/core_issue/{world.issue()}", input_stream=io.BytesIO(b"--q--"), environ_overrides=length,
            content_type="multipart/form-data; boundary=q", headers={"Accept": "application/json"},
        )  # fmt: skip
        assert answer.status_code == status


def test_a_bearer_header_is_not_answered_as_the_cookies_user(world: World, signed_in: SignIn) -> None:
    browser = signed_in("insp")
    row = added_id(browser, world.issue(), "a.png", samples.png(409))
    for method, url in (("GET", f"/files/{row}"), ("POST", f"/files/{row}/remove")):
        answer = browser.open(
            url, method=method, headers={"Authorization": "Bearer x.y.z", "Accept": "application/json"}
        )
        assert answer.status_code == 401
    assert browser.get(f"/files/{row}").status_code == 200


def test_without_the_forms_token_nothing_happens(world: World, signed_in: SignIn) -> None:
    browser, issue = signed_in("insp"), world.issue()
    row = added_id(browser, issue, "a.png", samples.png(410))
    for token in ({}, {"csrf_token": "wrong"}):
        data = {**token, "files": [(io.BytesIO(samples.png(411)), "b.png")]}
        assert browser.post(f"/files/core_issue/{issue}", data=data).status_code == 400
        assert browser.post(f"/files/{row}/remove", data=token).status_code == 400
    for method in ("GET", "PUT", "DELETE"):
        assert browser.open(f"/files/{row}/remove", method=method).status_code in (400, 404, 405)
    assert [one.removed_at for one in world.rows(issue)] == [None]


def test_records_of_others_are_not_there_and_verbs_not_held_are_refused(world: World, signed_in: SignIn) -> None:
    mine, read, foreign, off = (world.issue(code) for code in ("SZ-WH", "SZ-QH", "CD-LX", "SH-JA"))
    own = added_id(signed_in("insp"), mine, "a.png", samples.png(412))
    other = added_id(signed_in("cd"), foreign, "a.png", samples.png(412))
    expected = {
        # who: (own file, other region's file, add to mine / read / foreign / off, remove own, remove other)
        "reader": (200, 404, 403, 403, 404, 404, 403, 404),
        "two": (200, 404, 201, 403, 404, 404, 200, 404),
        "cd": (404, 200, 404, 404, 201, 404, 404, 200),
        "sh": (404, 404, 404, 404, 404, 404, 404, 404),
        "status": (404, 404, 404, 404, 404, 404, 404, 404),
        "nobody": (404, 404, 404, 404, 404, 404, 404, 404),
        "admin": (404, 404, 404, 404, 404, 404, 404, 404),
    }
    for username, answers in expected.items():
        browser = signed_in(username)
        got = [browser.get(f"/files/{own}").status_code, browser.get(f"/files/{other}").status_code]
        picture = ("b.png", samples.png(413))
        got += [add(browser, one, picture).status_code for one in (mine, read, foreign, off)]
        if username not in ("two", "cd"):  # they would remove it for those after them
            got += [post(browser, f"/files/{one}/remove").status_code for one in (own, other)]
            assert tuple(got) == answers, username
        else:
            assert tuple(got) == answers[:6], username
    assert world.rows(off) == world.rows(read) == []
    assert [row.removed_at for row in (*world.rows(mine), *world.rows(foreign))] == [None] * 4


@pytest.mark.parametrize(
    "url",
    [
        "/files/core_customer/1", "/files/core_change/1", "/files/ab_user/1", "/files/no_such/1", "/files/%2e%2e/1",
        "/files/core_issue/0", "/files/core_issue/-1", "/files/core_issue/99999999999999999999",
        "/files/core_issue/9223372036854775807", "/files/core_issue/1x", "/files/9223372036854775807/remove",
        "/files/99999999999999999999999/remove",
    ],
)  # fmt: skip
def test_odd_addresses_find_nothing(signed_in: SignIn, url: str) -> None:
    assert post(signed_in("insp"), url, ("a.png", samples.png(414))).status_code == 404


@pytest.mark.parametrize(
    "url", ["/files/0", "/files/99999999999999999999", "/files/-1", "/files/1.5", "/files/a/image"]
)
def test_odd_ids_are_not_faults(signed_in: SignIn, url: str) -> None:
    assert signed_in("insp").get(url).status_code == 404


def test_an_empty_form_is_told_so(world: World, signed_in: SignIn) -> None:
    browser, issue = signed_in("insp"), world.issue()
    assert add(browser, issue).status_code == 422
    assert add(browser, issue, ("", b"")).status_code == 422
    assert add(browser, issue, ("a.png", samples.png(415)), note="长" * 500).status_code == 422
    assert world.rows(issue) == []


def test_a_browser_that_has_the_picture_is_told_so_while_it_may_see_it(world: World, signed_in: SignIn) -> None:
    browser, issue = signed_in("insp"), world.issue()
    row = added_id(browser, issue, "a.png", samples.png(416))
    tag = browser.get(f"/files/{row}/image").headers["ETag"]
    assert browser.get(f"/files/{row}/image", headers={"If-None-Match": tag}).status_code == 304
    assert signed_in("cd").get(f"/files/{row}/image", headers={"If-None-Match": tag}).status_code == 404
    post(browser, f"/files/{row}/remove")
    assert browser.get(f"/files/{row}/image", headers={"If-None-Match": tag}).status_code == 404


def test_a_part_of_a_film(world: World, signed_in: SignIn) -> None:
    browser = signed_in("insp")
    row = added_id(browser, world.issue(), "a.mp4", samples.MP4)
    part = browser.get(f"/files/{row}", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.data) == (206, b"ftyp")
    assert part.headers["Content-Range"] == f"bytes 4-7/{len(samples.MP4)}"
    assert browser.get(f"/files/{row}", headers={"Range": "bytes=9999-"}).status_code == 416


def test_bytes_that_are_lost_are_told_of(world: World, signed_in: SignIn, caplog: pytest.LogCaptureFixture) -> None:
    browser, issue = signed_in("insp"), world.issue()
    row = added_id(browser, issue, "丢.png", samples.png(417))
    world.bytes_of(world.rows(issue)[0].sha256).unlink()
    answer = browser.get(f"/files/{row}", headers={"Accept": "application/json"})
    assert answer.status_code == 404 and "丢.png" in answer.json["message"]
    assert "missing from the store" in caplog.text


def test_a_slow_upload_keeps_nobody_from_writing(world: World, signed_in: SignIn) -> None:
    """While the body is still travelling, no transaction of this request is open (SQLite has one write lock)."""
    browser, issue = signed_in("insp"), world.issue()
    token, wrote = csrf(browser), []

    class Slow(io.BytesIO):
        def readinto(self, buffer: Any, /) -> int:
            if not wrote:
                wrote.append(world.issue())
            return super().readinto(buffer)

    picture = samples.png(418)
    body = (
        (
            f'--q\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
            '--q\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'
        ).encode()
        + picture
        + b"\r\n--q--\r\n"
    )
    answer = browser.post(
        f"/files/core_issue/{issue}", input_stream=Slow(body), content_length=len(body),
        content_type="multipart/form-data; boundary=q", headers={"Accept": "application/json"},
    )  # fmt: skip
    assert answer.status_code == 201
    assert len(wrote) == 1


def test_a_form_that_is_refused_waits_for_no_writer(world: World, signed_in: SignIn) -> None:
    browser, foreign = signed_in("insp"), world.issue("CD-LX")
    data = {"csrf_token": csrf(browser), "files": (io.BytesIO(samples.png(421)), "a.png")}
    began = time.monotonic()
    with as_system(), world.platform.database.unit() as session:
        session.scalar(select(Issue.id))  # begins immediately: the write lock is taken
        answer = copy_context().run(
            browser.post, f"/files/core_issue/{foreign}", data=data, headers={"Accept": "application/json"}
        )  # fmt: skip
    assert answer.status_code == 404
    assert time.monotonic() - began < 5


def test_no_transaction_is_open_while_files_are_written(
    world: World, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.attachments.store import LocalFiles

    real, wrote = LocalFiles.keep, []

    def keep(self: LocalFiles, *args: Any) -> None:
        wrote.append(world.issue())
        real(self, *args)

    monkeypatch.setattr(LocalFiles, "keep", keep)
    assert add(signed_in("insp"), world.issue(), ("a.png", samples.png(419))).status_code == 201
    assert len(wrote) == 1
