"""Whether an answer says what a gold answer says: exact match, token F1 and containment.

English and Chinese are scored alike: Han characters are tokens of their own, everything else is
cut at blanks, so ``F1("北京市。", "北京市")`` is 1.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from evaluation.dataset import Example
from evaluation.metric import Floats, Metric, mean
from evaluation.results import Answered
from rag.answer import Outcome
from rag.language import HAN, normalise

_TOKEN: Final = re.compile(rf"[{HAN}]|[^\s{HAN}]+")
_ARTICLE: Final = re.compile(rf"(?<![{HAN}])(?<![{HAN}]\s)\b(?:a|an|the)\b(?!\s?[{HAN}])")
_MARK: Final = re.compile(r"(?<![\d.])(?P<decimal>\d+\.\d+)(?!\.?\d)|(?P<mark>[^\w\s]|_)")
_WIDE_IN_NUMBER: Final = re.compile(r"(?<=\d)[，．：](?=\d)")
_NOT_ASCII_MARK: Final = re.compile(r"[^\x00-\x7f\w\s]")
_DASH_OR_DOTS: Final = "—…"


def tokens(text: str) -> list[str]:
    """The tokens that answers are compared by; empty for a text of blanks and punctuation.

    As the official SQuAD script (Rajpurkar et al. 2016) does: lower case, punctuation deleted, the
    articles a, an, the left out, cut at blanks. As the official CMRC 2018 script does: Chinese
    punctuation deleted, Han characters cut one by one, runs of others whole. Besides, so that both
    languages and their mixtures come out right:

    * Full-width forms are folded (NFKC), and all Unicode punctuation counts.
    * Full-width punctuation, dashes and dots are boundaries: ``Java、Python`` are two tokens.
    * A decimal point stays: 3.5 is not 35.
    * Next to a Han character a letter is no article (A 股), nor where nothing else is left.
    """
    return list(_cut(text, ""))


def exact_match(answer: str, gold: str) -> bool:
    """Whether both have the same ``tokens`` in the same order."""
    return tokens(answer) == tokens(gold)


def token_f1(answer: str, gold: str) -> float:
    """The harmonic mean of precision and recall of the ``tokens``, as counted with repetition.

    SQuAD's F1, over characters in Chinese (LongBench, Bai et al. 2024, does so over words). The
    CMRC script counts only the longest run of tokens that both have, which gives less where the
    same is said in another order or with something in between. As in SQuAD 2.0, two texts without
    tokens give 1, a text with and one without give 0.
    """
    said, wanted = tokens(answer), tokens(gold)
    if not said or not wanted:
        return float(said == wanted)
    same = sum((Counter(said) & Counter(wanted)).values())
    return 2 * same / (len(said) + len(wanted))


def holds(text: str, wanted: str) -> bool:
    """Whether ``wanted`` stands in ``text`` as consecutive tokens; False for no tokens.

    Punctuation inside a word may part it or not: ``Newton's`` holds Newton and ``U.S.`` holds US.
    Between digits it never parts: 3.14 does not hold 14, and 1,000 is 1000.
    """
    return any(_runs_in(_cut(wanted, gap), _cut(text, gap)) for gap in ("", " "))


def is_refusal(result: Answered) -> bool:
    """Whether the system said that the documents do not answer; a failure says nothing."""
    return result.outcome is Outcome.NOT_IN_DOCUMENTS and result.error is None


def gold_answers(example: Example) -> tuple[str, ...]:
    """The gold answers that have tokens at all: the others cannot be told from silence."""
    return tuple(answer for answer in example.answers if tokens(answer))


def matches(example: Example, result: Answered) -> float:
    """1 where ``result`` is right by containment, else 0; NaN where gold is not known.

    An answer is right when it ``holds`` any gold answer, or, where the example has ``required``
    groups, one of each group: the accuracy of RGB (Chen et al. 2024). A short gold answer such as
    "no" may stand there by chance. For the rest see ``answer_metrics``.
    """
    return _scored(example, result, _holds_gold)


def answer_metrics(examples: Sequence[Example], results: Sequence[Answered]) -> list[Metric]:
    """``em``, ``f1`` and ``match``: means, 0..1; ``results`` belong to ``examples`` in order.

    Each is the best over the gold answers. As in SQuAD 2.0 (Rajpurkar et al. 2018), a question that
    the documents do not answer gives 1 for a refusal and else 0, and one that they answer gives 0
    for a refusal. A question that failed gives 0. Answerable ones without a gold answer give NaN.

    Where there are questions of both kinds, ``has_answer_em`` and so on are over the answerable.
    """
    answerable = np.array([one.answerable for one in examples], bool)
    found: list[Metric] = []
    of_answerable: list[Metric] = []
    for name, score in (("em", _best_exact), ("f1", _best_f1), ("match", _holds_gold)):
        pairs = zip(examples, results, strict=True)
        values = np.array([_scored(*pair, score) for pair in pairs], np.float64)
        found.append(mean(name, values))
        of_answerable.append(mean(f"has_answer_{name}", np.where(answerable, values, np.nan)))
    both_kinds = answerable.any() and not answerable.all()
    return found + of_answerable if both_kinds else found


def match_values(examples: Sequence[Example], results: Sequence[Answered]) -> Floats:
    """``matches`` of each question (questions,)."""
    pairs = zip(examples, results, strict=True)
    return np.array([matches(*pair) for pair in pairs], np.float64)


def _scored(
    example: Example, result: Answered, score: Callable[[Example, str], float | None]
) -> float:
    if not example.answerable:
        return float(is_refusal(result))
    right = score(example, "" if result.outcome is Outcome.NOT_IN_DOCUMENTS else result.text)
    return np.nan if right is None else right


def _best_exact(example: Example, text: str) -> float | None:
    return max((float(exact_match(text, gold)) for gold in gold_answers(example)), default=None)


def _best_f1(example: Example, text: str) -> float | None:
    return max((token_f1(text, gold) for gold in gold_answers(example)), default=None)


def _holds_gold(example: Example, text: str) -> float | None:
    groups = example.required or ((gold_answers(example),) if gold_answers(example) else ())
    if not groups:
        return None
    return float(all(any(holds(text, one) for one in group) for group in groups))


@lru_cache(maxsize=2048)
def _cut(text: str, gap: str) -> tuple[str, ...]:
    """``tokens``, with ``gap`` for every mark that is neither a boundary nor between digits."""
    text = _WIDE_IN_NUMBER.sub(lambda match: normalise(match[0]), text)
    text = _NOT_ASCII_MARK.sub(lambda match: " " if _is_boundary(match[0]) else match[0], text)

    def replaced(match: re.Match[str]) -> str:
        if match["decimal"] or not _is_punctuation(match["mark"]):
            return match[0]
        before = match.string[max(0, match.start() - 1) : match.start()]
        after = match.string[match.end() : match.end() + 1]
        return "" if before.isdigit() and after.isdigit() else gap

    text = _MARK.sub(replaced, normalise(text))
    return tuple(_TOKEN.findall(_ARTICLE.sub(" ", text)) or _TOKEN.findall(text))


def _is_boundary(char: str) -> bool:
    return char in _DASH_OR_DOTS or (
        unicodedata.east_asian_width(char) in "WF" and _is_punctuation(normalise(char)[:1])
    )


def _is_punctuation(char: str) -> bool:
    return char in string.punctuation or unicodedata.category(char).startswith("P")


def _runs_in(wanted: Sequence[str], said: Sequence[str]) -> bool:
    last = len(said) - len(wanted)
    return bool(wanted) and any(
        said[at : at + len(wanted)] == wanted for at in range(last + 1) if said[at] == wanted[0]
    )
