from __future__ import annotations

import pytest

from rag.condensing.chinese_asking import (
    asks_on,
    changed_piece,
    leaves_noun_out,
    pointers,
    without_connective,
)
from rag.condensing.slots import Points


@pytest.mark.parametrize(
    ("question", "piece"),
    [
        ("那2021年呢？", "2021年"),
        ("X-350 的呢", "X-350 "),
        ("换成经理呢？", "经理"),
        ("病假也一样吗？", "病假"),
        ("上海？", "上海"),
        ("2021", "2021"),
        ("如果超过三天呢？", "如果超过三天"),
        ("这个怎么用呢？", None),
        ("故障代码 F6", None),
        ("谢谢！", None),
        ("", None),
    ],
)
def test_the_piece_that_changes(question: str, piece: str | None) -> None:
    found = changed_piece(question)
    assert (found and found.strip()) == (piece and piece.strip())


@pytest.mark.parametrize(
    "question",
    ["为什么？", "还有呢？", "那然后呢", "具体一点", "举个例子", "有例外吗？", "在哪里？"],
)
def test_asking_on(question: str) -> None:
    assert asks_on(question)


def test_whole_questions_do_not_ask_on() -> None:
    whole = ("为什么要开会？", "在哪里领取门禁卡？", "谁负责访客？", "还有病假怎么请？")
    assert not any(map(asks_on, whole))


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("怎么申请？", True),
        ("价格是多少？", True),
        ("要提前多少天？", True),
        ("怎么报销？", False),
        ("年假怎么申请？", False),
        ("X-200 怎么安装？", False),
        ("申请。", False),
        ("", False),
    ],
)
def test_a_question_that_leaves_its_noun_out(question: str, left: bool) -> None:
    assert (leaves_noun_out(question) is not None) is left


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("它多重？", [("它", Points.SINGULAR)]),
        ("它的重量是多少？", [("它的", Points.OWNER)]),
        ("其重量是多少？", [("其", Points.OWNER)]),
        ("他的电话是多少？", [("他的", Points.PERSON_OWNER)]),
        ("该设备多重？", [("该设备", Points.NAMED)]),
        ("这台泵多重？", [("这台泵", Points.NAMED)]),
        ("这个可以延长吗？", [("这个", Points.SINGULAR)]),
        ("那里能停车吗？", [("那里", Points.PLACE)]),
        ("这是什么意思？", [("这", Points.VAGUE)]),
        ("其他人怎么办？", []),
        ("我该怎么办？", []),
        ("应该找谁？", []),
        ("这个月发工资吗？", []),
        ("苏州那边有食堂吗？", []),
        ("泵坏了，它归谁修？", []),
        ("员工和他们的家属可以来吗？", []),
        ("", []),
    ],
)
def test_words_that_point_outside(question: str, found: list[tuple[str, Points]]) -> None:
    assert [(question[one.start : one.end], one.points) for one in pointers(question)] == found


def test_connectives_are_left_out() -> None:
    assert without_connective("那么，病假呢？") == "病假呢？"
    assert without_connective("那个病假呢？") == "那个病假呢？"
    assert without_connective("") == ""
