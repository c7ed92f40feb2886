"""What a parameter's type must answer, and the words in which layers differ."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from core.i18n import Text
from core.parameters.errors import At, Problems
from core.parameters.nodes import Json, Spot

OVERRIDE = "override"
LIST_RIGHTS = ("add", "hide", "relabel", "change", "reorder")
"""What a lower level may do to a list; `change` is to its options' attributes."""


@dataclass(frozen=True)
class Ref:
    """A value that must be the code of an option of the list `parameter` (`issues.method`) in the same scope."""

    parameter: str
    code: str
    at: At


@dataclass(frozen=True)
class Change:
    """What one layer says about one parameter: `value` is what the type's `merge` understands."""

    value: Any
    json: Json
    """the same in the form a revision keeps"""
    needs: tuple[tuple[str, At], ...]
    """each right it makes use of, and where"""
    refs: tuple[Ref, ...]
    at: At


@dataclass(frozen=True)
class Default:
    """The value the plugin ships, with the codes of other lists it names."""

    value: Any
    refs: tuple[Ref, ...] = ()


Codes = Callable[[str], Mapping[str, object] | None]
"""list parameter → its options by code in the scope at hand; None where there is no such list"""


class Kind(ABC):
    """A type of parameter with its limits, as one declaration in `parameters.yaml` gives them."""

    keys: ClassVar[frozenset[str]] = frozenset()
    """the keys of a declaration that only this type has"""
    rights: ClassVar[tuple[str, ...]] = (OVERRIDE,)
    """what `allow:` may grant to lower levels"""

    @classmethod
    @abstractmethod
    def declare(cls, spot: Spot, fields: Mapping[str, Spot]) -> Self | None:
        """The type as declared at `spot`; None where the declaration was refused."""

    @abstractmethod
    def read_default(self, spot: Spot) -> Default | None:
        """The shipped default; stricter than a layer's value: every text in both languages."""

    @abstractmethod
    def read_change(self, spot: Spot) -> Change | None:
        """What a layer says; None where it was refused."""

    def merge(self, value: Any, change: Any, problems: Problems) -> Any:
        """`value` of the level above with `change` put over it; faults go to `problems`."""
        return change

    def lists(self) -> frozenset[str]:
        """The list parameters whose codes this type names; they must be declared somewhere."""
        return frozenset()

    def gap(self, value: Any, codes: Codes) -> Text | None:
        """A sentence when `value` is not whole in a scope (a table without a row for an option)."""
        return None


class Scalar(Kind):
    """A type of one value, replaced as a whole by the level below; also the type of a list's attributes."""

    @abstractmethod
    def read(self, spot: Spot, *, both: bool = False) -> Any | None:
        """The value at `spot`; None where it was refused, never for a good value."""

    def plain(self, value: Any) -> Json:
        """The value as JSON that `read` reads back."""
        return value  # type: ignore[no-any-return]

    def refs(self, value: Any, at: At) -> tuple[Ref, ...]:
        return ()

    def read_default(self, spot: Spot) -> Default | None:
        value = self.read(spot, both=True)
        return Default(value, self.refs(value, spot.at)) if value is not None else None

    def read_change(self, spot: Spot) -> Change | None:
        value = self.read(spot)
        if value is None:
            return None
        return Change(value, self.plain(value), ((OVERRIDE, spot.at),), self.refs(value, spot.at), spot.at)
