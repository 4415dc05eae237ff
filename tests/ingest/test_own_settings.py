"""What a collection does differently is done with what comes into it, and with nothing else."""

from __future__ import annotations

from pathlib import Path

from ingest.sources import Source
from rag.errors import RecognitionOff
from tests.fakes import OpenServices, WordEmbedder
from tests.ingest.made_files import make_picture
from vectorstore.collection_settings import CollectionSettings

LONG = "\n\n".join(
    f"In year {year} the pump of hall {year % 7} was cleaned twice. 泵在 {year} 年清洗了两次。"
    for year in range(1900, 1960)
)


def test_the_length_of_passages_is_the_collections_own(
    services: OpenServices, tmp_path: Path
) -> None:
    opened = services(embedder=WordEmbedder())
    path = tmp_path / "a.txt"
    path.write_text(LONG, "utf-8")
    chunks = {}
    for name in ("short", "usual"):
        if name == "short":
            opened.ingestion.add(Source(path=path, name="first.txt"), name)
            opened.collection_settings.put(name, CollectionSettings(chunk_tokens=40))
        report = opened.ingestion.add(Source(path=path, name="a.txt"), name, again=True)
        assert report.error is None
        chunks[name] = report.chunks
        passages = opened.record.passages_of(opened.record.collection(name), "a.txt")
        longest = max(opened.embedder.count_tokens(one.chunk.text) for one in passages)
        assert longest <= (40 if name == "short" else 200)
    assert chunks["short"] > 3 * chunks["usual"]


def test_pictures_are_not_read_where_that_is_off(services: OpenServices, tmp_path: Path) -> None:
    opened = services(embedder=WordEmbedder())
    text, picture = tmp_path / "a.txt", make_picture(tmp_path / "扫描.png", ["Order 4711 is late."])
    text.write_text("The pump is blue.", "utf-8")
    opened.ingestion.add(Source(path=text, name="a.txt"), "c")
    opened.collection_settings.put("c", CollectionSettings(recognise=False))
    source = Source(path=picture, name="扫描.png")
    refused = opened.ingestion.add(source, "c")
    assert isinstance(refused.error, RecognitionOff)
    assert "扫描.png" in str(refused.error)
    elsewhere = opened.ingestion.add(source, "other")
    assert elsewhere.error is None
    opened.collection_settings.put("c", CollectionSettings())
    assert opened.ingestion.add(source, "c").error is None
