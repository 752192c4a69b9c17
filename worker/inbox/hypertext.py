"""HTML of a mail to text, in which what is quoted is marked by `>`; linear and bounded.

The standard library's `HTMLParser` takes half a minute on `<a ` repeated; here one expression cuts
the source into tags and text, and a stack of open elements knows what each mail program does to
mark a quote:

- Gmail: `gmail_attr` and `blockquote`; what stands between them is new;
- Yahoo: `yahoo_quoted`; Thunderbird: `moz-cite-prefix` and `blockquote type=cite`;
- Apple Mail: `blockquote type=cite`; Proton: `protonmail_quote`;
- Outlook marks only where a quote begins, `divRplyFwdMsg`, `appendonsend`: the rest is quoted.

Signatures that say so (`gmail_signature`, `moz-signature`, Outlook's `Signature`) follow a `-- `.
"""

from __future__ import annotations

import re
from html import unescape
from typing import NamedTuple

MAX_HTML = 400_000
"""Characters of HTML that are read."""
MAX_OPEN = 500
"""Open elements that are kept in mind."""

_PIECE = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})([^<>]*)>|<[!?][^<>]*>|([^<]+)|<")
_SPACE = re.compile(r"[ \t\n\r\f\u00a0]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u00ad\ufeff\u034f]")
_QUOTE = re.compile(
    r"yahoo_quoted|yahooquoted|protonmail_quote|zmail_extra|tutanota_quote|"
    r"moz-cite-prefix|moz-forward-container|type=[\"']?cite|hmmessage_quote|freebirdquote|"
    r"mail_quote_|gmail_attr|ox-reply-quote|gmx_quote|mail-quote|mailru-blockquote"
)
_QUOTE_FROM_HERE = re.compile(
    r"id=[\"']?(?:x_)*(?:divrplyfwdmsg|appendonsend|ms-outlook-mobile-body-separator|"
    r"mail-editor-reference-message-container|origbody|replysplit)|name=[\"']?_mailoriginal|"
    r"border-top: ?solid #(?:e1e1e1|b5c4df) 1\.0pt|border-top-color: ?rgb\(181, ?196, ?223\)"
)
_SIGNATURE = re.compile(
    r"gmail_signature|moz-signature|id=[\"']?(?:x_)*(?:signature|ms-outlook-mobile-signature|"
    r"applemailsignature|protonmail_signature)|(?:protonmail|tutanota|yahoo)[_-]signature"
)
_HIDDEN = re.compile(r"display: ?none|mso-hide: ?all|font-size: ?0(?:px)?[;\"']")
_SILENT = {"style", "script", "head", "title", "noscript", "template", "select", "svg", "xml"}
_VOID = {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "wbr", "source"}
_BLOCK = {
    "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote",
    "pre", "section", "article", "header", "footer", "center", "address", "dl", "dt", "dd", "hr",
}  # fmt: skip
_CELL = {"td", "th"}
_APART = {"p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"}


def text_of(html: str) -> str:
    """The text of an HTML mail: quoted lines behind `> `, signatures behind `-- `."""
    writer = _Writer()
    for piece in _PIECE.finditer(_without_comments(html[:MAX_HTML])):
        closing, name, attributes, words = piece.groups()
        if words:
            writer.words(words)
        elif name and closing:
            writer.close(name.lower())
        elif name:
            writer.open(name.lower(), attributes.lower())
    return writer.result()


def _without_comments(html: str) -> str:
    if "<!--" not in html:
        return html
    kept: list[str] = []
    start = 0
    while (opened := html.find("<!--", start)) >= 0:
        kept.append(html[start:opened])
        closed = html.find("-->", opened)
        if closed < 0:
            return "".join(kept)
        start = closed + 3
    return "".join((*kept, html[start:]))


class _Said(NamedTuple):
    """What the attributes of an element say about what is in it, and behind it."""

    quotes: bool = False
    hidden: bool = False
    rest_is_quoted: bool = False
    signs: bool = False

    @classmethod
    def of(cls, attributes: str) -> _Said:
        told = (_QUOTE, _HIDDEN, _QUOTE_FROM_HERE, _SIGNATURE)
        return cls(*(one.search(attributes) is not None for one in told))


_NOTHING = _Said()


class _Writer:
    """Lines of text as they come, and the elements that are open around them."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._open: list[tuple[str, bool, bool]] = []  # name, quotes, silent
        self._quotes = 0
        self._silent = 0
        self._rest_is_quoted = False
        self._said: dict[str, _Said] = {}

    def open(self, name: str, attributes: str) -> None:
        if name in _BLOCK or name == "p":
            self._break(apart=name in _APART)
        if name in _CELL:
            self.words(" ")
        if name == "br":
            self._break(keep_empty=True)
        if name in _VOID:
            return
        said = self._said_by(attributes) if attributes else _NOTHING
        self._mark(said)
        quotes = name == "blockquote" or said.quotes
        silent = name in _SILENT or said.hidden
        if len(self._open) < MAX_OPEN:
            self._open.append((name, quotes, silent))
            self._quotes += quotes
            self._silent += silent

    def _said_by(self, attributes: str) -> _Said:
        """What attributes say; a mail has the same ones again and again."""
        found = self._said.get(attributes)
        if found is None:
            found = self._said[attributes] = _Said.of(attributes)
        return found

    def _mark(self, said: _Said) -> None:
        if said.rest_is_quoted:
            self._break()
            self._rest_is_quoted = True
        elif said.signs and not self._is_quoted():
            self._break()
            self._lines.append("-- ")

    def close(self, name: str) -> None:
        if name in _BLOCK or name == "p":
            self._break(apart=name in _APART)
        for depth in range(1, min(len(self._open), 40) + 1):
            if self._open[-depth][0] == name:
                for _, quotes, silent in self._open[-depth:]:
                    self._quotes -= quotes
                    self._silent -= silent
                del self._open[-depth:]
                return

    def words(self, source: str) -> None:
        if not self._silent:
            self._line.append(source)

    def _is_quoted(self) -> bool:
        return self._rest_is_quoted or self._quotes > 0

    def _break(self, *, apart: bool = False, keep_empty: bool = False) -> None:
        line = ""
        if self._line:
            line = _SPACE.sub(" ", unescape("".join(self._line))).strip()
            line = _INVISIBLE.sub("", line)
            self._line.clear()
        if line or keep_empty:
            self._lines.append(f"> {line}" if self._is_quoted() else line)
        if apart and self._lines and self._lines[-1] not in {"", "-- "}:
            self._lines.append("> " if self._is_quoted() else "")

    def result(self) -> str:
        """The lines so far as one text."""
        self._break()
        return "\n".join(self._lines)
