"""Metrics of a model whose errors are scripted: each is what the script makes it.

80 questions, 40 in either language, all with the gold text in the prompt where there is any:

* 30 answerable: 18 right, 6 wrong answers, 3 right ones with a wrong citation, 3 refused.
* 10 unanswerable: refused, but for 2 English and 3 Chinese ones that are answered.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest

from app.wiring import Services
from app.workbench import Request, Workbench
from evaluation.dataset import Dataset
from evaluation.reports.as_json import as_json
from evaluation.reports.summary import summarise
from evaluation.results import Answered, Run
from evaluation.run_file import results_digest
from evaluation.scoring import curves_of, metrics_of
from rag.language import Language
from rag.settings import Settings
from tests.evaluation.planted import BEHAVIOURS, Fault, Planted, script_of, set_of
from tests.evaluation.things import MEASURES, things
from tests.fakes import WordEmbedder
from tests.openai_server import ServerProcess

MADE_UP: Final[dict[Language, int]] = {"en": 2, "zh": 3}
PRICES: Final = (2.0, 6.0)
"""Of a million tokens of the prompt and of the completion."""


def planned(language: Language) -> list[Planted]:
    """The 40 questions of a language; every answer is a number and a unit."""
    faults = [
        *[Fault.RIGHT] * 18,
        *[Fault.WRONG_ANSWER] * 6,
        *[Fault.WRONG_CITATION] * 3,
        *[Fault.WRONGLY_REFUSED] * 3,
        *[Fault.MADE_UP] * MADE_UP[language],
        *[Fault.RIGHTLY_REFUSED] * (10 - MADE_UP[language]),
    ]
    asked = zip(things(language, 40, kinds=MEASURES), faults, strict=True)
    return [
        Planted(thing=one, fault=fault, behaviour=BEHAVIOURS[fault], alone=True)
        for one, fault in asked
    ]


QUESTIONS: Final = (*planned("en"), *planned("zh"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A workbench over the corpus, a server by the script and one whose judge is contrary."""

    workbench: Workbench
    dataset: Dataset
    server: ServerProcess
    contrary: ServerProcess

    def run(self, *, again: bool = False, at_once: int = 1) -> Run:
        return self._answers(
            Request(dataset=self.dataset, limit=0, seed=0, again=again), {}, at_once
        )

    def contrary_run(self, examples: Sequence[Planted]) -> Run:
        dataset = replace(
            self.dataset, examples=tuple(one.example for one in examples), digest="contrary"
        )
        url = {"openai_base_url": self.contrary.url("scripted")}
        return self._answers(Request(dataset=dataset, limit=0, seed=0), url, 1)

    def _answers(self, request: Request, settings: dict[str, str], at_once: int) -> Run:
        return self.workbench.answers(
            request,
            models=("openai",),
            settings=settings,
            judge="openai",
            at_once=at_once,
            tell=lambda _stage, _done, _of: None,
        )


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("scripted")

    def serving(judge: str) -> ServerProcess:
        path = folder / f"{judge}.json"
        script = {**script_of(QUESTIONS), "judge": judge}
        path.write_text(json.dumps(script, ensure_ascii=False), "utf-8")
        return ServerProcess(path)

    with ExitStack() as open_until_the_end:
        server = open_until_the_end.enter_context(serving("truthful"))
        settings = Settings(
            data_dir=folder / "data",
            openai_base_url=server.url("scripted"),
            openai_logprobs=True,
            strategy="direct",
            price_prompt=PRICES[0],
            price_completion=PRICES[1],
        )
        dataset = set_of(QUESTIONS, settings, folder / "documents")
        services = open_until_the_end.enter_context(closing(Services(settings)))
        services.embedder = WordEmbedder()
        yield Bench(
            workbench=Workbench(services),
            dataset=dataset,
            server=server,
            contrary=open_until_the_end.enter_context(serving("contrary")),
        )


@pytest.fixture(scope="module")
def run(bench: Bench) -> Run:
    return bench.run()


