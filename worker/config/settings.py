"""All settings in one frozen value. A field's name is its key in `config.toml`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, PrivateAttr, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from worker.config.database import check_url, resolve_url
from worker.config.mailbox import Mailbox
from worker.config.owners import RESERVED, Owner, Pool
from worker.config.pace import DomainTable
from worker.config.policy import PolicyTable
from worker.config.secret import read_key
from worker.config.stages import StageRuleTable
from worker.config.values import (
    ClosedDay,
    Count,
    Country,
    File,
    Language,
    Line,
    Name,
    Span,
    Table,
    Text,
    Whole,
    Zone,
    read_span,
)

PREFIX = "NURTURE_"
NESTED = "__"


class Log(Table):
    """How the daemon logs."""

    format: Literal["text", "json"] = "text"
    """A sentence for people, or JSON for machines."""
    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is worth a line."""


class Sender(Table):
    """Who stands behind every email."""

    company: Line
    """The name of the firm."""
    postal_address: Text
    """Where it is; the law wants it in every marketing email."""


class Secrets(Table):
    """Where secrets are kept."""

    key_file: File = Path("secret.key")
    """What tokens and the hashes of suppressed addresses are made with; never change it."""


class Newsletter(Table):
    """The long-term track."""

    name: Name = "newsletter"
    """What commands and keys call it; its editions are in templates/<name>/."""
    day: Annotated[Count, Field(le=31)] = 1
    """The day of the month on which an edition goes out; 31 is the last day."""
    hour: Annotated[Whole, Field(ge=0, le=23)] = 9
    """The hour of that day, in the lead's zone."""
    mailbox: Name | None = None
    """The mailbox that sends it; without it, the first."""
    ask_after: Span = read_span("365 days")
    """How long a reader may be silent before being asked whether it is still useful."""
    answer_within: Span = read_span("30 days")
    """How long that answer may take; without one, the reader gets no more of it."""


def check_attribute(name: str) -> str:
    """Return a name that templates can use; else raise ValueError."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name):
        raise ValueError("expected a name of a-z, 0-9 and _, at most 64 long")
    return name


AttributeName = Annotated[str, AfterValidator(check_attribute)]


class Settings(BaseSettings):
    """What `config.toml` and the environment say, checked."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix=PREFIX,
        env_nested_delimiter=NESTED,
        env_ignore_empty=True,
        use_attribute_docstrings=True,
    )

    database: Annotated[SecretStr, AfterValidator(check_url)] = SecretStr("sqlite:///nurture.db")
    """The database: SQLite for one process, PostgreSQL for many; a path is relative to here."""
    state_dir: File = Path("state")
    """The folder of this machine's identity and journal; never shared, never copied."""
    language: Language = "en"
    """The language of leads that have none."""
    zone: Zone = "UTC"
    """The time zone of leads that have none."""
    country: Country | None = None
    """The country of leads that have none, for its public holidays: "DE", or "DE-BY" for a part."""
    closed_days: tuple[ClosedDay, ...] = ()
    """Days on which nobody works, beside public holidays: 2026-12-28, or "12-24" every year."""
    log: Log = Log()
    """How the daemon logs."""
    sender: Sender
    """Who stands behind every email."""
    policy: PolicyTable = PolicyTable()
    """The rules of the house that no sequence overrides."""
    secrets: Secrets = Secrets()
    """Where secrets are kept."""
    mailbox: Annotated[tuple[Mailbox, ...], Field(min_length=1)]
    """The accounts to send from and to watch; the first is the usual one."""
    owner: tuple[Owner, ...] = ()
    """The salespeople."""
    team_lead: Line | None = None
    """The name of the owner who leads the team: told where an owner never answers."""
    stage_rule: tuple[StageRuleTable, ...] = ()
    """What takes a lead to a stage by itself."""
    pool: tuple[Pool, ...] = ()
    """Mailboxes that share the leads of a sequence."""
    domain: tuple[DomainTable, ...] = ()
    """Limits by provider, or by domain."""
    newsletter: Newsletter = Newsletter()
    """The long-term track."""
    attributes: dict[AttributeName, Literal["text"]] = {}
    """What is known of leads beside the usual, for templates to use."""

    _root: Path = PrivateAttr(default=Path())

    @property
    def root(self) -> Path:
        """The folder of the project: the one that holds the configuration."""
        return self._root

    @property
    def senders(self) -> tuple[str, ...]:
        """What `from` of a sequence may be."""
        mailboxes, pools = (one.name for one in self.mailbox), (one.name for one in self.pool)
        return (*mailboxes, *pools, RESERVED)

    @property
    def sequences_dir(self) -> Path:
        """The folder of the sequences."""
        return self._root / "sequences"

    @property
    def templates_dir(self) -> Path:
        """The folder of the templates."""
        return self._root / "templates"

    @property
    def state_folder(self) -> Path:
        """The folder of this machine's identity and journal, absolute."""
        return self._root / self.state_dir

    @property
    def database_url(self) -> str:
        """The URL for SQLAlchemy, with an absolute path for SQLite; it may hold a password."""
        return resolve_url(self.database.get_secret_value(), self._root)

    def signature_of(self, mailbox: Mailbox) -> str | None:
        """Return what stands below letters from a mailbox: its own, or that of its first owner."""
        theirs = (one.signature for one in self.owner if one.mailbox == mailbox.name)
        return mailbox.signature or next(filter(None, theirs), None)

    def key(self) -> bytes:
        """Return the key of tokens and keyed hashes; ConfigError where it cannot be read."""
        return read_key(self.secrets.key_file, self._root)

    def placed(self, root: Path) -> Self:
        """Take `root` as the project's folder; the loader does so, once."""
        self._root = root
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over secret files, and those over the file."""
        # All is text in a variable: so asked, the library makes numbers of what is to be a number.
        env_settings.config = {**env_settings.config, "strict": True}
        return env_settings, dotenv_settings, file_secret_settings, init_settings
