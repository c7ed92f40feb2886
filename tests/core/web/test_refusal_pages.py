"""Refusals as people and programs read them: each says what is wrong and what to do, whatever else is broken."""

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import abort

from core.errors import Forbidden, NotFound, Stale, TooLarge, TooMany
from core.platform import Platform
from core.settings import Settings
from tests.conftest import csrf_of
from tests.homes import at_work

STATUSES = [400, 403, 404, 405, 409, 413, 415, 429, 500, 503]
INSIDE = ("Traceback", "sqlalchemy", "psycopg", "site-packages", "/core/", "sqlite", "SELECT")


@pytest.fixture
def app(demo: Platform, web: Any) -> Any:
    made = web(demo)
    made.add_url_rule("/refuse/<int:status>", "refuse", lambda status: abort(status), methods=["GET", "POST"])
    return made


def words_of(page: str) -> tuple[str, str]:
    """Heading and sentence."""
    found = re.search(r"<h1>(.*?)</h1>\s*<p>(.*?)</p>", page, re.DOTALL)
    assert found, page[:2000]
    return found.group(1), found.group(2)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("username", ["", "sz.inspection"])
def test_each_status_has_a_heading_a_sentence_and_a_way_on(app: Any, sign_in: Any, status: int, username: str) -> None:
    client = sign_in(app, username) if username else app.test_client()
    answer = client.get(f"/refuse/{status}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert all(words_of(page)) and 'href="/"' in page
    number = re.search(rf"{status} · 请求号 (\w{{12}})", page)
    assert number, page[-1500:]
    assert not any(word in page for word in INSIDE)
    said = client.get(f"/refuse/{status}", headers={"Accept": "application/json"})
    assert (said.status_code, said.json["message"]) == (status, words_of(page)[1])


def test_the_words_are_different_ones(app: Any, sign_in: Any) -> None:
    client = sign_in(app, "sz.inspection")
    told = [words_of(client.get(f"/refuse/{status}").get_data(as_text=True)) for status in STATUSES]
    assert len({heading for heading, _ in told}) == len({said for _, said in told}) == len(STATUSES)


def test_english_is_spoken_to_who_chose_it(app: Any, sign_in: Any) -> None:
    client = sign_in(app, "sz.inspection")
    token = csrf_of(client.get("/").get_data(as_text=True))
    client.post("/language/en", data={"csrf_token": token, "next": "/"})
    assert words_of(client.get("/refuse/404").get_data(as_text=True)) == (
        "Nothing here", "There is no such page or record, or it is not yours to see."
    )  # fmt: skip


def test_what_is_not_granted_names_the_roles_that_do_it(app: Any, sign_in: Any) -> None:
    page = sign_in(app, "sz.leader").get("/inspection/entry/").get_data(as_text=True)
    assert "验房CRM专员" in page and "可以做这件事的角色" in page


def test_what_is_not_there_leads_back_to_its_list(app: Any, sign_in: Any) -> None:
    page = sign_in(app, "sz.inspection").get("/inspection/issues/999999").get_data(as_text=True)
    assert 'href="/inspection/issues/"' in page and "回到「" in page
    other = sign_in(app, "sz.leader").get("/inspection/issues/999999").get_data(as_text=True)
    assert words_of(other) == words_of(page), "missing and hidden look the same"


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(Forbidden("a <b> sentence"), 403), (NotFound("a <b> sentence"), 404), (Stale("a <b> sentence"), 409),
     (TooLarge("a <b> sentence"), 413), (TooMany("a <b> sentence", retry_after=7), 429)],
)  # fmt: skip
def test_a_rules_own_sentence_is_shown_and_never_as_markup(
    app: Any, sign_in: Any, refusal: Exception, status: int
) -> None:
    def refuse() -> None:
        raise refusal

    app.add_url_rule("/rule", "rule", refuse)
    answer = sign_in(app, "sz.inspection").get("/rule")
    assert answer.status_code == status
    assert "a &lt;b&gt; sentence" in answer.get_data(as_text=True)
    assert answer.headers.get("Retry-After") == ("7" if status == 429 else None)


