from __future__ import annotations

from pathlib import Path

import pytest

from ingest.loaders.office_package import check_package
from rag.errors import FormatMismatch
from tests.ingest.made_files import make_docx, make_pptx, make_zip


def test_each_kind_is_known_from_the_others(tmp_path: Path) -> None:
    word = make_docx(tmp_path / "a.docx", ("Normal", "x")).read_bytes()
    slides = make_pptx(tmp_path / "a.pptx", ("x", ["y"])).read_bytes()
    check_package(word, suffix=".docx", name="a")
    check_package(slides, suffix=".pptx", name="a")
    with pytest.raises(FormatMismatch, match="a Word document"):
        check_package(word, suffix=".pptx", name="a.pptx")
    with pytest.raises(FormatMismatch, match="a PowerPoint presentation"):
        check_package(slides, suffix=".docx", name="a.docx")


def test_a_plain_archive_is_no_office_file(tmp_path: Path) -> None:
    data = make_zip(tmp_path / "a.zip", {"a.txt": b"x"}).read_bytes()
    with pytest.raises(FormatMismatch, match="it is a ZIP archive"):
        check_package(data, suffix=".xlsx", name="a.xlsx")
