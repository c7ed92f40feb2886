"""Whatever stands in a workbook, each row gets a verdict and good rows can be written."""

import re
import string
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from core.errors import RuleError
from core.excel import read_sheets
from core.i18n import reading
from core.imports import engine
from core.platform import Platform
from core.registers import registers
from tests.factories import finding_row, firm_row, home_row, id_number, sold_row, workbook
from tests.services import DEEP, DEEP_EXAMPLES

MAKE: dict[str, tuple[Callable[..., dict[str, Any]], ...]] = {
    "rooms": (home_row, sold_row), "contractors": (firm_row,), "inspection-issues": (finding_row,),
}  # fmt: skip
odd = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**18), 10**18), st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(datetime(1900, 3, 1), datetime(2199, 12, 31)), st.dates(date(1900, 3, 1), date(2199, 12, 31)),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=30),
    st.text("0123456789-/.年月日:栋单元室，、；;/=+ 签约未售墙面空鼓主卧" + string.ascii_letters, max_size=12),
    st.sampled_from([
        "1栋", "1单元", "502", "０５０２", "SZ-HH", "SZ-WH", "CD-LX", "签约", "退房", "墙面空鼓", "主卧",
        "郑文博、钱伟", "2024-03-05", id_number(1), id_number(2), "19900000001", "=1+1", "#REF!", "长" * 1001,
    ]),
)  # fmt: skip


def rows_of(kind: str) -> Any:
    """Rows that are good but for a few cells."""

    def row(make: Callable[..., dict[str, Any]], number: str, cells: dict[str, Any]) -> dict[str, Any]:
        return make(number) | cells

    headings = list(dict.fromkeys(key for make in MAKE[kind] for key in make("1")))
    cells = st.dictionaries(st.sampled_from(headings), odd, max_size=3)
    numbers = st.sampled_from(["501", "502", "503"])
    return st.lists(st.builds(row, st.sampled_from(MAKE[kind]), numbers, cells), min_size=1, max_size=5)


@pytest.mark.parametrize("kind", list(MAKE))
@settings(max_examples=DEEP_EXAMPLES if DEEP else 15)
@given(data=st.data())
def test_each_row_is_judged_and_good_ones_are_written(kept_demo: Platform, kind: str, data: Any) -> None:
    content = workbook(data.draw(rows_of(kind)))
    register = registers(kept_demo.plugins)[kind]
    with reading("en"), kept_demo.working_as(kept_demo.principal_named("group.admin")) as session:
        result = engine.run(session, register.build("x.xlsx"), content, write=True, partial=True)
        again = engine.judge(session, register.build("x.xlsx"), content)
        session.rollback()
    assert result.written == len(result.good) == result.count("new") + result.count("changed") + result.count("same")
    cells = normalize("NFKC", str([line.cells for line in result.lines]))
    for heading, sentence in (told for line in result.bad for told in line.errors.items()):
        assert heading and sentence.strip()
        unfilled = re.search(r"%\(\w+\)s", sentence)
        assert not unfilled or "%(" in cells, "unless somebody typed such a thing, and is quoted"
    good = {line.row for line in result.good}
    assert {line.state for line in again.lines if line.row in good and not line.errors} <= {"same", "changed"}


@given(st.binary(max_size=300))
def test_any_file_is_read_or_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(RuleError, match=r"\.xlsx"):
        read_sheets(content)


def questions(platform: Platform, kind: str, rows: list[dict[str, Any]]) -> int:
    """How many statements an import of these rows sends, its INSERTs and looks at what others changed left out."""
    sent = []
    content = workbook(rows)
    register = registers(platform.plugins)[kind].build(f"{len(rows)}.xlsx")

    def hear(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("INSERT", "BEGIN")) and "core_stamp" not in statement:
            sent.append(statement)

    principal = platform.principal_named("group.admin")
    event.listen(platform.database.engine, "before_cursor_execute", hear)
    try:
        with platform.working_as(principal) as session:
            result = engine.run(session, register, content, write=True)
    finally:
        event.remove(platform.database.engine, "before_cursor_execute", hear)
    assert result.written == len(rows), result.as_json()["bad"]
    return len(sent)


def test_a_long_register_asks_the_database_no_oftener_than_a_short_one(any_demo: Platform) -> None:
    """But for what is fetched by ids in portions."""
    for kind, make in (("rooms", sold_row), ("inspection-issues", partial(finding_row, 录入时间=None))):
        few, many = ([make(f"{first}{at:03}") for at in range(rows)] for first, rows in ((1, 40), (2, 400)))
        first, second = questions(any_demo, kind, few), questions(any_demo, kind, many)
        assert first < 40
        assert second <= first + 2, (kind, first, second)
