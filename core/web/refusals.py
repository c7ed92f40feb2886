"""The one place that turns refusals and faults into pages and status codes."""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, jsonify, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from core.access.context import current
from core.errors import RuleError
from core.i18n import _
from core.records.pages import ErrorPage
from core.web.tokens import is_bearer

log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(RuleError, lambda refusal: answer(refusal.status, str(refusal), refusal.by_field()))
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
    app.register_error_handler(
        StaleDataError,
        lambda _fault: answer(
            409, _("Somebody else saved this record a moment ago. Go back, reload and look at what changed.")
        ),
    )
    app.register_error_handler(HTTPException, lambda fault: answer(fault.code or 500, ""))
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _fault)


def title(status: int) -> str:
    return {
        400: _("This could not be read"), 401: _("Sign in first"), 403: _("Not allowed here"), 404: _("Nothing here"),
        405: _("Not in this way"), 409: _("Changed by somebody else"), 413: _("Too large"), 422: _("Not saved"),
        429: _("Too many tries"), 503: _("Busy"),
    }.get(status, _("Something went wrong"))  # fmt: skip


def default_text(status: int) -> str:
    return {
        403: _("You may not do this here. Ask your administrator for the role that does it in this project."),
        404: _("There is no such page or record, or it is not yours to see."),
        413: _("The file is larger than allowed. Make it smaller or send several."),
    }.get(status, "")


def answer(status: int, text: str, errors: Mapping[str, str] | None = None) -> Any:
    """A page for people, JSON for programs (`errors`: field → sentence); whoever is not signed in is shown the door."""
    text = text or default_text(status)
    if _is_program():
        said = {"message": text or title(status), "request": g.get("request_id", "")}
        return jsonify({**said, "errors": errors} if errors else said), status
    if status == 401:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else request.path
        return redirect("/login/?" + urlencode({"next": wanted}))
    page = ErrorPage(status, title(status), text, request_number=g.get("request_id", ""))
    return render_template("atrium/error.html", page=page), status


def _is_program() -> bool:
    """Whether whoever asks reads JSON: an API's address, a wish for JSON, or a token in place of a session."""
    return is_bearer() or request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def _busy(fault: OperationalError) -> Any:
    log.warning("database busy in request %s: %s", g.get("request_id"), fault.orig)
    return answer(503, _("The database is busy. Wait a moment and send again; nothing was lost."))


def _fault(fault: Exception) -> Any:
    log.exception(
        "request %s failed for user %s",
        g.get("request_id"),
        current().user_id if not isinstance(fault, RecursionError) else "?",
    )
    return answer(
        500, _("This is our fault, not yours. It was noted; try again, and report the request number if it stays.")
    )
