from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.loaders.docx import DocxLoader
from rag.errors import DamagedFile, EncryptedFile, FormatMismatch, LoadError, NoText
from rag.types import Document
from tests.ingest.made_files import make_docx, make_zip, repacked


def load(path: Path) -> Document:
    return DocxLoader().load(path, name="manual.docx")


def test_headings_by_style_in_both_languages(tmp_path: Path) -> None:
    word = docx.Document()
    word.styles.add_style("标题 2", WD_STYLE_TYPE.PARAGRAPH)
    custom = word.styles.add_style("House heading", WD_STYLE_TYPE.PARAGRAPH)
    custom.base_style = word.styles["Heading 3"]
    for style, text in (("Title", "Manual"), ("Heading 1", "Pump"), ("标题 2", "压力"),
                        ("House heading", "Valve"), ("Normal", "Body.")):  # fmt: skip
        word.add_paragraph(text, style=style)
    word.save(str(tmp_path / "a.docx"))
    page = load(tmp_path / "a.docx").pages[0]
    assert [(h.level, h.title) for h in page.headings] == [
        (1, "Manual"), (1, "Pump"), (2, "压力"), (3, "Valve")
    ]  # fmt: skip
    assert page.text == "Manual\n\nPump\n\n压力\n\nValve\n\nBody."
    assert all(page.text[h.span.start : h.span.end] == h.title for h in page.headings)


def test_tables_lists_and_paragraphs_in_order(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("Before.")
    table = word.add_table(3, 3)
    for row in range(3):
        for column in range(3):
            table.cell(row, column).text = f"{row}{column}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "tall"
    word.add_paragraph("one", style="List Bullet")
    word.add_paragraph("two", style="List Number")
    word.add_paragraph("After\tthat.")
    word.save(str(tmp_path / "a.docx"))
    assert load(tmp_path / "a.docx").pages[0].text == (
        "Before.\n\nwide | 02\n10 | 11 | tall\n20 | 21 |\n\n- one\n- two\n\nAfter  that."
    )


def test_tracked_changes_content_controls_and_text_boxes(tmp_path: Path) -> None:
    word = docx.Document()
    body = word.element.body
    word.add_paragraph("")
    pieces = (
        f"<w:p {nsdecls('w')}><w:r><w:t>Pay </w:t></w:r><w:del><w:r><w:delText>9</w:delText></w:r>"
        "</w:del><w:ins><w:r><w:t>12</w:t></w:r></w:ins><w:r><w:t> euros</w:t></w:r></w:p>",
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>In a control</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt>",
        f"<w:p {nsdecls('w')}><w:r><w:t>Anchor</w:t><w:pict><w:txbxContent><w:p><w:r><w:t>In a box"
        "</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>",
    )
    for place, piece in enumerate(pieces):
        body.insert(place, parse_xml(piece))
    word.save(str(tmp_path / "a.docx"))
    text = load(tmp_path / "a.docx").pages[0].text
    assert text == "Pay 12 euros\n\nIn a control\n\nAnchor\n\nIn a box"


def test_title_from_properties_heading_or_name(tmp_path: Path) -> None:
    titled = make_docx(tmp_path / "a.docx", ("Heading 1", "Pump"), title="The manual")
    assert load(titled).title == "The manual"
    assert load(make_docx(tmp_path / "b.docx", ("Heading 1", "Pump"))).title == "Pump"
    assert load(make_docx(tmp_path / "c.docx", ("Normal", "Pump"))).title == "manual"


def bad_docx(tmp_path: Path) -> dict[str, tuple[Path, type[LoadError], str]]:
    good = make_docx(tmp_path / "good.docx", ("Normal", "text"))
    bomb = repacked(
        make_docx(tmp_path / "bomb.docx", ("Normal", "text")), {"word/media/x": bytes(30_000_000)}
    )
    broken_xml = repacked(
        make_docx(tmp_path / "xml.docx", ("Normal", "text")), {"word/document.xml": b"<w:document"}
    )
    headless = repacked(
        make_docx(tmp_path / "none.docx", ("Normal", "text")), {"word/document.xml": None}
    )
    cut = tmp_path / "cut.docx"
    cut.write_bytes(good.read_bytes()[:9000])
    locked = tmp_path / "locked.docx"
    data = bytearray(good.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    locked.write_bytes(data)
    return {
        "no text": (make_docx(tmp_path / "empty.docx", ("Normal", " ")), NoText, "no paragraph"),
        "plain zip": (make_zip(tmp_path / "z.docx", {"a": b"x"}), FormatMismatch, "ZIP archive"),
        "workbook": (
            make_zip(tmp_path / "x.docx", {"xl/workbook.xml": b"x", "[Content_Types].xml": b"x"}),
            FormatMismatch,
            "Excel",
        ),
        "bomb": (bomb, DamagedFile, "unpacks to 31 MB"),
        "broken xml": (broken_xml, DamagedFile, "structure is broken"),
        "no document.xml": (headless, DamagedFile, "structure is broken"),
        "cut off": (cut, DamagedFile, "structure is broken"),
        "encrypted entry": (locked, EncryptedFile, "password"),
    }


@pytest.mark.parametrize(
    "case",
    ["no text", "plain zip", "workbook", "bomb", "broken xml", "no document.xml", "cut off",
     "encrypted entry"],
)  # fmt: skip
def test_bad_files_are_refused_with_a_reason(tmp_path: Path, case: str) -> None:
    path, error, words = bad_docx(tmp_path)[case]
    with pytest.raises(error) as caught:
        load(path)
    assert "manual.docx" in str(caught.value)
    assert words in str(caught.value)
    assert caught.value.hint


def test_a_large_picture_is_no_bomb(tmp_path: Path) -> None:
    path = make_docx(tmp_path / "a.docx", ("Normal", "text"))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/x", bytes(10_000_000))
    assert load(path).pages[0].text == "text"
