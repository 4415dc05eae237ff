"""A document looked into: versions and reports in words, pages cut where passages begin."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from app.document_view import (
    MOST_PASSAGES,
    Piece,
    Stretch,
    cut,
    page_ranges,
    pieces,
    report_in_words,
    stretches,
    version_in_words,
)
from app.i18n import Translator
from app.wiring import Services
from rag.types import ParseReport
from tests.app.conftest import PUMP, AddText
from tests.fakes import a_chunk
from vectorstore.history import KeptPage, KeptVersion

EN, ZH = Translator("en"), Translator("zh")
VERSION = KeptVersion(
    id=1,
    version="ab" * 32,
    current=True,
    media_type="application/pdf",
    paginated=True,
    pages=12,
    chunks=40,
    size_bytes=2_100_000,
    added_at=datetime(2026, 3, 1, 23, 30),
    report=ParseReport(
        pages=12,
        characters=23_410,
        ocr_pages=(2, 5, 6, 7),
        doubtful_pages=(9,),
        warnings=("pages without text: 9",),
    ),
)


def test_a_version_in_words_of_the_readers_zone() -> None:
    assert version_in_words(VERSION, EN, "Asia/Shanghai") == (
        "2026-03-02 07:30 · current · 12 pages · 40 passages · 2.1 MB"
    )
    old = replace(VERSION, current=False, paginated=False, chunks=1)
    for zone in (None, "No/Where", "../etc"):
        assert version_in_words(old, ZH, zone) == "2026-03-01 23:30 · 已被替换 · 1 个段落 · 2.1 MB"


def test_a_report_in_words() -> None:
    assert report_in_words(VERSION, EN) == (
        "12 pages read",
        "23,410 characters",
        "by text recognition: pages 2, 5–7",
        "doubtful, please check: pages 9",
        "pages without text: 9",
    )
    assert report_in_words(VERSION, ZH)[-2:] == ("可能有误、请核对的页：9", "没有文字的页: 9")
    plain = replace(VERSION, paginated=False, report=ParseReport(pages=1, characters=5))
    assert report_in_words(plain, EN) == ("5 characters",)
    assert report_in_words(replace(VERSION, report=None), EN) == ()


@pytest.mark.parametrize(
    ("numbers", "words"),
    [((), ""), ((3,), "3"), ((1, 2), "1–2"), ((1, 3, 4, 5, 9), "1, 3–5, 9")],
)
def test_pages_that_follow_each_other_are_a_range(numbers: tuple[int, ...], words: str) -> None:
    assert page_ranges(numbers) == words


def test_each_page_is_a_stretch_and_a_long_one_several() -> None:
    pages = [
        KeptPage(number=1, label="iv", chunks=3),
        KeptPage(number=2, label="slide 2", chunks=0),
        KeptPage(number=3, label=None, chunks=MOST_PASSAGES + 1),
    ]
    found = stretches(pages, paginated=True, t=EN)
    assert [(one.page, one.first, one.last) for one in found] == [
        (1, 0, 3),
        (2, 0, 0),
        (3, 0, MOST_PASSAGES),
        (3, MOST_PASSAGES, MOST_PASSAGES + 1),
    ]
    assert found[0].label == "p. iv"
    assert found[3].label == f"p. 3 · passages {MOST_PASSAGES + 1}–{MOST_PASSAGES + 1}"
    [one] = stretches([KeptPage(number=1, label=None, chunks=2)], paginated=False, t=ZH)
    assert one.label == "第 1–2 段"


def test_text_is_cut_where_passages_begin_and_end() -> None:
    text = "# 标题\n\nFirst one.\n \n第二段。 tail"
    first, second = text.index("First"), text.index("第二")
    chunks = [
        a_chunk("First one.", start=first, sequence=6),
        a_chunk("第二段。", start=second, sequence=7),
    ]
    assert cut(text, chunks, 0, len(text)) == [
        Piece(number=None, text="# 标题\n\n"),
        Piece(number=7, text="First one."),
        Piece(number=8, text="第二段。"),
        Piece(number=None, text=" tail"),
    ]
    assert cut("  \n", [], 0, 3) == []


def test_the_parts_of_a_page_make_up_the_page(library: Services) -> None:
    document = library.record.document(library.record.collection("manuals"), "pump.md")
    [version] = library.history.versions(document.id)
    chunks = library.history.chunks(version.id, 1)
    text = library.record.page(document.id, version.version, 1).text
    whole = pieces(
        library, document.id, version, Stretch(page=1, label="", first=0, last=len(chunks))
    )
    assert [piece.text for piece in whole if piece.number] == [chunk.text for chunk in chunks]
    parts = [
        piece
        for at in range(len(chunks))
        for piece in pieces(
            library, document.id, version, Stretch(page=1, label="", first=at, last=at + 1)
        )
    ]
    assert "".join("".join(piece.text.split()) for piece in parts) == "".join(text.split())


def test_a_replaced_version_can_be_looked_into(library: Services, add_text: AddText) -> None:
    add_text(library, "manuals", "pump.md", PUMP.replace("8,000", "9,000"))
    document = library.record.document(library.record.collection("manuals"), "pump.md")
    current, replaced = library.history.versions(document.id)
    for version, hours in ((current, "9,000"), (replaced, "8,000")):
        [stretch] = stretches(library.history.pages(version.id), paginated=version.paginated, t=EN)
        shown = pieces(library, document.id, version, stretch)
        assert any(hours in piece.text for piece in shown)
        assert any(piece.headings for piece in shown)
