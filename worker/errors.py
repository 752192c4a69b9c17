"""Every exception that Nurture raises on purpose.

::

    NurtureError                 anything a person can read and act on
    ├── InputError (ValueError)  something written by a person is wrong: file, line, key
    │   ├── ConfigError          config.toml or the environment
    │   ├── SequenceError        a sequence file
    │   ├── TemplateError        a template, or what it was given
    │   └── AddressError         an email address that cannot be written to
    ├── ProblemsError            several of the above, found in one run
    ├── NotFoundError (LookupError)   no such lead, sequence, message, …
    ├── ConflictError            what was asked for does not fit the present state
    │   └── TakenError           somebody else wrote the same at the same moment
    ├── StoreError               the database cannot be used: locked, corrupt, of another version
    │   └── UnreadableError      something in it was written by a version that knows more
    └── MailboxError             a mailbox cannot be used: password, certificate, connection
        └── InboxError           its mail cannot be read (worker.inbox.trouble)

Each prints as one sentence that says what is wrong, where, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable


class NurtureError(Exception):
    """The root of the tree; `str()` is a sentence for people."""


class InputError(NurtureError, ValueError):
    """Something written by a person is wrong.

    `problem` says what and what was expected; `file`, `line` (from 1) and `key` say where.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: str | None = None,
        line: int | None = None,
        key: str | None = None,
    ) -> None:
        self.problem = problem
        self.file = file
        self.line = line
        self.key = key
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        place = self.file or ""
        if place and self.line is not None:
            place = f"{place}:{self.line}"
        parts = [part for part in (place, self.key) if part]
        return ": ".join([*parts, self.problem])


class ConfigError(InputError):
    """The configuration is wrong."""


class SequenceError(InputError):
    """A sequence file is wrong."""


class TemplateError(InputError):
    """A template is wrong, or the data it was given does not fit it."""


class AddressError(InputError):
    """An email address cannot be written to."""


class ProblemsError(NurtureError):
    """Several things written by people are wrong; `problems` holds each, one line of text each."""

    def __init__(self, problems: Iterable[InputError]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class NotFoundError(NurtureError, LookupError):
    """Nothing has the name that was asked for."""


class ConflictError(NurtureError):
    """What was asked for does not fit the present state."""


class TakenError(ConflictError):
    """Somebody else wrote the same at the same moment; who tries again sees it.

    Whoever is told so again and again does it by a fault of their own.
    """


class StoreError(NurtureError):
    """The database cannot be used."""


class UnreadableError(StoreError):
    """A launched sequence cannot be read by this version of the program."""


class MailboxError(NurtureError):
    """A mailbox cannot be used; `mailbox` is its name."""

    def __init__(self, mailbox: str, problem: str) -> None:
        self.mailbox = mailbox
        self.problem = problem
        super().__init__(f"mailbox {mailbox}: {problem}")
