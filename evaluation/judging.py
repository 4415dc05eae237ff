"""A chat model's opinion of answers: beside the numbers that need none, never instead of them.

Its agreement with the gold answers is reported, so that a reader knows what the opinion is worth.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from evaluation.dataset import Example
from evaluation.results import Answered, Opinion
from rag.answer import Outcome
from rag.prompting import judge_messages
from rag.protocols import ChatModel
from rag.replies import Finish
from rag.types import Passage

_VERDICT: Final = re.compile(
    r"^\W*(S\d+|ANSWERS|CORRECT)\W*[:：]\W*(yes|no|是|否)\b", re.IGNORECASE | re.MULTILINE
)
_YES: Final = ("yes", "是")
NO_OPINION: Final = Opinion(faithful=None, relevant=None, correct=None)


class ModelJudge:
    """Asks ``model`` about one answer at a time.

    Faithfulness is the share of the answer's sentences that the passages support, as RAGAS defines
    it (Es et al. 2024); a sentence without a verdict leaves it unknown.
    """

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    def __call__(
        self, example: Example, answered: Answered, passages: Sequence[Passage]
    ) -> Opinion:
        """The model's opinion; no part of it where the answer is a refusal or the model fails."""
        if answered.outcome is not Outcome.ANSWERED or not answered.claims:
            return NO_OPINION
        sentences = [claim.claim.text for claim in answered.claims]
        right = [*example.answers, *("; ".join(group[:1]) for group in example.required)]
        asked = judge_messages(example.question, sentences, passages, right)
        for reply in self._model.stream(asked):
            last = reply
        if last.finish is Finish.FAILED:
            return NO_OPINION
        return opinion_in(last.text, sentences=len(sentences))


def opinion_in(reply: str, *, sentences: int) -> Opinion:
    """The opinion that a judge's ``reply`` gives; what it leaves out is None."""
    verdicts = {name.upper(): float(word.lower() in _YES) for name, word in _VERDICT.findall(reply)}
    told = [verdicts.get(f"S{number}") for number in range(1, sentences + 1)]
    known = [one for one in told if one is not None]
    return Opinion(
        faithful=sum(known) / len(known) if known and len(known) == len(told) else None,
        relevant=verdicts.get("ANSWERS"),
        correct=verdicts.get("CORRECT"),
    )
