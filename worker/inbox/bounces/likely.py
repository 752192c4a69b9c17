"""May this be a bounce? Decided from the header, in microseconds; the body has the last word."""

from __future__ import annotations

import re

from worker.inbox.bounces import notices
from worker.inbox.parse import Mail

_BEHIND = r")\"?(?:\\?@|\s*<>)"
_DAEMON = re.compile(
    r"(?i)(?:^|[<\"\s])(?:mailer-?_?daemon|postmaster|mail-?daemon|mail(?:er)?-?system|"
    r"maildelivery|mailadm|mmdf|mail-?failure|smtp-?(?:gateway|daemon)|"
    r"microsoftexchange[\w-]+|mail-?delivery(?:-?(?:system|subsystem))?|ndr|dsn|"
    r"undeliver\w*|mdaemon|amavisd?" + _BEHIND
)
# People and programs have such addresses too.
_SERVANT = re.compile(r"(?i)(?:^|[<\"\s])(?:nobody|bounces?|smtp|delivery|root" + _BEHIND)


def is_report(mail: Mail) -> bool:
    """Whether it says by its type that it is a delivery report (RFC 6522 §3, RFC 3464 §2)."""
    kind = mail.root.content_type
    if kind == "multipart/report":
        return mail.root.parameters.get("report-type", "delivery-status").lower() in {
            "delivery-status",
            "",
        }
    return kind == "message/delivery-status" or "x-failed-recipients" in mail.header


def comes_from_daemon(mail: Mail) -> bool:
    """Whether the sender is a mail system by its name."""
    return bool(_DAEMON.search(mail.header.get("from", "")[:500]))


def may_come_from_daemon(mail: Mail) -> bool:
    """Whether the sender is a mail system, or has a name that mail systems go by among others."""
    return comes_from_daemon(mail) or bool(_SERVANT.search(mail.header.get("from", "")[:500]))


def has_null_path(mail: Mail) -> bool:
    """Whether nobody can answer it (RFC 5321 §4.5.5: notifications have a null return path)."""
    return mail.header.get("return-path", "?").strip() == "<>"


def may_be(mail: Mail) -> bool:
    """Whether the body is worth reading as a bounce."""
    if is_report(mail) or may_come_from_daemon(mail) or "x-list-administrivia" in mail.header:
        return True
    return not mail.is_headed_as_reply and says_so(mail.subject)


def says_so(subject: str) -> bool:
    """Whether a subject speaks of a failed or late delivery."""
    return notices.heads(subject[:300])
