"""A glance tells whom a mail concerns as surely as reading all of it."""

from __future__ import annotations

import pytest

from tests.corpus.cases import FOLDER
from worker.inbox import classify
from worker.inbox.reading import Kind

MAILS = [path.read_bytes() for path in sorted(FOLDER.rglob("*.eml"))]


def test_whom_it_concerns_is_seen_at_a_glance() -> None:
    for raw in MAILS:
        seen, read = classify.glance(raw), classify.read(raw)
        assert seen.envelope == read.envelope
        assert seen.recipients == read.recipients
        assert seen.original_message_id == read.original_message_id


def test_what_reports_say_is_read_at_once() -> None:
    reports = {Kind.OWN, Kind.COMPLAINT, Kind.BOUNCE}
    for raw in MAILS:
        seen, read = classify.glance(raw), classify.read(raw)
        assert read.whole
        assert (seen == read) is seen.whole
        assert seen.whole or read.kind not in reports


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("Subject: Hello", Kind.HUMAN),
        ("List-Id: <news.example>", Kind.OTHER),
        ("Auto-Submitted: auto-replied", Kind.AUTO_REPLY),
    ],
)
def test_what_is_nobodys_is_what_its_header_says(field: str, kind: Kind) -> None:
    raw = f"From: bo@x.example\n{field}\n\nPlease write no more.\n\n> Hello\n".encode()
    seen = classify.glance(raw)
    assert (seen.kind, seen.intent, seen.whole) == (kind, None, False)
    assert seen.new_text == ("Please write no more." if kind is Kind.HUMAN else None)


def test_of_html_the_beginning_is_shown() -> None:
    head = b"From: bo@x.example\nContent-Type: text/html\n\n<p>Hello &amp; welcome</p>"
    seen = classify.glance(head + b"<blockquote><p>a</p>" * 500_000)
    assert seen.new_text == "Hello & welcome"
