from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from app.stored_answer import (
    LONGEST_SAMPLE,
    LONGEST_THOUGHTS,
    answer_from_json,
    answer_to_json,
    as_kept,
)
from rag.answer import Answer, Outcome
from rag.claims import Claim
from rag.tally import Cluster, Tally
from tests.app.voted_answers import ANSWERED, HELD, VOTED, a_sample

BEFORE_CHECKS: dict[str, Any] = {
    "question": "阀门有多重？",
    "model": "extractive",
    "text": "阀门重 4 公斤。",
    "outcome": "answered",
    "claims": [
        {
            "text": "阀门重 4 公斤。",
            "citations": [
                {
                    "chunk_id": "d:v:0",
                    "document_id": "d",
                    "collection": "c",
                    "document": "阀门.txt",
                    "version": "ab" * 32,
                    "page": 1,
                    "page_label": None,
                    "paginated": False,
                    "start": 0,
                    "end": 9,
                    "quote": "阀门重 4 公斤。",
                }
            ],
        }
    ],
    "notice": None,
    "trouble": None,
    "timings_ms": {"total": 1.5},
}


def through_json(answer: Answer) -> Answer:
    return answer_from_json(json.loads(json.dumps(answer_to_json(answer), ensure_ascii=False)))


@pytest.mark.parametrize(
    "answer",
    [
        ANSWERED,
        replace(ANSWERED, calibrated=True, conflicts=(), dangling=0),
        replace(ANSWERED, tally=Tally(planned=5)),
        replace(ANSWERED, tally=replace(VOTED, tied=True, stopped_early=False)),
        Answer(question="q", model="m", outcome=Outcome.NOT_IN_DOCUMENTS),
        Answer(question="q", model="m"),
    ],
)
def test_verdicts_votes_and_conflicts_survive_json(answer: Answer) -> None:
    assert through_json(answer) == answer


def test_an_answer_from_before_there_were_checks_still_loads() -> None:
    answer = answer_from_json(BEFORE_CHECKS)
    [claim] = answer.claims
    assert (claim.text, claim.check) == ("阀门重 4 公斤。", None)
    assert claim.citations[0].document == "阀门.txt"
    assert (answer.strategy, answer.tally, answer.conflicts) == ("", None, ())
    assert (answer.dangling, answer.calibrated, answer.confidence) == (0, False, None)
    assert through_json(answer) == answer


def test_long_samples_are_cut_and_their_claims_kept_whole_or_not_at_all() -> None:
    long = "长" * LONGEST_SAMPLE
    claims = (HELD, Claim(text="x" * (LONGEST_SAMPLE - len(HELD.text))), Claim(text="y"))
    sample = replace(a_sample(0, long + "!", *claims), answer=long + "!", reasoning=long)
    whole = a_sample(1, long, *claims[:2])
    tally = Tally(
        samples=(sample, whole), clusters=(Cluster(members=(0, 1), weight=1.0),), planned=2
    )
    kept = as_kept(replace(ANSWERED, tally=tally))
    assert kept.tally is not None
    cut, same = kept.tally.samples
    assert same == whole
    assert cut.text == cut.answer == long[:-1] + "…"
    assert len(cut.text) == LONGEST_SAMPLE
    assert len(cut.reasoning) == LONGEST_THOUGHTS
    assert cut.claims == claims[:2]
    assert as_kept(kept) == kept
    assert through_json(kept) == kept


def test_passages_and_tokens_are_not_kept() -> None:
    kept = answer_to_json(replace(ANSWERED, token_logprobs=(-0.5,)))
    assert {"hits", "context", "token_logprobs"}.isdisjoint(kept)
