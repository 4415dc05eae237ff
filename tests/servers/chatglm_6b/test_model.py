"""ChatGLM-6B's prompt, and what is made of its generator's steps, on a small stand-in for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from chatglm_server.completions import CompletionRequest, Message, Said
from chatglm_server.model import ChatGLM, prompt_of

END = 9
WORDS = {1: " the", 2: " pump", 3: " 水", 4: "泵", 5: "。"}


class Tokenizer:
    """Ids 1 to 5 are words; every prompt is three ids."""

    def __init__(self) -> None:
        self.prompts: list[str] = []

    def __call__(self, prompts: Sequence[str]) -> dict[str, Any]:
        self.prompts += prompts
        return {"input_ids": [[7, 7, 8]]}

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(WORDS[one] for one in ids)


class Original:
    """Says the rows it is given, step by step, as the checkpoint's own generator does.

    The step in which the last row ends, or in which ``max_length`` is reached, is not shown.
    """

    device = torch.device("cpu")

    def __init__(self, *rows: Sequence[int], window: int = 20) -> None:
        self.rows = rows
        self.config = SimpleNamespace(eos_token_id=END, max_sequence_length=window)
        self.asked: list[dict[str, Any]] = []
        self.steps = 0
        self.closed = False

    def stream_generate(self, ids: torch.Tensor, **options: Any) -> Iterator[torch.Tensor]:
        self.asked.append(options)
        ended = [False] * len(self.rows)
        try:
            for step in range(100):
                self.steps += 1
                following = [row[step] if step < len(row) else 1 for row in self.rows]
                ids = torch.cat([ids, torch.tensor(following)[:, None]], dim=1)
                ended = [was or one == END for was, one in zip(ended, following, strict=True)]
                if all(ended) or ids.shape[1] >= options["max_length"]:
                    return
                yield ids
        finally:
            self.closed = True


def ask(**changes: Any) -> CompletionRequest:
    return CompletionRequest(messages=(Message(role="user", content="?"),), **changes)


def ends(model: Original, request: CompletionRequest) -> list[Said]:
    spoken = list(ChatGLM(model, Tokenizer()).speak([7, 7, 8], request))
    assert model.closed
    finished = [said for said in spoken if said.finish]
    assert sorted(said.choice for said in finished) == list(range(request.choices))
    return sorted(finished, key=lambda said: said.choice)


def test_a_single_question_is_the_prompt_itself() -> None:
    assert prompt_of([Message(role="user", content="泵在哪里？")]) == "泵在哪里？"


def test_a_system_message_comes_before_the_first_question() -> None:
    asked = [Message(role="system", content="Be brief."), Message(role="user", content="Why?")]
    assert prompt_of(asked) == "Be brief.\n\nWhy?"


def test_a_conversation_is_numbered_rounds_from_zero() -> None:
    conversation = [
        Message(role="system", content="简短。"),
        Message(role="user", content="泵在哪里？"),
        Message(role="assistant", content="在北墙。"),
        Message(role="user", content="And the"),
        Message(role="user", content="ladder?"),
    ]
    assert prompt_of(conversation) == (
        "[Round 0]\n问：简短。\n\n泵在哪里？\n答：在北墙。\n[Round 1]\n问：And the\nladder?\n答："
    )


def test_the_prompt_is_given_to_the_tokenizer() -> None:
    tokenizer = Tokenizer()
    ids = ChatGLM(Original([1]), tokenizer).encode([Message(role="user", content="Why?")])
    assert ids == [7, 7, 8]
    assert tokenizer.prompts == ["Why?"]


def test_a_reply_grows_to_the_end_token_that_the_generator_hides() -> None:
    model = Original([1, 2, END])
    spoken = list(ChatGLM(model, Tokenizer()).speak([7, 7, 8], ask()))
    assert [(said.text, said.tokens, said.finish) for said in spoken] == [
        ("the", 1, None),
        ("the pump", 2, None),
        ("the pump", 2, "stop"),
    ]


def test_choices_of_one_batch_end_each_in_its_own_way() -> None:
    model = Original([3, 4, END], [1, END], [1, 2, 1, 2])
    first, second, third = ends(model, ask(choices=3, max_tokens=4))
    assert (first.text, first.tokens, first.finish) == ("水泵", 2, "stop")
    assert (second.text, second.tokens, second.finish) == ("the", 1, "stop")
    assert (third.text, third.tokens, third.finish) == ("the pump the pump", 4, "length")


def test_nothing_is_said_when_the_end_comes_first() -> None:
    assert ends(Original([END]), ask()) == [Said(choice=0, text="", tokens=0, finish="stop")]


def test_the_generator_stops_at_the_limit() -> None:
    model = Original([1] * 50)
    assert ends(model, ask(max_tokens=2))[0].tokens == 2
    assert model.steps == 2


def test_the_window_is_the_limit_where_none_is_given() -> None:
    assert ends(Original([1] * 50, window=8), ask())[0].tokens == 5
    assert ends(Original([1] * 50, window=8), ask(max_tokens=99))[0].tokens == 5


def test_a_stop_text_ends_a_reply_before_it() -> None:
    model = Original([3, 4, 5, 1, 2])
    assert ends(model, ask(stop=("。",)))[0] == Said(choice=0, text="水泵", tokens=3, finish="stop")
    assert model.steps == 3


def test_closing_ends_the_generation() -> None:
    model = Original([1] * 50, window=100)
    spoken = ChatGLM(model, Tokenizer()).speak([7, 7, 8], ask())
    next(spoken)
    spoken.close()
    assert model.closed
    assert model.steps == 1


@pytest.mark.parametrize(("temperature", "sampled"), [(0.0, False), (0.5, True)])
def test_temperature_zero_takes_the_likeliest(temperature: float, sampled: bool) -> None:
    model = Original([END])
    ends(model, ask(temperature=temperature, max_tokens=3))
    options = model.asked[0]
    assert options["do_sample"] is sampled
    assert options.get("temperature") == (0.5 if sampled else None)
    assert options["max_length"] == 7
