"""The closing block (manual chapter 4, step 3; domain.md 2.11): its defaults, its checks, the close and its undoing."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from core import clock
from core.access.check import check
from core.access.context import current, doing
from core.errors import Invalid
from core.estate.models import Project
from core.history import record_event
from core.i18n import Text, lazy
from core.issues import flow
from core.issues.ground import MOST_NAME, MOST_TEXT, as_text, new_due, read_reason, region_code, text_fault
from core.issues.models import Issue
from core.issues.rules import rework_after
from core.parameters import store
from core.values import is_blank

MOST_REWORK = 99


@dataclass(frozen=True)
class Closing:
    """The closing block (manual ch. 4 step 3). 是否返修 follows from the count."""

    business_stage: str
    method: str
    rework_count: int
    close_type: str
    confirmed_by: str
    close_note: str
    solution: str


def closing_defaults(session: Session, issue: Issue, lang: str = "zh") -> Closing:
    """What a normal close would say (domain.md 2.11). A report that was sent back says nothing any more."""
    category = store.catalogue().options("issues.category", region_code(issue.project_id)).get(issue.category)
    values = category.values if category else {}
    phrase = values.get("phrase")
    project = session.get(Project, issue.project_id)
    reported = issue.rectification if issue.state == flow.TO_VERIFY else None
    return Closing(
        business_stage=values.get("stage", "other"),
        method=values.get("method", "repair"),
        rework_count=issue.rework_count,
        close_type="normal",
        confirmed_by=(project.client_representative if project else None) or "",
        close_note="",
        solution=reported or (phrase.say(lang).text if phrase else ""),
    )


def close(session: Session, issue: Issue, block: Closing) -> Issue:
    """End a finding with its closing block. Raises Invalid with a sentence per field."""
    check("close", issue)
    target = flow.ISSUE.target("close", issue.state)
    faults = _closing_faults(issue, block)
    if faults:
        raise Invalid(faults)
    with doing(verb="close"):
        issue.state, issue.closed_at, issue.closed_by_id = target, clock.now(), current().user_id
        issue.business_stage, issue.method, issue.close_type = block.business_stage, block.method, block.close_type
        issue.confirmed_by, issue.close_note = as_text(block.confirmed_by), as_text(block.close_note)
        issue.solution, issue.rework_count = as_text(block.solution), block.rework_count
        session.flush()
        record_event(session, f"{issue.origin}.issue_closed", issue, close_type=block.close_type)
    return issue


def _closing_faults(issue: Issue, block: Closing) -> dict[str, Text]:
    parameters, region = store.catalogue(), region_code(issue.project_id)
    faults: dict[str, Text] = {}
    for name in ("business_stage", "method", "close_type"):
        if not parameters.options(f"issues.{name}", region).is_selectable(getattr(block, name)):
            faults[name] = lazy("Choose one from the list.")
    if fault := _rework_fault(issue.rework_count, block.rework_count):
        faults["rework_count"] = fault
    if is_blank(block.confirmed_by):
        faults["confirmed_by"] = lazy("Write who confirmed the result, such as the developer's site representative.")
    if is_blank(block.solution):
        faults["solution"] = lazy("Write how it was put right.")
    if is_blank(block.close_note) and block.close_type != "normal":
        faults["close_note"] = lazy("A close that is not normal needs its reason here.")
    elif is_blank(block.close_note) and block.rework_count > issue.rework_count:
        faults["close_note"] = lazy("You raised the number of reworks; write the reason here.")
    for name, most in (("confirmed_by", MOST_NAME), ("close_note", MOST_TEXT), ("solution", MOST_TEXT)):
        if fault := text_fault(getattr(block, name), most):
            faults[name] = fault
    return faults


def _rework_fault(counted: int, stated: int) -> Text | None:
    try:
        rework_after(counted, stated)
    except ValueError:
        return lazy("It was sent back %(n)s times already; the number can be raised, not lowered.", n=counted)
    if stated > MOST_REWORK:
        return lazy("%(n)s reworks cannot be meant; correct the number.", n=stated)
    return None


def reopen(session: Session, issue: Issue, *, reason: str, due_on: date | None = None) -> Issue:
    """A closed finding was not right after all: back to rectifying, counted, due anew.

    Its closing block is empty again, as it will be closed another time; the history keeps what it said.
    """
    check("reopen", issue)
    target, reason = flow.ISSUE.target("reopen", issue.state), read_reason(reason)
    due_on = new_due(issue.project_id, due_on)
    with doing(verb="reopen", reason=reason):
        issue.state, issue.rework_count, issue.due_on = target, issue.rework_count + 1, due_on
        issue.closed_at = issue.closed_by_id = None
        issue.business_stage = issue.method = issue.close_type = None
        issue.confirmed_by = issue.close_note = issue.solution = None
        session.flush()
        record_event(session, f"{issue.origin}.issue_reopened", issue, reason=reason, rework_count=issue.rework_count)
    return issue
