"""A list too long to wait for: pressed, left, told by the bell, taken from the job's page – with the real worker."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect
from sqlalchemy import insert, select

from core import clock
from core.access.context import as_system
from core.estate.models import Place, Project
from core.issues.models import Issue
from tests.journeys.conftest import scrolls_sideways, shot
from tests.journeys.live import Live, worker

MORE = 2_100
WORKER_MS = 40_000


def grow(live: Live) -> None:
    """Findings enough that their list is the worker's to write."""
    with as_system(), live.platform.database.unit() as session:
        project = session.scalars(select(Project).where(Project.code == "SZ-WH")).one()
        places = list(session.scalars(select(Place.id).where(Place.project_id == project.id)))
        session.execute(
            insert(Issue),
            [
                {
                    "origin": "inspection", "project_id": project.id, "place_id": places[at % len(places)],
                    "category": "010301", "location": "living", "description": f"空鼓 {at}", "state": "recorded",
                    "contractor_by_hand": False, "rework_count": 0, "version": 1, "extra": {},
                    "number": f"SZWH-I2501-{at:05}", "entered_at": clock.now() - timedelta(minutes=at),
                }
                for at in range(MORE)
            ],
        )  # fmt: skip


@pytest.mark.parametrize(("lang", "width"), [("zh", 1440), pytest.param("en", 390, marks=pytest.mark.deep)])
def test_a_long_list_is_asked_for_left_and_taken(
    own_live: Live, page_as: Any, lang: str, width: int, tmp_path: Path
) -> None:
    grow(own_live)
    page = page_as("sz.inspection", width=width, lang=lang, live=own_live, at="/inspection/issues/?tab=all")
    if width < 640:
        page.locator(".at-head details.at-pop summary").click()
    page.locator("form[action$='/export'] button:visible").click()
    page.wait_for_url("**/jobs/*")
    expect(page.locator("[data-job]")).to_be_visible()
    assert not scrolls_sideways(page)
    shot(page, f"job-waits-{lang}-{width}")
    page.goto(page.url.partition("/jobs/")[0] + "/inspection/issues/?tab=all")
    bell = page.locator("[data-bell]")
    expect(bell).to_have_class("at-icon-btn at-bell busy")
    with worker(own_live):
        toast = page.locator(".at-toast a")
        expect(toast).to_be_visible(timeout=WORKER_MS)
        expect(bell.locator("[data-bell-count]")).to_have_text("1")
        shot(page, f"job-told-{lang}-{width}")
        toast.click()
        page.wait_for_url("**/jobs/*")
        shot(page, f"job-done-{lang}-{width}")
        with page.expect_download() as got:
            page.locator("a[href$='/file']:visible").first.click()
    taken = tmp_path / "taken.xlsx"
    got.value.save_as(taken)
    rows = list(load_workbook(taken, read_only=True).worksheets[0].iter_rows(values_only=True))
    assert len(rows) > MORE
    page.goto(page.url.partition("/jobs/")[0] + "/jobs/?tab=all")
    expect(page.locator("[data-bell-count]")).to_be_hidden()
    assert not scrolls_sideways(page)
    shot(page, f"jobs-{lang}-{width}")
