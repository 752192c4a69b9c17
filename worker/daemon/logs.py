"""Logs: one sentence for people and one stable `action` for machines, as text or JSON.

Each is one line, whatever a server or a mail says in it, but for where a fault was; and a line that
cannot be written, for want of room or of somebody who reads, is no reason to end.
"""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TextIO, cast

from worker.daemon.without import without

with without("rich"):  # with it structlog has coloured tracebacks, which are not asked for here
    import structlog
    from structlog.typing import EventDict, Processor, WrappedLogger
    from structlog.typing import FilteringBoundLogger as Log

__all__ = ["LEVELS", "Log", "logger", "take_others"]

LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


def logger(form: str, level: str, stream: TextIO | None = None) -> Log:
    """Return a logger that writes ``text`` or ``json`` lines of at least this level."""
    out = stream or sys.stderr
    made: Log = structlog.wrap_logger(
        structlog.WriteLogger(cast("TextIO", _Steady(out))),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            *(_json(out.encoding) if form == "json" else _text()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
    )
    return made


@dataclass(frozen=True, slots=True, weakref_slot=True)
class _Steady:
    """What a logger needs of a stream; what cannot be written is dropped."""

    stream: TextIO

    def write(self, text: str) -> None:
        with suppress(OSError):
            self.stream.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self.stream.flush()


def _json(encoding: str | None) -> tuple[Processor, ...]:
    """Return what makes an object of a line; no stream may escape letters in a way of its own."""
    bare = (encoding or "utf-8").lower() != "utf-8"
    return (structlog.processors.JSONRenderer(ensure_ascii=bare),)


def _text() -> tuple[Processor, ...]:
    return _shown, structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)


def _shown(_logger: WrappedLogger, _method: str, told: EventDict) -> EventDict:
    """Put each text on one line, without what a terminal would obey; of a fault, each line."""
    for name, value in told.items():
        if isinstance(value, str) and not value.isprintable():
            lines = value.splitlines() if name == "exception" else [value]
            told[name] = "\n".join(map(_clean, lines))
    return told


def _clean(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)


class Others(logging.Handler):
    """What is told by `logging`: by libraries, and where no log is passed in."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Say it as all else is said, a line to each."""
        action = f"{record.name.rpartition('.')[2]}.{record.levelname.lower()}"
        told = {"action": action, "exc_info": record.exc_info}
        self._log.log(record.levelno, record.getMessage().replace("\n", " "), **told)


def take_others(log: Log) -> None:
    """Let what is told by `logging` be told here from now on, unless it is told anywhere else."""
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if not isinstance(one, Others)]
    logging.basicConfig(handlers=[Others(log)])
