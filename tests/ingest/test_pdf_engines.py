from __future__ import annotations

import io
import random
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle

from ingest.loaders.pdf_engines import clearer_text, read_pdf, unreadable_share
from rag.errors import DamagedFile, EncryptedFile, LoadError
from tests.ingest.made_files import encrypt, make_pdf, make_picture_pdf, pdf_bytes

TWO_PAGES = (["Hello pump", "second line"], ["水泵的第二页"])


@pytest.fixture
def two_pages(tmp_path: Path) -> bytes:
    outline = [("Hello pump", 0, 0), ("Part", 1, 1)]
    return make_pdf(tmp_path / "a.pdf", TWO_PAGES, outline=outline, title="Pumps").read_bytes()


def test_text_title_and_outline(two_pages: bytes) -> None:
    raw = read_pdf(two_pages, name="a.pdf")
    assert [text.splitlines() for text in raw.texts] == [list(lines) for lines in TWO_PAGES]
    assert raw.title == "Pumps"
    assert [(e.title, e.level, e.page) for e in raw.outline] == [
        ("Hello pump", 1, 0),
        ("Part", 2, 1),
    ]
    assert not raw.broken | raw.garbled | raw.with_pictures
    assert not raw.ends_early


def test_page_labels(two_pages: bytes) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(two_pages)))
    writer.set_page_label(0, 1, style=PageLabelStyle.LOWERCASE_ROMAN, start=4)
    out = io.BytesIO()
    writer.write(out)
    assert read_pdf(two_pages, name="a.pdf").labels == [None, None]
    assert read_pdf(out.getvalue(), name="a.pdf").labels == ["iv", "v"]


def test_passwords(tmp_path: Path) -> None:
    open_one = encrypt(make_pdf(tmp_path / "a.pdf", TWO_PAGES), user_password="")
    assert read_pdf(open_one.read_bytes(), name="a.pdf").texts[0].startswith("Hello pump")
    locked = encrypt(make_pdf(tmp_path / "b.pdf", TWO_PAGES), user_password="secret")
    with pytest.raises(EncryptedFile, match=r"b\.pdf"):
        read_pdf(locked.read_bytes(), name="b.pdf")


def test_pypdf_repairs_what_pdfium_cannot_open(two_pages: bytes) -> None:
    for damaged in (
        b"junk before it\n" * 200 + two_pages,
        re.sub(rb"/Root \d+ 0 R", b"", two_pages),
    ):
        raw = read_pdf(damaged, name="a.pdf")
        assert raw.texts[0].split("\n")[0] == "Hello pump"
        assert len(raw.texts) == 2


def test_pypdf_asks_for_the_password_too(tmp_path: Path) -> None:
    locked = encrypt(make_pdf(tmp_path / "b.pdf", TWO_PAGES), user_password="secret")
    with pytest.raises(EncryptedFile):
        read_pdf(b"junk before it\n" * 200 + locked.read_bytes(), name="b.pdf")


def test_wrong_page_count_is_put_right(two_pages: bytes) -> None:
    lying = re.sub(rb"/Count 2", b"/Count 99999999", two_pages)
    raw = read_pdf(lying, name="a.pdf")
    assert len(raw.texts) == 2
    assert not raw.broken


def test_characters_beyond_the_first_plane(tmp_path: Path) -> None:
    data = pdf_bytes(b"BT /F 20 Tf 50 700 Td (xAyB) Tj ET", to_unicode=[("A", "𠮷"), ("B", "😀")])
    assert read_pdf(data, name="a.pdf").texts == ["x𠮷y😀"]


def test_gibberish_is_noticed() -> None:
    data = pdf_bytes(
        b"BT /F 20 Tf 50 700 Td (ABAB ok) Tj ET", to_unicode=[("A", "\ue001"), ("B", "\ue002")]
    )
    assert read_pdf(data, name="a.pdf").garbled == {0}


def test_the_clearer_opinion_wins() -> None:
    assert clearer_text("", "text") == "text"
    assert clearer_text("\ue001\ue002\ue003", "abc") == "abc"
    assert clearer_text("\ufffdbcdefgh", "a") == "\ufffdbcdefgh"
    assert clearer_text("\ufffdbc", "\ufffd\ufffd") == "\ufffdbc"
    assert unreadable_share("a\ufffd \n") == 0.5
    assert unreadable_share("  ") == 0


def test_bullets_of_symbol_fonts_are_bullets() -> None:
    data = pdf_bytes(b"BT /F 20 Tf 50 700 Td (A item) Tj ET", to_unicode=[("A", "\uf0b7")])
    assert read_pdf(data, name="a.pdf").texts == ["• item"]


def test_pictures_on_pages_without_text(tmp_path: Path) -> None:
    path = make_picture_pdf(tmp_path / "scan.pdf", pages=3, text_on=[2])
    assert read_pdf(path.read_bytes(), name="scan.pdf").with_pictures == {0, 2}


def test_missing_end_mark_is_noticed(two_pages: bytes) -> None:
    assert read_pdf(two_pages[: two_pages.rindex(b"startxref")], name="a.pdf").ends_early


def test_many_threads_may_read(two_pages: bytes) -> None:
    with ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(lambda _: tuple(read_pdf(two_pages, name="a").texts), range(40)))
    assert len(set(texts)) == 1


@pytest.mark.parametrize("seed", range(60))
def test_every_foreign_exception_is_translated(two_pages: bytes, seed: int) -> None:
    """Cut, overwritten and shortened at random: read, or refused with a LoadError."""
    chance = random.Random(seed)
    data = bytearray(two_pages)
    for _ in range(chance.choice((1, 5, 40))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    start = chance.randrange(len(data))
    del data[start : start + chance.randrange(300)]
    with suppress(LoadError):
        read_pdf(bytes(data[: chance.randrange(200, len(data))]), name="broken.pdf")


def test_broken_file_is_damaged(two_pages: bytes) -> None:
    with pytest.raises(DamagedFile, match=r"broken\.pdf"):
        read_pdf(two_pages[: len(two_pages) // 2], name="broken.pdf")
