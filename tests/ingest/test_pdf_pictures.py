"""Pages drawn as pictures: the right page, in the right size, with the boxes of a quotation."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from ingest.loaders import read_document
from ingest.loaders.pdf_pictures import PagePicture, draw_page
from ingest.reading import ConfinedReader
from rag.errors import DamagedFile, FileUnreadable
from rag.types import Span
from tests.ingest.made_files import encrypt, make_pdf


@pytest.fixture
def manual(tmp_path: Path) -> Path:
    return make_pdf(tmp_path / "a.pdf", [["First page"], ["Second page", "水泵重 4 公斤。"]])


def text_of(path: Path, page: int) -> str:
    return read_document(path, name=path.name, max_bytes=10_000_000).pages[page - 1].text


def darkest(image: bytes, box: tuple[float, float, float, float]) -> int:
    """The darkest of the picture's greys in a rectangle of shares."""
    picture = Image.open(io.BytesIO(image)).convert("L")
    left, top, right, bottom = box
    cut = (
        int(left * picture.width),
        int(top * picture.height),
        int(right * picture.width) + 1,
        int(bottom * picture.height) + 1,
    )
    low, _ = picture.crop(cut).getextrema()
    return int(low)  # type: ignore[arg-type]


def test_a_page_is_drawn_with_its_quotation_boxed(manual: Path) -> None:
    text = text_of(manual, 2)
    at = text.index("水泵")
    span = Span(start=at, end=len(text))
    drawn = draw_page(manual, name="a.pdf", page=2, text=text, span=span, width_px=800)
    assert (drawn.width, drawn.pages) == (800, 2)
    assert drawn.height == pytest.approx(800 * 842 / 595, abs=2)
    [box] = drawn.boxes
    assert darkest(drawn.image, (box.left, box.top, box.right, box.bottom)) < 100
    assert darkest(drawn.image, (box.left, box.bottom + 0.02, box.right, 0.9)) > 200


def test_without_a_quotation_there_are_no_boxes(manual: Path) -> None:
    drawn = draw_page(manual, name="a.pdf", page=1, text="", span=None, width_px=300)
    assert drawn.boxes == ()
    assert Image.open(io.BytesIO(drawn.image)).size == (drawn.width, drawn.height)


@pytest.mark.parametrize("page", [0, 3, 99])
def test_a_page_that_is_not_there_is_told(manual: Path, page: int) -> None:
    with pytest.raises(DamagedFile, match=f"page {page} cannot be drawn"):
        draw_page(manual, name="a.pdf", page=page, text="", span=None, width_px=300)


def test_what_is_no_pdf_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"no")
    with pytest.raises(DamagedFile, match=r"a\.pdf"):
        draw_page(tmp_path / "a.pdf", name="a.pdf", page=1, text="", span=None, width_px=300)


def test_a_page_protected_by_an_empty_password_is_drawn(manual: Path) -> None:
    encrypt(manual, user_password="")
    drawn = draw_page(manual, name="a.pdf", page=1, text="", span=None, width_px=300)
    assert darkest(drawn.image, (0, 0, 1, 1)) < 100


def test_the_confined_process_draws_the_same(manual: Path) -> None:
    text = text_of(manual, 2)
    span = Span(start=0, end=6)
    expected = draw_page(manual, name="a.pdf", page=2, text=text, span=span, width_px=400)
    with ConfinedReader() as reader:

        def draw(path: Path, page: int) -> PagePicture:
            return reader.draw(path, name="a.pdf", page=page, text=text, span=span, width_px=400)

        assert draw(manual, 2) == expected
        with pytest.raises(DamagedFile, match="page 7"):
            draw(manual, 7)
        with pytest.raises(FileUnreadable):
            draw(manual.parent / "gone.pdf", 1)
