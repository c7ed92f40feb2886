"""The grid's addresses: who may, what is refused how, how many statements it takes."""

import json
import re
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from core.access.context import as_system
from core.estate.models import Place, Project
from core.issues.models import Issue
from core.testing.counting import counted

ENTRY = "/inspection/entry"
JSON = {"Accept": "application/json"}


def place_id(platform, label="2-1-1701", code="SZ-WH"):
    with as_system(), platform.database.unit(read_only=True) as session:
        project = select(Project.id).where(Project.code == code).scalar_subquery()
        return session.scalars(select(Place.id).where(Place.project_id == project, Place.label == label)).one()


def count(platform):
    with as_system(), platform.database.unit(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(Issue))


def row(**given):
    return {"uuid": str(uuid4()), "category": "010301", "location": "living", "description": "空鼓", "note": "",
            "contractor_id": "", "also": "", "anyway": False} | given  # fmt: skip


def token_of(client):
    return client.get("/login/token").get_json()["token"]


def post(client, address, token=None, **body):
    headers = JSON | {"X-CSRFToken": token_of(client) if token is None else token}
    return client.post(f"{ENTRY}/{address}", json=body, headers=headers)


def grid_data(page):
    return json.loads(re.search(r'id="at-grid-data">(.*?)</script>', page.get_data(as_text=True), re.S)[1])


@pytest.fixture
def client(demo, web, sign_in):
    return sign_in(web(demo), "sz.inspection")


# --- the page ---------------------------------------------------------------------------------------


def test_a_project_is_asked_for_and_others_are_not_offered(client):
    page = client.get(f"{ENTRY}/").get_data(as_text=True)
    assert "?project=SZ-WH" in page and "?project=SZ-HH" in page
    assert "at-grid-data" not in page
    chosen = client.get(f"{ENTRY}/?project=CD-LX").get_data(as_text=True)
    assert "at-grid-data" not in chosen and '<li><a href="?project=CD-LX"' not in chosen


def test_one_project_needs_no_asking(demo, web, sign_in):
    data = grid_data(sign_in(web(demo), "sz.inspection").get(f"{ENTRY}/?project=SZ-WH"))
    assert data["project"]["code"] == "SZ-WH" and data["home"] is None
    assert len(data["lists"]["category"]) == 128
    hollow = next(one for one in data["lists"]["category"] if one["v"] == "010301")
    assert (hollow["t"], hollow["h"]) == ("墙面空鼓", "0103 墙面")
    assert [sound.split("|")[0] for sound in hollow["s"]] == ["qiang", "mian", "kong", "gu"]


def test_the_page_holds_no_markup_of_records(demo, client):
    evil = "</script><img src=x onerror=alert(1)>"
    sent = post(client, "save", place_id=place_id(demo), round="first", rows=[row(description=evil)])
    assert sent.get_json()["rows"][0]["state"] == "saved"
    page = client.get(f"{ENTRY}/?project=SZ-WH&home=2-1-1701")
    assert evil not in page.get_data(as_text=True)
    assert grid_data(page)["home"]["rows"][0]["values"]["description"] == evil


# --- who may ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["sz.project", "sz.leader", "sz.title", "sz.request", "sz.admin", "group.leader"])
def test_without_the_verb_every_address_is_closed(demo, web, sign_in, username):
    client = sign_in(web(demo), username)
    here = place_id(demo)
    assert client.get(f"{ENTRY}/", headers=JSON).status_code == 403
    for address in (f"home?id={here}", "home?find=2-1-1701&project_id=1", "suggest?q=2"):
        assert client.get(f"{ENTRY}/{address}", headers=JSON).status_code == 403
    before = count(demo)
    for address in ("save", "done"):
        assert post(client, address, place_id=here, rows=[row()]).status_code == 403
    assert count(demo) == before


def test_nobody_is_asked_to_sign_in(demo, web):
    client = web(demo).test_client()
    assert client.get(f"{ENTRY}/").location.startswith("/login/")
    assert client.get(f"{ENTRY}/home?id=1", headers=JSON).status_code == 401
    assert client.get("/login/token").get_json() == {"name": "", "token": "", "user": None}


def test_homes_of_other_projects_and_regions_are_as_if_missing(demo, client):
    there = place_id(demo, "1-1-101", "CD-LX")
    next_door = place_id(demo, "1-1-101", "SZ-QH")
    before = count(demo)
    told = set()
    for missing in (there, next_door, 10**15, "x", ""):
        answer = client.get(f"{ENTRY}/home?id={missing}", headers=JSON)
        assert answer.status_code == 404
        told.add(answer.get_json()["message"])
        for address in ("save", "done"):
            assert post(client, address, place_id=missing, round="first", rows=[row()]).status_code == 404
    assert len(told) == 1 and count(demo) == before
    with as_system(), demo.database.unit(read_only=True) as session:
        projects = session.scalars(select(Project.id).where(Project.code.in_(["CD-LX", "SZ-QH"]))).all()
    for project in projects:
        assert client.get(f"{ENTRY}/home?find=1-1-101&project_id={project}", headers=JSON).status_code == 404
        assert client.get(f"{ENTRY}/suggest?q=1-1&project_id={project}", headers=JSON).get_json() == []


