"""The one clock. Moments are aware UTC datetimes; days are the local calendar days of a region's zone.

Tests and demo homes may freeze it (`freeze`, or `ATRIUM_NOW` through `core.settings`); nothing else asks the system.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

DEFAULT_ZONE = "Asia/Shanghai"

_frozen: datetime | None = None


def now() -> datetime:
    """This moment, in UTC, to the microsecond."""
    return _frozen or datetime.now(UTC)


def running() -> datetime:
    """This moment by the real clock even while the other is stopped: for heartbeats, leases and schedules."""
    return datetime.now(UTC)


def today(zone: str = DEFAULT_ZONE) -> date:
    """The calendar day it is now in `zone`."""
    return now().astimezone(ZoneInfo(zone)).date()


def local(moment: datetime, zone: str = DEFAULT_ZONE) -> datetime:
    """`moment` as the wall clock of `zone` shows it."""
    return moment.astimezone(ZoneInfo(zone))


def from_local(wall: datetime, zone: str = DEFAULT_ZONE) -> datetime:
    """The UTC moment of a wall-clock time; one that carries a zone already keeps its instant."""
    return (wall if wall.tzinfo else wall.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def set_frozen(moment: datetime | None) -> None:
    """Stop the clock at `moment` (aware), or let it run again with None."""
    global _frozen
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a frozen clock needs a moment with its zone")
    _frozen = moment.astimezone(UTC) if moment else None


@contextmanager
def freeze(moment: datetime) -> Iterator[None]:
    """Stop the clock for the block, then restore what was."""
    before = _frozen
    set_frozen(moment)
    try:
        yield
    finally:
        set_frozen(before)
