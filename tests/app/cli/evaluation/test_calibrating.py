"""``python -m evaluation calibrate``: fit, show, keep, forget."""

from __future__ import annotations

import json
from pathlib import Path

from tests.app.cli.conftest import Command


def test_a_fit_is_shown_kept_and_forgotten(bench: Command, tmp_path: Path) -> None:
    result = bench("calibrate", "-d", "sets/prices", "--seed", "1")
    assert result.exit_code == 0, result.output
    for word in ("before", "after", "aurc", "ece", "held out", "kept for extractive"):
        assert word in result.stdout
    (file,) = tmp_path.rglob("calibrations.json")
    (kept,) = json.loads(file.read_text("utf-8"))["calibrations"]
    assert (kept["answerer"], kept["source"]) == ("extractive", "prices")
    assert bench("calibrate", "--forget").stdout == "extractive: forgotten\n"
    assert json.loads(file.read_text("utf-8")) == {"calibrations": []}
    assert "nothing to forget" in bench("calibrate", "--forget").stdout


def test_a_set_too_small_is_refused_with_a_way_out(bench: Command) -> None:
    result = bench("calibrate", "-d", "sets/house")
    assert result.exit_code == 1
    assert "too few" in result.stderr
    assert "--limit" in result.stderr


def test_it_is_either_a_set_or_forgetting(bench: Command) -> None:
    assert bench("calibrate").exit_code == 2
    assert bench("calibrate", "-d", "sets/house", "--forget").exit_code == 2
