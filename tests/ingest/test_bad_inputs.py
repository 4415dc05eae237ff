"""The catalogue of bad inputs, one row each: the file, and what becomes of it.

Refused with an error of one class, read with a warning, or read as the text it should be: in the
process that reads files for the product, under its limits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Final

import docx
import pytest
from pypdf import PdfWriter
from reportlab.pdfgen.canvas import Canvas

from ingest.archives import unpack
from ingest.limits import Limits
from ingest.reading import ConfinedReader, Reader
from ingest.sources import Source
from rag.errors import (
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    FileTooLarge,
    FormatMismatch,
    LoadError,
    NoText,
    UnknownFormat,
)
from rag.reading_errors import ReadingTooLarge, ReadingTooLong
from tests.ingest.hostile_pdfs import (
    ONE_PAGE,
    SHOW,
    SHOW_ALSO,
    deep_tree,
    flate_page,
    forms_in_forms,
    page_tree,
    self_referencing,
    sharing_pages,
)
from tests.ingest.made_files import (
    encrypt,
    make_docx,
    make_pdf,
    make_picture_pdf,
    make_scan_pdf,
    make_xlsx,
    make_zip,
    pdf_bytes,
    repacked,
)
from tests.ingest.test_archive_bounds import archive, with_flag

MAX_BYTES: Final = 60_000_000
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
OLD_WORD: Final = OLE + "WordDocument".encode("utf-16-le")
ENTITY: Final = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A file and its outcome: ``error``, or text that holds ``text`` and warnings ``warning``."""

    file: str
    make: Callable[[Path], object]
    error: type[LoadError] | None = None
    warning: str | None = None
    text: str | None = None


def raw(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def changed(path: Path, *, of: bytes, to: bytes) -> None:
    data = path.read_bytes()
    assert of in data
    path.write_bytes(data.replace(of, to))


def typed_pdf(path: Path) -> Path:
    return make_pdf(path, [["Still here"]])


def with_script(path: Path) -> None:
    action = b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\('no'\\))>>"
    path.write_bytes(page_tree(ONE_PAGE).replace(b"/Catalog", action))
    writer = PdfWriter(clone_from=path)
    writer.add_attachment("inside.txt", b"Not this")
    writer.write(path)


def rotated(path: Path) -> None:
    writer = PdfWriter(clone_from=typed_pdf(path))
    writer.pages[0].rotate(90)
    writer.write(path)


def invisible(path: Path) -> None:
    canvas = Canvas(str(path))
    canvas.drawString(50, 700, "Still here")
    canvas.setFillGray(1)
    canvas.drawString(50, 600, "Ignore the rest")
    canvas.showPage()
    canvas.save()


def tracked(path: Path) -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("Still here")
    word.add_comment(paragraph.runs[0], text="A remark", author="a")
    hidden = paragraph.add_run(" hidden")
    hidden.font.hidden = True
    word.save(str(path))


def laughing(path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    strings = f'<!DOCTYPE sst [<!ENTITY e0 "ha">{entities}]><sst>&e9;</sst>'
    repacked(make_xlsx(path, {"S": [["a"]]}), {"xl/sharedStrings.xml": strings.encode()})


def mail(path: Path) -> None:
    inner, message = EmailMessage(), EmailMessage()
    inner["Subject"] = "Inner"
    inner.set_content("Not this")
    message["Subject"] = "Outer"
    message.set_content("Still here")
    message.add_attachment(inner)
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="a.pdf")
    path.write_bytes(message.as_bytes())


CHINESE: Final = "这是我们公司的说明，请大家按时完成工作。"
FRENCH: Final = (
    "La pompe a été réparée hier ; le joint était usé, mais la pièce est arrivée à temps."
)
TRADITIONAL: Final = "這是我們公司的說明，請大家按時完成工作。"

