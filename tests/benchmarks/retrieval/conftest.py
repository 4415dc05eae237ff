"""One small library, built by the benchmark with the product's own model and searched by tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.retrieval.filling import Built, Library, build
from tests.benchmarks.retrieval.made_sets import write_sets
from vectorstore.embedding import TransformerEmbedder


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a question set of each language."""
    return write_sets(tmp_path_factory.mktemp("sets"))


@pytest.fixture(scope="session")
def work(
    tmp_path_factory: pytest.TempPathFactory, models_cache: Path, embedder: TransformerEmbedder
) -> Path:
    """Where libraries are kept, the exported model there already."""
    embedder.embed_query("export the model")
    folder = tmp_path_factory.mktemp("work")
    shutil.copytree(models_cache, folder / "models")
    return folder


@pytest.fixture(scope="session")
def built(work: Path, data: Path) -> tuple[Library, Built]:
    """A library of 300 chunks, 40 of them embedded, and what building it took."""
    library = Library(work=work, data=data, chunks=300, embed=40, seed=0)
    return library, build(library)
