"""Which pages there are: every GET address of the application, with ids out of the demo, for whoever may see it.

Nothing here knows a plugin: a new page is walked because its route is registered. An address that nobody of the demo
can reach is told in `Places.unseen`; then the demo lacks a record, or a page lacks a link to what only links know.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from html import unescape
from typing import Any
from urllib.parse import parse_qs

from flask import Flask
from werkzeug.routing import Rule

from core.access.context import through as seeing
from core.demo import PASSWORD, PEOPLE
from core.platform import Platform
from core.records import by_number
from core.records.view import RecordView
from tests.conftest import csrf_of

FIRST = ("sz.inspection", "sz.admin", "group.admin", "sz.leader", "group.leader", "cd.inspection")
"""Who is asked first whether a page is theirs; then everybody else of the demo."""
FILES = ("download", "image", "file", "pick")
"""Endpoints of the core that send files or options."""
SENDS = {"jsonify", "download", "send_file"}
DRAWS = {"render", "render_template"}
GENERATED = ("index", "show", "new", "change", "by_number")
MOST_ROWS = 300
MOST_ALIKE = 4
"""Pages of one address that only links know, such as imports in different states."""
MOST_WAYS = 2
"""Addresses that differ in what they ask for, not in how."""
LINK = re.compile(r'href="([^"#]+)"')
DIALOG = re.compile(r'<a [^>]*href="([^"#]+)"[^>]* data-dialog')
ALL_ROWS = "?q="
"""Said outright: an address without conditions leads to those remembered."""
NO_ROWS = "?tab=all&q=zzzzzz"
"""Conditions that no record of the demo meets."""
REFUSED = ("/no/such/page", "/estate/regions/new", "/imports/")


@dataclass(frozen=True)
class Place:
    """A page as somebody reaches it. `opens` is the address of the link that shows a dialog over it."""

    rule: str
    address: str
    username: str
    opens: str = ""
    status: int = 200
    kind: str = ""
    """`index`, `show`, `new` … of a generated screen: pages that one template draws."""

    @property
    def name(self) -> str:
        return f"{self.opens or self.address} ({self.username or 'nobody'})"


@dataclass
class Places:
    """What was found; `unseen` are rules (with the verb, of a verb's form) that no account of the demo reached."""

    seen: list[Place] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> "Places":
        return cls([Place(**one) for one in kept["seen"]], kept["unseen"])


def accounts() -> list[str]:
    """Everybody of the demo, those first who see most."""
    everybody = [f"{region}.{post}" for region in ("sz", "cd") for post in PEOPLE]
    return list(dict.fromkeys([*FIRST, *everybody]))


def places(app: Flask, platform: Platform) -> Places:
    """Every page once, as the first account that may see it; records once in each of their states."""
    return _Walk(app, platform).all()


class _Walk:
    """Asks the application in this process; the browser comes later."""

    def __init__(self, app: Flask, platform: Platform) -> None:
        self.app, self.platform = app, platform
        self.clients: dict[str, Any] = {}
        self.links: dict[str, str] = {}
        self.dialogs: dict[tuple[str, str], str] = {}
        """(who, address of the form) → the page whose link shows it in a dialog."""
        self.own: set[str] = set()
        """Links of a page to itself under other conditions; the header's switcher names the whole path."""
        self.kinds: dict[str, str] = {}
        self.lists: set[str] = set()
        self.found = Places()

    def all(self) -> Places:
        later: list[Rule] = []
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda one: (len(one.arguments), one.rule)):
            if not self._is_page(rule):
                continue
            view = getattr(self.app.view_functions[rule.endpoint], "__self__", None)
            if isinstance(view, RecordView):
                self.lists.add(f"{view.route_base}/")
                self.kinds[rule.rule] = name if (name := rule.endpoint.rpartition(".")[2]) in GENERATED else ""
                self._record(rule, view)
            elif rule.arguments or not self._first(rule.rule, [rule.rule], must=False):
                later.append(rule)
        for rule in later:  # what only links know
            self._linked(rule)
        self._asked_further()
        self._refusals()
        self._dialogs()
        self.found.seen = [replace(one, kind=self.kinds.get(one.rule, "")) for one in self.found.seen]
        return self.found

    def _linked(self, rule: Rule) -> None:
        """Pages that only links know, from the page above them: that of whoever has some."""
        asked = "" if rule.arguments else r"\?.+"  # a page that opens with what its links ask for only
        shape = re.compile("^" + re.sub(r"<[^>]+>", r"[^/?]+", rule.rule) + asked + "$")
        above = rule.rule.partition("<")[0]
        for username in accounts():
            if not any(map(shape.match, self.links)):
                self._opens(above, username)
        self._first(rule.rule, filter(shape.match, self.links), most=MOST_ALIKE)

    def _is_page(self, rule: Rule) -> bool:
        """Whether an address answers people: what only sends JSON or files is none."""
        function = self.app.view_functions[rule.endpoint]
        used = set(function.__code__.co_names)
        if (
            "GET" not in (rule.methods or ())
            or rule.rule.startswith("/api/")
            or rule.endpoint.rpartition(".")[2] in FILES
        ):
            return False
        return not (used & SENDS and not used & DRAWS)

    # --- records ------------------------------------------------------------------------------------------------

    def _record(self, rule: Rule, view: RecordView) -> None:
        name = self.app.view_functions[rule.endpoint].__name__
        base = view.route_base
        if name == "act":
            for verb in view.verbs:
                if verb.single and verb.fields:
                    self._verb(view, verb)
        elif name == "by_number":
            self._by_number(rule, view)
        elif name == "index":
            self._first(rule.rule, [f"{base}/{ALL_ROWS}"])
            self._first(rule.rule, [f"{base}/{NO_ROWS}"])
        elif rule.arguments:
            declared = {"change": type(view).edit, "new": type(view).create}.get(name, True)
            states = name == "show"
            if declared is not None:
                self._rows(rule, view, states, editable=name == "change")
        else:
            declared = {"new": type(view).create}.get(name, True)
            self._first(rule.rule, [rule.rule], must=declared is not None)

    def _rows(self, rule: Rule, view: RecordView, states: bool, editable: bool) -> None:
        """A page of a record: the first that opens, or one in each state."""
        wanted: dict[str, Place] = {}
        for username in accounts():
            for row in self._visible(view, username, view.may_edit if editable else None):
                state = str(getattr(row, "state", "")) if states else ""
                if state in wanted:
                    continue
                address = re.sub(r"<[^>]+>", str(row.id), rule.rule)
                if self._opens(address, username) is not None:
                    wanted[state] = Place(rule.rule, address, username)
                elif not states:
                    break
            if wanted:
                break
        self.found.seen += wanted.values()
        if not wanted:
            self.found.unseen.append(rule.rule)

    def _verb(self, view: RecordView, verb: Any) -> None:
        """A verb's form as a page of its own; `_dialogs` adds it over the record's."""
        rule = f"{view.route_base}/<pk>/{verb.name}"
        for username in accounts():
            for row in self._visible(view, username, verb.allowed, verb.granted_by):
                address = f"{view.route_base}/{row.id}/{verb.name}"
                if self._opens(address, username) is None:
                    continue
                self.found.seen.append(Place(rule, address, username))
                if self._opens(f"{view.route_base}/{row.id}", username) is None:
                    self._opens(f"{view.route_base}/by-number?number={getattr(row, 'number', '')}", username)
                return
        self.found.unseen.append(rule)

    def _by_number(self, rule: Rule, view: RecordView) -> None:
        if not getattr(view.model, "number_letter", ""):
            return
        base = rule.rule
        for username in accounts():
            with self.platform.working_as(self.platform.principal_named(username), read_only=True):
                verbs = by_number.verbs_of(view)
            if not verbs or self._opens(base, username) is None:
                continue
            self.found.seen.append(Place(base, base, username))
            missing = f"{base}?number=SZWH-X0000-00000"
            self.found.seen.append(Place(base, missing, username, status=404))
            for row in self._visible(view, username, verbs[0].leads_on, verbs[0].granted_by):
                if self._opens(address := f"{base}?number={row.number}", username) is not None:
                    self.found.seen.append(Place(base, address, username))
                    return

    def _visible(self, view: RecordView, username: str, test: Any = None, through: str = "read") -> Iterable[Any]:
        """Rows of the view that this person sees and that pass `test`."""
        principal = self.platform.principal_named(username)
        with self.platform.working_as(principal, read_only=True) as session, seeing(through):
            rows = list(session.scalars(view.rows().order_by(view.model.id.desc()).limit(MOST_ROWS)))
            found = [row for row in rows if test is None or test(row)]
            session.expunge_all()
        return found

    # --- asking ---------------------------------------------------------------------------------------------------

    def _first(self, rule: str, addresses: Iterable[str], *, must: bool = True, most: int = 1) -> bool:
        """The first account that may see one of the addresses, and `most` of those it may see; whether there is one."""
        known, seen = list(addresses), 0
        for username in ("", *accounts()):
            for address in known:
                answer = self._opens(address, username)
                if answer is None:
                    continue
                seen += 1
                if answer:
                    self.found.seen.append(Place(rule, address, username))
                if seen == most:
                    return True
            if seen:
                return True
        if must:
            self.found.unseen.append(rule)
        return False

    def _opens(self, address: str, username: str) -> bool | None:
        """Whether the address is a page for this person; None when it is refused, False when it is no page at all."""
        answer = self._client(username).get(address)
        answer.close()
        if answer.status_code != 200:
            return None
        if not answer.content_type.startswith("text/html"):
            return False
        text = answer.get_data(as_text=True)
        for link in LINK.findall(text):
            link = unescape(link)
            self.links.setdefault(address.partition("?")[0] + link if link.startswith("?") else link, username)
            self.own |= {address.partition("?")[0] + link} if link.startswith("?") else set()
        for link in DIALOG.findall(text):
            self.dialogs.setdefault((username, unescape(link)), address)
        return True

    def _asked_further(self) -> None:
        """Pages that are no lists of records, with the conditions their links name: the grid in a project, a kind."""
        for place in list(self.found.seen):
            if place.rule != place.address or place.rule in self.lists or not place.username:
                continue
            ways: dict[tuple[str, ...], list[str]] = {}
            for link in self.links:
                path, _, query = link.partition("?")
                given = parse_qs(query)
                switches = list(given) == ["project"] and link not in self.own
                if path == place.rule and given and len(given) == query.count("=") and not switches:
                    ways.setdefault(tuple(sorted(given)), []).append(link)
            for link in (one for found in ways.values() for one in found[:MOST_WAYS]):
                if self._opens(link, place.username):
                    self.found.seen.append(Place(place.rule, link, place.username))
        self.found.seen = list(dict.fromkeys(self.found.seen))
        for client in self.clients.values():
            client.get("/?project=")  # the project chosen by a link is not to be kept

    def _dialogs(self) -> None:
        """Forms that a link shows over the page it stands on."""
        for place in list(self.found.seen):
            source = self.dialogs.get((place.username, place.address))
            if source is not None:
                self.found.seen.append(Place(place.rule, source, place.username, opens=place.address))

    def _refusals(self) -> None:
        """Error pages, for nobody and for somebody."""
        for username in ("", "sz.inspection"):
            for address in REFUSED:
                status = self._client(username).get(address).status_code
                if status in (403, 404):
                    self.found.seen.append(Place(f"error {status}", address, username, status=status))

    def _client(self, username: str) -> Any:
        if username not in self.clients:
            self.clients[username] = client_of(self.app, username)
        return self.clients[username]


def client_of(app: Flask, username: str) -> Any:
    """A client of the application that is signed in with the demo's password (nobody when empty)."""
    client = app.test_client()
    if username:
        sent = {"username": username, "password": PASSWORD, "csrf_token": csrf_of(text_of(client, "/login/"))}
        assert client.post("/login/", data=sent).status_code == 302
    return client


def text_of(client: Any, address: str) -> str:
    """The page at an address."""
    found: str = client.get(address).get_data(as_text=True)
    return found


def by_person(found: Places) -> Iterator[tuple[str, list[Place]]]:
    """Places person by person, so that each signs in once."""
    for username in dict.fromkeys(one.username for one in found.seen):
        yield username, [one for one in found.seen if one.username == username]


def once_each(found: Places) -> list[Place]:
    """The places without those that say the same again: one list without rows, a verb's form in its dialog only."""
    shown = {one.opens for one in found.seen if one.opens}
    empty = next((one for one in found.seen if one.address.endswith(NO_ROWS)), None)
    return [
        one for one in found.seen
        if (one.opens or one.address not in shown) and (not one.address.endswith(NO_ROWS) or one is empty)
    ]  # fmt: skip
