"""Reports that only people were meant to read: who failed, as far as the text says.

In this order: what Exim says in its header; addresses of the text to which the returned message
was written; the only address in the text that is neither ours nor the mail system's; what
flufl.bounce knows, which takes milliseconds; the returned message's first recipient; addresses
that begin a line, and others.
"""

from __future__ import annotations

import email
import logging
import re
from contextlib import suppress
from itertools import islice

from worker.inbox import address, mime
from worker.inbox.bounces import report, returned
from worker.inbox.parse import Mail

# It logs the traceback of what its detectors raise; without a handler that goes to standard error.
logging.getLogger("flufl.bounce").addHandler(logging.NullHandler())

_MOST_TEXT = 20_000
_MOST_KNOWN = 6_000
_BEGUN = re.compile(r"(?m)^[ \t*•<\"'-]{0,12}([^\s<>@]{1,64}@[^\s<>@:]{1,255})")


def recipients(mail: Mail, message: mime.Part | None) -> tuple[str, ...]:
    """The addresses that were not reached; empty if the mail does not say."""
    failed = address.every(mail.header.get("x-failed-recipients", ""))
    if failed:
        return failed
    written_to = returned.recipients(message)
    ours = returned.senders(mail, message)
    named = address.every(returned.report_text(mail)[:_MOST_TEXT])
    others = tuple(found for found in named if found not in ours)
    both = tuple(found for found in written_to if found in named)
    only = others if len(others) == 1 else ()
    return both or only or _known_shape(mail, ours) or written_to[:1] or _listed(mail, ours)


def _listed(mail: Mail, ours: set[str]) -> tuple[str, ...]:
    """The addresses that begin a line of the report, else the first that it names."""
    text = returned.report_text(mail)[:_MOST_TEXT]
    begun = (address.first(line) for line in _BEGUN.findall(text))
    listed = tuple(dict.fromkeys(one for one in begun if one and one not in ours))
    others = (one for one in address.every(text) if one not in ours)
    return listed[: report.MOST] or tuple(islice(others, 1))


def _known_shape(mail: Mail, ours: set[str]) -> tuple[str, ...]:
    """What flufl.bounce reads from the shapes that it knows."""
    from flufl.bounce import all_failures

    raw = _rebuilt(mail.root)[:_MOST_KNOWN]  # half a millisecond for each thousand bytes
    failed: set[bytes] = set()
    with suppress(Exception):  # its detectors raise whatever hostile mail makes them raise
        failed.update(*all_failures(email.message_from_bytes(raw)))
    found = (address.first(one.decode("ascii", "replace")) for one in sorted(failed))
    return tuple(dict.fromkeys(one for one in found if one and one not in ours))


def _rebuilt(part: mime.Part) -> bytes:
    fields = b"".join(name.encode() + b":" + value + b"\n" for name, value in part.fields)
    return fields + b"\n" + part.body
