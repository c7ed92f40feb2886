"""Lists when two people press the button together, and the days of entry that a list takes in."""

from datetime import date, datetime
from threading import Barrier, Thread

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from core import clock
from core.access.context import as_system
from core.errors import RuleError
from core.issues import services
from core.issues.models import Issue, IssueList
from core.issues.selection import days_of, unlisted
from tests.core.issues.site import HERE, INSPECTOR


def numbers(site):
    with as_system(), site.platform.database.unit(read_only=True) as session:
        return session.scalars(select(IssueList.number).order_by(IssueList.id)).all()


def together(site, *works):
    """Run `works` at once, each in a session of the inspector's; the refusals and the clashes of those that failed.

    They meet before the first writes; on SQLite before they begin, as a unit of work has the file for itself.
    """
    meet, failed = Barrier(len(works), timeout=20), []
    principal = site.platform.principal_named(INSPECTOR)
    takes_turns = site.platform.database.engine.dialect.name == "sqlite"

    def run(work):
        try:
            if takes_turns:
                meet.wait()
            with site.platform.working_as(principal) as session:
                work(session, (lambda: None) if takes_turns else meet.wait)
        except (StaleDataError, RuleError) as refusal:
            failed.append(refusal)

    threads = [Thread(target=run, args=(work,)) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert not any(one.is_alive() for one in threads)
    return failed


def listing(issues):
    def work(session, meet):
        rows = [session.get_one(Issue, one) for one in issues]
        meet()
        services.put_on_lists(session, rows)

    return work


def test_the_same_findings_go_on_one_list_and_the_other_person_is_told(site):
    issues, before = site.findings(3), len(numbers(site))
    failed = together(site, listing(issues), listing(issues))
    after = numbers(site)
    assert len(failed) == 1 and len(after) == len(set(after)) == before + 1
    assert len({one.list_id for one in site.issues(issues)}) == 1
    assert sorted(one.list_line for one in site.issues(issues)) == [1, 2, 3]


def test_lists_made_at_once_of_different_findings_have_numbers_of_their_own(site):
    parts, before = [site.findings(2) for _ in range(3)], len(numbers(site))
    failed = together(site, *(listing(part) for part in parts))
    after = numbers(site)
    assert failed == [] and len(after) == len(set(after)) == before + 3


def test_days_are_those_of_the_project_s_clocks_and_both_are_included(site):
    """From midnight to midnight in Beijing, which is four in the afternoon in UTC."""
    issues = []
    for moment in ("2026-11-09T23:59:59", "2026-11-10T00:00:00", "2026-11-11T23:59:59", "2026-11-12T00:00:00"):
        with clock.freeze(clock.from_local(datetime.fromisoformat(moment))):
            issues.append(site.finding())

    def chosen(start, end):
        since, until = days_of(start, end, "Asia/Shanghai")
        with site.acting() as session:
            found = unlisted(session, "inspection", site.projects[HERE], since=since, until=until)
            return [one.id for one in found if one.id in issues]

    assert chosen(date(2026, 11, 10), date(2026, 11, 11)) == issues[1:3]
    assert chosen(date(2026, 11, 10), None) == issues[1:]
    assert chosen(None, date(2026, 11, 9)) == issues[:1]
    assert chosen(None, None) == issues
