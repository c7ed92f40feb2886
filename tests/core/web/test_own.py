"""One's own account in the browser: profile, password, sessions; and nobody else's."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from core.access.context import as_system
from core.access.models import Person, UserSession
from core.demo import PASSWORD
from core.platform import Platform
from tests.conftest import csrf_of

NEW = "Fluss-Kran-Wiese-41"
Changed = Callable[..., Any]


@pytest.fixture
def app(demo: Platform, web: Any) -> Any:
    return web(demo)


def post(client: Any, url: str, **values: str) -> Any:
    token = csrf_of(client.get("/me/").get_data(as_text=True))
    return client.post(url, data={"csrf_token": token, **values})


def person(platform: Platform, username: str) -> Person:
    with as_system(), platform.database.unit(read_only=True) as session:
        found: Person = session.scalars(select(Person).where(Person.username == username)).one()
        return found


def test_the_page_says_who_one_is_and_where(app: Any, sign_in: Any) -> None:
    text = sign_in(app, "sz.inspection").get("/me/").get_data(as_text=True)
    assert "林晓岚" in text and "验房CRM专员" in text and "湾湖" in text and "海虹花园" in text
    assert "宋佩" not in text


def test_the_profile_is_changed_and_only_one_s_own(demo: Platform, app: Any, sign_in: Any) -> None:
    client, before = sign_in(app, "sz.inspection"), person(demo, "sz.admin").display_name
    answer = post(client, "/me/", name="林小岚", mobile="139 0000 1234", language="en", username="sz.admin", id="1")
    assert answer.status_code == 302
    mine = person(demo, "sz.inspection")
    assert (mine.display_name, mine.mobile, mine.language) == ("林小岚", "13900001234", "en")
    assert person(demo, "sz.admin").display_name == before
    assert "My profile" in client.get("/me/").get_data(as_text=True), "the language holds at once"


def test_bad_values_come_back_with_their_sentence(demo: Platform, app: Any, sign_in: Any) -> None:
    client = sign_in(app, "sz.inspection")
    answer = post(client, "/me/", name=" ", mobile="12", language="zh")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and 'value="12"' in text and text.count('aria-invalid="true"') == 2
    assert person(demo, "sz.inspection").display_name == "林晓岚"


def test_a_new_password_signs_the_other_browsers_out(demo: Platform, app: Any, sign_in: Any) -> None:
    here, elsewhere = sign_in(app, "sz.inspection"), sign_in(app, "sz.inspection")
    answer = post(here, "/me/password", old=PASSWORD, new=NEW, again=NEW)
    assert answer.status_code == 302
    assert here.get("/me/").status_code == 200, "this browser stays"
    assert elsewhere.get("/me/").status_code == 302, "the other is shown the door"
    client = app.test_client()
    token = csrf_of(client.get("/login/").get_data(as_text=True))
    for password, status in ((PASSWORD, 401), (NEW, 302)):
        sent = {"username": "sz.inspection", "password": password, "csrf_token": token}
        assert client.post("/login/", data=sent).status_code == status


@pytest.mark.parametrize(
    ("old", "new", "again", "field"),
    [("falsch", NEW, NEW, "old"), (PASSWORD, "kurz", "kurz", "new"), (PASSWORD, NEW, "anders", "again"),
     (PASSWORD, PASSWORD, PASSWORD, "new")],
)  # fmt: skip
def test_a_password_is_refused_at_its_field(
    demo: Platform, app: Any, sign_in: Any, old: str, new: str, again: str, field: str
) -> None:
    before = person(demo, "sz.inspection").password
    answer = post(sign_in(app, "sz.inspection"), "/me/password", old=old, new=new, again=again)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and f'id="f-{field}-says"' in text
    assert NEW not in text and "kurz" not in text, "no password is written into the page"
    assert person(demo, "sz.inspection").password == before


def test_a_password_is_not_guessed_here_either(app: Any, sign_in: Any) -> None:
    client = sign_in(app, "sz.inspection")
    tries = [post(client, "/me/password", old="falsch", new=NEW, again=NEW).status_code for _ in range(11)]
    assert tries == [422] * 10 + [429]


def test_the_others_are_signed_out_by_a_button(demo: Platform, app: Any, sign_in: Any) -> None:
    here, elsewhere, other = (sign_in(app, name) for name in ("sz.inspection", "sz.inspection", "sz.admin"))
    assert post(here, "/me/sign-out-elsewhere").status_code == 302
    assert [one.get("/me/").status_code for one in (here, elsewhere, other)] == [200, 302, 200]
    with as_system(), demo.database.unit(read_only=True) as session:
        mine = select(func.count()).where(UserSession.user_id == person(demo, "sz.inspection").id)
        assert session.scalar(mine) == 1


def test_nobody_sees_nothing(app: Any) -> None:
    client = app.test_client()
    assert client.get("/me/").status_code == 302
    assert client.get("/me/password").status_code == 302
