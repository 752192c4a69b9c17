"""Checks the configuration, and the secrets that it names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from worker.checkup.finding import Finding, Severity
from worker.config import Settings, read
from worker.config.checks import strange_variables
from worker.config.database import file_of, password_of, unproven_server
from worker.config.secret import locate, open_to_others
from worker.config.values import is_loopback
from worker.core.document import name
from worker.errors import ConfigError

_KEY = "secrets.key_file"
_NOBODY = frozenset({"no-reply", "noreply", "newsletter", "marketing", "info", "team", "support"})


def check_configuration(path: Path) -> tuple[Settings | None, list[Finding]]:
    """Return the settings, None where they are wrong, and what was found."""
    settings, errors = read(path)
    findings = [Finding.of(error) for error in errors]
    findings += [Finding.of(error, Severity.WARNING) for error in strange_variables()]
    if settings is not None:
        findings += _key(settings, path.name)
        findings += _robots(settings, path.name)
        findings += _open_secrets(settings, path.name)
        findings += _open_passwords(settings, path)
        findings += _unproven_server(settings, path.name)
        findings += _holidays(settings, path.name)
        findings += _nobody_instead(settings, path.name)
    return settings, findings


def _key(settings: Settings, file: str) -> Iterator[Finding]:
    try:
        settings.key()
    except ConfigError as error:
        yield Finding(Severity.ERROR, file, None, _KEY, error.problem)


def _robots(settings: Settings, file: str) -> Iterator[Finding]:
    """An email comes from a person with a name: people answer people."""
    company = settings.sender.company.casefold()
    for index, mailbox in enumerate(settings.mailbox):
        called = mailbox.from_name.casefold()
        if called == company or "@" in called or not _NOBODY.isdisjoint(called.split()):
            key = name(("mailbox", index, "from_name"))
            message = (
                f'expected the name of a person who reads the answers, not "{mailbox.from_name}"'
            )
            yield Finding(Severity.ERROR, file, None, key, message)


def _open_secrets(settings: Settings, file: str) -> Iterator[Finding]:
    for key, path in _secret_files(settings):
        found = locate(path, settings.root)
        if found.is_file() and open_to_others(found):
            advice = f"others on this machine can read {path}; run `chmod 600 {path}`"
            yield Finding(Severity.WARNING, file, None, key, advice)


def _open_passwords(settings: Settings, path: Path) -> Iterator[Finding]:
    """Yield each password in the file itself, where others can read that.

    One for a server that shows it to this machine alone is none: that of the sandbox, say.
    """
    if not open_to_others(path):
        return
    written = path.read_text(encoding="utf-8-sig", errors="replace")
    for key, password in _passwords(settings):
        if password and password in written:
            advice = (
                f"others on this machine can read {path.name}, and a password in it; run "
                f"`chmod 600 {path.name}`"
            )
            yield Finding(Severity.WARNING, path.name, None, key, advice)


def _unproven_server(settings: Settings, file: str) -> Iterator[Finding]:
    if (host := unproven_server(settings.database)) is not None:
        advice = (
            f"nobody makes sure that it is {host} who answers, or that it is not read on the way; "
            "add ?sslmode=verify-full&sslrootcert=system, or the PEM file of its authority"
        )
        yield Finding(Severity.WARNING, file, None, "database", advice)


def _passwords(settings: Settings) -> Iterator[tuple[str, str]]:
    yield "database", password_of(settings.database)
    for index, mailbox in enumerate(settings.mailbox):
        for side, server in (("smtp", mailbox.smtp), ("imap", mailbox.imap)):
            if server.password is not None and not is_loopback(server.host):
                key = name(("mailbox", index, side, "password"))
                yield key, server.password.get_secret_value()


def _holidays(settings: Settings, file: str) -> Iterator[Finding]:
    from worker.engine.holidays import are_known

    if settings.country is None:
        return
    country, _, subdivision = settings.country.partition("-")
    if not are_known(country, subdivision or None):
        problem = f"no public holidays are known of {settings.country}; add them to closed_days"
        yield Finding(Severity.WARNING, file, None, "country", problem)


def _nobody_instead(settings: Settings, file: str) -> Iterator[Finding]:
    for index, owner in enumerate(settings.owner):
        if (owner.absent_from or owner.absent_until) and owner.deputy is None:
            key = name(("owner", index, "deputy"))
            problem = (
                f"nobody takes over while {owner.name} is absent, and new leads hear from "
                f"{owner.name} all the same; name a deputy, or take the absence out"
            )
            yield Finding(Severity.WARNING, file, None, key, problem)


def _secret_files(settings: Settings) -> Iterator[tuple[str, Path]]:
    yield _KEY, settings.secrets.key_file
    if (database := file_of(settings.database)) is not None:  # all that is known of people
        yield "database", database
    for index, mailbox in enumerate(settings.mailbox):
        for side, server in (("smtp", mailbox.smtp), ("imap", mailbox.imap)):
            if server.password_file is not None:
                yield name(("mailbox", index, side, "password_file")), server.password_file
        for at, signature in enumerate(mailbox.dkim):
            yield name(("mailbox", index, "dkim", at, "key_file")), signature.key_file
