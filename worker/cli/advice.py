"""What to do about each kind of alert, and how each hold is taken away."""

from __future__ import annotations

from shlex import quote

from worker.core.facts import Hold
from worker.core.states import Scope
from worker.engine.control import HELD_ALL
from worker.store.alerts import Alert

_ADVICE = {
    "reply": (
        "answer the person; then `nurture leads resume {0}`, or `stop` in place of `resume`, or "
        "`nurture outcome {0} won|lost|nurture`"
    ),
    "blocked": "mend what its server has against us; then `nurture leads resume {0}`",
    "unclear": "read it in the mailbox; then `nurture leads resume {0}`, or `stop` in its place",
    "contact": (
        "`nurture leads show {0}` has the address that it names, if any; `nurture leads add "
        "ADDRESS` if you may write there; then `nurture leads stop {0}`"
    ),
    "colleague": "answer them; then `nurture leads resume {0}`, or `stop` in place of `resume`",
    "unproven": "if they are not away, `nurture leads resume {0}`",
    "report": "if it says how it ended, record it: `nurture outcome {0} won|lost|nurture`",
    "phone": "ask for another; then `nurture leads edit {0} phone=NUMBER`",
    "handoff": "talk to them; then `nurture outcome {0} won|lost|nurture`",
    "disowned": "`nurture leads handoff {0} --to NAME` gives it to another",
    "unreported": "say how it ended: `nurture outcome {0} won|lost|nurture`",
    "outcome": "say how it ended: `nurture outcome {0} won|lost|nurture`",
    "owner_away": "name the absence and a deputy in config.toml, and reload",
    "complaint": "ask how the address came in, and stop importing from there",
    "unreadable": "read it in the mailbox, and report what is special about it",
    "mailbox": "mend it; then `nurture resume --mailbox {0}`",
    "mailbox_gone": (
        "call it so again in config.toml, or let another one take over: "
        "`nurture outbox move --from {0} --to MAILBOX`"
    ),
    "sequence": (
        "install the version that launched it, or launch it anew: `nurture sequences launch {0}`, "
        "and `nurture sequences migrate {0}` where it has another structure then"
    ),
    "tls": "have it mended, or name its authority as ca_file; it is tried again by itself",
    "unreachable": "look at its server, or at the network between; it is tried again by itself",
    "inbox": "mend the connection; it goes on by itself",
    "journal": "make room for it, or mend what keeps it from being written; it goes on by itself",
    "in_doubt": (
        "look for it in Sent, or ask; a reply or a bounce settles it, and so do seven days "
        "without one; `nurture outbox resolve {1} sent|again|drop` settles it at once"
    ),
    "template": "`nurture check`, mend the file, launch again; then `nurture outbox release {1}`",
    "refused": "see `nurture outbox show {1}`",
    "expired": "see `nurture outbox show {1}`",
}
_STOPPING = frozenset({"mailbox", "mailbox_gone", "tls", "unreachable", "inbox", "journal"})
_RESUME = {
    Scope.MAILBOX: "nurture resume --mailbox {0}",
    Scope.SEQUENCE: "nurture resume --sequence {0}",
    Scope.COMPANY: "nurture resume --domain {0}",
    Scope.EVERYTHING: "nurture resume",
}


def advice_on(alert: Alert) -> str:
    """Return what to do about an alert; empty where its own text says so."""
    number = alert.subject.removeprefix("message ")
    return _ADVICE.get(alert.kind, "").format(quote(alert.subject), number)


def stops_mail(alert: Alert) -> bool:
    """Tell whether an alert is about more than one lead, or message: nothing goes out meanwhile."""
    return alert.kind in _STOPPING or (alert.kind, alert.subject) in HELD_ALL


def is_wide(hold: Hold) -> bool:
    """Tell whether a hold concerns more than one lead."""
    return hold.scope in _RESUME


def way_back(hold: Hold) -> str:
    """Return the command that takes a wide hold away."""
    return _RESUME[hold.scope].format(quote(hold.subject))
