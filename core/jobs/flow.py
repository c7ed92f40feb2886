"""The life of a job as people see it."""

from core.i18n import lazy
from core.jobs.models import CANCELLED, DONE, FAILED, QUEUED, RUNNING
from core.workflow import Flow, State, Transition

JOB = Flow(
    "job",
    (
        State(QUEUED, lazy("Waiting"), "wait"),
        State(RUNNING, lazy("At work"), "doing"),
        State(DONE, lazy("Done"), "done", is_open=False),
        State(FAILED, lazy("Failed"), "bad", is_open=False),
        State(CANCELLED, lazy("Stopped"), "off", is_open=False),
    ),
    (
        Transition("cancel", lazy("Stop"), (QUEUED, RUNNING), CANCELLED),
        Transition("retry", lazy("Try again"), (FAILED, CANCELLED), QUEUED),
    ),
)
