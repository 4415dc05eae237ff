"""Answers by a script, right or wrong as planned, so that what is measured is known beforehand.

A script is a JSON object that maps a question's text to its plan:

    {"behaviour": "right", "answer": "4 kg.", "wrong": "9 kg.", "evidence": ["It weighs 4 kg."]}

* ``right``: the answer, each sentence citing the passage that holds the evidence; the word of
  refusal where there is no answer.
* ``wrong_answer``: the wrong text, citing the same passage.
* ``wrong_citation``: the answer, citing the passage that has least to do with it and does not hold
  the evidence; nothing where there is no such passage.
* ``no_citation``: the answer without a marker. The product itself still cites a sentence that a
  passage plainly holds.
* ``votes``: sample n (its seed, or its place in a request) says the n-th of ``votes``, round and
  round: a text, and the bare answer, which stands on a line of its own; null is a refusal.
* with a ``thought``, the reply begins with it between ``<think>`` tags.
* ``refuses``: the word of refusal. ``slow``: like ``right``, after ``SLOW_S``. ``fails``: no reply.

Any other question is answered with ``UNKNOWN``. Prompts of ``rag.prompts.judge_messages`` are
answered as the key ``judge`` says, a word of its own and not a plan:

* ``truthful``, the default: a sentence is supported when it stands in a passage or in the planned
  answer, the question is answered, and the answer is right when all its sentences stand in the
  planned answer or hold it.
* ``lenient``: everything is so. ``contrary``: the opposite of ``truthful``. ``garbled``: nothing
  that can be read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rag.language import sentence_pieces
from rag.prompts import NOT_IN_DOCUMENTS, SHORT_ANSWER

UNKNOWN: Final = "404: the script has no such question."
SLOW_S: Final = 0.5
BEHAVIOURS: Final = frozenset(
    {"right", "wrong_answer", "wrong_citation", "no_citation", "refuses", "slow", "fails", "votes"}
)
JUDGES: Final = frozenset({"truthful", "lenient", "contrary", "garbled"})
GARBLED: Final = "That looks fine to me."

_PASSAGE: Final = re.compile(r'<passage number="(\d+)"[^>]*>\n(.*?)\n</passage>', re.DOTALL)
_QUESTION: Final = re.compile(r".*\n\n(?:Question: |问题：)(.*)\Z", re.DOTALL)
_JUDGED: Final = re.compile(
    r".*\n\n(?:Question: |问题：)(?P<question>.*?)\n\n"
    r"(?:(?:Right answers:|正确答案：)\n.*?\n\n)?"
    r"(?:Sentences of the answer:|答案的句子：)\n(?P<sentences>.*)\Z",
    re.DOTALL,
)
_SENTENCE: Final = re.compile(r"^S\d+: (.*)$", re.MULTILINE)
_WORD: Final = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the oracle says, after ``delay_s``; ``text`` is None where it fails."""

    text: str | None
    delay_s: float = 0.0


class Script:
    """The oracle over a script."""

    def __init__(self, script: Mapping[str, Any]) -> None:
        self._judge = script.get("judge", "truthful")
        if self._judge not in JUDGES:
            raise ValueError(f"no judge {self._judge!r}")
        self._plans = {question: plan for question, plan in script.items() if question != "judge"}
        for question, plan in self._plans.items():
            if plan["behaviour"] not in BEHAVIOURS:
                raise ValueError(f"{question!r}: no behaviour {plan['behaviour']!r}")

    @classmethod
    def read(cls, path: Path) -> Script:
        """The script in a JSON file."""
        return cls(json.loads(path.read_text("utf-8")))

    def reply(self, messages: Sequence[Mapping[str, str]], *, number: int = 0) -> Said:
        """The reply of sample ``number`` to a prompt; the same for the same prompt."""
        prompt = messages[-1]["content"]
        if judged := _JUDGED.fullmatch(prompt):
            plan = self._plans.get(judged["question"])
            verdicts = _verdicts(plan or {}, judged["sentences"], prompt)
            if "CORRECT: yes or no" not in messages[0]["content"]:
                del verdicts["CORRECT"]
            return Said(text=self._judgement(verdicts))
        asked = _QUESTION.fullmatch(prompt)
        plan = self._plans.get(asked[1]) if asked else None
        if plan is None:
            return Said(text=UNKNOWN)
        if plan["behaviour"] == "fails":
            return Said(text=None)
        passages = {int(number): text for number, text in _PASSAGE.findall(prompt)}
        delay_s = SLOW_S if plan["behaviour"] == "slow" else 0.0
        if plan["behaviour"] == "votes":
            plan = _vote(plan, number)
        return Said(text=_said(plan, passages), delay_s=delay_s)

    def _judgement(self, verdicts: Mapping[str, bool]) -> str:
        if self._judge == "garbled":
            return GARBLED
        said = {
            name: self._judge == "lenient" or verdict == (self._judge == "truthful")
            for name, verdict in verdicts.items()
        }
        return "\n".join(f"{name}: {'yes' if yes else 'no'}" for name, yes in said.items())


