"""整改单: numbered lists that carry findings to contractors – made, sent, signed for, taken back, voided."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock
from core.access.check import check, check_project, may
from core.access.context import current, doing
from core.errors import Invalid, RuleError
from core.history import record_event
from core.i18n import Text, lazy
from core.issues import flow
from core.issues.ground import MOST_NAME, as_text, due_after, read_reason, text_fault, today_of, zone_of
from core.issues.models import Issue, IssueList
from core.issues.origins import origin_resources
from core.numbers import next_number
from core.values import is_blank


def put_on_lists(session: Session, issues: Sequence[Issue], *, promised_on: date | None = None) -> list[IssueList]:
    """One numbered list per contractor of the findings given, lines in walking order.

    Raises RuleError when one has no contractor, is on a list, or they belong to several projects.
    """
    issues = list(dict.fromkeys(issues))
    if not issues:
        raise RuleError(lazy("No finding waits for a list here. Widen the days or choose another {contractor}."))
    if len({(issue.project_id, issue.origin) for issue in issues}) > 1:
        raise RuleError(lazy("These findings belong to several projects; make the lists project by project."))
    for issue in issues:
        check("list", issue)
        flow.ISSUE.target("list", issue.state)
        if issue.contractor_id is None:
            raise RuleError(lazy("%(number)s has no {contractor}; set one first.", number=issue.number))
    project_id = issues[0].project_id
    check_project(origin_resources("list")[issues[0].origin], "list", project_id)
    if promised_on is not None and promised_on < today_of(project_id):
        raise Invalid({"promised_on": lazy("The day has passed already; choose today or a later one.")})
    by_contractor: dict[int, list[Issue]] = {}
    for issue in sorted(issues, key=lambda one: (one.contractor_id, one.walk, one.id)):
        by_contractor.setdefault(issue.contractor_id or 0, []).append(issue)
    due = promised_on or due_after(project_id)
    return [_one_list(session, contractor_id, mine, due) for contractor_id, mine in by_contractor.items()]


def _one_list(session: Session, contractor_id: int, issues: Sequence[Issue], due: date) -> IssueList:
    moment, project_id = clock.now(), issues[0].project_id
    code = current().organisation.projects[project_id].code
    made = IssueList(
        origin=issues[0].origin, project_id=project_id, contractor_id=contractor_id, state=flow.SENT, promised_on=due,
        exported_at=moment, exported_by_id=current().user_id, copies=0,
        entered_from=min(one.entered_at for one in issues), entered_to=max(one.entered_at for one in issues),
        number=next_number(session, code, IssueList.number_letter, today_of(project_id)),
    )  # fmt: skip
    with doing(verb="list"):
        session.add(made)
        session.flush()
        for line, issue in enumerate(issues, 1):
            issue.state = flow.LISTED
            issue.list_id, issue.list_line, issue.due_on, issue.listed_at = made.id, line, due, moment
        session.flush()
        record_event(session, f"{made.origin}.list_sent", made, lines=len(issues))
    return made


def take_off_list(issue: Issue) -> None:
    """Forget the list a finding is on, and everything that came with it; whoever calls decides its state."""
    issue.list_id = issue.list_line = issue.due_on = issue.listed_at = issue.signed_at = None


def export_copy(session: Session, made: IssueList) -> IssueList:
    """A list leaves, the first time or once more: the number stays, and the copy says which one it is.

    Only what those who send lists take out is counted; whoever reads takes a look.
    """
    check("export", made)
    if made.state == flow.VOID:
        raise RuleError(lazy("%(number)s is void; it is not sent any more.", number=made.number))
    if not may("list", made):
        return made
    with doing(verb="export"):
        made.copies += 1
        session.flush()
        record_event(session, f"{made.origin}.list_exported", made, copy=made.copies)
    return made


def sign(
    session: Session, made: IssueList, *, by: str, on: date | None = None, promised_on: date | None = None
) -> IssueList:
    """The contractor signed for its list on a day (today): its lines are being rectified, due on the day promised.

    Raises RuleError where it was signed for before, Invalid with a sentence per field.
    """
    check("list", made)
    target = flow.LIST.target("sign", made.state)
    if made.signed_by is not None:
        raise RuleError(lazy("%(number)s was signed for by %(name)s already.", number=made.number, name=made.signed_by))
    on = on or today_of(made.project_id)
    if faults := _signing_faults(made, by, on, promised_on):
        raise Invalid(faults)
    with doing(verb="sign"):
        made.state, made.signed_by, made.signed_on = target, as_text(by), on
        moved = promised_on is not None and promised_on != made.promised_on
        made.promised_on = promised_on or made.promised_on
        for issue in _waiting(session, made):
            issue.state, issue.signed_at = flow.RECTIFYING, clock.now()
            issue.due_on = promised_on if moved else issue.due_on
        session.flush()
        record_event(session, f"{made.origin}.list_signed", made, by=made.signed_by, on=on, promised=made.promised_on)
    return made


def _waiting(session: Session, made: IssueList) -> Sequence[Issue]:
    """The lines nobody signed for yet."""
    return session.scalars(select(Issue).where(Issue.list_id == made.id, Issue.state == flow.LISTED)).all()


def _signing_faults(made: IssueList, by: str, on: date, promised_on: date | None) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    made_on = clock.local(made.exported_at, zone_of(made.project_id)).date()
    if is_blank(by):
        faults["by"] = lazy("Write who signed for the list.")
    elif fault := text_fault(by, MOST_NAME):
        faults["by"] = fault
    if on > today_of(made.project_id):
        faults["on"] = lazy("This day has not come yet; write the day on which it was signed.")
    elif on < made_on:
        faults["on"] = lazy("The list was made on %(day)s; it cannot be signed for before.", day=made_on.isoformat())
    if promised_on is not None and promised_on != made.promised_on and promised_on < made_on:
        faults["promised_on"] = lazy("The day lies before the list was made on %(day)s.", day=made_on.isoformat())
    return faults


def returned(session: Session, made: IssueList, *, lines: int) -> IssueList:
    """The filled list came back with `lines` more lines rectified."""
    check("list", made)
    target = flow.LIST.target("returned", made.state)
    with doing(verb="returned"):
        made.state, made.returned_at = target, clock.now()
        session.flush()
        record_event(session, f"{made.origin}.list_returned", made, lines=lines)
    return made


def void_list(session: Session, made: IssueList, *, reason: str) -> IssueList:
    """Made by mistake: kept with its number and reason; its findings wait for a list again.

    Raises RuleError once it was signed for, or one of its findings was rectified.
    """
    check("list", made)
    target, reason = flow.LIST.target("void", made.state), read_reason(reason)
    at_work = (flow.RECTIFYING, flow.TO_VERIFY)
    begun = select(func.count()).select_from(Issue).where(Issue.list_id == made.id, Issue.state.in_(at_work))
    if count := session.scalar(begun):
        raise RuleError(
            lazy("%(n)s findings of %(number)s are rectified or being rectified already; sign for it instead.",
                 n=count, number=made.number)
        )  # fmt: skip
    with doing(verb="void", reason=reason):
        made.state = target
        freed = _waiting(session, made)
        for issue in freed:
            issue.state = flow.RECORDED
            take_off_list(issue)
        session.flush()
        record_event(session, f"{made.origin}.list_voided", made, reason=reason,
                     findings=[issue.number for issue in freed])  # fmt: skip
    return made
