"""`nurture sandbox`: the built-in mail server, for trying a project before it has an account."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from worker.cli.times import Times
    from worker.config import Settings
    from worker.sandbox.capture import Captured

_LOOK = 1.0  # seconds between two looks at the signals while no mail comes


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sandbox")(sandbox)


def sandbox(ctx: typer.Context) -> None:
    """Run the built-in mail server.

    It serves this project's mailboxes, and shows each mail that arrives.
    """
    from worker.cli.project import settings_path, times_of
    from worker.clock import SystemClock
    from worker.config import load
    from worker.sandbox.server import MailServer

    settings = load(settings_path(ctx))
    smtp, imap = _ports(settings)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with MailServer(SystemClock(), _accounts(settings), smtp_port=smtp, imap_port=imap) as server:
        typer.echo(f"SMTP on {server.host}:{server.smtp_port}, IMAP on :{server.imap_port}.")
        typer.echo(f"{times_of(settings).note} Ctrl-C ends it, and its mail with it.")
        seen = 0
        while True:
            server.capture.wait_for(seen + 1, _LOOK)
            for mail in server.capture.after(seen):
                typer.echo(line_of(mail, times_of(settings)))
                seen = mail.number


def line_of(mail: Captured, times: Times) -> str:
    """Return one line about a mail: when, from whom, to whom, about what."""
    from email.header import decode_header, make_header
    from email.parser import BytesHeaderParser

    from worker.cli.show import clean

    subject = BytesHeaderParser().parsebytes(mail.raw).get("Subject", "")
    try:
        subject = str(make_header(decode_header(subject)))
    except (UnicodeError, LookupError, ValueError):
        subject = str(subject)
    sender = mail.sender or "<>"
    return clean(f"{times.minute(mail.at)}  {sender} → {', '.join(mail.recipients)}: {subject}")


def _ports(settings: Settings) -> tuple[int, int]:
    """Return the ports that all mailboxes name; the sandbox is one server on this machine."""
    from worker.config.values import is_loopback
    from worker.errors import ConfigError

    servers = [server for box in settings.mailbox for server in (box.smtp, box.imap)]
    if not all(is_loopback(one.host) and one.security == "none" for one in servers):
        raise ConfigError(
            'expected host = "127.0.0.1" and security = "none" for smtp and imap: '
            "the sandbox never stands in for a real server",
            file="config.toml",
            key="mailbox",
        )
    ports = {(box.smtp.port, box.imap.port) for box in settings.mailbox}
    if len(ports) > 1:
        raise ConfigError(
            "expected the same ports for every mailbox: the sandbox is one server",
            file="config.toml",
            key="mailbox",
        )
    return ports.pop()


def _accounts(settings: Settings) -> dict[str, str]:
    return {
        server.username or box.address: server.secret(settings.root).get_secret_value()
        for box in settings.mailbox
        for server in (box.smtp, box.imap)
    }
