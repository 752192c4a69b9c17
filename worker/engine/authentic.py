"""Whether From can be believed: what our own server found when the mail came in (RFC 8601).

Anybody can write an Authentication-Results field. Only those count that our server put on top: of
the topmost run of fields by a name that the mailbox trusts, before the next Received (RFC 8601 §5
has a server remove forged ones; not every server does).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from worker.address import comparable_domain
from worker.engine.intake.domains import Domains
from worker.inbox.reading import Authentication, Envelope

_RESULT = re.compile(r"(?i)^\s*(dmarc|dkim|spf)\s*(?:/\s*\d+\s*)?=\s*(\w+)(.*)$", re.DOTALL)
_COMMENT = re.compile(r"\([^()]*\)")
# Whoever sends a mail chooses what stands between quotes: `smtp.mailfrom="; dmarc=pass …"@evil`.
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)(?:"|\Z)', re.DOTALL)
_HARMLESS = re.compile(r"[\w.@+-]*")
_PROPERTY = re.compile(r"(?i)\b([a-z]+\.[a-z-]+)\s*=\s*\"?([^\s;\"]+)")
_NAMES = {
    "dmarc": ("header.from",),
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom", "smtp.from"),
}
_MOST = 4_000  # characters of a field that are read


def vouched(envelope: Envelope, trusted: Collection[str], domains: Domains) -> bool:
    """Tell whether one of the trusted servers says that From is genuine.

    DMARC decides where it was evaluated (RFC 7489 §3.1), and two that differ are worth nothing;
    else a DKIM or SPF pass of a domain that is aligned with that of From.
    """
    domain = (envelope.from_address or "").rpartition("@")[2]
    results = [one for field in _ours(envelope, trusted) for one in _results(field.said)]
    if not domain or not results:
        return False
    dmarc = [one for one in results if one[0] == "dmarc" and one[1] != "none"]
    passes = (
        result == "pass" and of != "" and _aligned(of, domain, domains)
        for _method, result, of in dmarc or results
    )
    return all(passes) if dmarc else any(passes)


def _ours(envelope: Envelope, trusted: Collection[str]) -> Iterator[Authentication]:
    names = {name.lower() for name in trusted}
    hop: int | None = None
    for field in envelope.authentication:
        if field.server in names and hop in (None, field.hop):
            hop = field.hop
            yield field
        elif hop is not None:
            return


def _results(said: str) -> Iterator[tuple[str, str, str]]:
    """Yield method, result and the domain that it is about, of each result in a field."""
    text = _QUOTED.sub(_unquoted, said[:_MOST])
    while (bare := _COMMENT.sub(" ", text)) != text:
        text = bare
    for one in text.split(";"):
        found = _RESULT.match(one)
        if found:
            method, result = found[1].lower(), found[2].lower()
            said_of = {name.lower(): value for name, value in _PROPERTY.findall(found[3])}
            of = next((said_of[name] for name in _NAMES[method] if name in said_of), "")
            yield method, result, comparable_domain(of)


def _unquoted(found: re.Match[str]) -> str:
    """What stands between quotes, unless it could be taken for more than a value."""
    return found[1] if _HARMLESS.fullmatch(found[1]) else "_"


def _aligned(one: str, other: str, domains: Domains) -> bool:
    """Relaxed alignment (RFC 7489 §3.1.1): the same registered domain."""
    if one == other:
        return True
    company = domains.company_domain(one)
    return company is not None and company == domains.company_domain(other)
