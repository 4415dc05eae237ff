"""Whether two answers say the same."""

from __future__ import annotations

import pytest

from rag.voting.likeness import Likeness
from tests.fakes import WordEmbedder

SAME = [
    ("How long is the guarantee?", "2 years", "24 months"),
    ("How many crates were sent?", "1,250", "1250 crates"),
    ("How far is it?", "1500", "1500 m"),
    ("How many steps are there?", "one hundred and twelve", "112"),
    ("How often is it tested?", "once a week", "weekly"),
    ("What is the fee?", "300 euros per flat", "€300"),
    ("What is the minimum age?", "at least 21", "21 years or older"),
    ("Is smoking allowed?", "No", "It is forbidden."),
    ("May guests bring dogs?", "Yes, on a lead", "Yes"),
    ("Who designed it?", "Ingrid Halvorsen", "Halvorsen"),
    ("Which room?", "Room B12", "B-12"),
    ("What should be done?", "clean it up immediately", "immediate cleanup"),
    ("Who pays?", "the owner of the building", "the building owner"),
    ("When?", "from Monday to Friday", "Monday to Friday"),
    ("多久换一次滤网？", "每年两次", "每半年一次"),
    ("保单包括盗窃吗？", "包括", "是，包括盗窃"),
    ("总部在哪里？", "成都", "四川省成都市"),
    ("谁设计了展馆？", "林若溪", "林若溪设计师"),
    ("种子怎么保存？", "放在阴凉干燥处", "存放于阴凉干燥的地方"),
    ("评审在哪个季度？", "第三季度", "三季度"),
    ("罐子内衬是什么？", "橡胶", "橡膠"),
]
DIFFERENT = [
    ("How long is the guarantee?", "2 years", "2 months"),
    ("How often is it tested?", "twice a year", "twice a month"),
    ("What is the rent?", "900 euros per month", "900 euros per week"),
    ("What is the fine?", "$250", "€250"),
    ("What does it refer to?", "20 litres of water", "20 litres of diesel"),
    ("How much?", "from 5 to 8", "from 8 to 5"),
    ("Where does it run?", "from Bonn to Rome", "from Rome to Bonn"),
    ("What share?", "30", "30%"),
    ("When?", "in March 1987", "1987 km"),
    ("Is smoking allowed?", "Yes", "It is forbidden."),
    ("What happens to deposits?", "they are refunded", "they are never refunded"),
    ("What closes the valve?", "the red lever", "the blue lever"),
    ("Who leads?", "Maria Keller", "Maria Keller's assistant"),
    ("Which form?", "form T-7", "form T-71"),
    ("Copper or plastic, which is it?", "copper", "plastic"),
    ("适用哪个办法？", "消防安全管理规定", "生产安全管理规定"),
    ("哪一班最长？", "第一班", "第三班"),
    ("何时检修？", "每周一", "每周三"),
    ("20升指什么？", "20升水", "20升柴油"),
    ("客人能带狗吗？", "可以，但要牵绳", "不可以"),
    ("谁？", "李建国", "李建国的秘书"),
]


@pytest.mark.parametrize(("question", "one", "other"), SAME)
def test_the_same_in_other_words(question: str, one: str, other: str) -> None:
    likeness = Likeness(question)
    assert likeness.same(one, other)
    assert likeness.score(one, other) == Likeness(question).score(other, one)


@pytest.mark.parametrize(("question", "one", "other"), DIFFERENT)
def test_what_differs_is_never_the_same(question: str, one: str, other: str) -> None:
    assert not Likeness(question).same(one, other)
    assert not Likeness(question, WordEmbedder()).same(other, one)


@pytest.mark.parametrize("text", ["", " ", "?!", "24", "铜", "a" * 3000, "9" * 99, "1/0", "第零"])
def test_every_text_is_like_itself_and_no_text_breaks_it(text: str) -> None:
    likeness = Likeness(text, WordEmbedder())
    assert likeness.score(text, text) == 2.0
    assert likeness.score(text, "the pump") >= 0.0


def test_endless_texts_are_compared_as_they_are_written() -> None:
    likeness = Likeness("How many?")
    for text in ("0" * 5000, "the pump " * 400, "水泵" * 900):
        assert likeness.same(text, text.upper())
        assert not likeness.same(text, text + "1")


def test_an_embedding_model_is_asked_only_where_it_can_read() -> None:
    texts = ("the lamp in the hall", "the hall where the lamp hangs")
    assert Likeness("What?", WordEmbedder()).score(*texts) > Likeness("What?").score(*texts)
    unread = WordEmbedder(reads=0.5)
    assert Likeness("What?", unread).score(*texts) == Likeness("What?").score(*texts)


def test_words_that_only_repeat_the_question_tell_nothing_apart() -> None:
    asked = "What must visitors wear?"
    assert Likeness(asked).same("a badge", "visitors must wear a badge")
    assert not Likeness("What is it?").same("a badge", "a broken badge on a long chain")
