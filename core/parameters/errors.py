"""What is wrong in a parameter file, and where: collected, so that one reading names every fault."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.errors import RuleError
from core.i18n import Text, lazy

MOST_KEPT = 100
"""Faults kept of one reading; a file with more is broken as a whole and the rest would tell nothing new."""


@dataclass(frozen=True, order=True)
class At:
    """A spot: file (or the name of a revision), line from 1 (0 where there are no lines), path of keys."""

    file: str
    line: int
    path: str


@dataclass(frozen=True)
class ParameterError:
    """One fault: `message` is a sentence that says what is wrong and what is allowed."""

    file: str
    line: int
    path: str
    message: Text

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.path, str(self.message)) if part)


class ParametersRefused(RuleError):
    """Nothing was taken over: `errors` holds every fault that was found, in the order of files and lines."""

    def __init__(self, errors: Iterable[ParameterError]) -> None:
        self.errors = tuple(sorted(errors, key=lambda error: (error.file, error.line, error.path)))
        super().__init__(lazy("The parameters were not taken over; the values in force stay as they are."))

    def __str__(self) -> str:
        return "\n".join([str(self.message), *(str(error) for error in self.errors)])


class Problems:
    """A growing list of faults; reading goes on after each, so that all are told at once."""

    def __init__(self) -> None:
        self._errors: list[ParameterError] = []

    def add(self, at: At, message: Text) -> None:
        """Note a fault at `at`; the same one twice is kept once."""
        error = ParameterError(at.file, at.line, at.path, message)
        if len(self._errors) < MOST_KEPT and error not in self._errors:
            self._errors.append(error)

    def extend(self, errors: Iterable[ParameterError]) -> None:
        """Take over faults found elsewhere."""
        for error in errors:
            self.add(At(error.file, error.line, error.path), error.message)

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Take over the faults of a reading that is refused within the block, and go on."""
        try:
            yield
        except ParametersRefused as refusal:
            self.extend(refusal.errors)

    def __iter__(self) -> Iterator[ParameterError]:
        return iter(tuple(self._errors))

    def __len__(self) -> int:
        return len(self._errors)

    def refuse_if_any(self) -> None:
        """Raise `ParametersRefused` unless all was well."""
        if self._errors:
            raise ParametersRefused(self._errors)
