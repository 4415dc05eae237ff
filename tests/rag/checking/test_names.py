"""Names and codes, in both languages."""

from __future__ import annotations

import pytest

from rag.checking.names import codes_in, mentions, names_in, states_code


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Yesterday the engineers met Marta Oberlin in Graz.",
            ["Yesterday", "Marta", "Oberlin", "Graz"],
        ),
        ("Engineers work on Monday.", []),
        ("Pumping is done in May.", []),
        ("The WHO said so.", ["WHO"]),
        ("The KX-7B and the Kelda-12 of Apollo", ["Apollo"]),
        ("Neither was met by Dr Ortiz.", ["Ortiz"]),
        ("张清海在北京工作。", ["张清海", "北京"]),
        ("请阅读《差旅制度》。", ["差旅制度"]),
        ("这台 Orion 水泵", ["Orion"]),
        ("The RM650 and 3Com parts", []),
        ("Maintenance And Storage Rules", []),
        ("", []),
    ],
)
def test_names_are_found(text: str, names: list[str]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Graz", "the town of Graz", True),
        ("Graz", "Grazing sheep", False),
        ("Oberlin's", "Marta Oberlin", True),
        ("WHO", "the World Health Organization", True),
        ("WHO", "the World Trade Organization", False),
        ("張清海", "他叫张清海。", True),
        ("张清海", "他叫张清江。", False),
    ],
)
def test_a_name_is_mentioned(name: str, text: str, found: bool) -> None:
    assert mentions(name, [text]) is found


def test_codes_are_found_and_stated_however_they_are_parted() -> None:
    assert codes_in("The X-200, H2O and 4kg in Q3; 24-hour") == {"x-200", "h2o", "q3"}
    assert states_code("x-200", ["型号 X 200"])
    assert states_code("x200", ["the X-200B", "the x-200 pump"])
    assert not states_code("x-200", ["the X-2000", "the X-200-3"])
