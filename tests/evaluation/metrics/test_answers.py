from __future__ import annotations

import re
import string
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.metrics.answers import (
    answer_metrics,
    exact_match,
    gold_answers,
    holds,
    is_refusal,
    match_values,
    matches,
    token_f1,
    tokens,
)
from tests.evaluation.metrics.made import FAILED, REFUSED, asked, said, weights_repeat


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Harbour, Bergen!", "harbour bergen"),
        ("a pump and an inlet", "pump and inlet"),
        ("It's 1,250 litres.", "its 1250 litres"),
        ("don’t", "dont"),
        ("Athens", "athens"),
        ("北京市。", "北 京 市"),
        ("《红楼梦》", "红 楼 梦"),
        ("支持Java、Python和Go", "支 持 java python 和 go"),
        ("２０２４ 年", "2024 年"),
        ("iPhone手机", "iphone 手 机"),
        ("他说：“你好……”", "他 说 你 好"),
        ("前者——后者", "前 者 后 者"),
        ("Oslo—Bergen", "oslo bergen"),
        ("3.5 亿", "3.5 亿"),
        ("版本 2.10.1", "版 本 2101"),
        ("10．5", "10.5"),
        ("8：30", "830"),
        ("A股", "a 股"),
        ("维生素 A 缺乏", "维 生 素 a 缺 乏"),
        ("Option A", "option"),
        ("A.", "a"),
        ("𠮷野家", "𠮷 野 家"),
        ("Café", "café"),
        ("£5 and $5", "£5 and 5"),
        ("snake_case", "snakecase"),
        ("", ""),
        (" \n\t", ""),
        ("。！？", ""),
        ("%", ""),
    ],
)
def test_tokens(text: str, expected: str) -> None:
    assert tokens(text) == expected.split()


@pytest.mark.parametrize(
    ("answer", "gold", "exact", "f1"),
    [
        ("北京市。", "北京市", True, 1.0),
        ("北京市", "北京", False, 4 / 5),  # 2 shared, lengths 3 and 2: 2*2/5
        ("京北", "北京", False, 1.0),  # the same characters in another order
        ("The valve.", "valve", True, 1.0),
        ("two red valves", "red valves", False, 4 / 5),
        ("red red", "red", False, 2 / 3),  # repetition counts: 1 shared, lengths 2 and 1
        ("2008年8月", "2008 年 8 月", True, 1.0),
        ("3.5亿", "35亿", False, 1 / 2),
        ("no idea", "valve", False, 0.0),
        ("", "valve", False, 0.0),
        ("。", "！", True, 1.0),
    ],
)
def test_exact_match_and_f1(answer: str, gold: str, exact: bool, f1: float) -> None:
    assert exact_match(answer, gold) is exact
    assert token_f1(answer, gold) == pytest.approx(f1)


def official_squad(text: str) -> list[str]:
    """The normalisation of SQuAD's script from its description, in its order of steps."""
    lowered = text.lower()
    kept = "".join(char for char in lowered if char not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", kept).split()


ENGLISH = st.lists(
    st.sampled_from(
        ["the", "A", "an", "valve", "O-ring,", "it's", "U.S.", "$40", "(two)", "1,200"]
    ),
    max_size=8,
).map(" ".join)


@given(ENGLISH, ENGLISH)
def test_english_is_scored_as_by_squad(answer: str, gold: str) -> None:
    said_tokens, gold_tokens = official_squad(answer), official_squad(gold)
    if not said_tokens or not gold_tokens:
        return  # articles alone, which are kept here
    assert exact_match(answer, gold) == (said_tokens == gold_tokens)
    same = sum((Counter(said_tokens) & Counter(gold_tokens)).values())
    precision, recall = same / len(said_tokens), same / len(gold_tokens)
    f1 = 2 * precision * recall / (precision + recall) if same else 0.0
    assert token_f1(answer, gold) == pytest.approx(f1)


def longest_shared_run(one: list[str], other: list[str]) -> int:
    """Length of the longest run of tokens in both, which the CMRC script scores by."""
    return max(
        (
            length
            for at in range(len(one))
            for length in range(1, len(one) - at + 1)
            if any(one[at : at + length] == other[b : b + length] for b in range(len(other)))
        ),
        default=0,
    )


CHINESE = st.text(st.sampled_from("北京市天安门，。、《》7"), max_size=9)


@given(CHINESE, CHINESE)
def test_chinese_is_never_scored_below_cmrc(answer: str, gold: str) -> None:
    one, other = tokens(answer), tokens(gold)
    if not one or not other:
        return
    of_cmrc = 2 * longest_shared_run(one, other) / (len(one) + len(other))
    assert token_f1(answer, gold) >= of_cmrc - 1e-12
    if exact_match(answer, gold):
        assert of_cmrc == token_f1(answer, gold) == 1.0


def test_chinese_equals_cmrc_where_the_shared_text_is_one_run() -> None:
    # CMRC: 位于天安门广场 against 天安门广场; the run 天安门广场 has 5 tokens: 2*5/(7+5) = 5/6.
    answer, gold = "位于“天安门广场”。", "天安门广场"
    assert longest_shared_run(tokens(answer), tokens(gold)) == 5
    assert token_f1(answer, gold) == pytest.approx(5 / 6)


@given(st.text(max_size=30), st.text(max_size=30))
def test_f1_is_symmetric_and_bounded(one: str, other: str) -> None:
    assert token_f1(one, other) == token_f1(other, one)
    assert 0.0 <= token_f1(one, other) <= 1.0
    assert token_f1(one, one) == 1.0
    assert exact_match(one, one)


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("The pump delivers 40 litres.", "40 litres", True),
        ("The pump delivers 40 big litres.", "40 litres", False),
        ("It delivers 140 litres.", "40 litres", False),
        ("Newton's second law", "Newton", True),
        ("the U.S. market", "US", True),
        ("the US market", "U.S.", True),
        ("well-known cases", "well known", True),
        ("Java/Python", "python", True),
        ("Pi is 3.14.", "14", False),
        ("a total of 1,200", "1200", True),
        ("at 10:30", "30", False),
        ("首都是北京市。", "北京", True),
        ("首都是北京市。", "京北", False),
        ("支持Java、Python和Go", "Python", True),
        ("２００８年８月", "2008年", True),
        ("在12008年", "2008年", False),
        ("anything", "。", False),
        ("", "valve", False),
    ],
)
def test_holds(text: str, wanted: str, expected: bool) -> None:
    assert holds(text, wanted) is expected


