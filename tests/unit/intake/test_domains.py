from __future__ import annotations

import pytest

from worker.engine.intake.domains import Domains, free_mail
from worker.engine.intake.look_alikes import mixes_alphabets, skeleton
from worker.engine.intake.remarks import Remark, remarks


@pytest.fixture(scope="module")
def domains() -> Domains:
    return Domains()


@pytest.mark.parametrize(
    ("domain", "company"),
    [
        ("acme.com", "acme.com"),
        ("mail.sales.acme.co.uk", "acme.co.uk"),
        ("acme.example", "acme.example"),
        ("gmail.com", None),
        ("yahoo.co.uk", None),
        ("co.uk", None),
    ],
)
def test_the_company_is_the_registered_domain(
    domains: Domains, domain: str, company: str | None
) -> None:
    assert domains.company_domain(domain) == company
    assert domains.about(domain).company == company


def ace(domain: str) -> str:
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}"
        for label in domain.split(".")
    )


@pytest.mark.parametrize(
    ("domain", "said"),
    [
        (ace("gооgle.com"), "mixes letters of several alphabets"),  # Cyrillic о
        ("gmai1.com", "(gmai1.com) looks like gmail.com"),
        ("grnail.com", "(grnail.com) looks like gmail.com"),
        (ace("арр.com"), None),  # all Cyrillic, and like nothing that is known
        ("acme.com", None),
        (ace("münchen.de"), None),
        ("gmail.com", None),
    ],
)
def test_look_alikes_are_told(domain: str, said: str | None) -> None:
    doubt = Domains().about(domain).doubt
    assert doubt is None if said is None else said in str(doubt)


def test_two_companies_that_look_the_same_are_told_at_the_second() -> None:
    domains = Domains()
    assert domains.about("paypal.com").doubt is None
    assert "looks like paypal.com" in str(domains.about("paypa1.com").doubt)
    assert "looks like paypal.com" in str(domains.about(ace("раураӏ.com")).doubt)
    assert domains.about("mail.paypal.com").doubt is None


def test_the_free_mail_list_is_clean() -> None:
    names = free_mail()
    assert len(names) > 200
    assert all(name == name.lower() and "." in name and "#" not in name for name in names)


def test_skeletons_and_alphabets() -> None:
    assert skeleton("modern.com") == skeleton("rnodern.corn")
    assert not mixes_alphabets("plain.com")
    assert not mixes_alphabets("xn--not!punycode.com")


@pytest.mark.parametrize("address", ["info@acme.com", "sales+eu@acme.com", "no-reply@acme.com"])
def test_role_accounts_are_remarked(domains: Domains, address: str) -> None:
    ((kind, sentence),) = remarks(address, domains)
    assert kind is Remark.ROLE
    assert sentence == f"{address} is read by a team, or by nobody"


def test_a_person_is_not_remarked(domains: Domains) -> None:
    assert remarks("ada@acme.com", domains) == ()
