"""Screens of the organisation: regions and projects."""

from collections.abc import Sequence
from typing import Any

from core.access.context import current
from core.errors import Invalid
from core.estate import services
from core.estate.models import Project, Region
from core.i18n import lazy
from core.records import sources
from core.records.columns import Column
from core.records.fields import FormField
from core.records.filters import Filter
from core.records.parts import Action
from core.records.view import RecordView

YES_NO = (("1", lazy("yes")), ("0", lazy("no")))


class RegionView(RecordView):
    """地区公司."""

    model, resource = Region, "organisation"
    title, singular, new_label = lazy("Regions"), lazy("Region"), lazy("New region")
    columns = (
        Column("name", lazy("Name"), "name", sort=Region.name, card="title"),
        Column("code", lazy("Code"), sort=Region.code, width="w120", card="meta"),
        Column("name_en", lazy("English name")),
        Column("active", lazy("In use"), "flag", width="w84"),
    )
    default_sort = "code"
    search = (Region.name, Region.code, Region.name_en)
    fields = (
        FormField(
            "code",
            lazy("Code"),
            required=True,
            on_edit=False,
            hint=lazy("Capitals, digits and dashes, such as SZ-WH; it never changes."),
        ),
        FormField("name", lazy("Name"), required=True, maxlength=100),
        FormField("name_en", lazy("English name"), maxlength=100),
        FormField("active", lazy("In use"), "flag", default=lambda reader: True),
    )
    create, edit = services.create_region, services.edit_region
    empty_text = lazy("A group administrator sets up the regions first.")

    def may_add(self) -> bool:
        return current().reach(self.resource, "write").everything


class ProjectView(RecordView):
    """项目."""

    model, resource = Project, "organisation"
    title, singular, new_label = lazy("Projects"), lazy("Project"), lazy("New project")
    columns = (
        Column("name", lazy("Name"), "name", sort=Project.name, card="title"),
        Column("code", lazy("Code"), sort=Project.code, width="w108", card="meta"),
        Column("region_id", lazy("Region"), "region", width="w96", card="detail"),
        Column("phase", lazy("Phase"), width="w96"),
        Column(
            "contract_handover_on",
            lazy("Contract {handover}"),
            "date",
            sort=Project.contract_handover_on,
            width="w120",
            card="edge",
        ),
        Column("project_lead", lazy("Project lead"), width="w120"),
        Column("client_representative", lazy("Site representative"), width="w140"),
        Column("promotion_name", lazy("Promotion name"), in_list=False),
        Column("name_en", lazy("English name"), in_list=False),
        Column("address", lazy("Address"), in_list=False),
        Column("active", lazy("In use"), "flag", width="w84"),
    )
    default_sort = "code"
    search = (Project.name, Project.code, Project.name_en)
    filters = (Filter("region_id", lazy("Region"), "ref", Project.region_id, model=Region, source=sources.regions),)
    fields = (
        FormField(
            "region_id", lazy("Region"), "remote", required=True, on_edit=False, source=sources.regions, model=Region
        ),
        FormField(
            "code",
            lazy("Code"),
            required=True,
            on_edit=False,
            hint=lazy("Capitals, digits and dashes, such as SZ-WH; it never changes."),
        ),
        FormField("name", lazy("Name"), required=True, maxlength=100),
        FormField("name_en", lazy("English name"), maxlength=100),
        FormField("phase", lazy("Phase"), maxlength=50),
        FormField("promotion_name", lazy("Promotion name"), maxlength=100),
        FormField("address", lazy("Address"), maxlength=200, span=8),
        FormField(
            "contract_handover_on",
            lazy("Contract {handover}"),
            "date",
            hint=lazy("The day most contracts promise the homes."),
        ),
        FormField("project_lead", lazy("Project lead"), maxlength=100),
        FormField(
            "client_representative",
            lazy("Site representative"),
            maxlength=100,
            hint=lazy("Confirms rectified work; a name is enough."),
        ),
        FormField("active", lazy("In use"), "flag", default=lambda reader: True),
    )
    edit = services.edit_project

    @staticmethod
    def create(session: Any, *, region_id: int | None, **values: Any) -> Project:
        if region_id is None:
            raise Invalid({"region_id": lazy("Choose the region first.")})
        return services.create_project(session, region_id=region_id, **values)

    def list_actions(self) -> Sequence[Action]:
        return [
            Action(lazy("Regions"), "/estate/regions/", "building-community"),
            Action(lazy("{Buildings}"), "/estate/buildings/", "building"),
            *super().list_actions(),
        ]
