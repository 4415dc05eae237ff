"""What tells whether the passages found answer a question, and whether the answer is right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum

from rag.answer import Answer, Outcome
from rag.checking.names import codes_in, mentions, names_in, states_code
from rag.claims import Verdict
from rag.models.extractive import RankedSentence, rank_sentences
from rag.types import Hit


class Feature(StrEnum):
    """One thing that tells how sure an answer is; each is measured from -1 to 1.

    Of the sentence that answers best, as ``rag.models.extractive`` ranks them, and its passage:

    * ``lead``: its chance to be the right one of the sentences found, given that one of them is
      (the softmax of their scores).
    * ``passage_words``: ``Hit.term_coverage`` of its passage.
    * ``names``: share of the names and codes in the question that stand in the passage, its title
      or its headings; 1 where the question has none.

    Of all that was found:

    * ``most_words``: the largest ``Hit.term_coverage``.
    * ``nearest``: the largest cosine of a sentence to the question; 0 where the embedding model
      cannot read the question.
    * ``passages_gap``: by how much of its score the best passage is ahead of the second.

    Of what a chat model answered; 0 for an answer in the documents' own words:

    * ``support``: mean ``Check.support`` of the claims.
    * ``unsupported``: share of the claims that are.
    * ``agreement``: share of the samples with a vote that say what the answer says; 1 for a single
      reply.
    * ``dangling``: 1 where a marker named no passage.
    * ``refuses``: 1 where the model says that the passages do not hold the answer.
    """

    LEAD = "lead"
    PASSAGE_WORDS = "passage_words"
    NAMES = "names"
    MOST_WORDS = "most_words"
    NEAREST = "nearest"
    PASSAGES_GAP = "passages_gap"
    SUPPORT = "support"
    UNSUPPORTED = "unsupported"
    AGREEMENT = "agreement"
    DANGLING = "dangling"
    REFUSES = "refuses"


Features = Mapping[Feature, float]


def features_of(question: str, answer: Answer) -> Features:
    """The features of a checked ``answer`` to ``question`` (as it was searched).

    Empty where no sentence was found, unless a chat model replied.
    """
    found = _of_search(question, answer.hits)
    return {**found, **_of_reply(answer)} if answer.context else found


def _of_search(question: str, hits: Sequence[Hit]) -> Features:
    ranked = rank_sentences(question, hits)
    if not ranked:
        return {}
    best = ranked[0]
    reads = max((hit.dense_vote for hit in hits), default=0.0) > 0
    cosines = [cosine for hit in hits for cosine in hit.sentence_scores]
    return {
        Feature.LEAD: _lead(ranked),
        Feature.PASSAGE_WORDS: best.hit.term_coverage,
        Feature.NAMES: _names_held(question, best.hit),
        Feature.MOST_WORDS: max(hit.term_coverage for hit in hits),
        Feature.NEAREST: max(cosines, default=0.0) if reads else 0.0,
        Feature.PASSAGES_GAP: _gap(hits),
    }


def _of_reply(answer: Answer) -> Features:
    checks = [claim.check for claim in answer.claims if claim.check is not None]
    count, tally = len(checks) or 1, answer.tally
    agreement = tally.agreeing / tally.counted if tally and tally.counted else 1.0
    unsupported = sum(check.verdict is Verdict.UNSUPPORTED for check in checks)
    return {
        Feature.SUPPORT: sum(check.support for check in checks) / count,
        Feature.UNSUPPORTED: unsupported / count,
        Feature.AGREEMENT: agreement,
        Feature.DANGLING: float(answer.dangling > 0),
        Feature.REFUSES: float(answer.outcome is Outcome.NOT_IN_DOCUMENTS),
    }


def _lead(ranked: Sequence[RankedSentence]) -> float:
    return 1 / sum(math.exp(one.score - ranked[0].score) for one in ranked)


def _names_held(question: str, hit: Hit) -> float:
    texts = (hit.passage.chunk.text, hit.passage.title, *hit.passage.chunk.heading_path)
    held = [mentions(name, texts) for name in names_in(question)]
    held += [states_code(code, texts) for code in codes_in(question)]
    return sum(held) / len(held) if held else 1.0


def _gap(hits: Sequence[Hit]) -> float:
    scores = sorted((hit.score for hit in hits), reverse=True)
    if len(scores) < 2 or not scores[0] > 0:
        return 1.0
    return min(1.0, 1 - scores[1] / scores[0])
