from __future__ import annotations

from itertools import pairwise

import pytest

from rag.reasoning import split_reasoning


@pytest.mark.parametrize(
    ("text", "reasoning", "answer"),
    [
        ("", "", ""),
        ("The pump stops. [1]", "", "The pump stops. [1]"),
        ("<think>Which valve?</think>The red one.", "Which valve?", "The red one."),
        ("<think>\n哪个阀门？\n</think>\n\n红色的。", "哪个阀门？", "红色的。"),
        ("<think>still looking", "still looking", ""),
        ("<think>a</think>One. <think>b</think>Two.", "a\nb", "One. Two."),
        ("<think></think>Yes.", "", "Yes."),
        ("Five < six, and 3 <b> 4.", "", "Five < six, and 3 <b> 4."),
        ("  indented", "", "  indented"),
    ],
)
def test_what_is_thought_is_apart(text: str, reasoning: str, answer: str) -> None:
    assert split_reasoning(text) == (reasoning, answer)


def test_a_growing_reply_never_shows_a_piece_of_a_mark() -> None:
    text = "<think>想一想 2 < 3</think>答案是 <红色>。<think>再想</think>完。"
    parts = [split_reasoning(text[:end], growing=True) for end in range(len(text) + 1)]
    assert all("think" not in thought + answer for thought, answer in parts)
    assert all("答案是 <红色>。完。".startswith(answer) for _, answer in parts)
    assert split_reasoning(text) == ("想一想 2 < 3\n再想", "答案是 <红色>。完。")


def test_thought_and_answer_only_grow() -> None:
    text = "<think>one moment</think>Close the valve first. </thin air>"
    parts = [split_reasoning(text[:end], growing=True) for end in range(len(text) + 1)]
    for (thought, answer), (more, longer) in pairwise(parts):
        assert more.startswith(thought)
        assert longer.startswith(answer)


def test_a_finished_reply_keeps_what_only_looked_like_a_mark() -> None:
    assert split_reasoning("x <", growing=True) == ("", "x ")
    assert split_reasoning("x <") == ("", "x <")
    assert split_reasoning("<think>a</think>3 </") == ("a", "3 </")
