"""Chips above a list: mine, this project's, all; one press each, and nothing widens what one may see."""

import re

import pytest

ISSUES = "/inspection/issues/"


@pytest.fixture
def client(demo, web, sign_in):
    return sign_in(web(demo), "sz.inspection")


def chips(page):
    """Label → address of the first group of chips, and the one that is pressed."""
    group = page.split('class="at-seg"')[1].split("</div>")[0]
    found = re.findall(r'<a href="([^"]+)"( aria-current="true")?>([^<]+)</a>', group)
    return {label: url.replace("&amp;", "&") for url, _on, label in found}, [label for _url, on, label in found if on]


def test_without_a_project_one_looks_at_mine_or_at_all(client):
    found, on = chips(client.get(f"{ISSUES}?tab=all&project=").get_data(as_text=True))
    assert list(found) == ["我的", "全部"] and on == ["全部"]


def test_with_a_project_all_leads_out_of_it(client):
    found, on = chips(client.get(f"{ISSUES}?tab=all&project=SZ-WH").get_data(as_text=True))
    assert list(found) == ["我的", "本项目", "全部"] and on == ["本项目"]
    mine, pressed = chips(client.get(found["我的"]).get_data(as_text=True))
    assert pressed == ["我的"] and list(mine) == list(found)
    everything, pressed = chips(client.get(found["全部"]).get_data(as_text=True))
    assert list(everything) == ["我的", "全部"] and pressed == ["全部"]
