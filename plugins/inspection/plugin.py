"""The wiring of the inspection plugin."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from core.extend import Attachable, Card, Grant, Manifest, Origin, Page, Register, hookimpl
from core.i18n import lazy
from core.issues.register import FindingRegister
from core.model import Model
from plugins.inspection import demo
from plugins.inspection.cards import cards
from plugins.inspection.grants import grants
from plugins.inspection.models import HomeInspection, Plan, PlanHome, Summary
from plugins.inspection.views import EntryView, FindingView, ListView, PlanView, SummaryView


@hookimpl
def manifest() -> Manifest:
    return Manifest("inspection", lazy("Internal inspection"), icon="clipboard-check", order=20)


@hookimpl
def register_models() -> Sequence[type[Model]]:
    return [Plan, PlanHome, HomeInspection, Summary]


@hookimpl
def register_attachables() -> Sequence[Attachable]:
    return [Attachable(Summary)]


@hookimpl
def register_grants() -> Sequence[Grant]:
    return grants()


@hookimpl
def register_pages() -> Sequence[Page]:
    return [
        Page(PlanView, "plans", lazy("Inspection plans"), "calendar"),
        Page(EntryView, "entry", lazy("Enter findings"), "keyboard", verb="write"),
        Page(FindingView, "issues", lazy("Process findings"), "clipboard-check"),
        Page(ListView, "lists", lazy("Lists to {contractors}"), "file-spreadsheet"),
        Page(SummaryView, "summaries", lazy("Inspection summaries"), "file-text"),
    ]


@hookimpl
def register_cards() -> Sequence[Card]:
    return cards()


@hookimpl
def register_origins() -> Sequence[Origin]:
    return [Origin("inspection", lazy("Internal inspection"))]


@hookimpl
def register_registers() -> Sequence[Register]:
    return [
        Register(
            "inspection-issues",
            lazy("Inspection findings"),
            "inspection.issue",
            lambda name: FindingRegister("inspection-issues", "验房问题", "inspection", name),
        )
    ]


@hookimpl
def seed_demo(session: Session) -> None:
    demo.seed(session)
