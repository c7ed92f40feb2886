"""The type `table`: one value for each option of a list, such as days to rectify by severity."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from core.i18n import Text, lazy
from core.parameters.errors import Problems
from core.parameters.kinds import OVERRIDE, Change, Codes, Default, Kind, Ref, Scalar
from core.parameters.nodes import Json, Spot, listed
from core.parameters.scalars import SCALARS, refuse_value


@dataclass(frozen=True)
class Table(Kind):
    """`table`: `rows:` names the list whose codes are the rows, `cell:` declares the value of each."""

    rows: str
    cell: Scalar
    keys: ClassVar[frozenset[str]] = frozenset({"rows", "cell"})

    @classmethod
    def declare(cls, spot: Spot, fields: Mapping[str, Spot]) -> Self | None:
        rows = fields["rows"].text() if "rows" in fields else None
        if not rows or "cell" not in fields:
            spot.refuse(lazy("“%(key)s” is missing.", key="cell" if rows else "rows"))
            return None
        everything = {"type"}.union(*(kind.keys for kind in SCALARS.values()))
        cell_fields = fields["cell"].fields(everything, required=("type",))
        name = cell_fields["type"].text() if "type" in cell_fields else None
        if name not in SCALARS:
            refuse_value(fields["cell"], name or "", lazy("one of: %(allowed)s", allowed=listed(SCALARS)))
            return None
        cell = SCALARS[name].declare(fields["cell"], cell_fields)
        return cls(rows, cell) if cell is not None else None

    def _read(self, spot: Spot, *, both: bool) -> tuple[dict[str, Any], tuple[Ref, ...]]:
        values: dict[str, Any] = {}
        refs: list[Ref] = []
        for code, item in spot.fields().items():
            value = self.cell.read(item, both=both)
            if value is not None:
                values[code] = value
                refs += [Ref(self.rows, code, item.at), *self.cell.refs(value, item.at)]
        return values, tuple(refs)

    def read_default(self, spot: Spot) -> Default | None:
        values, refs = self._read(spot, both=True)
        return Default(values, refs)

    def read_change(self, spot: Spot) -> Change | None:
        values, refs = self._read(spot, both=False)
        json: dict[str, Json] = {code: self.cell.plain(value) for code, value in values.items()}
        return Change(values, json, ((OVERRIDE, spot.at),), refs, spot.at)

    def merge(self, value: Any, change: Any, problems: Problems) -> Any:
        return {**value, **change}

    def lists(self) -> frozenset[str]:
        return self.cell.lists() | {self.rows}

    def gap(self, value: Any, codes: Codes) -> Text | None:
        for code in codes(self.rows) or {}:
            if code not in value:
                return lazy(
                    "A row for %(code)s is missing; every option of %(list)s needs one.", code=code, list=self.rows
                )
        return None
