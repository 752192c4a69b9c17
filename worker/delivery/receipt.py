"""What a server's last "250" tells about the Message-ID that the recipient will see.

Relays that rewrite Message-IDs name the new one in their answer; a reply refers to that one.
"""

from __future__ import annotations

import re

_EXCHANGE = re.compile(r"<([^<>\s]+@[^<>\s]+)> \[(?:InternalId|Hostname)=")
_QUEUED = re.compile(r"queued as <([^<>\s]+@[^<>\s]+)>", re.IGNORECASE)
_SES = re.compile(r"Ok ([0-9a-f]{16}-[0-9a-f-]{36}-\d{6})$", re.IGNORECASE)
_SES_HOST = re.compile(r"email-smtp(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com$", re.IGNORECASE)


def final_message_id(text: str, host: str) -> str | None:
    """Return the Message-ID that the server at `host` gave, without angle brackets, if it says so.

    Exchange and Brevo name it whole. Amazon SES names only the local part: the domain follows from
    the region in the host's name.
    """
    if named := _EXCHANGE.search(text) or _QUEUED.search(text):
        return named[1]
    if not (ses := _SES.match(text)) or not (region := _SES_HOST.match(host)):
        return None
    domain = "email" if region[1].lower() == "us-east-1" else region[1].lower()
    return f"{ses[1]}@{domain}.amazonses.com"
