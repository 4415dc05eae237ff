"""A record of the test's own, and a model small enough to export."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vectorstore.shelf import Shelf
from tests.vectorstore.tiny_bert import save_tiny_bert


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf.at(tmp_path)
    yield made
    made.engine.dispose()


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random model in the folder it was saved to."""
    return save_tiny_bert(tmp_path_factory.mktemp("tiny") / "tiny-bert")


@pytest.fixture(scope="session")
def tiny_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tiny model's export is kept."""
    return tmp_path_factory.mktemp("tiny-cache")
