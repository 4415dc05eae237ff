"""``python -m ingest move-to | settings``: messages and exit codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from app.cli.ingest import app
from tests.app.cli.conftest import Command
from tests.vectorstore.tiny_bert import save_tiny_bert


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two random models of different weights."""
    folder = tmp_path_factory.mktemp("models")
    one = save_tiny_bert(folder / "tiny-one", seed=1)
    return one, save_tiny_bert(folder / "tiny-two", seed=2)


@pytest.fixture
def ingest(
    command: Callable[[typer.Typer], Command],
    models: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Command:
    """Commands on a collection of one document, embedded with the first model."""
    monkeypatch.setenv("QUORUM_EMBEDDING_MODEL", str(models[0]))
    monkeypatch.setenv("QUORUM_EMBEDDING_BACKEND", "torch")
    (tmp_path / "制度.txt").write_text("员工每年有 12 天年假。The pump is blue.", "utf-8")
    made = command(app)
    result = made("add", tmp_path / "制度.txt", "-c", "papers")
    assert result.exit_code == 0, result.output
    return made


def test_a_move_and_what_comes_after_it(ingest: Command, models: tuple[Path, Path]) -> None:
    result = ingest("move-to", models[1])
    assert result.exit_code == 0, result.output
    assert "moved 2 passages to tiny-two@" in result.stdout
    assert ingest("doctor").stdout == "The record and both indexes agree.\n"
    again = ingest("move-to", models[1])
    assert again.exit_code == 1
    assert "is searched with 'tiny-two' already" in again.stderr
    assert ingest("move-to", models[0]).exit_code == 0


@pytest.mark.parametrize("model", ["/nowhere/模型", "."])
def test_a_model_that_is_none_is_refused(ingest: Command, model: str) -> None:
    result = ingest("move-to", model)
    assert result.exit_code == 1
    assert f"The embedding model '{model}' cannot be loaded" in result.stderr
    assert ingest("move-to", "--continue").stdout == "nothing is under way\n"
    assert ingest("move-to", "--cancel").stdout == "nothing is under way\n"


@pytest.mark.parametrize("wrong", [(), ("model", "--cancel"), ("--cancel", "--continue")])
def test_one_thing_is_asked_at_a_time(ingest: Command, wrong: tuple[str, ...]) -> None:
    assert ingest("move-to", *wrong).exit_code == 2


def test_settings_are_shown_and_changed(ingest: Command) -> None:
    assert ingest("settings", "papers").stdout == (
        "longest passage: 200 tokens (usual)\ntext in scans and pictures: read\n"
    )
    told = ingest.json("settings", "PAPERS", "--chunk-tokens", "64", "--no-recognise")
    assert told == {"collection": "papers", "chunk_tokens": 64, "recognise": False}
    assert ingest("settings", "papers").stdout == (
        "longest passage: 64 tokens\ntext in scans and pictures: not read\n"
    )
    told = ingest.json("settings", "papers", "--chunk-tokens", "usual", "--recognise")
    assert told == {"collection": "papers", "chunk_tokens": 200, "recognise": True}


@pytest.mark.parametrize("length", ["31", "8193", "many"])
def test_a_length_out_of_bounds_is_refused(ingest: Command, length: str) -> None:
    result = ingest("settings", "papers", "--chunk-tokens", length)
    assert result.exit_code == 1
    assert "expected a whole number from 32 to 8192" in result.stderr
    assert ingest("settings", "nowhere").exit_code == 1
