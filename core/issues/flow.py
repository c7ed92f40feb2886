"""The life of an issue, one set of states for all origins (domain.md 2.11), and that of a list to a contractor."""

from core.i18n import lazy
from core.workflow import Flow, State, Transition

RECORDED, LISTED, RECTIFYING, TO_VERIFY = "recorded", "listed", "rectifying", "to_verify"
CLOSED, VOID = "closed", "void"

ISSUE = Flow(
    "issue",
    (
        State(RECORDED, lazy("To hand over"), "wait"),
        State(LISTED, lazy("Listed, to sign for"), "sent"),
        State(RECTIFYING, lazy("Being rectified"), "doing"),
        State(TO_VERIFY, lazy("To re-check"), "check"),
        State(CLOSED, lazy("Closed"), "done", is_open=False),
        State(VOID, lazy("Void"), "off", is_open=False),
    ),
    (
        # From a list too: the finding leaves it, and waits to be put on one of the new contractor's.
        Transition(
            "adjust",
            lazy("Change {contractor}"),
            (RECORDED, LISTED, RECTIFYING),
            RECORDED,
            permission="write",
            asks=True,
        ),
        Transition("list", lazy("Put on a list"), (RECORDED,), LISTED, permission="list"),
        Transition("sign", lazy("Sign for"), (LISTED,), RECTIFYING, permission="list"),
        Transition("rectified", lazy("Rectified"), (LISTED, RECTIFYING), TO_VERIFY, permission="list"),
        Transition("send_back", lazy("Send back"), (TO_VERIFY,), RECTIFYING, permission="close", asks=True),
        Transition("close", lazy("Close"), (RECORDED, LISTED, RECTIFYING, TO_VERIFY), CLOSED, asks=True),
        Transition("reopen", lazy("Reopen"), (CLOSED,), RECTIFYING, asks=True),
        Transition("void", lazy("Void"), (RECORDED, LISTED, RECTIFYING, TO_VERIFY), VOID, asks=True),
    ),
)

SENT, SIGNED, RETURNED = "sent", "signed", "returned"

LIST = Flow(
    "issue_list",
    (
        State(SENT, lazy("To sign for"), "sent"),
        State(SIGNED, lazy("Signed for"), "doing"),
        State(RETURNED, lazy("Returned"), "check"),
        State(VOID, lazy("Void"), "off", is_open=False),
    ),
    (
        Transition("sign", lazy("Sign for"), (SENT,), SIGNED, permission="list", asks=True),
        # The filled list may be back before the paper with the signature is.
        Transition("sign", lazy("Sign for"), (RETURNED,), RETURNED, permission="list", asks=True),
        Transition("returned", lazy("Returned"), (SENT, SIGNED, RETURNED), RETURNED, permission="list"),
        Transition("void", lazy("Void"), (SENT,), VOID, permission="list", asks=True),
    ),
)
