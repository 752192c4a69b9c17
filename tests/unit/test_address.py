from __future__ import annotations

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from worker.address import Address, canonical, comparable, comparable_domain, domains
from worker.errors import AddressError

PIECES = st.sampled_from(
    ["a", "Z", "9", ".", "-", "--", "_", "+", "@", "@@", "ü", "xn--", "com", "test", "example", " "]
)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("ada@example.com", "ada@example.com"),
        ("  Ada.Lovelace+News@Example.COM ", "ada.lovelace+news@example.com"),
        ("\ufeffada@example.com\u00a0", "ada@example.com"),
        ("ada@Bücher.example", "ada@xn--bcher-kva.example"),
        ("ADA@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"),
        ("JÜRGEN@example.com", "jürgen@example.com"),
    ],
)
def test_one_form_for_all_spellings(written: str, stored: str) -> None:
    assert canonical(written) == Address(stored, stored.partition("@")[2])


def test_the_domains_of_an_address_are_its_own_and_those_above_it() -> None:
    assert domains("ada@eu.firm.example") == ("eu.firm.example", "firm.example")
    assert domains("ada@firm.example") == ("firm.example",)
    assert domains("ada@localhost") == ("localhost",)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "the address is empty"),
        ("  ", "the address is empty"),
        ("ada", "is not an address: "),
        ("ada@localhost", "is not an address: "),
        ("ada@company.test", "is not an address: "),
        ("ada@[192.0.2.1]", "is not an address: "),
        (f"{'a' * 65}@example.com", "is not an address: "),
        (f"{'İ' * 40}@example.com", "the part before the @ is too long"),
        ("ada@example.com\r\nBcc: eve@example.com", "a line end or another invisible character"),
        ("ada@example.com\n", "a line end or another invisible character"),
        ("ada\x00@example.com", "a line end or another invisible character"),
        ("ada@exam\u202eple.com", "a line end or another invisible character"),
        ("ada@example.com; bob@example.com", "is more than one address"),
        ("Lovelace, Ada <ada@example.com>", "is more than an address: write ada@x.example alone"),
        ("MAILTO:ada@example.com", "is more than an address: write ada@x.example alone"),
        (f"ada@{'a.' * 100_000}com", "has 200,007 characters; at most 254"),
    ],
)
def test_what_cannot_be_written_to_is_refused_in_a_sentence(written: str, said: str) -> None:
    with pytest.raises(AddressError) as refused:
        canonical(written)
    assert said in str(refused.value)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 300


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40))
def test_what_the_fast_path_takes_the_library_takes_too(text: str) -> None:
    try:
        found = canonical(text)
    except AddressError:
        return
    again = validate_email(found.text, check_deliverability=False)
    assert again.ascii_domain == found.domain
    assert canonical(found.text) == found


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40))
def test_what_is_looked_for_has_the_form_of_what_is_stored(text: str) -> None:
    found = comparable(text)
    try:
        assert found == canonical(text).text
    except AddressError:
        assert found == text.strip(" \u00a0\u200b\ufeff").lower()


@pytest.mark.parametrize(
    ("said", "domain"),
    [
        ("Analytical.Example.", "analytical.example"),
        ("@Bücher.example", "xn--bcher-kva.example"),
        ("bounce@größe.example", "xn--gre-6ka8i.example"),
        ("", ""),
    ],
)
def test_one_form_for_all_spellings_of_a_domain(said: str, domain: str) -> None:
    assert comparable_domain(said) == domain
