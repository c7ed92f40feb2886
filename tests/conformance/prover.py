"""The scope prover: every registered page, action, export, file, pick list, count and related field with foreign ids.

It walks what is registered, so pages of plugins not yet written are proven too. Each probe returns sentences about what
leaked; no sentence, no leak. A row is foreign when the person's own session does not find it.

Three walks: the generated pages of each view, knowing what they mean; the view's further addresses and all others with
the id of a record, where a foreign id must be answered as one that nobody has; and the addresses without an id, given
foreign ids under every usual name, where no word of a foreign row may come back and no foreign row may change.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any
from uuid import uuid4

from openpyxl import load_workbook
from sqlalchemy import func, select

from core.access.context import acting_as, as_system
from core.access.scope import scoped_classes
from core.attachments.models import Attachment
from core.attachments.registry import attachables
from core.estate.models import Place, Project
from core.issues.models import Issue
from core.jobs import enqueue, runner
from core.jobs.models import Job
from core.model import Numbered
from core.platform import Platform
from core.records import exporting
from core.records.labels import labels
from core.records.view import RecordView

SAMPLE = 3
FINDING = {"category": "010301", "location": "living", "description": "墙角"}
NOBODYS = 999_999_999
SHUT = (403, 404)
ROWS = re.compile(r'data-url="[^"]*/(\d+)"')
TAB = re.compile(r'<a href="[^"]*"[^>]*>([^<]+)<span class="n[^"]*">([\d,]+)(\+?)</span>')


@dataclass
class Prover:
    """One person against everything that is not theirs."""

    platform: Platform
    app: Any
    client: Any
    username: str

    @cached_property
    def principal(self) -> Any:
        return self.platform.principal_named(self.username)

    @cached_property
    def views(self) -> list[RecordView]:
        return [view for view in self.app.appbuilder.baseviews if isinstance(view, RecordView)]

    def ids(self, model: type[Any], *, mine: bool) -> set[int]:
        """Ids of a model the person may read, or all there are."""
        who = self.principal if mine else None
        with acting_as(who) if who else as_system(), self.platform.database.unit(read_only=True) as session:
            return set(session.scalars(select(model.id)))

    def visible(self, view: RecordView) -> set[int]:
        with acting_as(self.principal), self.platform.database.unit(read_only=True) as session:
            return set(session.scalars(view.rows().with_only_columns(view.model.id)))

    def foreign(self, model: type[Any], take: int = SAMPLE) -> list[int]:
        """Some rows of a model that are not the person's, from both ends."""
        found = sorted(self.ids(model, mine=False) - self.ids(model, mine=True))
        return found if len(found) <= take else [*found[: take - 1], found[-1]]

    def beyond(self, view: RecordView, verb: str, *, every: bool = False) -> list[int]:
        """Rows that are not the person's and that `verb` does not reach either (void reaches without reading); some."""
        who = self.principal.through(verb)
        with acting_as(who), self.platform.database.unit(read_only=True) as session:
            reached = set(session.scalars(view.rows().with_only_columns(view.model.id)))
        found = sorted(self.ids(view.model, mine=False) - reached)
        return found if every or len(found) <= SAMPLE else [*found[: SAMPLE - 1], found[-1]]

    def token(self) -> str:
        return str(self.client.get("/login/token").get_json()["token"])

    def snapshot(self, model: type[Any], ids: list[int]) -> str:
        """Rows as they stand, read past all scope."""
        with as_system(), self.platform.database.unit(read_only=True) as session:
            rows = session.scalars(select(model).where(model.id.in_(ids)).order_by(model.id)).all()
            return json.dumps([[str(getattr(row, one.key)) for one in row.__mapper__.column_attrs] for row in rows])

    @cached_property
    def rules(self) -> list[Any]:
        """Every address, without the static ones and those that lead out of the session."""
        return [
            one for one in self.app.url_map.iter_rules() if not one.endpoint.endswith((".static", "static", ".logout"))
        ]

    @cached_property
    def secrets(self) -> dict[str, str]:
        """Words that stand only on foreign rows → whose they are: names of projects, numbers of records."""
        tree, own = self.principal.organisation, self.ids(Project, mine=True)
        found = {one.name: f"project {one.code}" for one in tree.projects.values() if one.id not in own}
        with as_system(), self.platform.database.unit(read_only=True) as session:
            for model in scoped_models():
                if hasattr(model, "number") and issubclass(model, Numbered):
                    rows = session.execute(select(model.id, model.number).where(model.id.in_(self.foreign(model))))
                    found |= {number: f"{model.__tablename__} {key}" for key, number in rows if number}
        return found

    # --- probes -----------------------------------------------------------------------------------------

    def leaks(self, probe: str = "", base: str = "") -> list[str]:
        """Everything that leaked, in sentences; only by one probe, or on one view, where that is named."""
        probes = {one.__name__: one for one in (self.lists, self.records, self.addresses, self.verbs,
                                                self.picks, self.exports, self.related, self.names,
                                                self.programs)}  # fmt: skip
        found: list[str] = []
        for view in self.views:
            for name, run in probes.items():
                if probe in ("", name) and base in ("", view.route_base):
                    found += [f"{self.username} {view.route_base}: {one}" for one in run(view)]
        for other in (self.files, self.strangers, self.questions):
            if probe in ("", other.__name__) and not (base and not probe):
                found += [f"{self.username} {other.__name__}: {one}" for one in other()]
        return found

    def lists(self, view: RecordView) -> Iterator[str]:
        visible = self.visible(view)
        for tab in ["", *(pile.name for pile in view.piles)]:
            page = self.client.get(f"{view.route_base}/?tab={tab}&size=100&q=")
            if page.status_code == 403 and not visible:
                return
            text = page.get_data(as_text=True)
            if strange := {int(one) for one in ROWS.findall(text)} - visible:
                yield f"the list shows {sorted(strange)[:5]}"
            for label, count, _more in TAB.findall(text):
                if int(count.replace(",", "")) > len(visible):
                    yield f"the tab {label} counts {count}, visible are {len(visible)}"
            total = re.search(r'class="at-pager"><span>\D*([\d,]+)', text)
            if total and int(total[1].replace(",", "")) > max(len(visible), 0):
                yield f"the pager counts {total[1]}, visible are {len(visible)}"

    def records(self, view: RecordView) -> Iterator[str]:
        foreign, token = self.foreign(view.model), self.token()
        before = self.snapshot(view.model, foreign)
        for one in foreign:
            for path in (f"{one}", f"{one}/edit"):
                if (code := self.client.get(f"{view.route_base}/{path}").status_code) not in SHUT:
                    yield f"GET {path} answers {code}"
            sent = {"csrf_token": token, "version": "1", **{field.name: "1" for field in view.fields}}
            code = self.client.post(f"{view.route_base}/{one}/edit", data=sent).status_code
            if code not in SHUT:
                yield f"POST {one}/edit answers {code}"
        if self.snapshot(view.model, foreign) != before:
            yield "an edit changed a foreign row"

    def addresses(self, view: RecordView) -> Iterator[str]:
        """What a view offers beside the generated pages: homes of a plan, the print of a list …"""
        foreign, token = self.foreign(view.model), self.token()
        before = self.snapshot(view.model, foreign)
        for rule in self.rules:
            if rule.endpoint.rpartition(".")[0] != view.endpoint or rule.arguments != {"pk"}:
                continue
            for one in foreign:
                for method in sorted(rule.methods & {"GET", "POST"}):
                    if (code := self._status(rule, method, one, token)) not in SHUT:
                        yield f"{method} {rule.rule} with {one} answers {code}"
        if self.snapshot(view.model, foreign) != before:
            yield "an address of its own changed a foreign row"

    def _status(self, rule: Any, method: str, record_id: int, token: str) -> int:
        """How an address with one id answers."""
        data = {"csrf_token": token} if method == "POST" else {}
        with self.client.open(re.sub(r"<[^>]+>", str(record_id), rule.rule), method=method, data=data) as answer:
            return int(answer.status_code)

    def verbs(self, view: RecordView) -> Iterator[str]:
        token, before = self.token(), {}
        for verb in view.verbs:
            foreign = self.beyond(view, verb.granted_by)
            before |= {one: self.snapshot(view.model, [one]) for one in foreign if one not in before}
            values = {field.name: "1" for field in verb.fields}
            for one in foreign:
                for answer in (
                    self.client.get(f"{view.route_base}/{one}/{verb.name}"),
                    self.client.post(f"{view.route_base}/{one}/{verb.name}", data={"csrf_token": token, **values}),
                ):
                    if answer.status_code not in SHUT:
                        yield f"{answer.request.method} {one}/{verb.name} answers {answer.status_code}"
            rows = [f"{one}:1" for one in foreign]
            sent = {"csrf_token": token, "confirmed": "1", "row": rows, **values}
            self.client.post(f"{view.route_base}/bulk/{verb.name}", data=sent)
        if view.several:
            foreign = self.beyond(view, view.edit_verb)
            before |= {one: self.snapshot(view.model, [one]) for one in foreign if one not in before}
            ticked = {f"set.{name}": "1" for name in view.several} | dict.fromkeys(view.several, "1")
            sent = {"csrf_token": token, "confirmed": "1", "row": [f"{one}:1" for one in foreign], **ticked}
            self.client.post(f"{view.route_base}/edit-several", data=sent)
        if any(self.snapshot(view.model, [one]) != stood for one, stood in before.items()):
            yield "a verb changed a foreign row"

    def picks(self, view: RecordView) -> Iterator[str]:
        asked = [*view.filters, *view.fields, *(field for verb in view.verbs for field in verb.fields)]
        projects = [str(one.id) for one in self.principal.organisation.projects.values()]
        for one in asked:
            if one.source is None or one.model is None:
                continue
            mine = self.ids(one.model, mine=True)
            for project in ("", *projects):
                answer = self.client.get(f"{view.route_base}/pick/{one.name}?q=&project_id={project}")
                offered = {int(option["value"]) for option in answer.json} if answer.status_code == 200 else set()
                if strange := offered - mine:
                    yield f"the pick list {one.name} offers {sorted(strange)[:5]}"

    def exports(self, view: RecordView) -> Iterator[str]:
        """At once and by the worker: both are asked for the same rows."""
        asked = {"tab": "all"}
        answer = self.client.get(f"{view.route_base}/export", query_string=asked)
        if answer.status_code != 200:
            return
        books = [] if answer.mimetype == "text/html" else [answer.data]
        if job := self.job_of(view, asked):
            books.append(job)
        for book in books:
            yield from self._book(view, book)

    def job_of(self, view: RecordView, asked: dict[str, str]) -> bytes:
        """What the worker writes when this person asks for an export."""
        given = {"view": view.route_base, "state": asked, "title": ""}
        with acting_as(self.principal), self.platform.database.unit() as session:
            job_id = enqueue(session, exporting.KIND, **given).id
        runner.run(self.platform, job_id)
        with as_system(), self.platform.database.unit(read_only=True) as session:
            job = session.get_one(Job, job_id)
        return (self.platform.settings.home / job.result_file).read_bytes() if job.result_file else b""

    def _book(self, view: RecordView, book: bytes) -> Iterator[str]:
        rows = list(load_workbook(BytesIO(book), read_only=True).worksheets[0].iter_rows(values_only=True))[1:]
        if len(rows) > len(self.visible(view)):
            yield f"the export holds {len(rows)} rows, visible are {len(self.visible(view))}"

    def related(self, view: RecordView) -> Iterator[str]:
        """A new record that points at a foreign row, or lies in a foreign project, is never made."""
        if type(view).create is None:
            return
        token = self.token()
        for field in view.fields:
            if field.kind != "remote" or field.model is None:
                continue
            for one in self.foreign(field.model, 2):
                before = self._count(view.model)
                sent = {"csrf_token": token, **self._plausible(view), field.name: str(one)}
                self.client.post(f"{view.route_base}/new", data=sent)
                if self._count(view.model) != before:
                    yield f"a new record points at {field.name} {one}"

    def _plausible(self, view: RecordView) -> dict[str, str]:
        """Values of one's own for a form."""
        found = {}
        for field in view.fields:
            mine = sorted(self.ids(field.model, mine=True)) if field.kind == "remote" and field.model else []
            known = {**FINDING, "floor": "5", "number": "9901"}
            found[field.name] = str(mine[0]) if mine else known.get(field.name, "")
        return found

    def _count(self, model: type[Any]) -> int:
        with as_system(), self.platform.database.unit(read_only=True) as session:
            return int(session.scalar(select(func.count()).select_from(model)) or 0)

    def names(self, view: RecordView) -> Iterator[str]:
        """The name of a foreign row, told by a condition or a field that was given its id."""
        for one in [*view.filters, *view.fields]:
            if one.model is None or one.kind not in ("ref", "remote"):
                continue
            foreign, mine = self.foreign(one.model), self.ids(one.model, mine=True)
            with as_system(), self.platform.database.unit(read_only=True) as session:
                secret = labels(session, one.model, foreign)
                own = set(labels(session, one.model, mine).values())
            page = f"{view.route_base}/{'' if one.kind == 'ref' else 'new'}?{one.name}="
            nobody = self.client.get(f"{page}999999999").get_data(as_text=True)
            for record_id, label in secret.items():
                text = self.client.get(f"{page}{record_id}").get_data(as_text=True)
                # Numbers as short as a building's stand on every page.
                if len(label) > 2 and label not in own and text.count(label) > nobody.count(label):
                    yield f"{one.name}={record_id} tells the name {label}"

    def programs(self, view: RecordView) -> Iterator[str]:
        """The same records at their addresses for programs."""
        base, visible, token = f"/api/v1{view.route_base}", self.visible(view), {"X-CSRFToken": self.token()}
        answer = self.client.get(f"{base}/?page_size=100&sort=-id")
        if answer.status_code != 200:
            if answer.status_code != 403 or visible:
                yield f"GET {base}/ answers {answer.status_code}"
            return
        if strange := {one["id"] for one in answer.json["result"]} - visible:
            yield f"GET {base}/ lists {sorted(strange)[:5]}"
        if answer.json["count"] > len(visible):
            yield f"GET {base}/ counts {answer.json['count']}, visible are {len(visible)}"
        foreign, own = self.foreign(view.model), len(self.ids(view.model, mine=False))
        before = self.snapshot(view.model, foreign)
        for one in foreign:
            asked = [("GET", f"{base}/{one}", None), ("PATCH", f"{base}/{one}", {"version": 1})]
            reached = [verb for verb in view.verbs if one in self.beyond(view, verb.granted_by, every=True)]
            asked += [("POST", f"{base}/{one}/{verb.name}", {}) for verb in reached]
            for method, path, body in asked:
                code = self.client.open(path, method=method, json=body, headers=token).status_code
                if code not in (*SHUT, 405):
                    yield f"{method} {path} answers {code}"
        if self.snapshot(view.model, foreign) != before:
            yield f"{base} changed a foreign row"
        for field in view.fields if type(view).create is not None else ():
            for one in self.foreign(field.model, 1) if field.kind == "remote" and field.model else ():
                sent = {**self._plausible(view), field.name: str(one)}
                for path, body in ((f"{base}/", sent), (f"{base}/many", {"rows": [{**sent, "uuid": str(uuid4())}]})):
                    self.client.post(path, json=body, headers=token)
        if len(self.ids(view.model, mine=False)) != own:
            yield f"POST {base} makes a record that points at a foreign row"

    def files(self) -> Iterator[str]:
        """Attachments of foreign records: not listed, not sent, not added."""
        token = self.token()
        for kind, one in attachables().items():
            for record_id in self.foreign(one.model, 2):
                data = {"csrf_token": token, "files": (BytesIO(b"%PDF-1.4 x"), "x.pdf")}
                answer = self.client.post(f"/files/{kind}/{record_id}", data=data, content_type="multipart/form-data")
                if answer.status_code not in SHUT:
                    yield f"a file may be put on {kind} {record_id}: {answer.status_code}"

    def strangers(self) -> Iterator[str]:
        """Addresses outside the generated pages that take an id: a foreign one is answered as one that nobody has."""
        endpoints = {view.endpoint for view in self.views}
        models = {"attachment_id": Attachment, "pk": Job}
        token = self.token()
        for rule in self.rules:
            name = next(iter(rule.arguments), "")
            own = rule.endpoint.rpartition(".")[0] in endpoints or rule.rule.startswith("/api/v1/")
            if own or rule.arguments != {name} or name not in models:
                continue
            foreign = self.foreign(models[name])
            before = self.snapshot(models[name], foreign)
            for method in sorted(rule.methods & {"GET", "POST"}):
                codes = {one: self._status(rule, method, one, token) for one in [*foreign, NOBODYS]}
                for one in foreign:
                    if codes[one] != codes[NOBODYS]:
                        yield f"{method} {rule.rule} with {one} answers {codes[one]}, with nobody's id {codes[NOBODYS]}"
            if self.snapshot(models[name], foreign) != before:
                yield f"{rule.rule} changed a foreign row"

    def questions(self) -> Iterator[str]:
        """Addresses without an id: asked with foreign ids they tell and change nothing foreign."""
        token, before = self.token(), self._foreign_rows()
        for given in self._given():
            for rule in self.rules:
                if rule.arguments:
                    continue
                answers = [self.client.get(rule.rule, query_string=given)] if "GET" in rule.methods else []
                if "POST" in rule.methods and rule.endpoint.rpartition(".")[2] not in ("login", "refresh"):
                    sent = {"csrf_token": token, **given}
                    answers.append(self.client.post(rule.rule, data=sent))
                    typed = {**given, "place_id": int(given["place_id"]), "rows": [{"uuid": str(uuid4()), **FINDING}]}
                    answers.append(self.client.post(rule.rule, json=typed, headers={"X-CSRFToken": token}))
                for answer in answers:
                    text = json.dumps(answer.json, ensure_ascii=False) if answer.is_json else _words(answer)
                    for secret, whose in self.secrets.items():
                        if secret in text and secret not in given.values():
                            yield f"{answer.request.method} {rule.rule} tells of {whose}"
        after = self._foreign_rows()
        yield from (f"a question changed {name}" for name in before if before[name] != after[name])

    def _given(self) -> Iterator[dict[str, str]]:
        """Ids and codes of foreign projects and of what stands in them, under the names that addresses use."""
        tree = self.principal.organisation
        for project_id in self.foreign(Project, 2):
            with as_system(), self.platform.database.unit(read_only=True) as session:
                place = session.scalars(select(Place).where(Place.project_id == project_id).limit(1)).first()
                found = session.scalars(select(Issue).where(Issue.project_id == project_id).limit(1)).first()
                label, place_id = (place.label, place.id) if place else ("3-1-502", 0)
                issue_id, number = (found.id, found.number or "") if found else (0, "")
            yield {
                "project": tree.projects[project_id].code, "project_id": str(project_id), "home": label, "find": label,
                "q": label, "id": str(place_id), "place_id": str(place_id), "place": str(place_id), "tab": "all",
                "row": f"{issue_id}:1", "issue_id": str(issue_id), "round": "first", "list": "1", "plan_id": "1",
                "number": number,
            }  # fmt: skip

    def _foreign_rows(self) -> dict[str, str]:
        """Every scoped table → its foreign rows as they stand, and how many there are."""
        return {
            model.__tablename__: self.snapshot(model, self.foreign(model, 200)) + str(self._count_foreign(model))
            for model in scoped_models()
        }

    def _count_foreign(self, model: type[Any]) -> int:
        return len(self.ids(model, mine=False) - self.ids(model, mine=True))


def _words(answer: Any) -> str:
    """What a reader reads of a page or a workbook."""
    if answer.data[:2] == b"PK":
        book = load_workbook(BytesIO(answer.data), read_only=True)
        return " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    return str(answer.get_data(as_text=True))


def scoped_models() -> list[type[Any]]:
    """Every model with a row scope."""
    return list(scoped_classes())
