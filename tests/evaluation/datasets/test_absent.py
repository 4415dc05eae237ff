"""Words that stand nowhere, and sentences that are made to be about one."""

from __future__ import annotations

from random import Random

import pytest

from evaluation.datasets.absent import TOPICS, Vocabulary, absent_topics, with_absent_key
from evaluation.datasets.cloze import BLANK, CODE
from tests.fakes import a_passage


def knowing(*texts: str) -> Vocabulary:
    return Vocabulary([a_passage(text, start=n * 500) for n, text in enumerate(texts)])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("The X-200B runs quietly.", "X-200B"),
        ("The X 200B runs quietly.", "X-200B"),
        ("The X200B runs quietly.", "x-200b"),
        ("Bicycle repairs are done on Mondays.", "bicycle repair"),
        ("Ｘ２００Ｂ 型泵运行安静。", "X-200B"),
        ("停车许可由行政部办理。", "停车许可"),
        ("在苏州\n工厂内。", "苏州工厂"),
    ],
)
def test_what_stands_somewhere_in_any_writing_is_not_lacking(text: str, key: str) -> None:
    assert not knowing("Other text.", text).lacks(key)


def test_titles_names_and_headings_count() -> None:
    passage = a_passage("Nothing of it.", document="lisbon.txt")
    assert not Vocabulary([passage]).lacks("Lisbon")


@pytest.mark.parametrize("key", ["X-270", "Nairobi", "钢琴调音"])
def test_what_stands_nowhere_is_lacking(key: str) -> None:
    assert knowing("The X-200 stands in Aachen.", "钢材仓库在苏州。").lacks(key)


def test_known_topics_are_not_used() -> None:
    vocabulary = knowing("Parking is free.", "员工可以参加瑜伽课程。")
    english, chinese = absent_topics(vocabulary, "en"), absent_topics(vocabulary, "zh")
    assert "Parking permits" not in english
    assert "Piano tuning" in english
    assert "瑜伽课程" not in chinese
    assert "钢琴调音" in chinese
    assert len(english) >= len(TOPICS["en"]) - 2


@pytest.mark.parametrize(
    ("blanked", "before", "after"),
    [
        (f"The X-200 needs {BLANK} watts at full speed.", "The ", " needs"),
        (f"The plant in Aachen closes for the holidays on {BLANK}.", "The plant in ", " closes"),
        (f"苏州工厂现有员工 {BLANK} 人，其中安全员四人。", "", "工厂现有"),
    ],
)
def test_the_key_is_replaced_by_one_that_stands_nowhere(
    blanked: str, before: str, after: str
) -> None:
    vocabulary = knowing(blanked.replace(BLANK, "47"))
    altered = with_absent_key(blanked, vocabulary, Random(1))
    assert altered is not None
    assert altered.startswith(before)
    start, end = len(before), altered.index(after, len(before))
    assert vocabulary.lacks(altered[start:end])
    assert altered[end:] == blanked[blanked.index(after, len(before)) :]


def test_a_code_keeps_its_shape() -> None:
    vocabulary = knowing("The X-200B needs 47 watts.")
    altered = with_absent_key(f"The X-200B needs {BLANK} watts.", vocabulary, Random(2))
    assert altered is not None
    found = CODE.search(altered)
    assert found is not None
    assert found[0].startswith("X-")
    assert found[0].endswith("B")
    assert found[0] != "X-200B"


@pytest.mark.parametrize(
    "blanked",
    [
        f"Employees get {BLANK} days of leave.",
        f"The X-200 and the X-350 need {BLANK} watts.",
        f"Accidents are reported within {BLANK} hours with form D-11.",
        f"Within a working week of its arrival at the plant in Aachen it costs {BLANK}.",
    ],
)
def test_a_sentence_that_is_not_about_one_key_is_left(blanked: str) -> None:
    assert with_absent_key(blanked, knowing("Nothing."), Random(0)) is None


def test_none_is_made_where_every_other_code_is_taken() -> None:
    vocabulary = knowing(" ".join(f"E{digit}" for digit in range(10)))
    assert (
        with_absent_key(f"Error E7 appears after {BLANK} minutes.", vocabulary, Random(0)) is None
    )
