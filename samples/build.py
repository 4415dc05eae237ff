"""Write the PDF and DOCX files of the sample corpus from their Markdown sources.

Every file in ``samples/sources`` holds one document: a header of ``key: value`` lines between two
``---`` lines (title, subtitle, format, language, number, version, effective, owner, created),
then Markdown of which five things are used: ``##`` and ``###`` headings, paragraphs, ``-`` and
``1.`` lists, and tables; there is no emphasis. The output has the source's stem and the extension
named by ``format``. The same sources, fonts and library versions always give the same bytes.
"""

from __future__ import annotations

import argparse
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from reportlab import platypus
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

SOURCES = Path(__file__).resolve().parent / "sources"
DOCUMENTS = SOURCES.parent / "documents"
CHINESE_FAMILY = "WenQuanYi Micro Hei"
MARGIN, WIDTH = 24 * mm, A4[0] - 48 * mm
INK, RULE, SHADE = "#12435a", "#9fb4bf", "#e8f0f3"
COMPANY = {"en": "Arvendal Fluidics", "zh": "雅温岱流体科技（苏州）有限公司"}
KEYS = ("number", "version", "effective", "owner")
NAMES = {"en": "Document no.|Version|Effective|Owner", "zh": "文件编号|版本|生效日期|归口部门"}
LABELS = {language: names.split("|") for language, names in NAMES.items()}

Meta = dict[str, str]


class FontMissingError(RuntimeError):
    """The Chinese font is not installed; the message says what to install."""


@dataclass
class Block:
    """One block of a document: heading, paragraph, list item or table."""

    kind: str
    text: str = ""
    level: int = 0
    marker: str = ""
    rows: list[list[str]] = field(default_factory=list)


def text_of(node: SyntaxTreeNode) -> str:
    """Return the text of a node and of what it holds."""
    return node.content if node.type == "inline" else "".join(map(text_of, node.children))


