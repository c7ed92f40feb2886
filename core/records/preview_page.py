"""What a change of several records would do, as frozen values; drawn by `atrium/preview.html`."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.i18n import Text
from core.records.parts import Crumb


@dataclass(frozen=True, slots=True)
class Line:
    """A record: (field, before, after) of what changes, or the reason why it is left as it is."""

    name: Text
    url: str
    changes: Sequence[tuple[Text, str, str]] = ()
    reason: Text = ""


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """Sends `csrf_token`, `once`, `hidden` and `confirmed`, or `again` to go back to what was typed."""

    title: Text
    action_url: str
    lines: Sequence[Line]
    changed: int
    refused: int
    crumbs: Sequence[Crumb] = ()
    cancel_url: str = ""
    once: str = ""
    hidden: Sequence[tuple[str, str]] = ()
    submit_label: Text = ""
