"""Verdicts with their reasons: what the claim says, and what stands there in its stead."""

from __future__ import annotations

import pytest

from rag.checking.judging import JUDGE, NEAR, judged
from rag.claims import Doubt, Verdict

PUMP = "The X-200 pump weighs 4 kg and was built in Graz in March 2021; it needs at least 3 bar."
PUMP_ZH = "X-200 型水泵重 4 公斤，2021 年 3 月在格拉茨制造，压力至少为 3 巴，不得露天存放。"


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (PUMP, f"Intro. {PUMP} Outro."),
        ("The X-200 weighs four kilograms.", PUMP),
        ("Built in Graz in 2021, the X200 pump needs at least 3 bar.", PUMP),
        ("X-200 水泵重４公斤。", PUMP_ZH),
        ("水泵于二〇二一年三月在格拉茨制造。", PUMP_ZH),
        ("水泵不得露天存放。", PUMP_ZH),
    ],
)
def test_what_stands_there_is_supported(claim: str, quote: str) -> None:
    found = judged(claim, [quote])
    assert (found.verdict, found.findings) == (Verdict.SUPPORTED, ())
    assert (0 < found.support <= 1, found.checker) == (True, JUDGE)


@pytest.mark.parametrize(
    ("claim", "quote", "doubt", "said", "stands"),
    [
        ("The X-200 pump weighs 5 kg.", PUMP, Doubt.NUMBER, "5 kg", "4 kg"),
        ("The X-200 pump weighs 4 g.", PUMP, Doubt.UNIT, "4 g", "4 kg"),
        ("The pump was built in Graz in 2020年.", PUMP, Doubt.DATE, "2020年", "2021 3月"),
        ("The X-200 pump was built in Linz.", PUMP, Doubt.NAME, "Linz", ""),
        ("The X-210 pump weighs 4 kg.", PUMP, Doubt.NAME, "x-210", ""),
        ("The pump needs at most 3 bar.", PUMP, Doubt.COMPARISON, "at most", "at least"),
        ("水泵重 5 公斤。", PUMP_ZH, Doubt.NUMBER, "5 公斤", "4 公斤"),
        ("水泵重 4 吨。", PUMP_ZH, Doubt.UNIT, "4 吨", "4 公斤"),
        ("水泵 2021 年 4 月制造。", PUMP_ZH, Doubt.DATE, "2021年4月", "2021年3月"),
        ("压力至多为 3 巴。", PUMP_ZH, Doubt.COMPARISON, "至多", "至少"),
    ],
)
def test_what_does_not_is_named(
    claim: str, quote: str, doubt: Doubt, said: str, stands: str
) -> None:
    found = judged(claim, [quote])
    assert found.verdict is not Verdict.SUPPORTED
    first = found.findings[0]
    assert (first.doubt, first.said.replace(" ", "")) == (doubt, said.replace(" ", ""))
    assert first.stands.replace(" ", "") == stands.replace(" ", "")


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The X-200 pump does not weigh 4 kg.", PUMP),
        ("水泵可露天存放。", PUMP_ZH),
    ],
)
def test_a_denial_contradicts(claim: str, quote: str) -> None:
    found = judged(claim, [quote])
    assert found.verdict is Verdict.UNSUPPORTED
    assert Doubt.NEGATION in {one.doubt for one in found.findings}


def test_without_a_place_nothing_is_supported() -> None:
    found = judged("The pump weighs 4 kg.", [])
    assert (found.verdict, found.support) == (Verdict.UNSUPPORTED, 0.0)
    assert [one.doubt for one in found.findings] == [Doubt.NO_CITATION]


def test_headings_supply_names_and_units_but_no_numbers() -> None:
    quote, over = "It weighs 4 and was tested twice.", ["X-200 pump", "Weight (kg)"]
    assert judged("The X-200 pump weighs 4 kg.", [quote], over=over).verdict is Verdict.SUPPORTED
    assert judged("The X-200 pump weighs 4 kg.", [quote]).verdict is not Verdict.SUPPORTED
    shown = judged("The pump was built in 2021.", ["The pump was built well."], over=["2021"])
    assert [one.doubt for one in shown.findings] == [Doubt.NUMBER]


def test_two_places_hold_a_claim_together() -> None:
    halves = ["The kettle costs 30 euros.", "The kettle is painted red."]
    claim = "The red painted kettle costs 30 euros."
    assert judged(claim, halves).verdict is Verdict.SUPPORTED
    assert judged(claim, halves[:1]).verdict is not Verdict.SUPPORTED


def test_other_words_of_the_same_meaning_count_where_enough_stands_there() -> None:
    claim, quote = (
        "The device must be unplugged before cleaning starts.",
        ("The device must be disconnected before cleaning."),
    )
    plain = judged(claim, [quote])
    assert [one.doubt for one in plain.findings] == [Doubt.WORDS]
    assert plain.verdict is Verdict.PARTLY
    assert judged(claim, [quote], cosine=NEAR).verdict is Verdict.SUPPORTED
    far = judged(claim, [quote], cosine=NEAR - 0.1)
    assert [one.doubt for one in far.findings] == [Doubt.MEANING]
    unrelated = judged("Bees make honey.", [quote], cosine=0.99)
    assert unrelated.verdict is Verdict.UNSUPPORTED
