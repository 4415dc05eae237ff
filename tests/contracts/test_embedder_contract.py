"""What ``rag.protocols.Embedder`` promises, asked of every embedder there is."""

from __future__ import annotations

import numpy as np
import pytest

from rag.expansion import HypotheticalEmbedder
from rag.language import sentence_spans
from rag.protocols import Embedder
from rag.types import Span
from tests.fakes import ScriptedChatModel, WordEmbedder
from tests.vectorstore.bilingual import LONG, TEXTS

SOME = TEXTS[::3]


@pytest.fixture(params=["onnx", "torch", "words", "hypothetical"])
def one(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "words":
        return WordEmbedder()
    if request.param == "hypothetical":
        return HypotheticalEmbedder(
            WordEmbedder(), ScriptedChatModel(["It weighs four kilograms."])
        )
    found: Embedder = request.getfixturevalue(
        {"onnx": "embedder", "torch": "torch_embedder"}[request.param]
    )
    return found


@pytest.fixture
def tolerance(one: Embedder, request: pytest.FixtureRequest) -> float:
    """How near two vectors of one text must be: int8 scales depend on the batch."""
    onnx = request.node.callspec.params["one"] == "onnx"
    return 0.99 if onnx else 0.99999


def test_rows_are_unit_float32_of_the_dimension(one: Embedder) -> None:
    rows = one.embed_documents(SOME)
    assert rows.shape == (len(SOME), one.dimension)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(len(SOME)), abs=1e-4)


def test_a_query_is_one_unit_vector(one: Embedder) -> None:
    for text in ("How heavy is the pump?", "水泵多重？", "", "?"):
        vector = one.embed_query(text)
        assert vector.shape == (one.dimension,)
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-4)


def test_rows_do_not_depend_on_their_company(one: Embedder, tolerance: float) -> None:
    together = one.embed_documents(SOME)
    order = np.random.default_rng(5).permutation(len(SOME))
    shuffled = one.embed_documents([SOME[n] for n in order])
    assert ((together[order] * shuffled).sum(axis=1) >= tolerance).all()
    for number in (0, len(SOME) // 2, len(SOME) - 1):
        alone = one.embed_documents([SOME[number]])[0]
        assert float(alone @ together[number]) >= tolerance


def test_the_same_text_gives_the_same_vector(one: Embedder) -> None:
    first, second = (one.embed_query("The pump weighs 4 kg.") for _ in range(2))
    assert (first == second).all()


def test_passages_are_documents_with_a_row_for_every_sentence(
    one: Embedder, tolerance: float
) -> None:
    spans = [sentence_spans(text) for text in SOME]
    vectors, sentences = one.embed_passages(SOME, spans)
    assert ((vectors * one.embed_documents(SOME)).sum(axis=1) >= tolerance).all()
    assert [rows.shape for rows in sentences] == [(len(s), one.dimension) for s in spans]
    for rows in sentences:
        norms = np.linalg.norm(rows, axis=1)
        assert (np.isclose(norms, 1.0, atol=1e-4) | (norms == 0.0)).all()


def test_a_sentence_beyond_the_window_is_a_zero_row(one: Embedder) -> None:
    text = LONG * 4
    spans = [Span(start=0, end=20), Span(start=len(text) - 20, end=len(text))]
    assert one.count_tokens(text) > one.max_tokens
    (first, last) = one.embed_passages([text], [spans])[1][0]
    assert np.linalg.norm(first) == pytest.approx(1.0, abs=1e-4)
    assert not last.any()


def test_nothing_gives_nothing(one: Embedder) -> None:
    assert one.embed_documents([]).shape == (0, one.dimension)


def test_near_texts_are_nearer_than_far_ones(one: Embedder) -> None:
    rows = one.embed_documents(
        ["The pump weighs four kilograms.", "Employees receive 25 days of leave."]
    )
    cosines = rows @ one.embed_query("weight of the pump")
    assert cosines[0] > cosines[1]


def test_coverage_and_counts_are_in_their_ranges(one: Embedder) -> None:
    for text in (*SOME, "", "?!", "\U0001f600"):
        assert 0.0 <= one.coverage(text) <= 1.0
        assert one.count_tokens(text) >= 0
    assert one.coverage("") == 1.0
    assert one.coverage("the pump weighs") == 1.0
    assert one.max_tokens > 0
    assert one.model_id
