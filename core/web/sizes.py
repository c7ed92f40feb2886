"""How much one request may bring: files up to the upload limit, typed text and JSON far less."""

import time
from contextlib import suppress
from typing import Any

from flask import Request

from core.web.refusal_words import MOST_TEXT_MB

MB = 1024 * 1024
MOST_DRAINED, DRAINED_WITHIN = 100 * MB, 20.0
"""Bytes and seconds that are spent on a body nobody wants."""
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


def drain(request: Request) -> None:
    """Read what is left of a refused body: a browser that is still sending never sees an answer, only a broken line."""
    stream, left = request.environ["wsgi.input"], min(request.content_length or 0, MOST_DRAINED)
    until = time.monotonic() + DRAINED_WITHIN
    with suppress(OSError, ValueError):
        while left > 0 and time.monotonic() < until and (chunk := stream.read(min(left, 65536))):
            left -= len(chunk)
