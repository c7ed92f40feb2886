"""Files under `/files/`: shown, downloaded, added and removed. Whoever may not see the record finds nothing here."""

import logging
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, flash, jsonify, redirect, request, send_file, session
from werkzeug.exceptions import HTTPException

from core.access.context import current
from core.attachments import services
from core.attachments.names import disposition
from core.attachments.receiving import Receipt, Upload, receive
from core.attachments.registry import MB, Limits, attachables, upload_mb
from core.attachments.types import SHOWN
from core.db import reading_only
from core.errors import NotFound, RuleError
from core.i18n import _, lazy, ngettext
from core.platform import Platform
from core.web.sign_in import safe_next

log = logging.getLogger(__name__)
files = Blueprint("files", __name__, url_prefix="/files")

AT_ONCE = 8
"""One form may carry this many times the largest file."""
KEY = "int(max=9223372036854775807)"
# Nothing in a file may run, load or frame anything, whatever a browser takes it for; styles are those a browser itself
# puts round a picture that is opened alone.
CSP = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


def install(app: Flask) -> None:
    """Register the addresses; and look once for the tables of the records that carry files."""
    app.register_blueprint(files)
    attachables()


@files.url_value_preprocessor
def _allow_more(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Several files in one form need more than other forms; only for those who are signed in."""
    if endpoint == "files.add" and "_user_id" in session:
        request.max_content_length = (AT_ONCE * upload_mb() + 1) * MB


@files.before_request
def _door() -> None:
    if not current().is_signed_in:
        abort(401)


@files.get(f"/<{KEY}:attachment_id>")
def download(attachment_id: int) -> Response:
    """The file, to be saved."""
    return _send(attachment_id)


@files.get(f"/<{KEY}:attachment_id>/image")
def image(attachment_id: int) -> Response:
    """A picture, to be shown in a page; 404 when it is none."""
    return _send(attachment_id, shown=True)


@files.post(f"/<kind>/<{KEY}:record_id>")
def add(kind: str, record_id: int) -> Any:
    """Files for a record: multipart, field `files`, several; `tag` and `note` for all of them. Good files stay.

    With `quiet`, a form's answer mentions only what was refused.
    """
    with reading_only():
        work = _platform().database.session
        limits = services.check_may_add(services.record_of(work(), kind, record_id))
        work.commit()
    receipt = received(limits)
    if not receipt.files and not receipt.refused:
        raise RuleError(lazy("Choose at least one file."), field="files")
    record = services.record_of(work(), kind, record_id)
    added = services.add_files(work(), record, receipt.files, request.form.get("tag", ""), request.form.get("note", ""))
    work.commit()
    refused = [*receipt.refused, *added.refused]
    if request.accept_mimetypes.best == "application/json":
        status = 201 if added.rows or added.known else max((one.status for one in refused), default=422)
        return jsonify(
            added=[{"id": row.id, "name": row.name} for row in added.rows],
            known=[{"id": row.id, "name": row.name} for row in added.known],
            refused=[str(one) for one in refused],
        ), status
    if "quiet" not in request.form:
        _tell(added)
    for one in refused:
        flash(str(one), "bad")
    return redirect(_back(), 303)


def _tell(added: services.Added) -> None:
    if added.rows:
        flash(ngettext("%(n)s file was added.", "%(n)s files were added.", len(added.rows)), "done")
    elif added.known:
        flash(_("These files were here already; nothing was added twice."), "done")


@files.post(f"/<{KEY}:attachment_id>/remove")
def remove(attachment_id: int) -> Any:
    """Take a file off its record."""
    work = _platform().database.session
    services.remove(work(), services.find(work(), attachment_id, also_removed=True))
    work.commit()
    if request.accept_mimetypes.best == "application/json":
        return jsonify(removed=attachment_id)
    flash(_("The file was removed."), "done")
    return redirect(_back(), 303)


def received(limits: Limits, field: str = "files") -> Receipt:
    """The files of a form, in the store. Call it before the form's work on the database begins (no transaction is
    open then), and give `.files` to `services.add_files` and `.refused` to the reader."""
    uploads = [Upload(one.filename, one.stream) for one in request.files.getlist(field) if one.filename]
    return receive(_platform().files, uploads, limits)


def _send(attachment_id: int, *, shown: bool = False) -> Response:
    found = services.find(_platform().database.session(), attachment_id)
    if shown and found.mime not in SHOWN:
        abort(404)
    try:
        content = _platform().files.open(found.sha256)
    except FileNotFoundError:
        log.error("the bytes of attachment %s (%s) are missing from the store", found.id, found.sha256)
        raise NotFound(
            lazy("The content of “%(name)s” is missing from the store. Tell your administrator.", name=found.name)
        ) from None
    answer = send_file(content, mimetype=found.mime, etag=found.sha256, conditional=False)
    answer.headers["Content-Type"] = found.mime
    answer.headers["Content-Disposition"] = disposition(found.name, attachment=not shown)
    answer.headers["Content-Security-Policy"] = CSP
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.content_length = found.size
    # A copy stays with this browser and is asked about each time: who may see it today may not tomorrow.
    answer.headers["Cache-Control"] = "private, no-cache"
    try:
        answer.make_conditional(request, accept_ranges=True, complete_length=found.size)
    except HTTPException:  # a range the file does not have
        content.close()
        raise
    return answer


def _platform() -> Platform:
    found: Platform = current_app.extensions["atrium"]
    return found


def _back() -> str:
    """The page the form stood on."""
    target = request.form.get("next", "")
    if not target:
        parts = urlsplit(request.referrer or "")
        target = parts.path if parts.netloc == request.host else ""
    return safe_next(target or "/")
