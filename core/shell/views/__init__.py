"""The platform's own pages. They register as a plugin's do: as `Page` values."""

from collections.abc import Sequence

from core.extend import Page
from core.i18n import lazy
from core.shell.views.category_rules import CategoryRuleView
from core.shell.views.contractors import ContractorView, ProjectContractorView
from core.shell.views.find import FindView
from core.shell.views.home import HomeView
from core.shell.views.imports import ImportView, may_import
from core.shell.views.jobs import JobView
from core.shell.views.organisation import ProjectView, RegionView
from core.shell.views.own import OwnView
from core.shell.views.parameters import ParameterView
from core.shell.views.people import ContractView, CustomerView, OwnershipView
from core.shell.views.places import BuildingView, CommonAreaView, RoomView, UnitView
from core.shell.views.plugins import PluginView
from core.shell.views.saved_views import SavedViewPage


def core_pages() -> Sequence[Page]:
    """In menu order; what stands out of the menu is reached from the lists it belongs to."""
    return [
        Page(HomeView, "", lazy("Desk"), "home", in_menu=False),
        Page(FindView, "find", lazy("Search"), in_menu=False),
        Page(OwnView, "me", lazy("My profile"), "user", in_menu=False),
        Page(RoomView, "estate/homes", lazy("Homes"), "map-pin"),
        Page(CustomerView, "estate/customers", lazy("Customers"), "user"),
        Page(ContractView, "estate/contracts", lazy("Contracts"), "file-text"),
        Page(ContractorView, "estate/contractors", lazy("{Contractors}"), "users"),
        Page(CategoryRuleView, "estate/categories", lazy("Category to {contractor}"), "arrows-exchange"),
        Page(ProjectView, "estate/projects", lazy("Projects"), "building-community"),
        Page(ImportView, "imports", lazy("Import"), "table-import", when=may_import),
        Page(ParameterView, "parameters", lazy("Parameters"), "settings"),
        Page(PluginView, "plugins", lazy("Plugins"), "plug"),
        Page(JobView, "jobs", lazy("Jobs"), "progress", in_menu=False),
        Page(SavedViewPage, "views", lazy("Saved views"), in_menu=False),
        Page(RegionView, "estate/regions", lazy("Regions"), in_menu=False),
        Page(BuildingView, "estate/buildings", lazy("{Buildings}"), in_menu=False),
        Page(UnitView, "estate/units", lazy("{Units}"), in_menu=False),
        Page(CommonAreaView, "estate/common-areas", lazy("Common areas"), in_menu=False),
        Page(OwnershipView, "estate/owners", lazy("Owners"), in_menu=False),
        Page(ProjectContractorView, "estate/contractors-at-work", lazy("{Contractors} at work"), in_menu=False),
    ]
