"""Amounts as people write them, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.core import money
from worker.errors import InputError


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("500", 500),
        ("1,500", 1500),
        ("1.500", 1500),
        ("1 500", 1500),
        ("1\u00a0500", 1500),
        ("1'500", 1500),
        ("1’500’000", 1500000),
        ("500€", 500),
        ("500 €", 500),
        ("€500", 500),
        ("EUR 1.500", 1500),
        ("1,500 USD", 1500),
        ("1500 kr", 1500),
        ("500,-", 500),
        ("1.500,00 €", 1500),
        ("1,500.00", 1500),
    ],
)
def test_an_amount(text: str, whole: int) -> None:
    assert money.begins(text)
    assert money.first(text) == (whole, "")


@pytest.mark.parametrize(
    ("text", "near"),
    [("500,50", 501), ("12,50 EUR", 13), ("99,90", 100), ("1,5", 2), ("1.500,49 €", 1500)],
)
def test_what_has_cents_is_refused_and_says_what_to_write(text: str, near: int) -> None:
    with pytest.raises(InputError, match=f"has cents; write whole units, such as {near}"):
        money.first(text)


@pytest.mark.parametrize(
    "text",
    [
        "1,50,000",
        "1.500.00",
        "15,00,0",
        "0,500",
        "1500,505",
        "5.5.2026",
        "500k",
        "3rd",
        "5%",
        "9" * 16,
    ],
)
def test_what_is_no_amount_is_refused_whole(text: str) -> None:
    with pytest.raises(InputError, match=f"{text} is no amount; write whole units"):
        money.first(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("500 for 12 panels", (500, "for 12 panels")),
        ("500, liked it", (500, "liked it")),
        ("500 VIP", (500, "VIP")),
        ("500 Friday", (500, "Friday")),
        ("1500 200 users", (1500, "200 users")),
        ("a customer at last", None),
    ],
)
def test_what_is_said_behind_it_is_kept(text: str, found: tuple[int, str] | None) -> None:
    assert money.first(text) == found


@given(st.integers(min_value=0, max_value=10**15 - 1), st.sampled_from(",.' _"))
def test_groups_of_three_are_read_as_they_were_written(whole: int, by: str) -> None:
    assert money.first(f"{whole:,}".replace(",", by)) == (whole, "")


@given(st.integers(min_value=0, max_value=10**12), st.integers(1, 99), st.sampled_from(",."))
def test_nothing_with_cents_is_ever_multiplied(whole: int, cents: int, by: str) -> None:
    with pytest.raises(InputError):
        money.first(f"{whole}{by}{cents:02}")
