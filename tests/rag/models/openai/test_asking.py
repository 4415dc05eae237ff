"""Several samples: in one request where the service does that, in several where it does not."""

from __future__ import annotations

import pytest

from rag.models.openai import OpenAIChat
from rag.replies import Finish, Reply, Trouble
from tests.openai_behaviour import PARTIAL, numbered
from tests.openai_server import ServerProcess
from tests.openai_wire import TOKEN_LOGPROB, tokens
from tests.rag.models.openai.chats import MESSAGES, NUMBERS, a_chat, wait_for, warm


def sampled(chat: OpenAIChat, n: int, *, seed: int = 0) -> list[Reply]:
    """The last reply of each number; the ones before it grow, and none comes after it."""
    last: dict[int, Reply] = {}
    for sample in chat.sample(MESSAGES, n=n, temperature=0.9, seed=seed):
        before = last.get(sample.number, Reply(text=""))
        assert before.finish is None
        assert sample.reply.text.startswith(before.text)
        last[sample.number] = sample.reply
    assert sorted(last) == list(range(n))
    return [last[number] for number in range(n)]


def asked(server: ServerProcess, place: str) -> list[tuple[int | None, int | None]]:
    """``n`` and seed of each request."""
    bodies = [entry["body"] for entry in server.log(place)]
    return [(body.get("n"), body.get("seed")) for body in bodies]


def test_samples_come_in_one_request_where_the_service_does_that(
    openai_server: ServerProcess,
) -> None:
    place = f"samples-{next(NUMBERS)}"
    chat = a_chat(openai_server.url(place), logprobs=True)
    for _ in range(2):
        replies = sampled(chat, 3)
        assert [reply.text for reply in replies] == [numbered(at) for at in range(3)]
        assert {reply.finish for reply in replies} == {Finish.COMPLETE}
        assert [reply.token_logprobs for reply in replies] == [
            (TOKEN_LOGPROB,) * len(tokens(numbered(at))) for at in range(3)
        ]
    assert asked(openai_server, place) == [(3, None), (3, None)]
    assert openai_server.log(place)[0]["body"]["temperature"] == 0.9


def test_another_seed_is_told_to_the_service(openai_server: ServerProcess) -> None:
    place = f"samples-{next(NUMBERS)}"
    chat = a_chat(openai_server.url(place))
    assert len(sampled(chat, 3, seed=4)) == 3
    assert len(sampled(chat, 1, seed=7)) == 1
    assert asked(openai_server, place) == [(3, 4), (None, 7)]
    ignoring = f"ignores_n-{next(NUMBERS)}"
    chat = a_chat(openai_server.url(ignoring))
    assert [reply.text for reply in sampled(chat, 3, seed=4)] == [numbered(at) for at in (4, 5, 6)]
    assert sorted(asked(openai_server, ignoring)[1:]) == [(None, 5), (None, 6)]


def test_each_sample_keeps_its_own_end_whatever_the_order(openai_server: ServerProcess) -> None:
    replies = sampled(a_chat(openai_server.url("reversed_samples")), 4)
    assert [reply.text for reply in replies] == [numbered(at) for at in range(4)]
    assert [reply.finish for reply in replies] == [Finish.CUT, *[Finish.COMPLETE] * 3]
    assert replies[0].trouble is Trouble.LENGTH


def test_what_a_request_took_is_shared_out(openai_server: ServerProcess) -> None:
    replies = sampled(a_chat(openai_server.url("samples")), 3)
    assert [reply.prompt_tokens for reply in replies] == [11, 0, 0]
    counts = [reply.completion_tokens for reply in replies]
    assert sum(count or 0 for count in counts) == 7
    # 13, 19 and 13 characters of 45 are 2.02, 2.96 and 2.02 of 7 tokens
    assert [len(numbered(at)) for at in range(3)] == [13, 19, 13]
    assert counts == [2, 3, 2]


