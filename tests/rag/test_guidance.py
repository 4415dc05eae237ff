"""Guidance is checked before it is kept; examples of several collections come in turn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.guidance import (
    MOST_CHARACTERS,
    MOST_EXAMPLES,
    MOST_INSTRUCTIONS,
    Guidance,
    ShownAnswer,
    checked,
    in_turn,
)
from rag.guidance_errors import ExampleNotUsable, InstructionsTooLong

EXAMPLE = ShownAnswer(
    question="When is the strainer cleaned?",
    passages=("Clean the strainer in May.", "The pump is blue."),
    answer="It is cleaned in May. [1]",
)
EXAMPLE_ZH = ShownAnswer(
    question="何时清洗滤网？", passages=("滤网每年五月清洗。",), answer="五月清洗。【1】"
)
REFUSED = replace(EXAMPLE, answer="NOT_IN_DOCUMENTS")


def test_texts_are_trimmed_and_kept() -> None:
    blank = replace(
        EXAMPLE,
        question=f" {EXAMPLE.question}\n",
        passages=("\u3000Clean the strainer in May.\n", "  ", "The pump is blue."),
        answer=f"{EXAMPLE.answer}\n\n",
    )
    guidance = Guidance(collection="c", instructions=" 简短。\n", examples=(blank, EXAMPLE_ZH))
    assert checked(guidance) == Guidance(
        collection="c", instructions="简短。", examples=(EXAMPLE, EXAMPLE_ZH)
    )
    assert checked(Guidance(collection="c")) == Guidance(collection="c")


def test_instructions_may_be_of_exactly_the_limit() -> None:
    longest = "长" * MOST_INSTRUCTIONS
    assert checked(Guidance(collection="c", instructions=f" {longest} ")).instructions == longest
    with pytest.raises(InstructionsTooLong, match="2001"):
        checked(Guidance(collection="c", instructions=longest + "长"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"question": " \n"}, "it has no question"),
        ({"passages": ()}, "it has no passages"),
        ({"passages": (" ", "\n")}, "it has no passages"),
        ({"answer": ""}, "it has no answer"),
        ({"answer": "It is cleaned in May."}, "its answer cites no passage"),
        ({"answer": "It is cleaned in May. [3]"}, "its answer cites passage 3 of 2"),
        ({"answer": "It is cleaned. [1][0]"}, "its answer cites passage 0 of 2"),
        ({"question": "q" * 501}, "its question may have 500 characters and has 501"),
        ({"passages": ("p" * 3000, "p")}, "its passages may have 3000 characters and has 3001"),
        ({"answer": "a" * 1000 + "[1]"}, "its answer may have 1000 characters and has 1003"),
    ],
)
def test_an_example_that_teaches_nothing_is_refused_with_its_number(
    change: dict[str, object], expected: str
) -> None:
    wrong = replace(EXAMPLE, **change)  # type: ignore[arg-type]
    with pytest.raises(ExampleNotUsable) as refused:
        checked(Guidance(collection="c", examples=(EXAMPLE_ZH, wrong)))
    assert refused.value.values == {"number": 2, "expected": expected}


def test_an_example_may_show_a_refusal() -> None:
    assert checked(Guidance(collection="c", examples=(REFUSED,))).examples == (REFUSED,)


def test_a_collection_has_so_many_examples_and_no_more() -> None:
    full = Guidance(collection="c", examples=(EXAMPLE,) * MOST_EXAMPLES)
    assert checked(full) == full
    with pytest.raises(ExampleNotUsable, match="Example 9 cannot be used"):
        checked(replace(full, examples=(*full.examples, EXAMPLE)))
    assert set(MOST_CHARACTERS) == {"question", "passages", "answer"}


def test_examples_of_several_collections_come_in_turn() -> None:
    a, b, c, d = (replace(EXAMPLE, question=name) for name in "abcd")
    guidance = [
        Guidance(collection="one", examples=(a, b, c)),
        Guidance(collection="two"),
        Guidance(collection="three", examples=(d,)),
    ]
    assert [one.question for one in in_turn(guidance)] == ["a", "d", "b", "c"]
    assert list(in_turn([])) == []
