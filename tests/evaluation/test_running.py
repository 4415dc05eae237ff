"""Running: every question once, whatever stops it; what an answer's result holds."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine

from evaluation.dataset import Example
from evaluation.results import Answered, Kind, Opinion, Retrieved, Run
from evaluation.run_file import results_digest
from evaluation.running import GoldTracer, run_answers, run_retrieval
from evaluation.runs import Runs
from rag.answer import Answer, Outcome
from rag.claims import Citation, Claim
from rag.errors import QuestionTooLong
from rag.filter import EVERYTHING, Filter
from rag.types import Hit, Passage
from tests.evaluation.made import a_plan, an_example, in_
from tests.fakes import a_hit, a_passage
from vectorstore.database import open_database

TEXTS = tuple(f"Item {number} costs {number} euros." for number in range(8))
EXAMPLES = tuple(
    an_example(
        number,
        question=f"What does item {number} cost?",
        answers=(f"{number} euros",),
        gold=in_(f"d{number}.txt"),
    )
    for number in range(8)
)


class Found:
    """Finds the document of the question's number first, then the others."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.stop_at = ""

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        self.asked.append(question)
        if question == self.stop_at:
            raise KeyboardInterrupt
        first = next(n for n in range(8) if str(n) in question)
        order = [first, *(n for n in range(8) if n != first)]
        return [a_hit(TEXTS[n], document=f"d{n}.txt") for n in order][:top_k]


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    engine: Engine = open_database(tmp_path / "record.sqlite3")
    yield Runs(engine)
    engine.dispose()


def silent(_done: int, _of: int) -> None:
    """Nobody watches."""


def search(runs: Runs, index: Found, *, again: bool = False) -> Run:
    run_id = runs.open(a_plan(systems=("fused",)), EXAMPLES, again=again)
    run_retrieval(
        runs, run_id, EXAMPLES, {"fused": index}, ["k"], by_page=False, on_progress=silent
    )
    return runs.load(run_id)


def test_a_ranking_names_each_place_once(runs: Runs) -> None:
    run = search(runs, Found())
    assert run.results["fused"][3] == Retrieved(
        units=tuple(f"d{n}.txt" for n in (3, 0, 1, 2, 4, 5, 6, 7))
    )
    assert all(cost.total_ms >= 0 for cost in run.costs["fused"])


def test_pages_are_places_where_the_set_asks_for_them(runs: Runs) -> None:
    class TwoPages(Found):
        def search(
            self,
            question: str,
            *,
            collections: Sequence[str],
            top_k: int,
            where: Filter = EVERYTHING,
        ) -> list[Hit]:
            return [a_hit("x", document="a.pdf", page=page, start=at) for at, page in
                    enumerate((2, 2, 1))]  # fmt: skip

    run_id = runs.open(a_plan(by_page=True), EXAMPLES[:1])
    run_retrieval(
        runs, run_id, EXAMPLES[:1], {"fused": TwoPages()}, ["k"], by_page=True, on_progress=silent
    )
    assert runs.load(run_id).results["fused"] == (Retrieved(units=("a.pdf#2", "a.pdf#1")),)


@pytest.mark.parametrize("stopped_at", range(8))
def test_a_stopped_run_ends_as_one_that_was_not(runs: Runs, stopped_at: int) -> None:
    whole = search(runs, Found())
    index = Found()
    index.stop_at = EXAMPLES[stopped_at].question
    with pytest.raises(KeyboardInterrupt):
        search(runs, index, again=True)
    unfinished = runs.entries()[0]
    assert (unfinished.done, unfinished.finished_at) == (stopped_at, None)
    index.stop_at, index.asked = "", []
    resumed = search(runs, index)
    assert resumed.id == unfinished.id != whole.id
    assert index.asked == [example.question for example in EXAMPLES[stopped_at:]]
    assert results_digest(resumed) == results_digest(whole)


def test_progress_counts_what_was_done_before(runs: Runs) -> None:
    index = Found()
    index.stop_at = EXAMPLES[5].question
    with pytest.raises(KeyboardInterrupt):
        search(runs, index)
    told: list[tuple[int, int]] = []
    index.stop_at = ""
    run_id = runs.entries()[0].id
    run_retrieval(
        runs, run_id, EXAMPLES, {"fused": index}, ["k"], by_page=False,
        on_progress=lambda done, of: told.append((done, of)),
    )  # fmt: skip
    assert told == [(5, 8), (6, 8), (7, 8), (8, 8)]


class Answering:
    """Says the first passage found, citing it."""

    def __init__(self) -> None:
        self._index = Found()
        self.busy = self.busiest = 0
        self._guard = threading.Lock()

    def __call__(self, question: str) -> Iterator[Answer]:
        with self._guard:
            self.busy += 1
            self.busiest = max(self.busy, self.busiest)
        hits = tuple(self._index.search(question, collections=["k"], top_k=2))
        passage = hits[0].passage
        yield Answer(question=question, model="said", text="It")
        time.sleep(0.01)
        citation = Citation.of(passage, passage.chunk.sentences[0])
        with self._guard:
            self.busy -= 1
        yield Answer(
            question=question,
            model="said",
            text=passage.chunk.text,
            outcome=Outcome.ANSWERED,
            claims=(Claim(text=passage.chunk.text, citations=(citation,)),),
            hits=hits,
            timings_ms={"first_token": 2.0},
            prompt_tokens=1000,
            completion_tokens=100,
            token_logprobs=(-0.5,),
            confidence=0.9,
            prompt_version="ab12",
        )


