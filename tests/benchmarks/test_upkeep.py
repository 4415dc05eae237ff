"""The benchmark of upkeep measures what it says."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.retrieval.filling import Library
from benchmarks.upkeep import Kept, measured

TEXT = "The pump weighs {n} kg. It has {n} valves. Each valve is blue. The motor turns. 水泵重。"


def test_a_rebuilt_library_finds_the_same_and_a_tenth_is_purged(tmp_path: Path) -> None:
    data = tmp_path / "set"
    data.mkdir()
    rows = [{"title": "Pump", "text": TEXT.format(n=n)} for n in range(40)]
    text = "\n".join(json.dumps({"id": str(n), **row}) for n, row in enumerate(rows))
    (data / "corpus.jsonl").write_text(text, "utf-8")
    library = Library(work=tmp_path / "work", data=data, chunks=60, embed=8, seed=0)
    kept = measured(library, ["What does the pump weigh?", "水泵"])
    assert (kept.asked, kept.same, kept.purged) == (2, 2, 1)
    assert library.folder.is_dir(), "the library is there for the next time"
    assert not (library.work / "upkeep").exists()


def test_what_is_told() -> None:
    kept = Kept(chunks=20_000, rebuild_s=12.34, asked=50, same=49, purged=100, purge_s=20.0)
    assert kept.lines() == [
        "20,000 passages",
        "rebuild 12.3 s; 49 of 50 questions find the same 10",
        "purge of 100 documents 20.0 s",
    ]
