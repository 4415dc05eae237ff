"""What a model has said when a reader stops it is its reply; nothing more is asked of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from rag.models.stoppable import Stoppable
from rag.replies import Finish, Message, Reply, Role, Sample, Trouble

ASKED = [Message(role=Role.USER, content="How heavy is the pump?")]
WORDS = ("It ", "weighs ", "4 kg.")


class Speaking:
    """Says its words one after the other, samples in turn; notes whether it was left."""

    name, window = "speaking", 4096

    def __init__(self) -> None:
        self.asked = 0
        self.left = False

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def stream(self, messages: Sequence[Message]) -> Iterator[Reply]:
        for one in self.sample(messages, n=1, temperature=0.0):
            yield one.reply

    def sample(
        self, messages: Sequence[Message], *, n: int, temperature: float, seed: int = 0
    ) -> Iterator[Sample]:
        self.asked += n
        try:
            for number in range(n):
                for said in range(len(WORDS)):
                    yield Sample(number=number, reply=Reply(text="".join(WORDS[: said + 1])))
                whole = Reply(text="".join(WORDS), finish=Finish.COMPLETE, completion_tokens=4)
                yield Sample(number=number, reply=whole)
        finally:
            self.left = True


class After:
    """Says yes after so many questions."""

    def __init__(self, answers: int) -> None:
        self.left = answers

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def ended(samples: Sequence[Sample]) -> dict[int, tuple[Finish | None, str]]:
    return {one.number: (one.reply.finish, one.reply.text) for one in samples if one.reply.finish}


def test_it_is_the_model_until_it_is_stopped() -> None:
    model = Speaking()
    stoppable = Stoppable(model, lambda: False)
    assert (stoppable.name, stoppable.window) == ("speaking", 4096)
    assert stoppable.count_tokens("two words") == 2
    assert list(stoppable.stream(ASKED)) == list(model.stream(ASKED))
    for n in (1, 3):
        asked = stoppable.sample(ASKED, n=n, temperature=0.5)
        assert list(asked) == list(model.sample(ASKED, n=n, temperature=0.5))


def test_what_has_been_said_is_the_reply_and_the_request_ends() -> None:
    model = Speaking()
    replies = list(Stoppable(model, After(2)).stream(ASKED))
    assert replies[-1] == Reply(text="It weighs ", finish=Finish.CUT, trouble=Trouble.STOPPED)
    assert [one.finish for one in replies[:-1]] == [None]
    assert model.left


@pytest.mark.parametrize("words", [0, 1])
def test_who_has_said_nothing_has_failed(words: int) -> None:
    model = Speaking()
    stoppable = Stoppable(model, lambda: True)
    if words:
        (last,) = stoppable.sample(ASKED, n=1, temperature=0.0)
        assert last.reply.finish is Finish.FAILED
    else:
        assert list(stoppable.stream(ASKED)) == [
            Reply(text="", finish=Finish.FAILED, trouble=Trouble.STOPPED)
        ]
    assert model.asked == 0


def test_samples_that_have_ended_stay_and_the_others_fail() -> None:
    told = list(Stoppable(Speaking(), After(5)).sample(ASKED, n=3, temperature=0.5))
    assert ended(told) == {
        0: (Finish.COMPLETE, "It weighs 4 kg."),
        1: (Finish.FAILED, ""),
        2: (Finish.FAILED, ""),
    }


def test_where_no_sample_has_ended_the_longest_is_cut() -> None:
    told = list(Stoppable(Speaking(), After(3)).sample(ASKED, n=2, temperature=0.5))
    assert ended(told) == {0: (Finish.CUT, "It weighs 4 kg."), 1: (Finish.FAILED, "")}
    assert all(one.reply.trouble is Trouble.STOPPED for one in told if one.reply.finish)


def test_nothing_is_asked_of_it_again() -> None:
    model = Speaking()
    stoppable = Stoppable(model, After(5))
    list(stoppable.sample(ASKED, n=3, temperature=0.5))
    told = list(stoppable.sample(ASKED, n=2, temperature=0.5))
    assert model.asked == 3
    assert [one.reply.finish for one in told] == [Finish.FAILED] * 2
