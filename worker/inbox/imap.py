"""A connection to a mailbox that only ever looks: the one file that knows imap-tools.

Folders are opened with EXAMINE and mail is fetched with BODY.PEEK, so that nothing is marked read
whatever happens (RFC 3501 §6.3.2, §6.4.5). imap-tools' own fetching is not used: it parses before
the raw bytes are safe, and in bulk gives bodies to the wrong mails.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from imap_tools import BaseMailBox
from imap_tools.errors import MailboxFolderSelectError, MailboxLoginError
from imap_tools.imap_utf7 import utf7_decode

from worker.inbox import answers, trouble
from worker.inbox.account import ImapAccount
from worker.inbox.answers import Announced
from worker.inbox.bell import Bell
from worker.inbox.idle import idle
from worker.inbox.role import FLAGS, Role
from worker.inbox.trouble import InboxError, Trouble
from worker.inbox.wire import USUAL_ANSWER, Wire

# What may come around and between bodies: attributes, flags that others change meanwhile.
_AROUND = 1_000_000
_ALL = ("LIST", '""', '"*"')


@dataclass(frozen=True, slots=True)
class FolderState:
    """What EXAMINE says of a folder; `uidnext` is none where the server does not tell."""

    uidvalidity: int
    uidnext: int | None


class _MailBox(BaseMailBox):
    """imap-tools' login and folder names, over our wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        super().__init__()

    def _get_mailbox_client(self) -> Wire:
        return self._wire


class Connection:
    """A logged-in connection.

    Its methods raise InboxError, after which it is of no more use, unless the kind is FOLDER.
    `folder` is the one that is open, if any. `can_idle` says whether the server knows IDLE.
    """

    def __init__(self, account: ImapAccount, wire: Wire, bell: Bell) -> None:
        self.account = account
        self.folder: str | None = None
        self.can_idle = False
        self._wire = wire
        self._bell = bell
        self._mailbox = _MailBox(wire)
        self._tired: InboxError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(politely=error is None)

    def close(self, *, politely: bool = True) -> None:
        """Close the connection, with a LOGOUT if `politely`, which waits for an answer."""
        if politely:
            with suppress(Wire.error, OSError):
                self._wire.logout()
        with suppress(OSError):  # closed already
            self._wire.shutdown()

    def login(self) -> None:
        """Log in, then ask again what the server can do."""
        with _translated(self.account):
            try:
                self._log_in_by_what_fits()
            except MailboxLoginError as error:
                raise self._refused(_words(error.command_result)) from None
            except Wire.abort:
                raise
            except Wire.error as error:
                raise self._refused(str(error)) from None
            self._wire.ask_capabilities()
            self.can_idle = "IDLE" in self._wire.capabilities

    def examine(self, folder: str) -> FolderState:
        """Open a folder for reading only."""
        self.folder = None
        with _translated(self.account):
            self._wire.allow(USUAL_ANSWER)
            try:
                self._mailbox.folder.set(folder, readonly=True)
            except MailboxFolderSelectError as error:
                words = _words(error.command_result)
                raise trouble.of_folder(self.account.mailbox, folder, words) from error
            uidvalidity = self._number("UIDVALIDITY")
            if uidvalidity is None:
                raise Wire.error(f"folder {folder} has no UIDVALIDITY, so its UIDs mean nothing")
            self.folder = folder
            return FolderState(uidvalidity, self._number("UIDNEXT"))

    def special_folders(self) -> dict[Role, str]:
        """Return the folders that the server marks by what lies in them (RFC 6154 §2)."""
        # Marks are told to everybody by some servers, by others to who asks for them (§2, §5.1).
        extended = {"SPECIAL-USE", "LIST-EXTENDED"} <= set(self._wire.capabilities)
        if not extended or not self._ask(*_ALL, "RETURN", "(SPECIAL-USE)", may_refuse=True):
            self._ask(*_ALL)
        listed = answers.folders(self._untagged("LIST"))
        marked = ((FLAGS.get(flag.lower()), one.name) for one in listed for flag in one.flags)
        return {role: utf7_decode(name) for role, name in marked if role is not None}

    @property
    def is_tired(self) -> bool:
        """Whether the server gave some of the mails and asks for patience with the others.

        What came counts; the next command raises what it said.
        """
        return self._tired is not None

    def ensure_untired(self) -> None:
        """Raise InboxError if the server asked for patience, and did not give all mails."""
        if self._tired is not None:
            raise self._tired

    def look(self) -> None:
        """Have the server look whether something is new in the open folder (RFC 3501 §6.1.2)."""
        self._ask("NOOP")

    def search(self, criteria: str) -> list[int]:
        """Return the UIDs in the open folder that fit, ascending and each once."""
        self._ask("UID", "SEARCH", criteria)
        return answers.uids(self._untagged("SEARCH"))

    @property
    def has_news(self) -> bool:
        """Whether the answer to the last command also said that mail has come.

        The server says so only once: an IDLE that follows would wait for the mail after that.
        """
        return bool(self._untagged("EXISTS"))

    def announced(self, uids: Sequence[int]) -> dict[int, Announced]:
        """Return size and INTERNALDATE of mails, without those that are gone."""
        self._fetch(uids, "(UID RFC822.SIZE INTERNALDATE)")
        return answers.announced(self._untagged("FETCH"))

    def bodies(self, uids: Sequence[int], size: int) -> dict[int, bytes]:
        """Return whole mails of `size` bytes together, without those that are gone."""
        # Some servers guess at sizes (RFC822.SIZE without the line ends), hence twice as much.
        self._fetch(uids, "(UID BODY.PEEK[])", 2 * size + _AROUND)
        return answers.bodies(self._untagged("FETCH"))

    def header(self, uid: int) -> dict[int, bytes]:
        """Return the header of a mail, or nothing if it is gone."""
        self._fetch([uid], "(UID BODY.PEEK[HEADER])")
        return answers.bodies(self._untagged("FETCH"))

    def idle(self, seconds: float) -> bool:
        """IDLE on the open folder until something happens; see worker.inbox.idle."""
        with _translated(self.account):
            self._wire.allow(USUAL_ANSWER)
            return idle(self._wire, seconds, self._bell)

    def ensure_wanted(self) -> None:
        """Raise InboxError if the bell was stopped, so that nothing more is begun."""
        if self._bell.stopped:
            raise InboxError(self.account.mailbox, "stopped", Trouble.UNREACHABLE)

    def _log_in_by_what_fits(self) -> None:
        username, password = self.account.username, self.account.password
        if (username + password).isascii():
            self._mailbox.login(username, password, initial_folder=None)
        else:
            self._mailbox.login_utf8(username, password, initial_folder=None)

    def _refused(self, answer: str) -> InboxError:
        # Some servers repeat the command that they did not like.
        harmless = answer.replace(self.account.password, "…")
        return trouble.of_login(self.account.mailbox, _place(self.account), harmless)

    def _fetch(self, uids: Sequence[int], items: str, size: int = USUAL_ANSWER) -> None:
        # A NO means that some of these mails are gone (RFC 2180 §4.1.2): what came still counts.
        try:
            self._ask("UID", "FETCH", ",".join(map(str, uids)), items, size=size, may_refuse=True)
        except InboxError as error:
            if error.kind is not Trouble.BUSY or not self._untagged("FETCH"):
                raise
            self._tired = error

    def _ask(self, *command: str, size: int = USUAL_ANSWER, may_refuse: bool = False) -> bool:
        self.ensure_untired()
        with _translated(self.account):
            self._wire.allow(size)
            answer = self._wire.ask(*command)
        said = _words(answer)
        if answer[0] != "OK" and not (may_refuse and not trouble.is_busy(said)):
            name = " ".join(command[:2]) if command[0] == "UID" else command[0]
            raise trouble.of_command(self.account.mailbox, _place(self.account), name, said)
        return answer[0] == "OK"

    def _untagged(self, kind: str) -> Sequence[object]:
        return self._wire.untagged_responses.get(kind, [])

    def _number(self, code: str) -> int | None:
        for value in self._untagged(code):
            if isinstance(value, bytes) and value.isdigit():
                return int(value)
        return None


