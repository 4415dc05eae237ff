"""Corpora of question sets: brought in once, found again, beside the library."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.wiring import Services
from evaluation.corpora import COLLECTION, Corpora, CorpusReport, bring_in, passages_of
from evaluation.dataset import FileCorpus, LibraryCorpus, TextCorpus
from ingest.sources import Source
from tests.evaluation.made import ROWS, a_dataset
from tests.fakes import OpenServices, WordEmbedder, write_files
from vectorstore.record import DocumentEntry

HOW = {"chunk_tokens": "200"}


def test_texts_are_brought_in_as_documents(services: OpenServices, tmp_path: Path) -> None:
    opened = services(embedder=WordEmbedder())
    told: list[tuple[int, int]] = []
    rows = (*ROWS, ("empty.txt", "Empty", " \n"))
    dataset = a_dataset(corpus=TextCorpus(rows=rows, digest="rows"))
    report = bring_in(
        dataset, tmp_path, opened.ingestion, opened.record,
        lambda done, of: told.append((done, of)),
    )  # fmt: skip
    assert (report.documents, report.passages) == (4, 4)
    assert report.refused == (("empty.txt", "there is no text in it"),)
    assert told[0] == (0, 5)
    assert told[-1] == (5, 5)
    found = opened.index.search("水泵的重量", collections=[COLLECTION], top_k=1)
    assert found[0].passage.document == "水泵.txt"
    assert found[0].passage.title == "水泵"
    assert Corpora.report(tmp_path) == report


def test_files_are_parsed_and_refusals_told(services: OpenServices, tmp_path: Path) -> None:
    opened = services(embedder=WordEmbedder())
    good, bad = write_files(tmp_path / "files", good="The pump weighs 4 kg.", bad="")
    corpus = FileCorpus(files=(("good.txt", good), ("bad.txt", bad)), digest="files")
    report = bring_in(a_dataset(corpus=corpus), tmp_path, opened.ingestion, opened.record)
    assert (report.documents, report.passages) == (1, 1)
    assert [name for name, _ in report.refused] == ["bad.txt"]
    assert "empty" in report.refused[0][1]


def test_what_was_brought_in_is_not_brought_in_twice(
    services: OpenServices, tmp_path: Path
) -> None:
    opened = services(embedder=WordEmbedder())
    half = a_dataset(corpus=TextCorpus(rows=ROWS[:2], digest="half"))
    bring_in(half, tmp_path, opened.ingestion, opened.record)
    versions = {one.name: one.added_at for one in documents(opened)}
    bring_in(a_dataset(), tmp_path, opened.ingestion, opened.record)
    after = {one.name: one.added_at for one in documents(opened)}
    assert len(after) == 4
    assert {name: after[name] for name in versions} == versions


def documents(opened: Services) -> list[DocumentEntry]:
    return opened.record.documents(opened.record.collection(COLLECTION).id)


def test_a_folder_is_known_by_all_that_decides_its_content(tmp_path: Path) -> None:
    corpora = Corpora(tmp_path)
    dataset = a_dataset()
    folder = corpora.folder(dataset, HOW)
    assert corpora.folder(replace(dataset, name="other", digest="other"), HOW) == folder
    assert corpora.folder(dataset, {"chunk_tokens": "100"}) != folder
    other = replace(dataset, corpus=TextCorpus(rows=ROWS, digest="other"))
    assert corpora.folder(other, HOW) != folder


def test_folders_are_listed_reported_and_removed(tmp_path: Path) -> None:
    corpora = Corpora(tmp_path / "corpora")
    assert corpora.folders() == []
    folder = corpora.folder(a_dataset(), HOW)
    folder.mkdir(parents=True)
    assert corpora.report(folder) is None, "unfinished"
    (folder / "corpus.json").write_text(
        '{"dataset": "small", "documents": 1, "passages": 2, "seconds": 0.5, '
        '"refused": [["a.pdf", "it is empty"]]}',
        "utf-8",
    )
    assert corpora.report(folder) == CorpusReport(
        dataset="small", documents=1, passages=2, seconds=0.5, refused=(("a.pdf", "it is empty"),)
    )
    assert corpora.folders() == [folder]
    corpora.remove(folder)
    assert corpora.folders() == []


def test_passages_of_a_document_come_from_every_collection_in_order(
    services: OpenServices, tmp_path: Path
) -> None:
    opened = services(embedder=WordEmbedder(), chunk_tokens=32)
    long = " ".join(f"Shelf {at} holds jars of plum jam and honey." for at in range(12))
    files = write_files(tmp_path / "files", larder=long, 食品柜="食品柜里有李子酱。")
    for collection in ("one", "two"):
        for file in files:
            opened.ingestion.add(Source(path=file, name=file.name), collection)
    found = passages_of(opened.record, ["one", "two"], "larder.txt")
    assert [p.collection for p in found] == ["one"] * (len(found) // 2) + ["two"] * (
        len(found) // 2
    )
    assert [p.chunk.sequence for p in found] == [*range(len(found) // 2)] * 2
    (only,) = passages_of(opened.record, ["two"], "食品柜.txt")
    assert only.chunk.text == "食品柜里有李子酱。"
    assert passages_of(opened.record, ["one"], "cellar.txt") == []
    assert passages_of(opened.record, [], "larder.txt") == []


def test_the_library_is_not_brought_in(services: OpenServices, tmp_path: Path) -> None:
    opened = services(embedder=WordEmbedder())
    library = LibraryCorpus(collections=("k",), documents=1, digest="d")
    with pytest.raises(TypeError):
        bring_in(a_dataset(corpus=library), tmp_path, opened.ingestion, opened.record)
