"""The filled workbook of a contractor, taken back: a verdict per line, then the good lines become rectified."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from core.access.context import current
from core.errors import Forbidden, Invalid, RuleError
from core.excel import read_sheets
from core.i18n import Text, lazy
from core.issues import lists
from core.issues.filled import Filled, ReturnedRow, read_filled
from core.issues.judging import KNOWN, LEFT, REFUSED, TAKEN, Book, judge
from core.issues.models import Issue, IssueList
from core.issues.origins import origin_resources
from core.issues.services import rectified

__all__ = ["KNOWN", "LEFT", "REFUSED", "TAKEN", "Returned", "ReturnedLine", "read_returned", "take_returned"]


@dataclass
class ReturnedLine:
    """A row: `taken` becomes rectified, `known` is so already, `left` reports nothing, `refused` says why."""

    sheet: str
    row: int
    verdict: str = LEFT
    message: Text = ""
    number: str = ""
    result: str = ""
    on: date | None = None
    by: str = ""
    issue: Issue | None = None


@dataclass
class Returned:
    """What a workbook holds, list by list; `faults` are sheets that cannot be taken back (name → sentence)."""

    lists: list[IssueList] = field(default_factory=list)
    lines: list[ReturnedLine] = field(default_factory=list)
    faults: dict[str, Text] = field(default_factory=dict)
    written: bool = False

    def count(self, verdict: str) -> int:
        return sum(1 for line in self.lines if line.verdict == verdict)


def read_returned(session: Session, content: Path | bytes, origin: str) -> Returned:
    """Judge a filled workbook; nothing is written.

    Raises RuleError when no sheet of it can be taken back, Forbidden for whoever may not work on lists.
    """
    if not current().may(origin_resources("list")[origin], "list"):
        raise Forbidden(
            lazy("You may not do this here. Ask your administrator for the role that does it in this project.")
        )
    filled = [found for sheet in read_sheets(content) if (found := read_filled(sheet)) is not None]
    judged = Returned(faults={one.sheet: one.fault for one in filled if one.fault})
    whole = [one for one in filled if not one.fault]
    if not whole:
        raise RuleError(
            next(iter(judged.faults.values()), None)
            or lazy("No sheet of this workbook is a list of ours. Choose the workbook that was sent, filled in.")
        )
    book = Book(session, origin, (mark for one in whole for mark in [(one.number, ""), *_marks(one)]))
    seen: dict[tuple[str, str], ReturnedRow] = {}
    for one in whole:
        judged.lines += [_line(book, one, row, seen) for row in one.rows]
    held = {line.issue.list_id for line in judged.lines if line.issue is not None}
    judged.lists = [made for made in book.lists.values() if made.id in held]
    return judged


def _marks(one: Filled) -> Iterable[tuple[str, str]]:
    return (row.mark for row in one.rows)


def _line(book: Book, sheet: Filled, row: ReturnedRow, seen: dict[tuple[str, str], ReturnedRow]) -> ReturnedLine:
    verdict = judge(book, sheet.number, row, seen)
    return ReturnedLine(
        sheet.sheet, row.row, verdict.code, verdict.message, row.mark[1], row.result, row.on, row.by, verdict.issue
    )


def take_returned(session: Session, content: Path | bytes, origin: str) -> Returned:
    """Judge and write: good lines become rectified, their lists returned. The same file again changes nothing."""
    judged = read_returned(session, content, origin)
    done: dict[int | None, int] = {}
    for line in judged.lines:
        if line.verdict != TAKEN or line.issue is None:
            continue
        try:
            with session.begin_nested():
                rectified(session, line.issue, result=line.result, on=line.on, by=line.by)
            done[line.issue.list_id] = done.get(line.issue.list_id, 0) + 1
        except RuleError as refusal:
            line.verdict, line.message = REFUSED, _first(refusal)
    for made in judged.lists:
        if made.id in done:
            lists.returned(session, made, lines=done[made.id])
    judged.written = True
    return judged


def _first(refusal: RuleError) -> Text:
    found: Text = next(iter(refusal.errors.values())) if isinstance(refusal, Invalid) else refusal.message
    return found
