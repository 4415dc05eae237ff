"""Values of a short answer in one way of writing."""

from __future__ import annotations

import pytest

from rag.voting.spelling import plainly_written


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("9:30 pm", "21:30"),
        ("12 am", "0:00"),
        ("7 a.m.", "7:00"),
        ("half past nine", "9:30"),
        ("quarter to six", "5:45"),
        ("10 o'clock in the morning", "10:00"),
        ("8 in the evening", "20:00"),
        ("noon", "12:00"),
        ("晚上9点半", "21:30"),
        ("下午三点", "15:00"),
        ("早上七点", "7:00"),
        ("20点", "20:00"),
        ("早上6点一刻", "6:15"),
        ("5.30pm", "17:30"),
        ("the third shift", "the ord3 shift"),
        ("Q3", "quarter ord3"),
        ("the third quarter", "the quarter ord3"),
        ("三季度", " quarter ord3 "),
        ("两个半小时", "2.5小时"),
        ("一个半小时", "1.5小时"),
        ("an hour and a half", "1.5 hour"),
        ("半年", "0.5年"),
        ("四公斤半", "4.5公斤"),
        ("一米八", "1.8米"),
        ("一刻钟", "15分钟"),
        ("two thirds", "66.6667%"),
        ("三分之二", "66.6667%"),
        ("half", "50%"),
        ("one in four", "25%"),
        ("minus 5", "-5"),
        ("零下5", "-5"),
        ("2018-09", "2018年9月"),
        ("03/2025", "2025年3月"),
        ("22/02/1931", "1931年2月22日"),
        ("02/03/1931", "02/03/1931"),
        ("in April", "in 4月"),
        ("may", "may"),
        ("USD 40", "40 USD"),
        ("X-200B", "X200B"),
        ("X 200B", "X200B"),
        ("KX-410型", "KX410型"),
        ("v3.2", "version 3.2"),
        ("10~15", "10-15"),
        ("010-6655 1234", "01066551234"),
        ("每月15号", "每月15日"),
        ("", ""),
    ],
)
def test_one_way_of_writing(text: str, plain: str) -> None:
    assert plainly_written(text) == plain