def part(run: Run, belongs: Callable[[Planted], bool]) -> Run:
    """The run of those questions alone."""
    ids = {one.example.id for one in QUESTIONS if belongs(one)}
    at = [number for number, example in enumerate(run.examples) if example.id in ids]
    return replace(
        run,
        examples=tuple(run.examples[number] for number in at),
        results={"openai": tuple(run.results["openai"][number] for number in at)},
        costs={"openai": tuple(run.costs["openai"][number] for number in at)},
    )


def values(run: Run, language: str = "") -> dict[str, float]:
    """Every metric of the run, or of its questions in one language."""
    chosen = part(run, lambda one: one.thing.language == language) if language else run
    return {name: metric.value() for name, metric in metrics_of(chosen, "openai").items()}


def results(run: Run) -> dict[str, Answered]:
    """By the example's id."""
    found = zip(run.examples, run.results["openai"], strict=True)
    return {example.id: one for example, one in found if isinstance(one, Answered)}


def test_what_the_script_says_came_out_of_prompts_with_the_gold_text(run: Run) -> None:
    came = results(run)
    assert len(came) == 80
    for one in QUESTIONS:
        result = came[one.example.id]
        assert result.gold_in_prompt == one.example.answerable
        cited = {c.document for claim in result.claims for c in claim.claim.citations}
        if one.fault in {Fault.RIGHT, Fault.WRONG_ANSWER}:
            assert cited == {one.thing.document}
        elif one.fault is Fault.WRONG_CITATION:
            assert cited
            assert one.thing.document not in cited


@pytest.mark.parametrize(
    ("language", "right", "refused_rightly", "answered"),
    [
        # right answers with any citation, and rightly refused questions
        ("", 42, 15, 59),
        ("en", 21, 8, 29),
        ("zh", 21, 7, 30),
    ],
)
def test_answers_and_refusals_count_as_planned(
    run: Run, language: str, right: int, refused_rightly: int, answered: int
) -> None:
    asked = 40 if language else 80
    found = values(run, language)
    assert found["match"] == found["em"] == pytest.approx((right + refused_rightly) / asked)
    share = right / (asked * 3 / 4)
    assert found["has_answer_match"] == found["has_answer_em"] == pytest.approx(share)
    refused = refused_rightly + asked * 3 / 40
    assert found["abstention_precision"] == pytest.approx(refused_rightly / refused)
    assert found["abstention_recall"] == pytest.approx(refused_rightly / (asked / 4))
    assert found["answered"] == pytest.approx(answered / asked)


def test_a_wrong_number_with_the_right_unit_has_a_part_of_the_f1(run: Run) -> None:
    """ "1272 kg" for "267 kg" has one of two tokens, 公斤 two of three: F1 1/2 and 4/6."""
    assert values(run, "en")["has_answer_f1"] == pytest.approx((21 + 6 / 2) / 30)
    assert values(run, "zh")["has_answer_f1"] == pytest.approx((21 + 6 * 2 / 3) / 30)
    assert values(run)["f1"] == pytest.approx((42 + 15 + 3 + 4) / 80)


@pytest.mark.parametrize(
    ("language", "right", "answered"), [("", 36, 59), ("en", 18, 29), ("zh", 18, 30)]
)
def test_citations_count_as_planned(run: Run, language: str, right: int, answered: int) -> None:
    """One claim and one citation an answer: what is wrong or wrongly cited has no support.

    Of the answers to answerable questions, 27 in either language, 3 cite another document.
    """
    found = values(run, language)
    assert found["citation_recall"] == pytest.approx(right / answered)
    assert found["citation_precision"] == pytest.approx(right / answered)
    assert found["evidence_precision"] == found["evidence_recall"] == pytest.approx(24 / 27)


def test_the_risk_at_full_coverage_is_the_share_of_wrong_answers(run: Run) -> None:
    """Of 59 answers 12 are wrong and 5 made up; the other 42 are right however they cite."""
    curve = curves_of(run, "openai").risk_coverage
    assert curve[-1].coverage == pytest.approx(59 / 80)
    assert curve[-1].risk == pytest.approx(17 / 59)
    surest = max(
        one.confidence or 0.0 for one in results(run).values() if one.outcome == "answered"
    )
    assert curve[0].confidence == surest
    nothing_wrong = part(run, lambda one: one.fault in {Fault.RIGHT, Fault.WRONG_CITATION})
    assert values(nothing_wrong)["aurc"] == 0
    nothing_right = part(run, lambda one: one.fault in {Fault.WRONG_ANSWER, Fault.MADE_UP})
    assert values(nothing_right)["aurc"] == 1


