"""Real files, made on the spot: what the loaders' tests read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

CHINESE_FONT = "STSong-Light"


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
    from PIL import Image
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
