"""What a folder is for, as the server marks it (RFC 6154 §2) or the configuration says."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What lies in a folder."""

    INBOX = "inbox"  # what came in: the inbox, and folders that rules put mail into
    SENT = "sent"
    JUNK = "junk"
    ALL = "all"  # everything, sent and received, drafts too: "All Mail" of Gmail


FLAGS = {"\\sent": Role.SENT, "\\junk": Role.JUNK, "\\all": Role.ALL}
"""The special-use attributes, in lower case (RFC 6154 §2)."""
