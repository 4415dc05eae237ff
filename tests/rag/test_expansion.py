"""Multi-query and HyDE: what the model writes helps, never leads, and may fail as it likes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pytest

from rag.expansion import REWORDED_WEIGHT, HypotheticalEmbedder, MultiQuery, read_wordings
from rag.filter import EVERYTHING, Filter
from rag.models.openai import OpenAIChat
from rag.protocols import Index, Vectors
from rag.replies import Finish, Reply, Role, Trouble
from rag.setting_values import Secret
from rag.types import Hit
from tests.fakes import ScriptedChatModel, WordEmbedder, a_hit
from tests.openai_server import ServerProcess, ServeScript

QUESTION = "How heavy is the pump?"
QUESTION_ZH = "水泵有多重？"


class TableIndex:
    """Finds for each wording the passages it is given, with these scores; keeps what was asked."""

    def __init__(self, **found: Mapping[str, float]) -> None:
        self._found = found
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
        scores = self._found.get(question, {})
        hits = [a_hit(text, score=score, document=text) for text, score in scores.items()]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage.chunk_id))[:top_k]


def ask(index: Index, question: str) -> list[Hit]:
    return index.search(question, collections=("c",), top_k=8)


def order(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.chunk.text for hit in hits]


def searched(
    index: TableIndex, *replies: str | Sequence[Reply], question: str = "own"
) -> list[Hit]:
    return ask(MultiQuery(index, ScriptedChatModel(replies)), question)


_MADE: list[OpenAIChat] = []


def a_model(url: str, *, deadline_s: float = 5.0) -> OpenAIChat:
    chat = OpenAIChat(
        model="m",
        api_key=Secret("sk-test"),
        base_url=url,
        temperature=0.0,
        connect_timeout_s=2.0,
        read_timeout_s=0.8,
        deadline_s=deadline_s,
    )
    _MADE.append(chat)
    return chat


@pytest.fixture(autouse=True)
def connections_closed() -> Iterator[None]:
    """Close what is kept open for a next request."""
    yield
    while _MADE:
        _MADE.pop().close()


def test_shares_are_added_up_with_the_question_leading() -> None:
    index = TableIndex(
        own={"a": 2.0, "b": 1.5, "c": 0.5},
        one={"b": 4.0, "d": 2.0},
        two={"b": 1.0, "a": 0.5},
    )
    hits = searched(index, "one\ntwo")
    weight = REWORDED_WEIGHT
    expected = {
        "b": 0.75 + weight * 1.0,  # (4/4 + 1/1) / 2
        "a": 1.0 + weight * 0.25,  # (0 + 0.5/1) / 2
        "c": 0.25,
        "d": weight * 0.25,  # (2/4 + 0) / 2
    }
    assert {hit.passage.chunk.text: hit.score for hit in hits} == pytest.approx(
        {text: score / (1 + weight) for text, score in expected.items()}
    )
    assert order(hits) == sorted(expected, key=lambda text: -expected[text])
    (first,) = (hit for hit in hits if hit.passage.chunk.text == "b")
    assert (first.parts["question"], first.parts["rewordings"]) == (0.75, 1.0)


def test_one_wording_gone_astray_does_not_lead() -> None:
    index = TableIndex(
        own={"a": 1.0, "b": 0.8},
        one={"a": 1.0, "b": 0.8},
        two={"a": 3.0, "b": 2.0},
        lost={"x": 9.0},
    )
    assert order(searched(index, "lost\none\ntwo")) == ["a", "b", "x"]


def test_the_order_is_the_question_s_where_the_others_find_nothing() -> None:
    index = TableIndex(own={"a": 0.9, "b": 0.5, "c": -0.1})
    assert order(searched(index, "one\ntwo")) == ["a", "b", "c"]


def test_scores_below_zero_keep_their_order() -> None:
    index = TableIndex(own={"a": -0.1, "b": -0.4, "c": -0.9}, one={"c": -3.0})
    hits = searched(index, "one")
    assert order(hits) == ["a", "b", "c"]
    assert [hit.parts["question"] for hit in hits] == pytest.approx([1.0, 0.625, 0.0])
    assert hits[2].parts["rewordings"] == 1.0


def test_ties_go_by_chunk_id_and_scores_by_size() -> None:
    index = TableIndex(own={"b": 1.0, "a": 1.0, "c": 1.0}, one={"c": 2.0, "a": 2.0, "b": 2.0})
    hits = searched(index, "one")
    assert order(hits) == ["a", "b", "c"]
    assert len({hit.score for hit in hits}) == 1


def test_copies_that_give_way_do_not_come_back() -> None:
    class CopiesLast(TableIndex):
        """Puts what repeats the first one last, its score unchanged."""

        def search(
            self,
            question: str,
            *,
            collections: Sequence[str],
            top_k: int,
            where: Filter = EVERYTHING,
        ) -> list[Hit]:
            hits = super().search(question, collections=collections, top_k=top_k, where=where)
            return sorted(hits, key=lambda hit: hit.passage.chunk_id.startswith("copy"))

    scores = {"the pump": 1.0, "copy 1": 1.0, "copy 2": 0.99, "valve": 0.3, "阀门": 0.1}
    index = CopiesLast(own=scores, one=scores, two=dict.fromkeys(scores, 0.5))
    hits = searched(index, "one\ntwo")
    assert order(hits) == ["the pump", "valve", "阀门", "copy 1", "copy 2"]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_hit_keeps_the_evidence_that_the_question_gave() -> None:
    index = TableIndex(own={"the pump": 1.0}, one={"the pump": 3.0, "the valve": 2.0})
    both, new = searched(index, "one")
    assert both.parts == {"question": 1.0, "rewordings": 1.0}
    assert order([both, new]) == ["the pump", "the valve"]
    assert new.score == pytest.approx(REWORDED_WEIGHT * (2 / 3) / (1 + REWORDED_WEIGHT))


def test_every_wording_is_searched_in_the_same_place() -> None:
    index = TableIndex(own={"a": 1.0})
    where = Filter(types=("pdf",))
    multi = MultiQuery(index, ScriptedChatModel(["one\ntwo\nthree\nfour"]), n=3)
    multi.search("own", collections=("c", "d"), top_k=2, where=where)
    assert index.asked == [
        (wording, ("c", "d"), 50, where) for wording in ("own", "one", "two", "three")
    ]
    multi.search("own", collections=("c",), top_k=70)
    assert {asked[2] for asked in index.asked[4:]} == {70}


def test_no_more_than_top_k() -> None:
    index = TableIndex(own={f"p{n}": 1.0 - n / 100 for n in range(30)}, one={"x": 1.0})
    multi = MultiQuery(index, ScriptedChatModel(["one"]))
    assert len(multi.search("own", collections=("c",), top_k=4)) == 4


def test_where_the_question_finds_nothing_no_model_is_asked() -> None:
    model = ScriptedChatModel(["one"])
    assert ask(MultiQuery(TableIndex(one={"a": 1.0}), model), "own") == []
    assert model.requests == []


@pytest.mark.parametrize(
    "reply",
    [
        [Reply(text="", finish=Finish.FAILED, trouble=Trouble.BUSY)],
        [Reply(text="one"), Reply(text="one\ntw", finish=Finish.CUT, trouble=Trouble.LENGTH)],
        [Reply(text="  \n ", finish=Finish.COMPLETE)],
        "own\nOWN!\n«own»",
        "Here they are:\n\n---\n1.\n2.",
    ],
)
def test_a_model_that_fails_leaves_the_plain_search(reply: str | list[Reply]) -> None:
    index = TableIndex(own={"a": 0.9, "b": 0.5}, one={"x": 1.0})
    hits = searched(index, reply)
    assert [(hit.passage.chunk.text, hit.score) for hit in hits] == [("a", 0.9), ("b", 0.5)]
    assert len(index.asked) == 1


def test_replies_are_kept_and_failures_are_not() -> None:
    failed = [Reply(text="", finish=Finish.FAILED, trouble=Trouble.BUSY)]
    model = ScriptedChatModel([failed, "one\ntwo"])
    multi = MultiQuery(TableIndex(), model)
    assert multi.wordings("own") == []
    assert multi.wordings("own") == ["one", "two"]
    assert multi.wordings("own") == ["one", "two"]
    assert len(model.requests) == 2
    assert multi.wordings("other") == ["one", "two"]
    assert len(model.requests) == 3


@pytest.mark.parametrize(
    ("question", "n", "told"),
    [(QUESTION, 3, "3 other wordings"), (QUESTION_ZH, 2, "2 种其他问法")],
)
def test_the_model_is_asked_in_the_question_s_language(question: str, n: int, told: str) -> None:
    model = ScriptedChatModel(["one"])
    MultiQuery(TableIndex(), model, n=n).wordings(question)
    system, user = model.requests[0]
    assert (system.role, user.role) == (Role.SYSTEM, Role.USER)
    assert told in system.content
    assert user.content.endswith(question)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("What does the pump weigh?\nPump mass", ["What does the pump weigh?", "Pump mass"]),
        ("1. Pump mass\n2) Its weight\n(3) Kilograms", ["Pump mass", "Its weight", "Kilograms"]),
        ("- “Pump mass”\n* `Pump weight`\n• 'kg of it'", ["Pump mass", "Pump weight", "kg of it"]),
        ("Here are three wordings:\n\nPump mass\n", ["Pump mass"]),
        ("Pump mass\npump   MASS.\nPump-mass", ["Pump mass"]),
        ("how heavy, is the pump", []),
        ("3.5 kg, is it?\n12:30 delivery", ["3.5 kg, is it?", "12:30 delivery"]),
        ("???\n...\n\t\n-", []),
        ("w " * 200 + "\nshort", ["short"]),
        ("", []),
    ],
)  # fmt: skip
def test_english_wordings_are_read(reply: str, expected: list[str]) -> None:
    assert read_wordings(reply, QUESTION) == expected


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("水泵的重量是多少？\n泵的质量", ["水泵的重量是多少？", "泵的质量"]),
        ("1、水泵的重量\n2．泵的质量\n（3）几公斤", ["水泵的重量", "泵的质量", "几公斤"]),
        ("“水泵的重量”\n「泵的质量」", ["水泵的重量", "泵的质量"]),
        ("以下是三种问法：\n水泵的重量", ["水泵的重量"]),
        ("水泵有多重\n水泵 有多重？！", []),
        ("３０ 公斤的水泵\n30 公斤的水泵", ["３０ 公斤的水泵"]),
        ("。。。\n？", []),
    ],
)
def test_chinese_wordings_are_read(reply: str, expected: list[str]) -> None:
    assert read_wordings(reply, QUESTION_ZH) == expected


@pytest.mark.parametrize(
    ("question", "said", "own", "helped"),
    [
        (QUESTION, "mass of the pump\npump weight in kg", {"cable": 1.0, "pump": 0.9}, "pump"),
        (QUESTION_ZH, "水泵的质量\n泵重几公斤", {"电缆": 1.0, "水泵": 0.9}, "水泵"),
    ],
)
def test_a_real_service_writes_the_wordings(
    scripted_server: ServeScript, question: str, said: str, own: dict[str, float], helped: str
) -> None:
    server = scripted_server({question: {"behaviour": "no_citation", "answer": said}})
    wordings = said.splitlines()
    index = TableIndex(**{question: own}, **{one: {helped: 1.0} for one in wordings})
    multi = MultiQuery(index, a_model(server.url("scripted")))
    assert multi.wordings(question) == wordings
    assert order(ask(multi, question))[0] == helped
    asked = server.log("scripted")
    assert len(asked) == 1, "the reply is kept"
    assert asked[0]["body"]["messages"][1]["content"].endswith(question)


@pytest.mark.parametrize(
    "mode",
    ["server_error", "busy", "unauthorised", "web_page", "empty", "null", "no_choices",
     "quiet_end", "length", "reset_early", "reset_late", "bad_json", "bad_utf8", "error_event"],
)  # fmt: skip
def test_whatever_a_service_does_there_are_hits(openai_server: ServerProcess, mode: str) -> None:
    index = TableIndex(**{QUESTION: {"a": 0.9, "b": 0.5}})
    multi = MultiQuery(index, a_model(openai_server.url(mode)))
    assert order(ask(multi, QUESTION)) == ["a", "b"]
    plain = WordEmbedder()
    hypothetical = HypotheticalEmbedder(plain, a_model(openai_server.url(mode)))
    assert (hypothetical.embed_query(QUESTION) == plain.embed_query(QUESTION)).all()


@pytest.mark.parametrize("mode", ["hang", "stall", "drip", "keep_alive"])
def test_a_service_that_takes_too_long_is_not_waited_for(
    openai_server: ServerProcess, mode: str
) -> None:
    index = TableIndex(**{QUESTION_ZH: {"a": 0.9}})
    multi = MultiQuery(index, a_model(openai_server.url(mode), deadline_s=0.4))
    started = time.monotonic()
    assert order(ask(multi, QUESTION_ZH)) == ["a"]
    assert time.monotonic() - started < 3


def test_a_reply_beside_the_point_does_no_more_than_add_to_the_end(
    openai_server: ServerProcess,
) -> None:
    said = "The pump weighs 4 kg. [1] It is blue. [2]"
    index = TableIndex(**{QUESTION: {"a": 0.9, "b": 0.5}, said: {"x": 5.0}})
    multi = MultiQuery(index, a_model(openai_server.url("answer")))
    assert order(ask(multi, QUESTION)) == ["a", "b", "x"]


@pytest.mark.parametrize(
    ("question", "passage"),
    [(QUESTION, "The pump weighs four kilograms."), (QUESTION_ZH, "水泵重四公斤。")],
)
def test_hyde_is_the_mean_of_question_and_passage(question: str, passage: str) -> None:
    plain = WordEmbedder()
    embedder = HypotheticalEmbedder(plain, ScriptedChatModel([passage]))
    both = plain.embed_query(question) + plain.embed_documents([passage])[0]
    vector = embedder.embed_query(question)
    assert vector == pytest.approx(both / np.linalg.norm(both), abs=1e-6)
    assert vector.dtype == np.float32
    assert float(vector @ plain.embed_query(passage)) > float(
        plain.embed_query(question) @ plain.embed_query(passage)
    )


def test_hyde_leaves_everything_else_to_the_embedder() -> None:
    plain = WordEmbedder(dimension=32, max_tokens=9, reads=0.3)
    model = ScriptedChatModel(["passage"])
    embedder = HypotheticalEmbedder(plain, model)
    assert (embedder.model_id, embedder.dimension, embedder.max_tokens) == ("words@1", 32, 9)
    assert (embedder.count_tokens("a b c"), embedder.coverage("a")) == (3, 0.3)
    assert (embedder.embed_documents(["a", "b"]) == plain.embed_documents(["a", "b"])).all()
    vectors, _ = embedder.embed_passages(["a"], [()])
    assert (vectors == plain.embed_documents(["a"])).all()
    assert model.requests == [], "documents need no model"


def test_hyde_asks_once_a_question() -> None:
    model = ScriptedChatModel(["passage"])
    embedder = HypotheticalEmbedder(WordEmbedder(), model)
    first, second = (embedder.embed_query(QUESTION) for _ in range(2))
    assert (first == second).all()
    assert len(model.requests) == 1
    assert "two to four plain sentences" in model.requests[0][0].content
    embedder.embed_query(QUESTION_ZH)
    assert "两到四句" in model.requests[1][0].content


def test_a_passage_against_the_question_leaves_the_question() -> None:
    class Opposed(WordEmbedder):
        def embed_documents(self, texts: Sequence[str]) -> Vectors:
            return -WordEmbedder().embed_documents([QUESTION])

        def embed_query(self, text: str) -> Vectors:
            return WordEmbedder().embed_query(QUESTION)

    embedder = HypotheticalEmbedder(Opposed(), ScriptedChatModel(["passage"]))
    assert (embedder.embed_query(QUESTION) == Opposed().embed_query(QUESTION)).all()
