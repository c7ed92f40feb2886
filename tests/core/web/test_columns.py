"""Which columns of a list are shown, and in which order: the rules, the choice kept per person, attacks on it."""

import re
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from core.platform import Platform
from core.records.column_choice import cards_as_usual, choose, identifying, options, to_keep, with_usual
from core.records.columns import Column
from core.records.list_page import Head, Row
from core.records.parts import Cell
from tests.conformance.test_statements import LIST, cost, pages, usual
from tests.conftest import csrf_of

STATE, NUMBER, HOME = (
    Column("state", "State", "state"),
    Column("number", "Number", "number_link"),
    Column("home", "Home"),
)
NOTE = Column("note", "Note", in_list=False)
ALL, USUAL = (STATE, NUMBER, HOME, NOTE), (STATE, NUMBER, HOME)
ISSUES = "/inspection/issues"
LISTED = f"{ISSUES}/?tab=all&q=&size=15"


def names(columns: Any) -> list[str]:
    return [one.name for one in columns]


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ([], ["state", "number", "home"]),
        (["home", "number"], ["home", "number"]),
        (["note", "number", "note"], ["note", "number"]),
        (["gone", "number", "' or 1=1"], ["number"]),
        (["gone"], ["state", "number", "home"]),
        (["note"], ["number", "note"]),
    ],
)
def test_a_choice_is_of_known_columns_and_never_without_the_way_to_the_record(kept: Any, shown: Any) -> None:
    assert names(choose(ALL, USUAL, kept)) == shown


def test_the_usual_columns_are_no_choice() -> None:
    assert to_keep(ALL, USUAL, ["state", "number", "home"]) == []
    assert to_keep(ALL, USUAL, ["number", "state", "home"]) == ["number", "state", "home"]


def test_the_way_to_the_record_is_a_number_a_name_a_title_or_the_first_column() -> None:
    assert identifying(USUAL) == "number"
    assert identifying((STATE, Column("home", "Home", card="title"))) == "home"
    assert (identifying((STATE, NOTE)), identifying(())) == ("state", "")


def test_every_column_is_offered_once() -> None:
    offered = options(ALL, USUAL, [NOTE, NUMBER])
    assert [(one.name, one.shown, one.fixed) for one in offered] == [
        ("note", True, False), ("number", True, True), ("state", False, False), ("home", False, False),
    ]  # fmt: skip


@pytest.mark.parametrize("declared", [True, False])
def test_cards_stay_as_they_are(declared: bool) -> None:
    shown = choose(ALL, USUAL, ["note", "number"])
    read = with_usual(shown, USUAL)
    kinds: dict[str, Any] = {"state": "state", "number": "link"}
    cells = {one.name: Cell(one.name, kinds.get(one.name, "text")) for one in ALL}
    cards: dict[str, Any] = {"state": "state", "number": "title"} if declared else {}
    heads, (row,) = cards_as_usual(
        [Head(one.name, one.label, card=cards.get(one.name, "")) for one in read],
        [Row(1, "/1", [cells[one.name] for one in read])], shown, USUAL,
    )  # fmt: skip
    placed = {head.name: (head.card, head.away) for head in heads}
    assert placed["note"] == ("", False) and placed["number"] == ("title", False) and placed["state"] == ("state", True)
    assert placed.get("home") == (None if declared else ("detail", True)), "what is on no card is not sent"
    assert [cell.text for cell in row.cells] == [head.name for head in heads]


# --- in the browser -------------------------------------------------------------------------------------------------


def text_of(client: Any, url: str = LISTED) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def heads_of(page: str) -> list[str]:
    found = re.findall(r'<th scope="col" data-column="[^"]*" class="([^"]*)"[^>]*title="([^"]*)"', page)
    return [title for css, title in found if "away" not in css]


def send(client: Any, *chosen: str, at: str = ISSUES, **more: str) -> Any:
    token = csrf_of(text_of(client))
    return client.post(f"{at}/columns", data={"csrf_token": token, "column": list(chosen), "back": LISTED, **more})


@pytest.fixture
def client(demo: Platform, web: Any, sign_in: Any) -> Any:
    return sign_in(web(demo), "sz.inspection")


