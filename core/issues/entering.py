"""Many findings at once, as a grid sends them: judged one by one, read and written together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import clock
from core.access.check import check_project
from core.access.context import current, doing
from core.errors import Invalid, RuleError
from core.estate.models import Place, ProjectContractor
from core.history import record_event
from core.i18n import Text, lazy
from core.issues import flow
from core.issues.models import Issue
from core.issues.origins import origin_resources
from core.issues.rules import ContractorRule, contractor_for
from core.issues.services import edit, faults_of, region_code, rules_of
from core.numbers import reserve_numbers

State = Literal["saved", "changed", "known", "similar", "refused"]
Key = tuple[int, str, str]
"""Home, category and location: what makes two findings look the same."""


@dataclass(frozen=True)
class TypedRow:
    """A finding as typed. At several places it becomes one finding for each; the first is the one it was typed at."""

    uuid: str
    places: Sequence[Place]
    category: str
    location: str
    description: str
    note: str = ""
    contractor_id: int | None = None
    """None takes the category's."""
    anyway: bool = False
    """Record it although one that looks the same is open."""
    faults: Mapping[str, Text] = field(default_factory=dict)
    """What could not be read already: field → sentence."""


@dataclass
class Outcome:
    """What became of a row: `saved` or `changed` now, `known` from before, `similar` to an open finding and therefore
    asked about, or `refused` with a sentence per field (`row` for the whole)."""

    uuid: str
    state: State
    issues: list[Issue] = field(default_factory=list)
    errors: dict[str, Text] = field(default_factory=dict)
    like: Issue | None = None
    """The open finding it looks like."""
    like_uuid: str = ""
    """The row of the same grid it looks like."""
    at: Place | None = None
    """Where it looks like another."""


@dataclass(frozen=True)
class _Ground:
    """What all rows are judged against, each read once."""

    known: Mapping[str, Issue]
    open: Mapping[Key, Issue]
    rules: Mapping[int, Sequence[ContractorRule]]
    works: frozenset[tuple[int, int]]
    """(project, contractor) of those at work."""


def uuid_at(row: str, place_id: int, at: int) -> str:
    """The uuid of a row's finding at its place number `at`: its own at the first, one derived from it at others."""
    return row if at == 0 else str(uuid5(UUID(row), str(place_id)))


def record_many(
    session: Session, rows: Sequence[TypedRow], *, origin: str, found_by: str = "", found_on: date | None = None,
    round: str | None = None,
) -> list[Outcome]:  # fmt: skip
    """Record what is good and tell what became of each row, in their order; the caller commits all or nothing.

    A row sent again is `known`; one that was changed since, and is with no {contractor} yet, is corrected. Raises
    Forbidden where the person may not write.
    """
    for project_id in sorted({place.project_id for row in rows for place in row.places}):
        check_project(origin_resources("issue")[origin], "write", project_id)
    ground = _read(session, rows)
    outcomes, seen = [], dict[Key, str]()
    for row in rows:
        outcome = _judge(session, row, ground, seen)
        outcomes.append(outcome)
        if outcome.state == "saved":
            for place in row.places:
                seen.setdefault((place.id, row.category, row.location), row.uuid)
    made = [_make(row, ground, origin) for row, one in zip(rows, outcomes, strict=True) if one.state == "saved"]
    for issues in made:
        for issue in issues:
            issue.found_by, issue.found_on, issue.round = found_by or current().name, found_on or clock.today(), round
    _number(session, made)
    _write(session, made, [one for one in outcomes if one.state == "saved"])
    return outcomes


def _read(session: Session, rows: Sequence[TypedRow]) -> _Ground:
    places = {place.id: place for row in rows for place in row.places}
    projects = sorted({place.project_id for place in places.values()})
    uuids = [uuid_at(row.uuid, place.id, at) for row in rows if not row.faults for at, place in enumerate(row.places)]
    known = session.scalars(select(Issue).where(Issue.row_uuid.in_(uuids))).all()
    same = select(Issue).where(
        Issue.place_id.in_(sorted(places)), Issue.category.in_(sorted({row.category for row in rows})),
        Issue.state.in_(flow.ISSUE.open_codes),
    )  # fmt: skip
    works: Sequence[Any] = ()
    if any(row.contractor_id is not None for row in rows):
        at_work = select(ProjectContractor.project_id, ProjectContractor.contractor_id)
        works = session.execute(at_work.where(ProjectContractor.project_id.in_(projects))).all()
    open_issues: dict[Key, Issue] = {}
    for issue in session.scalars(same.order_by(Issue.id)):
        open_issues.setdefault((issue.place_id, issue.category, issue.location), issue)
    return _Ground(
        {issue.row_uuid or "": issue for issue in known},
        open_issues,
        {project_id: rules_of(session, project_id) for project_id in projects},
        frozenset((row.project_id, row.contractor_id) for row in works),
    )


