"""How much text an answer shares with the gold answers: corpus BLEU and ROUGE-L.

Both are over answerable questions with gold answers; a refusal or a failure counts as empty text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evaluation.dataset import Example
from evaluation.metric import Floats, Metric, mean
from evaluation.metrics.answers import gold_answers
from evaluation.results import Answered
from rag.answer import Outcome
from rag.language import HAN, language_of, normalise

_ORDERS: Final = 4
_ROUGE_TOKEN: Final = re.compile(rf"[{HAN}]|[a-z0-9]+")


class RougeTokenizer:
    """The tokenizer that rouge-score is given; its own one drops Chinese.

    Han characters are tokens of their own; the rest is cut as rouge-score does: lower case, runs of
    a-z and 0-9, everything else dropped, no stemming. Full-width forms are folded (NFKC).
    """

    def tokenize(self, text: str) -> list[str]:
        """The tokens of ``text`` in order."""
        return _ROUGE_TOKEN.findall(normalise(text))


def bleu(examples: Sequence[Example], results: Sequence[Answered]) -> Metric:
    """Corpus BLEU, 0..100 (Papineni et al. 2002), as sacrebleu gives it by default.

    Up to 4-grams, "exp" smoothing, no effective order, case kept; all gold answers are references.
    Questions in Chinese are cut by sacrebleu's ``zh``, others by ``13a``. It is made from counts
    summed over questions, so that a resample of questions resamples counts (Koehn 2004).
    """
    counts = np.zeros((len(examples), 2 + 2 * _ORDERS))
    known = np.zeros(len(examples))
    for at, (example, text, gold) in _scorable(examples, results):
        counts[at] = _bleu_counts(text, gold, chinese=language_of(example.question) == "zh")
        known[at] = 1.0

    def statistic(weights: Floats) -> Floats:
        return np.where(weights @ known > 0, _bleu_of(weights @ counts), np.nan)

    return Metric(name="bleu", statistic=statistic, questions=len(examples), high=100.0)


def rouge_l(examples: Sequence[Example], results: Sequence[Answered]) -> Metric:
    """The mean F-measure of ROUGE-L, 0..1 (Lin 2004), by rouge-score; the best over gold answers.

    It rests on the longest common subsequence of tokens (``RougeTokenizer``).
    """
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rougeL"], tokenizer=RougeTokenizer())
    values = np.full(len(examples), np.nan)
    for at, (_, text, gold) in _scorable(examples, results):
        values[at] = scorer.score_multi(gold, text)["rougeL"].fmeasure
    return mean("rouge_l", values)


def _scorable(
    examples: Sequence[Example], results: Sequence[Answered]
) -> list[tuple[int, tuple[Example, str, tuple[str, ...]]]]:
    """Position, example, answer and gold answers of the questions that can be scored."""
    return [
        (at, (example, "" if result.outcome is Outcome.NOT_IN_DOCUMENTS else result.text, gold))
        for at, (example, result) in enumerate(zip(examples, results, strict=True))
        if example.answerable and (gold := gold_answers(example))
    ]


def _bleu_counts(text: str, gold: Sequence[str], *, chinese: bool) -> list[int]:
    """Lengths of answer and closest gold answer, then matched and all 1- to 4-grams."""
    from sacrebleu.metrics.bleu import BLEU

    scorer = BLEU(tokenize="zh" if chinese else "13a", effective_order=True)
    one = scorer.sentence_score(text, gold)
    return [one.sys_len, one.ref_len, *one.counts, *one.totals]


def _bleu_of(counts: NDArray[np.float64]) -> Floats:
    """BLEU (resamples,) of summed counts (resamples, 10)."""
    answer_length, gold_length = counts[:, 0], counts[:, 1]
    matched, totals = counts[:, 2 : 2 + _ORDERS], counts[:, 2 + _ORDERS :]
    halvings = np.cumsum(matched == 0, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        precisions = np.where(matched > 0, matched, 0.5**halvings) / totals
        brevity = np.exp(np.minimum(0.0, 1 - gold_length / answer_length))
        score = 100 * brevity * np.exp(np.log(precisions).mean(axis=1))
    return np.where((totals > 0).all(axis=1) & (matched > 0).any(axis=1), score, 0.0)
