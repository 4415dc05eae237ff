from __future__ import annotations

import pytest

from rag.condensing.chinese_phrases import (
    chinese_slots,
    is_attribute,
    is_light,
    noun_runs,
    words_of,
)
from rag.condensing.slots import Kind


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("X-200 水泵的膜片多久更换一次？", ["X-200", "水泵", "膜片"]),
        ("普通员工在上海的住宿标准是多少？", ["普通员工", "上海", "住宿标准"]),
        ("年假最多可以结转几天？", ["年假"]),
        ("“蓝鹭”项目的预算", ["“蓝鹭”", "项目", "预算"]),
        ("怎么申请？", []),
        ("", []),
    ],
)
def test_noun_runs(text: str, runs: list[str]) -> None:
    found = noun_runs(text)
    assert [one.text for one in found] == runs
    assert all(text[one.start : one.end] == one.text for one in found)


def test_words_stand_where_they_say_and_slots_are_whole() -> None:
    text = "2024 年 X-200B\n的 年假　Ｑ"
    words = words_of(text)
    assert all(text[one.start : one.end] == one.text for one in words)
    assert {"2024 年", "X-200B", "年假"} <= {one.text for one in words}


def test_a_noun_run_knows_what_it_speaks_of() -> None:
    city, staff, price = noun_runs("成都的实习生的价格")
    assert (city.named, staff.person, price.attribute) == (True, True, True)
    assert (staff.named, city.person, staff.attribute) == (False, False, False)


def test_verbs_where_a_noun_must_stand_are_nouns() -> None:
    income = next(one for one in words_of("营业收入是多少？") if one.text == "收入")
    assert income.noun
    handle = next(one for one in words_of("在哪里办理？") if one.text == "办理")
    assert handle.verb


def test_places_and_dates_are_slots() -> None:
    found = [(one.kind, one.text) for one in chinese_slots("2024年在上海和成都")]
    assert found == [(Kind.YEAR, "2024年"), (Kind.PLACE, "上海"), (Kind.PLACE, "成都")]


def test_closed_lists() -> None:
    assert is_attribute("住宿标准")
    assert is_attribute("保修期")
    assert not is_attribute("水泵")
    assert is_light("申请")
    assert not is_light("报销")
