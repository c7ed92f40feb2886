"""create_app(): the composition root of the web, readable from top to bottom."""

import secrets
from functools import partial
from time import perf_counter
from typing import Any

from flask import Flask, g, request, session
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from core import i18n
from core.access.context import Work, current, set_current, set_work
from core.access.reach import NOBODY, Principal
from core.attachments import web as attachments
from core.db import set_reading_only
from core.errors import Forbidden
from core.extend import Page
from core.i18n import lazy
from core.jobs.services import has_asked
from core.platform import CORE, Platform, build
from core.plugins import Plugins
from core.records import by_number
from core.records.view import RecordView
from core.settings import Settings, secret_of
from core.shell.assets import assets
from core.web import limiting, metrics, refusals, requests, rest, sizes, tokens
from core.web.frame import frame_of
from core.web.health import health_page
from core.web.pages import MenuPage, view_of
from core.web.security import AtriumBuilder, AtriumSecurityManager
from core.web.sessions import NOBODYS, DatabaseSessions

CSP = ("default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
       "form-action 'self'")  # fmt: skip
READS = ("GET", "HEAD", "OPTIONS")


def create_app(platform: Platform | None = None) -> Flask:
    """The web application over a platform (built from the environment when none is given)."""
    platform = platform or build(Settings.load())
    platform.leave_out_unmigrated()
    app = Flask("core.shell", static_folder=None, template_folder=str(CORE / "shell" / "templates"))
    app.config.update(_config(platform.settings))
    app.extensions["atrium"] = platform
    app.session_interface = DatabaseSessions(platform.database)
    if proxies := platform.settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    csrf = CSRFProtect(app)
    app.register_blueprint(assets)
    app.register_blueprint(health_page(platform))
    app.register_blueprint(metrics.metrics_page(platform))
    _per_request(app, platform, csrf)
    with app.app_context():
        builder = AtriumBuilder(app, platform.database.session, security_manager_class=AtriumSecurityManager)
        builder.sm.lm.login_view = None
        menu = _add_pages(builder, app, platform)
    app.jinja_env.globals.update(_=i18n._, ngettext=i18n.ngettext)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.extensions["atrium_menu"] = menu
    refusals.install(app)
    metrics.install(app)
    requests.install(app)
    attachments.install(app)
    rest.add_description(app)

    @app.context_processor
    def _frame() -> dict[str, Any]:
        return {"frame": frame_of(platform, menu)}

    return app


def _config(settings: Settings) -> dict[str, Any]:
    secret = secret_of(settings)
    return {
        "SECRET_KEY": secret, "JWT_SECRET_KEY": "jwt:" + secret,
        "WTF_CSRF_CHECK_DEFAULT": False, "WTF_CSRF_TIME_LIMIT": None,
        "SESSION_COOKIE_NAME": "atrium", "SESSION_COOKIE_SECURE": settings.secure_cookies,
        **sizes.limits_of(settings.upload_mb), "FAB_UPDATE_PERMS": False, "FAB_CREATE_DB": False,
        "FAB_API_KEY_ENABLED": False, "FAB_SECURITY_SIGNALS_ENABLED": False, "RATELIMIT_ENABLED": False,
        "LANGUAGES": {"en": {"flag": "gb", "name": "English"}, "zh": {"flag": "cn", "name": "中文"}},
        "BABEL_DEFAULT_LOCALE": "zh", "APP_NAME": "Atrium",
    }  # fmt: skip


