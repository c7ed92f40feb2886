"""How many SQL statements a page takes: few, and the same however many rows there are."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from core import clock
from core.access.context import as_system
from core.estate.models import Place
from core.issues.models import Issue
from core.platform import Platform
from core.records.view import RecordView
from core.settings import Settings
from core.testing.counting import counted
from tests.homes import at_work

LIST, RECORD = 8, 15
MANY = 10_000


def cost(platform: Platform, client: Any, url: str) -> int:
    """Statements of a page as it costs day by day: what is remembered at the first visit is remembered."""
    assert client.get(url).status_code == 200, url
    with counted(platform) as found:
        assert client.get(url).status_code == 200
    return len(found)


def pages(app: Any, client: Any) -> Iterator[tuple[str, int]]:
    """Every list with its first record and that record's form, as far as this person may open them."""
    for view in app.appbuilder.baseviews:
        if not isinstance(view, RecordView):
            continue
        url = f"{view.route_base}/?tab=all&size=15&q="
        answer = client.get(url)
        if answer.status_code != 200:
            continue
        yield url, LIST
        row = re.search(r'data-url="([^"]*/\d+)"', answer.get_data(as_text=True))
        if row:
            yield row[1], RECORD
            if client.get(f"{row[1]}/edit").status_code == 200:
                yield f"{row[1]}/edit", RECORD
        if client.get(f"{view.route_base}/new").status_code == 200:
            yield f"{view.route_base}/new", RECORD
    yield "/", RECORD


@pytest.fixture
def usual(any_settings: Settings) -> Iterator[Platform]:
    """The demo as it runs day by day: what was cached is asked about now and then, not at every question."""
    with at_work(replace(any_settings, stamp_seconds=60)) as platform:
        yield platform


@pytest.mark.parametrize("username", ["sz.admin", "sz.inspection", "sz.leader"])
def test_pages_take_few_statements(usual: Platform, web: Any, sign_in: Any, username: str) -> None:
    app = web(usual)
    client = sign_in(app, username)
    dear = {url: (n, most) for url, most in pages(app, client) if (n := cost(usual, client, url)) > most}
    assert dear == {}


def _many_findings(platform: Platform) -> None:
    """Ten thousand findings more on the homes of SZ-WH."""
    tree = platform.principals.organisation()
    project = next(one.id for one in tree.projects.values() if one.code == "SZ-WH")
    with as_system(), platform.database.unit() as session:
        places = list(session.scalars(select(Place.id).where(Place.project_id == project)))
        rows = [
            {
                "origin": "inspection", "project_id": project, "place_id": places[at % len(places)],
                "category": "010301", "location": "living", "description": f"空鼓 {at}",
                "state": "recorded", "contractor_by_hand": False,
                "rework_count": 0, "version": 1, "extra": {}, "number": f"SZWH-I2501-{at:05}",
                "entered_at": clock.now() - timedelta(minutes=at),
            }
            for at in range(MANY)
        ]  # fmt: skip
        session.execute(insert(Issue), rows)


def test_ten_thousand_rows_take_no_statement_more(usual: Platform, web: Any, sign_in: Any) -> None:
    app = web(usual)
    client = sign_in(app, "sz.inspection")
    urls = [
        "/inspection/issues/?tab=all&q=&size=30", "/inspection/issues/?tab=open&sort=-entered_at",
        "/inspection/issues/?tab=all&category=0103&q=空鼓", "/inspection/issues/?tab=all&last=1", "/",
    ]  # fmt: skip
    few = {url: cost(usual, client, url) for url in urls}
    _many_findings(usual)
    many = {url: cost(usual, client, url) for url in urls}
    assert many == few
    text = client.get(urls[0]).get_data(as_text=True)
    assert "1,000" in text, "a long count is capped and says so"


def test_every_page_of_a_long_list_is_reached_by_key(demo: Platform, web: Any, sign_in: Any) -> None:
    """Forward to the end, back to the beginning: each row once, in each order, empty values last."""
    client = sign_in(web(demo), "sz.inspection")
    for sort in ("place_id", "-due_on", "entered_at", "id", "-number"):
        url, seen = f"/inspection/issues/?tab=overdue&size=15&sort={sort}", list[str]()
        trail = []
        while url:
            text = client.get(url).get_data(as_text=True)
            rows = re.findall(r'data-url="[^"]*/(\d+)"', text)
            trail.append(rows)
            seen += rows
            assert len(trail) < 60, f"{sort}: the pages go round in a circle"
            following = re.search(r'href="([^"]+)">下一页', text)
            url = following[1].replace("&amp;", "&") if following else ""
        assert len(seen) == len(set(seen)) > 15, sort
        back: list[list[str]] = [rows]
        while previous := re.search(r'href="([^"]+)"><svg[^>]*>(?:(?!</svg>).)*</svg>上一页', text):
            text = client.get(previous[1].replace("&amp;", "&")).get_data(as_text=True)
            assert len(back) <= len(trail), f"{sort}: the pages go round in a circle"
            back.append(re.findall(r'data-url="[^"]*/(\d+)"', text))
        assert back[::-1] == trail, sort


NONSENSE = (
    "after=xx", "after=WyIiLDEsMV0", "before=%FF", "size=99999", "sort=password", "tab=x", "entered_from=2026-99-99",
    "contractor=abc", "contractor=99999999999999999999", "state=';--", "after=WyJtIixudWxsLDFd", "list=-1", "days=x",
    "q=%00", "at=9999999999999999",
)  # fmt: skip


@pytest.mark.parametrize("bad", NONSENSE)
def test_an_address_that_makes_no_sense_is_no_fault(demo: Platform, web: Any, sign_in: Any, bad: str) -> None:
    client = sign_in(web(demo), "sz.inspection")
    assert client.get(f"/inspection/issues/?tab=all&{bad}").status_code == 200
