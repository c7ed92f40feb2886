"""Nobody sees or changes what is not theirs, on any page of any plugin; and the prover itself is proven."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.access.context import acting_as, as_system, current
from core.access.models import PROJECT, REGION, Assignment, Person
from core.access.reach import Held
from core.access.scope import LABELS
from core.attachments import web as attachments_web
from core.attachments.models import Attachment
from core.demo import PASSWORD
from core.errors import NotFound
from core.estate.models import Place
from core.issues.models import Issue
from core.jobs.models import Job
from core.platform import Platform
from core.records import by_number, doing, doing_several, exporting, exporting_page, paging, reader, view
from core.records.labels import Lookup
from core.records.page import session
from core.shell.views.imports import ImportView
from plugins.inspection.views.entry import EntryView
from plugins.inspection.views.findings import FindingView
from tests.conformance.prover import Prover
from tests.conftest import csrf_of, templates
from tests.homes import at_work, copy_home, grown_home, once, settings_of

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c636060600000000400"
    "01f61738550000000049454e44ae426082"
)
ONE, TWO = "two.projects", "two.regions"
BASE = "/inspection/issues"


@pytest.fixture(scope="session")
def peopled(demo_template: Path, pytestconfig: pytest.Config) -> Path:
    """A home with the demo group and two people with two assignments each, across projects and across regions."""
    return once(templates(pytestconfig), "peopled", lambda home: grown_home(demo_template, home, _add_people))


@pytest.fixture
def people(peopled: Path, tmp_path: Path) -> Iterator[Platform]:
    """That platform."""
    with at_work(settings_of(copy_home(peopled, tmp_path / "peopled"))) as platform:
        yield platform


def _add_people(demo: Platform) -> None:
    from datetime import UTC, datetime

    from werkzeug.security import generate_password_hash

    tree = demo.principals.organisation()
    project = {one.code: one.id for one in tree.projects.values()}
    region = {one.code: one.id for one in tree.regions.values()}
    held = {
        ONE: [("inspection", PROJECT, None, project["SZ-WH"]), ("project", PROJECT, None, project["SZ-QH"])],
        TWO: [("region_leader", REGION, region["SZ"], None), ("inspection", PROJECT, None, project["CD-LX"])],
    }
    with as_system(), demo.database.unit() as session:
        for name, assignments in held.items():
            moment = datetime.now(UTC).replace(tzinfo=None)
            person = Person(
                username=name, first_name=name, last_name="", display_name=name, active=True, language="zh",
                password=generate_password_hash(PASSWORD), email=f"{name}@example.com", created_on=moment,
                changed_on=moment,
            )  # fmt: skip
            session.add(person)
            session.flush()
            for role, scope, region_id, project_id in assignments:
                row = Assignment(user_id=person.id, role=role, scope=scope, region_id=region_id, project_id=project_id)
                session.add(row)


@pytest.fixture
def prover(people: Platform, web: Any, sign_in: Any) -> Any:
    app = web(people)
    return lambda username: Prover(people, app, sign_in(app, username), username)


@pytest.fixture
def traces(people: Platform, web: Any, sign_in: Any) -> None:
    """A file on a finding of each region, and an import of somebody's own: what there is only after work was done."""
    app = web(people)
    for username, code in (("sz.inspection", "SZ-WH"), ("cd.inspection", "CD-LX")):
        client, issue = sign_in(app, username), _issue_in(people, code)
        sent = {"csrf_token": csrf_of(client.get("/").get_data(as_text=True)), "files": (BytesIO(PNG), "墙.png")}
        assert client.post(f"/files/core_issue/{issue.id}", data=sent).status_code == 303
    client = sign_in(app, "sz.admin")
    sent = {"csrf_token": csrf_of(client.get("/imports/").get_data(as_text=True)), "kind": "contractors",
            "file": (BytesIO(b"PK"), "承建商.xlsx")}  # fmt: skip
    assert client.post("/imports/", data=sent).status_code == 302


@pytest.mark.first
@pytest.mark.parametrize("username", ["cd.inspection", "sz.request", "sz.admin", ONE, TWO])
def test_nothing_leaks(prover: Any, traces: None, username: str) -> None:
    mine = prover(username)
    assert mine.leaks() == []
    if username != "sz.admin":
        assert mine.foreign(Job), "there is an import of somebody else"
    assert mine.foreign(Attachment) or username in ("sz.request", TWO), "there is a file of others"


def _issue_in(platform: Platform, code: str) -> Issue:
    tree = platform.principals.organisation()
    project = next(one.id for one in tree.projects.values() if one.code == code)
    with as_system(), platform.database.unit(read_only=True) as session:
        return session.scalars(
            select(Issue).where(Issue.project_id == project, Issue.state == "recorded").limit(1)
        ).one()


