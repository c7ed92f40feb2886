"""Files chosen in a form for a new record: taken into the store before the form's own work on the database, and carried
along, signed, while the form is refused, so that nobody chooses them twice."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from core.attachments.receiving import Receipt, Received, accept_text, kinds_text
from core.attachments.registry import attachable, kind_of, limits_of
from core.attachments.web import received
from core.errors import Invalid
from core.i18n import _, lazy
from core.records.form_page import Input

FIELD, KEPT = "files", "files_kept"
LONGEST = 12 * 3600
"""Seconds for which a refused form may carry files; the store keeps bytes without a record for a day."""


def take(model: type[Any]) -> Receipt:
    """The files sent with the form and those it carried already; call it before the database is asked anything."""
    fresh = received(limits_of(attachable(kind_of(model))), FIELD)
    known: dict[str, Received] = {}
    for token in request.form.getlist(KEPT)[:50]:
        try:
            found = Received(**_signer().loads(token, max_age=LONGEST))
        except (BadData, TypeError):
            continue
        known[found.sha256] = found
    known |= {one.sha256: one for one in fresh.files}
    return Receipt(tuple(known.values()), fresh.refused)


def refuse_if_any(receipt: Receipt) -> None:
    """Raise Invalid with the sentences of the files that were not taken."""
    if receipt.refused:
        raise Invalid({FIELD: " ".join(str(one) for one in receipt.refused)})


def hidden(files: Sequence[Received]) -> list[tuple[str, str]]:
    """Hidden fields that carry the files on."""
    return [(KEPT, _signer().dumps(asdict(one))) for one in files]


def files_input(model: type[Any], files: Sequence[Received], error: Any = "") -> Input:
    """The field to choose files with; names those that are carried already."""
    limits = limits_of(attachable(kind_of(model)))
    names = ", ".join(one.name for one in files)
    hint = _("%(kinds)s, each up to %(n)s MB", kinds=kinds_text(limits), n=limits.mb)
    if names:
        hint = _("Kept already: %(names)s", names=names)
    return Input(
        FIELD,
        lazy("Photos and files"),
        "files",
        multiple=True,
        span=12,
        accept=accept_text(limits),
        hint=hint,
        error=error,
    )


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="atrium-files")
