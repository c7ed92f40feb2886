"""Saved views of lists: kept, opened, shared with a region or the group, renamed, deleted; and nobody else's."""

import re
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.access.context import as_system
from core.access.models import Person
from core.errors import Invalid, NotFound, RuleError
from core.estate.models import Contractor, Region
from core.platform import Platform
from core.records import saved_views
from core.records.saved_views import (
    SavedView,
    delete_view,
    offered_view,
    rename_view,
    save_view,
    shares_of,
    views_of,
)
from tests.conformance.test_statements import LIST, cost, usual
from tests.conftest import csrf_of

__all__ = ["usual"]

ISSUES = "/inspection/issues"
OVERDUE = {"tab": "overdue", "sort": "-due_on"}


def region_id(platform: Platform, code: str) -> int:
    with as_system(), platform.database.unit(read_only=True) as session:
        return session.scalars(select(Region.id).where(Region.code == code)).one()


def kept(platform: Platform) -> dict[str, SavedView]:
    """The views of findings by name; the demo has one of homes."""
    with as_system(), platform.database.unit(read_only=True) as session:
        return {one.name: one for one in session.scalars(select(SavedView).where(SavedView.address == ISSUES))}


# --- services -------------------------------------------------------------------------------------------------------


def test_a_view_is_kept_and_replaced_under_its_name(any_demo: Platform, as_user: Any) -> None:
    for query in (OVERDUE, {"q": "空鼓"}):
        with as_user(any_demo, "sz.inspection") as session:
            save_view(session, ISSUES, "  我的   超期 ", query, ["number", "state"])
    (view,) = kept(any_demo).values()
    assert (view.name, view.query, view.columns) == ("我的 超期", {"q": "空鼓"}, ["number", "state"])
    with as_user(any_demo, "sz.inspection") as session:
        assert [(one.view.name, one.owner) for one in views_of(session, ISSUES)] == [("我的 超期", "")]
        assert [one.view.name for one in views_of(session, "/estate/homes")] == ["已签约房屋"], "the demo's"


def test_others_are_offered_what_is_shared_with_them(any_demo: Platform, as_user: Any) -> None:
    shenzhen = region_id(any_demo, "SZ")
    with as_user(any_demo, "sz.inspection") as session:
        save_view(session, ISSUES, "自己的", {}, [])
        save_view(session, ISSUES, "深圳的", {}, [], ("region", shenzhen))
    with as_user(any_demo, "group.leader") as session:
        save_view(session, ISSUES, "集团的", {}, [], ("group", None))

    def offered(username: str) -> set[str]:
        with as_user(any_demo, username) as session:
            found = {one.view.name for one in views_of(session, ISSUES)}
            every = kept(any_demo).values()
            assert {one.name for one in every if offered_view(session, ISSUES, one.id)} == found, "opened as offered"
            return found

    assert offered("sz.inspection") == {"自己的", "深圳的", "集团的"}
    assert offered("sz.leader") == {"深圳的", "集团的"}
    assert offered("cd.inspection") == {"集团的"}
    assert offered("group.leader") == {"深圳的", "集团的"}


def test_one_shares_only_where_one_works(demo: Platform, as_user: Any) -> None:
    chengdu = region_id(demo, "CD")
    with as_user(demo, "sz.inspection") as session:
        for share in (("region", chengdu), ("group", None), ("region", None), ("everybody", None)):
            with pytest.raises(Invalid) as refused:
                save_view(session, ISSUES, "x", {}, [], share)
            assert "share" in refused.value.errors
    assert shares_of(demo.principal_named("sz.inspection")) == [("me", None), ("region", region_id(demo, "SZ"))]
    assert ("group", None) in shares_of(demo.principal_named("group.admin"))


def test_only_the_owner_changes_and_deletes(demo: Platform, as_user: Any) -> None:
    with as_user(demo, "sz.inspection") as session:
        save_view(session, ISSUES, "深圳的", {}, [], ("region", region_id(demo, "SZ")))
        save_view(session, ISSUES, "另一个", {}, [])
        session.flush()
        made = session.scalars(select(SavedView.id).where(SavedView.name == "深圳的")).one()
    for username in ("sz.leader", "group.admin", "cd.inspection"):
        with as_user(demo, username) as session:
            for act in (lambda store: rename_view(store, made, "meins", ("me", None)), lambda s: delete_view(s, made)):
                with pytest.raises(NotFound):
                    act(session)
    with as_user(demo, "sz.inspection") as session:
        with pytest.raises(Invalid):
            rename_view(session, made, "另一个", ("me", None))
        rename_view(session, made, "改名", ("me", None))
    with as_user(demo, "sz.leader") as session:
        assert views_of(session, ISSUES) == []
    with as_user(demo, "sz.inspection") as session:
        delete_view(session, made)
    assert set(kept(demo)) == {"另一个"}


