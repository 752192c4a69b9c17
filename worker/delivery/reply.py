"""A server's answers: from bytes to values (RFC 5321 §4.2), with caps, without I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from worker.errors import NurtureError

MAX_LINE = 8192
"""Octets in one line of an answer; RFC 5321 §4.5.3.1.5 asks for 512 to be understood."""

MAX_REPLY = 4 * MAX_LINE
"""Octets in one answer with all its lines."""

MAX_KEPT = 512
"""Octets in a line that is kept with what it says, for when it comes again."""

MAX_WORDS = 300
"""Characters of a server's words that are kept."""

_LAST = (b" ", b"\r", b"")  # after the code of an answer's last line; RFC 5321 lets it have no text
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3} ")


class MalformedReplyError(NurtureError, ValueError):
    """What the server said is no answer in the sense of RFC 5321 §4.2."""


class Reply(NamedTuple):
    """One whole answer: its code, and the text of each of its lines without the code."""

    code: int
    lines: tuple[bytes, ...]

    @property
    def text(self) -> str:
        """The server's words in one line, capped and fit for a log."""
        texts = [line.decode("utf-8", "replace") for line in self.lines]
        if len(texts) > 1 and (repeated := _STATUS.match(texts[0])):
            texts[1:] = [text.removeprefix(repeated[0]) for text in texts[1:]]
        return words(" ".join(texts))


def words(text: str) -> str:
    """Return `text` as one printable line of at most `MAX_WORDS` characters."""
    text = text[: 4 * MAX_WORDS].strip()
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
        text = " ".join(text.split())
    return text if len(text) <= MAX_WORDS else f"{text[: MAX_WORDS - 1]}…"


class ReplyReader:
    """Collects bytes as they come and yields each answer once it is whole."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> Iterator[Reply]:
        """Yield the answers that `data` completes.

        Raises MalformedReplyError, after the whole answers before it, for a line that is none or
        for more than the caps allow; the reader is of no use afterwards.
        """
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            alone = None if self._lines or len(line) > MAX_KEPT else _alone(line)
            if reply := alone or self._take(line):
                yield reply
        if len(self._rest) > MAX_LINE:
            raise MalformedReplyError("the server sent a line without an end")

    def _take(self, line: bytes) -> Reply | None:
        """Take a line of an answer, and return the answer if it is the last one."""
        self._size += len(line)
        if len(line) > MAX_LINE or self._size > MAX_REPLY:
            raise MalformedReplyError("the server sent an answer without an end")
        is_last = line[3:4] in _LAST
        if not (is_last or line[3:4] == b"-") or not line[:3].isdigit():
            raise MalformedReplyError(
                f"the server sent what is no answer: {words(line.decode('utf-8', 'replace'))}"
            )
        self._lines.append(line[4:].rstrip())
        if not is_last:
            return None
        reply = Reply(int(line[:3]), tuple(self._lines))
        self._lines.clear()
        self._size = 0
        return reply


@lru_cache(maxsize=64)
def _alone(line: bytes) -> Reply | None:
    """Return the answer that `line` is by itself; None if it is none.

    Most of what a server says it says to every message, so that it is read once.
    """
    if line[3:4] not in _LAST or not line[:3].isdigit():
        return None
    return Reply(int(line[:3]), (line[4:].rstrip(),))
