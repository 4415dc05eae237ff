from __future__ import annotations

from pathlib import Path
from typing import Any

import pptx
import pytest
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingest.loaders.pptx import PptxLoader
from rag.errors import DamagedFile, FormatMismatch, LoadError, NoText
from rag.types import Document
from tests.ingest.made_files import make_docx, make_pptx, repacked


def load(path: Path) -> Document:
    return PptxLoader().load(path, name="talk.pptx")


def test_a_slide_is_a_page_and_its_title_a_heading(tmp_path: Path) -> None:
    path = make_pptx(
        tmp_path / "a.pptx",
        ("Pump", ["It holds 300 kPa.", "Check it monthly."]),
        ("水泵", ["压力为三百千帕。"]),
        notes="Say that the seal is new.",
    )
    document = load(path)
    assert [page.text for page in document.pages] == [
        "Pump\n\nIt holds 300 kPa.\nCheck it monthly.\n\nSay that the seal is new.",
        "水泵\n\n压力为三百千帕。",
    ]
    assert [page.label for page in document.pages] == ["slide 1", "slide 2"]
    assert [h.title for page in document.pages for h in page.headings] == ["Pump", "水泵"]
    assert (document.title, document.paginated, document.warnings) == ("Pump", True, ())


def test_tables_groups_and_items_in_the_order_of_the_slide(tmp_path: Path) -> None:
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[6])

    def box(shapes: Any, text: str, left: float, top: float) -> None:
        shape = shapes.add_textbox(Inches(left), Inches(top), Inches(1), Inches(1))
        shape.text_frame.text = text

    box(slide.shapes, "right", 5, 1)
    box(slide.shapes, "left", 1, 1)
    group = slide.shapes.add_group_shape()
    box(group.shapes, "below", 1, 5)
    box(group.shapes, "above", 1, 4)
    table = slide.shapes.add_table(2, 3, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for row in range(2):
        for column in range(3):
            table.cell(row, column).text = f"{row}{column}"
    table.cell(0, 1).merge(table.cell(0, 2))
    items = slide.shapes.add_textbox(Inches(1), Inches(6), Inches(1), Inches(1)).text_frame
    items.text = "List"
    deeper = items.add_paragraph()
    deeper.text, deeper.level = "item", 1
    made.save(str(tmp_path / "a.pptx"))
    assert load(tmp_path / "a.pptx").pages[0].text == (
        "left\n\nright\n\n00 | 01 02 |\n10 | 11 | 12\n\nabove\n\nbelow\n\nList\n- item"
    )


def test_a_charts_figures_are_read_as_a_table(tmp_path: Path) -> None:
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[6])
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = ["Q1", "Q2"]
    data.add_series("North", (1200000.5, 3))
    data.add_series("South", (2, None))
    size = (Inches(1), Inches(1), Inches(4), Inches(3))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *size, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Sales"
    made.save(str(tmp_path / "a.pptx"))
    assert load(tmp_path / "a.pptx").pages[0].text == (
        "Sales\n\n| North | South\nQ1 | 1200000.5 | 2\nQ2 | 3 |"
    )


def test_hidden_slides_are_left_out_and_told(tmp_path: Path) -> None:
    path = make_pptx(tmp_path / "a.pptx", ("One", ["first"]), ("Two", ["second"]))
    made = pptx.Presentation(str(path))
    made.slides[0].element.set("show", "0")
    made.save(str(path))
    document = load(path)
    assert [page.text for page in document.pages] == ["", "Two\n\nsecond"]
    assert document.warnings == ("hidden slides left out: 1",)


def bad_files(tmp_path: Path) -> dict[str, tuple[Path, type[LoadError]]]:
    good = make_pptx(tmp_path / "good.pptx", ("Title", ["text"]))
    entity = (
        b'<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]><p>&a;</p>'
    )
    cut = tmp_path / "cut.pptx"
    cut.write_bytes(good.read_bytes()[:9000])
    part = "ppt/presentation.xml"
    return {
        "nothing on it": (make_pptx(tmp_path / "blank.pptx", ("", [])), NoText),
        "no slides": (make_pptx(tmp_path / "none.pptx"), NoText),
        "cut": (cut, DamagedFile),
        "entities": (repacked(make_pptx(tmp_path / "e.pptx"), {part: entity}), DamagedFile),
        "broken part": (repacked(make_pptx(tmp_path / "b.pptx"), {part: b"<p:"}), DamagedFile),
        "no main part": (repacked(make_pptx(tmp_path / "h.pptx"), {part: None}), DamagedFile),
        "word": (make_docx(tmp_path / "w.docx", ("Normal", "x")), FormatMismatch),
    }


@pytest.mark.parametrize(
    "case",
    ["nothing on it", "no slides", "cut", "entities", "broken part", "no main part", "word"],
)
def test_bad_files_are_refused(tmp_path: Path, case: str) -> None:
    path, error = bad_files(tmp_path)[case]
    with pytest.raises(error, match=r"talk\.pptx"):
        load(path)
