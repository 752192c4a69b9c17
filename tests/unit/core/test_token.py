"""Signed tokens: what is genuine reads back, and nothing else does."""

from __future__ import annotations

import hmac
import re
import string
from base64 import b32decode, b32encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.core.secret import Keyed, derive, digest, fingerprint
from worker.core.token import (
    LARGEST_ID,
    OWN_MESSAGE_ID,
    Signer,
    Token,
    Use,
    find,
    message_id,
    plus_address,
)
from worker.errors import AddressError, InputError

OLD, NEW = b"o" * 32, b"n" * 32
SIGNER = Signer({1: OLD, 2: NEW}, current=2)
ALPHABET = string.ascii_lowercase + "234567"

ids = st.integers(0, LARGEST_ID)
uses = st.sampled_from(Use)


@given(uses, ids)
def test_a_token_reads_back_in_any_case(use: Use, number: int) -> None:
    token = SIGNER.sign(use, number)
    assert re.fullmatch("[a-z2-7]{39}", token)
    for text in (token, token.upper(), token.title()):
        assert SIGNER.read(text) == Token(use, number, 2)


@given(uses, ids)
def test_a_token_is_base32_of_what_it_says_and_of_an_hmac(use: Use, number: int) -> None:
    token = SIGNER.sign(use, number)
    raw = b32decode(token.upper() + "=")
    head = bytes((ord(use), 1 << 5 | 2)) + number.to_bytes(6, "big")
    assert raw == head + hmac.digest(derive(NEW, "token", use), head, "sha256")[:16]
    assert b32encode(raw).decode() == token.upper() + "="


@given(ids, st.integers(0, 38), st.sampled_from(ALPHABET))
def test_one_changed_character_makes_it_worthless(number: int, place: int, other: str) -> None:
    token = SIGNER.sign(Use.MESSAGE, number)
    changed = token[:place] + other + token[place + 1 :]
    assert (SIGNER.read(changed) is None) == (changed != token)


@given(st.text() | st.text(ALPHABET, min_size=39, max_size=39))
def test_other_text_is_no_token(text: str) -> None:
    assert SIGNER.read(text) is None


def test_an_older_key_is_still_read_and_an_unknown_one_is_not() -> None:
    token = Signer({1: OLD}, current=1).sign(Use.MESSAGE, 7)
    assert SIGNER.read(token) == Token(Use.MESSAGE, 7, 1)
    assert Signer({2: NEW}, current=2).read(token) is None
    assert Signer({1: NEW}, current=1).read(token) is None


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_a_keyed_hash_is_the_hmac_of_the_standard_library(key: bytes, text: bytes) -> None:
    keyed = Keyed(key)
    for _ in range(2):
        assert keyed.digest(text) == hmac.digest(key, text, "sha256")


def test_uses_share_no_tag() -> None:
    tags = {SIGNER.sign(use, 7)[-25:] for use in Use}
    assert len(tags) == len(Use)


@pytest.mark.parametrize(
    ("keys", "current", "problem"),
    [
        ({1: b"short"}, 1, "key 1 has 5 bytes; expected 32 or more"),
        ({32: NEW}, 32, "the id of a key is 32; expected 0 to 31"),
        ({1: NEW}, 2, "there is no key 2 to sign with"),
    ],
)
def test_keys_that_do_not_fit_are_refused(
    keys: dict[int, bytes], current: int, problem: str
) -> None:
    with pytest.raises(InputError, match=problem):
        Signer(keys, current)


@given(ids)
def test_a_message_id_carries_a_token(number: int) -> None:
    token = SIGNER.sign(Use.MESSAGE, number)
    written = message_id(token, "mail.x.example")
    for text in (written, f"<{written}>", f"<{written.upper()}>"):
        match = OWN_MESSAGE_ID.fullmatch(text)
        assert match is not None
        assert match["token"].lower() == token
    assert OWN_MESSAGE_ID.search(f"<other.{token}@x.example>") is None


@given(ids)
def test_a_plus_address_carries_a_token(number: int) -> None:
    token = SIGNER.sign(Use.MESSAGE, number)
    address = plus_address("sales+crm@x.example", token)
    assert address == f"sales+crm+{token}@x.example"
    assert find(address) == find(address.upper()) == [token]
    assert len(address.partition("@")[0]) <= 64


@pytest.mark.parametrize("address", ["sales@x.example", "sales+crm@x.example", "", "+@"])
def test_an_address_without_a_token_carries_none(address: str) -> None:
    assert find(address) == []


def test_a_long_local_part_takes_no_token() -> None:
    token = SIGNER.sign(Use.MESSAGE, 1)
    plus_address("a" * 24 + "@x.example", token)
    with pytest.raises(AddressError, match="plus_addresses = false"):
        plus_address("a" * 25 + "@x.example", token)


def test_tokens_are_found_in_free_text_once_each() -> None:
    first, second = SIGNER.sign(Use.MESSAGE, 1), SIGNER.sign(Use.UNSUBSCRIBE, 2)
    text = f"<nurture.{first.upper()}@x.example> sales+{first}@x, see /u/{second}?x=1 {first}a"
    assert find(text) == [first, second]
    assert find("a" * 100_000) == []


@given(st.text())
def test_a_digest_depends_on_secret_label_and_text(text: str) -> None:
    known = digest(OLD, "suppression", text)
    assert re.fullmatch("[0-9a-f]{64}", known)
    assert len({known, digest(NEW, "suppression", text), digest(OLD, "other", text)}) == 3
    assert known != digest(OLD, "suppression", text + "x")


def test_a_fingerprint_tells_secrets_apart() -> None:
    assert re.fullmatch("[0-9a-f]{16}", fingerprint(OLD))
    assert fingerprint(OLD) != fingerprint(NEW)
