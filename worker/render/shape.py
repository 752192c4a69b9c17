"""The shape of a template: its marks and where words stand between them, but not the words.

Most letters of a project differ in words alone. What has one shape is parsed and compiled once,
with a stand-in on a line of its own for each run of words. The code of each template is that code,
with its own words, lines and name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import CodeType

from worker.render.composition import MARK

NAME = "\ue000"
"""What a template is called while it is compiled for all of its shape."""

_STAND_IN = "\ue001{}\ue002\n"
_WORDS = re.compile("\ue001([0-9]+)\ue002\n")
_LINES = re.compile(r"\d+=\d+(?:&\d+=\d+)*")  # which line became which, as Jinja writes it
_MARKS = re.compile(f"({MARK.pattern})", re.DOTALL)
_DELIMITER = re.compile(r"\{[{%#]|[}%#]\}")
# What could be taken for a stand-in, and what Jinja reads otherwise than mark by mark.
_UNFIT = re.compile("[\ue000-\ue002\r]|\\{[{%#][-+]|[-+][}%#]\\}|\\{%\\s*raw\\b")


@dataclass(frozen=True, slots=True)
class Shape:
    """A source with stand-ins, and what is a template's own: words, and lines by those of it."""

    source: str
    words: Sequence[str]
    lines: Sequence[int]

    @classmethod
    def of(cls, source: str) -> Shape | None:
        """Return the shape of a source; none where only Jinja can tell words and marks apart."""
        if _UNFIT.search(source):
            return None
        parts, words, lines = list[str](), list[str](), [0, 1]
        for place, piece in enumerate(_MARKS.split(source)):
            if not piece:
                continue
            if place % 2:
                mark = _bare(piece)
                if mark is None:
                    return None
                parts.append(mark)
                lines += range(lines[-1] + 1, lines[-1] + 1 + piece.count("\n"))
            elif _DELIMITER.search(piece) or piece[-1] == "{":
                return None
            else:
                parts.append(_STAND_IN.format(len(words)))
                words.append(piece)
                lines.append(lines[-1] + piece.count("\n"))
        return cls("".join(parts), words, lines)

    def filled(self, code: CodeType, name: str) -> CodeType:
        """Return the code of the template of this name, made of that of its shape."""
        constants = [self._with_lines(constant) for constant in code.co_consts]
        return self._filled(code.replace(co_consts=tuple(constants)), name)

    def _with_lines(self, constant: object) -> object:
        if not isinstance(constant, str) or not _LINES.fullmatch(constant):
            return constant
        pairs = (pair.split("=") for pair in constant.split("&"))
        return "&".join([f"{self.lines[int(line)]}={place}" for line, place in pairs])

    def _filled(self, code: CodeType, name: str) -> CodeType:
        constants = [self._own(constant, name) for constant in code.co_consts]
        return code.replace(co_consts=tuple(constants))

    def _own(self, constant: object, name: str) -> object:
        if isinstance(constant, CodeType):
            return self._filled(constant, name)
        if not isinstance(constant, str):
            return constant
        if constant == NAME:
            return name
        return _WORDS.sub(lambda number: self.words[int(number[1])], constant)


def _bare(mark: str) -> str | None:
    """Return a mark, a comment without its words; none where it may not end where it seems to."""
    if mark.startswith("{#"):
        return "{#" + "\n" * mark.count("\n") + "#}"
    if _DELIMITER.search(mark, 2, len(mark) - 2) or mark.count('"') % 2 or mark.count("'") % 2:
        return None
    return mark
