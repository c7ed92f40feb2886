"""How much one request may bring: files up to the upload limit, typed text and JSON far less."""

from typing import Any

from flask import Request

from core.web.refusal_words import MOST_TEXT_MB

MB = 1024 * 1024
MOST_PARTS = 5000
"""Fields of one form: 500 findings that differ line by line bring a few thousand."""


def limits_of(upload_mb: int) -> dict[str, Any]:
    """Flask's settings; more is answered with 413."""
    return {
        "MAX_CONTENT_LENGTH": upload_mb * MB, "MAX_FORM_MEMORY_SIZE": MOST_TEXT_MB * MB, "MAX_FORM_PARTS": MOST_PARTS,
    }  # fmt: skip


def limit(request: Request) -> None:
    """What is read into memory as a whole, JSON and forms without files, may be no larger than a form's text."""
    if request.mimetype != "multipart/form-data" or request.path.startswith("/api/"):
        request.max_content_length = MOST_TEXT_MB * MB