@pytest.mark.parametrize(("username", "readable", "own"), [(ONE, "SZ-QH", "SZ-WH"), (TWO, "SZ-WH", "CD-LX")])
def test_what_one_assignment_reads_the_other_never_changes(prover: Any, username: str, readable: str, own: str) -> None:
    mine = prover(username)
    read, write = _issue_in(mine.platform, readable), _issue_in(mine.platform, own)
    base, token = BASE, mine.token()
    assert mine.client.get(f"{base}/{read.id}").status_code == 200
    assert f"{base}/{read.id}/void" not in mine.client.get(f"{base}/{read.id}").get_data(as_text=True)
    before = mine.snapshot(Issue, [read.id])
    block = {
        "csrf_token": token, "business_stage": "construction", "method": "repair", "close_type": "normal",
        "rework_count": "0", "confirmed_by": "何", "solution": "已改", "close_note": "", "reason": "试",
    }  # fmt: skip
    for verb in ("close", "void", "send_back", "adjust"):
        assert mine.client.get(f"{base}/{read.id}/{verb}").status_code == 403
        assert mine.client.post(f"{base}/{read.id}/{verb}", data=block).status_code == 403
        mine.client.post(f"{base}/bulk/{verb}", data={**block, "confirmed": "1", "row": f"{read.id}:1"})
    sent = {"csrf_token": token, "version": "1", "category": "010302", "location": "living", "description": "改过"}
    assert mine.client.post(f"{base}/{read.id}/edit", data=sent).status_code in (403, 422)
    assert mine.snapshot(Issue, [read.id]) == before
    assert mine.client.post(f"{base}/{write.id}/close", data={**block, "version": write.version}).status_code == 302


# --- the prover finds a leak of each kind -------------------------------------------------------------------------


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    yield monkeypatch


def _as_system(function: Any) -> Any:
    def planted(*args: Any, **kwargs: Any) -> Any:
        with as_system():
            return function(*args, **kwargs)

    return planted


def test_it_finds_a_list_that_leaks(prover: Any, planted: pytest.MonkeyPatch) -> None:
    planted.setattr(paging, "window", _as_system(paging.window))
    assert any("the list shows" in one for one in prover("cd.inspection").leaks("lists", BASE))


def test_it_finds_a_count_that_leaks(prover: Any, planted: pytest.MonkeyPatch) -> None:
    planted.setattr(paging, "capped_counts", _as_system(paging.capped_counts))
    planted.setattr(paging, "capped_count", _as_system(paging.capped_count))
    found = prover("cd.inspection").leaks("lists", BASE)
    assert any("counts" in one for one in found)


def test_it_finds_a_record_that_leaks(prover: Any, planted: pytest.MonkeyPatch) -> None:
    planted.setattr(view.RecordView, "one", _as_system(view.RecordView.one))
    found = prover("cd.inspection").leaks("records", BASE)
    assert any("GET" in one and "answers 200" in one for one in found)


def test_it_finds_an_action_that_leaks(prover: Any, planted: pytest.MonkeyPatch) -> None:
    planted.setattr(view.RecordView, "one", _as_system(view.RecordView.one))
    planted.setattr(doing, "check_verb", lambda *_: None)
    found = prover("cd.inspection").leaks("verbs", BASE)
    assert any("GET" in one and "/close answers 200" in one for one in found)


def test_it_finds_an_action_on_selected_rows_that_leaks(prover: Any, planted: pytest.MonkeyPatch) -> None:
    planted.setattr(doing_several, "several", _close_unasked)
    assert any("a verb changed a foreign row" in one for one in prover("cd.inspection").leaks("verbs", BASE))


def _close_unasked(self: Any, _verb: Any) -> Any:
    from flask import redirect, request

    from core.records.page import session

    with as_system():
        chosen = [int(one.split(":")[0]) for one in request.form.getlist("row")]
        for row in session().scalars(select(Issue).where(Issue.id.in_(chosen))):
            row.note = "changed"
        session().commit()
    return redirect(self.route_base)


def test_it_finds_an_address_of_a_view_s_own_that_leaks(prover: Any, planted: pytest.MonkeyPatch) -> None:
    planted.setattr(view.RecordView, "one", _as_system(view.RecordView.one))
    planted.setattr("plugins.inspection.views.plans.check", lambda *_: None)
    found = prover("cd.inspection").leaks("addresses", "/inspection/plans")
    assert any("GET" in one and "/sheets with" in one and "answers 200" in one for one in found), found


def test_it_finds_a_related_row_that_leaks(prover: Any, planted: pytest.MonkeyPatch) -> None:
    planted.setattr(FindingView, "create", _record_anywhere)
    found = prover("cd.inspection").leaks("related", BASE)
    assert any("a new record points at place_id" in one for one in found)


def _record_anywhere(session: Any, *, place_id: int, category: str, location: str, description: str, **_: Any) -> Any:
    with as_system():
        project = session.get(Place, place_id).project_id
        row = Issue(origin="inspection", project_id=project, place_id=place_id, category=category, location=location,
                    description=description, entered_at=clock.now())  # fmt: skip
        session.add(row)
        session.flush()
    return row


