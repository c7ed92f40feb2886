"""The homes of a demo project with their owners and contracts."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy.orm import Session

from core.demo.people import Crowd
from core.demo.plans import Block, Plan
from core.estate.models import Building, CommonArea, Contract, Customer, Ownership, Project, Room, Unit
from core.estate.place_services import NOWHERE
from core.estate.rules import place_label, walk_key

STATES = (("signed", 86), ("subscribed", 6), ("unsold", 7), ("returned", 1))
GROUNDS = ("地下车库A区", "地下车库B区", "中心园林", "会所")


def build(session: Session, project: Project, plan: Plan, today: date, dice: Random, crowd: Crowd) -> None:
    """Buildings, units, homes and common areas; then contracts and owners of what is sold."""
    rooms = [room for block in plan.blocks for room in _block(session, project, plan, block, dice)]
    session.add_all(rooms)
    for name in GROUNDS:
        floor = -1 if "地下" in name else None
        walk = walk_key(NOWHERE, "", floor, name)
        session.add(CommonArea(project_id=project.id, label=name, walk=walk, floor=floor))
    session.flush()
    _sell(session, project, plan, rooms, today, dice, crowd)


def _block(session: Session, project: Project, plan: Plan, block: Block, dice: Random) -> Iterator[Room]:
    for name in block.names:
        building = Building(project_id=project.id, name=name)
        units = [Unit(project_id=project.id, building=building, name=unit) for unit in block.units]
        session.add_all([building, *units])
        session.flush()
        if block.floors > 1:
            for part, floor in (("大堂", 1), ("屋面", block.floors)):
                label = f"{name}{plan.word}{part}"
                walk = walk_key(name, "", floor, label)
                session.add(
                    CommonArea(project_id=project.id, building_id=building.id, label=label, walk=walk, floor=floor)
                )
        for unit in units:
            for floor in range(1, block.floors + 1):
                yield from _floor(project, plan, block, unit, floor, dice)


def _floor(project: Project, plan: Plan, block: Block, unit: Unit, floor: int, dice: Random) -> Iterator[Room]:
    lift = _lift_label(floor) if block.no_four else None
    for door, layout in enumerate(block.doors, 1):
        number = f"{lift or floor}{door:02}"
        name = (unit.building.name, unit.name)
        yield Room(
            project_id=project.id, building_id=unit.building_id, unit_id=unit.id, floor=floor, floor_label=lift,
            number=number, label=place_label(*name, number), walk=walk_key(*name, floor, number),
            product=block.product, layout=layout.name, gross_area=Decimal(layout.gross + 7 * door) / 100,
            net_area=Decimal(layout.net + 5 * door) / 100, finish="毛坯" if block.product == "shop" else plan.finish,
            sales_state=dice.choices([one[0] for one in STATES], [one[1] for one in STATES])[0], keys_kept=False,
        )  # fmt: skip


def _lift_label(floor: int) -> str | None:
    return f"{floor - 1}A" if floor % 10 == 4 else None


def _sell(
    session: Session, project: Project, plan: Plan, rooms: list[Room], today: date, dice: Random, crowd: Crowd
) -> None:
    sold = [room for room in rooms if room.sales_state in ("signed", "returned")]
    owners: list[tuple[Room, date, list[Customer]]] = []
    for room in sold:
        signed_on = today + timedelta(days=plan.handover_in - dice.randint(330, 900))
        session.add(_contract(project, plan, room, signed_on, today, dice))
        owners.append((room, signed_on, _people(project, room, dice, crowd)))
        if plan.handover_in < 0 and room.sales_state == "signed" and dice.random() < 0.9:
            # 55 % come on the first day, the rest over the week after it (domain.md 11).
            day = plan.handover_in + (0 if dice.random() < 0.55 else dice.randint(1, 6))
            room.handover_on, room.keys_kept = today + timedelta(days=day), dice.random() < 0.2
    session.add_all(customer for _, _, people in owners for customer in people)
    session.flush()
    for room, signed_on, people in owners:
        ends_on = today - timedelta(days=30) if room.sales_state == "returned" else None
        for at, customer in enumerate(people):
            session.add(Ownership(
                project_id=project.id, place_id=room.id, customer_id=customer.id, is_main=at == 0, starts_on=signed_on,
                share=Decimal(100) / len(people), ends_on=ends_on,
            ))  # fmt: skip


def _people(project: Project, room: Room, dice: Random, crowd: Crowd) -> list[Customer]:
    """One owner, in one home of eight a couple, now and then a company."""
    if room.product == "shop" and dice.random() < 0.5:
        people = [crowd.firm()]
    else:
        people = [crowd.person()]
        if dice.random() < 0.12:
            people.append(crowd.person())
    return [Customer(region_id=project.region_id, kind="owner", **one) for one in people]


def _contract(project: Project, plan: Plan, room: Room, signed_on: date, today: date, dice: Random) -> Contract:
    mode = dice.choices(("mortgage", "lump", "instalments"), (58, 30, 12))[0]
    area = room.gross_area or Decimal(0)
    price = plan.price * (Decimal(100 + (room.floor or 0)) + dice.randint(-4, 6)) / 100
    cleared_on = signed_on + timedelta(
        days={"lump": 20, "mortgage": 75, "instalments": 400}[mode] + dice.randint(0, 40)
    )
    handover_on = project.contract_handover_on
    return Contract(
        project_id=project.id, number=f"{project.code}-{room.label.replace('-', '')}-{dice.randint(1000, 9999)}",
        place_id=room.id, signed_on=signed_on, amount=(area * price).quantize(Decimal(1000)), payment_mode=mode,
        mortgage_bank="示例银行" if mode == "mortgage" else None,
        cleared_on=cleared_on if cleared_on < today and dice.random() < 0.92 else None, handover_on=handover_on,
        title_deadline_on=handover_on + timedelta(days=365) if handover_on else None,
    )  # fmt: skip
