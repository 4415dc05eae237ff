"""Words that exclude each other."""

from __future__ import annotations

import pytest

from rag.voting.opposites import opposed


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("the left tap", "the right tap", True),
        ("the red lever", "the blue lever", True),
        ("on Tuesdays", "on Thursday", True),
        ("on Tuesdays", "Tuesday", False),
        ("the deputy director", "the director", True),
        ("steel pipe", "copper pipe", True),
        ("left and right", "right and left", False),
        ("red and blue", "red", False),
        ("上午", "下午", True),
        ("红色拉杆", "蓝色拉杆", True),
        ("周二", "星期二", False),
        ("周二", "星期四", True),
        ("每周日", "礼拜天", False),
        ("副主任", "主任", True),
        ("第一班", "第三班", True),
        ("每周一次", "每周", False),
        ("", "", False),
    ],
)
def test_one_has_what_the_other_excludes(one: str, other: str, apart: bool) -> None:
    assert opposed(one, other) is apart
    assert opposed(other, one) is apart
