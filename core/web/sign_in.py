"""Sign in, sign out, choose a language."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, flash, jsonify, redirect, render_template, request, session
from flask_appbuilder import BaseView, expose
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from core.access.context import as_system, current
from core.access.roles import load_roles
from core.demo import PASSWORD, PEOPLE
from core.errors import TooMany
from core.i18n import LANGUAGES, _
from core.jobs.news import news
from core.records.preferences import preferences_of
from core.shell.frame import DemoAccount
from core.shell.hints import SEEN
from core.web.attempts import check_attempts, count_failure


def safe_next(target: str) -> str:
    """A path on this site, or the start page: nobody is sent elsewhere by a link to the sign-in."""
    parts = urlsplit(target.replace("\\", "/"))
    if not target.startswith("/") or target.startswith("//") or parts.scheme or parts.netloc or "\\" in target:
        return "/"
    return target


class SignInView(BaseView):
    """The door."""

    route_base = ""
    default_view = "login"

    @expose("/login/", methods=["GET", "POST"])
    def login(self) -> Any:
        target = safe_next(request.values.get("next", "/"))
        if current_user.is_authenticated:
            return redirect(target)
        if request.method == "GET":
            return self._page("", "", target)
        username, password = request.form.get("username", "").strip()[:128], request.form.get("password", "")[:500]
        platform = current_app.extensions["atrium"]
        try:
            check_attempts(platform.database, username, request.remote_addr or "")
        except TooMany as refusal:
            return self._page(str(refusal), username, target), 429, {"Retry-After": str(refusal.retry_after)}
        user = self.appbuilder.sm.auth_user_db(username, password)
        if user is None:
            count_failure(platform.database, username, request.remote_addr or "")
            return self._page(_("User name or password is not right."), username, target), 401
        with as_system(), platform.database.unit(read_only=True) as store:
            liked = preferences_of(store, user.id)
        kept = {
            "lang": session.get("lang") or user.language,
            "lists": liked.get("lists"),
            "columns": liked.get("columns"),
            "project": liked.get("project"),
            SEEN: liked.get(SEEN),
            "awaits": bool(news(platform.database, user.id)),
        }
        session.clear()
        session.update({name: value for name, value in kept.items() if value})
        login_user(user)
        session.renew()  # type: ignore[attr-defined]
        return redirect(target)

    @expose("/login/token")
    def token(self) -> Response:
        """Who is signed in here and a fresh CSRF token: for a page that stayed open through a sign-in."""
        who = current()
        token = generate_csrf() if who.is_signed_in else ""
        return jsonify(user=who.user_id, name=who.name, token=token)

    @expose("/logout/", methods=["POST"])
    def logout(self) -> Response:
        logout_user()
        session.clear()
        flash(_("You are signed out."), "done")
        return redirect("/login/")

    @expose("/language/<lang>", methods=["POST"])
    def language(self, lang: str) -> Response:
        if lang in LANGUAGES:
            session["lang"] = lang
            if current_user.is_authenticated:
                with as_system():
                    current_user.language = lang
                    current_app.extensions["atrium"].database.session.commit()
        return redirect(safe_next(request.form.get("next", "/")))

    def _page(self, error: str, username: str, target: str) -> str:
        settings = current_app.extensions["atrium"].settings
        accounts = []
        if settings.is_demo:
            roles = load_roles(settings.config_dir)
            accounts = [DemoAccount("group.admin", roles["group_admin"].label)]
            for prefix in ("sz", "cd"):
                for post in PEOPLE:
                    code = {"admin": "region_admin", "leader": "region_leader", "manager": "region_leader",
                            "projectlead": "project_lead"}.get(post, post)  # fmt: skip
                    accounts.append(DemoAccount(f"{prefix}.{post}", roles[code].label))
        return render_template(
            "atrium/sign_in.html", error=error, username=username, next=target, company="",
            demo_accounts=accounts, demo_password=PASSWORD if accounts else "",
        )  # fmt: skip
