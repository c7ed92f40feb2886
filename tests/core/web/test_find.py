"""The search behind Ctrl K: what has this very name opens at once, the rest by kind, nobody finds what is hidden."""

import pytest
from sqlalchemy import event, func, select

from core.access.context import as_system
from core.estate.models import Customer, Place, Project
from core.issues.models import Issue
from core.records.finding import is_too_short, read_typed
from plugins.inspection.views.findings import FindingView


@pytest.fixture
def app(demo, web):
    return web(demo)


@pytest.fixture
def client(app, sign_in):
    return sign_in(app, "sz.inspection")


def asked(demo, query):
    with as_system(), demo.database.unit(read_only=True) as session:
        return session.scalars(query).all()


def first(demo, query):
    return asked(demo, query.limit(1))[0]


def in_project(code):
    return select(Project.id).where(Project.code == code).scalar_subquery()


def find(client, typed, **more):
    return client.get("/find/", query_string={"q": typed, **more})


def text(answer):
    return answer.get_data(as_text=True).split("<main")[1]


@pytest.mark.parametrize(("typed", "read"), [
    ("  3－1－502 ", "3-1-502"), ("ＳＺＷＨ\u3000I", "SZWH I"), ("a\x00b\tc\n", "a b c"),
    ("x" * 300, "x" * 100), ("　", ""),
])  # fmt: skip
def test_what_was_typed_is_read_as_it_was_meant(typed, read):
    assert read_typed(typed) == read


def test_one_character_is_too_little():
    assert is_too_short("a") and not is_too_short("12")


def test_a_whole_number_or_home_opens_the_record(client, demo):
    issue = first(demo, select(Issue).where(Issue.project_id == in_project("SZ-WH")))
    assert find(client, issue.number.lower()).location == f"/inspection/issues/{issue.id}"
    assert issue.number in text(find(client, issue.number, stay=1))
    home = first(demo, select(Place).where(Place.project_id == in_project("SZ-WH"), Place.label == "3-1-502"))
    client.get("/?project=SZ-WH")  # the other project has one of this name too
    for typed in ("3-1-502", "3栋1单元502", "３－１－５０２"):
        assert find(client, typed).location == f"/estate/homes/{home.id}"


def test_words_are_found_by_kind_with_state_and_place_and_lead_on_to_the_list(client, demo):
    page = text(find(client, "空鼓"))
    assert "湾湖" in page and "at-state" in page and "/inspection/issues/?tab=all&amp;q=%E7%A9%BA%E9%BC%93" in page
    assert page.count("<li>") <= 8 * page.count("<section")


def test_nobody_finds_what_is_not_theirs(app, sign_in, demo):
    issue = first(demo, select(Issue).where(Issue.project_id == in_project("CD-LX")))
    here = sign_in(app, "sz.inspection")
    for typed in (issue.number, issue.number[5:]):
        assert f"/inspection/issues/{issue.id}" not in find(here, typed).get_data(as_text=True) + str(
            find(here, typed).location
        )
    customer = first(demo, select(Customer))
    seen = find(here, customer.name, stay=1)
    assert "/estate/customers/" not in seen.get_data(as_text=True), "an inspector does not see customers"
    assert app.test_client().get("/find/?q=3-1-502").status_code in (302, 401)


@pytest.mark.parametrize("typed", ["%", "_", "%%", "__", "a%_", "'; DROP TABLE core_issue; --",
                                   "<script>alert(1)</script>", "\x00\x00", "\ud800", "空" * 500,
                                   "“”", "\\"])  # fmt: skip
def test_whatever_is_typed_is_only_text(client, typed):
    answer = client.get("/find/", query_string={"q": typed.encode("utf-8", "surrogatepass")})
    assert answer.status_code == 200
    assert "<script>alert" not in text(answer) and "at-found" not in text(answer)


def test_a_kind_whose_search_raises_is_left_out_alone(client, monkeypatch):
    def stumble(self, query, typed):
        raise RuntimeError("a plugin stumbled")

    monkeypatch.setattr(FindingView, "searched", stumble)
    answer = find(client, "3-1-50", stay=1)
    assert answer.status_code == 200 and "/estate/homes/" in text(answer)
    assert "/inspection/issues/" not in text(answer).split("</form>")[1]


def test_the_search_costs_the_same_however_many_there_are(any_demo, web, sign_in):
    client, told = sign_in(web(any_demo), "sz.inspection"), []
    client.get("/find/?q=空鼓")
    event.listen(any_demo.database.engine, "before_cursor_execute", lambda *given: told.append(given[2]))
    client.get("/find/?q=空鼓")
    few = len(told)
    with as_system(), any_demo.database.unit() as session:
        known = session.scalars(select(Issue).where(Issue.project_id == in_project("SZ-WH")).limit(1)).one()
        count = session.scalar(select(func.count()).select_from(Issue)) or 0
        for at in range(300):
            columns = (one.key for one in Issue.__mapper__.column_attrs)
            copy = {
                key: getattr(known, key) for key in columns if key not in ("id", "row_uuid", "import_key", "number")
            }
            session.add(Issue(**copy, number=f"VOL-{count + at}"))
    told.clear()
    client.get("/find/?q=空鼓")
    assert len(told) == few <= 30
