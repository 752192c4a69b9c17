"""What went wrong in a template, as one sentence with file and line."""

from __future__ import annotations

import re
from traceback import walk_tb
from types import TracebackType

from jinja2 import Template
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.exceptions import TemplateNotFound, TemplateSyntaxError, UndefinedError

from worker.errors import TemplateError

# All that compiling and running a template can raise; anything else is a fault of ours.
FAILURES = (
    JinjaError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)
_QUOTED = re.compile(r"^'([^']+)'")
_MISSING = re.compile(r"Required block '(\w+)' not found")


def failure(error: BaseException, template: str) -> TemplateError:
    """Return the error to show for what a template raised; `template` is the one asked for."""
    if isinstance(error, TemplateError):
        return error if error.file else TemplateError(error.problem, file=template, key=error.key)
    if isinstance(error, TemplateSyntaxError):
        return TemplateError(_problem(error), file=error.name or template, line=error.lineno)
    file, line = _place(error.__traceback__)
    if missing := _MISSING.fullmatch(str(error)):  # it is the email that has to fill it
        problem = f"the block {missing[1]!r} must be filled: {file}:{line} shows it"
        return TemplateError(problem, file=template)
    return TemplateError(_problem(error), file=file or template, line=line, key=_key(error))


def _place(trace: TracebackType | None) -> tuple[str | None, int | None]:
    """Return file and line of the innermost template on the way to an error."""
    file, line = None, None
    for frame, number in walk_tb(trace):
        template = frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template):
            file, line = template.name, template.get_corresponding_lineno(number)
    return file, line


def _problem(error: BaseException) -> str:
    if isinstance(error, TemplateNotFound):
        return f"there is no template {error.name!r}"
    if isinstance(error, RecursionError):
        return "the template uses itself without end, or is nested too deeply"
    if isinstance(error, JinjaError):
        return error.message or type(error).__name__
    return f"it failed with {type(error).__name__}: {error}"


def _key(error: BaseException) -> str | None:
    """Return the name that an undefined value was asked for by, where the message has it."""
    if not isinstance(error, UndefinedError):
        return None
    match = _QUOTED.match(error.message or "")
    return match[1] if match else None
