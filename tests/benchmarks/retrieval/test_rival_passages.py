from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.retrieval.rival_passages import passages_in
from ingest.sources import Source
from tests.fakes import OpenServices, WordEmbedder, write_files


def test_passages_are_those_that_can_be_found(services: OpenServices, tmp_path: Path) -> None:
    opened = services(embedder=WordEmbedder())
    files = write_files(
        tmp_path / "files", kiln="The kiln cools for nine hours.", 窑="窑要冷却九个小时。"
    )
    for file in files:
        opened.ingestion.add(
            Source(path=file, name=file.name), "窑" if "窑" in file.name else "kiln"
        )
    both = passages_in(opened, opened.record.chosen(["kiln", "窑"]))
    assert len(both.ids) == 2
    assert any("nine hours" in text for text in both.texts)
    one = passages_in(opened, opened.record.chosen(["窑"]))
    assert [text.splitlines()[-1] for text in one.texts] == ["窑要冷却九个小时。"]
    assert one.vectors.shape == (1, 256)
    assert np.array_equal(one.known()[one.texts[0]], one.vectors[0])
    opened.versions.begin_delete(opened.record.collection("窑"), "窑.txt")
    assert passages_in(opened, opened.record.chosen(["窑"])).ids == []