def read_blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a Markdown text in reading order."""
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(text))
    for node in tree.children:
        if node.type == "table":
            rows = [row for part in node.children for row in part.children]
            cells = [[text_of(cell) for cell in row.children] for row in rows]
            yield Block("table", rows=cells)
        elif node.type in ("bullet_list", "ordered_list"):
            for number, item in enumerate(node.children, start=1):
                marker = "•" if node.type == "bullet_list" else f"{number}."
                yield Block("item", text_of(item), marker=marker)
        else:
            level = int(node.tag[1]) if node.type == "heading" else 0
            yield Block(node.type, text_of(node), level=level)


def read_source(path: Path) -> tuple[Meta, list[Block]]:
    """Read one source file: its header and its blocks."""
    _, header, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return dict(re.findall("(.+?): (.+)", header)), list(read_blocks(body))


def chinese_font() -> tuple[str, int]:
    """Ask fontconfig for the Chinese TrueType font; return its file and index in it."""
    command = ["fc-match", "-f", "%{file}\t%{index}\t%{family}", CHINESE_FAMILY]
    try:
        answer = subprocess.check_output(command, text=True)  # noqa: S603 - a fixed command
    except (OSError, subprocess.CalledProcessError):
        answer = "\t0\t"
    file, index, family = answer.split("\t")
    if CHINESE_FAMILY not in family:
        raise FontMissingError(f"{CHINESE_FAMILY} was not found: install fonts-wqy-microhei.")
    return file, int(index)


def register_fonts(language: str) -> tuple[str, str]:
    """Register the fonts of a language with ReportLab; return the names for text and headings."""
    if language == "zh":
        file, index = chinese_font()
        pdfmetrics.registerFont(TTFont("Han", file, subfontIndex=index))
        return "Han", "Han"
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    pdfmetrics.registerFont(TTFont("Vera-Bold", "VeraBd.ttf"))
    return "Vera", "Vera-Bold"


def make_styles(language: str) -> dict[str, Any]:
    """Return the paragraph styles of a language by the name of the block they are for."""
    (plain, bold), chinese = register_fonts(language), language == "zh"
    base = {"fontName": plain, "wordWrap": "CJK" if chinese else None}
    title = {"fontName": bold, "textColor": HexColor(INK)}

    def style(size: float, after: float = 0, before: float = 0, **more: Any) -> Any:
        more = {**base, "leading": size * (1.7 if chinese else 1.5), **more}
        return ParagraphStyle("s", fontSize=size, spaceAfter=after, spaceBefore=before, **more)

    return {
        "h1": style(21, 4, **title),
        "h2": style(14.5, 5, 11, **title),
        "h3": style(11.5, 4, 6, **title),
        "paragraph": style(10.5, 7),
        "item": style(10.5, 4, leftIndent=16, bulletIndent=2, bulletFontName=plain),
        "cell": style(9),
        "head": style(9, **title),
    }


def whole(text: str, style: Any, marker: str | None = None, level: int | None = None) -> Any:
    """Return a paragraph that never splits over pages; with a level it enters the outline."""
    paragraph: Any = platypus.Paragraph(escape(text), style, bulletText=marker)
    paragraph.split = lambda width, height: []
    if level is not None:
        paragraph.outline = (level, text)
    return paragraph


def pdf_table(rows: list[list[str]], styles: dict[str, Any]) -> Any:
    """Lay out a table across the text width; columns get room by their longest content."""
    sizes = [[len(text.encode("gb18030")) for text in row] for row in rows]  # Chinese counts twice
    wish = [max(10, min(46, max(column) + 3)) for column in zip(*sizes, strict=True)]
    widths = [WIDTH * w / sum(wish) for w in wish]
    cells = [[whole(text, styles["cell"]) for text in row] for row in rows]
    cells[0] = [whole(text, styles["head"]) for text in rows[0]]
    table = platypus.Table(cells, colWidths=widths, repeatRows=1)
    grid = ("GRID", (0, 0), (-1, -1), 0.5, HexColor(RULE))
    shade = ("BACKGROUND", (0, 0), (-1, 0), HexColor(SHADE))
    padding = ("BOTTOMPADDING", (0, 0), (-1, -1), 5)
    table.setStyle([grid, shade, padding, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
    return table


def make_story(meta: Meta, blocks: list[Block], styles: dict[str, Any]) -> list[Any]:
    """Return the flowables of a document; a heading stays with the block that follows it."""
    facts = [LABELS[meta["language"]], [meta[key] for key in KEYS]]
    title = whole(meta["title"], styles["h1"], level=0)
    subtitle = whole(meta["subtitle"], styles["paragraph"])
    story: list[Any] = [title, subtitle, pdf_table(facts, styles), platypus.Spacer(1, 8)]
    pending: list[Any] = []
    for block in blocks:
        if block.kind == "heading":
            pending.append(whole(block.text, styles[f"h{block.level}"], level=block.level - 1))
        elif block.kind == "table":
            table = platypus.KeepTogether([*pending, pdf_table(block.rows, styles)])
            story, pending = [*story, table, platypus.Spacer(1, 9)], []
        else:
            made = whole(block.text, styles[block.kind], block.marker or None)
            story, pending = [*story, platypus.KeepTogether([*pending, made])], []
    return story


def write_pdf(meta: Meta, blocks: list[Block]) -> bytes:
    """Render a source as a PDF with outline, running header and page numbers."""
    language, styles = meta["language"], make_styles(meta["language"])

    def decorate(canvas: Any, doc: Any) -> None:
        left, right, top, bottom = MARGIN, A4[0] - MARGIN, A4[1] - 15 * mm, 13 * mm
        canvas.setFont(styles["cell"].fontName, 8)
        canvas.setFillColor(HexColor(INK))
        canvas.drawString(left, top, COMPANY[language])
        canvas.drawRightString(right, top, meta["title"])
        canvas.line(left, top - 5, right, top - 5)
        canvas.drawString(left, bottom, f"{meta['number']}  ·  {meta['version']}")
        page = f"第 {doc.page} 页" if language == "zh" else f"Page {doc.page}"
        canvas.drawRightString(right, bottom, page)

    def add_to_outline(flowable: Any) -> None:
        if hasattr(flowable, "outline"):
            level, text = flowable.outline
            document.canv.bookmarkPage(text)
            document.canv.addOutlineEntry(text, text, level, closed=False)

    buffer = io.BytesIO()
    document: Any = platypus.BaseDocTemplate(buffer, pagesize=A4, invariant=1, lang=language)
    document.title, document.author = meta["title"], COMPANY[language]
    frame = platypus.Frame(MARGIN, 22 * mm, WIDTH, A4[1] - 46 * mm, 0, 0, 0, 0)
    document.addPageTemplates(platypus.PageTemplate(frames=[frame], onPage=decorate))
    document.afterFlowable = add_to_outline
    document.build(make_story(meta, blocks, styles))
    return buffer.getvalue()


def fixed_zip(data: bytes) -> bytes:
    """Repack a zip file with one fixed time stamp on every member."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            new.writestr(info, old.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def set_fonts(style: Any) -> None:
    """Give a DOCX style one Western and one Chinese font, and headings their colour."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in [key for key in fonts.attrib if key.endswith("Theme")]:
        del fonts.attrib[attribute]
    for slot, face in (("ascii", "Arial"), ("hAnsi", "Arial"), ("eastAsia", CHINESE_FAMILY)):
        fonts.set(qn(f"w:{slot}"), face)
    if style.name != "Normal":
        style.font.color.rgb = RGBColor.from_string(INK[1:])


def write_docx(meta: Meta, blocks: list[Block]) -> bytes:
    """Render a source as a DOCX with heading styles, header and page-number footer."""
    language = meta["language"]
    document = docx.Document()
    styles: Any = document.styles
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        set_fonts(styles[name])
    styles["Normal"].font.size = Pt(10.5)
    document.add_paragraph(meta["title"], style="Title")
    document.add_paragraph(meta["subtitle"], style="Subtitle")
    colon = "：" if language == "zh" else ": "
    for key, label in zip(KEYS, LABELS[language], strict=True):
        document.add_paragraph(label + colon + meta[key])
    for block in blocks:
        if block.kind == "table":
            table: Any = document.add_table(len(block.rows), len(block.rows[0]), "Table Grid")
            for number, row in enumerate(block.rows):
                for cell, text in zip(table.rows[number].cells, row, strict=True):
                    cell.paragraphs[0].add_run(text).bold = number == 0
            document.add_paragraph()
            continue
        item = "List Bullet" if block.marker == "•" else "List Number"
        names = {"heading": f"Heading {block.level - 1}", "paragraph": "Normal", "item": item}
        document.add_paragraph(block.text, style=names[block.kind])
    section = document.sections[0]
    section.header.paragraphs[0].text = f"{COMPANY[language]}\t\t{meta['number']}"
    number_field = OxmlElement("w:fldSimple")
    number_field.set(qn("w:instr"), "PAGE")
    section.footer.paragraphs[0]._p.append(number_field)
    core = document.core_properties
    core.title, core.subject, core.author = meta["title"], meta["subtitle"], COMPANY[language]
    core.language, core.comments, core.last_modified_by = language, "", COMPANY[language]
    core.created = core.modified = datetime.fromisoformat(meta["created"])
    document.save(buffer := io.BytesIO())
    return fixed_zip(buffer.getvalue())


WRITERS = {"pdf": write_pdf, "docx": write_docx}


def main(arguments: list[str] | None = None) -> int:
    """Write the documents, or with ``--check`` only compare; return the exit status."""
    parser = argparse.ArgumentParser(description="Write the PDF and DOCX files of the samples.")
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 on a difference")
    options = parser.parse_args(arguments)
    differs = 0
    try:
        for path in sorted(SOURCES.glob("*.md")):
            meta, blocks = read_source(path)
            target = DOCUMENTS / f"{path.stem}.{meta['format']}"
            data = WRITERS[meta["format"]](meta, blocks)
            if not options.check:
                target.write_bytes(data)
            elif not target.is_file() or target.read_bytes() != data:
                differs = 1
                print(f"{target.name} differs from what its source gives.", file=sys.stderr)
    except FontMissingError as error:
        print(error, file=sys.stderr)
        return 2
    return differs


if __name__ == "__main__":
    sys.exit(main())
