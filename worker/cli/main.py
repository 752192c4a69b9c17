"""Runs one command: its words in, its exit status out, and never a traceback for a person's slip.

Exit status: 0 done, 1 failed, 2 wrong use, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence

from worker.errors import NurtureError, ProblemsError

INTERRUPTED = 130
_GLOBAL = "--config"


def main(words: Sequence[str] | None = None) -> int:
    """Run the command that `words` name, those of the process if None; return its exit status."""
    # What cannot be shown in the terminal's encoding is escaped; it is no reason to fail.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        return _run(list(sys.argv[1:] if words is None else words))
    except NurtureError as error:
        for line in sentences(error):
            print(line, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _unread()
    except OSError as error:
        if error.filename is None:
            raise
        print(_out_of_reach(error), file=sys.stderr)
        return 1


def sentences(error: NurtureError) -> Iterator[str]:
    """Yield what to print of an error: a sentence, or one for each problem and their count."""
    for line in str(error).splitlines():
        yield _clean(line)
    if isinstance(error, ProblemsError) and len(error.problems) > 1:
        yield f"{len(error.problems)} problems"


def _clean(line: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in line)


def _out_of_reach(error: OSError) -> str:
    """Return what to say of a file or folder that was named and cannot even be looked at."""
    barred = isinstance(error, PermissionError)
    advice = "run this as the worker's user, or as one who may" if barred else "name another"
    return _clean(f"{error.filename}: {error.strerror}; {advice}")


def hoisted(words: list[str]) -> list[str]:
    """Bring ``--config FILE`` to the front, so that it may stand anywhere before a ``--``."""
    end = words.index("--") if "--" in words else len(words)
    for at, word in enumerate(words[:end]):
        if word == _GLOBAL and at + 1 < end:
            return [*words[at : at + 2], *words[:at], *words[at + 2 :]]
        if word.startswith(f"{_GLOBAL}="):
            return [word, *words[:at], *words[at + 1 :]]
    return words


def _run(words: list[str]) -> int:
    from worker.cli.app import app

    try:
        app(hoisted(words), prog_name="nurture")
    except SystemExit as end:
        # Buffered output meets a closed pipe only now; after the exit, nobody could catch it.
        sys.stdout.flush()
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _unread() -> int:
    """Whoever read our output has had enough: say nothing, not even when the stream is closed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