def shelf(document: str) -> list[Passage]:
    return [a_passage(TEXTS[n], document=f"d{n}.txt") for n in range(8) if f"d{n}.txt" == document]


def answer(
    runs: Runs, answerer: object, examples: Sequence[Example] = EXAMPLES, **given: object
) -> Run:
    run_id = runs.open(a_plan(kind=Kind.ANSWERS, systems=("said",)), examples)
    settings = {"judge": None, "prices": (2.0, 10.0), "at_once": 1, **given}
    run_answers(
        runs,
        run_id,
        examples,
        {"said": answerer},  # type: ignore[dict-item]
        tracer=GoldTracer(Found(), ["k"], shelf, by_page=False),
        on_progress=silent,
        **settings,  # type: ignore[arg-type]
    )
    return runs.load(run_id)


def test_an_answer_is_kept_with_what_it_rests_on(runs: Runs) -> None:
    run = answer(runs, Answering())
    result = run.results["said"][3]
    assert isinstance(result, Answered)
    assert result.text == TEXTS[3]
    assert result.prompt == ("d3.txt", "d0.txt")
    assert result.claims[0].supported
    assert result.claims[0].needed == (True,)
    assert result.gold is not None
    assert (result.gold.parsed, result.gold.rank, result.gold.searched) == (True, 1, 8)
    assert result.gold_in_prompt
    assert (result.confidence, result.token_logprobs) == (0.9, (-0.5,))
    assert result.prompt_version == "ab12"
    cost = run.costs["said"][3]
    # 1,000 tokens at 2 a million and 100 at 10 a million
    assert cost.price == pytest.approx(0.002 + 0.001)
    assert (cost.prompt_tokens, cost.completion_tokens, cost.first_token_ms) == (1000, 100, 2.0)
    assert cost.total_ms >= 10


def test_questions_asked_at_once_give_the_same_results(runs: Runs) -> None:
    alone = answer(runs, Answering())
    runs.remove(alone.id)
    together = Answering()
    beside = answer(runs, together, at_once=4)
    assert together.busiest > 1
    assert results_digest(alone) == results_digest(beside)


def test_a_question_that_cannot_be_asked_is_a_result(runs: Runs) -> None:
    def refusing(question: str) -> Iterator[Answer]:
        if question:
            raise QuestionTooLong(length=9, limit=5)
        yield Answer(question=question, model="said")

    result = answer(runs, refusing, EXAMPLES[:1]).results["said"][0]
    assert result == Answered(outcome=Outcome.NOT_IN_DOCUMENTS, text="", error="QuestionTooLong")


def test_gold_is_traced_to_where_it_got_lost() -> None:
    tracer = GoldTracer(Found(), ["k"], shelf, by_page=False)
    prompt = [a_passage(TEXTS[2], document="d2.txt")]
    trace, in_prompt = tracer.trace(EXAMPLES[3], prompt)
    assert trace is not None
    assert (trace.parsed, trace.rank, in_prompt) == (True, 1, False)
    lost = an_example(
        9, question="What does item 3 cost?", answers=("9 euros",), gold=in_("d9.txt")
    )
    trace, in_prompt = tracer.trace(lost, prompt)
    assert trace is not None
    assert (trace.parsed, trace.rank, in_prompt) == (False, None, False)
    unanswerable = an_example(8, answerable=False, answers=(), gold=())
    assert tracer.trace(unanswerable, prompt) == (None, False)


def test_the_judge_sees_answer_and_passages(runs: Runs) -> None:
    seen: list[tuple[str, str, int]] = []

    def judge(example: Example, answered: Answered, read: Sequence[Passage]) -> Opinion:
        seen.append((example.id, answered.text, len(read)))
        return Opinion(faithful=1.0, relevant=1.0, correct=0.0)

    result = answer(runs, Answering(), EXAMPLES[:1], judge=judge).results["said"][0]
    assert seen == [("q0", TEXTS[0], 2)]
    assert isinstance(result, Answered)
    assert result.opinion == Opinion(faithful=1.0, relevant=1.0, correct=0.0)


def test_the_prompt_is_what_the_chat_model_read(runs: Runs) -> None:
    gold, other = a_passage(TEXTS[0], document="d0.txt"), a_passage("Nothing.", document="d9.txt")

    def with_context(*context: Passage) -> Answered:
        def reading(question: str) -> Iterator[Answer]:
            yield Answer(
                question=question,
                model="said",
                outcome=Outcome.ANSWERED,
                hits=(a_hit(other.chunk.text, document="d9.txt"),),
                context=context,
            )

        run = answer(runs, reading, EXAMPLES[:1])
        runs.remove(run.id)
        result = run.results["said"][0]
        assert isinstance(result, Answered)
        return result

    widened, plain = with_context(other, gold), with_context()
    assert (widened.prompt, widened.gold_in_prompt) == (("d9.txt", "d0.txt"), True)
    assert (plain.prompt, plain.gold_in_prompt) == (("d9.txt",), False)
