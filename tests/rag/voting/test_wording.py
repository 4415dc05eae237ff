"""How alike two wordings are."""

from __future__ import annotations

import pytest

from rag.voting.wording import AKIN, light, overlap, parts, parts_in_order, replaces_word


def test_parts_are_stems_and_han_characters_that_say_something() -> None:
    assert parts("somewhere cool and dry") == {"cool", "dri"}
    assert parts("via e-mail") == parts("by email") == {"email"}
    assert parts("放在阴凉干燥的地方") == set("放阴凉干燥")
    assert parts("") == parts("的") == frozenset()
    assert light("by means of the")
    assert not light("铜")


def test_parts_in_order_keep_what_stands_first() -> None:
    assert parts_in_order("from Bonn to Rome") == ("bonn", "rome")
    assert parts_in_order("从东到西") == ("东", "西")


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("red lever", "red lever", 1.0),
        ("red lever", "lever", 2 / 3),
        ("cleanup", "clean", AKIN),
        ("机油压力", "机油温度", 0.5),
        ("copper", "plastic", 0.0),
        ("", "copper", 0.0),
    ],
)
def test_the_share_in_common(one: str, other: str, share: float) -> None:
    assert overlap(parts(one), parts(other)) == pytest.approx(share)
    assert overlap(parts(other), parts(one)) == pytest.approx(share)


def test_a_chinese_word_in_the_place_of_another() -> None:
    assert replaces_word(parts("消防安全管理"), parts("生产安全管理"))
    assert not replaces_word(parts("安全管理"), parts("消防安全管理"))
    assert not replaces_word(parts("slate tiles"), parts("clay tiles"))
