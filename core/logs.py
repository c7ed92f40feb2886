"""Lines of JSON for whoever runs the installation: one for each request, one for each job. Nothing typed is in them."""

import json
import logging
from collections.abc import Mapping
from typing import Any

OURS = logging.getLogger("atrium")


def write(kind: str, line: Mapping[str, Any]) -> None:
    """A line of `requests` or `jobs`."""
    log = OURS.getChild(kind)
    if log.isEnabledFor(logging.INFO):
        log.info("%s", json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=str))


def lines_to_stderr(level: str) -> None:
    """Have the lines written, and warnings of everything else beside them (a server's process, not a test's)."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    lines = logging.StreamHandler()
    lines.setFormatter(logging.Formatter("%(message)s"))
    OURS.handlers, OURS.propagate = [lines], False
    OURS.setLevel(level.upper())
