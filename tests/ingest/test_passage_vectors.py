"""Each content is embedded once, in whatever document it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.wiring import Services
from ingest.file_reports import FileReport, Status
from ingest.passage_vectors import (
    CONTEXT_TOKENS,
    PassageEmbedder,
    content_key,
    embedding_input,
)
from ingest.sources import Source
from rag.protocols import Vectors
from rag.types import Span
from tests.fakes import OpenServices, WordEmbedder, a_chunk
from tests.ingest.made_files import make_pdf

WORDS = ("valve", "pump", "水泵", "gauge", "filter", "hose", "阀门")


class Counting(WordEmbedder):
    """Counts what it embeds; may break down after some batches."""

    def __init__(self, *, breaks_after: int = 10**9) -> None:
        super().__init__()
        self.embedded = 0
        self.batches = 0
        self.breaks_after = breaks_after

    def embed_passages(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        if self.batches >= self.breaks_after:
            raise MemoryError
        self.batches += 1
        self.embedded += len(texts)
        return super().embed_passages(texts, sentences)


@pytest.fixture
def embedder() -> Counting:
    return Counting()


@pytest.fixture
def opened(services: OpenServices, embedder: Counting) -> Services:
    return services(embedder=embedder)


def lines_of(page: int) -> list[str]:
    word = WORDS[page % len(WORDS)]
    return [
        f"Part {page}.{n}: the {word} of unit {page} holds {page * 7 + n} bar." for n in range(12)
    ]


def add(opened: Services, path: Path, name: str = "") -> FileReport:
    return opened.ingestion.add(Source(path=path, name=name or path.name), "c")


def test_one_changed_paragraph_of_300_pages_embeds_three_passages_at_most(
    opened: Services, tmp_path: Path
) -> None:
    pages = [lines_of(page) for page in range(300)]
    first = add(opened, make_pdf(tmp_path / "m.pdf", pages, title="Manual"))
    assert first.embedded == first.chunks >= 300
    pages[150][4] = "The gauge of unit 150 was replaced in spring and holds 9 bar."
    again = add(opened, make_pdf(tmp_path / "m.pdf", pages, title="Manual"))
    assert again.status is Status.REPLACED
    assert again.chunks == first.chunks
    assert 1 <= again.embedded <= 3
    hits = opened.index.search("gauge unit 150 replaced in spring", collections=["c"], top_k=3)
    assert "replaced in spring" in hits[0].passage.chunk.text


def test_the_same_bytes_under_another_name_cost_nothing_when_the_title_is_inside(
    opened: Services, tmp_path: Path
) -> None:
    path = make_pdf(tmp_path / "m.pdf", [lines_of(1), lines_of(2)], title="Manual")
    add(opened, path)
    copy = add(opened, path, "copy.pdf")
    assert (copy.status, copy.embedded) == (Status.ADDED, 0)
    assert copy.chunks > 0


def test_vectors_are_the_same_as_without_what_is_known(
    opened: Services, tmp_path: Path, services: OpenServices
) -> None:
    path = make_pdf(tmp_path / "m.pdf", [lines_of(1), lines_of(2)], title="Manual")
    add(opened, path, "a.pdf")
    add(opened, path, "b.pdf")
    fresh = services("fresh", embedder=WordEmbedder())
    add(fresh, path, "b.pdf")
    ids, vectors = opened.record.vectors(opened.record.collection("c"))
    own, expected = fresh.record.vectors(fresh.record.collection("c"))
    mine = vectors[[ids.index(one) for one in own]]
    np.testing.assert_allclose(mine, expected, atol=2e-3)


def test_a_breakdown_loses_one_batch_at_most(services: OpenServices, tmp_path: Path) -> None:
    embedder = Counting(breaks_after=2)
    opened = services(embedder=embedder)
    path = make_pdf(tmp_path / "m.pdf", [lines_of(page) for page in range(200)], title="Manual")
    with pytest.raises(MemoryError):
        add(opened, path)
    assert embedder.embedded == 128
    embedder.breaks_after = 10**9
    report = add(opened, path)
    assert report.embedded == report.chunks - 128
    assert opened.embedded.known([b"x" * 32], 256) == {}


def test_a_passage_that_stands_twice_is_embedded_once(opened: Services) -> None:
    chunks = [a_chunk("A pump. 水泵。", sequence=n) for n in range(3)]
    told: list[int] = []
    made = PassageEmbedder(opened.embedder, opened.embedded).vectors("T", chunks, told.append)
    assert (made.made, made.vectors.shape, len(made.sentences)) == (1, (3, 256), 3)
    assert len(set(made.keys)) == 1
    assert told[-1] == 3
    again = PassageEmbedder(opened.embedder, opened.embedded).vectors("T", chunks, told.append)
    assert again.made == 0
    opened.embedded.forget_underway()
    assert PassageEmbedder(opened.embedder, opened.embedded).vectors("T", chunks, print).made == 1


def test_a_key_depends_on_all_that_the_vectors_depend_on() -> None:
    spans = [Span(start=0, end=3)]
    keys = {
        content_key("m", "abc", spans),
        content_key("n", "abc", spans),
        content_key("m", "abd", spans),
        content_key("m", "abc", []),
        content_key("m", "水泵", spans),
    }
    assert len(keys) == 5
    assert content_key("m", "abc", spans) in keys
    assert {len(key) for key in keys} == {32}


def test_a_key_depends_on_the_names_of_columns_over_a_passage() -> None:
    row = a_chunk("X-200 | 4 kg", start=40)
    inputs = [
        embedding_input("Parts", replace(row, header=header), WordEmbedder())
        for header in ("", "Part | Weight", "零件 | 重量")
    ]
    assert [text.splitlines()[-1] for text, _ in inputs] == [row.text] * 3
    assert len({content_key("m", text, spans) for text, spans in inputs}) == 3


def test_the_text_that_is_embedded_stands_under_a_short_context() -> None:
    embedder = WordEmbedder()
    chunk = a_chunk("One. Two.", start=40)
    text, spans = embedding_input("A title", chunk, embedder)
    assert text == "A title\nOne. Two."
    assert [text[span.start : span.end] for span in spans] == ["One.", "Two."]
    text, spans = embedding_input("word " * 500, chunk, embedder)
    assert embedder.count_tokens(text) <= CONTEXT_TOKENS + 2
    assert [text[span.start : span.end] for span in spans] == ["One.", "Two."]
    assert embedding_input("", chunk, embedder)[0] == "One. Two."
