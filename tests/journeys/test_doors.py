"""The journeys' own ground: signing in works, and a page that breaks a rule is noticed."""

import pytest

from tests.journeys.conftest import Desk


def test_somebody_signs_in_and_out(page_as):
    page = page_as("sz.inspection")
    assert page.locator("h1").inner_text() == "工作台"
    page.click(".at-user-pop > summary")
    page.click("form[action='/logout/'] button")
    page.wait_for_url("**/login/")


def test_a_page_that_breaks_the_content_policy_is_noticed(desk: Desk):
    page = desk.page_as("sz.inspection")
    page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.head.append(script);
    }""")
    page.evaluate("() => { setTimeout(() => { throw new Error('ours') }) }")
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None
    faults, desk.watch.faults = desk.watch.faults, []
    assert any("Content policy: script-src" in fault for fault in faults)
    assert any("script: ours" in fault for fault in faults)


@pytest.mark.parametrize(("lang", "word"), [("zh", "登录"), ("en", "Sign in")])
def test_the_door_speaks_the_language_chosen(page_as, lang, word):
    assert word in page_as(lang=lang).goto("/login/").text()
