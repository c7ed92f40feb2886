"""Flask-AppBuilder's security manager, told that assignments are the only truth about rights.

Of its pages and APIs only the JWT sign-in exists; our own sign-in page stands in for the rest.
"""

from typing import Any

from flask import Blueprint, current_app, request
from flask_appbuilder import AppBuilder, expose
from flask_appbuilder.security.api import SecurityApi
from flask_appbuilder.security.sqla.manager import SecurityManager

from core.access.context import as_system, current
from core.access.models import Person
from core.access.passwords import DEMO_PASSWORD, MOST
from core.db import reading_only
from core.i18n import _
from core.web.attempts import check_attempts, count_failure

MOST_NAME = 128


class SignInApi(SecurityApi):
    """The JWT sign-in: Flask-AppBuilder's, with the limits of our own door."""

    @expose("/login", methods=["POST"])
    def login(self) -> Any:
        """A token for a user name and a password. Raises TooMany as the form does; failures count for both."""
        database, address = current_app.extensions["atrium"].database, request.remote_addr or ""
        try:
            given = request.get_json(silent=True)
        except RecursionError:
            return self.response_400(message=_("This could not be read"))
        username = given.get("username") if isinstance(given, dict) else None
        name = username[:MOST_NAME] if isinstance(username, str) else ""
        check_attempts(database, name, address)
        answer = super().login()
        if answer.status_code == 401:
            count_failure(database, name, address)
        return answer


class AtriumSecurityManager(SecurityManager):
    """Answers permission questions from the person at work; writes no permission while serving."""

    user_model = Person
    security_api = SignInApi

    def register_views(self) -> None:
        from core.web.sign_in import SignInView

        self.appbuilder.add_api(self.security_api)
        self.auth_view = self.appbuilder.add_view_no_menu(SignInView, endpoint="sign_in")

    def auth_user_db(self, username: str, password: str) -> Any:
        """The person, or None: a wrong name, a wrong password, an account that is off, and the demo's password – known
        to everybody – in a home that is no demo. Committed: Flask-AppBuilder notes each try at the account."""
        with as_system():
            user = super().auth_user_db(username[:MOST_NAME], password[:MOST])
            self.session.commit()
        if password == DEMO_PASSWORD and not current_app.extensions["atrium"].settings.is_demo:
            return None
        return user if user is not None and user.active else None

    def load_user(self, pk: Any) -> Any:
        # Read and done: the body of a POST is still to come, and a slow upload must not hold SQLite's write lock.
        with as_system(), reading_only():
            user = self.session.get(Person, int(pk))
            self.session.commit()
        return user if user is not None and user.active else None

    def has_access(self, permission_name: str, view_name: str) -> bool:
        return current().may(view_name, permission_name.removeprefix("can_"))

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        return False

    def get_user_menu_access(self, menu_names: Any = None) -> set[str]:
        return set()

    def get_user_roles(self, user: Any = None) -> list[Any]:
        return []

    def get_user_roles_permissions(self, user: Any) -> dict[str, list[tuple[str, str]]]:
        who = current()
        return {
            role: [(f"can_{verb}", res) for res, verbs in who.grants.get(role, {}).items() for verb in sorted(verbs)]
            for role in sorted(who.roles)
        }

    def create_db(self) -> None:
        """`atrium init` prepares the database; a web worker writes nothing at start."""

    def add_permissions_view(self, base_permissions: Any, view_menu: Any) -> None:
        """As `create_db`."""

    def add_permissions_menu(self, view_menu_name: Any) -> None:
        """As `create_db`."""


class AtriumBuilder(AppBuilder):
    """Flask-AppBuilder without its index, language and API pages; ours take their places."""

    def _add_admin_views(self) -> None:
        self.sm.register_views()

    def _add_global_static(self) -> None:
        # Templates of Flask-AppBuilder may name its static folder; none of its pages is served.
        self.app_blueprint = Blueprint("appbuilder", __name__, url_prefix="/-")

    def _add_menu_permissions(self, update_perms: bool = False) -> None:
        """The menu is ours."""
