"""The verbs of an issue's life. Each checks, changes, records an event and returns; the caller commits."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access.check import check, check_project
from core.access.context import current, doing
from core.errors import Invalid, RuleError
from core.estate.models import Place, ProjectContractor
from core.history import record_event
from core.i18n import Text, lazy
from core.issues import flow
from core.issues.closing import Closing, close, closing_defaults, reopen
from core.issues.ground import (
    MOST_NAME,
    as_text,
    new_due,
    read_reason,
    region_code,
    rules_of,
    text_fault,
    today_of,
)  # fmt: skip
from core.issues.lists import export_copy, put_on_lists, sign, take_off_list, void_list
from core.issues.models import Issue
from core.issues.origins import origin_resources
from core.issues.rules import contractor_for
from core.numbers import next_number
from core.parameters import store
from core.values import is_blank

MOST_CODE = 20
"""Characters of a code of a list that belongs to a module."""


def contractor_of_category(session: Session, place: Place, category: str) -> int | None:
    """Whom the project's rules name for a category at a place."""
    return contractor_for(category, place.building_id, rules_of(session, place.project_id))


def faults_of(category: str, location: str, description: str, note: str, region: str) -> dict[str, Text]:
    """Field → sentence for what cannot be recorded."""
    parameters = store.catalogue()
    found: dict[str, Text] = {}
    if not parameters.options("issues.category", region).is_selectable(category):
        found["category"] = lazy("Choose a category from the list, by name, code or pinyin initials.")
    if not parameters.options("issues.location", region).is_selectable(location):
        found["location"] = lazy("Choose a location from the list.")
    if is_blank(description):
        found["description"] = lazy("Describe what is wrong: where exactly, and how large.")
    elif fault := text_fault(description):
        found["description"] = fault
    if fault := text_fault(note):
        found["note"] = fault
    return found


def record(
    session: Session,
    place: Place,
    *,
    origin: str,
    category: str,
    location: str,
    description: str,
    note: str = "",
    severity: str | None = None,
    contractor_id: int | None = None,
    found_by: str = "",
    found_on: date | None = None,
    round: str | None = None,
    row_uuid: str | None = None,
) -> Issue:
    """Record a finding at a place; the contractor comes from the category unless one is given.

    The same `row_uuid` again returns the finding already recorded. Raises Invalid with a sentence per field.
    """
    check_project(origin_resources("issue")[origin], "write", place.project_id)
    if row_uuid:
        known = session.scalars(select(Issue).where(Issue.row_uuid == row_uuid)).one_or_none()
        if known is not None:
            return known
    faults = faults_of(category, location, description, note, region_code(place.project_id))
    if faults := faults | _more_faults(severity, found_by, found_on, round, place.project_id):
        raise Invalid(faults)
    by_rule = contractor_of_category(session, place, category)
    if contractor_id is not None:
        _check_contractor(session, place.project_id, contractor_id)
    project = current().organisation.projects[place.project_id]
    issue = Issue(
        origin=origin,
        project_id=place.project_id,
        place_id=place.id,
        walk=place.walk,
        category=category,
        location=location,
        severity=severity,
        description=as_text(description) or "",
        note=as_text(note),
        contractor_id=contractor_id or by_rule,
        contractor_by_hand=contractor_id is not None and contractor_id != by_rule,
        state=flow.RECORDED,
        entered_at=clock.now(),
        entered_by_id=current().user_id,
        found_by=as_text(found_by) or current().name,
        found_on=found_on or today_of(place.project_id),
        round=round,
        row_uuid=row_uuid,
        number=next_number(session, project.code, Issue.number_letter, today_of(place.project_id)),
    )
    with doing(verb="record"):
        session.add(issue)
        session.flush()
        record_event(session, f"{origin}.issue_recorded", issue, category=category)
    return issue


def _more_faults(
    severity: str | None, found_by: str, found_on: date | None, round: str | None, project_id: int
) -> dict[str, Text]:
    """The same for what only a single finding is asked."""
    found: dict[str, Text] = {}
    severities = store.catalogue().options("issues.severity", region_code(project_id))
    if severity is not None and not severities.is_selectable(severity):
        found["severity"] = lazy("Choose one from the list.")
    if fault := text_fault(found_by, MOST_NAME):
        found["found_by"] = fault
    if found_on is not None and found_on > today_of(project_id):
        found["found_on"] = lazy("The day of the inspection lies in the future; correct it.")
    if round is not None and len(round) > MOST_CODE:
        found["round"] = lazy("Choose one from the list.")
    return found


def _check_contractor(session: Session, project_id: int, contractor_id: int) -> None:
    works = select(ProjectContractor.id).where(
        ProjectContractor.project_id == project_id, ProjectContractor.contractor_id == contractor_id
    )
    if session.scalar(works) is None:
        raise Invalid({"contractor_id": lazy("This {contractor} does not work on the project; choose another.")})