# --- where more is broken ------------------------------------------------------------------------


def test_a_fault_of_ours_tells_its_number_and_nothing_else(app: Any, sign_in: Any, caplog: Any) -> None:
    def bug() -> None:
        raise KeyError("secret-inside")

    app.add_url_rule("/bug", "bug", bug)
    page = sign_in(app, "sz.inspection").get("/bug").get_data(as_text=True)
    number = re.search(r"500 · 请求号 (\w{12})", page)
    assert number and number.group(1) in caplog.text and "secret-inside" in caplog.text
    assert "secret-inside" not in page and "KeyError" not in page


@pytest.mark.parametrize("username", ["", "sz.inspection"])
def test_a_frame_that_fails_leaves_a_plain_page(app: Any, sign_in: Any, monkeypatch: Any, username: str) -> None:
    client = sign_in(app, username) if username else app.test_client()

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("the frame")

    monkeypatch.setattr("core.app.frame_of", broken)
    for path, status in (("/", 500), ("/refuse/404", 404), ("/refuse/500", 500)):
        if not username and path == "/":
            continue  # nobody is shown the door, which is drawn without a frame of ours
        answer = client.get(path)
        page = answer.get_data(as_text=True)
        assert answer.status_code == status and all(words_of(page)) and "at-side" not in page
        assert "ZeroDivision" not in page and "data-keep-drafts" in page
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"] and "style=" not in page


def test_even_without_templates_a_sentence_is_left(app: Any, monkeypatch: Any) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("core.web.refusals.render_template", broken)
    monkeypatch.setattr(app.jinja_env, "get_template", broken)
    answer = app.test_client().get("/refuse/404")
    assert answer.status_code == 404 and answer.mimetype == "text/plain"
    assert answer.get_data(as_text=True).startswith("这里没有内容") or "404" in answer.get_data(as_text=True)


def test_a_database_that_is_away_is_told_to_everybody_alike(demo: Platform, web: Any, sign_in: Any) -> None:
    app = web(demo)
    known, stranger = sign_in(app, "sz.inspection"), app.test_client()
    demo.database.engine.dispose()
    (demo.settings.home / "atrium.db").write_bytes(b"no database at all" * 100)
    for client in (known, stranger):
        for path in ("/", "/inspection/issues/", "/login/") if client is known else ("/login/",):
            answer = client.get(path)
            page = answer.get_data(as_text=True)
            assert (path, answer.status_code) == (path, 503)
            assert "数据库没有应答" in page and "再试一次" in page and answer.headers["Retry-After"] == "30"
            assert not any(word in page for word in INSIDE) and "not a database" not in page
    said = known.get("/inspection/issues/", headers={"Accept": "application/json"})
    assert said.status_code == 503 and said.json["message"].startswith("数据库没有应答")
    english = stranger.get("/login/", headers={"Accept-Language": "en-GB,en"}).get_data(as_text=True)
    assert "The database does not answer." in english and 'lang="en"' in english


# --- sending again -------------------------------------------------------------------------------


def test_a_form_that_met_a_refusal_can_be_sent_again_as_it_was(app: Any, sign_in: Any) -> None:
    client = sign_in(app, "sz.inspection")
    token = csrf_of(client.get("/").get_data(as_text=True))
    sent = {"csrf_token": token, "note": '窗 "<b>"', "row": ["1:2", "3:4"]}
    page = client.post("/refuse/503?next=/a&x=%22%3E", data=sent).get_data(as_text=True)
    form = re.search(r'<form[^>]*action="(/refuse/503[^"]*)"[^>]*data-send-once>(.*?)</form>', page, re.DOTALL)
    assert form, page[-3000:]
    assert form.group(1) == "/refuse/503?next=/a&amp;x=%22%3E"
    assert 'name="note" value="窗 &#34;&lt;b&gt;&#34;"' in form.group(2)
    assert form.group(2).count('name="row"') == 2 and form.group(2).count('name="csrf_token"') == 1


