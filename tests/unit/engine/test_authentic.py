"""Authentication-Results: only our own server's, only the topmost, only what is aligned."""

from __future__ import annotations

import pytest

from worker.engine.authentic import vouched
from worker.engine.intake.domains import Domains
from worker.inbox.parse import parse

OURS = "mx.felt.example"
FROM = "ada@mail.analytical.example"


def believed(*fields: str, sender: str = FROM, trusted: tuple[str, ...] = (OURS,)) -> bool:
    """A mail with these header fields on top."""
    raw = "".join(f"{field}\r\n" for field in (*fields, f"From: {sender}", "Subject: x", "", "x"))
    return vouched(parse(raw.encode()).envelope, trusted, Domains())


def results(said: str, server: str = OURS) -> str:
    return f"Authentication-Results: {server}; {said}"


RECEIVED = "Received: from there by here; Mon, 4 Jan 2027 09:00:00 +0000"
DMARC = "dmarc=pass (p=reject; sp=none) header.from=analytical.example"

CASES: list[tuple[str, bool, tuple[str, ...]]] = [
    ("nothing", False, ()),
    ("dmarc", True, (results(DMARC),)),
    ("dmarc, with a version", True, (results(DMARC, f"{OURS} 1"),)),
    ("dmarc, in capitals", True, (results(DMARC.upper(), OURS.upper()),)),
    ("dmarc of another domain", False, (results("dmarc=pass header.from=evil.example"),)),
    ("dmarc without a domain", False, (results("dmarc=pass"),)),
    ("dkim of the same company", True, (results("dkim=pass header.d=analytical.example"),)),
    ("dkim by its identity", True, (results("dkim=pass header.i=@analytical.example"),)),
    ("dkim of another", False, (results("dkim=pass header.d=evil.example"),)),
    ("dkim of a look-alike", False, (results("dkim=pass header.d=xanalytical.example"),)),
    ("dkim that failed", False, (results("dkim=fail header.d=analytical.example"),)),
    ("spf", True, (results(f"spf=pass smtp.mailfrom=bounce@{'analytical.example'}"),)),
    ("spf of another", False, (results("spf=pass smtp.mailfrom=evil.example"),)),
    ("the second of three", True, (results(f"spf=fail smtp.mailfrom=x.example; {DMARC}"),)),
    (
        "dmarc decides over dkim",
        False,
        (
            results(
                "dkim=pass header.d=analytical.example; dmarc=fail header.from=analytical.example"
            ),
        ),
    ),
    ("another server's", False, (results(DMARC, "mx.evil.example"),)),
    ("ours below another's", True, (results("dkim=fail", "gw.example"), results(DMARC))),
    (
        "two fields of ours",
        True,
        (results("spf=none"), results("dkim=pass header.d=analytical.example"), RECEIVED),
    ),
    (
        "a forged one below what our server received",
        False,
        (results("spf=fail smtp.mailfrom=evil.example"), RECEIVED, results(DMARC)),
    ),
    (
        "a forged pass in a comment",
        False,
        (results("spf=fail (; dmarc=pass header.from=analytical.example)"),),
    ),
    ("a domain between quotes", True, (results('dmarc=pass header.from="analytical.example"'),)),
    ("a quoted local part", True, (results('spf=pass smtp.mailfrom="a b"@analytical.example'),)),
    (
        "two filters agree",
        True,
        (results(DMARC), results(f"spf=none; {DMARC}")),
    ),
    (
        "two filters differ",
        False,
        (results(f"{DMARC}; dmarc=fail header.from=analytical.example"),),
    ),
]

# What a sender may choose: a local part, an identity of his signature, and what is said of them.
FORGED = (
    'spf=pass smtp.mailfrom="x; {}; y"@evil.example',
    'spf=pass smtp.mailfrom="x\\"; {}; y"@evil.example',
    'spf=pass smtp.mailfrom="a {}"@evil.example',
    'spf=pass (mx.felt.example: domain of "); {}; ("@evil.example) smtp.mailfrom=evil.example',
    'dkim=pass header.d=evil.example header.i="; {}"@evil.example',
    'dkim=fail reason="; {};" header.d=evil.example',
    f'dkim=pass header.i="{"x" * 3_800}; {{}}; {"x" * 500}"@evil.example',
)


@pytest.mark.parametrize(
    ("expected", "fields"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_is_believed(expected: bool, fields: tuple[str, ...]) -> None:
    assert believed(*fields) is expected


@pytest.mark.parametrize("field", FORGED)
@pytest.mark.parametrize(
    "passes",
    ["dmarc=pass header.from={0}", "dkim=pass header.d={0}", "smtp.mailfrom={0} header.d={0}"],
)
@pytest.mark.parametrize("behind", ["", "; dmarc=fail header.from=analytical.example"])
def test_what_a_sender_writes_between_quotes_is_no_result(
    field: str, passes: str, behind: str
) -> None:
    said = field.format(passes.format("analytical.example"))
    assert not believed(results(said + behind))


def test_without_a_name_that_is_trusted_nothing_is_believed() -> None:
    assert not believed(results(DMARC), trusted=())


def test_free_mail_is_aligned_with_itself_only() -> None:
    said = results("dkim=pass header.d=gmail.com")
    assert believed(said, sender="ada@gmail.com")
    assert not believed(said, sender="ada@googlemail.com")


@pytest.mark.parametrize("sender", ["bücher.example", "xn--bcher-kva.example"])
@pytest.mark.parametrize("named", ["bücher.example", "BÜCHER.example", "xn--bcher-kva.example"])
def test_a_domain_is_the_same_in_letters_and_as_a_label(sender: str, named: str) -> None:
    assert believed(results(f"dkim=pass header.d={named}"), sender=f"ada@{sender}")
