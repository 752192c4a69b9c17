"""How fast Python is now: `python -m bench.sending.interpreter` prints seconds for one mail.

A virtual machine runs Python at one speed in one hour and at two thirds of it in the next, and C
not so differently: a ratio to a program in C says as much about the hour as about the code. What
the standard library takes for a mail of the same size, in a process of its own, helps to tell the
two apart; nothing that is ours is in it.
"""

from __future__ import annotations

import subprocess
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

from bench.sending.children import python

MAILS = 300
_LONGEST = 60.0  # seconds
_LINES = 400


def seconds() -> float:
    """Return the seconds of the processor for one mail, in a process of its own."""
    command = python("bench.sending.interpreter")
    done = subprocess.run(  # noqa: S603
        command, stdout=subprocess.PIPE, text=True, check=True, timeout=_LONGEST
    )
    return float(done.stdout)


def _mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Grace Hopper <grace@felt.example>", "Björn <bjorn@firm1.example>"
    mail["Subject"] = "A quiet room"
    line = "<p>{0}: a quiet room for Björn, of {0} square metres.</p>\n"
    mail.set_content("".join(map(line.format, range(_LINES))), subtype="html")
    return mail


def main() -> None:
    """Read and write a mail again and again, and print what one takes."""
    raw = _mail().as_bytes()
    begun = time.process_time()
    for _ in range(MAILS):
        raw = message_from_bytes(raw, policy=policy.default).as_bytes()
    print((time.process_time() - begun) / MAILS)  # noqa: T201


if __name__ == "__main__":
    main()
