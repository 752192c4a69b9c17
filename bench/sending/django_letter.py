"""Our letter as somebody writes it who sends with django-post_office and knows it well.

It is our letter printed once, with Django's marks in the place of ours: all that it prints and
asks is left, the style sheet is in its elements, and it is one file without a layout. Its text is
made of that, so that it asks the same. Each email has the values and the header fields of ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from bench.sending import letters
from worker.render.bundle import Bundle
from worker.render.email import Renderer

_ASKED = {
    "lead": ("email", "first_name", "company", "country", "source"),
    "owner": ("name", "email"),
    "mailbox": ("name", "company", "postal_address"),
    "links": ("unsubscribe",),
    "step": ("next",),
}
_OWN_FIELDS = ("Message-ID", "Reply-To", "List-Unsubscribe")
_FIELDS = ("From", "To", "Subject", *_OWN_FIELDS)

_NO_TEXT = "{% if false %}{% block text %}{% endblock %}{% endif %}"  # of the layout; it is empty
_PRINT = re.compile(r"\{\{ ([\w.]+)(?: or (\"\w+\"))? \}\}")
_ASK = re.compile(r"\{% (?:if [\w.]+|else|endif) %\}")


def write(folder: Path, count: int) -> None:
    """Write the templates `letter.*`, and `queue.json` with emails to the first `count` leads."""
    for kind, text in templates().items():
        (folder / f"letter.{kind}").write_text(text, encoding="utf-8")
    emails = json.dumps([_email(number) for number in range(1, count + 1)])
    (folder / "queue.json").write_text(emails, encoding="utf-8")


def templates() -> dict[str, str]:
    """Return the subject, the text and the HTML, each a template of Django's."""
    ours = letters.bundle().files
    files = {name: _with_djangos_marks(ours[name]) for name in (letters.NAME, "layout.html")}
    said = Renderer(Bundle(files)).content(letters.NAME, letters.given(1))
    return {"subject": _plain(said.subject), "txt": _plain(said.text), "html": said.html}


def require_same(sent: Iterable[bytes]) -> None:
    """Raise ValueError unless these are our letters to the first leads, but for how they are coded.

    Spaces and line ends do not count.
    """
    for number, theirs in enumerate(sent, 1):
        ours, other = _said(letters.rendered(number).raw), _said(theirs)
        for part, text in ours.items():
            if other[part] != text:
                raise ValueError(
                    f"lead {number} gets another {part}: {other[part]!r}, not {text!r}"
                )


def _with_djangos_marks(text: str) -> str:
    """Return a template that prints, where it did or asked something, what does so in Django."""
    text = _ASK.sub(r"{% raw %}\g<0>{% endraw %}", text.replace(_NO_TEXT, ""))
    return _PRINT.sub(lambda mark: "{% raw %}" + _printing(mark[1], mark[2]) + "{% endraw %}", text)


def _printing(name: str, fallback: str | None) -> str:
    return f"{{{{{name}|default:{fallback}}}}}" if fallback else f"{{{{{name}}}}}"


def _plain(template: str) -> str:
    return f"{{% autoescape off %}}{template}{{% endautoescape %}}"


def _email(number: int) -> dict[str, object]:
    """Return what post_office is told of one email."""
    given = letters.given(number)
    fields = _parsed(letters.header(number).fields("").encode())
    return {
        "sender": fields["From"],
        "recipients": fields["To"],
        "headers": {name: fields[name] for name in _OWN_FIELDS},
        "context": {
            name: {key: given[name][key] for key in keys} if given[name] else None
            for name, keys in _ASKED.items()
        },
    }


def _parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def _said(raw: bytes) -> dict[str, str]:
    """Return what a mail says, by its parts, with one space where there were any."""
    mail = _parsed(raw)
    parts = {name: str(mail[name]) for name in _FIELDS}
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body is not None
        parts[kind] = body.get_content()
    return {name: " ".join(text.split()) for name, text in parts.items()}
