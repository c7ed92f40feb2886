"""What a printed page says of itself: whose it is and when, what a list is of, which rows it holds."""

import html
import re
from typing import Any

import pytest

from core.platform import Platform

ISSUES = "/inspection/issues"


@pytest.fixture
def client(demo: Platform, web: Any, sign_in: Any) -> Any:
    return sign_in(web(demo), "sz.inspection")


def paper(client: Any, url: str) -> str:
    """The words that stand on paper only, without markup."""
    page = client.get(url).get_data(as_text=True)
    heads = re.findall(r'<(div|dl) class="at-paper[^"]*">(.*?)</\1>\n', page, re.S)
    return html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", " ".join(text for _tag, text in heads))))


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ("?tab=all&q=1-1-&size=15", r"第 1–15 行，共 \d+ 行；导出的表格是全部"),
        ("?tab=all&q=&size=15", r"第 1–15 行，共超过 1,000 行；导出的表格是全部"),
        ("?tab=all&q=1-1-&size=15&last=1", r"第 \d+–(\d+) 行，共 \1 行；导出的表格是全部"),
        ("?tab=all&q=1-1-101", r"共 \d+ 行，全部在此"),
    ],
)
def test_a_printed_list_says_which_rows_it_holds(client: Any, asked: str, rows: str) -> None:
    assert re.search(rows, paper(client, f"{ISSUES}/{asked}"))


def test_whoever_may_not_export_is_told_of_the_other_pages(demo: Platform, web: Any, sign_in: Any) -> None:
    app, url = web(demo), "/estate/homes/?q=&size=15"
    for name in ("sz.inspection", "sz.leader", "sz.follower", "sz.admin"):
        client = sign_in(app, name)
        answer = client.get(url).get_data(as_text=True)
        says = "导出的表格是全部" if "/estate/homes/export" in answer else "其余在列表的其他页"
        assert "at-paper-list" not in answer or says in paper(client, url), name


def test_conditions_that_are_none_are_not_told(client: Any) -> None:
    said = paper(client, f"{ISSUES}/?tab=all&q=<b>x</b>")
    assert "所有人" not in said and "不限" not in said and "搜索 <b>x</b>" in said


def test_every_page_of_a_person_says_who_and_when(client: Any) -> None:
    for url in ("/", f"{ISSUES}/1", f"{ISSUES}/new", "/jobs/", "/me/"):
        assert re.search(r"打印人 林晓岚 · 数据截至 \d{4}-\d\d-\d\d \d\d:\d\d", paper(client, url)), url
