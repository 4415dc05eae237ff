from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from itertools import pairwise

import numpy as np

from app.wiring import Services
from benchmarks.retrieval.filling import COLLECTION, LIKENESS, Built, Library, MadeVectors, build
from benchmarks.retrieval.texts import real_questions
from rag.settings import Settings
from vectorstore.passages import unpack


def test_a_library_is_as_ingestion_would_leave_it(built: tuple[Library, Built]) -> None:
    library, told = built
    with closing(Services(Settings(data_dir=library.folder))) as opened:
        opened.embedder = Services(Settings(data_dir=library.work)).embedder
        held = opened.record.collection(COLLECTION)
        listed = opened.record.collections()[0]
        assert (listed.documents, listed.chunks) == (15, 300)
        assert opened.chroma is not None
        assert opened.chroma.count(held.id) == opened.lexical.count(held.id) == 300
        entry = opened.record.documents(held.id)[0]
        passages = opened.record.passages_of(held, entry.name)
        assert [one.chunk.sequence for one in passages] == list(range(20))
        for one, following in pairwise(passages):
            page = opened.record.page(entry.id, entry.version, one.chunk.page)
            assert page.text[one.chunk.start : one.chunk.end] == one.chunk.text
            assert following.chunk.page - one.chunk.page in (0, 1)
        stored = opened.record.passages([p.chunk_id for p in passages], collection_ids=[held.id])
        assert len(stored) == 20
        for kept in opened.versions.sample(held.id, 20):
            rows = unpack(kept.sentences, 384)
            assert len(rows) == len(kept.chunk.sentences)
            assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=0.01)
        hits = opened.index.search("Who repaired the anvil?", collections=(COLLECTION,), top_k=5)
        assert any("anvil" in hit.passage.chunk.text for hit in hits)
    assert (told.chunks, told.real_vectors) == (300, 40)
    assert 40 <= told.real_texts < 300
    assert min(told.record_mb, told.dense_mb, told.lexical_mb, told.peak_mb) > 0


def test_what_is_built_stays_until_its_code_changes(built: tuple[Library, Built]) -> None:
    library, told = built
    record = library.folder / "record.sqlite3"
    before = record.stat().st_mtime_ns
    assert build(library) == told
    report = library.folder / "built.json"
    kept = report.read_text("utf-8")
    report.write_text(kept.replace(told.code, "older"), "utf-8")
    assert build(library, reuse=True) == replace(told, code="older")
    assert record.stat().st_mtime_ns == before
    report.write_text(kept, "utf-8")


def test_made_vectors_are_as_like_the_real_ones_as_told() -> None:
    draw = np.random.default_rng(3)
    real = draw.standard_normal((4, 384)).astype(np.float32)
    real /= np.linalg.norm(real, axis=1, keepdims=True)
    sentences = [real[:2], real[1:4], real[:1], real[:3]]
    vectors = MadeVectors(real, sentences, seed=0)
    whole, own = vectors.of(1, 3)
    assert np.array_equal(whole, real[1])
    assert np.array_equal(own, sentences[1])
    likeness = []
    for number in range(4, 60):
        whole, own = vectors.of(number, 5)
        assert own.shape == (5, 384)
        assert np.allclose(np.linalg.norm(own, axis=1), 1, atol=1e-5)
        cosine = float(whole @ real[number % 4])
        likeness.append(round(cosine, 3))
    assert set(likeness) <= {LIKENESS, 1.0}, "1 where a vector was drawn against itself"
    assert likeness.count(LIKENESS) > len(likeness) / 2
    assert np.array_equal(vectors.of(9, 2)[0], vectors.of(9, 2)[0])


def test_questions_of_the_sets_find_something(built: tuple[Library, Built]) -> None:
    library, _ = built
    asked = real_questions(library.data, count=4, seed=2)
    with closing(Services(Settings(data_dir=library.folder))) as opened:
        opened.embedder = Services(Settings(data_dir=library.work)).embedder
        for question in asked:
            assert opened.index.search(question, collections=(COLLECTION,), top_k=3)
