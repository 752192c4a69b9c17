"""Every fault ends in a sentence with file, line and key, and all are found at once."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.config.project import LEAST, faults, uncommented
from tests.unit.processor import processor_seconds
from worker.config import Settings, load
from worker.config.faults import MOST, explain
from worker.core.document import Document
from worker.errors import ProblemsError


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            'zone = "Europe/Berlni"',
            (
                'zone: unknown zone; perhaps "Europe/Berlin" was meant; expected one such as '
                '"Europe/Berlin", got "Europe/Berlni"'
            ),
        ),
        ('language = "english"', 'language: expected a language such as "en" or "de-AT", got'),
        ('database = "sqlite:///:memory:"', 'database: expected "sqlite:///nurture.db" or'),
        (
            'database = "postgresql://u:p@ss@host/n"',
            'database: expected "postgresql://user:password@host:port/name"; write @ in',
        ),
        ('database = "postgresql://u:p@host:54x2/n"', 'database: expected "postgresql://user:pass'),
        ('database = "postgresql://u:p@[::1/n"', 'database: expected "postgresql://user:password'),
        ('database = "sqlite:///a\\u0000.db"', 'database: expected "sqlite:///nurture.db" or'),
        ('state_dir = "a\\u0000b"', "state_dir: expected a path on one line, without invisible"),
        (
            'secrets = { key_file = "\\n" }',
            "secrets.key_file: expected a path on one line",
        ),
        ("state_dir = 3", "state_dir: expected a path in double quotes, got 3"),
        ("log = 3", "log: expected a table, got 3"),
        ('log = { levl = "info" }', 'log.levl: not understood; perhaps "level" was meant; known'),
        ('log = { format = "xml" }', 'log.format: expected "text" or "json", got "xml"'),
        ('country = "Germny"', 'country: no country is called "Germny"; perhaps "germany" was'),
        ('closed_days = ["24.12."]', "closed_days[1]: expected a day such as 2026-12-28"),
        ('closed_days = ["02-30"]', "closed_days[1]: expected a day such as 2026-12-28"),
        ('policy = { quiet = "9-5" }', 'policy.quiet: expected hours such as "21:00-07:00"'),
        (
            'policy = { late_after = "0 seconds" }',
            (
                "policy.late_after: expected more than no time at all: nothing would be sent, "
                'got "0 seconds"'
            ),
        ),
        ('policy = { inbox_fresh = "0 days" }', "policy.inbox_fresh: expected more than no time"),
        ("policy = { weekly_cap = 0 }", "policy.weekly_cap: expected at least 1, got 0"),
        ("policy = { weekly_cap = 1.5 }", "policy.weekly_cap: expected a whole number, got 1.5"),
        (
            'policy = { late_after = "24 hourz" }',
            (
                'policy.late_after: expected a time such as "24 hours" (seconds, minutes, … '
                'weeks), got "24 hourz"'
            ),
        ),
        (
            'policy = { require_consent = "perhaps" }',
            'policy.require_consent: expected true or false, got "perhaps"',
        ),
        (
            'policy = { weekly_cap = "3" }',
            'policy.weekly_cap: expected a whole number, got "3"',
        ),
        ("policy = { weekly_cap = true }", "policy.weekly_cap: expected a whole number, got true"),
        (
            "policy = { require_consent = 1 }",
            "policy.require_consent: expected true or false, got 1",
        ),
        (
            'stage_rule = [{ stage = "decisoin", score = 9 }]',
            'stage_rule[1].stage: expected "awareness", "consideration", "decision" or "customer"',
        ),
        (
            'stage_rule = [{ stage = "decision", on = ["A b"] }]',
            'stage_rule[1].on[1]: expected an event such as "meeting_booked"',
        ),
        ("newsletter = { day = 32 }", "newsletter.day: expected at most 31, got 32"),
        (
            'newsletter = { mailbox = "salse" }',
            'newsletter.mailbox: no mailbox is called "salse"; perhaps "sales" was meant',
        ),
        (
            'owner = [{ name = "A", address = "a@b.example", mailbox = "x" }]',
            'owner[1].mailbox: no mailbox is called "x"',
        ),
        ('closed_days = "12-24"', 'closed_days: expected a list, got "12-24"'),
        ("owner = {}", "owner: expected tables, each under a heading [[owner]]"),
        ('attributes = { a = "number" }', 'attributes.a: expected "text", got "number"'),
        ('attributes = { "A b" = "text" }', "attributes.A b: expected a name of a-z, 0-9 and _"),
        ('attributes = { email = "text" }', "attributes.email: every lead has this already"),
        ('databse = "x"', 'databse: not understood; perhaps "database" was meant; known keys are'),
        ('_env_file = "x"', "_env_file: not understood; known keys are database"),
        ('root = "/"', "root: not understood; known keys are database"),
        ("zone = ", "not TOML: a value is missing"),
    ],
)
def test_a_bad_line(tmp_path: Path, line: str, sentence: str) -> None:
    (found,) = faults(tmp_path, f"{line}\n{LEAST}")
    assert found.startswith(f"config.toml:1: {sentence}")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('from = "ada@', 'from = "no-reply@', "4: mailbox[1].from: expected an address that is"),
        ('from = "ada@', 'from = "', "4: mailbox[1].from: expected an address such as"),
        ('from_name = "Ada"', 'from_name = "A\\nB"', "5: mailbox[1].from_name: expected one line"),
        (
            'from_name = "Ada"',
            'from_name = "Ada"\nreply_to = "jürgen@firm.example"',
            "2: mailbox[1]: expected a reply_to without letters outside ASCII",
        ),
        ('from_name = "Ada"', "", "2: mailbox[1].from_name: missing; add it: the person in From"),
        (
            "imap = {",
            'imap = { poll = "0 seconds",',
            "7: mailbox[1].imap.poll: expected 1 second",
        ),
        ("imap = {", 'imap = { poll = "1 hour",', "7: mailbox[1].imap.poll: expected 1 second"),
        (
            "imap = {",
            'imap = { poll = "10 minutes",',
            "7: mailbox[1].imap.poll: expected less than policy.inbox_fresh, after which nothing",
        ),
        ("smtp = {", 'smtp = { ca_file = "x.pem",', "6: mailbox[1].smtp.ca_file: cannot read /"),
        (
            "imap = {",
            'imap = { ca_file = "config.toml",',
            "7: mailbox[1].imap.ca_file: expected certificates (PEM) in /",
        ),
        (
            "imap = {",
            'imap = { password_file = "a\\u0000",',
            "7: mailbox[1].imap.password_file: expected a path on one line",
        ),
        (
            '"hush-hush" }\nimap',
            '"hush\\nhush" }\nimap',
            "6: mailbox[1].smtp.password: the password has a control character, such as the end",
        ),
        ('"ada", pass', '"a\\u0000", pass', "6: mailbox[1].smtp.username: expected one line of"),
        ("host", "hots", '6: mailbox[1].smtp.hots: not understood; perhaps "host" was meant;'),
        ('"ada", pass', '"", pass', "6: mailbox[1].smtp: expected username together with one of"),
        ("imap = {", "imap = { sent = true,", "7: mailbox[1].imap.sent: expected the name of a"),
        ("smtp = {", 'smtp = { helo = "a b",', "6: mailbox[1].smtp.helo: expected a full name"),
        ("smtp = {", "smtp = { port = 0,", "6: mailbox[1].smtp.port: expected at least 1, got 0"),
        (
            "smtp = {",
            'smtp = { security = "none",',
            (
                '6: mailbox[1].smtp: expected security = "tls" or "starttls": "none" would show '
                "mail and password on the way to smtp.firm.example"
            ),
        ),
        (
            "smtp = {",
            'smtp = { password_env = "X",',
            "6: mailbox[1].smtp: expected one password, got password and password_env",
        ),
        (
            "smtp = {",
            'smtp = { security = "ssl",',
            '6: mailbox[1].smtp.security: expected "tls", "starttls" or "none", got "ssl"',
        ),
        (
            'password = "hush-hush" }\nimap',
            'password_env = "NO_SUCH_VARIABLE" }\nimap',
            "6: mailbox[1].smtp.password_env: the environment has no NO_SUCH_VARIABLE; set it",
        ),
    ],
)
def test_a_bad_mailbox(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    found = faults(tmp_path, LEAST.strip().replace(old, new, 1))
    assert any(each.startswith(f"config.toml:{sentence}") for each in found)


BAD = [True, 1.5, math.inf, "a word", {}, [], [1], -1, date(2027, 8, 2), datetime(2027, 8, 2, 9)]  # noqa: DTZ001 - as in TOML
OF_THE_LIBRARY = re.compile(
    r"\b([Ii]nput|should|[Dd]atetimes?|instance|pattern|validat\w+|str|False)\b"
)


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_no_word_of_the_library_reaches_people(bad: object) -> None:
    values = tomllib.loads(uncommented())
    for table, key in list(places(values)):
        kept, table[key] = table[key], bad
        for sentence in sentences(values):
            assert not OF_THE_LIBRARY.search(sentence), sentence
        table[key] = kept


def places(table: Any) -> Iterator[tuple[Any, str | int]]:
    """Yield each key and element below a table, with what holds it."""
    for key, value in table.items() if isinstance(table, dict) else enumerate(table):
        yield table, key
        if isinstance(value, dict | list):
            yield from places(value)


def sentences(values: dict[str, Any]) -> list[str]:
    try:
        Settings(**values)
    except ValidationError as error:
        return [each.problem for each in explain(error, Document("config.toml", values, {}))]
    return []


def test_all_faults_are_found_at_once_in_order_of_lines(tmp_path: Path) -> None:
    second = LEAST[LEAST.index("[[mailbox]]") :].replace(
        'password = "hush-hush" }', 'password_file = "nope" }', 1
    )
    text = f'zone = "x"\n{LEAST}{second}[newsletter]\nmailbox = "x"\nday = 0\n'
    assert [found.split(": ")[1] for found in faults(tmp_path, text)] == [
        "zone",
        "mailbox[2].name",
        "mailbox[2].smtp.password_file",
        "newsletter.mailbox",
        "newsletter.day",
    ]
    with pytest.raises(ProblemsError) as caught:
        load(tmp_path / "config.toml")
    assert str(caught.value).splitlines() == faults(tmp_path, text)


def test_no_mailbox_at_all(tmp_path: Path) -> None:
    assert faults(tmp_path, "mailbox = []\nsender = {}") == [
        "config.toml:1: mailbox: expected at least one, got []",
        "config.toml:2: sender.company: missing; add it: the name of the firm",
        (
            "config.toml:2: sender.postal_address: missing; add it: where it is; the law wants it "
            "in every marketing email"
        ),
    ]


@pytest.mark.parametrize(
    "bomb",
    [
        "\n".join(f"key{index} = 1" for index in range(10_000)),
        "[[mailbox]]\n" * 10_000,
        "[[mailbox]]\nname = 'a'\n" * 5000,
        "[attributes]\n" + "\n".join(f"'A {index}' = 1" for index in range(8000)),
        f'zone = "{"Europe/Berlni" * 5000}"',
        "a = " + "[" * 1000,
        "a." * 16_000 + "a = 1",
    ],
    ids=["unknown keys", "mailboxes", "names", "attributes", "zone", "arrays", "dots"],
)
def test_floods_and_bombs_end_in_sentences_in_time(tmp_path: Path, bomb: str) -> None:
    with processor_seconds(1):
        assert 0 < len(faults(tmp_path, bomb)) <= 2 * MOST


@pytest.mark.parametrize("name", ["spf=pass", "mx.firm.example; spf=pass", "mx firm"])
def test_a_result_is_no_name_of_a_server(tmp_path: Path, name: str) -> None:
    named = f'imap = {{ authserv = ["mx.firm.example", "{name}"], '
    (found,) = faults(tmp_path, LEAST.replace("imap = { ", named))
    assert "imap.authserv[2]: expected a server's name; leave it out where" in found