def similar_open(session: Session, place_id: int, category: str, location: str) -> Issue | None:
    """An open finding equal in home, category and location: offered as already recorded."""
    return session.scalars(
        select(Issue)
        .where(Issue.place_id == place_id, Issue.category == category, Issue.location == location,
               Issue.state.in_(flow.ISSUE.open_codes))
        .order_by(Issue.id).limit(1)
    ).one_or_none()  # fmt: skip


def edit(session: Session, issue: Issue, *, category: str, location: str, description: str, note: str = "") -> Issue:
    """Correct what was written; once on a list, the contractor has it in hand and nothing is edited."""
    check("write", issue)
    if issue.state != flow.RECORDED:
        raise RuleError(
            lazy(
                "This finding is with the {contractor} already and is not rewritten. Have it voided where it is wrong."
            )
        )
    if faults := faults_of(category, location, description, note, region_code(issue.project_id)):
        raise Invalid(faults)
    with doing(verb="edit"):
        if category != issue.category and not issue.contractor_by_hand:
            place = session.get_one(Place, issue.place_id)
            issue.contractor_id = contractor_of_category(session, place, category)
        issue.category, issue.location = category, location
        issue.description, issue.note = as_text(description) or "", as_text(note)
        session.flush()
    return issue


def adjust(session: Session, issue: Issue, *, contractor_id: int, reason: str) -> Issue:
    """Give a finding to another contractor, with the reason, until it was rectified.

    One that is on a list leaves it and waits to be put on a list of the new contractor.
    """
    check("write", issue)
    target, reason = flow.ISSUE.target("adjust", issue.state), read_reason(reason)
    if contractor_id == issue.contractor_id:
        raise Invalid({"contractor_id": lazy("This {contractor} has it already; choose another.")})
    _check_contractor(session, issue.project_id, contractor_id)
    with doing(verb="adjust", reason=reason):
        before, left = issue.contractor_id, issue.list_id
        issue.state, issue.contractor_id, issue.contractor_by_hand = target, contractor_id, True
        take_off_list(issue)
        session.flush()
        record_event(session, f"{issue.origin}.contractor_changed", issue, reason=reason, before=before, list=left)
    return issue


def rectification_faults(issue: Issue, result: str, on: date | None, by: str) -> dict[str, Text]:
    """Field → sentence for what a contractor cannot have reported about a finding."""
    found: dict[str, Text] = {}
    if fault := text_fault(result):
        found["result"] = fault
    if on is not None and on > today_of(issue.project_id):
        found["on"] = lazy("This day has not come yet; write the day on which it was finished.")
    elif on is not None and issue.found_on is not None and on < issue.found_on:
        found["on"] = lazy("It was found on %(day)s only and cannot have been rectified before.",
                           day=issue.found_on.isoformat())  # fmt: skip
    if fault := text_fault(by, MOST_NAME):
        found["by"] = fault
    return found


def rectified(session: Session, issue: Issue, *, result: str, on: date | None, by: str) -> Issue:
    """The contractor says it is done: to be re-checked. A day nobody told stays empty.

    Raises Invalid with a sentence per field.
    """
    check("list", issue)
    target = flow.ISSUE.target("rectified", issue.state)
    if faults := rectification_faults(issue, result, on, by):
        raise Invalid(faults)
    with doing(verb="rectified"):
        issue.state, issue.rectification = target, as_text(result)
        issue.rectified_on, issue.rectified_by = on, as_text(by)
        session.flush()
        record_event(session, f"{issue.origin}.issue_rectified", issue)
    return issue


def send_back(session: Session, issue: Issue, *, reason: str, due_on: date | None = None) -> Issue:
    """Not accepted at the re-check: rectified again, counted, due anew. What was reported stays to be read."""
    check("close", issue)
    target, reason = flow.ISSUE.target("send_back", issue.state), read_reason(reason)
    due_on = new_due(issue.project_id, due_on)
    with doing(verb="send_back", reason=reason):
        issue.state, issue.rework_count, issue.due_on = target, issue.rework_count + 1, due_on
        session.flush()
        record_event(session, f"{issue.origin}.issue_sent_back", issue, reason=reason, rework_count=issue.rework_count)
    return issue


def undone(session: Session, issue: Issue, verb: str) -> None:
    """Tell whoever heard of a deed that it was taken back; the finding stands as before it."""
    record_event(session, f"{issue.origin}.issue_undone", issue, verb=verb, state=issue.state)


def void(session: Session, issue: Issue, *, reason: str) -> Issue:
    """Entered wrongly or twice: kept with its reason, counted nowhere."""
    check("void", issue)
    target, reason = flow.ISSUE.target("void", issue.state), read_reason(reason)
    with doing(verb="void", reason=reason):
        issue.state = target
        session.flush()
        record_event(session, f"{issue.origin}.issue_voided", issue, reason=reason)
    return issue


__all__ = [
    "Closing", "adjust", "close", "closing_defaults", "edit", "export_copy", "faults_of", "put_on_lists", "record",
    "rectification_faults", "rectified", "region_code", "reopen", "rules_of", "send_back", "sign", "similar_open",
    "undone", "void", "void_list",
]  # fmt: skip
