"""Receipts and other reports that are no answer: shown, deleted, printed (RFC 8098).

Some programs describe in words that a mail was read: a subject that says so, and a sentence that
tells of it. Neither alone is enough, and whoever asks something is a person.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from worker.inbox.fold import fold
from worker.inbox.parse import Mail
from worker.inbox.phrases.table import Phrase, Table
from worker.inbox.reading import Kind, Reading

_NOTIFICATION = "message/disposition-notification"
_SEEN = re.compile(
    r"(?im)^disposition:.{0,200};\s*(?:displayed|deleted|dispatched|processed|denied)\b"
)
_LONGEST_HEADING = 60
_MOST_WORDS = 120  # quoted header fields of the mail that was read among them
_MOST_TEXT = 3_000


def read(mail: Mail) -> Reading | None:
    """OTHER for a report that is neither complaint nor bounce; those rules come before."""
    kind = mail.root.content_type
    own = mail.root.leaves()
    notification = next((one for one in own if one.content_type == _NOTIFICATION), None)
    if notification is not None and kind in {"multipart/report", _NOTIFICATION}:
        arrived = _SEEN.search(notification.text) is not None
        return Reading(Kind.OTHER, "a receipt (RFC 8098)", arrived=arrived)
    if kind == "multipart/report":  # RFC 3834 §2, RFC 6522 §3
        return Reading(Kind.OTHER, "a report that is neither bounce nor complaint (RFC 6522)")
    return _in_words(mail)


def _in_words(mail: Mail) -> Reading | None:
    if not _is_headed(mail.subject):
        return None
    words = fold(mail.text[:_MOST_TEXT])
    told = _table("told").find(words)
    if not told or "?" in words.words or len(words.words) > _MOST_WORDS:
        return None
    return Reading(Kind.OTHER, f'a receipt: "{told[0].words}"', 0.9)


def _is_headed(subject: str) -> bool:
    """Whether a subject is a receipt's: "Read: your subject", "Return Receipt (displayed)"."""
    known = _table("heading")
    heading, colon, _ = subject.replace("：", ":").partition(":")
    if colon:
        return len(heading) < _LONGEST_HEADING and known.is_all(fold(heading))
    found = known.at_start(fold(subject[:_LONGEST_HEADING]))
    return found is not None and found.last > 1


@cache
def _table(name: str) -> Table:
    source = files(__package__).joinpath("receipts.toml").read_text(encoding="utf-8")
    return Table(tuple(Phrase(name, "", phrase) for phrase in tomllib.loads(source)[name]))
