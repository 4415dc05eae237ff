"""Denial and comparison, in both languages."""

from __future__ import annotations

import pytest

from rag.checking.polarity import negations, turned


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It does not run and never did.", 2),
        ("no more than 4 kg", 0),
        ("It isn't there.", 1),
        ("禁止吸烟，不得入内。", 2),
        ("不超过 4 公斤", 0),
        ("無線網絡", 0),
        ("未来不会", 1),
        ("", 0),
    ],
)
def test_negations_are_counted(text: str, count: int) -> None:
    assert negations(text) == count


@pytest.mark.parametrize(
    ("claim", "quote", "ways"),
    [
        ("It costs more than 4.", "It costs less than 4.", ("more", "less")),
        ("It rose after May.", "It fell after May.", ("rose", "fell")),
        ("at most 4 kg", "at least 4 kg", ("at most", "at least")),
        ("no more than 4 kg", "at most 4 kg", None),
        ("no less than 4 kg", "more than 4 kg", None),
        ("not more than 4 kg", "more than 4 kg", ("not more than", "more")),
        ("不超过 4 公斤", "超过 4 公斤", ("不超过", "超过")),
        ("It rose to 5.", "It fell to 3, then rose to 5.", None),
        ("温度高于 5 度。", "温度低于 5 度。", ("高于", "低于")),
        ("不超过四天", "至多四天", None),
        ("之前提交", "之后提交", ("之前", "之后")),
        ("It is red.", "It is less red.", None),
    ],
)
def test_a_comparison_that_is_turned(claim: str, quote: str, ways: tuple[str, str] | None) -> None:
    assert turned(claim, quote) == ways
