from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.loaders.pdf import PdfLoader
from rag.errors import DamagedFile, EncryptedFile, NoText
from rag.types import Document
from tests.ingest.made_files import (
    encrypt,
    make_empty_pdf,
    make_pdf,
    make_picture_pdf,
    pdf_bytes,
)

PROSE = (
    "The pump must be inspected once a day by a trained person, and the pressure in the line may "
    "not exceed three hundred kilopascals while the valve on the outlet side is closed."
)
CHINESE = "水泵每天应由受过培训的人员检查一次，管路压力不得超过三百千帕，出口阀关闭时不得运行水泵。"


def load(path: Path) -> Document:
    return PdfLoader().load(path, name="manual.pdf")


def test_paragraphs_are_joined(tmp_path: Path) -> None:
    chinese = [CHINESE[i : i + 30] for i in range(0, len(CHINESE), 30)]
    path = make_pdf(tmp_path / "a.pdf", [["Inspection", *textwrap.wrap(PROSE, 70)], chinese])
    document = load(path)
    assert [page.text for page in document.pages] == [f"Inspection\n{PROSE}", CHINESE]
    assert [page.number for page in document.pages] == [1, 2]
    assert document.paginated


def test_outline_titles_become_headings(tmp_path: Path) -> None:
    body = textwrap.wrap(PROSE, 70)
    long_title = (
        "3 A long title that goes on for more than one line of this page and so it is broken"
    )
    pages = [
        ["1 Safety", *body, "1.1  Valves", *body],
        ["2 Pressure ....... 7", *body, *textwrap.wrap(long_title, 60), *body],
    ]
    outline = [
        ("1 Safety", 0, 0), ("1.1 Valves", 1, 0), ("Not on this page", 1, 0),
        ("2 PRESSURE", 0, 1), (long_title, 0, 1),
    ]  # fmt: skip
    document = load(make_pdf(tmp_path / "a.pdf", pages, outline=outline))
    first, second = document.pages
    assert [(h.level, h.title) for h in first.headings] == [(1, "1 Safety"), (2, "1.1 Valves")]
    assert [h.title for h in second.headings] == ["2 PRESSURE", long_title]
    assert first.text == f"1 Safety\n\n{PROSE}\n\n1.1 Valves\n\n{PROSE}"
    for page in document.pages:
        assert [page.text[h.span.start : h.span.end] for h in page.headings] == [
            h.title for h in page.headings
        ]


def test_a_title_that_runs_into_its_paragraph(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", [["Safety. Wear gloves."]], outline=[("Safety.", 0, 0)])
    page = load(path).pages[0]
    assert page.text == "Safety.\n\nWear gloves."
    assert [h.title for h in page.headings] == ["Safety."]


def test_running_titles_and_page_numbers_go(tmp_path: Path) -> None:
    pages = [
        ["Arvendal manual", f"Part {chr(65 + n)} is here.", f"Page {n + 1} of 5"] for n in range(5)
    ]
    texts = [page.text for page in load(make_pdf(tmp_path / "a.pdf", pages)).pages]
    assert texts[0] == "Arvendal manual\nPart A is here."
    assert texts[1:] == [f"Part {letter} is here." for letter in "BCDE"]


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("Pump manual", "Pump manual"),
        ("Microsoft Word - draft7.docx", "manual"),
        ("untitled", "manual"),
        ("0001018724-20-000004", "manual"),
        (None, "manual"),
    ],
)
def test_title_if_a_person_wrote_it(tmp_path: Path, given: str | None, title: str) -> None:
    assert load(make_pdf(tmp_path / "a.pdf", [["x y z"]], title=given)).title == title


def test_pages_without_text_are_a_warning(tmp_path: Path) -> None:
    document = load(make_picture_pdf(tmp_path / "a.pdf", pages=4, text_on=[1, 3]))
    assert document.warnings == ("pages without text: 2, 4",)
    assert [bool(page.text) for page in document.pages] == [True, False, True, False]


def test_gibberish_and_cut_files_are_warnings(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    data = pdf_bytes(b"BT /F 20 Tf 50 700 Td (AAAA ok) Tj ET", to_unicode=[("A", "\ue001")])
    path.write_bytes(data[: data.rindex(b"%%EOF")])
    assert load(path).warnings == (
        "pages read by text recognition: 1",
        "the file has no end mark: it may have been cut off",
    )


def test_empty_user_password_is_accepted(tmp_path: Path) -> None:
    path = encrypt(make_pdf(tmp_path / "a.pdf", [["Open to all."]]), user_password="")
    assert load(path).pages[0].text == "Open to all."


def test_user_password_is_needed(tmp_path: Path) -> None:
    path = encrypt(make_pdf(tmp_path / "a.pdf", [["Secret."]]), user_password="secret")
    with pytest.raises(EncryptedFile, match=r"manual\.pdf"):
        load(path)


@pytest.mark.parametrize(
    ("make", "detail"),
    [
        (lambda path: make_picture_pdf(path, pages=2), "2 pages, 2 with pictures"),
        (lambda path: make_pdf(path, [[""]]), "1 page, no pictures"),
        (make_empty_pdf, "it has no pages"),
    ],
)
def test_no_text_says_what_is_there(
    tmp_path: Path, make: Callable[[Path], Path], detail: str
) -> None:
    with pytest.raises(NoText) as caught:
        load(make(tmp_path / "a.pdf"))
    assert detail in str(caught.value)
    assert "OCR" in caught.value.hint


def test_truncated_file_is_damaged(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", [[PROSE]] * 3)
    path.write_bytes(path.read_bytes()[:1200])
    with pytest.raises(DamagedFile, match=r"manual\.pdf"):
        load(path)


def test_text_is_clean(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    maps = [("A", "\u202e"), ("B", "\u200b"), ("C", "\xa0"), ("D", "\x07")]
    path.write_bytes(
        pdf_bytes(b"BT /F 20 Tf 50 700 Td (xAyBzCwD. more words) Tj ET", to_unicode=maps)
    )
    assert load(path).pages[0].text == "xyz w. more words"


def test_ligatures_become_letters(tmp_path: Path) -> None:
    data = pdf_bytes(
        b"BT /F 20 Tf 50 700 Td (AB o1ce) Tj ET", to_unicode=[("A", "\ufb01"), ("1", "\ufb03")]
    )
    (tmp_path / "a.pdf").write_bytes(data)
    assert load(tmp_path / "a.pdf").pages[0].text == "fiB office"
