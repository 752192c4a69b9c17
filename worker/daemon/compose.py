"""From settings to what the engine works with. The only place that knows all the parts."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from worker.config.dkim import Dkim
from worker.config.mailbox import Imap
from worker.config.mailbox import Mailbox as MailboxTable
from worker.config.owners import Owner as OwnerTable
from worker.config.settings import Settings
from worker.core import token
from worker.core.calendar import zone
from worker.delivery.account import Account
from worker.engine.holidays import Almanac
from worker.engine.setup import Mailbox, Newsletter, Owner, Sender, Setup, Signs
from worker.inbox.account import ImapAccount
from worker.inbox.role import Role

KEY = 0  # the id of the only key there is, so far


def setup_of(settings: Settings, *, secret: bytes | None = None) -> Setup:
    """Return the rules, keys and mailboxes of an installation; ConfigError without its key.

    With a `secret` that somebody made up, nothing of the installation's own keys is read.
    """
    keyless = secret is not None
    secret = secret or settings.key()
    newsletter = settings.newsletter
    return Setup(
        secret=secret,
        signer=token.Signer({KEY: secret}, KEY),
        sender=Sender(settings.sender.company, settings.sender.postal_address),
        mailboxes=MappingProxyType(
            {one.name: _mailbox(settings, one, keyless=keyless) for one in settings.mailbox}
        ),
        policy=settings.policy.facts(),
        zone=zone(settings.zone),
        almanac=Almanac(settings.country, frozenset(settings.closed_days)),
        newsletter=Newsletter(
            name=newsletter.name,
            day=newsletter.day,
            hour=newsletter.hour,
            mailbox=newsletter.mailbox,
            ask_after=newsletter.ask_after,
            answer_within=newsletter.answer_within,
        ),
        attributes=tuple(settings.attributes),
        owners=MappingProxyType({one.name: _owner(one) for one in settings.owner}),
        pools=MappingProxyType({one.name: one.mailboxes for one in settings.pool}),
        team_lead=settings.team_lead,
        stage_rules=tuple(one.rule() for one in settings.stage_rule),
        domains=MappingProxyType({one.name: one.pace() for one in settings.domain}),
    )


def smtp_account(settings: Settings, mailbox: MailboxTable) -> Account:
    """Return the account that a mailbox sends through."""
    smtp = mailbox.smtp
    return Account(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        username=smtp.username,
        password=smtp.secret(settings.root).get_secret_value(),
        ca_file=str(settings.root / smtp.ca_file) if smtp.ca_file else None,
        connections=smtp.connections,
        allow_insecure=smtp.allow_insecure,
    )


def imap_account(settings: Settings, mailbox: MailboxTable) -> ImapAccount:
    """Return the account that a mailbox is watched through."""
    imap = mailbox.imap
    return ImapAccount(
        mailbox=mailbox.name,
        host=imap.host,
        port=imap.port,
        security=imap.security,
        username=imap.username,
        password=imap.secret(settings.root).get_secret_value(),
        ca_file=settings.root / imap.ca_file if imap.ca_file else None,
        folders=imap.folders,
        special=_special(imap),
        allow_insecure=imap.allow_insecure,
    )


def _special(imap: Imap) -> dict[Role, str]:
    named = {Role.SENT: imap.sent, Role.JUNK: imap.junk, Role.ALL: imap.all_mail}
    return {role: name or "" for role, name in named.items() if name is not False}


def _mailbox(settings: Settings, table: MailboxTable, *, keyless: bool) -> Mailbox:
    signing = () if keyless else table.dkim
    return Mailbox(
        name=table.name,
        address=table.address,
        from_name=table.from_name,
        reply_to=table.reply_to,
        plus_addresses=table.plus_addresses,
        pace=table.pace(),
        signature=settings.signature_of(table),
        authserv=table.imap.authserv,
        signers=_signers(settings, signing),
    )


def _signers(settings: Settings, tables: Sequence[Dkim]) -> tuple[Signs, ...]:
    """Return what signs; the library of keys is loaded only for those who do: it takes 6 MB."""
    if not tables:
        return ()
    from worker.render.dkim import Signer

    return tuple(
        Signer(one.domain, one.selector, one.secret(settings.root), str(one.key_file))
        for one in tables
    )


def _owner(table: OwnerTable) -> Owner:
    return Owner(
        name=table.name,
        address=table.address,
        mailbox=table.mailbox,
        absent_from=table.absent_from,
        absent_until=table.absent_until,
        deputy=table.deputy,
    )
