"""What can be done to issues, as forms and buttons; the deeds themselves are `core.issues.services`."""

from collections.abc import Mapping, Sequence
from typing import Any

from core import clock
from core.errors import Invalid
from core.estate.models import Contractor
from core.i18n import Text, language, lazy, ngettext
from core.issues import flow, services
from core.issues.models import Issue
from core.records import sources
from core.records.fields import FormField
from core.records.verbs import Verb

REASON = FormField("reason", lazy("Reason"), "textarea", required=True, span=12, maxlength=1000)
CLOSING = (
    FormField(
        "business_stage", lazy("Business stage"), "option", required=True, options="issues.business_stage", span=6
    ),
    FormField("method", lazy("Method"), "option", required=True, options="issues.method", span=6),
    FormField("close_type", lazy("Close type"), "option_pick", required=True, options="issues.close_type", span=12),
    FormField("rework_count", lazy("Times reworked"), "number", span=6, hint=lazy("May be raised, never lowered.")),
    FormField("confirmed_by", lazy("Confirmed by"), required=True, span=6, maxlength=100),
    FormField("solution", lazy("Solution"), "textarea", required=True, span=12, maxlength=1000, rows=2),
    FormField("close_note", lazy("Close note"), "textarea", span=12, maxlength=1000, rows=2),
)
FINDING = (
    FormField("category", lazy("Category"), "tree", required=True, options="issues.category"),
    FormField("location", lazy("Location"), "option", required=True, options="issues.location"),
    FormField("severity", lazy("Severity"), "option_pick", options="issues.severity", on_edit=False),
    FormField("description", lazy("Description"), "textarea", required=True, span=12, maxlength=1000,
              hint=lazy("Where exactly, and how large.")),
    FormField("note", lazy("Note"), "textarea", span=12, maxlength=1000, rows=2),
)  # fmt: skip


def close(session: Any, row: Issue, **block: Any) -> Issue:
    """A close from a form: an empty number of reworks keeps the one counted."""
    count = block.pop("rework_count")
    closing = services.Closing(rework_count=row.rework_count if count is None else count, **block)
    return services.close(session, row, closing)


def closing_of(session: Any, row: Issue) -> Mapping[str, Any]:
    made = services.closing_defaults(session, row, language())
    return {one.name: getattr(made, one.name) for one in CLOSING}


def contractor_needed(session: Any, row: Issue, *, contractor_id: int | None, reason: str) -> Issue:
    if contractor_id is None:
        raise Invalid({"contractor_id": lazy("Choose a {contractor} from the list.")})
    return services.adjust(session, row, contractor_id=contractor_id, reason=reason)


def list_together(base: str) -> Any:
    """Put the selected findings on numbered lists, one per contractor; the answer leads to these lists."""

    def many(session: Any, rows: Sequence[Issue], promised_on: Any = None) -> tuple[Text, str]:
        made = services.put_on_lists(session, rows, promised_on=promised_on)
        said = ngettext("%(n)s list made: %(numbers)s", "%(n)s lists made: %(numbers)s", len(made),
                        numbers=str(lazy(", ")).join(one.number or "" for one in made))  # fmt: skip
        return said, f"{base}/{made[0].id}" if len(made) == 1 else f"{base}/?tab=sent"

    return many


VERBS = (
    Verb("close", lazy("Close"), close, flow=flow.ISSUE, fields=CLOSING, defaults=closing_of, icon="check", key="C",
         primary=True, undoable=True, per_line=("close_type", "solution", "close_note"),
         as_each=("rework_count", "solution"), done=lazy("Closed."),
         reason=lazy("Only findings that are not closed can be closed.")),
    Verb("rectified", lazy("Rectified"), services.rectified, flow=flow.ISSUE, icon="tool", undoable=True, fields=(
        FormField("result", lazy("Result of rectifying"), "textarea", span=12, maxlength=1000, rows=2),
        FormField("on", lazy("Rectified on"), "date", span=6, default=lambda reader: clock.today()),
        FormField("by", lazy("Rectified by"), span=6, maxlength=100)),
        defaults=lambda session, row: {"on": clock.today()},
        reason=lazy("Only findings on a list can be reported as rectified.")),
    Verb("send_back", lazy("Send back"), services.send_back, flow=flow.ISSUE, icon="arrow-back-up", key="R",
         undoable=True, fields=(REASON, FormField("due_on", lazy("New due day"), "date", span=6)),
        reason=lazy("Only findings waiting for the re-check can be sent back.")),
    Verb("adjust", lazy("Change {contractor}"), contractor_needed, flow=flow.ISSUE, icon="arrows-exchange", fields=(
        FormField("contractor_id", lazy("{Contractor}"), "remote", required=True, model=Contractor, span=12,
                  source=sources.contractors()), REASON),
        intro=lazy("A finding on a list leaves it and waits for a list of the new {contractor}."),
        reason=lazy("Rectified already: the {contractor} cannot be changed any more.")),
    Verb("reopen", lazy("Reopen"), services.reopen, flow=flow.ISSUE, icon="rotate", fields=(REASON,), bulk=False,
         intro=lazy("It counts as reworked once more.")),
    Verb("void", lazy("Void"), services.void, flow=flow.ISSUE, icon="ban", fields=(REASON,), danger=True, rare=True,
         intro=lazy("Kept with its reason, counted nowhere. It cannot be taken back."),
         reason=lazy("Closed findings are not voided.")),
)  # fmt: skip
