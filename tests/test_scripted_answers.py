"""The oracle does exactly what its script plans, through the product and on the wire."""

from __future__ import annotations

import json
import math
import time
import urllib.request
from typing import Any

import pytest

from rag.answer import Answer, Notice, Outcome, Question
from rag.excerpt import Excerpt
from rag.models.extractive import Extractive
from rag.models.openai import OpenAIChat
from rag.prompting import answer_messages, judge_messages
from rag.prompts import NOT_IN_DOCUMENTS
from rag.replies import Message, Role
from rag.setting_values import Secret
from rag.strategies.direct import Direct
from tests.fakes import a_hit
from tests.openai_server import ServerProcess, ServeScript
from tests.openai_wire import TOKEN_LOGPROB, tokens
from tests.scripted_answers import GARBLED, SLOW_S, UNKNOWN, Script

BED = "How wide is the guest bed?"
ROOF = "屋顶用什么材料？"
HITS = (
    a_hit("Breakfast starts at seven. Tea is free.", document="a.txt"),
    a_hit("The guest bed is\n140 cm wide. It stands upstairs.", document="b.txt"),
    a_hit("屋顶采用灰色石板，\n墙面为白色。", document="c.txt"),
)
PLANS = {
    BED: {
        "behaviour": "right",
        "answer": "It is 140 cm wide. It stands upstairs.",
        "wrong": "The guest bed is 90 cm wide.",
        "evidence": ["The guest bed is 140 cm wide."],
    },
    ROOF: {
        "behaviour": "right",
        "answer": "屋顶采用灰色石板。",
        "wrong": "屋顶采用红瓦。",
        "evidence": ["屋顶采用灰色石板，墙面为白色。"],
    },
}


VOTES = {
    "behaviour": "votes",
    "votes": [["It is 140 cm wide.", "140 cm"], None],
    "evidence": PLANS[BED]["evidence"],
}


def prompt(question: str) -> list[dict[str, str]]:
    excerpts = [Excerpt.of(hit.passage) for hit in HITS]
    messages = answer_messages(Question(text=question, collections=("c",)), excerpts)
    return [{"role": one.role.value, "content": one.content} for one in messages]


def said(question: str, **changes: Any) -> str | None:
    plans = {**PLANS, question: {**PLANS.get(question, {}), **changes}}
    return Script(plans).reply(prompt(question)).text


@pytest.mark.parametrize(
    ("question", "behaviour", "expected"),
    [
        (BED, "right", "It is 140 cm wide. [2] It stands upstairs. [2]"),
        (BED, "wrong_answer", "The guest bed is 90 cm wide. [2]"),
        (BED, "no_citation", "It is 140 cm wide. It stands upstairs."),
        # passage 1 shares "is" with the evidence, passage 3 shares nothing
        (BED, "wrong_citation", "It is 140 cm wide. [3] It stands upstairs. [3]"),
        (BED, "refuses", NOT_IN_DOCUMENTS),
        (BED, "slow", "It is 140 cm wide. [2] It stands upstairs. [2]"),
        (BED, "fails", None),
        (ROOF, "right", "屋顶采用灰色石板。 [3]"),
        (ROOF, "wrong_answer", "屋顶采用红瓦。 [3]"),
        # neither of the others has a word of it: the first
        (ROOF, "wrong_citation", "屋顶采用灰色石板。 [1]"),
        (ROOF, "refuses", NOT_IN_DOCUMENTS),
    ],
)
def test_every_behaviour_says_what_is_planned(
    question: str, behaviour: str, expected: str | None
) -> None:
    assert said(question, behaviour=behaviour) == expected
    assert said(question, behaviour=behaviour) == expected


def test_what_no_passage_holds_is_cited_by_its_words() -> None:
    assert said(BED, answer="Wide.", evidence=["A bed upstairs, 160 cm."]) == "Wide. [2]"
    assert said(ROOF, answer="石板。", evidence=["屋顶是石板的。"]) == "石板。 [3]"


def test_what_has_no_answer_is_refused_or_made_up() -> None:
    plan = {"answer": "", "evidence": [], "wrong": "Tea is cold."}
    assert said("Who owns it?", behaviour="right", **plan) == NOT_IN_DOCUMENTS
    assert said("Who owns it?", behaviour="wrong_answer", **plan) == "Tea is cold. [1]"


def test_a_question_without_plan_is_told_so() -> None:
    assert Script(PLANS).reply(prompt("Who built the barn?")).text == UNKNOWN
    assert Script({}).reply([{"role": "user", "content": "hello"}]).text == UNKNOWN


def test_a_behaviour_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="no behaviour 'rude'"):
        Script({BED: {"behaviour": "rude"}})


def judged(
    judge: str, question: str, sentences: list[str], answers: tuple[str, ...] = ("known",)
) -> str | None:
    messages = judge_messages(question, sentences, [hit.passage for hit in HITS], answers)
    asked = [{"role": one.role.value, "content": one.content} for one in messages]
    return Script({**PLANS, "judge": judge}).reply(asked).text


RIGHT_BED = ["It is 140 cm wide.", "It stands upstairs."]


