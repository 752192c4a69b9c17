"""Which folders are watched: those that the server marks (RFC 6154), and those that are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from tests.mail.fake_imap import Conversation, FakeImap, fake_imap
from tests.mail.imap_ledger import QUICK, Ledger, account, mail, subject, watching
from tests.servers.dovecot import Dovecot
from worker.inbox.handler import Mark
from worker.inbox.poll import poll_once
from worker.inbox.role import Role
from worker.inbox.trouble import InboxError, Trouble

MARKED = {Role.SENT: "", Role.JUNK: "", Role.ALL: ""}
GMAIL = (
    r'* LIST (\HasNoChildren) "/" "INBOX"',
    r'* LIST (\HasChildren \Noselect) "/" "[Gmail]"',
    r'* LIST (\All \HasNoChildren) "/" "[Gmail]/All Mail"',
    r'* LIST (\Drafts \HasNoChildren) "/" "[Gmail]/Drafts"',
    r'* LIST (\HasNoChildren \Sent) "/" "[Gmail]/Sent Mail"',
    r'* LIST (\HasNoChildren \Junk) "/" "[Gmail]/Spam"',
)


def gmail(talk: Conversation, _: str) -> None:
    for line in GMAIL:
        talk.say(line)
    talk.done()


@pytest.mark.parametrize(
    ("special", "watched"),
    [
        (MARKED, ("INBOX", "Sent", "Junk")),
        ({Role.SENT: "Old letters"}, ("INBOX", "Old letters")),
        ({Role.JUNK: ""}, ("INBOX", "Junk")),
        ({}, ("INBOX",)),
    ],
)
def test_what_dovecot_marks_is_watched(
    dovecot: Dovecot, special: Mapping[Role, str], watched: tuple[str, ...]
) -> None:
    ledger = Ledger()
    where = replace(account(dovecot.mailbox("ada")), special=special)
    with dovecot.client("ada") as client:
        client.create('"Old letters"')
    poll_once(where, ledger)
    assert ledger.watched == watched


def test_each_mail_says_what_lies_in_its_folder(dovecot: Dovecot) -> None:
    ledger = Ledger()
    where = replace(account(dovecot.mailbox("ada"), ("INBOX", "Junk")), special=MARKED)
    poll_once(where, ledger)
    for folder in ("INBOX", "Sent", "Junk"):
        dovecot.deliver("ada", folder, mail(folder))
    poll_once(where, ledger)
    found = {subject(one): one.role for one in ledger.applied}
    assert found == {"INBOX": Role.INBOX, "Sent": Role.SENT, "Junk": Role.JUNK}


@pytest.mark.parametrize("connected", [True, False])
def test_a_folder_that_is_made_for_a_mail_is_read(dovecot: Dovecot, connected: bool) -> None:
    ledger = Ledger()
    where = account(dovecot.mailbox("ada"), ("INBOX", "Made"))
    dovecot.deliver("ada", "INBOX", mail("old"))
    with watching(where, ledger, replace(QUICK, poll=0.1)):
        ledger.wait_until(lambda: len(ledger.troubles) > 1)
        if connected:
            make(dovecot)
            ledger.wait_for_subjects(["its first"])
    if not connected:
        make(dovecot)
        poll_once(where, ledger)
    assert ledger.subjects == ["its first"]


def make(dovecot: Dovecot) -> None:
    """Make a folder as a server does: for the mail that goes there."""
    with dovecot.client("ada") as client:
        client.create("Draft")
    dovecot.deliver("ada", "Draft", mail("its first"))
    with dovecot.client("ada") as client:
        client.rename("Draft", "Made")


def test_which_folders_there_are_is_asked_again(dovecot: Dovecot) -> None:
    listed: list[tuple[str, ...]] = []

    class Listing(Ledger):
        def watches(self, mailbox: str, folders: Sequence[str]) -> datetime | None:
            listed.append(tuple(folders))
            return super().watches(mailbox, folders)

    ledger = Listing()
    with watching(account(dovecot.mailbox("ada")), ledger, replace(QUICK, poll=0.1, listed=0.1)):
        ledger.wait_until(lambda: len(listed) > 2)
    assert ledger.troubles == []


def test_of_gmail_all_mail_is_watched_in_place_of_sent_without_its_drafts() -> None:
    with fake_imap(list=gmail) as server:
        ledger = Ledger()
        where = replace(server.account, special=MARKED)
        ledger.marks = {
            name: Mark(server.uidvalidity, 0)
            for name in ("INBOX", "[Gmail]/All Mail", "[Gmail]/Spam")
        }
        server.answers["UID SEARCH"] = drafts_apart(server)
        server.mails = {1: mail("one"), 2: mail("a draft"), 3: mail("two")}
        poll_once(where, ledger)
    assert ledger.watched == ("INBOX", "[Gmail]/Spam", "[Gmail]/All Mail")
    all_mail = [subject(one) for one in ledger.applied if one.role is Role.ALL]
    assert "a draft" not in all_mail
    assert any(line.startswith("UID SEARCH UNDRAFT UID 1:*") for line in server.heard)


def drafts_apart(server: FakeImap):  # type: ignore[no-untyped-def]
    def search(talk: Conversation, criteria: str) -> None:
        found = server.fitting(criteria.removeprefix("UNDRAFT "))
        kept = [uid for uid in found if not (criteria.startswith("UNDRAFT") and uid == 2)]
        talk.say("* SEARCH " + " ".join(map(str, kept)))
        talk.done()

    return search


def test_folders_that_cannot_be_listed_for_now_are_watched_all_the_same() -> None:
    with fake_imap(list=lambda talk, _: talk.done("NO [THROTTLED] wait")) as server:
        ledger = Ledger()
        ledger.watched = ("INBOX", "Spam")
        with pytest.raises(InboxError, match="asks for patience") as refused:
            poll_once(replace(server.account, special=MARKED), ledger)
    assert refused.value.kind is Trouble.BUSY
    assert ledger.watched == ("INBOX", "Spam")


def when_asked(talk: Conversation, arguments: str) -> None:
    """Mark folders for those alone who ask for it, as RFC 6154 §2 allows."""
    mark = r"\Junk" if arguments.endswith("RETURN (SPECIAL-USE)") else r"\HasNoChildren"
    talk.say(f'* LIST ({mark}) "/" {{11}}\r\nWerbung "x"')
    talk.done()


def test_marks_that_are_told_only_to_who_asks_are_asked_for() -> None:
    def capability(talk: Conversation, _: str) -> None:
        talk.say("* CAPABILITY IMAP4rev1 SPECIAL-USE LIST-EXTENDED")
        talk.done()

    with fake_imap(list=when_asked, capability=capability) as server:
        ledger = Ledger()
        poll_once(replace(server.account, special=MARKED), ledger)
    assert ledger.watched == ("INBOX", 'Werbung "x"')


def test_a_server_that_does_not_extend_the_list_as_it_said_is_asked_plainly() -> None:
    def capability(talk: Conversation, _: str) -> None:
        talk.say("* CAPABILITY IMAP4rev1 SPECIAL-USE LIST-EXTENDED")
        talk.done()

    def plainly(talk: Conversation, arguments: str) -> None:
        if "RETURN" in arguments:
            talk.done("BAD what?")
        else:
            gmail(talk, arguments)

    with fake_imap(list=plainly, capability=capability) as server:
        ledger = Ledger()
        poll_once(replace(server.account, special={Role.JUNK: ""}), ledger)
    assert ledger.watched == ("INBOX", "[Gmail]/Spam")
