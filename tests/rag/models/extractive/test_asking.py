"""What a question asks for, and whether a sentence has it."""

from __future__ import annotations

import pytest

from rag.models.extractive.asking import Kind, counts_the_thing_asked, gives, kinds_asked


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("When was the bridge opened?", {Kind.TIME}),
        ("Since when has the mill stood still?", {Kind.TIME}),
        ("In which year did the mill close?", {Kind.TIME}),
        ("How many rowers are in the boat?", {Kind.NUMBER}),
        ("What does the ferry ticket cost?", {Kind.NUMBER}),
        ("Who baked the bread?", {Kind.PERSON}),
        ("Where is the ferry moored?", {Kind.PLACE}),
        ("Where do we meet when the alarm rings?", {Kind.PLACE}),
        ("Why is the valve shut?", {Kind.REASON}),
        ("What is a sextant?", {Kind.DEFINITION}),
        ("What are the colours of the flag?", {Kind.LIST}),
        ("Which novel did the miller write?", {Kind.WORK}),
        ("Does the mill turn?", set()),
        ("桥是什么时候通车的？", {Kind.TIME}),
        ("磨坊哪两年停工？", {Kind.TIME, Kind.LIST}),
        ("船上有多少人？", {Kind.NUMBER}),
        ("谁烤的面包？", {Kind.PERSON}),
        ("渡船停在哪里？", {Kind.PLACE}),
        ("阀门为什么关着？", {Kind.REASON}),
        ("六分仪是什么？", {Kind.DEFINITION}),
        ("仓库里有哪些工具？", {Kind.LIST}),
        ("磨坊主写了什么小说？", {Kind.WORK}),
        ("磨坊还转吗？", set()),
        ("", set()),
    ],
)
def test_kinds_asked(question: str, kinds: set[Kind]) -> None:
    assert kinds_asked(question) == kinds


@pytest.mark.parametrize(
    ("kind", "sentence", "question", "expected"),
    [
        (Kind.TIME, "The bridge was opened in May 1931.", "When was it opened?", True),
        (Kind.TIME, "The bridge was opened by the mayor.", "When was it opened?", False),
        (Kind.TIME, "It fell in 1931.", "When after 1931 was it rebuilt?", False),
        (Kind.TIME, "桥于 1931 年通车。", "桥何时通车？", True),
        (Kind.NUMBER, "There are eight rowers.", "How many rowers?", True),
        (Kind.NUMBER, "The rowers are strong.", "How many rowers?", False),
        (Kind.NUMBER, "船上坐着八个人。", "船上有多少人？", True),
        (Kind.PERSON, "The bread was baked by Anna.", "Who baked it?", True),
        (Kind.PERSON, "The bread was baked at dawn.", "Who baked it?", False),
        (Kind.PERSON, "Bread was praised by Anna.", "Who baked bread for Anna?", False),
        (Kind.PERSON, "面包是周师傅烤的。", "谁烤的面包？", True),
        (Kind.PLACE, "It is moored in Lindau.", "Where is it moored?", True),
        (Kind.PLACE, "It is moored in April.", "Where is it moored?", False),
        (Kind.PLACE, "渡船停泊位于湖的东岸。", "渡船停在哪里？", True),
        (Kind.REASON, "It is shut because the pipe leaks.", "Why is it shut?", True),
        (Kind.REASON, "它关着是由于管道漏水。", "为什么关着？", True),
        (Kind.DEFINITION, "A sextant is an instrument.", "What is a sextant?", True),
        (Kind.LIST, "Red, white, blue and green.", "What are its colours?", True),
        (Kind.LIST, "锤子、锯子、钳子和钉子。", "有哪些工具？", True),
        (Kind.LIST, "仓库很大。", "有哪些工具？", False),
        (Kind.WORK, "他写了《风车》。", "他写了什么小说？", True),
        (Kind.WORK, "他读了《风车》。", "《风车》之后他写了什么小说？", False),
    ],
)
def test_gives_what_is_not_in_the_question(
    kind: Kind, sentence: str, question: str, *, expected: bool
) -> None:
    assert gives(kind, sentence, question) is expected


@pytest.mark.parametrize(
    ("sentence", "question", "expected"),
    [
        ("The boat has eight rowers.", "How many rowers are there?", True),
        ("The boat has 12 young rowers.", "How many rowers are there?", True),
        ("The boat won eight cups.", "How many rowers are there?", False),
        ("船队有 12 艘船。", "船队有几艘船？", True),
        ("船队有十二名水手。", "船队有几艘船？", False),
        ("The boat has eight rowers.", "Is the boat full?", False),
        ("1 (+[", "How many (rowers)?", False),
    ],
)
def test_a_number_before_the_thing_that_is_counted(
    sentence: str, question: str, *, expected: bool
) -> None:
    assert counts_the_thing_asked(sentence, question) is expected
