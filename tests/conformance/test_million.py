"""The pages of specialists over a million findings on a hundred thousand homes: as many statements as over few.

It reports how long pages take and never fails by the clock.
"""

import re
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import func, select, text

from core.access.context import as_system
from core.estate.models import Place
from core.issues.models import Issue
from core.platform import Platform
from tests.conformance.test_statements import LIST, RECORD, cost, usual
from tests.volumes import BUILDINGS, DOORS, FLOORS, fill

__all__ = ["usual"]

PROJECTS = ("SZ-WH", "SZ-QH", "CD-LX", "CD-TF", "SH-JA")
FINDINGS = 1_000_000
TIMES = 7
LISTS = {
    "list, newest first": "/inspection/issues/?tab=all&q=&sort=-entered_at",
    "list, filtered by state and contractor": "/inspection/issues/?tab=all&q=&state=recorded&contractor={contractor}",
    "list, last page": "/inspection/issues/?tab=all&q=&sort=-entered_at&last=1",
    "list of homes": "/estate/homes/?q=",
}


@pytest.mark.deep
def test_a_million_findings(
    usual: Platform,
    web: Any,
    sign_in: Any,
    record_property: Callable[[str, object], None],
) -> None:
    client = sign_in(web(usual), "sz.inspection")
    with as_system(), usual.database.unit(read_only=True) as session:
        contractor = session.scalar(select(Issue.contractor_id).where(Issue.contractor_id.is_not(None)).limit(1))
    lists = {name: url.format(contractor=contractor) for name, url in LISTS.items()}
    few = {name: cost(usual, client, url) for name, url in lists.items()}
    fill(usual, PROJECTS, FINDINGS)
    with as_system(), usual.database.unit() as session:
        session.execute(text("ANALYZE"))
        assert (session.scalar(select(func.count()).select_from(Issue)) or 0) > FINDINGS
        assert (session.scalar(select(func.count()).select_from(Place)) or 0) > BUILDINGS * FLOORS * DOORS * 5
    many = {name: cost(usual, client, url) for name, url in lists.items()}
    assert many == few
    assert max(many.values()) <= LIST
    record = re.search(r'data-url="([^"]*/\d+)"', client.get(lists["list, newest first"]).get_data(as_text=True))
    assert record
    pages = {"finding": record[1], "form": f"{record[1]}/edit", "home page": "/"}
    assert {name: n for name, url in pages.items() if (n := cost(usual, client, url)) > RECORD} == {}
    where = usual.settings.database_url.partition(":")[0].partition("+")[0]
    pages |= lists | {"search": "/inspection/issues/?tab=all&q=空鼓+99"}
    for name, url in pages.items():
        spent = [_timed(client, url) for _ in range(TIMES)]
        record_property("measured", f"{where}, a million findings: {name}: {median(spent) * 1000:.0f} ms")


def _timed(client: Any, url: str) -> float:
    start = perf_counter()
    assert client.get(url).status_code == 200, url
    return perf_counter() - start
