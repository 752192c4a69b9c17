"""What an email must be: rules of content, each with its reason.

They look at an email as a reader would get it; the line is found in the source where it can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from worker.core.spoken import WORDINGS
from worker.errors import TemplateError
from worker.render import closed, header, legible, links, markdown, text, unfilled, unshown, wording
from worker.render.bundle import Bundle
from worker.render.composition import family
from worker.render.context import Context
from worker.render.finding import Finding, Severity
from worker.render.language import language
from worker.render.printed import Content

LARGEST = 100_000  # bytes of HTML; Gmail cuts a longer email off and hides the way out

_FALSE_REPLY = re.compile(r"\s*(?:re|aw|antw|sv|vs|fwd?|wg|tr|rv)\s*:", re.IGNORECASE)
_NO_REPLY = re.compile(r"(?:no|do[-_.]?not)[-_.]?reply", re.IGNORECASE)
_ASK = re.compile(r"""<[a-z]\w*\s[^>]*?class\s*=\s*["'](?:[^"']*\s)?ask[\s"']""", re.IGNORECASE)
_NEXT = re.compile(r"""\bstep\s*(?:\.\s*next\b|\[\s*["']next["']\s*\])""")
_NEXT_PRINTED = re.compile(r"\{\{[^{}]*" + _NEXT.pattern)
_FEWEST_WORDS = 12
_MARKUP = re.compile(r"</?(?:p|br|div|table|tr|td|a|span|strong)\b[^>\n]*>", re.IGNORECASE)
_STYLED = re.compile(r"</?(?:b|br|em|font|i|p|span|strong|u)\b[^>\n]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Use:
    """How an email is used.

    `first`: of its conversation. `marketing`: to a lead, who must find a way out. `followed`: in a
    sequence or the newsletter, so that its reader should hear when we write again.
    """

    first: bool = True
    marketing: bool = True
    followed: bool = True


PLAIN_USE = Use()


def judge(
    bundle: Bundle, template: str, content: Content, context: Context, use: Use = PLAIN_USE
) -> list[Finding]:
    """Return what is wrong with the content of an email, as one lead would get it."""
    seen = text.alternative(content.html) if content.own_text else content.text
    return [
        *(_law(template, seen, content.text, context) if use.marketing else ()),
        *_subject(bundle, template, content.subject, first=use.first),
        *_sender(template, context),
        *links.judge(content.html, template, bundle.text(template)),
        *_request(bundle, template, content.html, context),
        *_size(template, content.html),
        *_plain(bundle, template, content.text),
    ]


def judge_sources(bundle: Bundle, template: str, use: Use = PLAIN_USE) -> list[Finding]:
    """Return what is wrong with the files of an email, whoever gets it."""
    sources = family(bundle.files, template)
    readers = (wording.read, unfilled.read, legible.read, unshown.read, closed.read)
    found = [finding for read in readers for finding in read(sources)]
    if use.followed and not any(map(_announces, sources.values())):
        line = _line(bundle.text(template), "block body")
        reason = "it does not say when we write again: print {{ step.next }}"
        found.append(Finding(template, line, reason, Severity.WARNING))
    if use.followed and (spoken := language(bundle.files, template)) not in WORDINGS:
        found += [one for path, source in sources.items() for one in _english(path, source, spoken)]
    return found


def _english(path: str, source: str, spoken: str) -> Iterator[Finding]:
    for printed in _NEXT_PRINTED.finditer(source):
        line = source.count("\n", 0, printed.start()) + 1
        reason = (
            f"{{{{ step.next }}}} is in English, and the email in {spoken!r}: say in words of "
            "your own when you write again, inside {% if step.next %}"
        )
        yield Finding(path, line, reason, Severity.WARNING)


def _announces(source: str) -> bool:
    return "step" in source and _NEXT.search(source) is not None


def _law(template: str, html: str, plain: str, context: Context) -> Iterator[Finding]:
    yield from _way_out(template, html, plain, context)
    yield from _address(template, html, plain, context)


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
    line = _line(bundle.text(template), "block subject")
    try:
        header.check("Subject", subject)
    except TemplateError as error:
        yield Finding(template, line, error.problem, key="subject")
    if markup := _STYLED.search(subject):
        reason = f"a subject is plain text, its reader would see {markup.group()}"
        yield Finding(template, line, reason, Severity.WARNING)
    if first and _FALSE_REPLY.match(subject):
        yield Finding(
            template, line, f"{subject!r} looks like an answer, but it is a first email: not true"
        )


def _sender(template: str, context: Context) -> Iterator[Finding]:
    email = str(context["mailbox"]["email"])
    if _NO_REPLY.match(email):
        yield Finding(
            template, None, f"it comes from {email}; write from an address whose mail is read"
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


def _request(bundle: Bundle, template: str, html: str, context: Context) -> Iterator[Finding]:
    """One clear call to action: one element of class `ask`, or one link beside the way out."""
    out = str(context["links"]["unsubscribe"])
    asked = len(_ASK.findall(unescape(html)))  # also one that is shown as text, which is told
    others = {unescape(target) for target in links.targets(html)} - {out}
    if asked == 1 or (not asked and len(others) == 1):
        return
    if asked:
        problem = f"it asks for {asked} things; leave one"
    elif others:
        problem = f"it has {len(others)} links and none of them stands out"
    else:
        problem = "it asks for nothing"
    reason = f'{problem}: one clear request, in <div class="ask">'
    yield Finding(template, _line(bundle.text(template), "block body"), reason, Severity.WARNING)


def _plain(bundle: Bundle, template: str, plain: str) -> Iterator[Finding]:
    if len(plain.split()) < _FEWEST_WORDS:
        reason = "as plain text, and without images, it says next to nothing: write it in words"
        yield Finding(template, None, reason, Severity.WARNING)
    markup = _MARKUP.search(plain)
    if markup and not any(map(_has_tags, family(bundle.files, template).values())):
        line = _line(bundle.text(template), markup.group())
        reason = f"the text has HTML in it, which its reader would see: {markup.group()}"
        yield Finding(template, line, reason, Severity.WARNING)


def _has_tags(source: str) -> bool:
    """Tell whether a template has HTML in its Markdown, which is told of the source."""
    return next(markdown.tags(source), None) is not None


def _words(written: str) -> str:
    return " ".join(written.split())


def _line(source: str, part: str) -> int | None:
    place = source.find(part) if part else -1
    return source.count("\n", 0, place) + 1 if place >= 0 else None
