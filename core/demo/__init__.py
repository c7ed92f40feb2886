"""The demo group: three regions, their projects, homes, owners, contractors and accounts. All of it invented.

Deterministic and idempotent; dates are relative to the day of loading. Names of firms carry （演示）, ID numbers begin
with 99, which no place has, mobiles with 19900.
"""

from core.demo.accounts import PASSWORD, PEOPLE, told
from core.demo.loading import load
from core.demo.people import id_number
from core.demo.seeding import is_empty, seed

__all__ = ["PASSWORD", "PEOPLE", "id_number", "is_empty", "load", "seed", "told"]
