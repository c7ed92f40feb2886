"""Finding a place by what people type: `3-1-502`, `3栋1单元502`, `３－１－５０２`, `3-502`, or a common area's name."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import RuleError
from core.estate.models import Building, Place, Unit
from core.estate.rules import PlaceName, parse_place, place_label
from core.i18n import Text, lazy, listed
from core.values.refusal import shown
from core.values.text import fold, tidy


def find_place(session: Session, project_id: int, text: str) -> Place:
    """The one place of a project that `text` names.

    Raises RuleError (field `place`) with a sentence when it names none, or more than one.
    """
    typed = tidy(text)
    name = parse_place(typed)
    labels = {typed, typed.upper()}
    if name is not None and name.unit is not None:
        labels.add(place_label(name.building, name.unit, name.number))
    exact = session.scalars(select(Place).where(Place.project_id == project_id, Place.label.in_(labels))).all()
    if len(exact) == 1:
        return exact[0]
    if name is not None and name.unit is None:
        found = _without_unit(session, project_id, name)
        if found is not None:
            return found
    common = [place for place in _common(session, project_id) if fold(place.label) == fold(typed)]
    if len(common) == 1:
        return common[0]
    raise _none(typed)


def _without_unit(session: Session, project_id: int, name: PlaceName) -> Place | None:
    """`3-502`: a home of a building that has one unit, whatever the unit is called."""
    units = session.execute(
        select(Unit.id, Unit.name)
        .join(Building, Building.id == Unit.building_id)
        .where(Building.project_id == project_id, Building.name == name.building)
        .order_by(Unit.name)
    ).all()
    if len(units) > 1:
        offered = [place_label(name.building, unit, name.number) for _, unit in units]
        there = select(Place.label).where(Place.project_id == project_id, Place.label.in_(offered)).order_by(Place.walk)
        known = session.scalars(there).all()
        if known:
            raise _refused(
                lazy(
                    "{Building} %(building)s has several {units}; write the {unit} too: %(homes)s.",
                    building=name.building,
                    homes=listed(known[:6]),
                )
            )
        return None
    home = select(Place).where(Place.unit_id.in_([id for id, _ in units]), Place.number == name.number)
    return session.scalars(home).one_or_none()


def _common(session: Session, project_id: int) -> list[Place]:
    """Places that are no homes; few, so that their names can be compared as people write them."""
    return list(session.scalars(select(Place).where(Place.project_id == project_id, Place.number.is_(None))))


def _none(typed: str) -> RuleError:
    return _refused(
        lazy(
            "The project has no place “%(place)s”. Write {building}, {unit} and number, such as 3-1-502, "
            "or the name of a common area.",
            place=shown(typed),
        )
    )


def _refused(message: Text) -> RuleError:
    return RuleError(message, field="place")
