"""The usual columns of the lists of inspection fit a screen of 1440 px, in Chinese and in English."""

from typing import Any

import pytest

FREE = ("description", "category", "contractor_id", "subject", "place_id", "project_id")
"""Texts of any length, cut by design with the whole in the title. Names are also those of people's own choosing."""
LOOK = """(free) => {
  const list = document.querySelector(".at-scroll");
  const heads = [...list.querySelectorAll("thead th")];
  const cut = [...list.querySelectorAll("th, td")].filter((one) => one.checkVisibility()
    && one.scrollWidth > one.clientWidth
    && !(one.tagName === "TD" && free.includes(heads[one.cellIndex].dataset.column)));
  return [list.scrollWidth - list.clientWidth, [...new Set(cut.map((one) => one.textContent.trim()))]];
}"""


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("project", ["", pytest.param("SZ-WH", marks=pytest.mark.deep)])  # fewer columns
def test_no_usual_column_is_cut_at_1440(page_as: Any, lang: str, project: str) -> None:
    page = page_as("sz.inspection", lang=lang)
    for at in (
        "issues/?tab=all&q=&size=100",
        "issues/?tab=overdue&q=&size=100",
        "lists/?tab=all&q=",
        "plans/?tab=all&q=",
    ):
        page.goto(f"/inspection/{at}&project={project}")
        beyond, cut = page.evaluate(LOOK, FREE)
        assert (beyond, cut) == (0, []), (at, lang, project)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_due_column_is_whole_on_a_wide_screen_and_reached_on_a_narrow_one(page_as: Any, lang: str) -> None:
    for width in (1920, 1280):
        page = page_as("sz.inspection", lang=lang, width=width, at="/inspection/issues/?tab=overdue&q=&project=")
        beyond, cut = page.evaluate(LOOK, FREE)
        assert not cut and (beyond == 0 or width == 1280), (cut, beyond)
