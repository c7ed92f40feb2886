"""The first steps of a role on the desk: shown until they were read, only those whose page may be opened."""

import re
from pathlib import Path
from typing import Any

import pytest

from core.access.roles import load_roles
from core.platform import Platform
from core.shell.hints import Hint, hints_for, load_hints
from tests.conftest import csrf_of

LINKS = re.compile(r'<ol class="at-steps">(.*?)</ol>', re.DOTALL)


def steps(client: Any) -> list[str]:
    found = LINKS.search(client.get("/").get_data(as_text=True))
    return re.findall(r'href="([^"]+)"', found[1]) if found else []


def post(client: Any, url: str, **values: str) -> Any:
    return client.post(url, data={"csrf_token": csrf_of(client.get("/me/").get_data(as_text=True)), **values})


def test_every_role_has_steps_and_none_is_unknown(demo: Platform) -> None:
    hints = load_hints(demo.settings.config_dir)
    assert set(hints) <= set(load_roles(demo.settings.config_dir))
    assert set(load_roles(demo.settings.config_dir)) - set(hints) == {"group_leader", "follower"}, (
        "their pages come later"
    )


def test_a_page_stands_once_and_only_where_it_opens() -> None:
    hints = {"a": (Hint("一", "one", "/x/"), Hint("二", "two", "/y/")), "b": (Hint("三", "three", "/x/"),)}
    assert [one.zh for one in hints_for(hints, ["a", "b"], {"/x/", "/y/"})] == ["一", "二"]
    assert [one.zh for one in hints_for(hints, ["b"], {"/x/"})] == ["三"]
    assert hints_for(hints, ["a"], set()) == []


def test_a_file_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    assert load_hints(tmp_path / "none") == {}
    (tmp_path / "hints.yaml").write_text("inspection: {zh: 只有一条}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"hints\.yaml"):
        load_hints(tmp_path)


def test_they_are_read_once_and_called_back(demo: Platform, web: Any, sign_in: Any) -> None:
    app = web(demo)
    client = sign_in(app, "sz.inspection")
    assert steps(client) == ["/inspection/entry/", "/inspection/lists/", "/inspection/issues/"]
    assert "承建商自动带出" in client.get("/").get_data(as_text=True), "the region's word"
    for url in steps(client):
        assert client.get(url, follow_redirects=True).status_code == 200
    assert client.post("/me/hints").status_code in (400, 403)
    assert post(client, "/me/hints").status_code == 302 and steps(client) == []
    assert steps(sign_in(app, "sz.inspection")) == [], "kept to the next sign-in"
    assert steps(sign_in(app, "cd.inspection")) != [], "and for oneself only"
    assert post(client, "/me/hints", again="1").status_code == 302 and len(steps(client)) == 3


def test_a_module_that_is_off_leaves_its_steps_out(demo: Platform, web: Any, sign_in: Any) -> None:
    plugin = demo.plugins.get("inspection")
    assert plugin is not None
    app = web(demo)
    app.extensions["atrium_menu"] = [one for one in app.extensions["atrium_menu"] if one.owner == "core"]
    assert steps(sign_in(app, "sz.inspection")) == []