def test_owners_are_named_only_to_those_who_may_read_customers(demo, client):
    home = client.get(f"{ENTRY}/home?id={place_id(demo)}", headers=JSON).get_json()
    assert "业主" not in home["rail"] and "owner" not in home["rail"].lower()


# --- what is refused --------------------------------------------------------------------------------


def test_a_save_needs_the_token(demo, client):
    before = count(demo)
    assert post(client, "save", token="", place_id=place_id(demo), rows=[row()]).status_code == 400
    assert post(client, "save", token="x", place_id=place_id(demo), rows=[row()]).status_code == 400
    assert count(demo) == before


@pytest.mark.parametrize(
    "body", ["", "null", "[]", '"x"', "{", '{"place_id": [1]}', '{"place_id": {"a": 1}, "rows": 5}', "[" * 5000]
)
def test_what_is_no_answerable_json_is_refused_kindly(client, body):
    answer = client.post(
        f"{ENTRY}/save", data=body, headers=JSON | {"X-CSRFToken": token_of(client), "Content-Type": "application/json"}
    )
    assert answer.status_code in (404, 422) and answer.get_json()["message"]


@pytest.mark.parametrize("rows", [[], "x", None, [5, None, "x", [], {}], [{"uuid": 5, "description": ["x"]}]])
def test_odd_rows_are_refused_row_by_row(demo, client, rows):
    answer = post(client, "save", place_id=place_id(demo), round="first", rows=rows)
    assert answer.status_code == 200
    assert all(one["state"] == "refused" and one["errors"] for one in answer.get_json()["rows"])
    assert len(answer.get_json()["rows"]) == (len(rows) if isinstance(rows, list) else 0)


def test_more_than_two_hundred_rows_are_refused_with_a_sentence(demo, client):
    before = count(demo)
    answer = post(client, "save", place_id=place_id(demo), round="first", rows=[row() for _ in range(201)])
    assert answer.status_code == 422 and "200" in answer.get_json()["message"]
    assert count(demo) == before


def test_a_wrong_head_line_names_its_field(demo, client):
    for head, field in (({"found_on": "2099-01-01"}, "found_on"), ({"found_on": "neulich"}, "found_on"),
                        ({"round": "nie"}, "round"), ({"found_by": "x" * 101}, "found_by")):  # fmt: skip
        for address in ("save", "done"):
            answer = post(client, address, place_id=place_id(demo), **({"round": "first"} | head), rows=[row()])
            assert answer.status_code == 422, (address, head)
            assert list(answer.get_json()["errors"]) == [field]


def test_each_row_is_answered_for(demo, client):
    here, typed = place_id(demo), row()
    rows = [typed, row(description=""), row(description="又一处")]
    told = post(client, "save", place_id=here, round="first", found_by="周工", rows=rows).get_json()
    saved, refused, similar = told["rows"]
    assert (saved["state"], refused["state"], similar["state"]) == ("saved", "refused", "similar")
    assert saved["url"] == f"/inspection/issues/{saved['url'].rpartition('/')[2]}" and saved["number"].startswith(
        "SZWH-I"
    )
    assert saved["texts"]["contractor_id"] == "甲壹总包（演示）"
    assert list(refused["errors"]) == ["description"]
    assert similar["like"] == {"row": typed["uuid"]}
    assert "2-1-1702" in told["home"]["next"]["label"]
    again = post(client, "save", place_id=here, round="first", rows=[typed, row(description="又一处")]).get_json()
    assert again["rows"][0]["state"] == "known" and saved["number"].split("-", 1)[1] in again["rows"][1]["like"]["text"]
    assert client.get(saved["url"]).status_code == 200


def test_a_home_is_marked_as_inspected_and_a_common_area_is_not(demo, client):
    done = post(client, "done", place_id=place_id(demo), round="first").get_json()
    assert "2-1-1701" in done["said"] and 'class="h done now"' in done["home"]["rail"]
    assert post(client, "done", place_id=place_id(demo), round="first").status_code == 200
    assert post(client, "done", place_id=place_id(demo, "3栋屋面"), round="first").status_code == 422


# --- how much it costs ------------------------------------------------------------------------------


def test_how_many_statements_the_page_a_home_and_a_save_take(demo, client):
    here = place_id(demo, "1-1-101")
    token = token_of(client)
    client.get(f"{ENTRY}/?project=SZ-WH&home=1-1-101")
    with counted(demo, savepoints=False) as page:
        assert client.get(f"{ENTRY}/?project=SZ-WH&home=1-1-101").status_code == 200
    with counted(demo, savepoints=False) as home:
        assert client.get(f"{ENTRY}/home?id={here}", headers=JSON).status_code == 200
    sizes = {}
    for many in (5, 50):
        rows = [row(category=f"0103{at % 6 + 1:02}", anyway=True) for at in range(many)]
        with counted(demo, savepoints=False) as save:
            answer = post(client, "save", token, place_id=here, round="first", rows=rows)
        assert {one["state"] for one in answer.get_json()["rows"]} == {"saved"}
        sizes[many] = len(
            [one for one in save if not one.startswith(("INSERT INTO core_issue", "INSERT INTO core_event"))]
        )
    print(f"page {len(page)}, home {len(home)}, save {sizes} statements besides the rows written")
    assert len(page) <= 20 and len(home) <= 18
    assert sizes[5] == sizes[50] <= 26
