"""Whatever the bytes are, they end in a reading."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.corpus import cases
from worker.inbox import classify
from worker.inbox.report import as_values

MAILS = [path.read_bytes() for path in sorted(cases.FOLDER.glob("*.eml"))[::7]]


@settings(deadline=None)
@given(st.binary(max_size=2_000))
def test_bytes(raw: bytes) -> None:
    as_values(classify.read(raw))


@settings(deadline=None)
@given(st.text(max_size=1_000), st.sampled_from(["plain", "html", "calendar"]))
def test_text(text: str, kind: str) -> None:
    head = f"Subject: Out of office\nContent-Type: text/{kind}; charset=utf-8\n\n"
    as_values(classify.read((head + text).encode("utf-8", "replace")))


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(MAILS), st.integers(0, 4_000), st.integers(0, 200), st.binary(max_size=20))
def test_mail_that_was_damaged(mail: bytes, start: int, length: int, put: bytes) -> None:
    as_values(classify.read(mail[:start] + put + mail[start + length :]))
