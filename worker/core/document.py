"""What a person wrote in a TOML file: its values, the line of each, and the name of each place.

`worker.sequence` and `worker.config` read through here, so that both say the same about the same
fault: the file, the line, the key, what was expected and what came.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from worker.core.places import Place, TooNestedError, scan
from worker.errors import InputError

MOST_BYTES = 128 * 1024
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_MOST_SHOWN = 60
_MOST_LISTED = 10
_PLAINER = {
    "Cannot overwrite a value": "this key stands here for the second time; keep one of them",
    "Cannot declare": "this table stands here for the second time; keep one of them",
    "Invalid value": "a value is missing or not written as TOML asks: text goes in double quotes",
    "Illegal character": "text must end on the line that it began on, with the same quotes",
    "Expected '='": "expected `key = value`",
    "Unclosed array": "an array is not closed; add a ]",
    "Unterminated string": "text is not closed; add the closing quotes",
    "Exceeds the limit": "a number has thousands of digits",
    "Unclosed inline table": "{ … } is not closed, or has no comma between two keys",
    "Invalid initial character": (
        "expected a key: { … } stands on one line, and has no comma before its }"
    ),
    "Invalid statement": "expected `key = value`, a heading such as [[step]], or # and a comment",
    "Expected newline": "nothing but # and a comment may stand behind a value, or a heading",
    "Expected ']": "a heading ends as it begins: [[step]], or [log]",
    "Unescaped '\\'": "in text, a \\ is written twice; in a path, write / instead",
    'Expected "\'"': "text is not closed; add the closing quotes",
}


@dataclass(frozen=True, slots=True)
class Document:
    """The values of a file as `tomllib` reads them, and the line of each place."""

    file: str
    values: Mapping[str, object]
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int | None:
        """Return the line of `place`, else of what it stands in; None for the whole file."""
        while place:
            if (line := self.lines.get(place)) is not None:
                return line
            place = place[:-1]
        return None

    def holds(self, place: Place) -> bool:
        """Tell whether the file itself names `place`."""
        return place in self.lines


def decode(raw: bytes, file: str, wrong: type[InputError]) -> str:
    """Return the text of a file; raise `wrong` where it is too large or not UTF-8."""
    if len(raw) > MOST_BYTES:
        raise wrong(f"expected at most {MOST_BYTES // 1024} KiB; split the file", file=file)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise wrong("this is not UTF-8; save the file as UTF-8", file=file, line=line) from None


def parse(text: str, file: str, wrong: type[InputError]) -> Document:
    """Read a TOML text; raise `wrong`, with a line, where it is none (TOML 1.0)."""
    if len(text) > MOST_BYTES:
        raise wrong(f"expected at most {MOST_BYTES // 1024} KiB; split the file", file=file)
    try:
        lines = scan(text)
        return Document(file, tomllib.loads(text), lines)
    except TooNestedError as error:
        problem = "nested deeper than any setting; write it flat"
        raise wrong(problem, file=file, line=error.line) from None
    except ValueError as error:
        raise _refused(str(error), text, file, wrong) from None


def _refused(problem: str, text: str, file: str, wrong: type[InputError]) -> InputError:
    found = _AT_LINE.search(problem)
    number = int(found[1]) if found and found[1] else None
    if found and number is None:
        number = text.rstrip().count("\n") + 1
    bare = _AT_LINE.sub("", problem)
    plain = next((said for start, said in _PLAINER.items() if bare.startswith(start)), bare)
    return wrong(f"not TOML: {plain}", file=file, line=number)


def name(place: Place) -> str:
    """Write a place as people count: ``step[2].after`` is in the second step."""
    text = ""
    for part in place:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def shown(value: object) -> str:
    """Write a value that came, short enough for a sentence."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        text = f"[{', '.join(shown(each) for each in value[:_MOST_LISTED])}]"
    else:
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else _number(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _number(value: object) -> str:
    # An integer of thousands of digits cannot be printed; tomllib still reads it from hexadecimal.
    try:
        return str(value)
    except ValueError:
        return "a number of thousands of digits"


def unknown(word: str, known: Iterable[str]) -> str:
    """Say that a key is not understood, which are, and which was probably meant."""
    names = list(known)
    return f"not understood{nearest(word, names)}; known keys are {', '.join(names)}"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``; perhaps "x" was meant``, or nothing where nothing is near."""
    near = get_close_matches(word[:_MOST_SHOWN], known, n=1)
    return f'; perhaps "{near[0]}" was meant' if near else ""
