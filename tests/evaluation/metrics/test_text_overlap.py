from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score.tokenizers import DefaultTokenizer
from sacrebleu.metrics.bleu import BLEU

from evaluation.metrics.text_overlap import RougeTokenizer, bleu, rouge_l
from tests.evaluation.metrics.made import FAILED, REFUSED, asked, said, weights_repeat


def test_bleu_of_a_single_answer_by_hand() -> None:
    # "the red valve is shut now" against "the red valve is open now": 6 tokens each.
    # Matched 1- to 4-grams: 5, 3 (the red, red valve, valve is), 2, 1; all: 6, 5, 4, 3.
    # No brevity penalty; exp(mean(log(5/6), log(3/5), log(2/4), log(1/3))) = (1/12)^(1/4).
    metric = bleu([asked("the red valve is open now")], [said("the red valve is shut now")])
    assert metric.value() == pytest.approx(100 * (1 / 12) ** 0.25)
    assert (metric.low, metric.high, metric.values) == (0.0, 100.0, None)


def test_bleu_of_a_chinese_answer_by_hand() -> None:
    # 阀门在左侧 (5 characters) against 红阀门在左侧 (6): all 1- to 4-grams match (5, 4, 3, 2), so
    # only the brevity penalty exp(1 - 6/5) remains.
    example = asked("红阀门在左侧", question="阀门在哪里？")
    assert bleu([example], [said("阀门在左侧")]).value() == pytest.approx(100 * exp(-0.2))


def test_bleu_smooths_orders_without_a_match() -> None:
    # "red pump oil gas" against "red valve oil gas": matched 3, 1, 0, 0 of 4, 3, 2, 1;
    # the empty orders count as 1/2 of 2 and 1/4 of 1.
    precisions = [3 / 4, 1 / 3, 1 / 2 / 2, 1 / 4 / 1]
    metric = bleu([asked("red valve oil gas")], [said("red pump oil gas")])
    assert metric.value() == pytest.approx(100 * exp(sum(map(log, precisions)) / 4))


def test_bleu_is_of_the_corpus_and_not_a_mean() -> None:
    examples = [asked("one two three four"), asked("five six seven eight nine")]
    results = [said("one two three four"), said("five six x eight nine")]
    both = bleu(examples, results).value()
    alone = [bleu([e], [r]).value() for e, r in zip(examples, results, strict=True)]
    # Matched 8, 5, 2, 1 of 9, 7, 5, 3.
    assert both == pytest.approx(100 * (8 / 9 * 5 / 7 * 2 / 5 * 1 / 3) ** 0.25)
    assert both != pytest.approx(sum(alone) / 2)


def test_bleu_of_refusals_counts_their_gold_length() -> None:
    # The refusal adds 4 tokens to the gold answers' length: penalty exp(1 - 8/4).
    gold = "one two three four"
    metric = bleu([asked(gold), asked(gold)], [said(gold), REFUSED])
    assert metric.value() == pytest.approx(100 * exp(-1))
    assert bleu([asked(gold)], [REFUSED]).value() == 0.0
    assert bleu([asked(gold)], [FAILED]).value() == 0.0


def test_bleu_and_rouge_leave_out_what_has_no_gold_answer() -> None:
    examples = [asked("one two three four"), asked(), asked(answerable=False)]
    results = [said("one two three four"), said("anything"), said("anything")]
    assert bleu(examples, results).value() == pytest.approx(100)
    values = rouge_l(examples, results).values
    np.testing.assert_array_equal(values, [1.0, np.nan, np.nan])
    assert np.isnan(bleu(examples[1:], results[1:]).value())
    assert np.isnan(rouge_l(examples[1:], results[1:]).value())
    assert np.isnan(bleu([], []).value())


WORDS = ["red", "Valve,", "oil.", "泵", "的", "3.5"]
SENTENCES = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(SENTENCES, st.lists(SENTENCES.map("x {}".format), min_size=1, max_size=3)),
        min_size=1,
        max_size=5,
    ),
    st.booleans(),
)
def test_bleu_equals_sacrebleu(cases: list[tuple[str, list[str]]], chinese: bool) -> None:
    question = "哪一个？" if chinese else "Which one?"
    examples = [asked(*gold, question=question) for _, gold in cases]
    metric = bleu(examples, [said(text) for text, _ in cases])
    most = max(len(gold) for _, gold in cases)
    padded = [[gold[at] if at < len(gold) else None for _, gold in cases] for at in range(most)]
    scorer = BLEU(tokenize="zh" if chinese else "13a")
    expected = scorer.corpus_score([text for text, _ in cases], padded).score  # type: ignore[arg-type]
    assert metric.value() == pytest.approx(expected, abs=1e-9)


def test_bleu_weights_count_questions_repeatedly() -> None:
    golds = ["red valve in oil", "阀门在左侧", "one two three four five", "pump"]
    texts = ["red valve in gas", "阀门左侧", "one two three five", ""]
    questions = ["Which?", "在哪里？", "How many?", "What?"]
    weights_repeat(
        lambda at: bleu(
            [asked(golds[i], question=questions[i]) for i in at], [said(texts[i]) for i in at]
        ),
        4,
    )


def test_rouge_l_by_hand() -> None:
    # "the valve of the pump is red" (7) and "the pump valve is red" (5): the longest common
    # subsequence is "the pump is red" or "the valve is red", 4: P = 4/7, R = 4/5, F = 8/12.
    metric = rouge_l([asked("the pump valve is red")], [said("The valve of the pump is red.")])
    assert metric.value() == pytest.approx(2 / 3)
    # 泵的阀门是红的 (7) and 红阀门 (3): the longest common subsequence is 阀门: 2*2/10.
    assert rouge_l([asked("红阀门")], [said("泵的阀门是红的。")]).value() == pytest.approx(0.4)


def test_rouge_l_is_the_best_over_gold_answers() -> None:
    assert rouge_l([asked("一个月", "两周", "two weeks")], [said("两周")]).value() == 1.0


@given(
    st.text(st.characters(max_codepoint=0x17F, exclude_characters="ªº²³¹µ¼½¾ßŉĲĳĿŀſİ"), max_size=40)
)
def test_rouge_tokens_are_those_of_rouge_score_without_chinese(text: str) -> None:
    assert RougeTokenizer().tokenize(text) == DefaultTokenizer().tokenize(text)


def test_rouge_tokens_of_mixed_text() -> None:
    assert RougeTokenizer().tokenize("支持Ｊａｖａ 8、Go!") == ["支", "持", "java", "8", "go"]
    assert DefaultTokenizer().tokenize("北京市") == []
