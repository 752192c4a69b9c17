"""A real Dovecot: any user name may log in with one password, and finds INBOX, Sent and Junk."""

from __future__ import annotations

import contextlib
import grp
import imaplib
import itertools
import os
import re
import signal
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import programs
from tests.servers.certificates import self_signed

PACKAGE = "dovecot-imapd"
PASSWORD = "correct-horse"
_APPENDED = re.compile(rb"APPENDUID \d+ (\d+)")


@dataclass(frozen=True)
class Mailbox:
    """How one user logs in; `port` speaks plain IMAP and STARTTLS, `tls_port` TLS at once."""

    host: str
    port: int
    tls_port: int
    username: str
    password: str = field(repr=False)
    ca_file: Path


_POURED = 1_700_000_000  # a second since 1970
_LINKS = 30_000  # names that a file may have; some file systems allow 65,000


class Dovecot:
    """A running server; `stop` and `start` make an outage, on the same ports with the same mail."""

    def __init__(self, folder: Path) -> None:
        self._program = programs.find("dovecot", PACKAGE)
        self._folder = folder
        self._certificate = self_signed(folder)
        self.port = programs.free_port()
        self.tls_port = programs.free_port()
        self._configuration = folder / "dovecot.conf"
        self._configuration.write_text(self._filled_in(), encoding="utf-8")
        self._numbers = itertools.count()
        self._process: programs.Process | None = None

    def _filled_in(self) -> str:
        account = programs.Account.unprivileged()
        template = Path(__file__).with_name("dovecot.conf").read_text(encoding="utf-8")
        return template.format(
            folder=self._folder,
            host=programs.HOST,
            port=self.port,
            tls_port=self.tls_port,
            user=account.name,
            group=grp.getgrgid(account.gid).gr_name,
            uid=account.uid,
            gid=account.gid,
            password=PASSWORD,
            certificate=self._certificate.file,
            key=self._certificate.key,
        )

    def start(self) -> None:
        """Start serving, if it does not yet."""
        if self._process is None:
            command = [self._program, "-F", "-c", self._configuration]
            self._process = programs.Process(command, self._folder / "dovecot.log")
            self._process.wait_for_port(self.port)

    def stop(self) -> None:
        """Close every connection and stop serving, if it does; the mail stays."""
        if self._process is not None:
            # Asked politely it takes a second; Maildir is made to survive a kill.
            self._process.stop(signal.SIGKILL)
            self._process = None
            # A child that is not quite dead would answer there, and the next start give up.
            for left in (self._folder / "run").rglob("*"):
                if left.is_socket():
                    left.unlink(missing_ok=True)

    def mailbox(self, user: str) -> Mailbox:
        """Return the login of `user`; whoever logs in for the first time is made."""
        return Mailbox(
            programs.HOST, self.port, self.tls_port, user, PASSWORD, self._certificate.file
        )

    @contextlib.contextmanager
    def client(self, user: str) -> Iterator[imaplib.IMAP4]:
        """Yield a plain client logged in as `user`: the person's own mail program, say."""
        client = imaplib.IMAP4(programs.HOST, self.port, timeout=programs.PATIENCE)
        try:
            client.login(user, PASSWORD)
            yield client
        finally:
            _leave(client)

    def deliver(self, user: str, folder: str, raw: bytes) -> int:
        """Append `raw` (line ends CRLF) through a client of its own; return the mail's UID."""
        with self.client(user) as client:
            status, answer = client.append(folder, "", "", raw)
        found = _APPENDED.search(answer[0])
        assert found, (status, answer)
        return int(found[1])

    def drop(self, user: str, folder: str, raw: bytes) -> Path:
        """Put `raw` into the Maildir as a delivery agent does; return the new file."""
        home = self._maildir(user, folder)
        name = f"{next(self._numbers)}.dropped"
        draft = home / "tmp" / name
        draft.write_bytes(raw)
        programs.Account.unprivileged().give(draft)
        return draft.rename(home / "new" / name)

    def fill(self, user: str, count: int, raw: bytes) -> None:
        """Put so many mails into the inbox, all alike: names of a few files, so that it is fast."""
        home = self._maildir(user, "INBOX")
        for number in range(count):
            if number % _LINKS == 0:
                first = home / "tmp" / f"{number}.filled"
                first.write_bytes(raw)
                programs.Account.unprivileged().give(first)
            os.link(first, home / "cur" / f"{number}.filled:2,S")

    def pour(self, user: str, raws: Iterable[bytes]) -> None:
        """Put many different mails into the inbox, which Dovecot numbers in this order."""
        home = self._maildir(user, "INBOX")
        owner = programs.Account.unprivileged()
        for raw in raws:
            # New files are numbered in the order of the time that their names begin with.
            file = home / "cur" / f"{_POURED + next(self._numbers)}.poured:2,"
            file.write_bytes(raw)
            owner.give(file)

    def uidvalidity(self, user: str) -> int:
        """Return what the inbox's UIDs belong to (RFC 3501 §2.3.1.1)."""
        with self.client(user) as client:
            client.select("INBOX", readonly=True)
            return int(client.response("UIDVALIDITY")[1][0])

    def make_anew(self, user: str, folder: str) -> None:
        """Delete `folder` and create it again, empty and with another UIDVALIDITY."""
        with self.client(user) as client:
            for command in (client.delete, client.create):
                status, answer = command(folder)
                assert status == "OK", answer

    def _maildir(self, user: str, folder: str) -> Path:
        home = self._folder / "home" / user / "Maildir"
        found = home if folder == "INBOX" else home / f".{folder}"
        if not found.exists():
            with self.client(user) as client:
                client.select(folder)  # Dovecot makes a folder when it is first opened
        return found


def _leave(client: imaplib.IMAP4) -> None:
    try:
        client.logout()
    except (imaplib.IMAP4.error, OSError):  # the server went first
        client.shutdown()


@contextlib.contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Run a Dovecot for the length of the block."""
    with programs.server_folder("dovecot") as folder:
        server = Dovecot(folder)
        _refuse_another_language(programs.find("dovecot", PACKAGE))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _refuse_another_language(program: Path) -> None:
    """Dovecot 2.4 renamed most settings; say so rather than fail over its first one."""
    version = subprocess.check_output([program, "--version"], text=True)
    if not version.startswith("2.3."):
        raise programs.MissingProgramError("dovecot 2.3", f"{PACKAGE}=1:2.3*")
