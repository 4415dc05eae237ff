"""HTML to blocks: what a reader of the page would read, line by line.

Scripts, hidden elements and the site's own furniture (menus, banners, forms) are left out, unless
nothing else is there. Nothing is fetched or run. Knows nothing of files.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ingest.loaders.blocks import Block
from ingest.loaders.cleaning import one_line

if TYPE_CHECKING:
    from bs4 import Tag

_INERT: Final = frozenset((
    "script", "style", "template", "noscript", "head", "title", "meta", "link", "svg", "iframe",
    "frame", "object", "embed", "applet", "canvas", "audio", "video", "map", "select", "option",
    "datalist", "button", "input", "textarea", "rp", "rt", "dialog",
))  # fmt: skip
_FURNITURE: Final = frozenset(("nav", "footer", "aside", "form", "menu"))
_FURNITURE_ROLES: Final = frozenset(
    ("navigation", "banner", "contentinfo", "search", "complementary")
)
_APART: Final = frozenset((
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "blockquote", "pre",
    "section", "article", "main", "figure", "hr", "body",
))  # fmt: skip
_LINES: Final = _APART | frozenset((
    "html", "div", "li", "dt", "dd", "tr", "caption", "thead", "tbody", "tfoot", "address",
    "figcaption", "details", "summary", "fieldset", "legend", "header", "footer", "nav", "aside",
    "form", "hgroup", "center", "td", "th",
))  # fmt: skip
_XML_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")
_HEADING: Final = re.compile(r"h[1-6]")
_HIDDEN_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_BLANKS_IN_LINE: Final = re.compile(r" {2,}")
_WIDE_CHARACTER: Final = "[\u2e80-\u303e\u3041-\ua4cf\uf900-\ufaff\uff01-\uff60]"
_BREAK_IN_CHINESE: Final = re.compile(
    f"(?<={_WIDE_CHARACTER})[ \t]*\r?\n[ \t]*(?={_WIDE_CHARACTER})"
)
_MARKER: Final = re.compile(r"(?:-|\d+\.) ?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader finds in a page of HTML."""

    title: str
    blocks: tuple[Block, ...]


def read_markup(markup: str) -> Reading:
    """Return the title and the blocks of ``markup``; no blocks when there is no text in it."""
    from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning

    with warnings.catch_warnings():
        for remark in (MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning):
            warnings.simplefilter("ignore", remark)
        soup = BeautifulSoup(_XML_DECLARATION.sub("", markup.replace("\0", "")), "lxml")
    blocks = _read(soup, furniture=False) or _read(soup, furniture=True)
    headline = soup.title or soup.h1
    title = one_line(headline.get_text(" ")) if headline else ""
    return Reading(title=title, blocks=tuple(blocks))


def _read(soup: Tag, *, furniture: bool) -> list[Block]:
    writer = _Writer()
    _walk(soup, writer, furniture=furniture)
    return writer.finish()


def _walk(root: Tag, writer: _Writer, *, furniture: bool) -> None:
    """Tell ``writer`` of every element's start and end in document order; depth has no limit."""
    from bs4 import Tag
    from bs4.element import CData, NavigableString

    stack: list[tuple[object, bool]] = [(root, False)]
    while stack:
        node, is_end = stack.pop()
        if isinstance(node, Tag):
            if is_end:
                writer.end(node)
            elif not _is_left_out(node, furniture=furniture):
                writer.start(node)
                stack.append((node, True))
                stack.extend((child, False) for child in reversed(node.contents))
        elif type(node) in (NavigableString, CData):
            writer.text(str(node))


def _is_left_out(tag: Tag, *, furniture: bool) -> bool:
    name = tag.name
    if name in _INERT or tag.has_attr("hidden") or tag.get("aria-hidden") == "true":
        return True
    if _HIDDEN_STYLE.search(str(tag.get("style") or "")):
        return True
    if furniture:
        return False
    if name == "header":
        return tag.find_parent(("article", "main", "section")) is None and tag.find("h1") is None
    return name in _FURNITURE or str(tag.get("role") or "") in _FURNITURE_ROLES


