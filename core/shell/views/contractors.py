"""Screens of contractors: the firms of a region, and their work on projects."""

from collections.abc import Sequence
from typing import Any

from core.estate import services
from core.estate.models import Contractor, Project, ProjectContractor, Region
from core.i18n import lazy
from core.records import sources
from core.records.columns import Column
from core.records.fields import FormField
from core.records.filters import Filter
from core.records.parts import Action
from core.records.view import RecordView
from core.shell.views.places import PROJECT, needed

KINDS = (
    ("main", lazy("Main {contractor}")),
    ("trade", lazy("Trade {contractor}")),
    ("supplier", lazy("Supplier")),
    ("third_party", lazy("Third-party repair")),
)


class ContractorView(RecordView):
    """承建商."""

    model, resource = Contractor, "contractor"
    title, singular, new_label = lazy("{Contractors}"), lazy("{Contractor}"), lazy("New {contractor}")
    columns = (
        Column("name", lazy("Name"), "name", sort=Contractor.name, card="title"),
        Column("trade", lazy("Trade"), sort=Contractor.trade, width="w120", card="detail"),
        Column("kind", lazy("Kind"), "choice", choices=KINDS, width="w120", card="edge"),
        Column("region_id", lazy("Region"), "region", width="w96", card="meta"),
    )
    default_sort = "name"
    search = (Contractor.name, Contractor.trade)
    filters = (
        Filter("kind", lazy("Kind"), "choice", Contractor.kind, choices=KINDS),
        Filter("region_id", lazy("Region"), "ref", Contractor.region_id, model=Region, source=sources.regions),
    )
    fields = (
        FormField(
            "region_id", lazy("Region"), "remote", required=True, on_edit=False, source=sources.regions, model=Region
        ),
        FormField("name", lazy("Name"), required=True, maxlength=100),
        FormField("trade", lazy("Trade"), maxlength=50),
        FormField("kind", lazy("Kind"), "pick", choices=KINDS, span=12),
    )
    edit = services.edit_contractor
    several = ("trade", "kind")

    @staticmethod
    def create(session: Any, *, region_id: int | None, **values: Any) -> Contractor:
        needed({"region_id": region_id}, region_id=lazy("Choose the region first."))
        return services.create_contractor(session, region_id=region_id, **values)  # type: ignore[arg-type]

    def list_actions(self) -> Sequence[Action]:
        return [
            Action(lazy("At work on projects"), "/estate/contractors-at-work/", "tool"),
            *super().list_actions(),
        ]


class ProjectContractorView(RecordView):
    """A contractor's contact, contract and warranty on a project."""

    model, resource = ProjectContractor, "contractor"
    title, singular = lazy("{Contractors} at work"), lazy("{Contractor} at work")
    new_label = lazy("Put a {contractor} to work")
    columns = (
        Column(
            "contractor_id",
            lazy("{Contractor}"),
            "ref",
            model=Contractor,
            card="title",
            link=lambda row: f"/estate/contractors-at-work/{row.id}",
        ),
        PROJECT,
        Column("contact", lazy("Contact"), width="w120", card="detail"),
        Column("phone", lazy("Phone"), width="w140"),
        Column("contract_number", lazy("Contract number"), width="w160"),
        Column("warranty_from", lazy("Warranty from"), "date", width="w108"),
        Column(
            "warranty_to", lazy("Warranty up to"), "date", sort=ProjectContractor.warranty_to, width="w108", card="edge"
        ),
    )
    default_sort = "id"
    filters = (
        Filter(
            "contractor_id",
            lazy("{Contractor}"),
            "ref",
            ProjectContractor.contractor_id,
            model=Contractor,
            source=sources.contractors(at_work=False),
        ),
    )
    fields = (
        FormField(
            "project_id",
            lazy("Project"),
            "remote",
            required=True,
            on_edit=False,
            source=sources.projects("contractor"),
            model=Project,
        ),
        FormField(
            "contractor_id",
            lazy("{Contractor}"),
            "remote",
            required=True,
            on_edit=False,
            depends=("project_id",),
            source=sources.contractors(at_work=False),
            model=Contractor,
        ),
        FormField("contact", lazy("Contact"), maxlength=100),
        FormField("phone", lazy("Phone"), "tel", maxlength=40),
        FormField("contract_number", lazy("Contract number"), maxlength=60),
        FormField("warranty_from", lazy("Warranty from"), "date"),
        FormField("warranty_to", lazy("Warranty up to"), "date"),
    )
    edit = services.edit_project_contractor

    @staticmethod
    def create(session: Any, *, project_id: int | None, contractor_id: int | None, **values: Any) -> ProjectContractor:
        needed(
            {"project_id": project_id, "contractor_id": contractor_id},
            project_id=lazy("Choose the project first."),
            contractor_id=lazy("Choose a {contractor} of this region, or record a new one first."),
        )
        return services.create_project_contractor(session, project_id=project_id, contractor_id=contractor_id, **values)  # type: ignore[arg-type]

    def name_of(self, row: Any) -> str:
        from core.records.labels import labels
        from core.records.page import session

        return labels(session(), Contractor, [row.contractor_id]).get(row.contractor_id, str(row.id))
