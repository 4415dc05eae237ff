from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from ingest.loaders.image import ImageLoader
from rag.errors import DamagedFile, LoadError, NoText
from rag.types import Document
from tests.ingest.made_files import make_picture, picture_of


def load(path: Path) -> Document:
    return ImageLoader("image/tiff").load(path, name="scans/page.tif")


def test_a_picture_is_one_page_without_a_number(tmp_path: Path) -> None:
    document = load(make_picture(tmp_path / "a.png", ["Order 4711 is late.", "订单已经延迟。"]))
    assert document.pages[0].text == "Order 4711 is late.\n订单已经延迟。"
    assert (document.title, document.paginated) == ("page", False)
    assert (document.ocr_pages, document.doubtful_pages) == ((1,), ())
    assert document.report.ocr_pages == (1,)
    assert document.report.characters == len(document.pages[0].text)


def test_frames_are_pages(tmp_path: Path) -> None:
    first, blank, last = picture_of("First frame"), Image.new("RGB", (300, 200), "white"), None
    last = picture_of("Last frame")
    first.save(tmp_path / "a.tif", save_all=True, append_images=[blank, last])
    document = load(tmp_path / "a.tif")
    assert [page.text for page in document.pages] == ["First frame", "", "Last frame"]
    assert (document.paginated, document.ocr_pages) == (True, (1, 3))


def test_a_photograph_turned_by_its_camera_is_read_upright(tmp_path: Path) -> None:
    picture = picture_of("Read me upright").rotate(90, expand=True)
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(tmp_path / "a.jpg", exif=exif, quality=95)
    assert load(tmp_path / "a.jpg").pages[0].text == "Read me upright"


def huge_png(width: int, height: int) -> bytes:
    """A PNG that promises this many pixels and has none."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(header))
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I4s", 0, b"IDAT")
        + struct.pack(">I", zlib.crc32(b"IDAT"))
    )


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        (b"\x89PNG\r\n\x1a\n", DamagedFile, "structure is broken"),
        (b"no picture", DamagedFile, "structure is broken"),
        (huge_png(60_000, 60_000), DamagedFile, "80 million pixels"),
        (huge_png(10_000, 9_000), DamagedFile, "80 million pixels"),
        (huge_png(100, 100), DamagedFile, "structure is broken"),
    ],
)
def test_bad_pictures_are_refused(
    tmp_path: Path, data: bytes, error: type[LoadError], said: str
) -> None:
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(error, match=said):
        load(tmp_path / "a.png")


def test_a_picture_without_characters(tmp_path: Path) -> None:
    Image.new("RGB", (200, 200), "red").save(tmp_path / "a.png")
    with pytest.raises(NoText, match=r"scans/page\.tif"):
        load(tmp_path / "a.png")
