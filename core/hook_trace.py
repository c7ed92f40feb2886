"""Who was called by which hook, how long it took and how it ended: lines of JSON, while one asks for them.

`ATRIUM_TRACE_HOOKS=1` (`atrium run --trace-hooks`) writes them to the log `atrium.hooks`; nothing is kept otherwise.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from core import logs

_on = False


def trace_hooks(on: bool) -> None:
    """Begin or end the tracing, for this process."""
    global _on
    _on = on


@contextmanager
def traced(plugin: str, hook: str, about: str = "") -> Iterator[None]:
    """Around one call of one plugin's implementation; what it raises goes on."""
    if not _on:
        yield
        return
    began, outcome = time.perf_counter(), "ok"
    try:
        yield
    except BaseException as fault:
        outcome = f"{type(fault).__name__}: {fault}"
        raise
    finally:
        line = {
            "hook": hook,
            "plugin": plugin,
            "ms": round((time.perf_counter() - began) * 1000, 2),
            "outcome": outcome,
        }
        logs.write("hooks", {**line, "about": about} if about else line)
