"""Samples are counted as they come, and the first cluster's best supported member answers."""

from __future__ import annotations

from rag.answer import Answer, Outcome
from rag.answer_prompt import Prompter
from rag.excerpt import Excerpt
from rag.prompt_version import BlankBook
from rag.prompts import Form
from rag.replies import Finish, Reply, Trouble
from rag.strategies.ballots import Ballots
from tests.rag.strategies.voters import (
    FOUR,
    HITS,
    NINE,
    QUESTION,
    Minds,
    checker,
    complete,
    likeness,
)

GROWING = Answer(question=QUESTION.text, model="minds", strategy="self_consistency")
PROMPT = Prompter(Minds([""]), BlankBook(), reply_tokens=0, form=Form.SHORT).prompt(
    QUESTION, [Excerpt.of(hit.passage) for hit in HITS], HITS
)


def counted(*replies: str | Reply) -> Ballots:
    ballots = Ballots(QUESTION.text, checker=checker, likeness=likeness, planned=len(replies) + 1)
    assert PROMPT is not None
    for number, said in enumerate(replies):
        reply = complete(said.replace("[pump]", "[1]")) if isinstance(said, str) else said
        ballots.cast(number, reply, PROMPT, took_ms=5.0)
    return ballots


def test_nothing_cast_is_nothing_said() -> None:
    ended = counted().ended(GROWING)
    assert (ended.answer, ended.trouble, ended.spent.tally) == (None, None, None)


def test_every_ballot_is_in_the_tally_with_its_claims_checked() -> None:
    ballots = counted(FOUR, NINE, "NOT_IN_DOCUMENTS", Reply(text="", finish=Finish.FAILED))
    samples = ballots.tally.samples
    assert [one.number for one in samples] == [0, 1, 2, 3]
    assert [one.answer for one in samples] == ["4 kg", "9 kg", "", ""]
    assert [(one.refuses, one.failed) for one in samples] == [
        (False, False),
        (False, False),
        (True, False),
        (False, True),
    ]
    assert samples[3].trouble is Trouble.EMPTY
    assert all(claim.check is not None for one in samples for claim in one.claims)
    assert samples[0].weight > samples[1].weight > 0 == samples[3].weight
    assert {one.took_ms for one in samples} == {5.0}
    assert ballots.tally.counted == 3


def test_the_winner_brings_its_own_markers_and_reasoning() -> None:
    said = "The pump weighs 4 kg. [1] It is blue. [8]\nSHORT ANSWER: 4 kg"
    ended = counted(Reply(text=said, finish=Finish.COMPLETE, reasoning="hm")).ended(GROWING)
    assert ended.answer is not None
    assert (ended.answer.dangling, ended.answer.reasoning) == (1, "hm")
    assert ended.answer.text == "The pump weighs 4 kg. It is blue."
    assert ended.version is not None
    assert ended.answer.prompt_version == ended.version.id


def test_the_better_supported_of_those_that_agree_is_shown() -> None:
    loose = "It has a mass of 4 kg, as much as a small dog. [1]\nSHORT ANSWER: 4 kg"
    ended = counted(loose, FOUR).ended(GROWING)
    assert ended.answer is not None
    assert ended.answer.text == "The pump weighs 4 kg."


def test_a_cluster_can_be_put_first() -> None:
    ballots = counted(FOUR, FOUR, NINE)
    nine = next(one for one in ballots.tally.clusters if one.answer == "9 kg")
    ballots.close(stopped_early=True)
    ballots.lead(nine)
    assert [one.answer for one in ballots.tally.clusters] == ["9 kg", "4 kg"]
    assert ballots.tally.stopped_early
    ended = ballots.ended(GROWING)
    assert ended.answer is not None
    assert (ended.answer.text, ended.answer.outcome) == ("The pump weighs 9 kg.", Outcome.ANSWERED)


def test_the_first_failure_is_the_reason() -> None:
    busy = Reply(text="", finish=Finish.FAILED, trouble=Trouble.BUSY)
    late = Reply(text="", finish=Finish.FAILED, trouble=Trouble.TIMEOUT)
    ballots = counted(busy, late)
    assert ballots.trouble() is Trouble.BUSY
    assert ballots.ended(GROWING).trouble is Trouble.BUSY
