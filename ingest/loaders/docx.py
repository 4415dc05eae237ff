"""Word files (.docx): paragraphs, headings by style, list items and tables, in reading order.

Insertions of tracked changes are read, deletions are not; neither are headers, footers, comments
and notes. Word breaks pages only when it prints, so the text is one page.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ingest.loaders.archive_bounds import PACKAGE_SURPRISES, broken
from ingest.loaders.blocks import Block, assemble
from ingest.loaders.cleaning import one_line
from ingest.loaders.file_bytes import read_bytes, stem_of, version_of
from ingest.loaders.office_package import check_package
from rag.errors import DamagedFile, NoText
from rag.types import Document, Page

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING_STYLE: Final = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.IGNORECASE)
_TITLE_STYLES: Final = frozenset(("title", "标题", "標題"))
_LIST_STYLE: Final = re.compile(
    r"list (?:bullet|number|paragraph)|列表|列出段落|清單", re.IGNORECASE
)
_SIGNS: Final = {
    f"{_W}tab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
}
_UNREAD: Final = frozenset(
    (f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", f"{_W}txbxContent", _FALLBACK)
)


class DocxLoader:
    """Reads Word files."""

    def load(self, path: Path, *, name: str) -> Document:
        """Return the text as one page; raises a LoadError when there is nothing to read."""
        import docx
        from docx.opc.exceptions import OpcError

        data = read_bytes(path, name=name)
        check_package(data, suffix=".docx", name=name)
        try:
            word = docx.Document(io.BytesIO(data))
            text, headings = assemble(_Reader(word).blocks())
            title = one_line(word.core_properties.title or "")
        except (OpcError, *PACKAGE_SURPRISES) as error:
            raise DamagedFile(file=name, detail=broken(error)) from error
        if not text:
            raise NoText(file=name, detail="no paragraph and no table has text")
        first = next((heading.title for heading in headings if heading.level == 1), "")
        return Document(
            name=name,
            version=version_of(data),
            media_type=MEDIA_TYPE,
            title=title or first or stem_of(name),
            pages=(Page(number=1, text=text, headings=headings),),
            paginated=False,
        )


class _Reader:
    """Walks the body of a Word file; levels of styles are worked out once."""

    def __init__(self, word: WordDocument) -> None:
        self._word: Any = word
        self._levels: dict[str, int] = {}

    def blocks(self) -> Iterator[Block]:
        """Every block, in reading order."""
        return self._container(self._word.element.body)

    def _container(self, container: Any) -> Iterator[Block]:
        """Content controls (``sdt``) are opened: ``Document.iter_inner_content`` skips them."""
        for element in container.iterchildren():
            if element.tag == f"{_W}p":
                yield from self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                yield from self._table(element)
            elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
                yield from self._container(element)

    def _paragraph(self, element: Any) -> Iterator[Block]:
        from docx.text.paragraph import Paragraph

        style = Paragraph(element, self._word.part).style
        level = self._level(style)
        text = _text(element)
        is_item = not level and _is_item(element, style)
        yield Block(
            text=f"- {text}" if is_item and text.strip() else text, level=level, apart=not is_item
        )
        for box in element.iter(f"{_W}txbxContent"):
            if next(box.iterancestors(_FALLBACK), None) is None:
                yield from self._container(box)

    def _level(self, style: Any) -> int:
        """Return the heading level of ``style`` or of a style it is based on; 0 for body text."""
        if style is None:
            return 0
        if style.style_id not in self._levels:
            self._levels[style.style_id] = 0  # ends a circle of styles
            name = (style.name or "").strip()
            heading = _HEADING_STYLE.fullmatch(name)
            if heading:
                level = int(heading[1])
            elif name.casefold() in _TITLE_STYLES:
                level = 1
            else:
                level = self._level(style.base_style)
            self._levels[style.style_id] = level
        return self._levels[style.style_id]

    def _table(self, element: Any) -> Iterator[Block]:
        """One line a row; a merged cell is read where it begins, a table in a cell within it."""
        apart = True
        for row in element.iter(f"{_W}tr"):
            if next(row.iterancestors(f"{_W}tbl")) is not element:
                continue
            cells = [self._cell(cell) for cell in _cells(row)]
            yield Block(text=" | ".join(cells) if any(cells) else "", apart=apart)
            apart = False
        yield Block(text="", apart=True)

    def _cell(self, cell: Any) -> str:
        continued = cell.find(f"{_W}tcPr/{_W}vMerge")
        if continued is not None and continued.get(f"{_W}val", "continue") != "restart":
            return ""
        return one_line(" ".join(block.text for block in self._container(cell)))


def _cells(row: Any) -> Iterator[Any]:
    for cell in row.iter(f"{_W}tc"):
        if next(cell.iterancestors(f"{_W}tr")) is row:
            yield cell


def _is_item(element: Any, style: Any) -> bool:
    if element.find(f"{_W}pPr/{_W}numPr") is not None:
        return True
    return style is not None and bool(_LIST_STYLE.match(style.name or ""))


def _text(element: Any) -> str:
    """Return the characters of a paragraph, without deleted ones and those of its text boxes."""
    parts: list[str] = []
    stack = [element]
    while stack:
        node = stack.pop()
        if node.tag == f"{_W}t":
            parts.append(node.text or "")
        elif node.tag in _SIGNS:
            parts.append(_SIGNS[node.tag])
        elif node.tag not in _UNREAD:
            stack.extend(reversed(node))
    return "".join(parts)
