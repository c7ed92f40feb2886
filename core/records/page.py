"""The base of every page of core and plugins: a Flask-AppBuilder view that asks for the verb first.

Anonymous visitors are shown the door, a verb that is not granted anywhere is 403, what is not visible 404.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from flask import abort, current_app, flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from werkzeug.wrappers import Response

from core.access.context import current
from core.db import ScopedSession
from core.errors import Forbidden
from core.i18n import _, lazy
from core.web.frame import chosen_project

if TYPE_CHECKING:
    from core.platform import Platform


def platform() -> "Platform":
    """The platform behind the running application."""
    found: Platform = current_app.extensions["atrium"]
    return found


def session() -> ScopedSession:
    """The request's session, with the scope of whoever asks."""
    return platform().database.session()


def wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


class PlatformPage(BaseView):
    """A page of its own making. Its verbs are held on `resource`; each route begins with `self.enter(verb)`."""

    resource: ClassVar[str] = ""
    default_view = "page"
    route_base: str

    def enter(self, verb: str = "read", resource: str = "") -> None:
        """Raise 401 for nobody, Forbidden where `verb` is held nowhere."""
        if not current().is_signed_in:
            abort(401)
        if not self.appbuilder.sm.has_access(f"can_{verb}", resource or self.resource):
            raise Forbidden(_NOT_GRANTED, resource=resource or self.resource, verb=verb)

    def render(self, template: str, page: Any, status: int = 200, **more: Any) -> tuple[str, int]:
        """`template` (`atrium/list.html`) filled with `page`."""
        return render_template(template, page=page, **more), status

    def go(self, url: str, said: Any = "", tone: str = "done") -> Response:
        """On to `url`, with a sentence as a toast (or a note: tone `bad`, `wait`)."""
        if said:
            flash(str(said), tone)
        return redirect(url)

    @staticmethod
    def project_id() -> int | None:
        """The project chosen in the header."""
        return chosen_project()


_NOT_GRANTED = lazy("You may not do this here. Ask your administrator for the role that does it in this project.")

__all__ = ["PlatformPage", "_", "expose", "platform", "session", "wants_json"]
