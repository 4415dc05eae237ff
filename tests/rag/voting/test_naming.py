"""The names in short answers."""

from __future__ import annotations

import pytest

from rag.voting.naming import names_agree, only_name_of


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("Ingrid Halvorsen", "Halvorsen", True),
        ("Tomas Okafor", "Lena Okafor", False),
        ("Alder Ltd", "Alder Limited", True),
        ("四川省成都市", "成都", True),
        ("成都", "重庆", False),
        ("the foreman", "Tomas Okafor", True),
        ("", "", True),
    ],
)
def test_names_of_one_are_among_the_others(one: str, other: str, agree: bool) -> None:
    assert names_agree(one, other) is agree
    assert names_agree(other, one) is agree


@pytest.mark.parametrize(
    ("one", "other", "named"),
    [
        ("Halvorsen", "Ingrid Halvorsen", True),
        ("Maria Keller", "Maria Keller's assistant", False),
        ("李建国", "李建国的秘书", False),
        ("李建国", "经理李建国", True),
        ("the foreman", "the site foreman", None),
        ("Ljubljana", "Maribor", None),
        ("", "Maribor", None),
    ],
)
def test_a_name_with_more_beside_it(one: str, other: str, named: bool | None) -> None:
    assert only_name_of(one, other) is named
