"""Findings handed to contractors: lists that were returned, signed for, or only sent, and how far their lines are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from core.estate.models import Contractor, ProjectContractor
from core.issues import flow
from core.issues.models import Issue, IssueList
from core.parameters import store
from plugins.inspection.demo.findings import Site
from plugins.inspection.demo.phrases import result

OVERDUE = 0.07
"""Share of all findings that are open past their day; four in five of them with the worst contractor."""
WORST_SHARE = 0.8
WORST = "main"
"""The kind of contractor that is clearly the worst: most findings, most overdue, most rectified twice."""
DUE_TODAY = "水电"
"""The trade whose signed list is due on the day of loading."""
PROMISED = 7
RETURNED, SIGNED, SENT = "returned", "signed", "sent"


def age_group(days: int) -> str:
    """What became of the list a finding is on, by how many days ago it was found; empty: on none yet."""
    return RETURNED if days >= 11 else SIGNED if days >= 6 else SENT if days >= 3 else ""


@dataclass
class Sheet:
    """A list in the making."""

    contractor: Contractor
    contact: str
    group: str
    exported_on: date
    promised_on: date
    lines: list[Issue] = field(default_factory=list)
    signed_at: datetime | None = None


def hand_over(site: Site) -> None:
    """Put what was found three days ago and earlier on lists, and let contractors get on with it."""
    sheets = _sheets(site)
    late = _late(site, sheets)
    made = [(sheet, _row(site, sheet)) for sheet in sheets]
    site.number([row for _, row in made], IssueList.number_letter, lambda row: row.exported_at.date())
    site.session.add_all(row for _, row in made)
    site.session.flush()
    for sheet, row in made:
        for line, issue in enumerate(sheet.lines, 1):
            issue.list_id, issue.list_line, issue.listed_at = row.id, line, row.exported_at
            issue.state, issue.due_on, issue.signed_at = flow.LISTED, row.promised_on, sheet.signed_at
            _proceed(site, sheet, issue, id(issue) in late)


def _sheets(site: Site) -> list[Sheet]:
    """One per part of the inspection, age and contractor, by the day they left."""
    contractors = {row.id: row for row in site.session.scalars(select(Contractor))}
    at_work = select(ProjectContractor).where(ProjectContractor.project_id == site.project.id)
    contacts = {row.contractor_id: row.contact or "" for row in site.session.scalars(at_work)}
    found: dict[tuple[int, str, int], list[Issue]] = {}
    last: dict[tuple[int, str], date] = {}
    for issue, scene in site.found:
        assert issue.found_on is not None
        group = age_group((site.today - issue.found_on).days)
        if group and issue.contractor_id:
            found.setdefault((scene.starts, group, issue.contractor_id), []).append(issue)
            last[scene.starts, group] = max(issue.found_on, last.get((scene.starts, group), issue.found_on))
    sheets = []
    for (starts, group, contractor_id), lines in found.items():
        contractor, exported_on = contractors[contractor_id], last[starts, group] + timedelta(days=1)
        promised_on = exported_on + timedelta(days=PROMISED)
        if group == SIGNED and contractor.trade == DUE_TODAY:
            promised_on = site.today
        lines.sort(key=lambda one: (site.walk[one.place_id], one.number))
        sheets.append(Sheet(contractor, contacts[contractor_id], group, exported_on, promised_on, lines))
    return sorted(sheets, key=lambda one: (one.exported_on, one.contractor.id))


def _late(site: Site, sheets: Sequence[Sheet]) -> set[int]:
    """The lines that are open past their day, of lists that came back, the newest first."""
    wanted = round(len(site.found) * OVERDUE)
    pools: dict[bool, list[tuple[date, float, Issue]]] = {True: [], False: []}
    for sheet in sheets:
        if sheet.group == RETURNED and sheet.promised_on < site.today:
            some = site.dice.sample(sheet.lines, len(sheet.lines) * 3 // 5)
            pools[sheet.contractor.kind == WORST] += [(sheet.exported_on, site.dice.random(), one) for one in some]
    worst, others = (sorted(pools[is_worst], key=lambda one: one[:2], reverse=True) for is_worst in (True, False))
    worst = worst[: round(wanted * WORST_SHARE)]
    return {id(issue) for _, _, issue in (*worst, *others[: wanted - len(worst)])}


def _row(site: Site, sheet: Sheet) -> IssueList:
    exported_at = site.moment(sheet.exported_on, 17, 30)
    sheet.signed_at = site.moment(sheet.exported_on + timedelta(days=1), 10, 15) if sheet.group != SENT else None
    returned_at = site.moment(sheet.promised_on - timedelta(days=1), 16, 40) if sheet.group == RETURNED else None
    moments = [one.entered_at for one in sheet.lines]
    return IssueList(
        origin="inspection", project_id=site.project.id, contractor_id=sheet.contractor.id, state=sheet.group, copies=1,
        exported_by_id=site.account, exported_at=exported_at, entered_from=min(moments), entered_to=max(moments),
        promised_on=sheet.promised_on, signed_by=sheet.contact if sheet.signed_at else None,
        signed_on=sheet.exported_on + timedelta(days=1) if sheet.signed_at else None,
        returned_at=returned_at,
    )  # fmt: skip


def _proceed(site: Site, sheet: Sheet, issue: Issue, is_late: bool) -> None:
    """How far a line is. What came back is closed, sent back once more, or late; what was signed for is in hand."""
    dice, is_worst = site.dice, sheet.contractor.kind == WORST
    if sheet.group == SENT:
        return
    issue.state = flow.RECTIFYING
    if sheet.group == SIGNED:
        chance = dice.random()
        if chance < 0.4:
            _rectified(site, sheet, issue, site.today - timedelta(days=1))
        return
    if is_late:
        issue.rework_count = int(is_worst and dice.random() < 0.3)
        return
    _rectified(site, sheet, issue, sheet.promised_on - timedelta(days=dice.randint(1, 3)))
    if sheet.promised_on >= site.today - timedelta(days=10) and dice.random() < (0.2 if is_worst else 0.06):
        issue.rework_count, issue.due_on = 1, site.today + timedelta(days=dice.randint(0, 4))
        if dice.random() < 0.6:
            issue.state, issue.rectified_on, issue.rectified_by, issue.rectification = flow.RECTIFYING, None, None, None
        return
    issue.rework_count = int(dice.random() < (0.22 if is_worst else 0.04))
    _close(site, issue, sheet.promised_on)


def _rectified(site: Site, sheet: Sheet, issue: Issue, on: date) -> None:
    issue.state, issue.rectified_on, issue.rectified_by = flow.TO_VERIFY, on, sheet.contact
    issue.rectification = result(issue.category, site.dice)


def _close(site: Site, issue: Issue, promised_on: date) -> None:
    option = store.catalogue().options("issues.category").get(issue.category)
    values = option.values if option else {}
    day = min(promised_on + timedelta(days=site.dice.randint(-1, 1)), site.today - timedelta(days=1))
    issue.state, issue.closed_by_id = flow.CLOSED, site.account
    issue.closed_at = site.moment(max(day, issue.rectified_on or day), 15, site.dice.randint(0, 59))
    issue.business_stage, issue.method = values.get("stage", "construction"), values.get("method", "repair")
    issue.close_type, issue.confirmed_by = "normal", site.project.client_representative
    issue.solution = issue.rectification
