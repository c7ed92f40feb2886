"""Screens of the ground: buildings, units, homes, common areas."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from core.errors import Invalid
from core.estate import services
from core.estate.models import Building, CommonArea, Customer, Ownership, Place, Room, Unit
from core.estate.rules import parse_place, place_label
from core.i18n import Text, lazy
from core.records import sources
from core.records.columns import Column
from core.records.fields import FormField
from core.records.filters import Filter
from core.records.parts import Action, Cell
from core.records.reader import Reader
from core.records.show_page import Fact, Section
from core.records.view import RecordView

PROJECT = Column("project_id", lazy("Project"), "project", width="w120", card="meta")
OWN_PROJECTS = sources.projects("estate")


def needed(values: Mapping[str, Any], **sentences: Text) -> None:
    """Raise Invalid with the sentence of each id that was not chosen."""
    faults = {name: text for name, text in sentences.items() if values.get(name) is None}
    if faults:
        raise Invalid(faults)


class BuildingView(RecordView):
    """楼栋."""

    model, resource = Building, "estate"
    title, singular, new_label = lazy("{Buildings}"), lazy("{Building}"), lazy("New {building}")
    columns = (Column("name", lazy("{Building}"), "name", sort=Building.name, card="title"), PROJECT)
    search = (Building.name,)
    default_sort = "name"
    fields = (
        FormField(
            "project_id",
            lazy("Project"),
            "remote",
            required=True,
            on_edit=False,
            source=OWN_PROJECTS,
            model=sources.Project,
        ),
        FormField("name", lazy("Name"), required=True, hint=lazy("The bare name: 3 for 3栋 or 3号楼.")),
    )
    edit = services.edit_building

    @staticmethod
    def create(session: Any, *, project_id: int | None, name: str) -> Building:
        needed({"project_id": project_id}, project_id=lazy("Choose the project first."))
        return services.create_building(session, project_id=project_id, name=name)  # type: ignore[arg-type]

    def list_actions(self) -> Sequence[Action]:
        return [Action(lazy("{Units}"), "/estate/units/", "building"), *super().list_actions()]


class UnitView(RecordView):
    """单元."""

    model, resource = Unit, "estate"
    title, singular, new_label = lazy("{Units}"), lazy("{Unit}"), lazy("New {unit}")
    columns = (
        Column("building_id", lazy("{Building}"), "ref", model=Building, card="meta"),
        Column("name", lazy("{Unit}"), "name", sort=Unit.name, card="title"),
        PROJECT,
    )
    default_sort = "id"
    filters = (
        Filter("building_id", lazy("{Building}"), "ref", Unit.building_id, model=Building, source=sources.buildings),
    )
    fields = (
        FormField(
            "building_id",
            lazy("{Building}"),
            "remote",
            required=True,
            on_edit=False,
            source=sources.buildings,
            model=Building,
        ),
        FormField("name", lazy("Name"), hint=lazy("Left empty it is the one unit of a {building} that has none.")),
    )
    edit = services.edit_unit

    @staticmethod
    def create(session: Any, *, building_id: int | None, name: str) -> Unit:
        needed({"building_id": building_id}, building_id=lazy("Choose a {building} from the list."))
        return services.create_unit(session, building_id=building_id, name=name)  # type: ignore[arg-type]


class RoomView(RecordView):
    """房屋."""

    model, resource = Room, "estate"
    found_order = 10
    title, singular, new_label = lazy("Homes"), lazy("Home"), lazy("New home")
    columns = (
        Column("label", lazy("Home"), "name", sort=Place.walk, width="w120", card="title"),
        PROJECT,
        Column("product", lazy("Product kind"), "option", options="estate.product", width="w84"),
        Column("layout", lazy("Layout"), width="w108", card="detail"),
        Column("gross_area", lazy("Gross area, ㎡"), "area", sort=Place.gross_area, width="w108"),
        Column("net_area", lazy("Net area, ㎡"), "area", width="w108"),
        Column("sales_state", lazy("Sales status"), "option", options="estate.sales_state", width="w84", card="edge"),
        Column(
            "floor",
            lazy("Floor"),
            cell=lambda row, reader: Cell(row.floor_label or str(row.floor or "")),
            reads=("floor", "floor_label"),
            width="w64",
        ),
        Column("finish", lazy("Finish"), width="w84"),
        Column("handover_on", lazy("{Handover} date"), "date", width="w108", in_list=False),
        Column("keys_kept", lazy("Keys kept"), "flag", in_list=False),
    )
    default_sort = "label"
    search = (Place.label,)
    search_words = lazy("Home, such as 3-1-502")
    filters = (
        Filter("building_id", lazy("{Building}"), "ref", Place.building_id, model=Building, source=sources.buildings),
        Filter("sales_state", lazy("Sales status"), "option", Place.sales_state, options="estate.sales_state"),
        Filter("product", lazy("Product kind"), "option", Place.product, options="estate.product"),
    )
    fields = (
        FormField(
            "unit_id",
            lazy("{Unit}"),
            "remote",
            required=True,
            on_edit=False,
            source=sources.units,
            model=Unit,
            hint=lazy("{Building} and {unit}, such as 3-1."),
        ),
        FormField("number", lazy("Home number"), required=True, maxlength=30, hint=lazy("Inside the {unit}: 502.")),
        FormField("floor", lazy("Floor"), hint=lazy("5, -1 or B1.")),
        FormField(
            "product",
            lazy("Product kind"),
            "option_pick",
            options="estate.product",
            span=12,
            default=lambda reader: "residence",
        ),
        FormField("layout", lazy("Layout"), maxlength=50),
        FormField("gross_area", lazy("Gross area, ㎡"), "area"),
        FormField("net_area", lazy("Net area, ㎡"), "area"),
        FormField(
            "sales_state",
            lazy("Sales status"),
            "option_pick",
            options="estate.sales_state",
            span=12,
            default=lambda reader: "unsold",
        ),
        FormField("finish", lazy("Finish"), maxlength=20),
        FormField("handover_on", lazy("{Handover} date"), "date"),
        FormField("keys_kept", lazy("Keys kept"), "flag"),
    )
    edit = services.edit_room
    several = (
        "product", "layout", "gross_area", "net_area", "sales_state", "finish", "handover_on", "keys_kept",
    )  # fmt: skip

    @staticmethod
    def create(session: Any, *, unit_id: int | None, **values: Any) -> Room:
        needed({"unit_id": unit_id}, unit_id=lazy("Choose a {unit} from the list."))
        return services.create_room(session, unit_id=unit_id, **values)  # type: ignore[arg-type]

    def also_typed(self, typed: str) -> Sequence[str]:
        name = parse_place(typed)
        return [place_label(name.building, name.unit or "", name.number)] if name is not None else []

    def row_text(self, row: Any, field: FormField) -> str:
        if field.name == "floor":
            return row.floor_label or field.text_of(row.floor)
        return super().row_text(row, field)

    def list_actions(self) -> Sequence[Action]:
        return [
            Action(lazy("Common areas"), "/estate/common-areas/", "building-community"),
            Action(lazy("{Buildings}"), "/estate/buildings/", "building"),
            *super().list_actions(),
        ]

    def side(self, row: Any, reader: Reader) -> Sequence[Section]:
        """Who owns the home, for those who may see customers."""
        owners = reader.session.execute(
            select(Customer.id, Customer.name, Ownership.is_main, Ownership.share)
            .join(Ownership, Ownership.customer_id == Customer.id)
            .where(Ownership.place_id == row.id, Ownership.ends_on.is_(None))
            .order_by(Ownership.is_main.desc(), Ownership.id)
        ).all()
        if not owners:
            return ()
        facts = [
            Fact(
                lazy("Main owner") if one.is_main else lazy("Owner"),
                Cell(one.name, "link", url=f"/estate/customers/{one.id}", note=f"{one.share}%" if one.share else ""),
            )
            for one in owners
        ]
        return [Section(lazy("Owners"), facts)]


class CommonAreaView(RecordView):
    """公共部位."""

    model, resource = CommonArea, "estate"
    title, singular, new_label = lazy("Common areas"), lazy("Common area"), lazy("New common area")
    columns = (
        Column("label", lazy("Name"), "name", sort=Place.walk, card="title"),
        PROJECT,
        Column("building_id", lazy("{Building}"), "ref", model=Building, width="w120"),
        Column(
            "floor",
            lazy("Floor"),
            cell=lambda row, reader: Cell(row.floor_label or str(row.floor or "")),
            reads=("floor", "floor_label"),
            width="w84",
        ),
    )
    default_sort = "label"
    search = (Place.label,)
    filters = (
        Filter("building_id", lazy("{Building}"), "ref", Place.building_id, model=Building, source=sources.buildings),
    )
    fields = (
        FormField(
            "project_id",
            lazy("Project"),
            "remote",
            required=True,
            on_edit=False,
            source=OWN_PROJECTS,
            model=sources.Project,
        ),
        FormField(
            "building_id",
            lazy("{Building}"),
            "remote",
            on_edit=False,
            source=sources.buildings,
            model=Building,
            depends=("project_id",),
        ),
        FormField("label", lazy("Name"), required=True, maxlength=100, hint=lazy("Such as 3栋大堂 or 地下车库B区.")),
        FormField("floor", lazy("Floor"), hint=lazy("5, -1 or B1.")),
    )
    edit = services.edit_common_area

    @staticmethod
    def create(session: Any, *, project_id: int | None, **values: Any) -> CommonArea:
        needed({"project_id": project_id}, project_id=lazy("Choose the project first."))
        return services.create_common_area(session, project_id=project_id, **values)  # type: ignore[arg-type]

    def row_text(self, row: Any, field: FormField) -> str:
        if field.name == "floor":
            return row.floor_label or field.text_of(row.floor)
        return super().row_text(row, field)
