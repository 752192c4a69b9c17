"""A server's answers: from bytes to values (RFC 5321 §4.2), with caps, without I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from worker.errors import NurtureError

MAX_LINE = 8192
"""Octets in one line of an answer; RFC 5321 §4.5.3.1.5 asks for 512 to be understood."""

MAX_REPLY = 4 * MAX_LINE
"""Octets in one answer with all its lines."""

MAX_WORDS = 300
"""Characters of a server's words that are kept."""

_SEPARATORS = (b" ", b"-", b"\r", b"")  # of a code from its text; RFC 5321 lets it have none
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
        first, *others = [line.decode("utf-8", "replace") for line in self.lines]
        if others and (repeated := _STATUS.match(first)):
            others = [other.removeprefix(repeated[0]) for other in others]
        return words(" ".join([first, *others]))


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
            self._size += len(line)
            if len(line) > MAX_LINE or self._size > MAX_REPLY:
                raise MalformedReplyError("the server sent an answer without an end")
            separator = line[3:4]
            if separator not in _SEPARATORS or not line[:3].isdigit():
                raise MalformedReplyError(
                    f"the server sent what is no answer: {words(line.decode('utf-8', 'replace'))}"
                )
            self._lines.append(line[4:].rstrip())
            if separator != b"-":
                yield Reply(int(line[:3]), tuple(self._lines))
                self._lines.clear()
                self._size = 0
        if len(self._rest) > MAX_LINE:
            raise MalformedReplyError("the server sent a line without an end")
