"""An IMAP server that can be made to say what a real one never would.

It serves one folder to one client at a time, in a thread. A test changes what it says by giving
`answers`: command name (as `UID FETCH`) to a function that gets the arguments and writes.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from typing import BinaryIO

from tests.mail.imap_ledger import HANG, MAILBOX
from worker.inbox.account import ImapAccount

HOST = "127.0.0.1"
DATE = "22-Nov-2026 10:00:00 +0000"
CAPABILITIES = "IMAP4rev1 IDLE"


class Conversation:
    """One connection, as an answer sees it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.lines: BinaryIO = sock.makefile("rb")
        self.tag = ""

    def say(self, text: str | bytes) -> None:
        """Send one line."""
        self.sock.sendall((text.encode() if isinstance(text, str) else text) + b"\r\n")

    def done(self, words: str = "OK done") -> None:
        """Send the result of the present command."""
        self.say(f"{self.tag} {words}")

    def hear(self) -> str:
        """Return the next line of the client, empty when it is gone."""
        return self.lines.readline().decode().rstrip("\r\n")


Say = Callable[[Conversation, str], None]


class FakeImap:
    """The server; `mails` are by UID, `heard` is every command that came, in order."""

    def __init__(self, **answers: Say) -> None:
        self.mails: dict[int, bytes] = {}
        self.uidvalidity = 7
        self.uidnext: int | None = None
        self.heard: list[str] = []
        self.connections = 0
        self.answers: dict[str, Say] = {
            "CAPABILITY": self._capability,
            "LOGIN": lambda talk, _: talk.done(),
            "EXAMINE": self._examine,
            "NOOP": lambda talk, _: talk.done(),
            "UID SEARCH": self._search,
            "UID FETCH": self._fetch,
            "IDLE": self._idle,
            "LOGOUT": self._logout,
            **{name.replace("_", " ").upper(): answer for name, answer in answers.items()},
        }
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._heard_more = threading.Condition()

    @property
    def account(self) -> ImapAccount:
        return ImapAccount(
            mailbox=MAILBOX,
            host=HOST,
            port=self.port,
            security="none",
            username="ada",
            password="secret",
            timeout=10,
        )

    def wait_for_command(self, name: str, times: int = 1) -> None:
        with self._heard_more:
            enough = self._heard_more.wait_for(lambda: self._count(name) >= times, HANG)
            assert enough, (name, self.heard)

    def _count(self, name: str) -> int:
        return sum(line.startswith(name) for line in self.heard)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self._open.append(sock)
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(sock,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, sock: socket.socket) -> None:
        talk = Conversation(sock)
        with sock, talk.lines, contextlib.suppress(OSError):
            talk.say("* OK ready")
            while line := talk.hear():
                self._answer(talk, line)

    def _answer(self, talk: Conversation, line: str) -> None:
        talk.tag, _, command = line.partition(" ")
        name = " ".join(command.split()[: 2 if command.startswith("UID ") else 1])
        with self._heard_more:
            self.heard.append(command)
            self._heard_more.notify_all()
        answer = self.answers.get(name, self._misunderstand)
        answer(talk, command.removeprefix(name).strip())

    def _misunderstand(self, talk: Conversation, _: str) -> None:
        talk.done("BAD what?")

    def _capability(self, talk: Conversation, _: str) -> None:
        talk.say(f"* CAPABILITY {CAPABILITIES}")
        talk.done()

    def _examine(self, talk: Conversation, _: str) -> None:
        uidnext = self.uidnext or max(self.mails, default=0) + 1
        talk.say(f"* {len(self.mails)} EXISTS")
        talk.say(f"* OK [UIDVALIDITY {self.uidvalidity}] fine")
        talk.say(f"* OK [UIDNEXT {uidnext}] fine")
        talk.done("OK [READ-ONLY] done")

    def _search(self, talk: Conversation, criteria: str) -> None:
        talk.say("* SEARCH " + " ".join(map(str, self.fitting(criteria))))
        talk.done()

    def fitting(self, criteria: str) -> list[int]:
        """Return the UIDs that a search finds, with the last one in `n:*` as RFC 3501 has it."""
        if criteria.startswith("SINCE"):
            return sorted(self.mails)
        first, _, rest = criteria.removeprefix("UID ").partition(":")
        if not rest:
            return [uid for uid in self.mails if uid == int(first)]
        low = min(int(first), max(self.mails, default=0))
        return [uid for uid in sorted(self.mails) if uid >= low]

    def _fetch(self, talk: Conversation, arguments: str) -> None:
        uids, _, items = arguments.partition(" ")
        for uid in map(int, uids.split(",")):
            if uid in self.mails:
                self.give(talk, uid, items)
        talk.done()

    def give(self, talk: Conversation, uid: int, items: str) -> None:
        """Answer the FETCH of one mail."""
        raw = self.mails[uid]
        if "RFC822.SIZE" in items:
            talk.say(f'* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)} INTERNALDATE "{DATE}")')
            return
        part = "HEADER" if "HEADER" in items else ""
        body = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if part else raw
        head = f"* 1 FETCH (UID {uid} BODY[{part}] {{{len(body)}}}\r\n".encode()
        talk.say(head + body + b")")

    def _idle(self, talk: Conversation, _: str) -> None:
        talk.say("+ idling")
        if re.fullmatch("DONE", talk.hear(), re.IGNORECASE):
            talk.done()

    def _logout(self, talk: Conversation, _: str) -> None:
        talk.say("* BYE")
        talk.done()


@contextlib.contextmanager
def fake_imap(**answers: Say) -> Iterator[FakeImap]:
    """Run a fake server for the length of the block."""
    server = FakeImap(**answers)
    server._threads[0].start()
    try:
        yield server
    finally:
        for sock in (server._listener, *server._open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in server._threads:
            thread.join(HANG)
            assert not thread.is_alive()
        for sock in (server._listener, *server._open):
            sock.close()
