"""Verbs on records: buttons on a record, bulk actions on a list, each allowed or not per row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.access.check import may
from core.i18n import Text
from core.records.fields import FormField
from core.workflow import Flow


@dataclass(frozen=True)
class Verb:
    """`run(session, row, **values)` with the values of `fields`; `permission` is the verb granted (default: its name).

    With `flow` it is offered only where the flow leads on from the row's state; `when` narrows that further.
    """

    name: str
    label: Text
    run: Callable[..., Any] | None = None
    permission: str = ""
    flow: Flow | None = None
    when: Callable[[Any], bool] | None = None
    fields: Sequence[FormField] = ()
    defaults: Callable[[Any, Any], Mapping[str, Any]] | None = None
    """`defaults(session, row)`: what the form is filled with."""
    per_line: Sequence[str] = ()
    """Fields that may differ line by line when done to several rows at once."""
    as_each: Sequence[str] = ()
    """Fields that are empty when done to several rows: what is left empty is taken from each row's own defaults."""
    many: Callable[..., tuple[Text, str]] | None = None
    """`many(session, rows, **values) -> (sentence, address)` does it to all rows in one deed, in place of `run`."""
    intro: Text = ""
    done: Text = ""
    """What the toast says."""
    icon: str = ""
    key: str = ""
    primary: bool = False
    danger: bool = False
    confirm: Text = ""
    bulk: bool = True
    single: bool = True
    reason: Text = ""
    """Why it is not possible for a row, for the bulk bar."""
    rare: bool = False
    """Stands behind ⋯ on a record."""
    undoable: bool = False
    """Whether it only changes the record, so that writing the old values takes it back (`core.records.undoing`)."""

    @property
    def granted_by(self) -> str:
        if self.permission:
            return self.permission
        return self.flow.transition(self.name).granted_by if self.flow is not None else self.name

    def leads_on(self, row: Any) -> bool:
        """Whether the row's state lets it happen, whoever asks."""
        if self.flow is not None and not self.flow.can(self.name, row.state):
            return False
        return self.when is None or self.when(row)

    def allowed(self, row: Any) -> bool:
        """Whether the person at work may do it to this row now."""
        return self.leads_on(row) and may(self.granted_by, row)
