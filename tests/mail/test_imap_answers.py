"""Reading FETCH and SEARCH answers, dates, batches and pauses: no server needed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.errors import ConfigError
from worker.inbox import answers
from worker.inbox.answers import Announced, Folder
from worker.inbox.batches import Limits, batches
from worker.inbox.imapdate import internal_date, search_date
from worker.inbox.trouble import Trouble
from worker.inbox.watch import Pace


def test_bodies_are_found_by_uid_wherever_it_stands() -> None:
    answer = [
        (b"3 (UID 30 BODY[] {3}", b"one"),
        b")",
        b"5 (FLAGS (\\Seen))",
        (b"4 (BODY[] {3}", b"two"),
        b" UID 31)",
        b'6 (UID 32 BODY[] "a \\"quoted\\" one")',
        b"7 (UID 33 BODY[] NIL)",
        (b"8 (UID 30 BODY[] {5}", b"again"),
        b")",
    ]
    assert answers.bodies(answer) == {30: b"one", 31: b"two", 32: b'a "quoted" one'}


def test_the_text_of_a_mail_is_no_attribute() -> None:
    answer = [(b"1 (BODY[] {20}", b"UID 99 RFC822.SIZE 1"), b" UID 5)"]
    assert answers.bodies(answer) == {5: b"UID 99 RFC822.SIZE 1"}
    assert answers.announced(answer) == {}


def test_folders_are_read_however_they_are_named() -> None:
    answer = [
        b'(\\HasNoChildren \\Sent) "/" "Gesendet &- mehr"',
        b"() NIL INBOX",
        (b'(\\Junk) "." {10}', b'Werbung "x"'),
        b"",
        b'() "\\" "Kunden \\"A\\" \\\\ B"',
        b'() "/" Entw&APw-rfe',
        b"nonsense",
    ]
    assert answers.folders(answer) == [
        Folder(("\\HasNoChildren", "\\Sent"), b"Gesendet &- mehr"),
        Folder((), b"INBOX"),
        Folder(("\\Junk",), b'Werbung "x"'),
        Folder((), b'Kunden "A" \\ B'),
        Folder((), b"Entw&APw-rfe"),
    ]


def test_sizes_and_dates_are_found_in_any_order() -> None:
    answer = [b'1 (INTERNALDATE " 1-Feb-2026 00:30:00 +0100" RFC822.SIZE 12 UID 9)', b"2 (UID 8)"]
    received = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
    assert answers.announced(answer) == {9: Announced(9, 12, received)}


@pytest.mark.parametrize(
    "date",
    ["31-Feb-2026 00:00:00 +0000", "01-Foo-2026 00:00:00 +0000", "01-Jan-0001 00:00:00 +2359", ""],
)
def test_a_date_that_does_not_exist_is_none(date: str) -> None:
    assert internal_date(f'1 (INTERNALDATE "{date}" UID 1)'.encode()) is None


@given(st.dates())
def test_a_day_for_the_search_reads_back_as_itself(day: date) -> None:
    written = search_date(day)
    number, _, rest = written.partition("-")
    read = internal_date(f'INTERNALDATE "{int(number):02}-{rest} 12:00:00 +0000"'.encode())
    assert read is not None
    assert read.date() == day


@given(
    st.lists(st.integers(0, 50), max_size=40),
    st.builds(Limits, mails=st.integers(1, 5), bytes=st.integers(1, 60), mail_bytes=st.just(40)),
    st.integers(0, 10),
)
def test_batches_keep_order_and_limits(sizes: list[int], limits: Limits, alone: int) -> None:
    mails = [Announced(uid, size, None) for uid, size in enumerate(sizes, 1)]
    made = list(batches(mails, limits, alone))
    assert [mail for batch in made for mail in batch] == mails
    for batch in made:
        assert 1 <= len(batch) <= limits.mails
        if len(batch) > 1:
            assert sum(mail.size for mail in batch) <= limits.bytes
            assert not any(limits.is_large(mail) or mail.uid <= alone for mail in batch)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_refused_login_is_tried_more_patiently(failures: int, chance: float) -> None:
    pace = Pace()
    usual = pace.pause(Trouble.UNREACHABLE, failures, chance)
    assert 0 < usual <= 300
    assert pace.pause(Trouble.LOGIN, failures, chance) == pace.patience * usual


@pytest.mark.parametrize("poll", [0, -1, 601])
def test_a_poll_beyond_what_firewalls_keep_open_is_refused(poll: float) -> None:
    with pytest.raises(ConfigError, match=r"imap\.poll: expected 1 to 600 seconds"):
        Pace(poll=poll)
