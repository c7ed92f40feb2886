"""What becomes of a row that a contractor reports: whose line it is, and whether it can be taken."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.check import may
from core.estate.models import Place
from core.i18n import Text, lazy
from core.issues import flow
from core.issues.filled import ReturnedRow
from core.issues.models import Issue, IssueList
from core.issues.services import rectification_faults
from core.records.labels import labels
from core.values import fold, tidy

TAKEN, KNOWN, LEFT, REFUSED = "taken", "known", "left", "refused"
MOST_ASKED = 500
"""Numbers per IN list, well below what either database takes."""
NOT_DONE = frozenset(
    fold(word)
    for word in (
        "未", "否", "无", "没", "×", "x", "✗", "未完成", "未整改", "未处理", "未维修", "未修", "未修复", "未开始",
        "未动工", "未施工", "尚未完成", "尚未整改", "没完成", "没有完成", "没整改", "没处理", "没修", "待整改",
        "待处理", "待维修", "待施工", "待材料", "待料", "整改中", "处理中", "维修中", "施工中", "进行中", "正在整改",
        "正在处理", "正在维修", "无法整改", "无法处理", "无法维修", "no", "not done", "not yet",
        "open", "pending", "in progress",
    )
)  # fmt: skip
"""What people write into the column of results when there is none."""


@dataclass(frozen=True)
class Verdict:
    code: str
    message: Text = ""
    issue: Issue | None = None


class Book:
    """The lists and findings that marks name, as far as the person may see and work on them; a few statements."""

    def __init__(self, session: Session, origin: str, marks: Iterable[tuple[str, str]]) -> None:
        named = set(marks)
        self.lists: dict[str, IssueList] = {}
        for part in _chunks({number for number, _ in named if number}):
            query = select(IssueList).where(IssueList.origin == origin, IssueList.number.in_(part))
            self.lists |= {one.number or "": one for one in session.scalars(query) if may("list", one)}
        self.issues: dict[str, Issue] = {}
        for part in _chunks({number for _, number in named if number}):
            found = select(Issue).where(Issue.origin == origin, Issue.number.in_(part))
            self.issues |= {one.number or "": one for one in session.scalars(found)}
        self.homes = labels(session, Place, {one.place_id for one in self.issues.values()})


def _chunks(numbers: set[str]) -> Iterable[list[str]]:
    ordered = sorted(numbers)
    return (ordered[at : at + MOST_ASKED] for at in range(0, len(ordered), MOST_ASKED))


def judge(book: Book, list_number: str, row: ReturnedRow, seen: dict[tuple[str, str], ReturnedRow]) -> Verdict:
    """The verdict on a row of the sheet of a list; `seen` holds the lines that came before it in the file."""
    if not row.mark[1]:
        return _refused(lazy("The row has no mark: it was added by hand. Record what is new as a finding of its own."))
    made = book.lists.get(list_number)
    if made is None:
        return _refused(lazy("There is no list %(number)s that you work on.", number=list_number[:40] or "–"))
    issue = book.issues.get(row.mark[1])
    if fault := _stranger(book, made, issue, row):
        return _refused(fault)
    assert issue is not None
    first = seen.setdefault(row.mark, row)
    if first is not row:
        return _refused(lazy("The same line as row %(row)s; keep one of them.", row=first.row), issue)
    if made.state == flow.VOID:
        return _refused(lazy("%(number)s was voided; nothing is taken back from it.", number=made.number), issue)
    return _weigh(issue, row)


def _refused(message: Text, issue: Issue | None = None) -> Verdict:
    return Verdict(REFUSED, message, issue)


def _stranger(book: Book, made: IssueList, issue: Issue | None, row: ReturnedRow) -> Text | None:
    """Why a row is no line of this list. What one may not see is refused like what does not exist."""
    other = book.lists.get(row.mark[0])
    if row.mark[0] != made.number and other is None:
        return lazy("There is no list %(number)s that you work on.", number=row.mark[0][:40])
    if other is not None and other is not made:
        return _foreign(made, other)
    if issue is None:
        return lazy("%(line)s does not stand on list %(number)s.", line=row.mark[1][:40], number=made.number)
    if issue.list_id != made.id:
        if issue.project_id != made.project_id or issue.contractor_id != made.contractor_id:
            return _foreign(made, issue)
        return lazy("%(line)s does not stand on list %(number)s.", line=issue.number, number=made.number)
    if not _shows(row, issue, book.homes.get(issue.place_id, "")):
        return lazy("The row shows another finding than its mark, %(line)s: it was sorted or copied without the hidden "
                    "column. Fill the workbook that was sent anew.", line=issue.number)  # fmt: skip
    return None


def _foreign(made: IssueList, other: IssueList | Issue) -> Text:
    if other.project_id != made.project_id:
        return lazy("%(line)s belongs to another project than list %(number)s.", line=other.number, number=made.number)
    if other.contractor_id != made.contractor_id:
        return lazy("%(line)s belongs to another {contractor} than list %(number)s.", line=other.number,
                    number=made.number)  # fmt: skip
    return lazy("The row belongs to list %(other)s; send it back on the sheet of that list.", other=other.number)


def _shows(row: ReturnedRow, issue: Issue, home: str) -> bool:
    """Whether what can be read in a row fits its mark: the description, or number and home where that was edited."""
    shown = {name: fold(text) for name, text in row.shown.items()}
    if not shown or shown.get("description") == fold(issue.description):
        return True
    rest = [(shown[name], fold(own)) for name, own in (("at", issue.list_line), ("place", home)) if name in shown]
    return bool(rest) and all(there == own for there, own in rest)


def _weigh(issue: Issue, row: ReturnedRow) -> Verdict:
    """A line of the list: what is reported of it, and whether that can be."""
    if not row.says_anything:
        return Verdict(LEFT, issue=issue)
    if row.faults:
        return _refused(row.faults[0], issue)
    reported = (row.result or None, row.on, row.by or None)
    is_same = reported == (issue.rectification, issue.rectified_on, issue.rectified_by)
    if is_same and issue.state in (flow.TO_VERIFY, flow.CLOSED):
        return Verdict(KNOWN, issue=issue)
    if issue.state == flow.TO_VERIFY:
        return Verdict(KNOWN, lazy("It was reported as rectified before; that report stays."), issue)
    if not flow.ISSUE.can("rectified", issue.state):
        state = flow.ISSUE.state(issue.state).label
        return _refused(lazy("It is “%(state)s” already and is not changed.", state=state), issue)
    if not row.result:
        return _refused(lazy("Day or name is filled in, the result is not; write what was done."), issue)
    if fold(tidy(row.result).strip("。.！!，, ")) in NOT_DONE:
        return Verdict(LEFT, lazy("“%(result)s” says that it is not done yet.", result=row.result), issue)
    if is_same:
        return Verdict(KNOWN, lazy("This report was not accepted. Once it is rectified again, write the new day or "
                                   "result."), issue)  # fmt: skip
    faults = rectification_faults(issue, row.result, row.on, row.by)
    return _refused(next(iter(faults.values())), issue) if faults else Verdict(TAKEN, issue=issue)
