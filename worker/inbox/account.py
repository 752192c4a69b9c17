"""The account that a mailbox is watched through."""

from __future__ import annotations

import ssl
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from worker.errors import ConfigError
from worker.inbox.role import Role
from worker.inbox.trouble import InboxError, Trouble

Security = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """Where and as whom the mail of one mailbox is read.

    `mailbox` is the mailbox's name, `timeout` is in seconds and bounds every single wait for the
    server. `folders` are watched in this order; only the first is idled on. `special` are further
    ones by what lies in them: by name, or "" for the one that the server marks so. `ca_file` holds
    the authorities to trust in place of the system's. `security = "none"` is for loopback only,
    unless `allow_insecure` says that the operator accepts a readable password.

    Raises ConfigError for a value that cannot work.
    """

    mailbox: str
    host: str
    username: str
    password: str = field(repr=False)
    port: int = 993
    security: Security = "tls"
    ca_file: Path | None = None
    folders: tuple[str, ...] = ("INBOX",)
    timeout: float = 30.0
    allow_insecure: bool = False
    special: Mapping[Role, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if self.security == "none" and not (self.allow_insecure or _is_loopback(self.host)):
            raise self._wrong(
                "security", f'"none" would show the password on the way to {self.host}'
            )
        if not self.folders:
            raise self._wrong("folders", "at least one folder is needed")
        for key, value in (("username", self.username), ("password", self.password)):
            if any(unicodedata.category(letter) == "Cc" for letter in value):
                raise self._wrong(key, "it has a control character, such as the end of a line")

    def tls_context(self) -> ssl.SSLContext:
        """Return a context that checks the certificate and the host name.

        Raises InboxError if `ca_file` cannot be read.
        """
        try:
            return ssl.create_default_context(cafile=self.ca_file)
        except OSError as error:
            problem = f"imap.ca_file {self.ca_file} cannot be read ({error}); mend its name"
            raise InboxError(self.mailbox, problem, Trouble.TLS) from error

    def _wrong(self, key: str, problem: str) -> ConfigError:
        return ConfigError(problem, key=f"mailbox {self.mailbox}: imap.{key}")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