def test_a_service_that_ignores_n_is_asked_in_parallel_and_remembered(
    openai_server: ServerProcess,
) -> None:
    place = f"ignores_n-{next(NUMBERS)}"
    chat = a_chat(openai_server.url(place))
    first = sampled(chat, 3)
    assert [reply.text for reply in first] == [numbered(at) for at in range(3)]
    assert {reply.finish for reply in first} == {Finish.COMPLETE}
    assert asked(openai_server, place)[0] == (3, None)
    assert sorted(asked(openai_server, place)[1:]) == [(None, 1), (None, 2)]
    assert [reply.text for reply in sampled(chat, 3)] == [numbered(at) for at in range(3)]
    assert sorted(asked(openai_server, place)[3:]) == [(None, 0), (None, 1), (None, 2)]
    assert [reply.prompt_tokens for reply in sampled(chat, 2)] == [11, 11]


@pytest.mark.parametrize("param", ["n", "seed"])
def test_a_service_that_refuses_n_or_a_seed_is_asked_without(
    openai_server: ServerProcess, param: str
) -> None:
    place = f"{param}_not_taken-{next(NUMBERS)}"
    chat = a_chat(openai_server.url(place))
    for _ in range(2):
        assert {reply.finish for reply in sampled(chat, 3)} == {Finish.COMPLETE}
    bodies = [entry["body"] for entry in openai_server.log(place)]
    assert [param in body for body in bodies[-3:]] == [False] * 3


def test_a_connection_that_ends_ends_every_sample_and_nothing_is_asked_again(
    openai_server: ServerProcess,
) -> None:
    place = f"reset_late-{next(NUMBERS)}"
    replies = sampled(a_chat(openai_server.url(place)), 3)
    assert [reply.text for reply in replies] == [PARTIAL, "", ""]
    assert [reply.finish for reply in replies] == [Finish.CUT, Finish.FAILED, Finish.FAILED]
    assert [reply.trouble for reply in replies] == [
        *(Trouble.BROKEN_OFF, Trouble.UNREACHABLE, Trouble.UNREACHABLE)
    ]
    assert len(openai_server.log(place)) == 1


@pytest.mark.parametrize("mode", ["server_error", "unauthorised", "no_choices", "web_page"])
def test_a_service_that_fails_fails_every_sample(openai_server: ServerProcess, mode: str) -> None:
    place = f"{mode}-{next(NUMBERS)}"
    replies = sampled(a_chat(openai_server.url(place)), 3)
    assert {reply.finish for reply in replies} == {Finish.FAILED}
    assert len(openai_server.log(place)) <= 2


def test_one_sample_is_one_plain_request(openai_server: ServerProcess) -> None:
    place = f"samples-{next(NUMBERS)}"
    (reply,) = sampled(a_chat(openai_server.url(place)), 1)
    assert (reply.text, reply.finish) == (numbered(0), Finish.COMPLETE)
    assert asked(openai_server, place) == [(None, None)]


def test_no_samples_cannot_be_asked_for(openai_server: ServerProcess) -> None:
    with pytest.raises(ValueError, match="0 samples"):
        list(a_chat(openai_server.url("samples")).sample(MESSAGES, n=0, temperature=1))


def test_closing_ends_every_request(openai_server: ServerProcess) -> None:
    warm(openai_server)
    known, place = f"ignores_n-{next(NUMBERS)}", f"drip-{next(NUMBERS)}"
    chat = a_chat(openai_server.url(known))
    sampled(chat, 2)
    dripping = a_chat(openai_server.url(place))
    dripping._dialect.learn({"n"})
    samples = dripping.sample(MESSAGES, n=3, temperature=1)
    while len(openai_server.log(place)) < 3:
        next(samples)
    samples.close()  # type: ignore[attr-defined]
    assert wait_for(
        lambda: [one["ended"] for one in openai_server.log(place)] == ["client left"] * 3,
        at_most_s=1,
    )


def test_the_deadline_ends_every_sample(openai_server: ServerProcess) -> None:
    warm(openai_server)
    replies = sampled(a_chat(openai_server.url("drip"), deadline_s=0.6), 3)
    assert [reply.finish for reply in replies] == [Finish.CUT, Finish.FAILED, Finish.FAILED]
    assert {reply.trouble for reply in replies} == {Trouble.DEADLINE}