@dataclass(slots=True)
class _Writer:
    """Collects the blocks while the elements go by."""

    blocks: list[Block] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _level: int = 0
    _apart: bool = False
    _preformatted: int = 0
    _rows: list[int] = field(default_factory=list)  # cells begun, for each table row we are in
    _lists: list[int] = field(default_factory=list)  # next number of each list, 0: no numbers

    def start(self, tag: Tag) -> None:
        """Note that an element begins."""
        name = tag.name
        if name == "br":
            self._parts.append(" " if self._rows else "\n")
        elif name == "img":
            self.text(str(tag.get("alt") or ""))
        elif name in ("td", "th"):
            self._start_cell(tag)
        elif name in _LINES:
            self._break(apart=self._stands_apart(name))
            self._start_line(tag)

    def end(self, tag: Tag) -> None:
        """Note that an element ends."""
        name = tag.name
        if name == "tr":
            self._flush()
            self._rows.pop()
        elif name == "li" and not self._is_in_row():
            self._flush()
        elif name in _LINES and name not in ("td", "th"):
            if name in ("ul", "ol"):
                self._lists.pop()
            self._break(apart=self._stands_apart(name))
        if _HEADING.fullmatch(name):
            self._level = 0
        elif name == "pre":
            self._preformatted -= 1

    def text(self, text: str) -> None:
        """Characters go by."""
        if not self._preformatted:
            text = _BLANKS.sub(" ", _BREAK_IN_CHINESE.sub("", text))
        self._parts.append(text)

    def finish(self) -> list[Block]:
        """Every block, in order."""
        self._flush()
        return self.blocks

    def _start_cell(self, tag: Tag) -> None:
        if not self._rows:
            self._break(apart=False)
        elif _is_layout(tag):
            self._rows[-1] = 0
            self._break(apart=True)
        else:
            if self._rows[-1]:
                self._parts.append(" | ")
            else:
                self._break(apart=False)
            self._rows[-1] += 1

    def _start_line(self, tag: Tag) -> None:
        name = tag.name
        if name == "tr":
            self._flush()
            self._rows.append(0)
        elif name == "pre":
            self._preformatted += 1
        elif name in ("ul", "ol"):
            self._lists.append(_first_number(tag) if name == "ol" else 0)
        elif name == "li":
            self._parts.append(self._marker())
        elif _HEADING.fullmatch(name) and not self._is_in_row():
            self._level = int(name[1])

    def _marker(self) -> str:
        if not self._lists or not self._lists[-1]:
            return "- "
        self._lists[-1] += 1
        return f"{self._lists[-1] - 1}. "

    def _stands_apart(self, name: str) -> bool:
        is_within_list = name in ("ul", "ol", "p") and bool(self._lists)
        return name in _APART and not is_within_list

    def _is_in_row(self) -> bool:
        return bool(self._rows and self._rows[-1])

    def _break(self, *, apart: bool) -> None:
        """End the line here, but within a table's row set only a blank."""
        if self._is_in_row():
            self._parts.append(" ")
        elif _MARKER.fullmatch("".join(self._parts).lstrip()):
            return
        else:
            self._flush()
            self._apart = self._apart or apart

    def _flush(self) -> None:
        text = "".join(self._parts)
        if not self._preformatted:
            text = "\n".join(_BLANKS_IN_LINE.sub(" ", line).strip() for line in text.split("\n"))
        self._parts.clear()
        if text.strip(" |\n") and not _MARKER.fullmatch(text.strip()):
            self.blocks.append(Block(text=text.strip("\n"), level=self._level, apart=self._apart))
            self._apart = False
            self._level = 0


def _is_layout(cell: Tag) -> bool:
    """Recognise a cell that holds a table or a heading lays out the page; it is no table's cell."""
    return cell.find(("table", "h1", "h2", "h3")) is not None


def _first_number(ordered_list: Tag) -> int:
    start = str(ordered_list.get("start") or "1")
    return max(1, int(start)) if start.isdecimal() and len(start) < 7 else 1