def _per_request(app: Flask, platform: Platform, csrf: CSRFProtect) -> None:
    @app.before_request
    def _begin() -> None:
        g.started = perf_counter()
        g.request_id = secrets.token_hex(6)
        set_work(Work(request_id=g.request_id))
        set_reading_only(request.method in READS)
        set_current(lambda: _principal(platform))
        i18n.set_reader(request.accept_languages.best_match(i18n.LANGUAGES) or i18n.DEFAULT_LANGUAGE, None)
        sizes.limit(request)
        if request.path.startswith(NOBODYS):
            return
        if (fault := getattr(session, "fault", None)) is not None:
            raise fault
        wanted = session.get("lang") or i18n.DEFAULT_LANGUAGE
        only = current().only_region
        i18n.set_reader(wanted, platform.parameters.catalogue().words(only.code if only else None))

    limiting.install(app, platform.settings)

    @app.before_request
    def _gate() -> None:
        """A module that is off wherever this person works is shut, whatever its author forgot to ask."""
        owner = (request.blueprint or "").partition(":")[0]
        if owner in platform.modules and current().is_signed_in and not _reaches(owner):
            raise Forbidden(lazy("This module is off in your region, or you hold no role in it."))

    @app.before_request
    def _guard_csrf() -> None:
        if request.method not in READS and not tokens.is_bearer() and request.path != "/api/v1/security/login":
            csrf.protect()

    @app.after_request
    def _headers(response: Any) -> Any:
        if (
            platform.database.session.registry.has()
            and has_asked(platform.database.session())
            and not tokens.is_bearer()
        ):
            session["awaits"] = True
        # The page is drawn: let go of the database before the browser's session is written in a unit of its own.
        platform.database.session.remove()
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        if not request.path.startswith("/assets/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    @app.teardown_request
    def _end(fault: BaseException | None) -> None:
        platform.database.session.remove()
        set_current(NOBODY)
        set_reading_only(False)


def _reaches(module: str) -> bool:
    who = current()
    resources = {res for held in who.held for res in who.grants.get(held.role, {}) if res.partition(".")[0] == module}
    return any(who.may(resource, verb) for resource in resources for verb in who.verbs(resource))


def _principal(platform: Platform) -> Principal:
    if tokens.is_bearer():
        holder = tokens.holder()
        return (platform.principal(holder) if holder is not None else None) or NOBODY
    if not current_user.is_authenticated:
        return NOBODY
    return platform.principal(int(current_user.id)) or NOBODY


def _add_pages(builder: AtriumBuilder, app: Flask, platform: Platform) -> list[MenuPage]:
    from core.shell.views import core_pages

    menu: list[MenuPage] = []
    for page in core_pages():
        _add_page(builder, app, menu, "core", page, lazy("Base data"), platform.plugins)
    for plugin in platform.plugins.loaded:
        for page in plugin.pages:
            label = plugin.manifest.label if plugin.manifest else plugin.name
            _add_page(builder, app, menu, plugin.name, page, label, platform.plugins)
        folder = plugin.folder / "templates" if plugin.folder else None
        if folder is not None and folder.is_dir():
            _add_templates(app, str(folder))
    return sorted(menu, key=lambda one: one.owner == "core")  # the ground stands below the modules


def _add_templates(app: Flask, folder: str) -> None:
    from jinja2 import ChoiceLoader, FileSystemLoader

    app.jinja_loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(folder)])  # type: ignore[list-item]


def _opens(page: Page, who: Principal) -> bool:
    """Whether a page shows somebody anything: its verb is held, or one by which records are found by their number."""
    return who.may(page.view.resource, page.verb) or (
        issubclass(page.view, RecordView) and bool(by_number.verbs_of(page.view, who))
    )


def _add_page(
    builder: AtriumBuilder, app: Flask, menu: list[MenuPage], owner: str, page: Page, group: Any, plugins: Plugins
) -> None:
    """Register a view, and its entry in the menu."""
    made, endpoint = view_of(page, owner)
    view = builder.add_view_no_menu(made, endpoint=endpoint)
    if isinstance(view, RecordView):
        rest.add_api(app, view, owner, page.path)
    url = made.route_base
    if page.in_menu:
        new = getattr(page.view, "new_label", "")
        when = partial(page.when, plugins) if page.when is not None else partial(_opens, page)
        menu.append(
            MenuPage(
                f"{url}/", page.label, page.icon, page.view.resource, page.verb, page.group or group,
                f"{url}/new" if new else "", new, when, owner, getattr(page.view, "quick_new", False),
            )
        )  # fmt: skip
