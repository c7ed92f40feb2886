"""The estate's tables in one place to import from."""

from core.estate.contractors import CategoryRule, Contractor, ProjectContractor
from core.estate.organisation import Building, Project, Region, Unit
from core.estate.people import Contract, Customer, Ownership
from core.estate.places import COMMON, HOME, CommonArea, Place, Room

__all__ = [
    "COMMON",
    "HOME",
    "Building",
    "CategoryRule",
    "CommonArea",
    "Contract",
    "Contractor",
    "Customer",
    "Ownership",
    "Place",
    "Project",
    "ProjectContractor",
    "Region",
    "Room",
    "Unit",
]
