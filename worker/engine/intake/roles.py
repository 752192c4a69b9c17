"""Role accounts: addresses that a team reads, or nobody. They are reported, not refused."""

from __future__ import annotations

# RFC 2142 §3-5, and what else companies print on their letterhead.
ROLES = frozenset({
    "abuse", "accounting", "accounts", "admin", "administrator", "all", "billing", "bookings",
    "careers", "company", "compliance", "contact", "customerservice", "editor", "enquiries",
    "enquiry", "events", "everyone", "feedback", "finance", "ftp", "hello", "help",
    "helpdesk", "hostmaster", "hr", "info", "inquiries", "invoices", "it", "jobs", "kontakt",
    "legal", "mail", "mailbox", "marketing", "media", "news", "newsletter", "no-reply",
    "nobody", "noc", "noreply", "office", "operations", "orders", "postmaster", "press",
    "privacy", "purchasing", "reception", "recruiting", "recruitment", "reply", "root",
    "sales", "security", "service", "services", "shop", "staff", "support", "team", "usenet",
    "uucp", "web", "webmaster", "welcome", "www",
})  # fmt: skip


def is_role(local: str) -> bool:
    """Tell whether the part before the @, in lower case, names a role and not a person."""
    return local.partition("+")[0] in ROLES