@pytest.mark.parametrize(
    "sent", [{"note": "a"}, {"note": "a", "csrf_token": "forged"}], ids=["without a token", "forged"]
)
def test_what_came_from_elsewhere_is_never_offered_for_sending(app: Any, sign_in: Any, sent: dict[str, str]) -> None:
    """Whoever lures a reader into a form of their own must not have us ask for the press of a button in our name."""
    client = sign_in(app, "sz.inspection")
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.before_request_funcs[None].insert(1, lambda: abort(503))  # refused before anybody looked at the token
    page = client.post("/refuse/503", data=sent).get_data(as_text=True)
    assert "<span>再发一次<" not in page and 'name="note"' not in page


@pytest.mark.parametrize(
    "sent",
    [{"new_password": "geheim-1"}, {"note": "x" * 300_000}, {"file": (io.BytesIO(b"x"), "x.txt")}],
    ids=["a password", "a book", "a file"],
)
def test_passwords_books_and_files_are_not_carried_along(app: Any, sign_in: Any, sent: dict[str, Any]) -> None:
    client = sign_in(app, "sz.inspection")
    token = csrf_of(client.get("/").get_data(as_text=True))
    page = client.post("/refuse/503", data={"csrf_token": token, **sent}).get_data(as_text=True)
    assert "<span>再发一次<" not in page and "geheim" not in page and "回到表单" in page


@pytest.mark.parametrize("path", ["//elsewhere.example/refuse/503", "/\\elsewhere.example"])
def test_no_way_on_leads_elsewhere(app: Any, path: str) -> None:
    from core.web.refusal_words import own_address

    with app.test_request_context("/"):
        from flask import request

        request.environ["PATH_INFO"] = path
        request.__dict__["path"] = path
        found = own_address()
    assert found.startswith("/") and not found.startswith(("//", "/\\"))


# --- sizes ---------------------------------------------------------------------------------------


def test_more_than_may_be_sent_is_told_with_the_sizes(settings: Settings, web: Any, sign_in: Any) -> None:
    with at_work(replace(settings, upload_mb=1)) as platform:
        app = web(platform)
        client = sign_in(app, "sz.admin")
        token = csrf_of(client.get("/imports/").get_data(as_text=True))
        sent = {"csrf_token": token, "kind": "rooms", "file": (io.BytesIO(b"x" * 1_100_000), "x.xlsx")}
        answer = client.post("/imports/", data=sent, headers={"X-CSRFToken": token})
        assert answer.status_code == 413
        assert "单个文件最多 1 MB" in answer.get_data(as_text=True)


def test_a_form_of_endless_text_is_refused(app: Any, sign_in: Any) -> None:
    client = sign_in(app, "sz.inspection")
    token = csrf_of(client.get("/").get_data(as_text=True))
    book = client.post("/refuse/400", data={"csrf_token": token, "note": "x" * (4 * 1024 * 1024 + 1)})
    many = client.post(
        "/refuse/400", data={"csrf_token": token, **{f"n{at}": "x" for at in range(5001)}},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert [book.status_code, many.status_code] == [413, 413]
    lines = {f"note-{at}": "窗" * 100 for at in range(500)}  # 500 findings closed line by line
    assert client.post("/refuse/400", data={"csrf_token": token, **lines}).status_code == 400


def test_a_programs_json_has_a_size_too(app: Any) -> None:
    sent = {"username": "x" * (4 * 1024 * 1024 + 1), "password": "y", "provider": "db"}
    answer = app.test_client().post("/api/v1/security/login", json=sent)
    assert answer.status_code == 413 and "4 MB" in answer.json["message"]
