from __future__ import annotations

import pytest

from rag.condensing.chinese import standalone
from rag.condensing.chinese_earlier import ChineseEarlier

EARLIER = ChineseEarlier("2024年X-200的价格是多少？")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("那2025年呢？", "2025年X-200的价格是多少？"),
        ("那2025年的价格是多少？", "2025年X-200的价格是多少？"),
        ("它在哪里生产？", "2024年X-200 在哪里生产？"),
        ("保修期多长？", "2024年X-200 的保修期多长？"),
        ("怎么申请？", "2024年X-200 怎么申请？"),
        ("为什么？", "为什么？（2024年 X-200 价格）"),
        ("X-350 什么时候发货？", None),
        ("那年终奖怎么发？", None),
        ("", None),
    ],
)
def test_what_a_question_takes_from_the_one_before(question: str, text: str | None) -> None:
    assert standalone(question, EARLIER) == text


def test_a_question_for_yes_or_no_is_stated_before_the_next() -> None:
    earlier = ChineseEarlier("没拆封的滤芯可以退吗？")
    assert standalone("多少天之内？", earlier) == "没拆封的滤芯可以退，多少天之内？"
    assert standalone("谁审批？", earlier) == "没拆封的滤芯可以退，谁审批？"


def test_an_empty_question_before_lends_nothing() -> None:
    assert standalone("它多重？", ChineseEarlier("")) == "它多重？"
    assert standalone("那苏州呢？", ChineseEarlier("")) == "那苏州呢？"
