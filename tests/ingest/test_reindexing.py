"""Indexes are made anew beside the old ones, and whatever happens one of them is searched."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.reindexing import begin_move, begin_rebuild
from app.wiring import Services
from ingest.reading import Reader
from ingest.sources import Source
from rag.collection_errors import SameModel
from rag.encoder_errors import EmbeddingModelError
from rag.settings import Settings
from tests.vectorstore.tiny_bert import save_tiny_bert
from vectorstore.schema import ReindexingState

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {
    "pump.md": "The pump weighs 40 kg. The motor of the pump is blue.",
    "水泵.md": "水泵重 40 公斤。泵的电机是蓝色的。",
    "valve.md": "The valve is shut. The motor is off.",
}

Opened = Callable[[], Services]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two random models of different weights."""
    folder = tmp_path_factory.mktemp("models")
    one = save_tiny_bert(folder / "tiny-one", seed=1)
    return one, save_tiny_bert(folder / "tiny-two", seed=2)


@pytest.fixture
def opened(tmp_path: Path, models: tuple[Path, Path], reader: Reader) -> Iterator[Opened]:
    """Opens services over one folder, as one process after the other would."""
    made: list[Services] = []

    def open_services() -> Services:
        if made:
            made.pop().close()
        settings = Settings(
            data_dir=tmp_path / "data",
            embedding_model=str(models[0]),
            embedding_backend="torch",
            strategy="direct",
        )
        services = Services(settings)
        services.reader = reader
        made.append(services)
        return services

    yield open_services
    for one in made:
        one.close()


