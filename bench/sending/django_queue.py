"""django-post_office sends: `python django_queue.py FOLDER PORT MESSAGES`; prints the seconds.

It runs in an environment of its own, which has Django and nothing of ours. `letter.html`,
`letter.txt` and `letter.subject` in FOLDER are its templates; as with us, each message is rendered
when it is sent, by its own queue and its own command.
"""

from __future__ import annotations

import logging
import sys
import time
from importlib import import_module
from pathlib import Path


def main(folder: Path, port: int, count: int) -> None:
    """Queue `count` messages, send them, and print how long the sending took."""
    logging.disable(logging.INFO)
    _configure(folder, port)
    call = import_module("django.core.management").call_command
    call("migrate", verbosity=0)
    _queue(folder, count)
    begun = time.perf_counter()
    call("send_queued_mail", processes=1, log_level=0)
    seconds = time.perf_counter() - begun
    email = import_module("post_office.models").Email
    sent = email.objects.filter(status=0).count()
    assert sent == count, f"{sent} of {count} were sent"
    print(seconds)  # noqa: T201


def _configure(folder: Path, port: int) -> None:
    database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(folder / "queue.db"),
        "OPTIONS": {"timeout": 30, "init_command": "PRAGMA journal_mode=WAL"},
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
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        USE_TZ=True,
    )
    import_module("django").setup()


def _queue(folder: Path, count: int) -> None:
    models = import_module("post_office.models")
    template = models.EmailTemplate.objects.create(
        name="letter",
        subject=_read(folder, "subject"),
        content=_read(folder, "txt"),
        html_content=_read(folder, "html"),
    )
    emails = [
        {
            "recipients": f"lead{number}@firm{number // 4}.example",
            "sender": "grace@felt.example",
            "template": template,
            "context": {"first_name": "Ada", "address": f"lead{number}@firm{number // 4}.example"},
            "render_on_delivery": True,
        }
        for number in range(count)
    ]
    import_module("post_office.mail").send_many(emails)


def _read(folder: Path, kind: str) -> str:
    return (folder / f"letter.{kind}").read_text(encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