def test_names_and_numbers_have_limits(demo: Platform, as_user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST", 2)
    with as_user(demo, "sz.inspection") as session:
        for name in ("", "  ", "x" * 61):
            with pytest.raises(Invalid):
                save_view(session, ISSUES, name, {}, [])
        for name in ("1", "2", "2"):
            save_view(session, ISSUES, name, {}, [])
            session.flush()
        with pytest.raises(RuleError, match="2"):
            save_view(session, ISSUES, "3", {}, [])


def test_saved_twice_at_once_it_is_one_view(any_demo: Platform, as_user: Any) -> None:
    def second() -> None:
        with as_user(any_demo, "sz.inspection") as session:
            save_view(session, ISSUES, "一样", {"q": "2"}, [])

    other = Thread(target=second)
    with as_user(any_demo, "sz.inspection") as session:
        save_view(session, ISSUES, "一样", {"q": "1"}, [])
        session.flush()
        other.start()
        other.join(0.5)
        assert other.is_alive(), "it waits for the first"
    other.join(10)
    assert [one.query for one in kept(any_demo).values()] == [{"q": "2"}]


# --- in the browser -------------------------------------------------------------------------------------------------


@pytest.fixture
def app(demo: Platform, web: Any) -> Any:
    return web(demo)


def post(client: Any, url: str, **values: str) -> Any:
    token = csrf_of(client.get("/me/").get_data(as_text=True))
    return client.post(url, data={"csrf_token": token, **values})


def save(client: Any, name: str, query: str = "tab=closed&sort=-due_on", **values: str) -> Any:
    sent = {"share": "me", "list": ISSUES, "query": query, **values}
    return post(client, "/views/new", name=name, **sent)


def test_a_list_is_saved_and_opened_with_its_columns(demo: Platform, app: Any, sign_in: Any) -> None:
    client = sign_in(app, "sz.inspection")
    post(client, f"{ISSUES}/columns", column="number")
    page = client.get(f"{ISSUES}/?tab=closed&sort=-due_on&after=xx").get_data(as_text=True)
    link = re.search(r'href="(/views/new\?[^"]+)"', page)
    assert link is not None and "after" not in link[1]
    form = client.get(link[1].replace("&amp;", "&"))
    assert form.status_code == 200 and "保存为视图" in form.get_data(as_text=True)
    answer = post(client, link[1].replace("&amp;", "&"), name="<b>已关</b>", share="me")
    assert answer.status_code == 302
    view = kept(demo)["<b>已关</b>"]
    assert view.query == {"tab": "closed", "sort": "-due_on"} and view.columns == ["number"]
    post(client, f"{ISSUES}/columns", reset="1")
    opened = client.get(f"{ISSUES}/?view={view.id}")
    assert opened.status_code == 302 and opened.location == f"{ISSUES}/?tab=closed&sort=-due_on"
    text = client.get(opened.location).get_data(as_text=True)
    assert "&lt;b&gt;已关" in text and "<b>已关" not in text
    assert heads(text) == 1, "its columns are shown"
    assert client.get(f"{ISSUES}/?view={view.id}&tab=all").location == f"{ISSUES}/?tab=all&sort=-due_on"


def heads(text: str) -> int:
    """How many columns a table shows."""
    return len([one for one in re.findall(r'<th[^>]*scope="col"[^>]*>', text) if "away" not in one])


def marked(text: str) -> list[str]:
    """The views marked as looked at."""
    return re.findall(r'aria-current="true"><span class="grow">([^<]+?)\s*(?:<|$)', text)


def test_a_view_s_columns_are_for_that_look_only(demo: Platform, app: Any, sign_in: Any) -> None:
    mine, other = sign_in(app, "sz.inspection"), sign_in(app, "sz.leader")
    share = f"region-{region_id(demo, 'SZ')}"
    assert save(mine, "只看编号", columns="number", share=share).status_code == 302
    assert save(mine, "常用列", share=share).status_code == 302
    plain, usual_heads = f"{ISSUES}/?tab=closed&sort=-due_on", heads(other.get(f"{ISSUES}/?tab=all&q=").text)
    narrow = other.get(f"{ISSUES}/?view={kept(demo)['只看编号'].id}", follow_redirects=True).text
    assert heads(narrow) == 1 and marked(narrow) == ["只看编号"]
    assert heads(other.get(f"{ISSUES}/?tab=all&q=").text) == usual_heads, "other conditions leave the view"
    post(other, f"{ISSUES}/columns", column="number")
    wide = other.get(f"{ISSUES}/?view={kept(demo)['常用列'].id}", follow_redirects=True).text
    assert heads(wide) == usual_heads and marked(wide) == ["常用列"], "the usual ones come back with it"
    post(other, f"{ISSUES}/columns", column=["number", "state"])
    assert heads(other.get(plain).text) == 2 and marked(other.get(plain).text) == [], "a choice of one's own leaves it"
    assert heads(sign_in(app, "sz.leader").get(plain).text) == 2, "and only that is kept to the next sign-in"


def test_what_is_gone_or_not_theirs_leads_to_the_list_with_a_sentence(demo: Platform, app: Any, sign_in: Any) -> None:
    assert save(sign_in(app, "sz.inspection"), "自己的").status_code == 302
    other = sign_in(app, "sz.leader")
    for asked in (str(kept(demo)["自己的"].id), "99999", "x", "1" * 30, "-1"):
        answer = other.get(f"{ISSUES}/?view={asked}&tab=all")
        assert answer.status_code == 302 and answer.location == f"{ISSUES}/?tab=all"
        assert "无权查看" in other.get(answer.location).get_data(as_text=True)
    for url in (f"/views/{kept(demo)['自己的'].id}/rename", "/views/99999/rename"):
        assert other.get(url).status_code == 404


def test_bad_input_gives_a_sentence_and_loses_nothing(demo: Platform, app: Any, sign_in: Any) -> None:
    client = sign_in(app, "sz.inspection")
    refused = save(client, "超期的", share="group")
    assert refused.status_code == 422 and 'value="超期的"' in refused.get_data(as_text=True)
    assert save(client, " ").status_code == 422 and kept(demo) == {}
    for address in ("/no/such", "/estate/customers", "//evil.example", ""):
        assert save(client, "x", list=address).status_code in (403, 404), address
    assert save(client, "x", query="tab=%00&contractor=';--&size=99999999&nonsense=1").status_code == 302
    assert "nonsense" not in kept(demo)["x"].query
    assert client.get(f"{ISSUES}/?view={kept(demo)['x'].id}", follow_redirects=True).status_code == 200
    assert client.post("/views/new", data={"name": "y", "list": ISSUES}).status_code in (400, 403)
    assert app.test_client().post("/views/new", data={}).status_code in (302, 400, 401, 403)


def test_a_foreign_condition_of_a_shared_view_names_nobody(demo: Platform, app: Any, sign_in: Any) -> None:
    with as_system(), demo.database.unit() as session:
        firm = session.scalars(select(Contractor).where(Contractor.region_id == region_id(demo, "SZ"))).first()
        assert firm is not None
        firm.name = "只在深圳（演示）"  # of those in the demo some have a namesake in Chengdu
        admin = session.scalars(select(Person).where(Person.username == "group.admin")).one()
        name, firm_id, query = firm.name, firm.id, {"contractor": str(firm.id), "tab": "all"}
        session.add(SavedView(user_id=admin.id, address=ISSUES, name="x", query=query, columns=[], shared="group",
                              changed_at=clock.now()))  # fmt: skip
    url = f"{ISSUES}/?view={kept(demo)['x'].id}"
    assert name in sign_in(app, "sz.inspection").get(url, follow_redirects=True).get_data(as_text=True)
    text = sign_in(app, "cd.inspection").get(url, follow_redirects=True).get_data(as_text=True)
    assert name not in text and "已略去" in text, "a sentence, not an empty list"
    plain = sign_in(app, "cd.inspection").get(f"{ISSUES}/?contractor={firm_id}&tab=all").get_data(as_text=True)
    assert name not in plain


def test_the_menu_costs_the_same_however_many_there_are(usual: Platform, web: Any, sign_in: Any, as_user: Any) -> None:
    client = sign_in(web(usual), "sz.inspection")
    first = cost(usual, client, f"{ISSUES}/?tab=all&size=15&q=")
    with as_user(usual, "sz.inspection") as session:
        for number in range(20):
            save_view(session, ISSUES, str(number), {}, [])
    assert cost(usual, client, f"{ISSUES}/?tab=all&size=15&q=") == first <= LIST
