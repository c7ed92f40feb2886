"""A verb at work on one record: its form, the deed, or the form again with the sentence."""

from typing import TYPE_CHECKING, Any

from flask import request
from sqlalchemy.orm.exc import StaleDataError

from core.access.check import check
from core.errors import Forbidden, Invalid, RuleError, Stale
from core.i18n import _, lazy
from core.records import undoing
from core.records.by_number import address_of
from core.records.fields import read_form
from core.records.once import mark_written, new_token, written
from core.records.page import session
from core.records.verb_form import defaults_of, verb_form
from core.records.verbs import Verb

if TYPE_CHECKING:
    from core.records.view import RecordView


def one(view: "RecordView", verb: Verb, row: Any) -> Any:
    """GET: the verb's form. POST: the deed, or its form again with the sentence."""
    place = address_of(view, row)
    once = request.form.get("once", "")
    if request.method == "POST" and (done := written(session(), once)):
        return view.go(done)
    check_verb(view, verb, row)
    if request.method == "GET":
        if not verb.fields:
            return view.go(place)
        return verb_form(view, verb, [row], defaults_of(verb, row), once=new_token())
    typed = {field.name: request.form.get(field.name, "") for field in verb.fields}
    try:
        _check_version(row, request.form.get("version", ""))
        values, faults = read_form(verb.fields, request.form)
        if faults:
            raise Invalid(faults)
        assert verb.run is not None
        verb.run(session(), row, **values)
        mark_written(session(), once, place)
        session().commit()
    except StaleDataError:
        session().rollback()
        raise Stale(_MOVED) from None
    except (Forbidden, Stale):
        session().rollback()
        raise
    except RuleError as refusal:
        session().rollback()
        row = view.one(row.id)
        if verb.fields:
            return verb_form(view, verb, [row], typed, once=once, refusal=refusal)
        return view.go(place, refusal, "bad")
    said = verb.done or _("%(verb)s: %(name)s.", verb=verb.label, name=view.name_of(row))
    return undoing.go(view, place, said, verb.name)


_MOVED = lazy("Somebody else changed this record a moment ago. Go back, reload it and look at what changed.")


def check_verb(view: "RecordView", verb: Verb, row: Any) -> None:
    """Raise Forbidden where the verb is not granted on this row, RuleError where its state does not lead on."""
    check(verb.granted_by, row)
    if verb.flow is not None:
        verb.flow.target(verb.name, row.state)
    if not verb.leads_on(row):
        raise RuleError(verb.reason or _("This is not possible for %(name)s as it stands.", name=view.name_of(row)))


def _check_version(row: Any, sent: str) -> None:
    version = getattr(row, "version", None)
    if version and sent and sent != str(version):
        raise Stale(_MOVED)
