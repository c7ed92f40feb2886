"""整改单: the lists to contractors of internal inspection."""

from core.i18n import lazy
from core.records.list_view import IssueListView


class ListView(IssueListView):
    """Lists of inspection findings."""

    origin, resource, issues_url = "inspection", "inspection.list", "/inspection/issues"
    title = lazy("Lists to {contractors}")
