"""Findings are listed as one walks: each carries its home's place in that order, whatever happens to the home."""

from sqlalchemy import select

from core.access.context import as_system
from core.estate.models import Place, Room
from core.estate.place_services import edit_building, edit_room
from core.issues.models import Issue
from tests.core.issues.site import Site


def strays(session):
    """Findings whose place in the walking order is not their home's."""
    query = select(Issue.number, Issue.walk, Place.walk).join(Place, Place.id == Issue.place_id)
    return session.execute(query.where(Issue.walk != Place.walk)).all()


def test_a_finding_walks_with_its_home_when_building_or_number_change(site: Site):
    made = site.finding("3-1-1802")
    with as_system(), site.platform.database.unit() as session:
        assert strays(session) == []
        room = session.scalars(select(Room).where(Room.id == site.homes["SZ-WH"]["3-1-1802"])).one()
        mine = session.get_one(Issue, made)
        before, version = mine.walk, mine.version
        edit_room(session, room, number="1899")
        session.flush()
        session.refresh(mine)
        assert mine.walk == room.walk != before and strays(session) == []
        edit_building(session, room.building, name="7A")
        session.flush()
        session.refresh(mine)
        assert mine.walk == room.walk and "7A" in mine.walk.upper() and strays(session) == []
        assert mine.version == version, "nobody changed the finding"
        session.rollback()


def test_a_finding_written_without_one_takes_its_home_s_place(site: Site):
    with as_system(), site.platform.database.unit() as session:
        known = session.scalars(select(Issue).limit(1)).one()
        columns = (one.key for one in Issue.__mapper__.column_attrs)
        left_out = ("id", "version", "walk", "row_uuid", "import_key", "number")
        bare = Issue(**{key: getattr(known, key) for key in columns if key not in left_out})
        session.add(bare)
        session.flush()
        assert bare.walk == known.walk
        session.rollback()


def test_a_list_as_one_walks_is_read_along_an_index(lone_site: Site):
    engine = lone_site.platform.database.engine
    with as_system(), lone_site.platform.database.unit(read_only=True) as session:
        query = select(Issue.id).where(Issue.origin == "inspection").order_by(Issue.walk, Issue.id).limit(31)
        told = str(query.compile(engine, compile_kwargs={"literal_binds": True}))
        plans = [row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {told}")]
    assert plans and not any("TEMP B-TREE" in one for one in plans), plans
