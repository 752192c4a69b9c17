"""Which provider reads the mail of an address: limits hold for all of its domains together.

Domains of companies that are kept by a provider (Google Workspace, Microsoft 365) show it only in
their MX records, which this table does not look up: each of them counts for itself.
"""

from __future__ import annotations

DOMAINS: dict[str, tuple[str, ...]] = {
    "gmail": ("gmail.com", "googlemail.com"),
    "microsoft": (
        "outlook.com",
        "outlook.de",
        "outlook.fr",
        "hotmail.com",
        "hotmail.co.uk",
        "hotmail.de",
        "hotmail.fr",
        "hotmail.it",
        "hotmail.es",
        "live.com",
        "live.co.uk",
        "live.de",
        "live.fr",
        "live.nl",
        "msn.com",
        "passport.com",
    ),
    "yahoo": (
        "yahoo.com",
        "yahoo.co.uk",
        "yahoo.co.in",
        "yahoo.de",
        "yahoo.es",
        "yahoo.fr",
        "yahoo.it",
        "ymail.com",
        "rocketmail.com",
        "aol.com",
        "aim.com",
    ),
    "icloud": ("icloud.com", "me.com", "mac.com"),
    "gmx": ("gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "web.de", "mail.com"),
    "telekom": ("t-online.de", "magenta.de"),
    "proton": ("proton.me", "protonmail.com", "pm.me"),
    "fastmail": ("fastmail.com", "fastmail.fm"),
    "zoho": ("zoho.com", "zohomail.com"),
    "yandex": ("yandex.com", "yandex.ru", "ya.ru"),
    "mailru": ("mail.ru", "bk.ru", "inbox.ru", "list.ru"),
    "qq": ("qq.com", "foxmail.com"),
    "netease": ("163.com", "126.com", "yeah.net"),
    "naver": ("naver.com",),
    "orange": ("orange.fr", "wanadoo.fr"),
    "free": ("free.fr",),
    "libero": ("libero.it", "iol.it", "virgilio.it"),
    "comcast": ("comcast.net", "xfinity.com"),
    "bt": ("btinternet.com", "btopenworld.com"),
}
"""The domains of each provider."""

_PROVIDERS = {domain: provider for provider, domains in DOMAINS.items() for domain in domains}


def provider_of(address: str) -> str:
    """Return the provider of an address by its name in the table, else the address's domain."""
    domain = address.rpartition("@")[2].lower()
    return _PROVIDERS.get(domain, domain)
