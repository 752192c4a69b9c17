"""A lead, a letterhead and small bundles for the tests of rendering."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from worker.core.facts import Lead
from worker.core.states import Stage, Track
from worker.render.address import Address
from worker.render.bundle import Bundle
from worker.render.context import Context, Links, Mailbox, Setting, Touch, context
from worker.render.email import Rendered, Renderer
from worker.render.letterhead import Header, Letterhead
from worker.render.printed import Content

NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
UNSUBSCRIBE = "mailto:grace@felt.example?subject=stop"
ADA = Lead(
    id=1,
    address="ada@x.example",
    stage=Stage.CONSIDERATION,
    track=Track.ACTIVE,
    created_at=NOW,
    first_name="Ada",
    last_name="Lovelace",
    company="Engines & Co",
    domain="x.example",
)
STRANGER = Lead(2, "s@y.example", Stage.AWARENESS, Track.NONE, NOW)
SETTING = Setting(
    Mailbox("Grace Hopper", "grace@felt.example", "Felt", "1 Quiet Road, Softville"),
    Links(UNSUBSCRIBE),
    Touch("welcome", "value", "in two weeks"),
)
LETTERHEAD = Letterhead(
    sender=Address("Grace Hopper", "grace@felt.example"),
    message_id="nurture.abc@felt.example",
    unsubscribe=(UNSUBSCRIBE,),
)
HEADER = Header(LETTERHEAD, Address("Ada Lovelace", "ada@x.example"), NOW)
LAYOUT = """\
<!doctype html>
<html><head><title>{% block subject required %}{% endblock %}</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>p { margin: 0 } .footer p { color: #333 } @media (max-width: 480px) { p { margin: 1px } }
</style></head>
<body>
<div style="display:none">{% block preheader %}{% endblock %}</div>
{% block body required %}{% endblock %}
<div class="footer"><p><a href="{{ links.unsubscribe }}">Unsubscribe</a></p>
<p>{{ mailbox.postal_address }}</p></div>
</body></html>
"""
WELCOME = """\
{% extends "layout.html" %}
{% block subject %}Hello {{ lead.first_name or "there" }}{% endblock %}
{% block preheader %}What helps most{% endblock %}
{% block body %}<p class="x">Good day, {{ lead.company or "you" }}.</p>{% endblock %}
"""


def bundle(**templates: str) -> Bundle:
    """Return the layout with more templates, named without their suffix."""
    files = {f"{name}.html": source for name, source in templates.items()}
    return Bundle({"layout.html": LAYOUT, "welcome.html": WELCOME, **files})


def email(body: str, subject: str = "Hello", more: str = "") -> str:
    """Return the source of an email with this body."""
    return (
        '{% extends "layout.html" %}'
        f"{{% block subject %}}{subject}{{% endblock %}}{more}"
        f"{{% block body %}}{body}{{% endblock %}}"
    )


def seen(lead: Lead = ADA, declared: tuple[str, ...] = (), **attributes: str) -> Context:
    """Return what a template sees of a lead."""
    return context(lead._replace(attributes=attributes), SETTING, declared)


def sampled(
    leads: Iterable[Lead] = (ADA, STRANGER), setting: Setting = SETTING
) -> list[tuple[Lead, Setting]]:
    """Return leads as samples, all in one setting."""
    return [(lead, setting) for lead in leads]


def content(source: str, known: Context | None = None) -> Content:
    """Return what one template says."""
    return Renderer(bundle(it=source)).content("it.html", known or seen())


def rendered(source: str, header: Header = HEADER) -> Rendered:
    """Render one template whole."""
    return Renderer(bundle(it=source)).render("it.html", seen(), header)
