"""States and the verbs between them, declared once: the services obey it, buttons ask it, the docs draw it."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import RuleError
from core.i18n import Text, lazy


@dataclass(frozen=True)
class State:
    code: str
    label: Text
    family: str
    """How a badge shows it: off, wait, sent, doing, check, done or bad (look.md, Tokens)."""
    is_open: bool = True


@dataclass(frozen=True)
class Transition:
    """`verb` takes a record from one of `sources` to `target`; the same word is the permission, unless one is named."""

    verb: str
    label: Text
    sources: tuple[str, ...]
    target: str
    permission: str = ""
    asks: bool = False
    """Whether the verb needs more than a click (a reason, a closing block)."""

    @property
    def granted_by(self) -> str:
        return self.permission or self.verb


@dataclass(frozen=True)
class Flow:
    """A record's life. `move` is the only way a state changes."""

    name: str
    states: Sequence[State]
    transitions: Sequence[Transition]

    def state(self, code: str) -> State:
        return next(state for state in self.states if state.code == code)

    def transition(self, verb: str) -> Transition:
        return next(found for found in self.transitions if found.verb == verb)

    def can(self, verb: str, state: str) -> bool:
        """Whether `verb` leads anywhere from `state`."""
        return any(found.verb == verb and state in found.sources for found in self.transitions)

    def target(self, verb: str, state: str) -> str:
        """The state after `verb`; raises RuleError with a sentence when it does not start from `state`."""
        for found in self.transitions:
            if found.verb == verb and state in found.sources:
                return found.target
        raise RuleError(
            lazy(
                "“%(verb)s” is not possible while this is “%(state)s”.",
                verb=self.transition(verb).label,
                state=self.state(state).label,
            )
        )

    @property
    def open_codes(self) -> tuple[str, ...]:
        return tuple(state.code for state in self.states if state.is_open)

    def mermaid(self) -> str:
        """The diagram shown in a module's README."""
        lines = ["stateDiagram-v2"]
        for found in self.transitions:
            lines += [f"    {source} --> {found.target}: {found.verb}" for source in found.sources]
        return "\n".join(lines)
