"""Real files, made on the spot: what the loaders' tests read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

CHINESE_FONT = "STSong-Light"
PICTURE_FONT = "wqy-microhei.ttc"


def make_pdf(
    path: Path,
    pages: Sequence[Sequence[str]],
    *,
    outline: Sequence[tuple[str, int, int]] = (),
    title: str | None = None,
    size: int = 10,
) -> Path:
    """A PDF with these lines on these pages; outline entries are (title, level from 0, page)."""
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE_FONT))
    canvas = Canvas(str(path), pagesize=A4)
    if title is not None:
        canvas.setTitle(title)
    for number, lines in enumerate(pages):
        for key, (entry, level, page) in enumerate(outline):
            if page == number:
                canvas.bookmarkPage(f"entry{key}")
                canvas.addOutlineEntry(entry, f"entry{key}", level)
        y = 800
        for line in lines:
            canvas.setFont("Helvetica" if line.isascii() else CHINESE_FONT, size)
            if line:
                canvas.drawString(50, y, line)
            y -= int(size * 1.4)
        canvas.showPage()
    canvas.save()
    return path


def make_picture_pdf(path: Path, *, pages: int = 1, text_on: Sequence[int] = ()) -> Path:
    """A PDF of scans: a picture on each page, and a line of text on the pages in ``text_on``."""
    from reportlab.lib.utils import ImageReader

    canvas = Canvas(str(path), pagesize=A4)
    for number in range(1, pages + 1):
        canvas.drawImage(ImageReader(Image.new("RGB", (40, 40), "grey")), 50, 400, 300, 300)
        if number in text_on:
            canvas.drawString(50, 780, f"Scan number {number} has a caption.")
        canvas.showPage()
    canvas.save()
    return path


def encrypt(path: Path, *, user_password: str, owner_password: str = "owner") -> Path:
    """Encrypt the PDF at ``path`` in place with AES-256."""
    writer = PdfWriter(clone_from=PdfReader(path))
    writer.encrypt(user_password, owner_password, algorithm="AES-256")
    writer.write(path)
    return path


def make_empty_pdf(path: Path) -> Path:
    """A PDF without pages."""
    writer = PdfWriter()
    writer.write(path)
    return path


def make_docx(path: Path, *blocks: tuple[str, str], title: str = "") -> Path:
    """A Word file of paragraphs, each (style, text)."""
    word = docx.Document()
    word.core_properties.title = title
    for style, text in blocks:
        word.add_paragraph(text, style=style)
    word.save(str(path))
    return path


def make_zip(path: Path, files: dict[str, bytes]) -> Path:
    """A ZIP archive of these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def repacked(path: Path, changes: dict[str, bytes | None]) -> Path:
    """The archive at ``path`` with files replaced, added, or removed (None)."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        files: dict[str, bytes | None] = {n: archive.read(n) for n in archive.namelist()}
    files.update(changes)
    return make_zip(path, {name: data for name, data in files.items() if data is not None})


def pdf_bytes(content: bytes, *, to_unicode: Sequence[tuple[str, str]] = ()) -> bytes:
    """A PDF of one page, written by hand: its content stream and a font that maps characters."""
    maps = b"".join(
        b"<%02X> <%s>\n" % (ord(code), text.encode("utf-16-be").hex().encode())
        for code, text in to_unicode
    )
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n"
        b"%d beginbfchar\n%sendbfchar endcmap end end" % (len(to_unicode), maps)
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]"
        b"/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(cmap), cmap),
    ]
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + (
        b"xref\n0 7\n0000000000 65535 f \n%strailer<</Size 7/Root 1 0 R>>\n"
        b"startxref\n%d\n%%%%EOF" % (table, len(data))
    )


def make_pptx(path: Path, *slides: tuple[str, Sequence[str]], notes: str = "") -> Path:
    """A PowerPoint file of slides (title, paragraphs); ``notes`` stand under the first."""
    import pptx

    made = pptx.Presentation()
    for number, (title, paragraphs) in enumerate(slides):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text_frame.text = title
        slide.placeholders[1].text_frame.text = "\n".join(paragraphs)
        if notes and number == 0:
            slide.notes_slide.notes_text_frame.text = notes
    made.save(str(path))
    return path


def make_xlsx(path: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
    """An Excel workbook of these sheets, each a sequence of rows; None is an empty cell."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(str(path))
    return path


def make_epub(path: Path, *chapters: str, title: str = "") -> Path:
    """An EPUB book of these chapters, each a body of HTML."""
    items = "".join(
        f'<item id="c{n}" href="text/c{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata><dc:title>{title}</dc:title></metadata>"
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>'
        "</rootfiles></container>"
    )
    files = {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": container.encode(),
        "OEBPS/book.opf": package.encode(),
    }
    for number, body in enumerate(chapters):
        page = f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'
        files[f"OEBPS/text/c{number}.xhtml"] = page.encode()
    return make_zip(path, files)


def picture_of(*lines: str, size: int = 32) -> Image.Image:
    """A white picture with these lines written on it, in black."""
    fonts = [
        ImageFont.truetype("DejaVuSans.ttf" if line.isascii() else PICTURE_FONT, size)
        for line in lines
    ]
    width = max(int(font.getlength(line)) for font, line in zip(fonts, lines, strict=True)) + 80
    picture = Image.new("RGB", (width, 80 + 2 * size * len(lines)), "white")
    pen = ImageDraw.Draw(picture)
    for number, (font, line) in enumerate(zip(fonts, lines, strict=True)):
        pen.text((40, 40 + 2 * size * number), line, font=font, fill="black")
    return picture


def make_picture(
    path: Path, lines: Sequence[str] = ("The pump holds 300 kPa.", "水泵压力为三百千帕。")
) -> Path:
    """A picture of these lines, in the format of the path's ending."""
    picture_of(*lines).save(path)
    return path


def make_scan_pdf(path: Path, pages: Sequence[Sequence[str]]) -> Path:
    """A PDF whose pages are pictures of these lines, with no text of their own."""
    from reportlab.lib.utils import ImageReader

    canvas = Canvas(str(path), pagesize=A4)
    for lines in pages:
        picture = picture_of(*lines)
        scale = min(1.0, 500 / picture.width)
        box = (picture.width * scale, picture.height * scale)
        canvas.drawImage(ImageReader(picture), 40, 780 - box[1], *box)
        canvas.showPage()
    canvas.save()
    return path
