"""The estate's verbs in one place to import from. Each checks the right, changes and returns; the caller commits."""

from core.estate.category_map import (
    Copied,
    Uncovered,
    categories_without_contractor,
    contractor_for_issue,
    copy_category_map,
    uncovered,
)
from core.estate.contract_services import create_contract, edit_contract
from core.estate.contractor_services import (
    create_category_rule,
    create_contractor,
    create_project_contractor,
    edit_category_rule,
    edit_contractor,
    edit_project_contractor,
    remove_category_rule,
)
from core.estate.customer_services import correct_contact, create_customer, edit_customer
from core.estate.finding import find_place
from core.estate.organisation_services import create_project, create_region, edit_project, edit_region
from core.estate.ownership_services import add_owner, edit_ownership, end_ownership, owners_of
from core.estate.place_services import (
    create_building,
    create_common_area,
    create_room,
    create_unit,
    edit_building,
    edit_common_area,
    edit_room,
    edit_unit,
)

__all__ = [
    "Copied",
    "Uncovered",
    "add_owner",
    "categories_without_contractor",
    "contractor_for_issue",
    "copy_category_map",
    "correct_contact",
    "create_building",
    "create_category_rule",
    "create_common_area",
    "create_contract",
    "create_contractor",
    "create_customer",
    "create_project",
    "create_project_contractor",
    "create_region",
    "create_room",
    "create_unit",
    "edit_building",
    "edit_category_rule",
    "edit_common_area",
    "edit_contract",
    "edit_contractor",
    "edit_customer",
    "edit_ownership",
    "edit_project",
    "edit_project_contractor",
    "edit_region",
    "edit_room",
    "edit_unit",
    "end_ownership",
    "find_place",
    "owners_of",
    "remove_category_rule",
    "uncovered",
]