@pytest.mark.parametrize(
    ("judge", "question", "sentences", "expected"),
    [
        ("truthful", BED, RIGHT_BED, "S1: yes\nS2: yes\nANSWERS: yes\nCORRECT: yes"),
        # the second stands in a passage but is no part of the answer
        (
            "truthful",
            BED,
            [RIGHT_BED[0], "Tea is free."],
            "S1: yes\nS2: yes\nANSWERS: yes\nCORRECT: no",
        ),
        ("truthful", BED, ["It is 90 cm wide."], "S1: no\nANSWERS: yes\nCORRECT: no"),
        ("truthful", ROOF, ["屋顶采用 灰色石板。"], "S1: yes\nANSWERS: yes\nCORRECT: yes"),
        ("truthful", ROOF, ["屋顶采用红瓦。"], "S1: no\nANSWERS: yes\nCORRECT: no"),
        ("lenient", ROOF, ["屋顶采用红瓦。"], "S1: yes\nANSWERS: yes\nCORRECT: yes"),
        ("contrary", ROOF, ["屋顶采用红瓦。"], "S1: yes\nANSWERS: no\nCORRECT: yes"),
        ("garbled", ROOF, ["屋顶采用红瓦。"], GARBLED),
    ],
)
def test_a_judge_says_what_is_planned(
    judge: str, question: str, sentences: list[str], expected: str
) -> None:
    assert judged(judge, question, sentences) == expected


def test_a_judge_tells_of_right_answers_only_where_they_are_known() -> None:
    assert judged("truthful", BED, RIGHT_BED, ()) == "S1: yes\nS2: yes\nANSWERS: yes"


def test_a_judge_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="no judge 'blind'"):
        Script({"judge": "blind"})


def asked_through_the_product(
    server: ServerProcess, question: str, *, mode: str = "scripted"
) -> Answer:
    chat = OpenAIChat(
        model="scripted",
        api_key=Secret(""),
        base_url=server.url(mode),
        temperature=0,
        connect_timeout_s=2,
        read_timeout_s=5,
        deadline_s=20,
        logprobs=True,
    )
    asked = Question(text=question, collections=("c",))
    *_, last = Direct(chat, Extractive()).answer(asked, HITS)
    chat.close()
    return last


def test_the_product_cites_the_place_the_script_means(scripted_server: ServeScript) -> None:
    server = scripted_server(PLANS)
    answer = asked_through_the_product(server, ROOF)
    assert (answer.outcome, answer.text) == (Outcome.ANSWERED, "屋顶采用灰色石板。")
    assert [citation.document for citation in answer.citations()] == ["c.txt"]
    reply = "屋顶采用灰色石板。 [3]"
    assert answer.token_logprobs == (TOKEN_LOGPROB,) * len(tokens(reply))
    assert answer.completion_tokens == len(tokens(reply)) == 4
    perplexity = math.exp(-sum(answer.token_logprobs) / len(answer.token_logprobs))
    assert perplexity == pytest.approx(math.exp(0.5))
    without = asked_through_the_product(server, ROOF, mode="nologprobs")
    assert (without.text, without.token_logprobs) == (answer.text, ())


def test_slow_takes_its_time_and_a_failure_falls_back(scripted_server: ServeScript) -> None:
    server = scripted_server(
        {BED: {**PLANS[BED], "behaviour": "slow"}, ROOF: {**PLANS[ROOF], "behaviour": "fails"}}
    )
    started = time.monotonic()
    assert asked_through_the_product(server, BED).text.startswith("It is 140 cm wide.")
    assert time.monotonic() - started >= SLOW_S
    assert asked_through_the_product(server, ROOF).notice is Notice.MODEL_FAILED


def test_a_whole_reply_says_the_same_as_a_streamed_one(scripted_server: ServeScript) -> None:
    url = f"{scripted_server(PLANS).url('scripted')}/chat/completions"
    body = json.dumps({"messages": prompt(BED), "logprobs": True}).encode()
    with urllib.request.urlopen(urllib.request.Request(url, body)) as answered:
        reply = json.load(answered)
    text = "It is 140 cm wide. [2] It stands upstairs. [2]"
    (choice,) = reply["choices"]
    assert choice["message"]["content"] == text
    told = choice["logprobs"]["content"]
    assert [one["logprob"] for one in told] == [TOKEN_LOGPROB] * len(tokens(text))
    assert "".join(one["token"] for one in told) == text
    assert reply["usage"]["completion_tokens"] == len(told)


def test_two_servers_keep_their_scripts_apart(scripted_server: ServeScript) -> None:
    message = Message(role=Role.USER, content="\n\nQuestion: Ready?")
    for answer in ("Yes.", "No."):
        server = scripted_server({"Ready?": {"behaviour": "no_citation", "answer": answer}})
        body = json.dumps({"messages": [{"role": message.role, "content": message.content}]})
        url = f"{server.url('scripted')}/chat/completions"
        with urllib.request.urlopen(urllib.request.Request(url, body.encode())) as answered:
            assert json.load(answered)["choices"][0]["message"]["content"] == answer


def test_samples_vote_as_the_script_says_by_seed_and_by_place(scripted_server: ServeScript) -> None:
    said = [Script({BED: VOTES}).reply(prompt(BED), number=at).text for at in range(3)]
    assert said == ["It is 140 cm wide. [2]\nSHORT ANSWER: 140 cm", NOT_IN_DOCUMENTS, said[0]]
    chat = OpenAIChat(
        model="m",
        api_key=Secret("k"),
        base_url=scripted_server({BED: VOTES}).url("scripted"),
        temperature=0.7,
        connect_timeout_s=5,
        read_timeout_s=5,
        deadline_s=10,
    )
    messages = [Message(role=Role(one["role"]), content=one["content"]) for one in prompt(BED)]
    for seed in (0, 1):
        samples = chat.sample(messages, n=2, temperature=0.7, seed=seed)
        ends = {one.number: one.reply.text for one in samples if one.reply.finish}
        assert [ends[at] for at in range(2)] == said[seed : seed + 2]
