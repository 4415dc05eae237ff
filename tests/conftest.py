"""What every test gets: no network, no calls home, and the real parts on folders of their own."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from app.wiring import Services
from ingest.reading import ConfinedReader
from ingest.reading_ahead import ReadingAhead
from ingest.sources import find_sources
from rag.protocols import Embedder
from rag.settings import Settings
from rag.words import prepare_dictionary
from tests.fakes import OpenServices
from tests.network_guard import NetworkGuard
from tests.openai_server import ServerProcess, ServeScript
from vectorstore.embedding import TransformerEmbedder
from vectorstore.encoders import make_encoder
from vectorstore.model_folder import ModelFolder
from vectorstore.torch_encoders import TorchEncoder

ROOT = Path(__file__).resolve().parents[1]
_NUMBERS = count()

_QUIET = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_OFFLINE": "1",
}
os.environ.update(_QUIET)  # libraries read some of them when they are imported


@pytest.fixture(autouse=True)
def same_main_module() -> Iterator[None]:
    """Streamlit's AppTest leaves its script in ``__main__``, which a spawned process would run."""
    ours = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = ours


@pytest.fixture(scope="session", autouse=True)
def network_refused() -> Iterator[NetworkGuard]:
    """No test reaches another machine."""
    with NetworkGuard() as guard:
        yield guard


@pytest.fixture(scope="session", autouse=True)
def dictionary(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep jieba's compiled dictionary out of the shared temporary folder."""
    prepare_dictionary(tmp_path_factory.mktemp("jieba"))


@pytest.fixture(scope="session")
def models_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where exported models are kept: the repository's cache if it is filled, else a new one."""
    kept = ROOT / "data" / "models"
    return kept if any(kept.glob("*.onnx")) else tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def embedder(models_cache: Path) -> TransformerEmbedder:
    """The embedder of the offline default, on onnxruntime."""
    folder = ModelFolder.find("")
    return TransformerEmbedder(
        folder, lambda: make_encoder(folder, backend="onnx", cache=models_cache)
    )


@pytest.fixture(scope="session")
def torch_embedder() -> TransformerEmbedder:
    """The same embedder on torch."""
    folder = ModelFolder.find("")
    return TransformerEmbedder(folder, lambda: TorchEncoder(folder))


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory, models_cache: Path) -> Path:
    """A data folder with the sample corpus in it; copy it to change it."""
    folder = tmp_path_factory.mktemp("samples") / "data"
    if any(models_cache.glob("*.onnx")):
        shutil.copytree(models_cache, folder / "models")
    opened = Services(Settings(data_dir=folder))
    try:
        for source in find_sources([ROOT / "samples" / "documents"]):
            report = opened.ingestion.add(source, "samples")
            assert report.error is None, report
    finally:
        opened.close()
    return folder


class SharedReader(ConfinedReader):
    """Serves every test: services that are closed leave it running."""

    def close(self) -> None:
        """Nothing: the fixture ends it."""

    def end(self) -> None:
        """End the process."""
        super().close()


@pytest.fixture(scope="session")
def reader() -> Iterator[SharedReader]:
    """What reads files, started with the first."""
    one = SharedReader()
    yield one
    one.end()


@pytest.fixture
def services(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenServices]:
    """Open services on a folder below ``tmp_path``; all of them are closed after the test.

    Without an embedder of the test's own they get the offline default's; a chat model is asked once
    unless the test says otherwise.
    """
    opened: list[Services] = []
    reader = request.getfixturevalue("reader")

    def open_services(
        folder: str = "data", *, embedder: Embedder | None = None, **settings: Any
    ) -> Services:
        told = {"strategy": "direct", **settings}
        made = Services(Settings(data_dir=tmp_path / folder, **told))
        made.embedder = embedder or request.getfixturevalue("embedder")
        made.reader = reader
        made.reading_ahead = ReadingAhead(reader, ConfinedReader, at_once=0)
        opened.append(made)
        return made

    yield open_services
    for one in reversed(opened):
        one.close()


@pytest.fixture
def scripted_server(tmp_path: Path) -> Iterator[ServeScript]:
    """Starts servers that answer by a script (``tests/scripted_answers.py``), under ``scripted``.

    They stop after the test.
    """
    with ExitStack() as running:

        def serve(script: Mapping[str, Any]) -> ServerProcess:
            path = tmp_path / f"script-{next(_NUMBERS)}.json"
            path.write_text(json.dumps(script, ensure_ascii=False), "utf-8")
            return running.enter_context(ServerProcess(path))

        yield serve


@pytest.fixture(scope="session")
def openai_server() -> Iterator[ServerProcess]:
    """An OpenAI-compatible server in a process of its own."""
    with ServerProcess() as server:
        yield server
