"""Why a mailbox cannot be read, in kinds for machines and a sentence for people."""

from __future__ import annotations

import imaplib
import re
import ssl
from enum import StrEnum

from worker.errors import MailboxError, NurtureError

_SERVER_WORDS = 200

# RFC 5530 §3, with what large providers write in its place: it passes by itself.
_BUSY = re.compile(
    r"\[(?:UNAVAILABLE|INUSE|LIMIT|THROTTLED)\]|too many (?:simultaneous )?connections"
    r"|bandwidth limits",
    re.IGNORECASE,
)
# What imaplib makes of a BAD; the words of the server are within.
_BAD = re.compile(r"(\w+) command error: BAD \[b(['\"])(.*)\2\]", re.DOTALL)
_SERVERBUG = re.compile(r"\[SERVERBUG\]", re.IGNORECASE)


class Trouble(StrEnum):
    """The kinds of trouble with a mailbox."""

    LOGIN = "login"
    """The server refuses the name or the password."""
    TLS = "tls"
    """The server's certificate is refused, or it does not offer TLS."""
    UNREACHABLE = "unreachable"
    """No connection, or it was lost."""
    BUSY = "busy"
    """The server asks for patience."""
    FOLDER = "folder"
    """A folder cannot be opened."""
    PROTOCOL = "protocol"
    """The server says what no IMAP server may say, or refuses a command."""
    HANDLER = "handler"
    """The mail was fetched and could not be applied."""


class InboxError(MailboxError):
    """The mail of a mailbox cannot be read; `kind` says why."""

    def __init__(self, mailbox: str, problem: str, kind: Trouble) -> None:
        super().__init__(mailbox, problem)
        self.kind = kind


class AnswerTooLong(imaplib.IMAP4.abort):
    """The server announced more bytes than were asked for; none of them was read."""


def of_connection(mailbox: str, place: str, error: Exception) -> InboxError:
    """Translate what imaplib, imap-tools, ssl or a socket raised; `place` is `host:port`."""
    if isinstance(error, InboxError):
        return error
    if bad := _BAD.fullmatch(str(error)):
        return of_command(mailbox, place, bad[1], bad[3])
    for families, kind, problem in _FAMILIES:
        if isinstance(error, families):
            return InboxError(mailbox, problem.format(place=place, said=said(error)), kind)
    return InboxError(mailbox, f"{place} was not understood: {said(error)}", Trouble.PROTOCOL)


_FAMILIES: tuple[tuple[tuple[type[Exception], ...], Trouble, str], ...] = (
    (
        (AnswerTooLong,),
        Trouble.PROTOCOL,
        "{place} sent more than was asked for ({said}); ask who runs the server",
    ),
    (
        (imaplib.IMAP4.abort, ssl.SSLEOFError),
        Trouble.UNREACHABLE,
        "the connection to {place} was lost ({said}); it is tried again",
    ),
    (
        (ssl.SSLCertVerificationError,),
        Trouble.TLS,
        "{place} shows a certificate that is refused ({said}); mend imap.host or imap.ca_file",
    ),
    (
        (ssl.SSLError,),
        Trouble.TLS,
        "TLS with {place} failed ({said}); see that imap.port and imap.security fit each other",
    ),
    (
        (TimeoutError,),
        Trouble.UNREACHABLE,
        "{place} does not answer; it is tried again",
    ),
    (
        (OSError,),
        Trouble.UNREACHABLE,
        "{place} cannot be reached ({said}); it is tried again",
    ),
)


def of_login(mailbox: str, place: str, answer: str) -> InboxError:
    """Say why a login was refused; `answer` is the server's."""
    if bad := _BAD.fullmatch(answer):
        answer = bad[3]
    if _passes(answer):
        problem = f"{place} is busy and takes no login ({short(answer)}); it is tried again"
        return InboxError(mailbox, problem, Trouble.UNREACHABLE)
    problem = f"{place} refuses the login ({short(answer)}); mend imap.username or the password"
    return InboxError(mailbox, problem, Trouble.LOGIN)


def of_folder(mailbox: str, folder: str, answer: str) -> InboxError:
    """Say why a folder cannot be opened; `answer` is the server's."""
    remedy = "it is tried again" if _passes(answer) else "mend imap.folders"
    problem = f"folder {folder} cannot be opened ({short(answer)}); {remedy}"
    return InboxError(mailbox, problem, Trouble.FOLDER)


def of_command(mailbox: str, place: str, command: str, answer: str) -> InboxError:
    """Say that a command was refused; `answer` is the server's."""
    if is_busy(answer):
        problem = f"{place} asks for patience ({short(answer)}); it is tried again"
        return InboxError(mailbox, problem, Trouble.BUSY)
    problem = f"{place} refuses {command} ({short(answer)}); it is tried again"
    return InboxError(mailbox, problem, Trouble.PROTOCOL)


def is_busy(answer: str) -> bool:
    """Whether a server refuses what it would do at another moment, whatever was asked for."""
    return _BUSY.search(answer) is not None


def _passes(answer: str) -> bool:
    """Whether a refusal passes by itself, as a fault of the server's does, too."""
    return is_busy(answer) or _SERVERBUG.search(answer) is not None


def of_handler(mailbox: str, error: Exception) -> InboxError:
    """Say what stopped a mail that was fetched from being applied."""
    if isinstance(error, InboxError):
        return error
    words = said(error)
    if not isinstance(error, NurtureError):
        words = f"{type(error).__name__}: {words}"
    return InboxError(mailbox, f"mail could not be applied: {words}", Trouble.HANDLER)


def said(error: Exception) -> str:
    """Return the words of an exception, short, printable and never empty."""
    return short(str(error)) or type(error).__name__


def short(words: str) -> str:
    """Return what a server said in one printable line of bounded length."""
    printable = "".join(letter if letter.isprintable() else " " for letter in words)
    return " ".join(printable.split())[:_SERVER_WORDS]
