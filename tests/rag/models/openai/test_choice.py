"""A reply put together from its pieces, and the tokens of several shared out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from openai.types import CompletionUsage
from openai.types.chat.chat_completion_chunk import Choice as Piece

from rag.models.openai.choice import Choice, with_counts
from rag.replies import Finish, Reply, Trouble


def heard(deltas: Sequence[dict[str, Any] | None], finish: str | None = "stop") -> Choice:
    choice = Choice()
    for delta in deltas:
        choice.add(Piece.model_construct(index=0, delta=a_delta(delta), logprobs=None))
    choice.add(Piece.model_construct(index=0, delta=None, finish_reason=finish, logprobs=None))
    return choice


def a_delta(values: dict[str, Any] | None) -> Any:
    kind = Piece.model_fields["delta"].annotation
    assert kind is not None
    return None if values is None else kind.model_construct(**values)


@pytest.mark.parametrize("size", [1, 2, 5, 100])
@pytest.mark.parametrize(
    ("content", "text", "reasoning"),
    [
        ("It weighs 4 kg.", "It weighs 4 kg.", ""),
        ("<think>看第二段。</think>\n\n重 4 公斤。", "重 4 公斤。", "看第二段。"),
        ("<think>a</think>One. <think>b</think>Two.", "One. Two.", "a\nb"),
        ("看第二段。</think>重 4 公斤。", "重 4 公斤。", "看第二段。"),
        ("<think>never ends", "", "never ends"),
        ("5 < 6 and <thin", "5 < 6 and <thin", ""),
        ("", "", ""),
    ],
)
def test_marks_may_come_in_any_pieces(size: int, content: str, text: str, reasoning: str) -> None:
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    reply = heard([{"content": piece} for piece in pieces]).ended(None)
    assert (reply.text, reply.reasoning) == (text, reasoning)


def test_thoughts_of_both_kinds_are_joined() -> None:
    reply = heard([{"reasoning_content": "one"}, {"content": "<think>two</think>\nIt is."}])
    assert reply.ended(None).reasoning == "one\ntwo"
    assert reply.ended(None).text == "It is."


def test_fields_of_another_kind_are_nothing() -> None:
    reply = heard([None, {"content": ["a"], "reasoning": 7, "refusal": {}}, {"content": "b"}])
    assert reply.ended(None) == Reply(text="b", finish=Finish.COMPLETE)


def test_a_finish_stands_against_trouble_after_it() -> None:
    assert heard([{"content": "b"}]).ended(Trouble.UNREACHABLE).finish is Finish.COMPLETE
    assert heard([{"content": "b"}], None).ended(Trouble.TIMEOUT).trouble is Trouble.TIMEOUT


def usage(prompt: int, completion: int) -> CompletionUsage:
    return CompletionUsage(
        prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion
    )


def counts(replies: Sequence[Reply], told: CompletionUsage | None) -> list[tuple[Any, Any]]:
    return [(one.prompt_tokens, one.completion_tokens) for one in with_counts(replies, told)]


def test_tokens_are_shared_by_log_probabilities_where_all_are_told() -> None:
    two = [Reply(text="a", token_logprobs=(-1.0,)), Reply(text="bc", token_logprobs=(-1.0,) * 3)]
    assert counts(two, usage(9, 4)) == [(9, 1), (0, 3)]
    assert counts(two, usage(9, 6)) == [(9, 2), (0, 4)]  # they do not sum: by length


def test_tokens_are_shared_by_length_and_sum_to_the_whole() -> None:
    texts = ["四个字的", "ten letters", ""]
    shared = counts([Reply(text=text) for text in texts], usage(5, 10))
    assert shared == [(5, 3), (0, 7), (0, 0)]  # 4 and 11 of 15 are 2.67 and 7.33 of 10
    assert counts([Reply(text="")] * 3, usage(5, 4)) == [(5, 2), (0, 1), (0, 1)]


def test_without_usage_nothing_is_counted() -> None:
    assert counts([Reply(text="a")], None) == [(None, None)]
    assert counts([Reply(text="a")], usage(3, 2)) == [(3, 2)]
    assert counts([], usage(3, 2)) == []
