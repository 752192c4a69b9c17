"""What an email must be: rules of content, each with its reason.

They look at an email as a reader would get it; the line is found in the source where it can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from worker.render import text
from worker.render.bundle import Bundle
from worker.render.composition import family
from worker.render.context import Context
from worker.render.email import Content
from worker.render.finding import Finding, Severity

LARGEST = 100_000  # bytes of HTML; Gmail cuts a longer email off and hides the way out

_FALSE_REPLY = re.compile(r"\s*(?:re|aw|antw|sv|vs|fwd?|wg|tr|rv)\s*:", re.IGNORECASE)
_LINK = re.compile(r"""<a\s[^>]*?href\s*=\s*["']?\s*([^"'\s>]*)""", re.IGNORECASE)
_GOOD_LINK = re.compile(r"(?:https?:|mailto:|tel:|sms:|#)", re.IGNORECASE)
_NO_REPLY = re.compile(r"(?:no|do[-_.]?not)[-_.]?reply", re.IGNORECASE)
_EMPTY = (
    "just touching base",
    "touching base",
    "touch base",
    "just checking in",
    "checking in",
    "just following up",
    "following up on my last email",
    "circling back",
    "circle back",
    "bumping this",
    "bump this to the top",
    "did you get my last email",
    "any thoughts on my last email",
    "wanted to follow up",
    "friendly reminder",
    "reaching out to see",
)
_EMPTY_CONTACT = re.compile(
    "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in _EMPTY), re.IGNORECASE
)


def judge(
    bundle: Bundle, template: str, content: Content, context: Context, *, first: bool = True
) -> list[Finding]:
    """Return what is wrong with the content of an email; `first` of its conversation or not."""
    seen = text.alternative(content.html)
    return [
        *_way_out(template, seen, content.text, context),
        *_address(template, seen, content.text, context),
        *_subject(bundle, template, content.subject, first=first),
        *_sender(template, context),
        *_links(bundle, template, content.html),
        *_size(template, content.html),
        *_phrases(bundle, template),
    ]


def _way_out(template: str, html: str, plain: str, context: Context) -> Iterator[Finding]:
    uri = str(context["links"]["unsubscribe"])
    for part, shown in (("HTML", html), ("text", plain)):
        if uri not in shown and uri.removeprefix("mailto:") not in shown:
            yield Finding(
                template,
                None,
                f"the {part} shows no way out; every marketing email needs a visible "
                "{{ links.unsubscribe }}",
            )


def _address(template: str, html: str, plain: str, context: Context) -> Iterator[Finding]:
    wanted = _words(str(context["mailbox"]["postal_address"]))
    for part, shown in (("HTML", html), ("text", plain)):
        if wanted not in _words(shown):
            yield Finding(
                template,
                None,
                f"the {part} shows no postal address; every marketing email needs "
                "{{ mailbox.postal_address }}",
            )


def _subject(bundle: Bundle, template: str, subject: str, *, first: bool) -> Iterator[Finding]:
    if first and _FALSE_REPLY.match(subject):
        line = _line(bundle.text(template), "block subject")
        yield Finding(
            template, line, f"{subject!r} looks like an answer, but it is a first email: not true"
        )


def _sender(template: str, context: Context) -> Iterator[Finding]:
    email = str(context["mailbox"]["email"])
    if _NO_REPLY.match(email):
        yield Finding(
            template, None, f"it comes from {email}; write from an address whose mail is read"
        )


def _links(bundle: Bundle, template: str, html: str) -> Iterator[Finding]:
    for target in dict.fromkeys(_LINK.findall(html)):
        if not _GOOD_LINK.match(target):
            yield Finding(
                template,
                _line(bundle.text(template), target),
                f"the link to {target!r} leads nowhere in an email; expected https: or mailto:",
            )


def _size(template: str, html: str) -> Iterator[Finding]:
    size = len(html.encode())
    if size > LARGEST:
        yield Finding(
            template,
            None,
            f"it has {size:,} bytes of HTML; Gmail cuts off what is over {LARGEST:,}",
            Severity.WARNING,
        )


def _phrases(bundle: Bundle, template: str) -> Iterator[Finding]:
    for path, source in family(bundle.files, template).items():
        for match in _EMPTY_CONTACT.finditer(source):
            yield Finding(
                path,
                source.count("\n", 0, match.start()) + 1,
                f"{_words(match.group())!r} gives the reader nothing; say what is new for them",
                Severity.WARNING,
            )


def _words(written: str) -> str:
    return " ".join(written.split())


def _line(source: str, part: str) -> int | None:
    place = source.find(part) if part else -1
    return source.count("\n", 0, place) + 1 if place >= 0 else None
