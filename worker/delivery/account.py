"""An account to send from: where it is, how it is secured, how much it may be asked at once."""

from __future__ import annotations

import base64
import ipaddress
import ssl
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from worker.errors import ConfigError

Security: TypeAlias = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait, by RFC 5321 §4.5.3.2; shorter ones send mail twice or not at all.

    Each is a cap on the whole of what it names, however the bytes trickle in.
    """

    connect: float = 30.0
    """For the connection, and again for the greeting (with TLS, where it comes first)."""
    command: float = 300.0
    """For the answer to one command; for a whole step (EHLO, STARTTLS, login) before the first."""
    block: float = 180.0
    """For the server to take one block of the body."""
    dot: float = 600.0
    """For the answer to the final dot."""
    idle: float = 20.0
    """After which a connection is asked whether it is still there before it is used again."""
    check: float = 5.0
    """For the answer to that question; whoever is silent so long is not asked for more."""
    goodbye: float = 5.0
    """For the answer to QUIT, of which nothing depends."""


@dataclass(frozen=True, slots=True)
class Account:
    """An SMTP account.

    `security`: "tls" from the first byte, "starttls" required, or "none". Certificates are always
    verified, against `ca_file` alone where it is given. `helo` is our name in EHLO, the machine's
    if empty. Raises ConfigError where the password would go over a network in the clear, unless
    `allow_insecure` says that the operator accepts that.
    """

    host: str
    port: int
    security: Security = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: str | None = None
    timeouts: Timeouts = Timeouts()
    connections: int = 5
    messages_per_connection: int = 100
    helo: str = ""
    allow_insecure: bool = False

    def __post_init__(self) -> None:
        readable = self.security == "none" and self.username and not self.is_loopback
        if readable and not self.allow_insecure:
            raise ConfigError(
                f"the password for {self.host} would travel in the clear; use starttls or tls",
                key="security",
            )
        if self.connections < 1 or self.messages_per_connection < 1:
            raise ConfigError("must be at least 1", key="connections, messages_per_connection")

    @property
    def is_loopback(self) -> bool:
        """Whether the connection stays on this machine."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"

    def tls_context(self) -> ssl.SSLContext | None:
        """Return a context that verifies chain and host name; reads files. None for "none".

        Raises ConfigError if `ca_file` cannot be read.
        """
        if self.security == "none":
            return None
        try:
            return ssl.create_default_context(cafile=self.ca_file)
        except OSError as error:
            raise ConfigError(f"cannot read {self.ca_file}: {error}", key="ca_file") from error

    def redact(self, text: str) -> str:
        """Return `text` without the password, in any of the shapes in which it was sent."""
        if not self.password:
            return text
        plain = f"\0{self.username}\0{self.password}"
        shapes = [base64.b64encode(shape.encode()).decode() for shape in (plain, self.password)]
        for secret in (*shapes, self.password):
            text = text.replace(secret, "…")
        return text