def add(services: Services, folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        path = folder / "file.md"
        path.write_text(text, encoding="utf-8")
        report = services.ingestion.add(Source(path=path, name=f"{name}.md"), "c")
        assert report.error is None


def fill(services: Services, folder: Path) -> None:
    add(services, folder, **{name.removesuffix(".md"): text for name, text in TEXTS.items()})


def found(services: Services, question: str = "pump 水泵") -> list[str]:
    hits = services.index.search(question, collections=("c",), top_k=5)
    return sorted({hit.passage.document for hit in hits})


def catch_up(services: Services) -> None:
    services.synchroniser.catch_up_dense()
    assert services.synchroniser.examine() == []


@contextmanager
def asking(services: Services) -> Iterator[list[list[str]]]:
    """Searches again and again in another thread; what was found each time."""
    answers: list[list[str]] = []
    ended = threading.Event()

    def ask() -> None:
        while not ended.is_set():
            answers.append(found(services))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield answers
    finally:
        ended.set()
        thread.join()


def test_a_move_is_searched_before_during_and_after(
    opened: Opened, models: tuple[Path, Path], tmp_path: Path
) -> None:
    services = opened()
    fill(services, tmp_path)
    before = found(services)
    assert {"pump.md", "水泵.md"} <= set(before)
    with asking(services) as answers:
        begin_move(services, str(models[1]))
        assert services.embedder.model_id.startswith("tiny-one@")
        add(services, tmp_path, late="The pump came in late.")
        while services.reindexer.step():
            pass
        time.sleep(0.3)
    assert all({"pump.md", "水泵.md"} <= set(answer) for answer in answers)
    assert services.embedder.model_id.startswith("tiny-two@")
    [collection] = services.record.collections()
    assert (collection.embedder, collection.generation) == (services.embedder.model_id, 1)
    assert {"pump.md", "水泵.md", "late.md"} <= set(found(services))
    catch_up(services)
    assert services.synchroniser.is_whole(collection)
    add(services, tmp_path, later="The pump came in later.")
    assert "later.md" in found(services)
    assert "later.md" in found(opened())  # another process, whose settings name the first model


def test_vectors_after_a_move_are_those_of_the_model(
    opened: Opened, models: tuple[Path, Path], tmp_path: Path
) -> None:
    services = opened()
    fill(services, tmp_path)
    begin_move(services, str(models[1]))
    while services.reindexer.step():
        pass
    moved = services.record.vectors(services.record.collection("c"))
    other = Services(
        Settings(
            data_dir=tmp_path / "fresh",
            embedding_model=str(models[1]),
            embedding_backend="torch",
        )
    )
    other.reader = services.reader
    fill(other, tmp_path)
    fresh = other.record.vectors(other.record.collection("c"))
    other.close()
    assert moved[0] == fresh[0]
    assert abs(moved[1] - fresh[1]).max() < 2e-3
    begin_move(services, str(models[0]))  # and back again
    while services.reindexer.step():
        pass
    assert services.embedder.model_id.startswith("tiny-one@")
    assert set(found(services)) == set(TEXTS)


def test_a_rebuilding_finds_all_the_while(opened: Opened, tmp_path: Path) -> None:
    services = opened()
    fill(services, tmp_path)
    before = services.record.vectors(services.record.collection("c"))
    with asking(services) as answers:
        begin_rebuild(services)
        assert services.reindexer.step()
        assert not services.reindexer.step()
        time.sleep(0.3)
    assert all({"pump.md", "水泵.md"} <= set(answer) for answer in answers)
    catch_up(services)
    after = services.record.vectors(services.record.collection("c"))
    assert before[0] == after[0]
    assert (before[1] == after[1]).all()
    begin_rebuild(services)
    services.reindexer.step()
    kept = sorted(one.name for one in (tmp_path / "data" / "lexical").iterdir() if one.is_dir())
    own = services.record.collection("c").id
    assert kept == [f"{own}.1", f"{own}.2"]
    assert set(found(opened())) == set(TEXTS)
    assert [one.name for one in (tmp_path / "data" / "lexical").iterdir() if one.is_dir()] == [
        f"{own}.2"
    ]


def test_a_lost_word_index_is_made_again_by_rebuilding(opened: Opened, tmp_path: Path) -> None:
    services = opened()
    fill(services, tmp_path)
    [collection] = services.record.collections()
    services.lexical.drop(collection.index_id)
    assert services.synchroniser.held(collection.index_id)[0] == 0
    begin_rebuild(services)
    services.reindexer.step()
    catch_up(services)
    [collection] = services.record.collections()
    assert services.synchroniser.held(collection.index_id) == (collection.chunks,) * 2


def test_a_model_that_is_none_changes_nothing(
    opened: Opened, models: tuple[Path, Path], tmp_path: Path
) -> None:
    services = opened()
    fill(services, tmp_path)
    for missing in ("/nowhere/at/all", str(tmp_path)):
        with pytest.raises(EmbeddingModelError):
            begin_move(services, missing)
    with pytest.raises(SameModel, match="tiny-one"):
        begin_move(services, str(models[0]))
    assert services.reindexings.newest() is None


def test_weights_that_cannot_be_loaded_end_the_move_with_a_reason(
    opened: Opened, models: tuple[Path, Path], tmp_path: Path
) -> None:
    services = opened()
    fill(services, tmp_path)
    broken = save_tiny_bert(tmp_path / "broken", seed=3)
    begin_move(services, str(broken))
    (broken / "model.safetensors").write_bytes(b"not weights")
    assert services.reindexer.step()
    ended = services.reindexings.newest()
    assert ended is not None
    assert ended.state is ReindexingState.FAILED
    assert ended.refusal is not None
    assert ended.refusal["error"] == "EmbeddingModelError"
    assert not services.reindexer.step()
    assert services.embedder.model_id.startswith("tiny-one@")
    assert set(found(services)) == set(TEXTS)


def test_a_move_of_nothing_is_made_at_once(opened: Opened, models: tuple[Path, Path]) -> None:
    services = opened()
    begin_move(services, str(models[1]))
    assert services.reindexer.step()
    assert services.embedder.model_id.startswith("tiny-two@")


def test_a_cancelled_move_leaves_the_next_word_index_unused(
    opened: Opened, models: tuple[Path, Path], tmp_path: Path
) -> None:
    services = opened()
    fill(services, tmp_path)
    own = begin_move(services, str(models[1]))
    assert services.reindexer.step()
    services.reindexings.cancel(own)
    assert not services.reindexer.step()
    assert services.embedder.model_id.startswith("tiny-one@")
    assert set(found(opened())) == set(TEXTS)


MOVING = """
import sys, time
from pathlib import Path
from app.wiring import Services
from ingest import reindexing
from rag.settings import Settings

data, model, stop_at = sys.argv[1:]
services = Services(
    Settings(data_dir=Path(data), embedding_model=model, embedding_backend="torch")
)
services.chroma = None
reindexing._EMBED_AT_ONCE = 1
hold = lambda: (print("there", flush=True), time.sleep(60))
if stop_at == "embedding":
    keep = services.reindexings.keep
    services.reindexings.keep = lambda rows: (keep(rows), hold())
elif stop_at == "indexing":
    services.reindexings.tell = lambda *_: hold()
else:
    switch = services.reindexings.switch
    services.reindexings.switch = lambda own: (switch(own), hold())
while services.reindexer.step():
    pass
"""


@pytest.mark.parametrize("stop_at", ["embedding", "indexing", "switched"])
def test_a_kill_leaves_one_of_them_in_use(
    opened: Opened, models: tuple[Path, Path], tmp_path: Path, stop_at: str
) -> None:
    services = opened()
    fill(services, tmp_path)
    begin_move(services, str(models[1]))
    script = [sys.executable, "-c", MOVING, str(tmp_path / "data"), str(models[0]), stop_at]
    with subprocess.Popen(script, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"there\n"
        process.send_signal(signal.SIGKILL)
    moved = stop_at == "switched"
    assert services.embedder.model_id.startswith("tiny-two@" if moved else "tiny-one@")
    assert set(found(services)) == set(TEXTS)
    services = opened()
    assert set(found(services)) == set(TEXTS)
    waiting = services.reindexings.underway()
    assert (waiting is None) is moved
    if waiting is not None:
        assert waiting.embedded == (1 if stop_at == "embedding" else waiting.passages)
    while services.reindexer.step():
        pass
    assert services.embedder.model_id.startswith("tiny-two@")
    assert set(found(services)) == set(TEXTS)
    catch_up(services)
