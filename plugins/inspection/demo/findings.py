"""Homes walked through, and what was found in them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access.models import Person
from core.demo.accounts import HELD_IN, PEOPLE
from core.estate.models import Building, CommonArea, Place, Project, Region, Room
from core.issues import flow
from core.issues.models import Issue
from core.issues.rules import contractor_for
from core.issues.services import rules_of
from core.numbers import reserve_numbers
from core.parameters import store
from plugins.inspection.demo.phrases import Writer, measured, note, parts
from plugins.inspection.demo.scenes import Scene
from plugins.inspection.models import HomeInspection, Plan
from plugins.inspection.rules import OPEN

CLEAN = 0.05
"""Share of homes in which nothing is found."""
SEVERITIES = (("normal", 90), ("important", 8), ("severe", 2))
PACE = timedelta(seconds=140)
"""From one typed finding to the next."""


class Site:
    """A project of the demo while it is filled: who inspects there, and what was found."""

    def __init__(self, session: Session, project: Project) -> None:
        region = session.get_one(Region, project.region_id)
        self.session, self.project, self.dice = session, project, Random(project.code)
        self.zone = store.catalogue().zone(region.code)
        self.today, self.now = clock.today(self.zone), clock.now()
        self.rules, self.writer = rules_of(session, project.id), Writer(self.dice)
        self.found: list[tuple[Issue, Scene]] = []
        self.walk: dict[int, str] = {}
        prefix = region.code.lower()
        names = PEOPLE["inspection"], PEOPLE["project"]
        at = list(HELD_IN).index(prefix) if prefix in HELD_IN else 0
        self.inspector, self.colleague = (pair[at] for pair in names)
        self.account = session.scalar(select(Person.id).where(Person.username == f"{prefix}.inspection"))

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A time of the project's day, never later than now."""
        return min(clock.from_local(datetime.combine(day, time(hour, minute)), self.zone), self.now)

    def homes(self, scene: Scene) -> list[Room]:
        """The homes of a scene in walking order."""
        query = (
            select(Room)
            .join(Building, Building.id == Room.building_id)
            .where(Room.project_id == self.project.id, Building.name.in_(scene.buildings), Room.floor <= scene.floors)
            .order_by(Room.walk, Room.id)
        )
        return list(self.session.scalars(query))

    def inspect(self, scene: Scene, homes: Sequence[Room], plan: Plan | None) -> None:
        """Walk through the homes reached by now, some each day; the last one is not done yet where the plan runs."""
        reached = homes[: round(len(homes) * scene.done)]
        last = min(scene.ends, 0)
        for at, home in enumerate(reached):
            day = self._working_day(scene.starts + (last - scene.starts + 1) * at // len(reached))
            inspector = self.inspector if self.dice.random() < 0.7 else self.colleague
            count = 0 if self.dice.random() < CLEAN else int(self.dice.triangular(8, 26, 11))
            for category, location, text in self.writer.home(home.layout, count):
                self._note(home, scene, category, location, text, day, inspector)
            if scene.state == OPEN and scene.subject and home is reached[-1]:
                continue
            self.session.add(HomeInspection(
                project_id=self.project.id, place_id=home.id, round="first", inspected_on=day, inspector=inspector,
                plan_id=plan.id if plan else None,
            ))  # fmt: skip

    def _working_day(self, offset: int) -> date:
        day = self.today + timedelta(days=offset)
        return day - timedelta(days=1) if day.weekday() == 6 and offset < 0 else day

    def walk_common_areas(self, scene: Scene) -> None:
        """Findings on lobbies, roofs and garages, beside those in homes."""
        areas = select(CommonArea).where(CommonArea.project_id == self.project.id).order_by(Place.walk, Place.id)
        for area in self.session.scalars(areas):
            for one in parts()["common"]:
                if one["part"] in area.label and self.dice.random() < 0.6:
                    day, text = self._working_day(-self.dice.randint(1, 14)), measured(one["text"], self.dice)
                    self._note(area, scene, one["category"], one["location"], text, day, self.inspector)

    def _note(
        self, place: Place, scene: Scene, category: str, location: str, text: str, day: date, inspector: str
    ) -> None:
        self.walk[place.id] = place.walk
        self.found.append((Issue(
            origin="inspection", project_id=self.project.id, place_id=place.id, walk=place.walk, category=category,
            location=location,
            severity=self.dice.choices([one[0] for one in SEVERITIES], [one[1] for one in SEVERITIES])[0],
            description=text, note=note(self.dice), rework_count=0,
            contractor_id=contractor_for(category, place.building_id, self.rules), state=flow.RECORDED, round="first",
            found_by=inspector, found_on=day, entered_at=self.now, entered_by_id=self.account,
        ), scene))  # fmt: skip

    def enter(self) -> None:
        """Give each finding the moment it was typed and its number, in the order of the days."""
        by_day: dict[date, list[Issue]] = {}
        for issue, _scene in self.found:
            by_day.setdefault(_day(issue), []).append(issue)
        for day, issues in sorted(by_day.items()):
            self._type(day, issues)
        ordered = [issue for _, issues in sorted(by_day.items()) for issue in issues]
        self.number(ordered, Issue.number_letter, _day)

    def save(self) -> None:
        """Store the findings as they stand by now: written once, they have no history of having been changed."""
        found: list[Issue] = [issue for issue, _scene in self.found]
        self.session.add_all(sorted(found, key=attrgetter("entered_at")))
        self.session.flush()

    def _type(self, day: date, issues: Sequence[Issue]) -> None:
        """At a typist's pace: from half past nine on, and up to this moment on the day of loading."""
        start = clock.from_local(datetime.combine(day, time(9, 30)), self.zone)
        pace = min(PACE, timedelta(hours=8) / len(issues))
        if day == self.today:
            midnight = clock.from_local(datetime.combine(day, time()), self.zone)
            start = max(midnight, self.now - PACE * len(issues))
            pace = (self.now - start) / len(issues)
        for at, issue in enumerate(issues):
            issue.entered_at = start + pace * at

    def number(self, rows: Sequence[Any], letter: str, day_of: Callable[[Any], date]) -> None:
        """Give rows, which come in the order of their days, numbers of the month of their day."""
        for day, part in _by_month(rows, day_of):
            for row, number in zip(
                part, reserve_numbers(self.session, self.project.code, letter, day, len(part)), strict=True
            ):
                row.number = number


def _day(issue: Issue) -> date:
    assert issue.found_on is not None
    return issue.found_on


def _by_month(rows: Iterable[Any], day_of: Callable[[Any], date]) -> Iterable[tuple[date, list[Any]]]:
    found: dict[date, list[Any]] = {}
    for row in rows:
        found.setdefault(day_of(row).replace(day=1), []).append(row)
    return found.items()
