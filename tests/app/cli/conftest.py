"""A command line to call: in a folder without .env, over a data folder of its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result


@dataclass(frozen=True)
class Command:
    """Calls commands as a person would."""

    app: typer.Typer

    def __call__(self, *arguments: str | Path) -> Result:
        return CliRunner().invoke(self.app, [str(argument) for argument in arguments])

    def json(self, *arguments: str | Path, exit_code: int = 0) -> Any:
        """What the command printed with --json."""
        result = self(*arguments, "--json")
        assert result.exit_code == exit_code, result.output
        return json.loads(result.stdout)


@pytest.fixture
def command(
    tmp_path: Path, models_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[typer.Typer], Command]:
    """Makes commands over ``tmp_path / "data"``; a chat model is asked once."""
    data = tmp_path / "data"
    if any(models_cache.glob("*.onnx")) and not data.exists():
        shutil.copytree(models_cache, data / "models")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUORUM_DATA_DIR", str(data))
    monkeypatch.setenv("QUORUM_STRATEGY", "direct")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return Command
