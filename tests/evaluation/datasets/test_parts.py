from __future__ import annotations

import pytest

from evaluation.datasets.parts import whole_answer


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ((("150 euros",), ("175 euros", "€175")), "150 euros, 175 euros"),
        ((("1月3日", "一月三日"), ("1月12日",)), "1月3日、1月12日"),
        ((("6.4%",), ("澳门",)), "6.4%、澳门"),
        ((("only",),), "only"),
    ],
)
def test_first_forms_are_joined(parts: tuple[tuple[str, ...], ...], whole: str) -> None:
    assert whole_answer(parts) == whole
