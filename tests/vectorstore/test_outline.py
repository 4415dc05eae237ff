"""Headings of the newest documents, without looking at the whole of a library."""

from __future__ import annotations

from pathlib import Path

from app.wiring import Services
from tests.fakes import OpenServices, WordEmbedder
from vectorstore.outline import Outline, Outlined

MANUAL = "# Pump\n\nIt pumps.\n\n## Care\n\nOil it.\n\n## 维护\n\n加油。\n\n## Care\n\nAgain.\n"


def brought(opened: Services, folder: Path, **texts: str) -> list[str]:
    files = [(f"{name}.md", text.encode()) for name, text in texts.items()]
    opened.jobs.submit(files, "c")
    opened.worker.run(lambda: not opened.jobs.waiting())
    return [opened.record.collection("c").id]


def test_each_heading_once_in_order_the_newest_document_first(
    services: OpenServices, tmp_path: Path
) -> None:
    opened = services(embedder=WordEmbedder())
    ids = brought(opened, tmp_path, old="# Old\n\nText.", manual=MANUAL, plain="no heading")
    outline = Outline(opened.engine)
    found = outline.of(ids, most=9)
    assert [one.document for one in found] == ["plain.md", "manual.md", "old.md"]
    assert found[0].headings == ()
    assert found[1] == Outlined(
        document="manual.md", title="Pump", headings=(("Pump",), ("Pump", "Care"), ("Pump", "维护"))
    )
    assert [one.document for one in outline.of(ids, most=1)] == ["plain.md"]
    assert outline.of([], most=9) == []


def test_only_what_is_there_now(services: OpenServices, tmp_path: Path) -> None:
    opened = services(embedder=WordEmbedder())
    brought(opened, tmp_path, manual=MANUAL, other="# Other\n\nText.")
    ids = brought(opened, tmp_path, manual="# Valve\n\n## Seat\n\nIt seats.")
    opened.ingestion.remove("c", ["other.md"])
    found = Outline(opened.engine).of(ids, most=9)
    assert [(one.document, one.headings[0]) for one in found] == [("manual.md", ("Valve", "Seat"))]


def test_only_the_first_passages_of_a_long_document(services: OpenServices, tmp_path: Path) -> None:
    opened = services(embedder=WordEmbedder())
    text = "\n\n".join(f"## Part {n}\n\nA pump {n}." for n in range(200))
    ids = brought(opened, tmp_path, long=text)
    (found,) = Outline(opened.engine).of(ids, most=9)
    assert found.headings[-1][-1] == "Part 149"
