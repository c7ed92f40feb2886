"""The one place that turns refusals and faults into pages and status codes.

A page is drawn in the frame; where that fails too (the database is away, the frame is what broke) it is drawn without
one, so that nobody ever reads a server's own words.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, jsonify, make_response, redirect, render_template, request
from flask_wtf.csrf import CSRFError, generate_csrf, validate_csrf
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from wtforms import ValidationError

from core.access.context import current
from core.errors import Forbidden, RuleError, TooMany
from core.faults import AWAY, kind_of
from core.i18n import _, language
from core.records.pages import ErrorPage
from core.records.parts import Action
from core.web import metrics
from core.web.refusal_words import FAULTS, PAUSES, own_address, roles_with, text_of, title, ways_on
from core.web.sizes import drain
from core.web.tokens import is_bearer

log = logging.getLogger(__name__)

MOST_AGAIN = 200_000
"""Characters of a form that its refusal carries, to be sent again."""


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(RuleError, _refusal)
    app.register_error_handler(
        CSRFError,
        lambda _fault: answer(
            400,
            _(
                "The page was open too long or came from elsewhere. Go back, reload it and send again; "
                "what you typed is still there."
            ),
        ),
    )
    app.register_error_handler(StaleDataError, lambda _fault: answer(409, ""))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def answer(
    status: int,
    text: str,
    errors: Mapping[str, str] | None = None,
    *,
    retry_after: int = 0,
    more: str = "",
    plain: bool = False,
) -> Any:
    """A page for people, JSON for programs (`errors`: field → sentence); whoever is not signed in is shown the door.

    `retry_after`: seconds to wait. `more`: a further sentence on the page. `plain`: do not even try the frame.
    """
    text = text or text_of(status)
    if status == 401 and not _is_program():
        wanted = request.full_path.rstrip("?") if request.method == "GET" else request.path
        return redirect("/login/?" + urlencode({"next": wanted}))
    if _is_program():
        said = {"message": text or title(status), "request": g.get("request_id", "")}
        made = jsonify({**said, "errors": errors} if errors else said)
    else:
        made = make_response(_page(status, text, more, plain=plain))
    made.status_code = status
    if retry_after:
        made.headers["Retry-After"] = str(retry_after)
    return made


def _is_program() -> bool:
    """Whether whoever asks reads JSON: an API's address, a wish for JSON, or a token in place of a session."""
    return is_bearer() or request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def _refusal(refusal: RuleError) -> Any:
    more, wait = "", 0
    if isinstance(refusal, Forbidden) and (roles := roles_with(refusal.resource, refusal.verb)):
        more = _("Roles that do this: %(roles)s.", roles=roles)
    if isinstance(refusal, TooMany):
        wait = refusal.retry_after
    return answer(refusal.status, str(refusal), refusal.by_field(), retry_after=wait, more=more)


def _http(fault: HTTPException) -> Any:
    original = getattr(fault, "original_exception", None)
    if original is not None:  # what broke outside of the views: reading or writing the browser's session
        return _fault(original)
    if fault.code == 413:
        drain(request)
    return answer(fault.code or 500, "")


def _fault(fault: Exception) -> Any:
    kind = kind_of(fault)
    if kind:
        log.warning("request %s met a database or disk that is %s: %s", g.get("request_id"), kind, _first_line(fault))
        metrics.count_fault(kind)
        with suppress(Exception):
            current_app.extensions["atrium"].database.session.remove()
        return answer(503, str(FAULTS[kind]), retry_after=PAUSES[kind], plain=kind == AWAY)
    metrics.count_fault("bug")
    log.error("request %s failed for user %s", g.get("request_id"), _user(fault), exc_info=fault)
    return answer(500, "")


def _first_line(fault: Exception) -> str:
    return str(getattr(fault, "orig", None) or fault).partition("\n")[0]


def _user(fault: Exception) -> Any:
    if isinstance(fault, RecursionError):
        return "?"
    try:
        return current().user_id
    except Exception:
        return "?"


def _page(status: int, text: str, more: str, *, plain: bool) -> Response | str:
    number = g.get("request_id", "")
    if not plain:
        try:
            again = _again() if status in (429, 503) else ()
            page = ErrorPage(
                status, title(status), text, ways_on(status), number, more, again, own_address(), is_sent=_is_sent()
            )
            return render_template("atrium/error.html", page=page)
        except Exception:
            log.exception("the page of a refusal could not be drawn in its frame, request %s", number)
    home = Action(_("Back to the start page"), "/")
    retry = [Action(_("Try again"), own_address(), "refresh", primary=True)] if request.method == "GET" else []
    page = ErrorPage(status, title(status), text, [*retry, home], number, more, is_sent=_is_sent())
    try:
        drawn = current_app.jinja_env.get_template("atrium/plain_error.html")
        return drawn.render(page=page, lang="zh-CN" if language() == "zh" else "en")
    except Exception:
        log.exception("the plain page of a refusal could not be drawn, request %s", number)
        return Response(f"{page.title}\n\n{text}\n\n{status} · {number}\n", content_type="text/plain; charset=utf-8")


def _is_sent() -> bool:
    return request.method not in ("GET", "HEAD", "OPTIONS")


def _again() -> tuple[tuple[str, str], ...]:
    """The fields of a form of ours, so that it can be sent again as it is; nothing for files, passwords and strangers.

    A form that came from elsewhere is never offered: its button would be pressed in our name.
    """
    if not _is_sent() or request.is_json:
        return ()
    try:
        if not g.get("csrf_valid"):
            validate_csrf(request.form.get("csrf_token"))
        if any(one.filename for one in request.files.values()):
            return ()
    except (ValidationError, HTTPException):
        return ()
    sent = [(name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"]
    if any("password" in name for name, _text in sent) or sum(len(text) for _name, text in sent) > MOST_AGAIN:
        return ()
    return (("csrf_token", generate_csrf()), *sent)
