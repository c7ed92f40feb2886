"""What was typed outlives a locked database, a lost connection and the way back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection

from playwright.sync_api import Page, expect

from tests.journeys.live import Live

NEW = "/inspection/issues/new?project=SZ-WH"
TYPED = "东墙空鼓，待查"


@contextmanager
def locked(live: Live) -> Iterator[None]:
    with closing(sqlite3.connect(live.home / "atrium.db", isolation_level=None, timeout=10)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def typed(page: Page) -> None:
    page.fill("[name=description]", TYPED)
    page.wait_for_selector("[data-draft-says] svg")  # kept on this machine


def send(page: Page) -> None:
    page.click("[data-form] [data-submit]")


def test_a_busy_server_loses_nothing_typed(page_as, own_live: Live):
    own_live.stop()
    own_live.environ = {**own_live.environ, "ATRIUM_DATABASE_SECONDS": "0.5"}
    own_live.start()
    page = page_as("sz.inspection", at="/", live=own_live, allow=["status of (422|503)"])
    page.goto(NEW)
    typed(page)
    with locked(own_live):
        send(page)
        expect(page.locator("h1")).to_have_text("暂时不行")
        page.wait_for_load_state()  # the script that leads back is there
        page.click("[data-back]")
        expect(page.locator("[data-form] [name=description]")).to_have_value(TYPED)
        send(page)
        expect(page.locator("h1")).to_have_text("暂时不行")
    page.get_by_role("button", name="再发一次").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()  # refused as unfilled, by the form's own rules
    expect(page.locator("[name=description]")).to_have_value(TYPED)


def test_a_lost_connection_leaves_the_form_where_it_is(page_as, own_live: Live):
    page = page_as("sz.inspection", at=NEW, live=own_live, allow=["ERR_", "Failed to load", "net::"])
    typed(page)
    own_live.stop()
    send(page)
    expect(page.locator(".at-note[data-offline]")).to_contain_text("连不上服务器")
    assert page.locator("[name=description]").input_value() == TYPED
    own_live.start()
    send(page)
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()  # refused as unfilled, by the server itself
    assert page.locator("[name=description]").input_value() == TYPED


def test_a_connection_lost_on_the_way_keeps_the_draft(page_as, own_live: Live):
    """The browser shows its own page then; whoever comes back, or opens the form anew, has what was typed."""
    page = page_as("sz.inspection", at=NEW, live=own_live, allow=["ERR_", "Failed to load", "net::"])
    typed(page)
    page.route(
        "**/inspection/issues/new*",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        send(page)
    page.wait_for_function("!document.querySelector('[data-form]')")
    page.unroute_all()
    page.goto(NEW)
    expect(page.locator("[name=description]")).to_have_value(TYPED)


def test_whoever_sends_too_much_reads_why(page_as, live: Live):
    """The answer reaches a sender that is still sending: a browser would else show a broken connection."""
    page = page_as("sz.admin", at="/imports/")
    cookie = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.xlsx"\r\n\r\n'
    sent = {"Cookie": cookie, "Content-Type": "multipart/form-data; boundary=b"}
    with closing(HTTPConnection("127.0.0.1", live.port)) as connection:
        connection.request("POST", "/imports/", head + bytes(25_000_000) + b"\r\n--b--\r\n", sent)
        answer = connection.getresponse()
        assert answer.status == 413 and "单个文件最多 20 MB" in answer.read().decode()
