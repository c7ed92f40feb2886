"""Lists to contractors through their pages: read, printed, exported, refused. Nothing is written here."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from core.access.context import as_system
from core.app import create_app
from core.issues.models import Issue, IssueList
from tests.homes import at_work, copy_home, settings_of
from tests.plugins.inspection.list_pages import (
    ISSUES,
    LISTS,
    issues_of,
    lists_of,
    make,
    name_in,
    post,
    project,
    send_file,
    sent_list,
    several,
    text,
    waiting,
    workbook,
)

REFUSED_FILES = {
    "": b"", "photo.xlsx": b"\x89PNG\r\n\x1a\n" + b"0" * 99, "zip.xlsx": b"PK\x05\x06" + b"\0" * 18,
    "text.xlsx": b"a,b",
}  # fmt: skip


@pytest.fixture(scope="module")
def demo(demo_template, tmp_path_factory):
    with at_work(settings_of(copy_home(demo_template, tmp_path_factory.mktemp("lists") / "home"))) as platform:
        yield platform


@pytest.fixture(scope="module")
def app(demo):
    return create_app(demo)


@pytest.fixture
def client(app, sign_in):
    return sign_in(app, "sz.inspection")


def test_the_project_comes_first_and_offers_its_contractors(client, demo):
    page = text(client.get(f"{LISTS}/new"))
    assert page.index('name="project_id"') < page.index('name="contractor_id"') < page.index('name="start"')
    answer = make(client, demo, project_id="")
    assert answer.status_code == 422 and "data-refusal" in text(answer)
    picks = client.get(f"{LISTS}/pick/project_id").get_json()
    assert {one["hint"] for one in picks} == {"SZ-WH", "SZ-HH"}
    firms = client.get(f"{LISTS}/pick/contractor_id?project_id={project(demo)}").get_json()
    assert {one.contractor_id for one in waiting(demo)} <= {int(one["value"]) for one in firms}
    assert client.get(f"{LISTS}/pick/contractor_id?project_id={project(demo, 'CD-LX')}").get_json() == []
    assert client.get(f"{LISTS}/pick/contractor").get_json()
    assert client.get(f"{LISTS}/pick/nothing").status_code == 404


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"start": "2026-11-10", "end": "2026-11-09"}, "end"), ({"start": "昨天"}, "start"),
        ({"promised_on": "2026-11-24"}, "promised_on"), ({"contractor_id": "999999"}, "contractor_id"),
    ],
)  # fmt: skip
def test_a_form_that_is_refused_keeps_what_was_typed_and_says_it_at_the_field(client, demo, given, names):
    before = len(lists_of(demo))
    answer = make(client, demo, **given)
    assert answer.status_code == 422
    assert re.search(rf'class="at-err" id="f-{names}-says".*?<span>[^<]*[一-鿿]', text(answer), re.S)
    typed = next(iter(given.values()))
    assert names == "contractor_id" or typed in text(answer)
    assert len(lists_of(demo)) == before


@pytest.mark.parametrize("code", ["CD-LX", "SZ-QH"])
def test_lists_of_a_project_one_does_not_hold_are_not_made(client, demo, code):
    before = len(lists_of(demo))
    answer = make(client, demo, code)
    assert answer.status_code in (403, 422) and len(lists_of(demo)) == before


@pytest.mark.parametrize("username", ["sz.leader", "sz.project", "sz.request", "sz.title", "group.admin"])
def test_the_wrong_role_makes_and_takes_back_nothing(app, sign_in, demo, username):
    other = sign_in(app, username)
    before = len(lists_of(demo))
    for address in (f"{LISTS}/new", f"{LISTS}/return"):
        assert other.get(address).status_code == 403
        assert post(other, address, project_id=project(demo)).status_code == 403
    assert len(lists_of(demo)) == before


def test_whoever_reads_takes_the_workbook_and_writes_nothing(app, sign_in, demo):
    made = sent_list(demo)
    answer = workbook(sign_in(app, "sz.leader"), made.id)
    assert answer.status_code == 200 and load_workbook(BytesIO(answer.data)).sheetnames
    after = lists_of(demo, IssueList.id == made.id)[0]
    assert (after.copies, after.version) == (made.copies, made.version)


def test_no_list_leaves_to_other_regions_or_without_the_verb(app, sign_in, demo):
    made = sent_list(demo)
    elsewhere = sign_in(app, "cd.inspection")
    assert workbook(elsewhere, made.id).status_code == 404
    for address in (f"{LISTS}/{made.id}", f"{LISTS}/{made.id}/print", f"{LISTS}/{made.id}/sign"):
        assert elsewhere.get(address).status_code == 404
    assert workbook(sign_in(app, "sz.title"), made.id).status_code == 403
    assert lists_of(demo, IssueList.id == made.id)[0].copies == made.copies


@pytest.mark.parametrize("rows", [[], ["x"], ["9" * 40], ["-1"], ["１"]])
def test_rows_that_are_none_are_a_sentence(client, rows):
    token = client.get("/login/token").get_json()["token"]
    assert client.post(f"{LISTS}/workbook", data={"csrf_token": token, "row": rows}).status_code == 422


def test_the_sheet_prints_what_the_workbook_holds(client, demo):
    made = sent_list(demo)
    page = text(client.get(f"{LISTS}/{made.id}/print"))
    assert made.number in page and "何国平" in page and "整改结果" in page
    for one in issues_of(demo, Issue.list_id == made.id, Issue.state != "void"):
        assert one.description.split("<")[0] in page
    assert lists_of(demo, IssueList.id == made.id)[0].copies == made.copies


@pytest.mark.parametrize("name", REFUSED_FILES)
def test_what_is_no_workbook_is_a_sentence(client, name):
    answer = send_file(client, REFUSED_FILES[name], name)
    assert answer.status_code == 422
    assert re.search(r"data-refusal>.*[一-鿿]", text(answer))


@pytest.mark.parametrize("kept", ["0" * 64, "../../atrium.db", "/", "a" * 5000, "\x00", "imports"])
def test_a_file_that_is_not_kept_is_a_sentence(client, kept):
    answer = post(client, f"{LISTS}/return", kept=kept, write="1")
    assert answer.status_code == 422 and "data-refusal" in text(answer)


def test_findings_home_by_home_are_those_last_filtered(client, demo):
    client.get(f"{ISSUES}/?tab=recorded&project=SZ-WH")
    mine = issues_of(demo, Issue.state == "recorded", Issue.project_id == project(demo))
    page = text(client.get(f"{ISSUES}/homes"))
    assert all(one.description.split("<")[0] in page for one in mine)
    answer = client.get(f"{ISSUES}/homes.xlsx")
    book = load_workbook(BytesIO(answer.data))
    cells = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {one.description for one in mine} <= cells
    assert not {one.description for one in issues_of(demo, Issue.project_id == project(demo, "CD-LX"))} & cells - {
        one.description for one in issues_of(demo, Issue.project_id == project(demo))
    }
    assert name_in(answer).endswith(".xlsx") and re.search(r"[一-鿿]", name_in(answer))


def test_by_home_is_for_those_who_read_findings_and_its_excel_for_those_who_export(app, sign_in):
    for address in ("homes", "homes.xlsx"):
        assert sign_in(app, "sz.title").get(f"{ISSUES}/{address}").status_code == 403
        assert sign_in(app, "sz.leader").get(f"{ISSUES}/{address}").status_code == 200


@pytest.mark.parametrize(("username", "status"), [("sz.leader", 403), ("cd.inspection", 302)])
def test_several_of_others_are_left_alone(app, sign_in, demo, username, status):
    chosen = issues_of(demo, Issue.state == "to_verify", Issue.project_id == project(demo))[:2]
    listed = waiting(demo)[:2]
    other, before = sign_in(app, username), len(lists_of(demo))
    for verb, rows in (("close", chosen), ("list", listed)):
        assert several(other, verb, rows, confirmed="1").status_code == status
    assert len(lists_of(demo)) == before
    with as_system(), demo.database.unit(read_only=True) as session:
        changed = select(func.count()).where(Issue.id.in_([one.id for one in chosen]), Issue.state == "closed")
        assert session.scalar(changed) == 0