def connect(account: ImapAccount, bell: Bell) -> Connection:
    """Connect and log in. Raises InboxError.

    Another thread can end every wait by `bell`, this one's too. The password is sent only over
    what the account asks for.
    """
    tls = None if account.security == "none" else account.tls_context()
    with _translated(account):
        wire = Wire(
            (account.host, account.port),
            account.timeout,
            tls if account.security == "tls" else None,
            bell.guard,
        )
    connection = Connection(account, wire, bell)
    try:
        if account.security == "starttls" and tls is not None:
            _start_tls(account, wire, tls)
        connection.login()
    except BaseException:
        connection.close(politely=False)
        raise
    return connection


def _start_tls(account: ImapAccount, wire: Wire, tls: ssl.SSLContext) -> None:
    if "STARTTLS" not in wire.capabilities:
        problem = f"{_place(account)} does not offer STARTTLS, so the password was not sent"
        raise InboxError(account.mailbox, problem, Trouble.TLS)
    with _translated(account):
        wire.secure(tls)


@contextmanager
def _translated(account: ImapAccount) -> Iterator[None]:
    try:
        yield
    except (Wire.error, OSError, ValueError, TypeError) as error:
        # imaplib itself stumbles over some answers, with a ValueError or a TypeError.
        raise trouble.of_connection(account.mailbox, _place(account), error) from error


def _words(result: tuple[object, ...]) -> str:
    """Return what the server said beside its OK or NO."""
    data = result[1] if len(result) > 1 else None
    lines = data if isinstance(data, list) else []
    return b" ".join(line for line in lines if isinstance(line, bytes)).decode(errors="replace")


def _place(account: ImapAccount) -> str:
    return f"{account.host}:{account.port}"
