"""What a refusal says: its title, its sentence where the rule has none, and where to go from here."""

from typing import Any
from urllib.parse import quote

from flask import current_app, request

from core.access.context import current
from core.access.roles import load_roles
from core.attachments.registry import upload_mb
from core.faults import AWAY, BUSY, FULL, Kind
from core.i18n import _, lazy, listed
from core.records.parts import Action

MOST_TEXT_MB = 4
"""The typed text of a form, or a program's JSON; files come on top."""
PAUSES: dict[str, int] = {BUSY: 2, AWAY: 30, FULL: 60}
"""Seconds after which it makes sense to send again."""
FAULTS: dict[Kind, Any] = {
    BUSY: lazy("The database is busy. Wait a moment and send again; nothing was lost."),
    AWAY: lazy("The database does not answer. Nothing of this was saved, and nothing that stood was touched. Wait a "
               "minute and try again; if it stays, tell your administrator."),
    FULL: lazy("The disk takes nothing more: it is full or failing. Nothing of this was saved, and nothing that "
               "stood was touched. Tell your administrator, and send it again when there is room."),
}  # fmt: skip


def title(status: int) -> str:
    """The heading of the page."""
    return {
        400: _("This could not be read"), 401: _("Sign in first"), 403: _("Not allowed here"), 404: _("Nothing here"),
        405: _("Not in this way"), 409: _("Changed by somebody else"), 413: _("Too large"), 415: _("Not in this form"),
        422: _("Not saved"), 429: _("Too much at once"), 503: _("Not at the moment"),
    }.get(status, _("Something went wrong"))  # fmt: skip


def text_of(status: int) -> str:
    """A sentence for a refusal that brings none of its own: what is wrong and what to do."""
    if status == 413:
        return _(
            "More was sent than is taken: a file may have %(n)s MB, the text of a form %(m)s MB. "
            "Make it smaller or send several.", n=upload_mb(), m=MOST_TEXT_MB,
        )  # fmt: skip
    return {
        400: _("The server did not understand what was sent. Go back, reload the page and try again."),
        403: _("You may not do this here. Ask your administrator for the role that does it in this project."),
        404: _("There is no such page or record, or it is not yours to see."),
        405: _("This address is not opened in this way. Go back and use the buttons of the page."),
        409: _("Somebody else saved this record a moment ago. Go back, reload and look at what changed."),
        415: _("This address takes JSON. Send it as application/json."),
        429: _("Too many requests in a short time. Wait a minute and go on."),
        500: _("This is our fault, not yours. It was noted; try again, and report the request number if it stays."),
        503: _("The database is busy. Wait a moment and send again; nothing was lost."),
    }.get(status, "")  # fmt: skip


def roles_with(resource: str, verb: str) -> str:
    """The roles that grant a verb, in words; empty where none does."""
    platform = current_app.extensions["atrium"]
    roles = load_roles(platform.settings.config_dir)
    found = [roles[code].label for code, grants in platform.grants.items()
             if code in roles and verb in grants.get(resource, ())]  # fmt: skip
    return listed(sorted(found))


def own_address(*, query: bool = True) -> str:
    """The address that was asked, as a path on this site whatever it was written like."""
    path = quote("/" + request.path.lstrip("/"))
    asked = request.query_string.decode("ascii", "replace") if query else ""
    return f"{path}?{quote(asked, safe='=&%+,;:@/?-._~')}" if asked else path


def ways_on(status: int) -> list[Action]:
    """Where to go: the same again, back to the list a record would be in, the start page."""
    found = []
    if status in (429, 500, 503) and request.method == "GET":
        found.append(Action(_("Try again"), own_address(), "refresh", primary=True))
    who = current()
    if status in (403, 404, 409) and who.is_signed_in:
        menu = current_app.extensions.get("atrium_menu", ())
        near = [one for one in menu if request.path.startswith(one.url) and one.is_for(who)]
        if near and (nearest := max(near, key=lambda one: len(one.url))).url != request.path:
            to = _("Back to “%(name)s”", name=nearest.label)
            found.append(Action(to, nearest.url, primary=True))
    found.append(Action(_("Back to the start page"), "/", primary=not found))
    return found
