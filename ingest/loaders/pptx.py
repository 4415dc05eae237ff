"""PowerPoint files (.pptx): a slide is a page, its title a heading; text, tables, charts and notes.

Shapes are read from top to bottom and from left to right, as they stand on the slide; those in a
group within it. Hidden slides are left out. Pictures are not read.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ingest.loaders.archive_bounds import PACKAGE_SURPRISES, broken
from ingest.loaders.blocks import Block, assemble
from ingest.loaders.cleaning import one_line
from ingest.loaders.file_bytes import read_bytes, stem_of, version_of
from ingest.loaders.office_package import check_package
from ingest.loaders.table_rows import cell_text
from rag.errors import DamagedFile, NoText
from rag.types import Document, Page

if TYPE_CHECKING:
    from pptx.presentation import Presentation

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

_FURNITURE: Final = frozenset(("DATE", "FOOTER", "SLIDE_NUMBER"))
_DEEPEST_GROUP: Final = 20


class PptxLoader:
    """Reads PowerPoint files."""

    def load(self, path: Path, *, name: str) -> Document:
        """Return a page a slide; raises a LoadError when there is nothing to read."""
        import pptx
        from pptx.exc import PythonPptxError

        data = read_bytes(path, name=name)
        check_package(data, suffix=".pptx", name=name)
        try:
            slides = pptx.Presentation(io.BytesIO(data))
            pages, hidden = _pages(slides)
            title = one_line(slides.core_properties.title or "")
        except (PythonPptxError, *PACKAGE_SURPRISES) as error:
            raise DamagedFile(file=name, detail=broken(error)) from error
        if not any(page.text for page in pages):
            raise NoText(file=name, detail=f"{len(pages)} slides")
        first = next((page.headings[0].title for page in pages if page.headings), "")
        return Document(
            name=name,
            version=version_of(data),
            media_type=MEDIA_TYPE,
            title=("" if title == "PowerPoint Presentation" else title) or first or stem_of(name),
            pages=pages,
            paginated=True,
            warnings=(f"hidden slides left out: {hidden}",) if hidden else (),
        )


def _pages(slides: Presentation) -> tuple[tuple[Page, ...], int]:
    """Return a page for every slide and how many are hidden: these keep their number, no text."""
    pages, hidden = [], 0
    for number, slide in enumerate(slides.slides, 1):
        is_hidden = slide.element.get("show") in ("0", "false")
        hidden += is_hidden
        text, headings = assemble(() if is_hidden else _slide(slide))
        pages.append(Page(number=number, text=text, label=f"slide {number}", headings=headings))
    return tuple(pages), hidden


def _slide(slide: Any) -> Iterator[Block]:
    title = slide.shapes.title
    if title is not None:
        yield Block(text=title.text_frame.text, level=1)
    for shape in _in_reading_order(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            yield from _shape(shape)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        yield from _paragraphs(slide.notes_slide.notes_text_frame)


def _in_reading_order(shapes: Any) -> list[Any]:
    """Shapes from top to bottom; what begins at one height, from left to right."""
    return sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0))


def _shape(shape: Any, depth: int = 0) -> Iterator[Block]:
    from pptx.shapes.group import GroupShape

    if isinstance(shape, GroupShape):
        if depth < _DEEPEST_GROUP:
            for inner in _in_reading_order(shape.shapes):
                yield from _shape(inner, depth + 1)
    elif getattr(shape, "has_table", False):
        yield from _table(shape.table)
    elif getattr(shape, "has_chart", False):
        yield from _chart(shape.chart)
    elif shape.has_text_frame and not _is_furniture(shape):
        yield from _paragraphs(shape.text_frame)


def _is_furniture(shape: Any) -> bool:
    """Recognise the date, footer and number that a master puts on every slide."""
    return shape.is_placeholder and shape.placeholder_format.type.name in _FURNITURE


def _paragraphs(frame: Any) -> Iterator[Block]:
    """One line a paragraph; those below the first level are items."""
    apart = True
    for paragraph in frame.paragraphs:
        text = paragraph.text.strip()
        yield Block(text=f"- {text}" if text and paragraph.level else text, apart=apart)
        apart = False


def _table(table: Any) -> Iterator[Block]:
    """One line a row; a merged cell is read where it begins."""
    apart = True
    for row in table.rows:
        cells = ["" if cell.is_spanned else one_line(cell.text) for cell in row.cells]
        yield Block(text=" | ".join(cells) if any(cells) else "", apart=apart)
        apart = False
    yield Block(text="", apart=True)


def _chart(chart: Any) -> Iterator[Block]:
    """Return a chart's title and its figures as a table: a category a row, a series a column."""
    if chart.has_title and chart.chart_title.has_text_frame:
        yield Block(text=chart.chart_title.text_frame.text)
    for plot in chart.plots:
        names = [one_line(str(series.name)) for series in plot.series]
        columns = [tuple(series.values) for series in plot.series]
        yield Block(text=" | ".join(["", *names]).strip())
        for index, category in enumerate(plot.categories):
            cells = [cell_text(column[index] if index < len(column) else "") for column in columns]
            yield Block(text=" | ".join([one_line(str(category)), *cells]), apart=False)
