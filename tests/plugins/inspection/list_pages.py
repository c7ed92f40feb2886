"""The pages of lists as tests go through them: forms with their guards, workbooks filled in, what the database says."""

import re
from io import BytesIO
from urllib.parse import unquote

from openpyxl import load_workbook
from sqlalchemy import select

from core.access.context import as_system
from core.estate.models import Project
from core.issues.models import Issue, IssueList
from tests.conftest import csrf_of

LISTS, ISSUES = "/inspection/lists", "/inspection/issues"


def asked(demo, query):
    with as_system(), demo.database.unit(read_only=True) as session:
        return session.scalars(query).all()


def project(demo, code="SZ-WH"):
    return asked(demo, select(Project.id).where(Project.code == code))[0]


def lists_of(demo, *conditions):
    return asked(demo, select(IssueList).where(*conditions).order_by(IssueList.id))


def issues_of(demo, *conditions):
    return asked(demo, select(Issue).where(*conditions).order_by(Issue.id))


def waiting(demo, code="SZ-WH"):
    """Findings that wait for a list."""
    listable = Issue.state == "recorded", Issue.contractor_id.is_not(None), Issue.project_id == project(demo, code)
    return issues_of(demo, *listable)


def sent_list(demo, code="SZ-WH"):
    """A list of the demo that holds lines nobody reported on yet."""
    lines = select(Issue.list_id).where(Issue.state.in_(("listed", "rectifying")))
    return lists_of(demo, IssueList.id.in_(lines), IssueList.project_id == project(demo, code))[0]


def text(answer):
    return answer.get_data(as_text=True)


def once_of(page):
    return re.search(r'name="once"[^>]*value="([^"]+)"', page)[1]


def post(client, address, page="", **data):
    """Send a form; its guard is taken from `page`, else asked for."""
    token = csrf_of(page) if page else client.get("/login/token").get_json()["token"]
    return client.post(address, data={"csrf_token": token, **data}, content_type="multipart/form-data")


def make(client, demo, code="SZ-WH", **given):
    page = text(client.get(f"{LISTS}/new"))
    values = {"project_id": project(demo, code), "contractor_id": "", "start": "", "end": "", "promised_on": ""}
    return post(client, f"{LISTS}/new", page, once=once_of(page), **{**values, **given})


def workbook(client, *ids):
    token = client.get("/login/token").get_json()["token"]
    return client.post(f"{LISTS}/workbook", data={"csrf_token": token, "row": [f"{one}:1" for one in ids]})


def name_in(answer):
    return unquote(re.search(r"filename\*=UTF-8''(.+)", answer.headers["Content-Disposition"])[1])


def filled(client, made, result="已重新抹灰", **cells):
    """The workbook of a list with its first line that says nothing yet filled in, and that line's number."""
    book = load_workbook(BytesIO(workbook(client, made.id).data))
    sheet = book.worksheets[0]
    (head,) = [row for row in sheet.iter_rows() if any(cell.value == "整改结果" for cell in row)]
    at = {str(cell.value).partition(" ")[0]: cell.column for cell in head}
    row = next(
        at_row for at_row in range(head[0].row + 1, sheet.max_row) if not sheet.cell(at_row, at["整改结果"]).value
    )
    for name, value in {"整改结果": result, **cells}.items():
        sheet.cell(row, at[name]).value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue(), str(sheet.cell(row, at["行标识"]).value).partition("/")[2]


def send_file(client, content, name="filled.xlsx"):
    return post(client, f"{LISTS}/return", file=(BytesIO(content), name))


def several(client, verb, ids, page="", **data):
    token = csrf_of(page) if page else client.get("/login/token").get_json()["token"]
    rows = [f"{one.id}:{one.version}" for one in ids]
    return client.post(f"{ISSUES}/bulk/{verb}", data={"csrf_token": token, "row": rows, **data})
