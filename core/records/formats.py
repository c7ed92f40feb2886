"""Values as people read them: dates, moments, money, areas, numbers. The same in lists, records and histories."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core import clock
from core.i18n import _, ngettext
from core.issues.rules import days_overdue
from core.records.parts import Cell


def date_text(day: date | None, today: date) -> str:
    """`11-20`; with the year when it is another one: `2025-12-31`."""
    if day is None:
        return ""
    return f"{day:%m-%d}" if day.year == today.year else f"{day:%Y-%m-%d}"


def moment_text(moment: datetime | None, zone: str = clock.DEFAULT_ZONE) -> str:
    """`11-20 10:18` on the wall clock of `zone`; with the year when it is another one."""
    if moment is None:
        return ""
    wall = clock.local(moment, zone)
    return f"{wall:%m-%d %H:%M}" if wall.year == clock.today(zone).year else f"{wall:%Y-%m-%d %H:%M}"


def since_text(moment: datetime, zone: str = clock.DEFAULT_ZONE) -> str:
    """As `moment_text`, saying today and yesterday in words."""
    wall, today = clock.local(moment, zone), clock.today(zone)
    days = (today - wall.date()).days
    if days == 0:
        return _("today %(time)s", time=f"{wall:%H:%M}")
    if days == 1:
        return _("yesterday %(time)s", time=f"{wall:%H:%M}")
    return moment_text(moment, zone)


def money_text(amount: Decimal | None) -> str:
    """`1,280.00`."""
    return "" if amount is None else f"{amount:,.2f}"


def number_text(value: Any) -> str:
    return "" if value is None else f"{value:,}"


def due_cell(due_on: date | None, is_open: bool, today: date) -> Cell:
    """Grey date, amber when it is today, red with the days past it."""
    if due_on is None:
        return Cell("", "due")
    if is_open and due_on < today:
        late = days_overdue(due_on, today)
        return Cell(ngettext("%(n)s day overdue", "%(n)s days overdue", late), "due", tone="late",
                    title=due_on.isoformat())  # fmt: skip
    if is_open and due_on == today:
        return Cell(_("due today"), "due", tone="today", title=due_on.isoformat())
    return Cell(date_text(due_on, today), "due")


def short_number(number: str | None, whole: bool) -> str:
    """`I2611-00086` inside one project, the whole number across projects (look.md, Writing)."""
    text = number or ""
    return text if whole or text.count("-") < 2 else text.partition("-")[2]
