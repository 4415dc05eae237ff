"""The same votes through a service on loopback."""

from __future__ import annotations

from contextlib import closing

from benchmarks.voting.electorate import Asked, Electorate, evenly
from benchmarks.voting.polling import PollingModel
from benchmarks.voting.server import PollingServer
from benchmarks.voting.votes import service
from rag.replies import Finish, Message, Role


def test_a_service_says_what_the_model_in_process_says() -> None:
    electorate = Electorate(design=evenly(0.5))
    messages = [Message(role=Role.USER, content=Asked(number=7).question.text)]
    with PollingServer(electorate) as server, closing(service(server.url)) as model:
        for n, seed in ((4, 0), (3, 4), (1, 9)):
            heard = model.sample(messages, n=n, temperature=1.0, seed=seed)
            outside = {one.number: one.reply for one in heard if one.reply.finish}
            inside = PollingModel(electorate).sample(messages, n=n, temperature=1.0, seed=seed)
            assert {at: reply.text for at, reply in outside.items()} == {
                one.number: one.reply.text for one in inside
            }
            assert {reply.finish for reply in outside.values()} == {Finish.COMPLETE}
