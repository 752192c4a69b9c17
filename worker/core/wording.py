"""The words by which mail servers refuse, as `worker.core.refusal` looks for them.

They are looked for in lower case, in a text without links and addresses.
"""

from __future__ import annotations

import re


def _any(*forms: str) -> re.Pattern[str]:
    return re.compile("|".join(forms))


_WHO = (
    r"(?:user(?:name)?|recipient|mailbox|account|address(?:ee)?|inbox|alias|person|member"
    r"|subscriber|customer|local[ -]part)"
)
_NEAR = r"(?:[ :,\"<>()]+[\w.@'{}-]+){0,8}?[ :,\"<>()]+"
_GONE = (
    r"(?:unknown|not found|(?:does|do|did) ?(?:not|n't) exist|not exist|non-?existent|invalid"
    r"|unavailable|disabled|deactivated|inactiv(?:e|ity)|discontinued|terminated|closed"
    r"|no longer (?:valid|available|active|in use|exists?|accept\w*|works?|on|with|here)"
    r"|(?:could|can)(?:not|n't| not) be found|(?:was|were|is)(?: not|n't) found"
    r"|not (?:a )?(?:valid|known|listed|local|recogni[sz]ed|our customer))"
)

RECEIVING = _any(
    r"receiving (?:mail|messages) (?:at a rate|too)",
    r"recipient[^.]{0,60}(?:receive|receiving) (?:limit|rate)",
    r"recipient has exceeded[^.]{0,60}(?:messages|receive)",
)
"""The recipient gets too much for now."""

SENDING = _any(
    r"(?:send|sending|submission|outgoing|outbound|message|messages|user) (?:rate|quota|limit)s?"
    r"[^.]{0,20}(?:exceed|reach|over)",
    r"(?:exceed|reach)\w{0,3}[^.]{0,60}(?:sending|daily|hourly|monthly|submission|outgoing)[^.]{0,20}"
    r"(?:limit|quota|rate)",
    r"(?:daily|hourly|monthly)[^.]{0,30}(?:limit|quota)[^.]{0,30}(?:exceed|reach)",
    r"(?:exceed|reach)\w{0,3}[^.]{0,60} per (?:second|minute|hour|day)\b",
    r"\bmax(?:imum)?\b[^.]{0,60} per (?:second|minute|hour|day)\b[^.]{0,20}(?:exceed|reach)",
    r"unusual sending",
    r"(?:sending|send) rate|rate[ -]?limit",
    r"throttl",
)
"""We have sent too much for now."""

LOOP = _any(r"too many (?:hops|received)", r"hop count", r"(?:mail|routing|forwarding) loop")
"""It goes round in circles."""

OURSELVES = _any(
    # The sender, in the languages that mail is read in.
    r"sender",
    r"send (?:mail )?(?:as|on behalf)",
    r"envelope[ -]from|mail from|return[ -]path|\bfrom[: -]+(?:header|address|field|domain)",
    r"exp[eé]diteur|remitente|mittente|remetente|afzender|nadawc|odes[ií]latel|avs[aä]ndare?"
    r"|afsender|felad[oó]|expeditor|αποστολ[εέ]|l[aä]hett[aä]j|g[oö]nderen|отправител|відправник|发件人|寄件人|送信者|差出人"
    r"|보낸 ?사람|발신|שולח|المرسل",
    r"\bip[ -]?adres|\badres\w* ip\b|direcci[oó]n ip\b|indirizzo ip\b|endere[cç]o ip\b",
    # Our host, our client, our records, our name.
    r"client host|\bhelo\b|\behlo\b",
    r"\b(?:spf|dkim|dmarc|rdns|fcrdns|ptr|rbl|dnsbl)\b",
    r"(?:reverse|forward)[ -]dns|resource record",
    r"your (?:ip|account|host|server|domain|network|provider|isp|address(?! book))\b",
    # What we did, or are said to be.
    r"spam|unsolicited|junk|bulk mail",
    r"\bblock(?:ed|ing)?\b(?! (?:due to|for|because of|after) [^.]{0,20}inactiv)",
    r"block ?list|black ?list|deny ?list|banned|reputation|abus",
    r"(?<!not )(?<!isn't )\blisted\b",
    r"polic(?:y|ies)|authenticat|not authori[sz]ed|unauthori[sz]ed|not verified",
    r"\brelaying\b|(?:not|n't) relay",
    r"relay (?:access )?(?:not|denied|disallowed|prohibited)|open relay",
    r"(?<!recipient address rejected: )access denied",
    r"not permitted|(?<!mailbox name )not allowed|rcpthosts",
    r"storedrv\.submission|outbound",
    # Our account with a provider: stopped, not begun, not paid for.
    r"(?:for|from) sending|sending (?:is |was |has been )?(?:paused|suspended|disabled)",
    r"smtp (?:access |account )?(?:is |was |has been )?(?:disabled|not (?:yet )?activated)",
    r"\bcredits\b|insufficient (?:balance|funds)",
)
"""It is about the sender: who we are, where we come from, what we sent."""

CONTENT = _any(
    r"virus|malware|phishing|attachments?[^.]{0,60}(?:not|block|reject|forbid|prohibit)",
    r"(?:message|mail) content|content (?:is |was )?(?:reject|den|block|not)",
    r"\bheaders?\b|\bmime\b|malformed",
)
"""It is about what this message has in it."""

PASSING = _any(
    r"temporar|try again later|service (?:is )?(?:currently )?unavailable",
    r"connection (?:closed|refused|reset|lost|timed out)",
)
"""It is not for long."""

ADDRESS = _any(
    _WHO + _NEAR + _GONE,
    _GONE + r"[ -]" + _WHO,
    r"(?:no|any) (?:such )?(?:user|recipient|mailbox|account|person|address|customer)\b",
    r"unroute?able|undeliverable address|mailbox name not allowed",
    r"(?:doesn't|does not) have an? [\w .-]{0,40}account",
    r"(?:unknown|no such|bad destination|invalid) (?:host|domain|mailbox|local)",
    r"(?:host|domain|domain name)" + _NEAR + r"(?:not found|unknown|(?:does|do)(?:n't| not) exist)"
    r"(?!(?s:.{0,200})try again)",
    r"null ?mx|no (?:valid )?mx\b|does not accept mail",
    r"5\.4\.1 recipient address rejected|recipient address rejected: access denied\. +as",
    r"(?:address|recipients?) rejected[. ]*(?:$|\{)",
    r"not our customer|user_?unknown|nosuchuser",
)
"""Nobody is at home there."""

FULL = _any(
    r"(?:mailbox|inbox|account|folder|maildir)[^.]{0,40}\bfull\b",
    r"full mailbox",
    r"over ?quota|quota (?:is |has been )?(?:exceeded|full|reached)|out of storage",
    r"(?:exceed\w*|over)[^.]{0,30}(?:quota|storage)",
)
"""The recipient's mailbox has no room."""
