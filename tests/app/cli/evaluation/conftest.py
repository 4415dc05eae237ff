"""The workbench's command line over sets that were measured once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from app.cli.evaluation import app
from tests.app.cli.conftest import Command
from tests.app.cli.evaluation.made import (
    HOUSE,
    HOUSE_QUESTIONS,
    PLANT,
    PLANT_QUESTIONS,
    write_prices,
    write_set,
)

FUSED_AND_WORDS = ("--system", "fused", "--system", "bm25")


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory, models_cache: Path) -> Path:
    """A folder with ``sets`` (house, prices, 机房) and ``data``, where each was searched once.

    House and 机房 were searched by every system, prices by bm25 and fused.
    """
    folder = tmp_path_factory.mktemp("measured")
    write_set(folder / "sets" / "house", HOUSE, HOUSE_QUESTIONS)
    write_set(folder / "sets" / "机房", PLANT, PLANT_QUESTIONS)
    write_prices(folder / "sets" / "prices", questions=96)
    if any(models_cache.glob("*.onnx")):
        shutil.copytree(models_cache, folder / "data" / "models")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("QUORUM_DATA_DIR", str(folder / "data"))
        patch.delenv("OPENAI_API_KEY", raising=False)
        patch.delenv("OPENAI_BASE_URL", raising=False)
        for asked in (["sets/house", "-d", "sets/机房"], ["sets/prices", *FUSED_AND_WORDS]):
            result = CliRunner().invoke(app, ["retrieval", "-d", *asked])
            assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def bench(
    command: Callable[[typer.Typer], Command],
    measured: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Command:
    """``python -m evaluation`` in a copy of ``measured``, 120 columns wide."""
    shutil.copytree(
        measured, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("models", "*.onnx")
    )
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    return command(app)
