"""Why a job waits, for the page of whoever asked for it."""

from typing import TYPE_CHECKING

from core.access.context import as_system
from core.i18n import _
from core.jobs import doorbell
from core.jobs.models import QUEUED, Job
from core.jobs.presence import workers_alive

if TYPE_CHECKING:
    from core.platform import Platform


def why_it_waits(platform: "Platform", job: Job) -> str:
    """A sentence where nobody could take the job up at this moment; empty where it is only its turn that is awaited."""
    if job.state != QUEUED:
        return ""
    if doorbell.fault_of(platform.settings.broker_url):
        return _(
            "The job waits: the workers cannot be told of it at the moment. It starts by itself as soon as they can; "
            "you need not do anything."
        )
    with as_system(), platform.database.unit(read_only=True) as session:
        if workers_alive(session, platform.settings):
            return ""
    return _(
        "The job waits: no worker has been seen for a minute. It starts by itself as soon as one is there; "
        "if it stays, tell your administrator."
    )
