"""Reads an HTML document as the text that its reader would see.

inscriptis makes the text of a tree of lxml's, element by element. What takes it the most time is
done here in another way: how an element is copied, and how text is put into a line. It resolves
entities that lxml has resolved before, so that ``?a=1&section=2`` would lead to ``?a=1§ion=2``; and
its links could be anything in brackets. Here both are left as they are, links between marks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Self

from inscriptis import get_text
from inscriptis.annotation import Annotation
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_engine import Inscriptis
from inscriptis.html_properties import Display, WhiteSpace
from inscriptis.model.attribute import DEFAULT_ATTRIBUTE_MAP
from inscriptis.model.canvas import Canvas
from inscriptis.model.config import ParserConfig
from inscriptis.model.css import CssParse
from inscriptis.model.html_document_state import HtmlDocumentState
from inscriptis.model.html_element import HtmlElement
from inscriptis.model.table import Table, TableCell
from inscriptis.model.tag import CustomHtmlTagHandlerMapping
from lxml import etree

LINK, TARGET, END = "\ue001", "\ue002", "\ue003"
"""The marks of a link, before its words, its target, and after it: no text has them."""

_HEARD = "attr_"  # how inscriptis names what it makes of a declaration
_PARSER = etree.HTMLParser()  # lxml.html's would make an object of Python's for each element
_UNSEEN = frozenset({"base", "link", "meta", "script", "style", "title"})
_given = attrgetter(
    *("tag", "prefix", "suffix", "display", "margin_before", "margin_after", "padding_inline"),
    *("list_bullet", "whitespace", "limit_whitespace_affixes", "align", "valign", "annotation"),
)


class _Element(HtmlElement):  # type: ignore[misc]
    """An element of inscriptis, copied and written into at little cost."""

    __slots__ = ()

    def __copy__(self) -> Self:
        return type(self)(*_given(self))

    def write_verbatim_text(self, text: str) -> None:
        """Put text into lines of its own: those of a table."""
        super().write_verbatim_text(_unresolved(text))

    def write(self, text: str | None) -> None:
        """Put text into the line, as `Block.merge_normal_text` does character by character."""
        if not text or self.display is Display.none:
            return
        if self.whitespace is WhiteSpace.pre:
            super().write(_unresolved(text))
            return
        whole = f"{self.prefix}{text}{self.suffix}"
        block = self.canvas.current_block
        before = "" if block.collapsable_whitespace or not whole[0].isspace() else " "
        words = " ".join(whole.split())
        if not words and not before:
            return
        block.collapsable_whitespace = not words or whole[-1].isspace()
        after = " " if words and block.collapsable_whitespace else ""
        first = "" if block._content else block.prefix.first  # noqa: SLF001
        written = f"{first}{before}{words}{after}"
        block._content += written  # noqa: SLF001
        block.idx += len(written)


def _unresolved(text: str) -> str:
    """Return a text that is itself again once entities are resolved in it."""
    return text.replace("&", "&amp;")


class _Table(Table):  # type: ignore[misc]
    """A table of inscriptis; one of one column, as layouts are, is written at little cost."""

    __slots__ = ()

    def get_text(self) -> str:
        """Return the lines of the cells, as wide as the widest of them."""
        if not self.rows or any(len(row) > 1 for row in self.rows):
            return str(super().get_text())
        for cell in self._cells():
            cell.normalize_blocks()
        width = max((len(line) for cell in self._cells() for line in cell.blocks), default=0)
        return "".join([_lines(row.columns, width) for row in self.rows])

    def _cells(self) -> Iterator[TableCell]:
        return (cell for row in self.rows for cell in row.columns)

    def get_annotations(self, _index: int, _margin: int) -> list[Annotation]:
        """Return none: nobody asks for any."""
        return []


def _lines(cells: list[TableCell], width: int) -> str:
    """Return the lines of a row, which may have no cell."""
    return (
        "\n".join([cell.align.format(line, width) for cell in cells for line in cell.blocks]) + "\n"
    )


def _begin_table(state: HtmlDocumentState, _attributes: Mapping[str, str]) -> None:
    """Do as inscriptis does, with a table of ours."""
    canvas = Canvas()
    state.tags[-1].set_canvas(canvas)
    state.current_table.append(_Table(canvas.left_margin, state.config.table_cell_separator))


def begin_link(state: HtmlDocumentState, attributes: Mapping[str, str]) -> None:
    """Do as inscriptis does, with a mark of ours."""
    state.link_target = attributes.get("href", "")
    if state.link_target:
        state.tags[-1].write(LINK)


def end_link(state: HtmlDocumentState) -> None:
    """Do as inscriptis does, with marks of ours around the target."""
    if state.link_target:
        state.tags[-1].write(f"{TARGET}{state.link_target}{END}")


class _Styles(dict[str, HtmlElement]):
    """The styles of elements by name; an element that has none is one of ours, too."""

    def get(self, name: str, _default: object = None) -> HtmlElement:
        return super().get(name, _UNSTYLED)


_UNSTYLED = _Element()
_STYLES = {name: _Element(*_given(one)) for name, one in CSS_PROFILES["strict"].items()}


def read(html: str) -> str:
    """Return an HTML document as text in lines of any length, its links between marks."""
    tree = _tree(html.strip())
    if tree is None:
        return str(get_text(html, _config()))  # it knows what to make of it
    return str(Inscriptis(tree, _config()).get_text())


def _tree(html: str) -> etree._Element | None:
    """Return the tree of a document, or none if it is empty or begins as XML."""
    if not html or html.startswith("<?"):
        return None
    try:
        tree = etree.fromstring(html, _PARSER)
    except etree.LxmlError:
        return None
    if tree is not None:
        etree.strip_tags(tree, etree.Comment)  # inscriptis shows what follows one, hidden or not
        _empty_head(tree)
    return tree


def _empty_head(tree: etree._Element) -> None:
    """Spare inscriptis a head of which it would show nothing."""
    head = tree.find("head")
    if head is not None and all(child.tag in _UNSEEN for child in head):
        head.clear(keep_tail=True)


def _config() -> ParserConfig:
    # The element that all others are in is written to: each document has its own.
    config = ParserConfig(
        css=_Styles(_STYLES, body=_Element()),
        custom_html_tag_handler_mapping=_HANDLERS,
    )
    config.attribute_handler.attribute_mapping = _ATTRIBUTES
    return config


@lru_cache(maxsize=1024)  # the elements of a layout have the same few styles
def _heard(style: str) -> str:
    """Return the declarations of a style that inscriptis makes anything of."""
    each = (one.partition(":") for one in style.lower().split(";"))
    names = (one[0].strip().replace("-webkit-", "").replace("-", "_") for one in each)
    said = zip(names, style.split(";"), strict=True)
    return ";".join(one for name, one in said if hasattr(CssParse, _HEARD + name))


def _apply_style(style: str, element: HtmlElement) -> None:
    if heard := _heard(style):
        CssParse.attr_style(heard, element)


_HANDLERS = CustomHtmlTagHandlerMapping({"table": _begin_table, "a": begin_link}, {"a": end_link})
_ATTRIBUTES = {**DEFAULT_ATTRIBUTE_MAP, "style": _apply_style}
