from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from ingest.loaders import ocr, pdf_scans
from ingest.loaders.pdf import PdfLoader
from ingest.loaders.pdf_scans import read_scans
from rag.errors import OcrUnavailable
from tests.ingest.made_files import make_pdf, make_picture_pdf, make_scan_pdf, pdf_bytes


def test_only_pages_without_text_are_drawn_and_read(tmp_path: Path) -> None:
    lines = ["The pump holds 300 kPa.", "水泵压力为三百千帕。"]
    scan = make_scan_pdf(tmp_path / "a.pdf", [lines, ["Second page"]])
    document = PdfLoader().load(scan, name="a.pdf")
    assert [page.text for page in document.pages] == ["\n".join(lines), "Second page"]
    assert (document.ocr_pages, document.doubtful_pages) == ((1, 2), ())
    assert document.warnings == ("pages read by text recognition: 1, 2",)
    typed = make_pdf(tmp_path / "b.pdf", [["Typed text."]])
    assert PdfLoader().load(typed, name="b.pdf").ocr_pages == ()


def test_pages_asked_for_and_no_others(tmp_path: Path) -> None:
    data = make_scan_pdf(tmp_path / "a.pdf", [["One"], ["Two"], ["Three"]]).read_bytes()
    assert {index: read.text for index, read in read_scans(data, {2, 0}, name="a.pdf").items()} == {
        0: "One",
        2: "Three",
    }
    assert read_scans(data, (), name="a.pdf") == {}


def test_there_is_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_scans, "MOST_PAGES", 1)
    data = make_scan_pdf(tmp_path / "a.pdf", [["One"], ["Two"]]).read_bytes()
    assert list(read_scans(data, {0, 1}, name="a.pdf")) == [0]


def test_pictures_without_words_give_none(tmp_path: Path) -> None:
    data = make_picture_pdf(tmp_path / "a.pdf").read_bytes()
    assert read_scans(data, {0}, name="a.pdf")[0].text == ""


def test_what_pdfium_cannot_open_or_draw_is_left_out(tmp_path: Path) -> None:
    assert read_scans(b"%PDF-1.7 broken", {0}, name="a.pdf") == {}
    data = make_pdf(tmp_path / "a.pdf", [["one"]]).read_bytes()
    assert read_scans(data, {7}, name="a.pdf") == {}


def test_a_font_that_gives_no_characters_is_read_from_the_page(tmp_path: Path) -> None:
    data = pdf_bytes(
        b"BT /F 20 Tf 50 700 Td (ABBA works) Tj ET",
        to_unicode=[(char, chr(0xE000 + ord(char))) for char in "ABworks"],
    )
    (tmp_path / "a.pdf").write_bytes(data)
    document = PdfLoader().load(tmp_path / "a.pdf", name="a.pdf")
    assert document.pages[0].text == "ABBA works"
    assert document.ocr_pages == (1,)


@pytest.fixture
def without_opencv(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that lacks what OpenCV loads."""

    def engine() -> None:
        raise ImportError("libGL.so.1: cannot open shared object file")

    monkeypatch.setattr(ocr, "_engine", engine)


@pytest.mark.usefixtures("without_opencv")
def test_without_the_systems_libraries_a_scan_is_refused_with_what_to_install(
    tmp_path: Path,
) -> None:
    scan = make_scan_pdf(tmp_path / "a.pdf", [["One"]])
    with pytest.raises(OcrUnavailable, match=r"'扫描件\.pdf'.*libGL\.so\.1") as raised:
        PdfLoader().load(scan, name="扫描件.pdf")
    assert "apt-get install libgl1" in raised.value.hint


@pytest.mark.usefixtures("without_opencv")
def test_without_them_pages_with_text_are_kept_and_the_rest_is_told(tmp_path: Path) -> None:
    typed = PdfReader(make_pdf(tmp_path / "typed.pdf", [["Typed text."]]))
    drawn = PdfReader(make_scan_pdf(tmp_path / "drawn.pdf", [["Drawn"]]))
    writer = PdfWriter()
    for page in (*typed.pages, *drawn.pages):
        writer.add_page(page)
    writer.write(tmp_path / "a.pdf")
    document = PdfLoader().load(tmp_path / "a.pdf", name="a.pdf")
    assert [page.text for page in document.pages] == ["Typed text.", ""]
    assert "libGL.so.1" in document.warnings[0]
    assert "apt-get install" in document.warnings[0]
    assert document.doubtful_pages == (2,)
