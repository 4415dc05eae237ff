"""The workbench's judge of citations: numbers, codes, negation and words, in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.checking import alce, supports

LEASE = "The tenant pays 1,209 euros on the 5th of each month and keeps the X-200 boiler serviced."
LEASE_ZH = "承租人每月５日支付租金 1,209 元，并负责保养 X-200 型锅炉。"


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The tenant pays 1209 euros each month.", LEASE),
        ("The tenant keeps the X200 boiler serviced.", LEASE),
        ("The X-200 boiler is serviced.", "The X 200 boiler is serviced yearly."),
        ("承租人每月支付租金 1209 元。", LEASE_ZH),
        ("承租人负责保养 X200 型锅炉。", LEASE_ZH),
        ("租金每月 5 日支付。", LEASE_ZH),
        ("The crate weighs 4 kg.", "Every crate weighs 4kg."),
        ("The crate weighs 4kg.", "Every crate weighs 4 kg."),
        ("Guests must not smoke in the hall.", "Guests do not smoke in the hall."),
        ("大厅内不得吸烟。", "大厅内禁止吸烟。"),
        ("箱子不超过 4 公斤。", "箱子不超过 4 公斤。"),
        # jieba cuts the name differently in the two
        ("张清海", "他在小学五年级受教师张清海鼓励开始投稿。"),
        ("40 assistants", "There are 40 assistants, so nobody waits."),
        ("四十名馆员", "馆内有四十名馆员，读者无需等待。"),
        ("If not, the pump stops.", "If not, the pump stops."),
        ("The bag is limited to 4 kg.", "The bag is limited to no more than 4 kg."),
    ],
)
def test_a_claim_that_stands_there_is_supported(claim: str, quote: str) -> None:
    assert supports(claim, [quote])


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The tenant pays 1,290 euros each month.", LEASE),
        ("The tenant keeps the X-210 boiler serviced.", LEASE),
        ("The tenant keeps the X-20 boiler serviced.", LEASE),
        ("The tenant pays 200 euros each month.", LEASE),
        ("The landlord repairs broken windows.", LEASE),
        ("The tenant never pays euros each month.", LEASE),
        ("承租人每月支付租金 1290 元。", LEASE_ZH),
        ("承租人负责保养 X-210 型锅炉。", LEASE_ZH),
        ("承租人不负责保养锅炉。", LEASE_ZH),
        ("房东负责更换窗户玻璃。", LEASE_ZH),
        ("Guests smoke in the hall.", "Guests do not smoke in the hall."),
        ("It fell to -5 degrees.", "It fell to 5 degrees."),
        ("Nobody waits.", "There are 40 assistants, so everybody waits."),
        ("读者需等待。", "馆内有四十名馆员，读者无需等待。"),
    ],
)
def test_a_claim_that_does_not_is_not(claim: str, quote: str) -> None:
    assert not supports(claim, [quote])


def test_negation_is_that_of_the_nearest_sentence() -> None:
    quote = "The garden is open daily. Dogs are not allowed on the lawn."
    assert supports("The garden is open daily.", [quote])
    assert not supports("Dogs are allowed on the lawn.", [quote])
    zh = "花园每天开放。草坪上不允许遛狗。"
    assert supports("花园每天开放。", [zh])
    assert not supports("草坪上允许遛狗。", [zh])


def test_seven_of_ten_content_words_are_enough() -> None:
    claim = "apple banana cherry damson elderberry figs grape hazelnut kiwi lemon"
    seven = "apple banana cherry damson elderberry figs grape"
    assert supports(claim, [seven])
    assert not supports(claim, [seven.removesuffix(" grape")])


def test_without_content_words_only_the_very_words_count() -> None:
    assert supports("It is not.", ["So it is  NOT. He said so."])
    assert not supports("It is not.", ["So it was not."])
    assert supports("是的。", ["他说：是的。"])
    for empty in ("", "  "):
        assert not supports(empty, [LEASE])


def test_nothing_is_supported_by_nothing() -> None:
    assert not supports("The tenant pays.", [])
    assert not supports("The tenant pays.", [""])
    assert alce("The tenant pays.", []) == (False, ())


PRICE, COLOUR = "The kettle costs 30 euros.", "The kettle is painted red."


@pytest.mark.parametrize(
    ("claim", "quotes", "judged"),
    [
        # either half alone lacks a number or most words: both are needed together
        ("The red painted kettle costs 30 euros.", [PRICE, COLOUR], (True, (True, True))),
        # the price alone supports; the colour neither supports nor is missed
        ("The kettle costs 30 euros.", [PRICE, COLOUR], (True, (True, False))),
        # each alone supports, so neither is superfluous by ALCE's rule
        ("The kettle costs 30 euros.", [PRICE, PRICE], (True, (True, True))),
        ("The kettle costs 40 euros.", [PRICE, COLOUR], (False, (False, False))),
        ("水壶售价 30 元。", ["水壶售价 30 元。", "水壶是红色的。"], (True, (True, False))),
    ],
)
def test_which_citations_are_needed(
    claim: str, quotes: list[str], judged: tuple[bool, tuple[bool, ...]]
) -> None:
    assert alce(claim, quotes) == judged


SENTENCES = st.lists(
    st.sampled_from(
        [
            *("4", "X-200", "pump", "not", "weighs", "1,209", "kg", "co2"),
            *("水泵", "不", "重量", "公斤", "２３０", " ", ". ", "。"),
        ]
    ),
    min_size=1,
    max_size=8,
).map(" ".join)


@given(SENTENCES)
def test_a_sentence_with_content_supports_itself_when_it_is_one(sentence: str) -> None:
    one = sentence.replace(".", "").replace("。", "").strip()
    assert supports(one, [one]) == bool(one)


@given(SENTENCES, st.lists(SENTENCES, max_size=4))
def test_no_citation_is_needed_for_what_is_not_supported(claim: str, quotes: list[str]) -> None:
    supported, needed = alce(claim, quotes)
    assert supported == supports(claim, quotes)
    assert len(needed) == len(quotes)
    assert supported or not any(needed)
    if supported and len(quotes) == 1:
        assert needed == (True,)
