"""The page of plugins: who sees it, what it says, and who lays one aside."""

from typing import Any

import pytest

from core.access.context import as_system
from core.platform import Platform
from core.plugin_archive import archived
from tests.conftest import csrf_of


@pytest.fixture
def app(demo: Platform, web: Any) -> Any:
    return web(demo)


def aside(platform: Platform) -> dict[str, str]:
    with as_system(), platform.database.unit(read_only=True) as session:
        return {name: row.reason for name, row in archived(session).items()}


def post(client: Any, url: str, **values: str) -> Any:
    token = csrf_of(client.get("/me/").get_data(as_text=True))
    return client.post(url, data={"csrf_token": token, **values})


def test_administrators_see_it_and_nobody_else(app: Any, sign_in: Any) -> None:
    for username, status in (("group.admin", 200), ("sz.admin", 200), ("sz.inspection", 403), ("group.leader", 403)):
        client = sign_in(app, username)
        assert client.get("/plugins/").status_code == status, username
        assert ('href="/plugins/"' in client.get("/").get_data(as_text=True)) == (status == 200), username
    assert app.test_client().get("/plugins/").status_code in (302, 401)


def test_it_names_states_and_keeps_faults_to_the_group(demo: Platform, app: Any, sign_in: Any) -> None:
    plugin = demo.plugins.get("inspection")
    assert plugin is not None
    plugin.state, plugin.reason = "failed", "OSError: <b>/secret/path</b>"
    text = sign_in(app, "group.admin").get("/plugins/").get_data(as_text=True)
    assert "内部验房" in text and "未能加载" in text
    assert "OSError: &lt;b&gt;/secret/path" in text and "<b>/secret" not in text
    reads_only = sign_in(app, "sz.admin").get("/plugins/").get_data(as_text=True)
    assert "/secret/path" not in reads_only and "操作" not in reads_only and "操作" in text


def test_one_is_archived_with_a_reason_and_restored(demo: Platform, app: Any, sign_in: Any) -> None:
    client = sign_in(app, "group.admin")
    refused = post(client, "/plugins/inspection/archive", reason=" ")
    assert refused.status_code == 422 and "请写明原因" in refused.get_data(as_text=True) and aside(demo) == {}
    assert post(client, "/plugins/inspection/archive", reason="<i>合同到期</i>").status_code == 302
    assert aside(demo) == {"inspection": "<i>合同到期</i>"}
    text = client.get("/plugins/").get_data(as_text=True)
    assert "&lt;i&gt;合同到期" in text and "下次启动起归档" in text and "请重启" in text
    again = post(client, "/plugins/inspection/archive", reason="又一次")
    assert again.status_code in (409, 422) and "已经归档" in again.get_data(as_text=True)
    assert post(client, "/plugins/inspection/restore").status_code == 302 and aside(demo) == {}
    assert "没有归档" in client.get(post(client, "/plugins/inspection/restore").location).get_data(as_text=True)


def test_nobody_else_archives_whatever_they_send(demo: Platform, app: Any, sign_in: Any) -> None:
    for username in ("sz.admin", "sz.inspection", "group.leader"):
        client = sign_in(app, username)
        assert post(client, "/plugins/inspection/archive", reason="weg").status_code == 403
        assert post(client, "/plugins/inspection/restore").status_code == 403
    client = sign_in(app, "group.admin")
    assert client.post("/plugins/inspection/archive", data={"reason": "weg"}).status_code in (400, 403)
    assert post(client, "/plugins/nothing/archive", reason="weg").status_code == 404
    assert client.get("/plugins/nothing/archive").status_code == 404
    assert aside(demo) == {}
