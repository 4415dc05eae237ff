"""The page of a citation as a picture: for PDFs whose file is kept, whatever else there is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.components.sheets import sheet_data, sheet_of
from app.conversations import Turn
from app.i18n import Translator
from app.page_pictures import Leaf
from app.passages import Source, sources_of
from app.wiring import Services
from ingest.sources import Source as File
from tests.fakes import OpenServices
from tests.ingest.made_files import make_pdf

EN, ZH = Translator("en"), Translator("zh")
WEIGHT = "The X-200 pump weighs 4 kg without its frame."
QUESTION = "How much does the X-200 pump weigh?"


@pytest.fixture
def manuals(services: OpenServices, tmp_path: Path) -> Services:
    """A manual of two pages, as PDF and as text."""
    opened = services()
    pdf = make_pdf(tmp_path / "made.pdf", [["Contents"], [WEIGHT, "保修期为二十四个月。"]])
    text = tmp_path / "made.txt"
    text.write_text(WEIGHT, "utf-8")
    assert opened.ingestion.add(File(path=pdf, name="pump.PDF"), "pdf").error is None
    assert opened.ingestion.add(File(path=text, name="pump.txt"), "text").error is None
    return opened


def source_in(opened: Services, collection: str) -> Source:
    answer = opened.ask(QUESTION, (collection,), "extractive")
    source, *_ = sources_of(Turn.of("t", answer), opened.record, EN)
    return source


def test_the_page_of_a_citation_is_drawn_with_its_words_boxed(manuals: Services) -> None:
    source = source_in(manuals, "pdf")
    assert source.marked == WEIGHT
    sheet = sheet_of(manuals.page_pictures, [source], source.key, None)
    assert sheet is not None
    assert (sheet.number, sheet.picture.pages, len(sheet.picture.boxes)) == (2, 2, 1)
    told = sheet_data(sheet, ZH)
    assert told["image"].startswith("data:image/webp;base64,")
    assert told["of"] == "第 2 页，共 2 页"
    assert set(told["boxes"][0]) == {"left", "top", "right", "bottom"}


def test_another_page_is_shown_without_boxes(manuals: Services) -> None:
    source = source_in(manuals, "pdf")
    sheet = sheet_of(manuals.page_pictures, [source], source.key, 1)
    assert sheet is not None
    assert (sheet.number, sheet.picture.boxes) == (1, ())
    assert sheet_of(manuals.page_pictures, [source], source.key, 3) is None
    again = sheet_of(manuals.page_pictures, [source], source.key, 2)
    assert again is not None
    assert len(again.picture.boxes) == 1


def test_where_no_source_is_open_nothing_is_drawn(manuals: Services) -> None:
    source = source_in(manuals, "pdf")
    assert sheet_of(manuals.page_pictures, [source], None, None) is None
    assert sheet_of(manuals.page_pictures, [source], 99, None) is None


def test_other_formats_have_no_picture(manuals: Services) -> None:
    assert manuals.page_pictures.picture(source_in(manuals, "text").leaf) is None


@pytest.mark.parametrize("change", [{"version": "ab" * 32}, {"page": 9}, {"document_id": "no"}])
def test_what_is_not_kept_has_no_picture(manuals: Services, change: dict[str, object]) -> None:
    leaf: Leaf = replace(source_in(manuals, "pdf").leaf, **change)  # type: ignore[arg-type]
    assert manuals.page_pictures.picture(leaf) is None


def test_after_a_deletion_there_is_no_picture(manuals: Services) -> None:
    leaf = source_in(manuals, "pdf").leaf
    manuals.ingestion.remove("pdf", ["pump.PDF"])
    assert manuals.page_pictures.picture(leaf) is None


def test_a_page_is_drawn_once(manuals: Services) -> None:
    leaf = source_in(manuals, "pdf").leaf
    assert manuals.page_pictures.picture(leaf) is manuals.page_pictures.picture(leaf)


def test_a_document_that_was_read_again_has_its_picture(manuals: Services, tmp_path: Path) -> None:
    file = File(path=tmp_path / "made.pdf", name="pump.PDF")
    assert manuals.ingestion.add(file, "pdf", again=True).error is None
    leaf = source_in(manuals, "pdf").leaf
    assert leaf.version.endswith(".2")
    assert manuals.page_pictures.picture(leaf) is not None