def _verdicts(plan: Mapping[str, Any], told: str, prompt: str) -> dict[str, bool]:
    """What ``truthful`` says of the numbered sentences ``told``, by the names the prompt gives."""
    right = _without_blanks(plan.get("answer", ""))
    passages = [_without_blanks(text) for _, text in _PASSAGE.findall(prompt)]
    sentences = [_without_blanks(sentence) for sentence in _SENTENCE.findall(told)]
    verdicts = {
        f"S{number}": sentence in right or any(sentence in passage for passage in passages)
        for number, sentence in enumerate(sentences, start=1)
    }
    correct = all(right and (one in right or right in one) for one in sentences)
    return {**verdicts, "ANSWERS": bool(sentences), "CORRECT": bool(sentences) and correct}


def _vote(plan: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The plan of one sample."""
    vote = plan["votes"][number % len(plan["votes"])]
    if vote is None:
        return {**plan, "behaviour": "refuses"}
    text, short = vote
    return {**plan, "behaviour": "right", "answer": text, "short": short}


def _said(plan: Mapping[str, Any], passages: Mapping[int, str]) -> str:
    behaviour = plan["behaviour"]
    text = plan["wrong"] if behaviour == "wrong_answer" else plan.get("answer", "")
    if behaviour == "refuses" or not text:
        return NOT_IN_DOCUMENTS
    evidence = plan.get("evidence") or [text]
    if behaviour == "no_citation":
        return str(text)
    choose = _unfitting if behaviour == "wrong_citation" else _fitting
    number = choose(evidence, passages)
    said = _cited(text, number) if number else str(text)
    said = f"{said}\n{SHORT_ANSWER} {plan['short']}" if "short" in plan else said
    return f"<think>\n{plan['thought']}\n</think>\n\n{said}" if "thought" in plan else said


def _fitting(evidence: Sequence[str], passages: Mapping[int, str]) -> int | None:
    """The first passage that holds a piece of evidence, else the one with most of its words."""
    held = [number for number, text in passages.items() if _holds(text, evidence)]
    by_words = sorted(passages, key=lambda number: (-_shared(passages[number], evidence), number))
    return next(iter([*held, *by_words]), None)


def _unfitting(evidence: Sequence[str], passages: Mapping[int, str]) -> int | None:
    """The passage with fewest of the evidence's words among those that do not hold it."""
    best = _fitting(evidence, passages)
    others = [n for n, text in passages.items() if n != best and not _holds(text, evidence)]
    return min(
        others, key=lambda number: (_shared(passages[number], evidence), number), default=None
    )


def _holds(passage: str, evidence: Sequence[str]) -> bool:
    return any(_without_blanks(piece) in _without_blanks(passage) for piece in evidence)


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def _shared(passage: str, evidence: Sequence[str]) -> int:
    """How many different words, or Chinese characters, of the evidence the passage has."""
    return len(_words(passage) & _words(" ".join(evidence)))


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _cited(text: str, number: int) -> str:
    """``text`` with the marker of passage ``number`` after every sentence."""
    pieces = (piece.strip() for piece in sentence_pieces(text))
    return " ".join(f"{piece} [{number}]" for piece in pieces if piece)
