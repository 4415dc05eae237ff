from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from app.wiring import Services
from app.workbench import Request, Workbench
from benchmarks.retrieval.accuracy import RIVALS, RivalIndex, measure, rival
from evaluation.results import Retrieved
from rag.filter import Filter
from tests.benchmarks.retrieval.made_sets import write_sets
from tests.evaluation.made import a_dataset
from tests.fakes import OpenServices, WordEmbedder


@pytest.fixture
def opened(services: OpenServices) -> Services:
    return services(embedder=WordEmbedder())


def silent(_stage: str, _done: int, _of: int) -> None:
    """Nobody watches."""


def test_rivals_are_asked_beside_ours(opened: Services) -> None:
    extra = {name: partial(rival, make) for name, make in RIVALS.items()}
    request = Request(dataset=a_dataset(), limit=0, seed=0)
    run = Workbench(opened).retrieval(request, settings={}, extra=extra, tell=silent)
    rivals = ["ensemble", "ensemble_words", "query_fusion"]
    assert list(run.results) == ["dense", "bm25", "rrf", "fused", *rivals]
    for name in RIVALS:
        for example, result in zip(run.examples, run.results[name], strict=True):
            assert isinstance(result, Retrieved)
            assert set(result.units) <= {"pump.txt", "valve.txt", "boiler.txt", "水泵.txt"}
            if example.id == "q2":
                assert result.units[0] == "valve.txt"


def test_what_a_rival_finds_keeps_its_order(opened: Services, tmp_path: Path) -> None:
    from ingest.sources import Source
    from tests.fakes import write_files

    for file in write_files(
        tmp_path / "files", loft="Pigeons live in the loft.", 阁楼="阁楼里有鸽子。"
    ):
        opened.ingestion.add(Source(path=file, name=file.name), "birds")
    held = opened.record.collection("birds")
    ids = [
        p.chunk_id
        for name in ("阁楼.txt", "loft.txt")
        for p in opened.record.passages_of(held, name)
    ]
    index = RivalIndex(opened.record, lambda _question: [ids[0], "gone", ids[1]])
    hits = index.search("鸽子", collections=("birds",), top_k=3)
    assert [(hit.passage.document, hit.score) for hit in hits] == [
        ("阁楼.txt", 1),
        ("loft.txt", 1 / 3),
    ]
    assert [
        h.passage.chunk_id for h in index.search("鸽子", collections=("birds",), top_k=1)
    ] == ids[:1]
    with pytest.raises(ValueError, match="filter"):
        index.search("鸽子", collections=("birds",), top_k=3, where=Filter(documents=("loft.txt",)))


def test_sets_are_measured_and_told(
    opened: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    village = write_sets(tmp_path / "sets") / "village"
    out = tmp_path / "out.json"
    measure(opened, [village], limit=6, seed=0, again=False, json=out, html=tmp_path / "out.html")
    told = json.loads(out.read_text("utf-8"))
    assert list(told["systems"]) == ["dense", "bm25", "rrf", "fused", *RIVALS]
    assert told["questions"] == 6
    printed = capsys.readouterr().out
    assert "LangChain's EnsembleRetriever" in printed
    assert "QueryFusionRetriever" in printed
    assert "ensemble" in (tmp_path / "out.html").read_text("utf-8")