def test_a_choice_is_kept_with_the_person_from_one_sign_in_to_the_next(
    any_demo: Platform, web: Any, sign_in: Any
) -> None:
    app = web(any_demo)
    client = sign_in(app, "sz.inspection")
    normal, others = heads_of(text_of(client)), heads_of(text_of(sign_in(app, "sz.leader")))
    answer = send(client, "due_on", "number", "severity")
    assert (answer.status_code, answer.location) == (302, LISTED)
    mine = heads_of(text_of(client))
    assert mine == ["期限", "编号", "严重程度"]
    assert heads_of(text_of(sign_in(app, "sz.inspection"))) == mine, "another browser of the same person"
    assert heads_of(text_of(sign_in(app, "sz.leader"))) == others, "nobody else"
    assert len(heads_of(text_of(client, "/inspection/lists/?tab=all"))) > 3, "no other list"
    send(client, "due_on", reset="1")
    assert heads_of(text_of(client)) == normal
    assert heads_of(text_of(sign_in(app, "sz.inspection"))) == normal


def test_what_is_not_a_column_is_not_shown(client: Any) -> None:
    normal = heads_of(text_of(client))
    send(client, "password", "__class__", "<script>", "x" * 5000)
    assert heads_of(text_of(client)) == normal
    send(client, "location", "origin", "extra")
    page = text_of(client)
    assert len(heads_of(page)) == 2, "the number stands beside what was chosen"
    assert '<a href="/inspection/issues/' in page


def test_a_choice_needs_the_guard_the_right_and_a_place_to_go_back_to(
    demo: Platform, client: Any, web: Any, sign_in: Any
) -> None:
    normal = heads_of(text_of(client))
    assert client.post(f"{ISSUES}/columns", data={"column": ["number"]}).status_code in (400, 403)
    assert heads_of(text_of(client)) == normal
    assert send(client, "number", back="https://evil.example/").location == "/"
    assert client.get(f"{ISSUES}/columns").status_code in (404, 405)
    stranger = web(demo).test_client()
    token = csrf_of(stranger.get("/login/").get_data(as_text=True))
    answer = stranger.post(f"{ISSUES}/columns", data={"csrf_token": token, "column": ["number"]})
    assert answer.status_code in (302, 401) and "/columns" not in (answer.location or "").split("?")[0]


def test_masked_values_stay_masked_in_a_chosen_column(demo: Platform, web: Any, sign_in: Any) -> None:
    client = sign_in(web(demo), "sz.leader")
    url = "/estate/customers/?size=15&q="
    token = csrf_of(text_of(client, url))
    client.post("/estate/customers/columns", data={"csrf_token": token, "column": ["name", "mobile", "address"]})
    page = text_of(client, url)
    assert heads_of(page) == ["名称", "手机", "地址"]
    assert "****" in page and not re.search(r"1[3-9]\d{9}", re.sub(r"<svg.*?</svg>", "", page, flags=re.S))


def test_an_export_holds_all_columns_or_those_shown(client: Any) -> None:
    def sheet(url: str) -> list[Any]:
        book = load_workbook(BytesIO(client.get(url.replace("&amp;", "&")).data), read_only=True)
        return next(
            list(row) for row in book.worksheets[0].iter_rows(values_only=True) if len([*filter(None, row)]) > 1
        )

    assert "只导出这些列" not in text_of(client)
    send(client, "due_on", "number")
    page = text_of(client)
    whole = f"{ISSUES}/export?tab=all"
    only = re.search(r'href="([^"]+/export\?[^"]*)" download>只导出这些列', page)[1]  # type: ignore[index]
    assert len(sheet(whole)) > 20
    assert sheet(only) == heads_of(page) and len(heads_of(page)) == 2
    assert len(sheet(f"{ISSUES}/export?columns=password,gone")) > 20, "names nobody declared are no names"


def test_an_export_s_columns_do_not_become_conditions_of_the_list(client: Any) -> None:
    page = text_of(client, f"{LISTED}&columns=number")
    assert not re.search(r'href="/inspection/issues/\?[^"]*columns=', page)
    assert not re.search(r'href="/inspection/issues/\?[^"]*columns=', text_of(client))


def test_all_columns_cost_as_few_statements_as_there_are_kinds_of_labels(
    any_settings: Any, usual: Platform, web: Any, sign_in: Any
) -> None:
    """A choice rides in the session; only a column that names rows of another table asks once for all its labels."""
    app = web(usual)
    client = sign_in(app, "sz.inspection")
    before = cost(usual, client, LISTED)
    send(client, "number", "state")
    assert cost(usual, client, LISTED) <= before
    for url, most in pages(app, client):
        if most != LIST:
            continue
        base, page = url.split("/?")[0], text_of(client, url)
        send(client, *re.findall(r'name="column" value="(\w+)"', page), at=base)
        assert cost(usual, client, url) <= LIST + 2, base


__all__ = ["usual"]
