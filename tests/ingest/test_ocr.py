from __future__ import annotations

import pytest
from PIL import Image

from ingest.loaders.ocr import SURE_ENOUGH, Box, lines_of, recognise, recognition
from rag.errors import RecognitionOff
from tests.ingest.made_files import picture_of


def box(left: float, top: float, text: str, *, wide: float = 50, high: float = 10) -> Box:
    return Box(left=left, top=top, right=left + wide, bottom=top + high, text=text)


def test_both_languages_are_read() -> None:
    read = recognise(picture_of("The pump holds 300 kPa.", "水泵压力为三百千帕。"), name="a.png")
    assert read.text == "The pump holds 300 kPa.\n水泵压力为三百千帕。"
    assert SURE_ENOUGH < read.score <= 1


def test_a_picture_of_one_colour_has_no_text() -> None:
    read = recognise(Image.new("L", (200, 200), 128), name="a.png")
    assert (read.text, read.score) == ("", 0.0)


def test_boxes_on_one_height_are_a_line_and_wide_gaps_cells() -> None:
    boxes = [
        box(200, 41, "12.5"),
        box(0, 40, "North"),
        box(55, 43, "West"),
        box(0, 0, "Region"),
        box(0, 80, "南方"),
    ]
    assert lines_of(boxes) == ["Region", "North West | 12.5", "南方"]
    assert lines_of([]) == []


def test_nothing_is_recognised_where_that_is_off() -> None:
    picture = picture_of("The pump holds 300 kPa.")
    with recognition(on=False), pytest.raises(RecognitionOff, match="is off"):
        recognise(picture, name="a.png")
    with recognition(on=False):
        assert recognise(Image.new("L", (9, 9), 128), name="a.png").text == ""
    assert "pump" in recognise(picture, name="a.png").text