def test_it_finds_a_question_that_tells_too_much(prover: Any, planted: pytest.MonkeyPatch) -> None:
    planted.setattr(EntryView, "_projects", lambda _: list(current().organisation.projects.values()))
    found = prover("cd.inspection").leaks("questions")
    assert any("GET /inspection/entry/ tells of project SZ-WH" in one for one in found)


def test_it_finds_an_address_of_programs_that_leaks(prover: Any, planted: pytest.MonkeyPatch) -> None:
    planted.setattr(view.RecordView, "one", _as_system(view.RecordView.one))
    found = prover("cd.inspection").leaks("programs", BASE)
    assert any(f"GET /api/v1{BASE}/" in one and "answers 200" in one for one in found), found


def test_it_finds_a_number_that_tells_too_much(prover: Any, planted: pytest.MonkeyPatch) -> None:
    everywhere = (Held("inspection", "group"),)
    planted.setattr(by_number, "through", lambda _verb: acting_as(replace(current(), held=everywhere, _cache={})))
    planted.setattr(by_number, "may", lambda *_: False)
    found = prover("sz.admin").leaks("questions")
    assert any("GET /inspection/issues/by-number tells of project CD-" in one for one in found)


def test_it_finds_a_question_that_changes_something(prover: Any, planted: pytest.MonkeyPatch) -> None:
    def finds_all(session: Any, place_id: int) -> Place:
        with as_system():
            place = session.get(Place, place_id)
            place.keys_kept = not place.keys_kept
            session.commit()
        raise NotFound("Nothing here.")

    planted.setattr("plugins.inspection.views.entry.place_to_enter", finds_all)
    assert any("a question changed core_place" in one for one in prover("cd.inspection").leaks("questions"))


def test_it_finds_files_and_jobs_that_leak(prover: Any, traces: None, planted: pytest.MonkeyPatch) -> None:
    planted.setattr("core.attachments.web._send", _as_system(attachments_web._send))
    planted.setattr(ImportView, "_job", _any_job)
    found = prover("cd.inspection").leaks("strangers")
    assert any("GET /files/" in one for one in found)
    assert any("GET /imports/" in one for one in found)


def test_it_finds_an_export_that_leaks(prover: Any, planted: pytest.MonkeyPatch) -> None:
    planted.setattr("core.records.exporting_page.at_once", _as_system(exporting_page.at_once))
    assert any("the export holds" in one for one in prover("cd.inspection").leaks("exports", BASE))


def test_it_finds_an_export_by_the_worker_that_leaks(prover: Any, planted: pytest.MonkeyPatch) -> None:
    planted.setattr("core.records.exporting._stream", _as_system_stream)
    assert any("the export holds" in one for one in prover("cd.inspection").leaks("exports", BASE))


def _any_job(view: ImportView, pk: int) -> Job:
    with as_system():
        return session().get_one(Job, pk)


def _as_system_stream(context: Any, looked: Any, total: int) -> list[list[Any]]:
    with as_system():
        return list(exporting.cells(looked, list(looked.session.scalars(looked.in_order()))))


def test_it_finds_a_pick_list_that_leaks(planted: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    planted.setattr(view.RecordView, "pick", _open_pick)  # before the application takes up its pages
    prover = request.getfixturevalue("prover")
    assert any("the pick list" in one for one in prover("cd.inspection").leaks("picks", BASE))


def _open_pick(self: Any, name: str) -> Any:
    from flask import jsonify

    from core.records.page import session

    asked = [*self.filters, *self.fields]
    model = next((one.model for one in asked if one.name == name and one.model is not None), None)
    if model is None:
        return jsonify([])
    with as_system():
        return jsonify([{"value": str(one), "text": "?"} for one in session().scalars(select(model.id).limit(4000))])


_open_pick._urls = view.RecordView.pick._urls  # type: ignore[attr-defined]


def test_it_finds_a_name_that_leaks(prover: Any, planted: pytest.MonkeyPatch) -> None:
    def loose(self: Lookup, session: Any, *, scoped: bool = False) -> None:
        self._session, self._wanted, self._found, self._options = session, {}, {}, {"atrium": LABELS}

    planted.setattr(reader.Lookup, "__init__", loose)
    assert any("tells the name" in one for one in prover("cd.inspection").leaks("names", BASE))


def test_it_finds_a_foreign_file_that_leaks(prover: Any, planted: pytest.MonkeyPatch) -> None:
    from core.attachments import services

    planted.setattr(services, "record_of", _as_system(services.record_of))
    planted.setattr(services, "check", lambda *_: None)
    planted.setattr(services, "add_files", _as_system(services.add_files))
    assert any("a file may be put" in one for one in prover("cd.inspection").leaks("files"))