WORDS = st.lists(st.sampled_from(["水", "valve", "X-200", "３", "40", "don't"]), max_size=6)


@given(WORDS, WORDS, WORDS)
def test_a_text_holds_every_run_of_its_words(
    before: list[str], run: list[str], after: list[str]
) -> None:
    assert holds(" ".join(before + run + after), " ".join(run)) == bool(run)


def test_any_gold_answer_or_one_of_each_group() -> None:
    either = asked("14 days", "two weeks")
    assert matches(either, said("Within two weeks.")) == 1.0
    assert matches(either, said("Within a month.")) == 0.0
    both = asked(required=(("挪威", "Norway"), ("瑞典", "Sweden")))
    assert matches(both, said("挪威和瑞典")) == 1.0
    assert matches(both, said("Norway 和瑞典")) == 1.0
    assert matches(both, said("只有挪威")) == 0.0


def test_groups_decide_where_both_are_given() -> None:
    example = asked("Norway", required=(("Norway",), ("Sweden",)))
    assert matches(example, said("Norway")) == 0.0


def test_refusal_and_failure() -> None:
    unanswerable = asked(answerable=False)
    answerable = asked("valve")
    assert is_refusal(REFUSED)
    assert not is_refusal(FAILED)
    assert [matches(unanswerable, one) for one in (REFUSED, FAILED, said("valve"))] == [1, 0, 0]
    assert [matches(answerable, one) for one in (REFUSED, FAILED, said("valve"))] == [0, 0, 1]


def test_metrics_over_both_kinds() -> None:
    examples = [
        asked("the red valve", "valve"),
        asked("北京市"),
        asked(answerable=False),
        asked(answerable=False),
        asked(),
        asked("pump"),
    ]
    results = [
        said("Red valve!"),
        said("是北京市。"),
        REFUSED,
        said("Anything"),
        said("Anything"),
        REFUSED,
    ]
    found = {metric.name: metric for metric in answer_metrics(examples, results)}
    nan = np.nan
    # 是北京市 against 北京市: 3 shared, lengths 4 and 3: 6/7.
    expected = {
        "em": [1, 0, 1, 0, nan, 0],
        "f1": [1, 6 / 7, 1, 0, nan, 0],
        "match": [1, 1, 1, 0, nan, 0],
        "has_answer_em": [1, 0, nan, nan, nan, 0],
        "has_answer_f1": [1, 6 / 7, nan, nan, nan, 0],
        "has_answer_match": [1, 1, nan, nan, nan, 0],
    }
    assert list(found) == list(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name].values, values)  # type: ignore[arg-type]
    assert found["match"].value() == pytest.approx(3 / 5)
    assert found["has_answer_match"].value() == pytest.approx(2 / 3)
    assert found["em"].binary
    assert not found["f1"].binary
    np.testing.assert_array_equal(match_values(examples, results), expected["match"])


def test_one_kind_has_no_metrics_of_its_own() -> None:
    names = [metric.name for metric in answer_metrics([asked("x1")], [said("x1")])]
    assert names == ["em", "f1", "match"]


def test_gold_answers_without_tokens_are_no_gold() -> None:
    assert gold_answers(asked("—", "。", "A", "40")) == ("A", "40")
    assert np.isnan(matches(asked("。"), said("。")))


def test_weights_count_questions_repeatedly() -> None:
    examples = [asked("valve"), asked("红阀"), asked("pump"), asked("oil")]
    results = [said("valve"), said("红色阀门"), REFUSED, said("Oil, hot")]
    for which in range(3):
        weights_repeat(
            lambda at, which=which: answer_metrics(  # type: ignore[misc]
                [examples[i] for i in at], [results[i] for i in at]
            )[which],
            4,
        )