def test_tokens_prices_and_log_probabilities_are_the_server_s(bench: Bench, run: Run) -> None:
    """A token is four characters; a reply is the bare answer and " [n]", or the refusal's 16."""
    said: dict[Fault, Callable[[Planted], int]] = {
        Fault.RIGHT: lambda one: len(one.thing.said) + 4,
        Fault.WRONG_CITATION: lambda one: len(one.thing.said) + 4,
        Fault.WRONG_ANSWER: lambda one: len(one.thing.wrong_said) + 4,
        Fault.MADE_UP: lambda one: len(one.thing.made_up) + 4,
        Fault.WRONGLY_REFUSED: lambda _one: 16,
        Fault.RIGHTLY_REFUSED: lambda _one: 16,
    }
    completions = [math.ceil(said[one.fault](one) / 4) for one in QUESTIONS]
    sent = ["".join(m["content"] for m in asked) for asked in asked_of(bench.server)]
    prompts = [math.ceil(len(prompt) / 4) for prompt in sent[:80]]
    found = values(run)
    assert found["completion_tokens"] == pytest.approx(sum(completions) / 80)
    assert found["prompt_tokens"] == pytest.approx(sum(prompts) / 80)
    price = (sum(prompts) * PRICES[0] + sum(completions) * PRICES[1]) / 1_000_000
    assert found["price"] == pytest.approx(price / 80)
    assert found["perplexity"] == pytest.approx(math.exp(0.5))
    assert sum(len(one.token_logprobs) for one in results(run).values()) == sum(completions)


def asked_of(server: ServerProcess) -> Iterator[list[dict[str, Any]]]:
    """The messages that asked for an answer, not for a judgement."""
    questions = tuple(one.question for one in QUESTIONS)
    for one in server.log("scripted"):
        messages = one["body"]["messages"]
        if messages[-1]["content"].endswith(questions):
            yield messages


def test_a_truthful_judge_agrees_with_the_gold_answers(run: Run) -> None:
    """It judges the 54 answers to answerable questions, 42 of them right, and the 5 made up."""
    found = values(run)
    assert found["judge_accuracy"] == 1
    assert found["judge_agreement"] == pytest.approx(1)
    assert found["judged_correct"] == pytest.approx(42 / 54)
    assert found["faithfulness"] == pytest.approx(42 / 59)
    assert found["relevance"] == 1


def test_a_contrary_judge_is_as_far_from_them_as_can_be(bench: Bench) -> None:
    """Of 6 right and 6 wrong answers in either language: chance agrees on half, it on none."""
    chosen = [
        one
        for language in MADE_UP
        for fault in (Fault.RIGHT, Fault.WRONG_ANSWER)
        for one in [q for q in QUESTIONS if (q.thing.language, q.fault) == (language, fault)][:6]
    ]
    found = values(bench.contrary_run(chosen))
    assert found["match"] == pytest.approx(1 / 2)
    assert found["judge_accuracy"] == 0
    assert found["judge_agreement"] == pytest.approx(-1)
    assert found["judged_correct"] == pytest.approx(1 / 2)
    assert found["relevance"] == 0


def test_a_repeated_run_is_the_same_to_the_byte(bench: Bench, run: Run, tmp_path: Path) -> None:
    """But for its name and its times, also where several questions are asked at once."""
    again = bench.run(again=True, at_once=4)
    assert again.id == f"{run.id}-2"
    assert again.results == run.results
    assert results_digest(again) == results_digest(run)
    texts = [as_json(summarise(one, resamples=100)) for one in (run, again)]
    measured = [text.partition('  "run": ')[0] for text in texts]
    assert measured[0].encode() == measured[1].encode()
    rests = [json.loads(text) for text in texts]
    assert [list(rest)[-2:] for rest in rests] == [["run", "timings"]] * 2
    for name in ("prompt_tokens", "completion_tokens", "price"):
        first, second = (rest["timings"]["openai"][name] for rest in rests)
        assert first == second
