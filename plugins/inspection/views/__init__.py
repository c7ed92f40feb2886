"""The screens of the inspection module."""

from plugins.inspection.views.entry import EntryView
from plugins.inspection.views.findings import FindingView
from plugins.inspection.views.lists import ListView
from plugins.inspection.views.plans import PlanView
from plugins.inspection.views.summaries import SummaryView

__all__ = ["EntryView", "FindingView", "ListView", "PlanView", "SummaryView"]
