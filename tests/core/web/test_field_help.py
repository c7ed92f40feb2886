"""Help beside fields, from the parameters of the region one works in: form, verb, record, grid; text, never markup."""

import re
from typing import Any

import pytest

from core.platform import Platform
from core.records.view import RecordView
from tests.core.parameters.test_store import publish

OWN = """
issues:
  field_help:
    issue:
      location: {zh: "深圳说 <b>部位</b> & 说明", en: Shenzhen says where}
      note: 只有中文
"""


def text_of(client: Any, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return str(answer.get_data(as_text=True))


def first_issue(client: Any) -> str:
    found = re.search(r'data-url="(/inspection/issues/\d+)"', text_of(client, "/inspection/issues/?tab=closed&q="))
    assert found
    return found[1]


def test_a_regions_words_are_seen_in_that_region_only_and_as_text(demo: Platform, web: Any, sign_in: Any) -> None:
    app = web(demo)
    publish(demo, OWN, "SZ")
    here, there = sign_in(app, "sz.inspection"), sign_in(app, "cd.inspection")
    for url in ("/inspection/issues/new", first_issue(here), "/inspection/entry/?project=SZ-WH"):
        page = text_of(here, url)
        assert "深圳说 &lt;b&gt;部位&lt;/b&gt; &amp; 说明" in page, url
        assert "深圳说 <b>" not in page, url
    assert "只有中文" in text_of(here, "/inspection/issues/new")
    other = text_of(there, "/inspection/issues/new")
    assert "深圳说" not in other and "只有中文" not in other and "整户都有的选「全屋」" in other


def test_a_field_is_described_by_its_help_and_one_without_has_no_button(demo: Platform, web: Any, sign_in: Any) -> None:
    page = text_of(sign_in(web(demo), "sz.inspection"), "/inspection/issues/new")
    field = re.search(r'<select[^>]*id="f-location"[^>]*>', page)
    assert field and 'aria-describedby=" f-location-help"' in field[0]
    assert 'data-help="f-location-help"' in page and 'id="f-location-help" lang="zh-CN"' in page
    assert 'data-help="f-note-help"' not in page, "nobody explains it"


def test_where_english_is_missing_the_chinese_is_marked(demo: Platform, web: Any, sign_in: Any) -> None:
    publish(demo, OWN, "SZ")
    client = sign_in(web(demo), "sz.inspection")
    token = re.search(r'name="csrf_token" value="([^"]+)"', text_of(client, "/me/"))
    assert token
    client.post("/language/en", data={"csrf_token": token[1], "next": "/"})
    page = text_of(client, "/inspection/issues/new")
    assert re.search(r'id="f-note-help" lang="zh-CN">只有中文<', page)
    assert re.search(r'id="f-location-help" lang="en">Shenzhen says where<', page)


def test_a_verb_asks_with_help_and_a_screen_without_any_shows_no_button(demo: Platform, web: Any, sign_in: Any) -> None:
    client = sign_in(web(demo), "sz.inspection")
    listed = text_of(client, "/inspection/issues/?tab=to_verify&q=")
    found = re.search(r'data-url="(/inspection/issues/\d+)"', listed)
    assert found and 'data-help="f-business_stage-help"' in text_of(client, f"{found[1]}/close")
    home = re.search(r'data-url="(/estate/homes/\d+)"', text_of(client, "/estate/homes/?q="))
    assert home and "data-help=" not in text_of(client, home[1])


def test_every_name_that_may_be_explained_is_a_field_of_its_screens(demo: Platform, web: Any) -> None:
    """A name in `fields:` that no screen has would be help that is shown nowhere."""
    app = web(demo)
    shown: dict[str, set[str]] = {}
    for view in app.appbuilder.baseviews:
        if isinstance(view, RecordView):
            verbs = [one for verb in view.verbs for one in verb.fields]
            names = {one.name for one in (*view.columns, *view.fields, *verbs)}
            for resource in (*view.explained_as, view.resource):
                shown.setdefault(resource, set()).update(names)
    shown["inspection.issue"] |= {"also"}  # the grid's
    told = [one for one in demo.parameters.catalogue().parameters.values() if one.key.endswith(".field_help")]
    assert told
    for parameter in told:
        for resource, names in parameter.kind.fields.items():  # type: ignore[attr-defined]
            assert not names - shown[resource], (parameter.key, resource)


@pytest.mark.parametrize("word", ["handover", "contractor"])
def test_the_regions_words_stand_in_the_help(demo: Platform, web: Any, sign_in: Any, word: str) -> None:
    page = text_of(sign_in(web(demo), "sz.inspection"), "/inspection/issues/new")
    assert "{" + word + "}" not in page and "问题对入伙的影响" in page
