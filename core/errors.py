"""Refusals: a sentence for the person who reads it, and nothing else to learn.

`RuleError` and its kin are raised by rules and services and turned into pages, JSON and exit statuses in one place
(`core.web.refusals`). A message may be lazy (translated when shown).
"""

from collections.abc import Mapping
from typing import Any


class RuleError(Exception):
    """A rule refuses what was asked: `message` says what is wrong and what to do; `field` names the input, if one."""

    status = 422

    def __init__(self, message: Any, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)

    def by_field(self) -> dict[str, str]:
        """field → sentence, for whoever shows refusals beside what was sent."""
        return {self.field: str(self.message)} if self.field else {}


class Invalid(RuleError):
    """Several fields are wrong at once: `errors` maps a field's name to its sentence."""

    def __init__(self, errors: Mapping[str, Any], message: Any = "") -> None:
        super().__init__(message or next(iter(errors.values())))
        self.errors = dict(errors)

    def by_field(self) -> dict[str, str]:
        return {name: str(said) for name, said in self.errors.items()}


class Forbidden(RuleError):
    """The verb is not granted to this person here. `resource` and `verb`, where known, tell which roles do it."""

    status = 403

    def __init__(self, message: Any, *, field: str | None = None, resource: str = "", verb: str = "") -> None:
        super().__init__(message, field=field)
        self.resource = resource
        self.verb = verb


class NotFound(RuleError):
    """The record does not exist or is not visible; the two are never told apart."""

    status = 404


class Stale(RuleError):
    """The record was changed after it was opened; `current` holds the values that stand now."""

    status = 409

    def __init__(self, message: Any, *, current: Any = None) -> None:
        super().__init__(message)
        self.current = current


class ScopeError(Forbidden):
    """A statement or a flush reached for rows outside the scope of the person at work."""


class TooLarge(RuleError):
    """A file or a form is larger than allowed."""

    status = 413


class TooMany(RuleError):
    """Too many tries; `retry_after` is in seconds."""

    status = 429

    def __init__(self, message: Any, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
