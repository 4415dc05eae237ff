"""Calibrations in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.confidence import KeptCalibrations
from rag.encoder_errors import CalibrationUnreadable
from tests.rag.confidence.made import a_calibration


def test_a_calibration_is_found_where_it_fits_alone(tmp_path: Path) -> None:
    kept = KeptCalibrations(tmp_path / "new" / "calibrations.json")
    assert kept.find("e@1", "extractive") is None
    mine, other = a_calibration(), a_calibration(answerer="千问 direct")
    kept.keep(mine)
    kept.keep(other)
    assert kept.find("e@1", "extractive") == mine
    assert kept.find("e@1", "千问 direct") == other
    assert kept.find("e@2", "extractive") is None
    assert kept.find("e@1", "千问") is None


def test_a_later_fit_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    path = tmp_path / "calibrations.json"
    KeptCalibrations(path).keep(a_calibration(floor=0.1))
    KeptCalibrations(path).keep(a_calibration(floor=0.9))
    assert KeptCalibrations(path).find("e@1", "extractive") == a_calibration(floor=0.9)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_model_is_forgotten_with_all_its_ways(tmp_path: Path) -> None:
    kept = KeptCalibrations(tmp_path / "calibrations.json")
    for answerer in ("qwen direct", "qwen self_consistency", "qwen2", "extractive"):
        kept.keep(a_calibration(answerer=answerer))
    kept.keep(a_calibration(embedder="e@2", answerer="qwen direct"))
    assert kept.forget("e@1", "qwen") == 2
    assert kept.forget("e@1", "qwen") == 0
    assert kept.find("e@1", "qwen direct") is None
    assert kept.find("e@1", "qwen2") is not None
    assert kept.find("e@2", "qwen direct") is not None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"calibrations": [{}]}', "null", "\x00"])
def test_a_damaged_file_says_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "calibrations.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CalibrationUnreadable, match=r"calibrations\.json") as told:
        KeptCalibrations(path).find("e@1", "extractive")
    assert "calibrate" in told.value.hint
