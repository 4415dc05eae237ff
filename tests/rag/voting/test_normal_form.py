"""One form for answers that differ in writing."""

from __future__ import annotations

import pytest

from rag.voting.normal_form import NormalForm, Value, normal_form


@pytest.mark.parametrize(
    "same",
    [
        ("4 kg", "4公斤", "four kilograms", "4,000 g", "４ｋｇ", "about 4 kg"),
        (
            "31 March 2027",
            "March 31, 2027",
            "2027-03-31",
            "2027年3月31日",
            "二〇二七年三月三十一日",
        ),
        ("7%", "7 percent", "百分之七", "seven percent"),
        ("90 minutes", "1.5 hours", "一个半小时", "1小时30分钟", "an hour and a half"),
        ("twice a year", "every six months", "每半年一次", "一年两次"),
        ("110 km/h", "110 kilometres per hour", "每小时110公里"),
        ("the red lever", "Red lever.", "“red lever”"),
        ("3 hectares", "3公顷", "30,000 square metres"),
        ("Yes.", "yes", "是的"),
        ("一千二百五十封", "1,250封"),
    ],
)
def test_equal_forms(same: tuple[str, ...]) -> None:
    forms = {text: normal_form(text) for text in same}
    assert len(set(forms.values())) == 1, forms


@pytest.mark.parametrize(
    "different",
    [
        ("4 kg", "4 g", "4 lb", "4", "14 kg", "-4 kg", "4 kg per day"),
        ("1987", "1978", "1987 km"),
        ("9:30 pm", "9:30 am"),
        ("3公顷", "3亩", "3 acres"),
        ("月薪900元", "900元"),
        ("∞", "≈", "the", "of"),
        ("from 5 to 8", "from 8 to 5"),
        ("twice a year", "twice a month", "two"),
    ],
)
def test_other_forms(different: tuple[str, ...]) -> None:
    forms = [normal_form(text) for text in different]
    assert len(set(forms)) == len(forms), forms


def test_the_parts_of_a_form() -> None:
    assert normal_form("No, only 5 mm") == NormalForm(
        head="no", values=(Value(amount="5", unit="length"),), words=()
    )
    assert normal_form("300 euros per flat").per == {"flat"}
    assert normal_form("in May 2024").values == (Value(amount="2024-05-?", is_date=True),)
    assert normal_form("") == NormalForm()
