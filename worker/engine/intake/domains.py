"""What the domain of an address tells: the company behind it, and whether it looks like another.

Free-mail providers are a list of our own (`free_mail.txt`), short because it need not be complete:
a provider that is missing makes its users look like colleagues, which holds more than it should
and never mails more. Lists of throw-away domains change by the day and would be one more
dependency; a person whose address was thrown away is found by its bounce.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from publicsuffixlist import PublicSuffixList

from worker.engine.intake.look_alikes import as_read, mixes_alphabets, skeleton

MOST_KEPT = 50_000
"""Domains remembered at a time, so that a list of a million stays within bounded memory."""

_FREE_MAIL = Path(__file__).with_name("free_mail.txt")


class Domain(NamedTuple):
    """What is known of a domain.

    `company` is the name under which its owner registered it, None for free mail; `doubt` is a
    sentence where it may not be what it seems.
    """

    company: str | None
    doubt: str | None


class Domains:
    """Domains seen so far; one of these goes along with an import."""

    def __init__(self) -> None:
        self._suffixes = _suffixes()
        self._free = free_mail()
        self._providers = {skeleton(name): name for name in sorted(self._free)}
        self._seen: dict[str, Domain] = {}
        self._looks: dict[str, str] = {}

    def about(self, domain: str) -> Domain:
        """Return what is known of a domain, given in lower case and A-labels."""
        found = self._seen.get(domain)
        if found is None:
            found = self._judge(domain)
            self._remember(domain, found)
        return found

    def company_domain(self, domain: str) -> str | None:
        """Return the registered domain above this one; None for free mail and public suffixes."""
        registered: str | None = self._suffixes.privatesuffix(domain)
        return None if registered in self._free else registered

    def _remember(self, domain: str, found: Domain) -> None:
        if len(self._seen) >= MOST_KEPT:
            self._seen.clear()
            self._looks.clear()
        self._seen[domain] = found

    def _judge(self, domain: str) -> Domain:
        company = self.company_domain(domain)
        if company is None and domain in self._free:
            return Domain(None, None)
        return Domain(company, self._doubt(domain, company or domain))

    def _doubt(self, domain: str, registered: str) -> str | None:
        if mixes_alphabets(domain):
            return f"{as_read(domain)} ({domain}) mixes letters of several alphabets"
        look = skeleton(registered)
        known = self._providers.get(look) or self._looks.setdefault(look, registered)
        if known == registered:
            return None
        return f"{as_read(registered)} ({registered}) looks like {as_read(known)}"


@cache
def _suffixes() -> PublicSuffixList:
    """Read the list once: its ten thousand lines take a tenth of a second, and never change."""
    return PublicSuffixList()


@cache
def free_mail() -> frozenset[str]:
    """Return the domains at which anybody can have an address."""
    lines = _FREE_MAIL.read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
