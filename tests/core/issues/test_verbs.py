"""The life of a finding: each verb where it is possible, where it is not, and what it leaves in the history."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.errors import Forbidden, Invalid, RuleError
from core.estate.models import Place
from core.issues import flow, services
from core.issues.models import Issue
from core.issues.services import Closing
from tests.core.issues.site import ADMIN, ELSEWHERE, HERE, INSPECTOR, LEADER, THERE, UNHELD

STATES = ("recorded", "listed", "rectifying", "to_verify", "closed", "void")
BLOCK = Closing("construction", "repair", 0, "normal", "何国平", "", "已修补并复检")
VERBS = {
    "adjust": lambda s, row, site: services.adjust(s, row, contractor_id=site.firms[HERE]["防水"], reason="分错了"),
    "list": lambda s, row, site: services.put_on_lists(s, [row]),
    "rectified": lambda s, row, site: services.rectified(s, row, result="已重新抹灰", on=None, by="韩工"),
    "send_back": lambda s, row, site: services.send_back(s, row, reason="仍有空鼓"),
    "close": lambda s, row, site: services.close(s, row, BLOCK),
    "reopen": lambda s, row, site: services.reopen(s, row, reason="又裂了"),
    "void": lambda s, row, site: services.void(s, row, reason="录重了"),
}
EVENTS = {
    "adjust": "contractor_changed", "rectified": "issue_rectified", "send_back": "issue_sent_back",
    "close": "issue_closed", "reopen": "issue_reopened", "void": "issue_voided",
}  # fmt: skip
OF_ADMIN = ("void", "reopen")


def actor(verb):
    """Who holds a verb, and what rows are read through."""
    return (ADMIN, verb) if verb in OF_ADMIN else (INSPECTOR, "")


# --- states ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_each_verb_leads_on_from_the_states_of_the_flow_and_from_no_other(site, state):
    possible = {
        "recorded": {"adjust": "recorded", "list": "listed", "close": "closed", "void": "void"},
        "listed": {"adjust": "recorded", "rectified": "to_verify", "close": "closed", "void": "void"},
        "rectifying": {"adjust": "recorded", "rectified": "to_verify", "close": "closed", "void": "void"},
        "to_verify": {"send_back": "rectifying", "close": "closed", "void": "void"},
        "closed": {"reopen": "rectifying"},
        "void": {},
    }[state]
    for verb, act in VERBS.items():
        issue = site.in_state(state)
        before = site.issue(issue)
        assert before.state == state
        username, lens = actor(verb)
        if verb in possible:
            with site.acting(username, lens) as session:
                act(session, session.get_one(Issue, issue), site)
            after = site.issue(issue)
            assert (verb, after.state) == (verb, possible[verb])
            assert after.version > before.version
        else:
            with pytest.raises(RuleError) as refusal, site.acting(username, lens) as session:
                act(session, session.get_one(Issue, issue), site)
            assert str(flow.ISSUE.state(state).label) in str(refusal.value)
            assert site.issue(issue).version == before.version


def test_the_flow_drawn_is_the_flow_tested():
    drawn = {(source, found.verb) for found in flow.ISSUE.transitions for source in found.sources}
    assert drawn == {
        ("recorded", "adjust"), ("listed", "adjust"), ("rectifying", "adjust"), ("recorded", "list"),
        ("listed", "sign"), ("listed", "rectified"), ("rectifying", "rectified"), ("to_verify", "send_back"),
        ("recorded", "close"), ("listed", "close"), ("rectifying", "close"), ("to_verify", "close"),
        ("closed", "reopen"), ("recorded", "void"), ("listed", "void"), ("rectifying", "void"), ("to_verify", "void"),
    }  # fmt: skip


@pytest.mark.parametrize("verb", EVENTS)
def test_each_verb_writes_one_change_with_its_reason_and_one_event(site, verb):
    start = {"send_back": "to_verify", "reopen": "closed", "rectified": "rectifying"}.get(verb, "recorded")
    issue = site.in_state(start)
    told = len(site.events(site.issue(issue)))
    username, lens = actor(verb)
    with site.acting(username, lens) as session:
        VERBS[verb](session, session.get_one(Issue, issue), site)
    row = site.issue(issue)
    change, events = site.last_change(row), site.events(row)[told:]
    assert (change.verb, change.action, change.user_id) == (verb, "change", site.account(username))
    assert change.project_id == row.project_id
    asks = {"adjust": "分错了", "send_back": "仍有空鼓", "reopen": "又裂了", "void": "录重了"}
    assert change.reason == asks.get(verb)
    assert [one.name for one in events] == [f"inspection.{EVENTS[verb]}"]
    assert (events[0].place_id, events[0].project_id, events[0].payload["v"]) == (row.place_id, row.project_id, 1)
    if verb in asks:
        assert events[0].payload["reason"] == asks[verb]


@pytest.mark.parametrize("verb", ["adjust", "send_back", "reopen", "void"])
@pytest.mark.parametrize("reason", ["", "  \u200b ", "长" * 1001, "坏\x07字"])
def test_a_verb_that_asks_for_a_reason_is_refused_without_one(lone_site, verb, reason):
    site = lone_site
    issue = site.in_state({"send_back": "to_verify", "reopen": "closed"}.get(verb, "recorded"))
    username, lens = actor(verb)
    with pytest.raises(Invalid) as refusal, site.acting(username, lens) as session:
        row = session.get_one(Issue, issue)
        if verb == "adjust":
            services.adjust(session, row, contractor_id=site.firms[HERE]["防水"], reason=reason)
        else:
            getattr(services, verb)(session, row, reason=reason)
    assert list(refusal.value.errors) == ["reason"]
    assert len(site.events(site.issue(issue))) == {"send_back": 2, "reopen": 2}.get(verb, 1)


# --- people ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_who_only_reads_does_nothing(lone_site, verb):
    site = lone_site
    issue = site.in_state({"send_back": "to_verify", "reopen": "closed", "rectified": "listed"}.get(verb, "recorded"))
    before = site.issue(issue).version
    for username in (LEADER, "sz.project", "sz.projectlead"):
        with pytest.raises(Forbidden), site.acting(username) as session:
            VERBS[verb](session, session.get_one(Issue, issue), site)
    assert site.issue(issue).version == before


@pytest.mark.parametrize("verb", OF_ADMIN)
def test_voiding_and_reopening_belong_to_the_region_s_administrator(lone_site, verb):
    site = lone_site
    issue = site.in_state("closed" if verb == "reopen" else "recorded")
    with pytest.raises(Forbidden), site.acting(INSPECTOR) as session:
        VERBS[verb](session, session.get_one(Issue, issue), site)
    with site.acting("cd.admin", verb) as session:
        assert session.get(Issue, issue) is None


@pytest.mark.parametrize("username", [ELSEWHERE, "cd.leader", "sz.admin", "sz.title", "group.admin"])
def test_whoever_has_no_business_here_sees_no_finding(lone_site, username):
    issue = lone_site.finding()
    with lone_site.acting(username) as session:
        assert session.get(Issue, issue) is None
        assert session.scalars(select(Issue).where(Issue.id == issue)).all() == []


def test_recording_needs_the_verb_in_the_project_of_the_place(lone_site):
    site = lone_site
    for username, code in ((INSPECTOR, UNHELD), (LEADER, HERE), ("sz.project", HERE)):
        with pytest.raises(Forbidden), site.acting(username) as session:
            place = session.get(Place, next(iter(site.homes[code].values())))
            if place is None:  # not even the home is seen
                raise Forbidden("unseen")
            services.record(session, place, origin="inspection", category="010301", location="living", description="x")


# --- recording ------------------------------------------------------------------------------------


def test_a_finding_takes_its_contractor_from_the_category_and_its_number_from_the_project(site):
    first, second = site.issues(site.findings(2, category="010201"))
    assert first.contractor_id == site.firms[HERE]["防水"]
    assert not first.contractor_by_hand
    assert first.number.startswith(f"SZWH-I{clock.today():%y%m}-")
    assert int(second.number[-5:]) == int(first.number[-5:]) + 1
    assert (first.state, first.found_by, first.found_on) == ("recorded", "林晓岚", clock.today())
    assert [one.name for one in site.events(first)] == ["inspection.issue_recorded"]
    assert site.last_change(first).action == "create"
    chosen = site.issue(site.finding(contractor_id=site.firms[HERE]["门窗"], category="010201"))
    assert (chosen.contractor_id, chosen.contractor_by_hand) == (site.firms[HERE]["门窗"], True)
    same = site.issue(site.finding(contractor_id=first.contractor_id, category="010201"))
    assert not same.contractor_by_hand


def test_texts_are_kept_as_typed_without_what_cannot_be_seen(site):
    issue = site.issue(site.finding(description="  主卧\u200b空鼓１处\r\n距地0.9m \n", note="　", found_by=" 林工　"))
    assert (issue.description, issue.note, issue.found_by) == ("主卧空鼓1处\n距地0.9m", None, "林工")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"category": "0103"}, "category"), ({"category": "墙面空鼓"}, "category"), ({"location": "attic"}, "location"),
        ({"description": " \u200b"}, "description"), ({"description": "长" * 1001}, "description"),
        ({"description": "空\x00鼓"}, "description"), ({"note": "长" * 1001}, "note"), ({"note": "\x1b[0m"}, "note"),
        ({"severity": "dreadful"}, "severity"), ({"found_by": "林" * 101}, "found_by"),
        ({"found_on": date(2026, 11, 26)}, "found_on"), ({"round": "r" * 21}, "round"),
    ],
)  # fmt: skip
def test_what_cannot_be_recorded_is_refused_at_its_field(lone_site, given, field):
    with pytest.raises(Invalid) as refusal:
        lone_site.finding(**given)
    assert list(refusal.value.errors) == [field] and str(refusal.value.errors[field])


def test_all_faults_of_a_finding_are_told_at_once(lone_site):
    with pytest.raises(Invalid) as refusal:
        lone_site.finding(category="", location="", description="", severity="x", found_on=date(2027, 1, 1))
    assert sorted(refusal.value.errors) == ["category", "description", "found_on", "location", "severity"]


def test_the_day_is_that_of_the_project_s_zone(lone_site):
    with clock.freeze(clock.from_local(clock.local(clock.now()).replace(hour=0, minute=30))):
        issue = lone_site.issue(lone_site.finding())  # the day before in UTC
        assert issue.found_on == clock.today()


def test_saving_a_row_twice_records_it_once(site):
    uuid = "5b0f4a0e-0000-4000-8000-000000000001"
    first = site.finding(row_uuid=uuid)
    assert site.finding(row_uuid=uuid) == first
    assert len(site.events(site.issue(first))) == 1


def test_a_contractor_of_another_project_is_refused(lone_site):
    with pytest.raises(Invalid) as refusal:
        lone_site.finding(contractor_id=next(iter(lone_site.firms[THERE].values())))
    assert list(refusal.value.errors) == ["contractor_id"]


def test_an_open_finding_that_looks_the_same_is_found(lone_site):
    site = lone_site
    home = "1-2-401"
    issue = site.finding(home, category="010607", location="study")
    with site.acting() as session:
        place = site.homes[HERE][home]
        assert services.similar_open(session, place, "010607", "study").id == issue
        assert services.similar_open(session, place, "010607", "kitchen") is None
        services.close(session, session.get_one(Issue, issue), BLOCK)
        session.flush()
        assert services.similar_open(session, place, "010607", "study") is None
    with site.acting(ELSEWHERE) as session:
        assert services.similar_open(session, place, "010607", "study") is None


# --- correcting and changing hands ----------------------------------------------------------------


def test_what_was_written_is_corrected_until_it_is_on_a_list_and_the_contractor_follows(site):
    issue = site.finding()
    with site.acting() as session:
        services.edit(session, session.get_one(Issue, issue), category="010201", location="kitchen", description="渗水")
    row = site.issue(issue)
    assert (row.category, row.location, row.description) == ("010201", "kitchen", "渗水")
    assert row.contractor_id == site.firms[HERE]["防水"]
    assert site.last_change(row).changes["category"] == ["010301", "010201"]
    site.listed([issue])
    with pytest.raises(RuleError, match="已经交给"), site.acting() as session:
        services.edit(session, session.get_one(Issue, issue), category="010201", location="kitchen", description="改")


def test_a_contractor_chosen_by_hand_stays_when_the_category_is_corrected(lone_site):
    site = lone_site
    issue = site.finding(contractor_id=site.firms[HERE]["门窗"])
    with site.acting() as session:
        services.edit(session, session.get_one(Issue, issue), category="010201", location="kitchen", description="渗水")
    assert site.issue(issue).contractor_id == site.firms[HERE]["门窗"]


@pytest.mark.parametrize("state", ["listed", "rectifying"])
def test_a_finding_on_a_list_can_change_hands_and_leaves_the_list(site, state):
    issue = site.in_state(state)
    before = site.issue(issue)
    with site.acting() as session:
        services.adjust(
            session, session.get_one(Issue, issue), contractor_id=site.firms[HERE]["防水"], reason="渗水引起"
        )
    row = site.issue(issue)
    assert (row.state, row.contractor_id, row.contractor_by_hand) == ("recorded", site.firms[HERE]["防水"], True)
    assert (row.list_id, row.list_line, row.due_on, row.listed_at, row.signed_at) == (None,) * 5
    event = site.events(row)[-1]
    assert (event.payload["before"], event.payload["list"]) == (before.contractor_id, before.list_id)
    site.listed([issue])
    assert site.issue(issue).list_id not in (None, before.list_id)


@pytest.mark.parametrize("whom", ["same", "elsewhere", "nobody"])
def test_a_finding_goes_only_to_another_contractor_of_the_project(lone_site, whom):
    site = lone_site
    issue = site.finding()
    own, foreign = site.issue(issue).contractor_id, next(iter(site.firms[THERE].values()))
    with pytest.raises(Invalid) as refusal, site.acting() as session:
        chosen = {"same": own, "elsewhere": foreign, "nobody": 0}[whom]
        services.adjust(session, session.get_one(Issue, issue), contractor_id=chosen, reason="x")
    assert list(refusal.value.errors) == ["contractor_id"]


# --- rectified, and sent back ---------------------------------------------------------------------


def test_what_the_contractor_reported_is_kept_and_a_day_nobody_told_stays_empty(site):
    issue = site.in_state("rectifying")
    with site.acting() as session:
        services.rectified(session, session.get_one(Issue, issue), result=" 已重新抹灰 ", on=None, by="")
    row = site.issue(issue)
    assert (row.rectification, row.rectified_on, row.rectified_by) == ("已重新抹灰", None, None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"on": date(2026, 11, 26)}, "on"), ({"on": date(2026, 11, 24)}, "on"), ({"result": "长" * 1001}, "result"),
        ({"by": "韩" * 101}, "by"), ({"result": "a\x00"}, "result"),
    ],
)  # fmt: skip
def test_a_report_that_cannot_be_is_refused_at_its_field(lone_site, given, field):
    issue = lone_site.in_state("listed")  # found today, 2026-11-25
    with pytest.raises(Invalid) as refusal, lone_site.acting() as session:
        report = {"result": "已修", "on": None, "by": "", **given}
        services.rectified(session, session.get_one(Issue, issue), **report)
    assert list(refusal.value.errors) == [field]


def test_what_is_sent_back_counts_and_is_due_anew(site):
    issue = site.in_state("to_verify")
    with site.acting() as session:
        services.send_back(session, session.get_one(Issue, issue), reason="仍有空鼓")
    row = site.issue(issue)
    assert (row.rework_count, row.is_reworked) == (1, True)
    assert row.due_on == clock.today() + timedelta(days=10)  # Shenzhen's days
    assert row.rectification == "已修补"  # stays to be read
    with site.acting() as session:
        again = session.get_one(Issue, issue)
        services.rectified(session, again, result="二次修补", on=None, by="")
        services.send_back(session, again, reason="颜色不一", due_on=clock.today() + timedelta(days=2))
    row = site.issue(issue)
    assert (row.rework_count, row.due_on) == (2, clock.today() + timedelta(days=2))
    with pytest.raises(Invalid) as refusal, site.acting() as session:
        again = session.get_one(Issue, issue)
        services.rectified(session, again, result="三次修补", on=None, by="")
        services.send_back(session, again, reason="x", due_on=clock.today() - timedelta(days=1))
    assert list(refusal.value.errors) == ["due_on"]


def test_a_voided_finding_is_kept_and_is_open_no_more(site):
    row = site.issue(site.in_state("void"))
    assert row.description and row.state == "void" and not flow.ISSUE.state(row.state).is_open
