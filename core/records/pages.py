"""What a page holds, as frozen values: the only thing the templates read, the only thing views build.

`ListPage` → `atrium/list.html`, `ShowPage` → `atrium/show.html`, `FormPage` → `atrium/form.html` and
`atrium/verb.html`, `HomePage` → `atrium/home.html`, `ErrorPage` → `atrium/error.html`; each is given to its template
as `page`. The frame around them (menu, switcher, person) is `core.shell.frame.Frame`, given as `frame`.
"""

from core.records.form_page import Conflict, FormPage, FormSection, Input
from core.records.home_page import ErrorPage, HomePage
from core.records.list_page import (
    BulkVerb,
    ChipGroup,
    Choice,
    ColumnOption,
    ColumnPanel,
    FilterControl,
    Head,
    ListPage,
    Pager,
    Row,
    Search,
    Tab,
    Token,
    read_row_token,
    row_token,
)
from core.records.parts import (
    Action,
    Cell,
    Chart,
    ChartSeries,
    Crumb,
    EmptyState,
    Family,
    Note,
    Option,
    Panel,
    Progress,
    Stat,
    Todo,
)
from core.records.show_page import Attachment, Attachments, Entry, Fact, RailStep, Section, ShowPage

__all__ = [
    "Action", "Attachment", "Attachments", "BulkVerb", "Cell", "Chart", "ChartSeries", "ChipGroup", "Choice",
    "ColumnOption", "ColumnPanel", "Conflict", "Crumb", "EmptyState", "Entry", "ErrorPage", "Fact", "Family",
    "FilterControl", "FormPage", "FormSection", "Head", "HomePage", "Input", "ListPage", "Note", "Option", "Pager",
    "Panel", "Progress", "RailStep", "Row", "Search", "Section", "ShowPage", "Stat", "Tab", "Todo", "Token",
    "read_row_token", "row_token",
]  # fmt: skip
