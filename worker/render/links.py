"""Where the links of an email lead, and whether their words say so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

from worker.render.finding import Finding, Severity

_LINK = re.compile(r"""<a\s[^<>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^"'\s>]*))""", re.IGNORECASE)
_WORDED = re.compile(
    r"""<a\s[^<>]*?href\s*=\s*["']?\s*(https?:[^"'\s<>]*)[^<>]*>((?:(?!<a\s).)*?)</a\s*>""",
    re.IGNORECASE | re.DOTALL,
)
_GOOD = re.compile(r"(?:https?:|mailto:|tel:|sms:|#.)", re.IGNORECASE)
_NUMBER = re.compile(r"(?:tel|sms):", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_ADDRESS = re.compile(r"(?:https?://|(?=www\.))([^\s/?#:]+)\S*", re.IGNORECASE)
_WWW = "www."


def targets(html: str) -> list[str]:
    """Return where the links of a document lead, each once, as its HTML writes them."""
    return list(dict.fromkeys("".join(groups).strip() for groups in _LINK.findall(html)))


def judge(html: str, template: str, source: str) -> Iterator[Finding]:
    """Yield what is wrong with the links of an email; `source` has the lines of its template."""
    for target in targets(html):
        line = _line(source, target)
        if not _leads(target):
            reason = f"the link to {target!r} leads nowhere in an email; expected https: or mailto:"
            yield Finding(template, line, reason)
        elif len(target.split()) > 1 and not _NUMBER.match(target):
            reason = (
                f"the link to {target!r} has a blank in it, at which mail programs end it: write "
                "%20, and what is printed with the filter urlencode"
            )
            yield Finding(template, line, reason, Severity.WARNING)
    for target, words in _WORDED.findall(html):
        shown = _ADDRESS.fullmatch(unescape(_TAG.sub("", words)).strip())
        if shown and not _related(shown[1], _host(target)):
            reason = (
                f"the words of a link are {shown[1]}, and it leads to {_host(target)}: mail "
                "programs take that for fraud; write other words, or where it leads"
            )
            yield Finding(template, _line(source, target), reason, Severity.WARNING)


def _leads(target: str) -> bool:
    if not _GOOD.match(target):
        return False
    return target[:4].lower() != "http" or "." in _host(target)


def _host(target: str) -> str:
    try:
        return urlsplit(unescape(target)).hostname or ""
    except ValueError:  # no address of version 6, as which it is written
        return ""


def _related(one: str, other: str) -> bool:
    """Tell whether two hosts are the same, or one of them is below the other."""
    ours, theirs = (f".{_plain(each)}" for each in (one, other))
    return ours.endswith(theirs) or theirs.endswith(ours)


def _plain(host: str) -> str:
    """Return the form that a name has however it is written: ``müller``, ``xn--mller-kva``."""
    bare = host.lower().removeprefix(_WWW).rstrip(".,;:!?)")
    try:
        return bare.encode("idna").decode()
    except UnicodeError:  # no name of a host
        return bare


def _line(source: str, target: str) -> int | None:
    place = source.find(target) if target else source.find('href=""')
    return source.count("\n", 0, place) + 1 if place >= 0 else None
