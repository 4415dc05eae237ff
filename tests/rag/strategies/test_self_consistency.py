"""Samples are asked in waves and vote; the best supported of the winners is the answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest

from rag.answer import Answer, Notice, Outcome
from rag.claims import Verdict
from rag.models.extractive import Extractive
from rag.replies import Finish, Message, Reply, Sample, Trouble
from rag.tally import Tally
from tests.rag.prompt_book import ShelfOfGuidance
from tests.rag.strategies.voters import (
    FOUR,
    HITS,
    NINE,
    QUESTION_ZH,
    REFUSAL,
    Minds,
    answers,
    complete,
    voting,
)

FAILED = Reply(text="", finish=Finish.FAILED, trouble=Trouble.BUSY)
TOO_LONG = Reply(text="", finish=Finish.FAILED, trouble=Trouble.TOO_LONG)


def tally_of(answer: Answer) -> Tally:
    assert answer.tally is not None
    return answer.tally


def members(answer: Answer) -> list[set[int]]:
    return [set(one.members) for one in tally_of(answer).clusters]


def test_three_that_agree_settle_five() -> None:
    model, strategy = voting([FOUR])
    *growing, last = answers(strategy)
    assert (last.text, last.outcome) == ("The pump weighs 4 kg.", Outcome.ANSWERED)
    assert (last.strategy, last.model) == ("self_consistency", "minds")
    tally = tally_of(last)
    assert (len(tally.samples), tally.planned, tally.stopped_early) == (3, 5, True)
    assert (tally.agreeing, tally.counted, tally.tied) == (3, 3, False)
    assert sum(n for _, n, _, _ in model.asked) == 3
    assert {temperature for *_, temperature, _ in model.asked} == {0.7}
    assert all(one.tally is not None for one in growing)
    assert {"first_token", "answer"} <= last.timings_ms.keys()


def test_a_sample_that_differs_makes_more_be_asked() -> None:
    _, strategy = voting([FOUR, NINE, FOUR, FOUR, FOUR])
    last = answers(strategy)[-1]
    assert last.text == "The pump weighs 4 kg."
    assert members(last)[0] >= {0, 2, 3}
    assert members(last)[1] == {1}
    assert tally_of(last).clusters[1].answer == "9 kg"


def test_the_majority_wins_whoever_came_first() -> None:
    _, strategy = voting([NINE, FOUR, FOUR, FOUR, FOUR])
    *growing, last = answers(strategy)
    assert last.text == "The pump weighs 4 kg."
    assert last.claims[0].check is not None
    assert last.claims[0].check.verdict is Verdict.SUPPORTED
    drafts = {one.text for one in growing}
    assert "The pump weighs 9 kg." in drafts
    assert "The pump weighs 4 kg." not in drafts


def test_what_its_source_does_not_hold_weighs_less() -> None:
    """Two that say 9 kg and cite a place that says 4 kg do not outvote one that is held."""
    _, strategy = voting([NINE, NINE, FOUR], samples=3, stop_early=False)
    tally = tally_of(answers(strategy)[-1])
    by_answer = {one.answer: one for one in tally.clusters}
    assert by_answer["4 kg"].weight > by_answer["9 kg"].weight
    assert tally.clusters[0].answer == "4 kg"


def test_all_are_asked_where_nothing_is_stopped_early() -> None:
    model, strategy = voting([FOUR], samples=7, stop_early=False)
    last = answers(strategy)[-1]
    assert sum(n for _, n, _, _ in model.asked) == 7
    assert (tally_of(last).agreeing, tally_of(last).stopped_early) == (7, False)


def test_one_sample_is_asked_once() -> None:
    model, strategy = voting([FOUR], samples=1)
    last = answers(strategy)[-1]
    assert [n for _, n, _, _ in model.asked] == [1]
    assert (tally_of(last).counted, tally_of(last).stopped_early) == (1, False)


def test_every_sample_has_its_own_seed_and_a_wave_reads_two_orders() -> None:
    model, strategy = voting([FOUR], samples=9, stop_early=False)
    last = answers(strategy)[-1]
    asked = sorted(model.asked, key=lambda one: one[3])
    assert [(seed, n) for _, n, _, seed in asked] == [(0, 5), (5, 4)]
    assert asked[0][0][-1].content != asked[1][0][-1].content
    read = [one.passages for one in tally_of(last).samples]
    assert len({tuple(sorted(one)) for one in read}) == 1
    assert len(set(read)) == 2
    assert read[0] == tuple(hit.passage.chunk_id for hit in HITS)
    assert [one.chunk_id for one in last.context] == list(read[0])


def test_the_orders_are_the_same_every_time() -> None:
    asked = []
    for _ in range(2):
        model, strategy = voting([FOUR, NINE, FOUR, NINE, FOUR])
        answers(strategy)
        asked.append(sorted((seed, messages[-1].content) for messages, _, _, seed in model.asked))
    assert asked[0] == asked[1]
    assert len({content for _, content in asked[0]}) == len(asked[0])


def test_citations_of_another_order_point_to_the_right_place() -> None:
    _, strategy = voting([FOUR], stop_early=False)
    last = answers(strategy)[-1]
    samples = tally_of(last).samples
    assert len({sample.passages for sample in samples}) == 2
    for sample in samples:
        assert [one.quote for one in sample.claims[0].citations] == ["The pump weighs 4 kg."]


def test_refusals_are_a_vote_too() -> None:
    _, strategy = voting([REFUSAL])
    last = answers(strategy)[-1]
    assert (last.outcome, last.text, last.claims) == (Outcome.NOT_IN_DOCUMENTS, "", ())
    assert tally_of(last).clusters[0].refuses
    assert last.hits == HITS
    _, strategy = voting([REFUSAL, FOUR, FOUR, FOUR, FOUR])
    last = answers(strategy)[-1]
    assert last.outcome is Outcome.ANSWERED
    assert [one.refuses for one in tally_of(last).clusters] == [False, True]


def test_a_sample_that_fails_has_no_vote() -> None:
    _, strategy = voting([FAILED, FOUR, FOUR, FOUR, FOUR])
    last = answers(strategy)[-1]
    tally = tally_of(last)
    assert (tally.samples[0].failed, tally.samples[0].trouble) == (True, Trouble.BUSY)
    assert tally.counted == len(tally.samples) - 1 == tally.agreeing
    assert (last.text, last.notice) == ("The pump weighs 4 kg.", None)


def test_where_all_fail_the_documents_answer_and_no_second_wave_is_asked() -> None:
    model, strategy = voting([FAILED])
    last = answers(strategy)[-1]
    assert (last.notice, last.trouble) == (Notice.MODEL_FAILED, Trouble.BUSY)
    assert (last.model, last.instead_of, last.strategy) == (Extractive.name, "minds", "")
    assert last.tally is None
    assert sum(n for _, n, _, _ in model.asked) == 3


def test_a_prompt_too_long_is_halved_once() -> None:
    class Short(Minds):
        def sample(
            self, messages: Sequence[Message], *, n: int, temperature: float, seed: int = 0
        ) -> Iterator[Sample]:
            long = messages[-1].content.count("<passage number") > 2
            for sample in super().sample(messages, n=n, temperature=temperature, seed=seed):
                if sample.reply.finish is not None:
                    yield Sample(number=sample.number, reply=TOO_LONG if long else sample.reply)

    _, strategy = voting(Short([FOUR]))
    last = answers(strategy)[-1]
    assert (last.text, len(last.context)) == ("The pump weighs 4 kg.", 2)
    assert tally_of(last).counted == len(tally_of(last).samples)


def test_costs_are_summed_and_kept_per_sample() -> None:
    _, strategy = voting([complete(FOUR, (90, 12)), complete(FOUR, (0, 14)), complete(FOUR)])
    last = answers(strategy)[-1]
    assert (last.prompt_tokens, last.completion_tokens) == (90, 26)
    assert [one.completion_tokens for one in tally_of(last).samples] == [12, 14, None]
    assert all(one.took_ms >= 0 for one in tally_of(last).samples)


def test_a_cut_winner_says_so() -> None:
    cut = Reply(text="The pump weighs 4 kg. [pump]", finish=Finish.CUT, trouble=Trouble.LENGTH)
    _, strategy = voting([cut])
    last = answers(strategy)[-1]
    assert (last.notice, last.trouble) == (Notice.REPLY_CUT, Trouble.LENGTH)
    assert last.text == "The pump weighs 4 kg."


def test_the_words_that_made_the_answer_are_kept() -> None:
    book = ShelfOfGuidance()
    _, strategy = voting([FOUR], book=book)
    last = answers(strategy)[-1]
    assert "SHORT_ANSWER" in book.kept[last.prompt_version or ""].template


def test_the_tally_grows_as_samples_come() -> None:
    _, strategy = voting([FOUR, NINE, FOUR, FOUR, FOUR])
    come = [len(tally_of(one).samples) for one in answers(strategy)]
    assert come == sorted(come)
    assert {0, 1, 2, 3} <= set(come)


@pytest.mark.parametrize(
    "replies",
    [
        ["水泵重 4 公斤。[3]\nSHORT ANSWER: 4 公斤", "重四公斤。[3]\nSHORT ANSWER: 四公斤"],
        ["水泵重 4 公斤。[3]", "水泵重 4 公斤。[3]"],
    ],
)
def test_chinese_samples_are_compared_by_what_they_say(replies: list[str]) -> None:
    _, strategy = voting(replies)
    last = list(strategy.answer(QUESTION_ZH, HITS))[-1]
    assert tally_of(last).agreeing == tally_of(last).counted == 3


def test_leaving_ends_every_request() -> None:
    everyone = threading.Barrier(3, timeout=10)

    class Endless(Minds):
        def sample(
            self, messages: Sequence[Message], *, n: int, temperature: float, seed: int = 0
        ) -> Iterator[Sample]:
            try:
                while True:
                    yield Sample(number=0, reply=Reply(text="The pump"))
            finally:
                everyone.wait()

    _, strategy = voting(Endless([FOUR]))
    growing = strategy.answer(QUESTION_ZH, HITS)
    next(iter(growing))
    waiting = threading.Thread(target=everyone.wait)
    waiting.start()
    growing.close()  # type: ignore[attr-defined]
    waiting.join(timeout=10)
    assert not everyone.broken


def test_without_passages_no_model_is_asked() -> None:
    model, strategy = voting([FOUR])
    (answer,) = answers(strategy, ())
    assert answer.outcome is Outcome.NOT_IN_DOCUMENTS
    assert model.asked == []