CASES: Final[dict[str, Case]] = {
    "B1 no bytes": Case(file="a.pdf", make=raw(b""), error=EmptyFile),
    "B2 one byte": Case(file="a.pdf", make=raw(b"x"), error=FormatMismatch),
    "B3 HTML as PDF": Case(file="a.pdf", make=raw(b"<html>x</html>"), error=FormatMismatch),
    "B3 program as Word": Case(file="a.docx", make=raw(b"MZ" + bytes(99)), error=FormatMismatch),
    "B3 PDF as workbook": Case(file="a.xlsx", make=typed_pdf, error=FormatMismatch),
    "B3 text as picture": Case(file="a.png", make=raw(b"text"), error=FormatMismatch),
    "B4 too large": Case(file="a.txt", make=raw(b"x" * (MAX_BYTES + 1)), error=FileTooLarge),
    "B6 cut in the middle": Case(
        file="a.pdf",
        make=lambda p: p.write_bytes(typed_pdf(p).read_bytes()[:120]),
        error=DamagedFile,
    ),
    "B7 junk before": Case(
        file="a.pdf",
        make=lambda p: p.write_bytes(b"\r\njunk\r\n" + typed_pdf(p).read_bytes()),
        text="Still here",
    ),
    "B8 no end mark": Case(
        file="a.pdf",
        make=lambda p: changed(typed_pdf(p), of=b"%%EOF", to=b""),
        warning="no end mark",
        text="Still here",
    ),
    "B9 wrong startxref": Case(
        file="a.pdf",
        make=raw(re.sub(rb"startxref\n\d+", b"startxref\n7", page_tree(ONE_PAGE))),
        text="Still here",
    ),
    "B10 loop of tables": Case(
        file="a.pdf", make=raw(page_tree(ONE_PAGE, extra=b"/Prev 9")), text="Still here"
    ),
    "B11 page tree is a circle": Case(
        file="a.pdf", make=raw(page_tree(b"<</Type/Pages/Kids[2 0 R]/Count 1>>")), error=DamagedFile
    ),
    "B12 page tree is deep": Case(file="a.pdf", make=raw(deep_tree(3000)), error=DamagedFile),
    "B13 wrong count": Case(
        file="a.pdf",
        make=raw(page_tree(b"<</Type/Pages/Kids[3 0 R]/Count 500>>")),
        text="Still here",
    ),
    "B14 wrong size": Case(
        file="a.pdf",
        make=raw(page_tree(ONE_PAGE).replace(b"/Size 5", b"/Size 999999999")),
        text="Still here",
    ),
    "B15 outline is a circle": Case(
        file="a.pdf",
        make=raw(
            page_tree(
                ONE_PAGE,
                b"<</Type/Outlines/First 6 0 R/Last 6 0 R>>",
                b"<</Title(x)/Parent 5 0 R/Next 6 0 R/First 6 0 R/Dest[3 0 R/Fit]>>",
            ).replace(b"/Catalog", b"/Catalog/Outlines 5 0 R")
        ),
        text="Still here",
    ),
    "B16 stream that grows": Case(
        file="a.pdf", make=raw(flate_page(b" " * 200_000_000 + SHOW)), text="Still here"
    ),
    "B17 many operators": Case(
        file="a.pdf", make=raw(flate_page(SHOW + SHOW_ALSO * 1_000_000)), text="Still here"
    ),
    "B18 pages that share them": Case(
        file="a.pdf", make=raw(sharing_pages(b" q Q" * 1_000_000)), text="Still here"
    ),
    "B19 form within itself": Case(file="a.pdf", make=raw(self_referencing()), error=NoText),
    "B19 forms in forms": Case(
        file="a.pdf", make=raw(forms_in_forms(levels=9, each=10)), error=ReadingTooLarge
    ),
    "B20 password": Case(
        file="a.pdf",
        make=lambda p: encrypt(typed_pdf(p), user_password="secret"),
        error=EncryptedFile,
    ),
    "B21 empty password": Case(
        file="a.pdf", make=lambda p: encrypt(typed_pdf(p), user_password=""), text="Still here"
    ),
    "B22 pictures without words": Case(file="a.pdf", make=make_picture_pdf, error=NoText),
    "B22 scan": Case(
        file="a.pdf",
        make=lambda p: make_scan_pdf(p, [["Still here"]]),
        warning="pages read by text recognition: 1",
        text="Still here",
    ),
    "B23 some pages are pictures": Case(
        file="a.pdf",
        make=lambda p: make_picture_pdf(p, pages=3, text_on=[2]),
        warning="pages without text: 1, 3",
        text="Scan number 2",
    ),
    "B24 font without characters": Case(
        file="a.pdf",
        make=raw(pdf_bytes(SHOW, to_unicode=[(c, chr(0xE000 + ord(c))) for c in "Stilher"])),
        warning="pages read by text recognition: 1",
        text="Still here",
    ),
    "B25 white text": Case(
        file="a.pdf",
        make=invisible,
        warning="pages with text that a reader does not see: 1",
        text="Ignore the rest",
    ),
    "B26 many pages": Case(
        file="a.pdf",
        make=lambda p: make_pdf(p, [["Still here"]] * 5_000),
        text="Still here",
    ),
    "B27 turned": Case(file="a.pdf", make=rotated, text="Still here"),
    "B28 script and attachment": Case(file="a.pdf", make=with_script, text="Still here"),
    "B29 entities in the metadata": Case(
        file="a.pdf",
        make=raw(
            page_tree(
                ONE_PAGE,
                b"<</Type/Metadata/Length %d>>stream\n%s\nendstream" % (len(ENTITY), ENTITY),
            ).replace(b"/Catalog", b"/Catalog/Metadata 5 0 R")
        ),
        text="Still here",
    ),
    "B30 pages without any content": Case(
        file="a.pdf", make=raw(page_tree(ONE_PAGE).replace(b"/Contents 4 0 R", b"")), error=NoText
    ),
    "B31 Word with entities": Case(
        file="a.docx",
        make=lambda p: repacked(make_docx(p, ("Normal", "x")), {"word/document.xml": ENTITY}),
        error=DamagedFile,
    ),
    "B32 strings that expand": Case(file="a.xlsx", make=laughing, error=DamagedFile),
    "B33 bomb as Word": Case(
        file="a.docx",
        make=lambda p: repacked(make_docx(p, ("Normal", "x")), {"word/x": bytes(30_000_000)}),
        error=DamagedFile,
    ),
    "B33 bomb": Case(
        file="a.zip", make=lambda p: make_zip(p, {"a.txt": bytes(30_000_000)}), error=DamagedFile
    ),
    "B34 name that leaves": Case(
        file="a.zip", make=lambda p: make_zip(p, {"../a.txt": b"x"}), error=DamagedFile
    ),
    "B34 absolute name": Case(
        file="a.zip", make=lambda p: make_zip(p, {"/etc/a.txt": b"x"}), error=DamagedFile
    ),
    "B35 encrypted entry": Case(
        file="a.zip", make=raw(with_flag(archive(("a.txt", b"x")), 1)), error=EncryptedFile
    ),
    "B35 entry twice": Case(
        file="a.zip",
        make=raw(archive(("a.txt", b"x"), ("b.txt", b"y")).replace(b"b.txt", b"a.txt")),
        error=DamagedFile,
    ),
    "B36 Word without its part": Case(
        file="a.docx",
        make=lambda p: repacked(make_docx(p, ("Normal", "x")), {"word/document.xml": None}),
        error=DamagedFile,
    ),
    "B37 Word with password": Case(file="a.docx", make=raw(OLE), error=EncryptedFile),
    "B38 old Word": Case(file="a.doc", make=raw(OLD_WORD), error=UnknownFormat),
    "B38 old Word as new": Case(file="a.docx", make=raw(OLD_WORD), error=FormatMismatch),
    "B38 old workbook": Case(file="a.xls", make=raw(OLE), error=UnknownFormat),
    "B39 far row": Case(
        file="a.xlsx",
        make=lambda p: make_xlsx(p, {"S": [["Still", "here"], *([[]] * 5_000), ["a", "b"]]}),
        text="Still | here",
    ),
    "B40 comments and hidden words": Case(file="a.docx", make=tracked, text="Still here"),
    "B41 macros": Case(file="a.docm", make=raw(b"PK\x03\x04"), error=UnknownFormat),
    "B42 UTF-8 with its mark": Case(
        file="a.txt", make=raw(CHINESE.encode("utf-8-sig")), text=CHINESE
    ),
    "B42 UTF-16": Case(file="a.txt", make=raw(CHINESE.encode("utf-16")), text=CHINESE),
    "B42 GB18030": Case(
        file="a.txt", make=raw(CHINESE.encode("gb18030")), warning="gb18030", text=CHINESE
    ),
    "B42 Big5": Case(
        file="a.txt", make=raw(TRADITIONAL.encode("big5")), warning="big5", text=TRADITIONAL
    ),
    "B42 Latin-1": Case(
        file="a.txt", make=raw(FRENCH.encode("latin-1")), warning="cp1252", text=FRENCH
    ),
    "B42 broken bytes": Case(
        file="a.txt",
        make=raw(CHINESE.encode() + b"\xff" + CHINESE.encode()),
        warning="could not be decoded: 1",
        text=CHINESE,
    ),
    "B43 control characters": Case(
        file="a.txt",
        make=raw(b"Still \x1b[31mhere\x07\x00 and so on" + b", and so on" * 30),
        text="Still here",
    ),
    "B44 one long line": Case(
        file="a.txt", make=raw(b"Still here. " * 4_300_000), text="Still here"
    ),
    "B45 unseen characters": Case(
        file="a.txt", make=raw("St\u200bill\u202e he\u2066re".encode()), text="Still here"
    ),
    "B46 blanks": Case(file="a.txt", make=raw(b" \n\t \n"), error=EmptyFile),
    "B46 furniture": Case(file="a.html", make=raw(b"<script>x</script><p> </p>"), error=NoText),
    "B47 many columns": Case(
        file="a.csv", make=raw(b",".join([b"x"] * 10_000)), warning="10000 columns", text="x"
    ),
    "B47 open quotation": Case(
        file="a.csv", make=raw(b'a,b\n"Still here,2\n'), warning="unbalanced", text="Still here"
    ),
    "B48 deep JSON": Case(file="a.json", make=raw(b"[" * 100_000), error=DamagedFile),
    "B49 active HTML": Case(
        file="a.html",
        make=raw(
            b"<p onclick='x()'>Still here</p><script>no()</script><iframe src=x>no</iframe>"
            b"<svg><text>no</text></svg>"
        ),
        text="Still here",
    ),
    "B50 active Markdown": Case(
        file="a.md",
        make=raw(
            b"Still here ![](http://example.org/x.png) [link](http://example.org)\n\n[r]: http://x"
        ),
        text="Still here",
    ),
    "B51 e-mail with attachments": Case(
        file="a.eml", make=mail, warning="attachments left out: ", text="Still here"
    ),
}
NEVER_IN_THE_TEXT: Final = ("no()", "http", "Not this", "A remark", "root:", "\x1b", "\u202e")


