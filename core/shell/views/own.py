"""One's own account: name, mobile, language, password, the roles one holds and the browsers one is signed in with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, request
from flask import session as browser
from flask_appbuilder import expose

from core.access import own
from core.access.context import current
from core.access.roles import load_roles
from core.errors import Invalid, RuleError
from core.i18n import LANGUAGES, Text, _, language, lazy, ngettext
from core.records import asking
from core.records.fields import FormField
from core.records.form_page import Input
from core.records.formats import since_text
from core.records.forming import faults_of
from core.records.page import PlatformPage, platform, session
from core.records.reader import Reader
from core.shell.hints import SEEN
from core.web.attempts import check_attempts, count_failure
from core.web.frame import keep
from core.web.sessions import own_hash

PROFILE = (
    FormField("name", lazy("Your name"), required=True, span=12, maxlength=100, autocomplete="name"),
    FormField("mobile", lazy("Mobile"), "tel", span=6, maxlength=30, autocomplete="tel"),
    FormField("language", lazy("Language"), "choice", required=True, span=6, choices=tuple(LANGUAGES.items())),
)
PASSWORD = (
    FormField("old", lazy("Password now"), "password", required=True, span=12, autocomplete="current-password"),
    FormField("new", lazy("New password"), "password", required=True, span=12, autocomplete="new-password",
              hint=lazy("At least 12 characters; several words that do not belong together are best.")),
    FormField("again", lazy("New password again"), "password", required=True, span=12, autocomplete="new-password"),
)  # fmt: skip


@dataclass(frozen=True)
class OwnPage:
    """What the page shows: the form, roles as (role, where, until), browsers as (agent, address, seen, is this one)."""

    username: str
    inputs: Sequence[Input]
    roles: Sequence[tuple[Text, Text, str]]
    browsers: Sequence[tuple[str, str, Text, bool]]
    errors: Sequence[Text] = ()

    @property
    def bad_fields(self) -> list[Input]:
        return [one for one in self.inputs if one.error]


class OwnView(PlatformPage):
    """Asks for no role: all of it is about whoever is at work."""

    default_view = "page"

    @expose("/")
    def page(self) -> Any:
        """The account as it stands."""
        self._enter()
        person = own.myself(session())
        texts = {"name": person.display_name or person.username, "mobile": person.mobile or "",
                 "language": person.language or language()}  # fmt: skip
        return self._draw(texts)

    @expose("/", methods=["POST"])
    def save(self) -> Any:
        """Name, mobile and language."""
        self._enter()
        try:
            values = asking.read(PROFILE)
            own.change_profile(session(), name=values["name"] or "", mobile=values["mobile"] or "",
                               language=values["language"] or "")  # fmt: skip
            session().commit()
        except RuleError as refusal:
            session().rollback()
            return self._draw(asking.sent_texts(PROFILE), refusal)
        browser["lang"] = values["language"]
        return self.go("/me/", _("Your profile is saved."))

    @expose("/password", methods=["GET", "POST"])
    def password(self) -> Any:
        """A new password; every other browser is signed out."""
        self._enter()
        if request.method == "GET":
            return self._ask_password()
        database, address, username = platform().database, request.remote_addr or "", current().username
        old, new, again = (request.form.get(one.name, "")[:500] for one in PASSWORD)
        check_attempts(database, username, address)
        try:
            own.change_password(session(), old, new, again, keep=own_hash())
            session().commit()
        except Invalid as refusal:
            session().rollback()
            if "old" in refusal.errors:
                count_failure(database, username, address)
            return self._ask_password(refusal)
        return self.go("/me/", _("The password is changed; your other browsers are signed out."))

    @expose("/hints", methods=["POST"])
    def hints(self) -> Any:
        """The first steps on the desk were read, or are wanted again."""
        self._enter()
        seen = "again" not in request.form
        browser[SEEN] = seen
        keep(SEEN, seen)
        return self.go("/", "" if seen else _("The first steps stand on the desk again."))

    @expose("/sign-out-elsewhere", methods=["POST"])
    def sign_out_elsewhere(self) -> Any:
        """End all other sessions of one's own."""
        self._enter()
        ended = own.sign_out_elsewhere(session(), own_hash())
        session().commit()
        return self.go("/me/", ngettext("%(n)s browser is signed out.", "%(n)s browsers are signed out.", ended))

    def _enter(self) -> None:
        if not current().is_signed_in:
            abort(401)

    def _ask_password(self, refusal: RuleError | None = None) -> Any:
        return asking.ask(
            self, PASSWORD, {}, title=_("Change password"), base="/me", url="/me/password",
            submit=_("Change password"), cancel="/me/", refusal=refusal,
        )  # fmt: skip

    def _draw(self, texts: Mapping[str, str], refusal: RuleError | None = None) -> Any:
        errors, loose = faults_of(refusal, list(PROFILE))
        reader = Reader(session(), "/me")
        inputs = [one.input(reader, texts.get(one.name, ""), "", error=errors.get(one.name, "")) for one in PROFILE]
        seen = [
            (_agent(one.agent or ""), one.address or "", since_text(one.seen_at), one.token_hash == own_hash())
            for one in own.browsers(session())
        ]
        page = OwnPage(current().username, inputs, self._roles(), seen, loose)
        return self.render("atrium/own.html", page, refusal.status if refusal else 200)

    @staticmethod
    def _roles() -> Sequence[tuple[Text, Text, str]]:
        known, tree = load_roles(platform().settings.config_dir), current().organisation
        found: list[tuple[Text, Text, str]] = []
        for one in own.roles_held(session()):
            project = tree.projects.get(one.project_id) if one.project_id else None
            region = tree.regions.get(one.region_id) if one.region_id else None
            place = project or region
            where = place.name_in(language()) if place else _("the group")
            label = known[one.role].label if one.role in known else one.role
            found.append((label, where, one.ends_on.isoformat() if one.ends_on else ""))
        return found


def _agent(text: str) -> str:
    """`Chrome · Windows` of a browser's long name for itself; the beginning of it where nothing is known."""
    kinds = {"Edg/": "Edge", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS",
               "Linux": "Linux"}  # fmt: skip
    parts = [next((name for mark, name in known.items() if mark in text), "") for known in (kinds, systems)]
    return " · ".join(filter(None, parts)) or text[:40] or "—"
