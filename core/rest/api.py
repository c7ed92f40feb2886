"""The addresses of a kind of record for programs, made from its screens' declarations: nothing is declared twice."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, jsonify, request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from core.access.check import check
from core.access.context import current
from core.errors import Invalid, NotFound, RuleError, Stale
from core.i18n import lazy
from core.records import by_number, doing
from core.records.fields import FormField, read_form, required_fault
from core.records.once import mark_written, written
from core.records.page import session
from core.records.reader import Reader
from core.records.verb_form import defaults_of
from core.rest.asking import MOST_PAGES, read_asked
from core.rest.body import read_body, read_fields, write_records

if TYPE_CHECKING:
    from core.records.view import RecordView

MOST_ROWS = 200
MOVED = lazy("Somebody else changed this record since you read it. Read it again and look at what changed.")
EXISTS = lazy("A record with the same name or number exists already.")


class RecordApi:
    """List, record, create, change, verbs and many at once, of one `RecordView`."""

    def __init__(self, view: "RecordView", base: str) -> None:
        self.view, self.base = view, base

    # --- reading ------------------------------------------------------------------------------------------

    def index(self) -> Any:
        """A page of the list, as `read_asked` reads the address."""
        self._enter("read")
        asked = read_asked(self.view, request.args.to_dict(), session())
        rows, following = asked.rows()
        return jsonify(
            result=self._write(rows, asked.query.reader), count=asked.count, count_is_capped=asked.is_capped,
            page=asked.page, page_size=asked.size, next=following, pages_end=MOST_PAGES,
        )  # fmt: skip

    def show(self, pk: int) -> Any:
        """A record, with the verbs the person may do to it now."""
        self._enter("read")
        return self._answer(self.view.one(pk))

    # --- writing ------------------------------------------------------------------------------------------

    def create(self) -> Any:
        """A new record. With the header `Idempotency-Key` the same request sent again answers the same record."""
        self._enter(self.view.add_verb)
        self._creator()
        key = self._key(request.headers.get("Idempotency-Key", ""))
        if place := written(session(), key):
            return self._answer(self.view.one(_id_in(place)))
        try:
            row = self._commit(lambda: self._made(read_body(), key))
        except RuleError:
            if place := written(session(), key):  # the same request, a moment earlier
                return self._answer(self.view.one(_id_in(place)))
            raise
        return self._answer(row, 201)

    def change(self, pk: int) -> Any:
        """Change fields of a record; `version` says which state was read, another one is 409."""
        self._enter(self.view.edit_verb)
        edit = type(self.view).edit
        if edit is None:
            abort(405)
        body, row = read_body(), self.view.one(pk, lock=True)
        check(self.view.edit_verb, row)
        if not self.view.may_edit(row):
            raise RuleError(lazy("This cannot be changed any more as it stands, or not by you."))
        self._check_version(body, row, needed=True)
        fields = [one for one in self.view.fields if one.on_edit]
        stands = {one.name: self.view.row_text(row, one) for one in fields}
        values, faults = read_form(fields, read_fields(fields, body, ("version",), stands))
        if faults:
            raise Invalid(faults)
        self._commit(lambda: edit(session(), row, **self.view.form_values(values, row)))
        return self._answer(self.view.one(pk))

    def act(self, pk: int, name: str) -> Any:
        """A verb on a record, with what its form asks."""
        verb = next((one for one in self.view.verbs if one.name == name and one.run is not None), None)
        if verb is None:
            raise NotFound(lazy("There is no such page or record, or it is not yours to see."))
        self._enter(verb.granted_by)
        body = read_body() if request.data else {}
        with by_number.at_hand(self.view, verb, pk, lock=True) as row:
            doing.check_verb(self.view, verb, row)
            self._check_version(body, row)
            sent = read_fields(verb.fields, body, ("version",), defaults_of(verb, row))
            values, faults = read_form(verb.fields, sent)
            faults |= required_fault(verb.fields, values)
            if faults:
                raise Invalid(faults)
            assert verb.run is not None
            run = verb.run
            self._commit(lambda: run(session(), row, **values))
            if by_number.is_beyond(row):
                return jsonify(result={"id": pk, "version": getattr(row, "version", 0)}, verbs=[], may_change=False)
            return self._answer(row)

    def create_many(self) -> Any:
        """Up to 200 records, each with a `uuid` of the sender's: good ones are written, each is told its verdict.

        The same `uuid` sent again answers the record it became.
        """
        self._enter(self.view.add_verb)
        self._creator()
        rows = read_body().get("rows")
        if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ROWS:
            raise Invalid({"rows": lazy("Send a list of 1 to %(n)s records.", n=MOST_ROWS)})
        verdicts = [self._verdict(one) for one in rows]
        session().commit()
        return jsonify(result=verdicts, written=sum(one["status"] == 201 for one in verdicts))

    # --- how ------------------------------------------------------------------------------------------------

    def _enter(self, verb: str) -> None:
        if not current().is_signed_in:
            abort(401)
        self.view.enter(verb)

    def _creator(self) -> None:
        if type(self.view).create is None:
            abort(405)

    def _key(self, text: str) -> str:
        """A sender's own key as it is kept: good for this person and kind of record; a form's has another shape."""
        told = f"{current().user_id} {self.base} {text}"
        return f"api:{sha256(told.encode()).hexdigest()[:36]}" if text else ""

    def _fields(self) -> list[FormField]:
        return [one for one in self.view.fields if one.on_new]

    def _made(self, body: Mapping[str, Any], key: str) -> Any:
        fields = self._fields()
        values, faults = read_form(fields, read_fields(fields, body, ("uuid",)))
        if faults:
            raise Invalid(faults)
        create = type(self.view).create
        assert create is not None
        row = create(session(), **self.view.form_values(values, None))
        mark_written(session(), key, f"{self.view.route_base}/{row.id}")
        return row

    def _verdict(self, body: Any) -> dict[str, Any]:
        """What became of one of many, whatever the others do."""
        uuid = body.get("uuid") if isinstance(body, dict) else None
        if not isinstance(body, dict) or not isinstance(uuid, str) or not 8 <= len(uuid) <= 36:
            said = lazy("Give each record a uuid of its own, 8 to 36 characters, so that sending again is harmless.")
            return {"uuid": uuid if isinstance(uuid, str) else None, "status": 422, "errors": {"uuid": str(said)}}
        key = self._key(uuid)
        if place := written(session(), key):
            return {"uuid": uuid, "status": 200, "id": _id_in(place)}
        try:
            with session().begin_nested():
                row = self._made(body, key)
        except RuleError as refusal:
            return {"uuid": uuid, "status": refusal.status, "message": str(refusal), "errors": refusal.by_field()}
        except IntegrityError:
            if place := written(session(), key):
                return {"uuid": uuid, "status": 200, "id": _id_in(place)}
            return {"uuid": uuid, "status": 422, "message": str(EXISTS), "errors": {}}
        return {"uuid": uuid, "status": 201, "id": row.id, "number": getattr(row, "number", None)}

    def _commit(self, deed: Any) -> Any:
        """Do it and commit, or leave nothing of it behind."""
        try:
            found = deed()
            session().commit()
        except StaleDataError:
            session().rollback()
            raise Stale(MOVED) from None
        except IntegrityError:
            session().rollback()
            raise RuleError(EXISTS) from None
        except RuleError:
            session().rollback()
            raise
        return found

    def _check_version(self, body: Mapping[str, Any], row: Any, *, needed: bool = False) -> None:
        stands, sent = getattr(row, "version", None), body.get("version")
        if stands is None or (sent is None and not needed):
            return
        if not isinstance(sent, int) or isinstance(sent, bool):
            raise Invalid({"version": lazy("Send the version you read, so that nobody's change is lost.")})
        if sent != stands:
            raise Stale(MOVED)

    def _write(self, rows: Sequence[Any], reader: Reader) -> list[Any]:
        return write_records(self.view, rows, reader, self.view.columns)

    def _answer(self, row: Any, status: int = 200) -> Any:
        (found,) = self._write([row], Reader(session(), self.view.route_base))
        can = [one.name for one in self.view.verbs if one.run is not None and one.allowed(row)]
        answer = jsonify(result=found, verbs=can, may_change=bool(self.view.may_edit(row)))
        answer.headers["Location"] = f"{self.base}/{row.id}"
        return answer, status


def _id_in(place: str) -> int:
    """The record that a request written before led to."""
    return int(place.rpartition("/")[2])


def blueprint_of(api: RecordApi, owner: str, path: str) -> Blueprint:
    """The addresses of a view's API; the module gate knows the owner by the blueprint's name."""
    made = Blueprint(f"{owner}:api-{path.replace('/', '-')}", __name__, url_prefix=api.base)
    made.add_url_rule("/", "index", api.index, methods=["GET"])
    made.add_url_rule("/", "create", api.create, methods=["POST"])
    made.add_url_rule("/many", "create_many", api.create_many, methods=["POST"])
    made.add_url_rule("/<int:pk>", "show", api.show, methods=["GET"])
    made.add_url_rule("/<int:pk>", "change", api.change, methods=["PATCH"])
    made.add_url_rule("/<int:pk>/<name>", "act", api.act, methods=["POST"])
    return made
