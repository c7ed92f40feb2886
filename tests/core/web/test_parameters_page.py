"""The catalogue of parameters: who sees whose values, what differs where, and where each line comes from."""

from typing import Any

import pytest

from core import clock
from core.access.context import as_system
from core.parameters.models import ParameterRevision
from core.platform import Platform
from core.testing.counting import counted

RECTIFY = "/parameters/issues.rectify_days"


@pytest.fixture
def app(demo: Platform, web: Any) -> Any:
    return web(demo)


def publish(platform: Platform, region: str, source: str, author: str = "song.pei", approver: str | None = None) -> int:
    """A revision written elsewhere, as an approved change will be."""
    with as_system(), platform.database.unit() as session:
        row = ParameterRevision(
            level="region", scope_code=region, source=source, digest="0" * 64, author=author, approver=approver,
            effective_on=clock.today(), created_at=clock.now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        made = row.id
    platform.stamps.forget()
    return made


def text_of(client: Any, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return str(answer.get_data(as_text=True))


def test_those_who_may_read_parameters_see_them_and_nobody_else(app: Any, sign_in: Any) -> None:
    granted = {"group.admin": 200, "sz.admin": 200, "sz.leader": 200, "group.leader": 200, "sz.inspection": 403}
    for username, status in granted.items():
        client = sign_in(app, username)
        for url in ("/parameters/", RECTIFY, "/parameters/no.such_one"):
            wanted = 404 if status == 200 and "no.such" in url else status
            assert client.get(url).status_code == wanted, (username, url)
        assert ('href="/parameters/"' in text_of(client, "/")) == (status == 200), username
    assert app.test_client().get("/parameters/").status_code in (302, 401)


def test_a_region_sees_its_own_and_the_group_s_and_no_other(demo: Platform, app: Any, sign_in: Any) -> None:
    publish(demo, "CD", "issues: {rectify_days: 23}")
    mine = sign_in(app, "sz.admin")
    page = text_of(mine, "/parameters/")
    assert "深圳" in page and "成都" not in page and "上海" not in page
    assert "10 天" in text_of(mine, f"{RECTIFY}?region=SZ") and "7 天" in text_of(mine, RECTIFY)
    for region in ("CD", "SH", "XX", "sz", "SZ'--"):
        assert "23 天" not in text_of(mine, f"{RECTIFY}?region={region}", 404)
    assert "成都" not in text_of(mine, "/parameters/?differs=CD"), "another's region narrows nothing"
    group = sign_in(app, "group.admin")
    assert "23 天" in text_of(group, f"{RECTIFY}?region=CD") and "成都" in text_of(group, "/parameters/")


def test_it_says_where_a_value_comes_from(demo: Platform, app: Any, sign_in: Any) -> None:
    number = publish(demo, "SZ", "issues: {rectify_days: 12}", approver="chen.an")
    page = text_of(sign_in(app, "sz.admin"), f"{RECTIFY}?region=SZ")
    origin = page[page.index("这个值从哪里来") :]
    assert f"第 {number} 版，来自song.pei，2026-11-25 起生效，由chen.an审批" in origin
    assert "模块自带" in origin and origin.index("7 天") < origin.index("12 天")


def test_lines_of_a_list_say_who_changed_them(demo: Platform, app: Any, sign_in: Any) -> None:
    publish(demo, "SZ", "issues:\n  method:\n    add: [{code: sz_own, zh: <b>深圳自有</b>}]\n    hide: [redo]\n"
                        "    relabel: {repair: 上门维修}\n")  # fmt: skip
    client = sign_in(app, "sz.admin")
    page = text_of(client, "/parameters/issues.method?region=SZ")
    assert "&lt;b&gt;深圳自有" in page and "<b>深圳自有" not in page and "上门维修" in page and "已隐藏" in page
    assert "只看与默认不同的 3 项" in page and "3 项有改动" in page
    short = text_of(client, "/parameters/issues.method?region=SZ&changed=1")
    rows = short[short.index("<tbody>") : short.index("</tbody>")]
    assert rows.count("<tr>") == 3 and "更换" not in rows and "维修" in rows
    assert "深圳自有" not in text_of(client, "/parameters/issues.method"), "the group's list has none of it"


@pytest.mark.parametrize(("typed", "found", "missing"), [
    ("整改", "issues.rectify_days", "platform.zone"), ("RECTIFY", "issues.rectify_days", "issues.method"),
    ("time zone", "platform.zone", "issues.rectify_days"), ("%", "没有", "platform.zone"),
    ("<script>", "&lt;script&gt;", "platform.zone"),
])  # fmt: skip
def test_it_is_searched_in_either_language(app: Any, sign_in: Any, typed: str, found: str, missing: str) -> None:
    page = sign_in(app, "group.admin").get("/parameters/", query_string={"q": typed}).get_data(as_text=True)
    assert found in page and missing not in page.replace(f'value="{typed}"', "")


def test_it_is_narrowed_to_what_differs_in_a_region(app: Any, sign_in: Any) -> None:
    page = text_of(sign_in(app, "group.admin"), "/parameters/?differs=SZ")
    assert "platform.words" in page and "issues.rectify_days" in page and "issues.category" not in page


def test_titles_speak_the_region_s_words(app: Any, sign_in: Any) -> None:
    client = sign_in(app, "group.admin")
    assert "入伙" in text_of(client, "/parameters/inspection.window_opens?region=SZ")
    group = text_of(client, "/parameters/inspection.window_opens")
    assert "{" not in group[group.index("<h1>") : group.index("</h1>")] and "入伙" not in group


def test_every_parameter_can_be_looked_at_in_both_languages(demo: Platform, app: Any, sign_in: Any) -> None:
    client = sign_in(app, "group.admin")
    for lang in ("zh", "en"):
        for key in demo.parameters.catalogue().parameters:
            for region in ("", "?region=SZ"):
                assert "<h1>" in text_of(client, f"/parameters/{key}{region}")
        client.get(f"/?lang={lang}")


def test_it_takes_as_many_statements_as_any_page(demo: Platform, app: Any, sign_in: Any) -> None:
    """Values come from the catalogue in memory."""
    client = sign_in(app, "group.admin")
    client.get("/parameters/")
    with counted(demo) as told:
        client.get("/parameters/issues.category?region=SZ")
    assert not [one for one in told if "parameter" in one.lower()]


def test_two_regions_are_compared_line_by_line(demo: Platform, app: Any, sign_in: Any) -> None:
    publish(demo, "CD", "issues:\n  rectify_days: 23\n  method: {hide: [redo], relabel: {repair: <i>上门</i>}}\n")
    client = sign_in(app, "group.admin")
    page = text_of(client, "/parameters/compare?left=SZ&right=CD")
    rows = page[page.index("<tbody>") : page.index("</tbody>")]
    assert "10" in rows and "23" in rows and "&lt;i&gt;上门" in rows and "<i>上门" not in rows and "已隐藏" in rows
    assert "更换" not in rows, "what both say the same is left out"
    same = text_of(client, "/parameters/compare?left=SZ&right=SZ")
    assert "各处都一致" in same
    assert text_of(client, "/parameters/compare").count("<select") == 2


@pytest.mark.parametrize("query", ["left=CD&right=SZ", "left=SZ&right=CD", "left=XX", "right=%00"])
def test_a_region_out_of_reach_is_not_compared(app: Any, sign_in: Any, query: str) -> None:
    text_of(sign_in(app, "sz.admin"), f"/parameters/compare?{query}", 404)
    text_of(sign_in(app, "sz.inspection"), "/parameters/compare?left=SZ", 403)


def test_those_with_one_region_compare_it_with_the_group(app: Any, sign_in: Any) -> None:
    page = text_of(sign_in(app, "sz.admin"), "/parameters/compare")
    assert "深圳" in page and "成都" not in page and "整改期限" in page


def test_revisions_say_who_published_what_and_what_each_changed(demo: Platform, app: Any, sign_in: Any) -> None:
    first = publish(demo, "SZ", "issues: {rectify_days: 12}", author="<u>song</u>", approver="chen.an")
    second = publish(demo, "SZ", "issues: {rectify_days: 12, method: {hide: [redo]}}")
    foreign = publish(demo, "CD", "issues: {rectify_days: 23}")
    client = sign_in(app, "sz.admin")
    page = text_of(client, "/parameters/history")
    rows = page[page.index("<tbody>") :]
    assert rows.index(f">{second}<") < rows.index(f">{first}<") and f">{foreign}<" not in rows and "成都" not in page
    assert "&lt;u&gt;song" in rows and "chen.an" in rows and rows.count("现行") == 2, "the group's and the region's own"
    told = text_of(client, f"/parameters/history?revision={first}")
    assert "整改期限" in told and "10" in told and "12" in told and "返工" not in told
    assert "返工" in text_of(client, f"/parameters/history?revision={second}")
    for number in (foreign, 10**30, "x", "-1", "%00"):
        text_of(client, f"/parameters/history?revision={number}", 404)
    text_of(sign_in(app, "sz.inspection"), "/parameters/history", 403)


def test_a_revision_of_a_module_that_changed_since_says_so(demo: Platform, app: Any, sign_in: Any) -> None:
    """Written when a code still was; published past the checks here, as an update of the module would leave it."""
    number = publish(demo, "SZ", "issues: {method: {hide: [gone]}}")
    publish(demo, "SZ", "issues: {rectify_days: 10}")
    page = text_of(sign_in(app, "group.admin"), f"/parameters/history?revision={number}")
    assert "与现有模块不符" in page and "gone" in page
