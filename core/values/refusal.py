"""What a reader of typed values says when it cannot take one."""

from typing import Any

from core.errors import RuleError
from core.i18n import Text

MOST_SHOWN = 30


class BadValue(RuleError):
    """A value as typed cannot be meant; the message says what is wrong with it and how to write it."""


def shown(value: Any) -> str:
    """`value` short enough to be quoted in a sentence, on one line."""
    text = " ".join(str(value).split())
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"


def refuse(message: Text) -> BadValue:
    """The exception to raise; one place, so that every reader refuses alike."""
    return BadValue(message)
