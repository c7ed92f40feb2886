"""Work outside the request: `enqueue` it, a worker does it on behalf of who asked, and its row tells how far it is."""

from typing import Any

from core.jobs.services import cancel, enqueue, retry

__all__ = ["cancel", "celery", "enqueue", "retry"]


def __getattr__(name: str) -> Any:
    """`core.jobs:celery` for the celery command; nobody else pays for loading it."""
    if name == "celery":
        from core.jobs.worker import celery

        return celery
    raise AttributeError(name)
