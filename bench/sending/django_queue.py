"""django-post_office sends: `python django_queue.py FOLDER PORT`.

It runs in an environment of its own, which has Django and nothing of ours. FOLDER has what
`bench.sending.django_letter` writes: the templates `letter.html`, `letter.txt` and
`letter.subject`, and the emails in `queue.json`. As with us, each message is rendered when it is
sent, by its own queue and its own command. Prints `{"seconds": OF SENDING, "letters": [TEXT, …]}`,
the first letters as they were sent.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from importlib import import_module
from pathlib import Path

SHOWN = 15
"""So many letters are shown, in which there is every kind of lead."""


def main(folder: Path, port: int) -> None:
    """Queue the emails, send them, and print how long the sending took."""
    logging.disable(logging.INFO)
    _configure(folder, port)
    call = import_module("django.core.management").call_command
    call("migrate", verbosity=0)
    count = _queue(folder)
    begun = time.perf_counter()
    call("send_queued_mail", processes=1, log_level=0)
    seconds = time.perf_counter() - begun
    emails = import_module("post_office.models").Email.objects
    sent = emails.filter(status=0).count()
    assert sent == count, f"{sent} of {count} were sent"
    first = [one.email_message().message().as_string() for one in emails.order_by("id")[:SHOWN]]
    print(json.dumps({"seconds": seconds, "letters": first}))  # noqa: T201


def _configure(folder: Path, port: int) -> None:
    database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(folder / "queue.db"),
        "OPTIONS": {"timeout": 30, "init_command": "PRAGMA journal_mode=WAL"},
    }
    templates = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [str(folder)],
    }
    import_module("django.conf").settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
        EMAIL_BACKEND="post_office.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        EMAIL_USE_TLS=False,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        POST_OFFICE={"BATCH_SIZE": 500, "THREADS_PER_PROCESS": 20, "LOG_LEVEL": 0},
        TEMPLATES=[templates],
        USE_TZ=True,
    )
    import_module("django").setup()


def _queue(folder: Path) -> int:
    """Queue the emails, and return how many there are.

    post_office compiles a template anew for each email, and Django keeps what it compiled of a
    file: a template that includes a file takes a quarter of the time of one that has all in it.
    """
    template = import_module("post_office.models").EmailTemplate.objects.create(
        name="letter",
        subject=(folder / "letter.subject").read_text(encoding="utf-8"),
        content='{% include "letter.txt" %}',
        html_content='{% include "letter.html" %}',
    )
    emails = json.loads((folder / "queue.json").read_text(encoding="utf-8"))
    common = {"template": template, "render_on_delivery": True}
    import_module("post_office.mail").send_many([one | common for one in emails])
    return len(emails)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
