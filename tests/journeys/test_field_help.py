"""Help beside a field: by keyboard and by thumb, in a form, a dialog and the grid; Esc hides it and nothing else."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import scrolls_sideways, shot
from tests.journeys.walk.look import RUN, axe_source


@pytest.mark.parametrize(("lang", "width"), [("zh", 1440), ("en", 390)])
def test_the_button_shows_what_a_field_means_and_esc_hides_it(page_as: Any, lang: str, width: int) -> None:
    page = page_as("sz.inspection", lang=lang, width=width, at="/inspection/issues/new?project=SZ-WH")
    button, line = page.locator("[data-help=f-location-help]"), page.locator("#f-location-help")
    expect(line).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(line).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    assert not scrolls_sideways(page)
    page.evaluate(axe_source())
    found = page.evaluate(RUN, [None, ["target-size"], None])
    assert not [one for one in found if one[1] in ("serious", "critical")], found
    shot(page, f"field-help-{lang}-{width}")
    page.keyboard.press("Escape")
    expect(line).to_be_hidden()
    assert page.evaluate("document.activeElement.dataset.help") == "f-location-help"


def test_esc_in_a_dialog_hides_the_help_first(page_as: Any) -> None:
    page = page_as("sz.inspection", at="/inspection/issues/?tab=to_verify&q=")
    page.locator("tbody a").first.click()
    page.wait_for_url(re.compile(r"issues/\d+$"))  # "load": the scripts that open the dialog are there
    page.locator("a[href$='/close']:visible").first.click()
    dialog = page.locator("dialog[open]")
    dialog.locator("[data-help=f-close_type-help]").click()
    expect(dialog.locator("#f-close_type-help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog.locator("#f-close_type-help")).to_be_hidden()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


@pytest.mark.parametrize(("width", "which"), [(1440, "grid-help-location"), (390, "at-card-location-help")])
def test_the_grid_explains_its_columns(page_as: Any, width: int, which: str) -> None:
    page = page_as("sz.inspection", width=width, at="/inspection/entry/?project=SZ-WH&home=1-1-101")
    page.locator(f"[data-help={which}]").click()
    expect(page.locator(f"#{which}")).to_be_visible()
    assert not scrolls_sideways(page)
