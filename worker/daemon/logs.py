"""Logs: one sentence for people and one stable `action` for machines, as text or JSON."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

from worker.daemon.without import without

with without("rich"):  # with it structlog has coloured tracebacks, which are not asked for here
    import structlog
    from structlog.typing import FilteringBoundLogger as Log
    from structlog.typing import Processor

__all__ = ["LEVELS", "Log", "logger", "take_others"]

LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


def logger(form: str, level: str, stream: TextIO | None = None) -> Log:
    """Return a logger that writes ``text`` or ``json`` lines of at least this level."""
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    )
    made: Log = structlog.wrap_logger(
        structlog.WriteLogger(stream or sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
    )
    return made


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