def _judge(session: Session, row: TypedRow, ground: _Ground, seen: Mapping[Key, str]) -> Outcome:
    known = ground.known.get(row.uuid)
    if known is not None and not row.faults:
        return _again(session, row, known)
    faults = faults_of(row.category, row.location, row.description, row.note, region_code(row.places[0].project_id))
    for place in row.places:
        if row.contractor_id is not None and (place.project_id, row.contractor_id) not in ground.works:
            faults["contractor_id"] = lazy("This {contractor} does not work on the project; choose another.")
    faults |= row.faults
    if faults:
        return Outcome(row.uuid, "refused", errors=faults)
    for place in row.places if not row.anyway else ():
        key = (place.id, row.category, row.location)
        if key in seen or key in ground.open:
            return Outcome(row.uuid, "similar", like=ground.open.get(key), like_uuid=seen.get(key, ""), at=place)
    return Outcome(row.uuid, "saved")


def _again(session: Session, row: TypedRow, issue: Issue) -> Outcome:
    """A row that was recorded before: nothing to do, or a correction."""
    if issue.place_id not in {place.id for place in row.places}:
        # The answer was lost and the home changed before it was sent again: a finding never moves by that.
        home = issue.place.label
        said = lazy("This row is recorded in %(home)s already; for this home enter it as a new row.", home=home)
        return Outcome(row.uuid, "refused", errors={"row": said})
    typed = (row.category, row.location, row.description.strip(), row.note.strip() or None)
    if typed == (issue.category, issue.location, issue.description, issue.note):
        return Outcome(row.uuid, "known", [issue])
    try:
        with session.begin_nested():
            edit(session, issue, category=row.category, location=row.location, description=row.description,
                 note=row.note)  # fmt: skip
    except Invalid as refusal:
        return Outcome(row.uuid, "refused", [issue], dict(refusal.errors))
    except RuleError as refusal:
        return Outcome(row.uuid, "refused", [issue], {"row": refusal.message})
    return Outcome(row.uuid, "changed", [issue])


def _make(row: TypedRow, ground: _Ground, origin: str) -> list[Issue]:
    made = []
    for at, place in enumerate(row.places):
        by_rule = contractor_for(row.category, place.building_id, ground.rules[place.project_id])
        made.append(Issue(
            origin=origin, project_id=place.project_id, place_id=place.id, walk=place.walk, category=row.category,
            location=row.location, description=row.description.strip(), note=row.note.strip() or None,
            contractor_id=row.contractor_id or by_rule, state=flow.RECORDED,
            contractor_by_hand=row.contractor_id is not None and row.contractor_id != by_rule,
            entered_at=clock.now(), entered_by_id=current().user_id, row_uuid=uuid_at(row.uuid, place.id, at),
        ))  # fmt: skip
    return made


def _number(session: Session, made: Iterable[Sequence[Issue]]) -> None:
    issues = [issue for several in made for issue in several]
    for project_id in sorted({issue.project_id for issue in issues}):
        own = [issue for issue in issues if issue.project_id == project_id]
        code = current().organisation.projects[project_id].code
        numbers = reserve_numbers(session, code, Issue.number_letter, clock.today(), len(own))
        for issue, number in zip(own, numbers, strict=True):
            issue.number = number


def _write(session: Session, made: Sequence[list[Issue]], outcomes: Sequence[Outcome]) -> None:
    """All in one go; row by row only when somebody else took one of the uuids a moment ago."""
    with doing(verb="record"):
        together = [issue for issues in made for issue in issues]
        if _stored(session, lambda: session.add_all(together)):
            for issues, outcome in zip(made, outcomes, strict=True):
                outcome.issues = issues
        else:
            for issues, outcome in zip(made, outcomes, strict=True):
                copies = [_copy(issue) for issue in issues]
                if _stored(session, lambda new=copies: session.add_all(new)):  # type: ignore[misc]
                    outcome.issues = copies
                else:
                    outcome.state, outcome.errors = "refused", {"row": _TAKEN}
        for outcome in outcomes:
            for issue in outcome.issues:
                record_event(session, f"{issue.origin}.issue_recorded", issue, category=issue.category)


_TAKEN = lazy("This row is being saved from another window as well. Save again; if it stays, type it in a new row.")


def _stored(session: Session, add: Callable[[], None]) -> bool:
    """Whether what `add` adds could be stored, in a SAVEPOINT of its own."""
    try:
        with session.begin_nested():
            add()
            session.flush()
    except IntegrityError:
        return False
    return True


def _copy(issue: Issue) -> Issue:
    """The same finding as a new object: one that a SAVEPOINT took back is not used again."""
    columns = issue.__mapper__.column_attrs
    return Issue(**{one.key: getattr(issue, one.key) for one in columns if one.key not in ("id", "version")})