def outcome(reader: Reader, path: Path) -> tuple[str, str]:
    """The text of the file and its warnings; of an archive, its first file."""
    if path.suffix == ".zip":
        source = Source(path=path, name=path.name)
        taken = unpack(source, into=path.parent / "out", max_bytes=MAX_BYTES)
        path = taken.sources[0].path
    document = reader.read(path, name=path.name, max_bytes=MAX_BYTES)
    json.dumps([page.text for page in document.pages]).encode("utf-8")
    return "\n".join(page.text for page in document.pages), "; ".join(document.warnings)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", CASES)
def test_bad_inputs(reader: Reader, tmp_path: Path, name: str) -> None:
    case = CASES[name]
    path = tmp_path / case.file
    case.make(path)
    if case.error:
        with pytest.raises(LoadError) as caught:
            outcome(reader, path)
        assert type(caught.value) is case.error
        assert case.file in str(caught.value)
        assert caught.value.hint
        return
    text, warnings = outcome(reader, path)
    assert case.text
    assert case.text in text
    assert (case.warning or "") in warnings
    assert bool(case.warning) == bool(warnings)
    assert not any(said in text for said in NEVER_IN_THE_TEXT)


def test_pages_that_share_endless_work_are_ended(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(sharing_pages(SHOW_ALSO * 1_500_000))
    with ConfinedReader(Limits(cpu_s=2)) as reader, pytest.raises(ReadingTooLong, match="2 sec"):
        outcome(reader, tmp_path / "a.pdf")


def test_every_kind_of_file_in_the_catalogue_is_here() -> None:
    """B5 and B52 to B56 are about names and many files at once: they belong to the jobs."""
    here = {int(name.split()[0][1:]) for name in CASES}
    assert here == set(range(1, 52)) - {5}
