"""The tables ``[[mailbox]]``: accounts to send from and to watch."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from worker.config.dkim import Dkim, check_tables
from worker.config.owners import SenderName
from worker.config.pace import Paced
from worker.config.secret import read_text
from worker.config.values import (
    Address,
    Count,
    File,
    Flag,
    Folder,
    Greeting,
    Line,
    Poll,
    Security,
    Table,
    Text,
    Whole,
    check_line,
    is_loopback,
    read_span,
)
from worker.core.token import LENGTH as TOKEN_LENGTH
from worker.core.token import plus_address
from worker.errors import AddressError, ConfigError

_MINUTE = read_span("60 seconds")
_WAYS = ("password", "password_file", "password_env")


class Server(Table):
    """Where an account is, and how we log in."""

    PORTS: ClassVar[dict[str, int]] = {}

    host: Line
    """The name of the server, as in its certificate."""
    security: Security = "tls"
    """TLS from the first byte, STARTTLS required, or none: to this machine only."""
    port: Annotated[Whole, Field(ge=1, le=65535)] = 0
    """Without it, the usual one for `security`."""
    username: Annotated[str, AfterValidator(check_line)] = ""
    """Who logs in; empty for a server that asks for nobody."""
    password: SecretStr | None = None
    """The password itself; one of the next two keeps it out of this file."""
    password_file: File | None = None
    """A file with the password, in the folder of systemd's credentials or beside config.toml."""
    password_env: Line | None = None
    """The environment variable with the password."""
    ca_file: File | None = None
    """The authorities to trust in place of the system's (PEM)."""
    allow_insecure: Flag = False
    """Allows security = "none" to another machine."""

    @model_validator(mode="before")
    @classmethod
    def _usual_port(cls, table: Any) -> Any:
        if isinstance(table, dict) and "port" not in table:
            usual = cls.PORTS.get(str(table.get("security", "tls")), 1)
            return {**table, "port": usual}
        return table

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if self.security == "none" and not (self.allow_insecure or is_loopback(self.host)):
            raise ValueError(
                f'expected security = "tls" or "starttls": "none" would show mail and password'
                f" on the way to {self.host}"
            )
        given = [way for way in _WAYS if getattr(self, way) is not None]
        if len(given) > 1:
            raise ValueError(f"expected one password, got {' and '.join(given)}")
        if bool(given) != bool(self.username):
            raise ValueError(f"expected username together with one of {', '.join(_WAYS)}")
        return self

    def secret(self, root: Path) -> SecretStr:
        """Return the password, empty where there is no login; `root` is the project's folder.

        Raises ConfigError where its file or variable is not there.
        """
        if self.password_file is not None:
            return SecretStr(read_text(self.password_file, root, "password_file"))
        if self.password_env is not None:
            return SecretStr(_typed(self._from_environment(self.password_env), "password_env"))
        if self.password is not None:
            return SecretStr(_typed(self.password.get_secret_value(), "password"))
        return SecretStr("")

    @staticmethod
    def _from_environment(variable: str) -> str:
        if not (value := os.environ.get(variable)):
            problem = f"the environment has no {variable}; set it to the password"
            raise ConfigError(problem, key="password_env")
        return value


def _typed(password: str, key: str) -> str:
    """Return a password; ConfigError where it has what no server takes (RFC 4616 §2)."""
    if any(unicodedata.category(letter) == "Cc" for letter in password):
        problem = "the password has a control character, such as the end of a line"
        raise ConfigError(problem, key=key)
    return password


class Smtp(Server):
    """The account that sends (RFC 8314 §3.3: TLS on 465)."""

    PORTS: ClassVar[dict[str, int]] = {"tls": 465, "starttls": 587, "none": 25}

    connections: Annotated[Count, Field(le=100)] = 5
    """At most so many at once."""
    helo: Greeting | None = None
    """The full name that we greet the server by, where this machine has none that it takes."""


def check_server_name(name: str) -> str:
    """Return the name of a server that signs; ValueError for a result in its place.

    Microsoft 365 writes none: a field of anybody's that begins with the same result is no proof.
    """
    if re.search(r"[\s=;]", name):
        raise ValueError("expected a server's name; leave it out where the field begins with none")
    return name


ServerName = Annotated[Line, AfterValidator(check_server_name)]


class Imap(Server):
    """The account that is watched (RFC 8314 §3.2: TLS on 993)."""

    PORTS: ClassVar[dict[str, int]] = {"tls": 993, "starttls": 143, "none": 143}

    folders: Annotated[tuple[Line, ...], Field(min_length=1)] = ("INBOX",)
    """The folders to watch, the busiest first."""
    sent: Folder = None
    """The folder of what was sent; without it, the one that the server marks. False: none."""
    junk: Folder = None
    """The folder of what was taken for spam, in the same way."""
    all_mail: Folder = None
    """The folder of everything, in the same way: "All Mail" of Gmail."""
    authserv: tuple[ServerName, ...] = ()
    """The names by which your mail server signs its Authentication-Results (RFC 8601 §2.5)."""
    poll: Poll = _MINUTE
    """How often to look, beside being told; at most 10 minutes, and IDLE is renewed as often."""


class Mailbox(Paced):
    """An account to send from and to watch."""

    name: SenderName
    """What sequences and commands call it."""
    address: Annotated[Address, Field(alias="from")]
    """The address in From."""
    from_name: Line
    """The person in From."""
    reply_to: Address | None = None
    """Where answers go, if not to `from`; it must arrive in this mailbox."""
    plus_addresses: Flag = True
    """Whether mail to local+anything@ arrives here too; answers are then found more surely."""
    signature: Text | None = None
    """What templates print below a letter, as mailbox.signature; else that of its owner."""
    smtp: Smtp
    """The account that sends."""
    imap: Imap
    """The account that is watched."""

    @model_validator(mode="after")
    def _takes_tokens(self) -> Self:
        if self.plus_addresses:
            try:
                plus_address(self.reply_to or self.address, "a" * TOKEN_LENGTH)
            except AddressError as error:
                raise ValueError(str(error)) from None
        return self

    @model_validator(mode="after")
    def _is_carried(self) -> Self:
        """A header that not every server takes (RFC 6532 §3.6) must not come of Reply-To alone."""
        if self.reply_to and self.address.isascii() and not self.reply_to.isascii():
            raise ValueError(
                f'expected a reply_to without letters outside ASCII, as "from" is, '
                f'got "{self.reply_to}"'
            )
        return self

    dkim: Annotated[tuple[Dkim, ...], BeforeValidator(check_tables)] = ()
    """Signatures of our own, one for each table; none where the account that sends signs."""
