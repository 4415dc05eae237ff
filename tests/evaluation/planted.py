"""Questions whose outcome is planned: files, a question set over them, and a script that answers.

Every question is about a thing of its own name with one document of its own. What goes wrong with
it is put into the files (the gold text is missing, or other passages are nearer the question) or
into the script (``tests/scripted_answers.py``), so it is known before anything is measured.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from app.wiring import Services
from evaluation.attribution import Cause
from evaluation.dataset import Dataset, Example, LibraryCorpus
from ingest.loaders import read_document
from rag.language import Language
from rag.settings import Settings
from tests.evaluation.made import in_
from tests.evaluation.things import Thing, things
from tests.fakes import WordEmbedder

COLLECTION: Final = "planted"

NEARER_THAN_PROMPT: Final = 12
"""Nearer passages that keep the gold text out of a prompt of 8, but not out of 50 found."""

NEARER_THAN_FOUND: Final = 60
"""Nearer passages that keep the gold text out of 50 found."""


class Fault(StrEnum):
    """What is planted; ``RIGHT`` and ``RIGHTLY_REFUSED`` are no faults."""

    RIGHT = "right"
    RIGHTLY_REFUSED = "rightly refused"
    GOLD_REMOVED = "gold removed"
    NOT_FOUND = "not found"
    BELOW_PROMPT = "below the prompt"
    WRONGLY_REFUSED = "wrongly refused"
    MADE_UP = "made up"
    WRONG_ANSWER = "wrong answer"
    WRONG_CITATION = "wrong citation"

    @property
    def cause(self) -> Cause | None:
        """The cause that attribution has to name."""
        return {
            Fault.GOLD_REMOVED: Cause.PARSING,
            Fault.NOT_FOUND: Cause.RETRIEVAL,
            Fault.BELOW_PROMPT: Cause.RANKING,
            Fault.WRONGLY_REFUSED: Cause.REFUSAL,
            Fault.MADE_UP: Cause.REFUSAL,
            Fault.WRONG_ANSWER: Cause.ANSWER,
            Fault.WRONG_CITATION: Cause.CITATION,
        }.get(self)


LOST: Final = frozenset({Fault.GOLD_REMOVED, Fault.NOT_FOUND, Fault.BELOW_PROMPT})
"""Faults in which the gold text does not reach the prompt."""

UNANSWERABLE: Final = frozenset({Fault.RIGHTLY_REFUSED, Fault.MADE_UP})
_BURIED: Final = {Fault.NOT_FOUND: NEARER_THAN_FOUND, Fault.BELOW_PROMPT: NEARER_THAN_PROMPT}
BEHAVIOURS: Final = {
    Fault.RIGHT: "right",
    Fault.RIGHTLY_REFUSED: "refuses",
    Fault.WRONGLY_REFUSED: "refuses",
    Fault.MADE_UP: "wrong_answer",
    Fault.WRONG_ANSWER: "wrong_answer",
    Fault.WRONG_CITATION: "wrong_citation",
}


_OTHERS: Final[Mapping[Language, Sequence[str]]] = {
    "en": (
        "It stands behind the old mill, painted green on all sides.",
        "Visitors may look at it on the first Sunday of a month.",
        "The roof above was mended after the storm.",
        "A fence holds the sheep back.",
        "Children of the village have drawn it many times.",
    ),
    "zh": (
        "它就在老磨坊后面，四周都刷成绿色。",
        "每月第一个星期天，游客可以前来参观。",
        "暴风雨过后，上面的屋顶已经修好。",
        "旁边围着栅栏，羊群进不来。",
        "村里的孩子们画过它许多次。",
    ),
}
_SECTIONS: Final[Mapping[Language, Sequence[str]]] = {
    "en": ("Surroundings", "Particulars", "Storage", "Enquiry"),
    "zh": ("周边", "详情", "存放", "来信"),
}
_LABEL: Final = {
    "en": "The label on a box nearby says {answer}.",
    "zh": "附近一只箱子的标签上写着{answer}。",
}
_WRITER: Final = {
    "en": "Its writer lives at number {house}.",
    "zh": "写信人住在{house}号。",
}
"""Tells letters apart that ask the same: copies would give way to the gold text."""

_SHEET: Final = {"en": "Sheet {number}", "zh": "资料 {number}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A thing and the fault planted with its question.

    ``behaviour`` is the script's. ``briefly``: the answer is the bare one. ``proven``: the example
    gives the evidence. ``asked_within``: the thing's own document has a nearer passage as well.
    ``labelled``: it names the answer once more, about something else. ``alone``: the document has
    the section of the gold text and no other.
    """

    thing: Thing
    fault: Fault
    behaviour: str
    briefly: bool = True
    proven: bool = True
    asked_within: bool = False
    labelled: bool = False
    alone: bool = False

    @property
    def question(self) -> str:
        """What is asked."""
        return self.thing.absent if self.fault in UNANSWERABLE else self.thing.question

    @property
    def evidence(self) -> str:
        """The gold sentence, the further from the question the deeper it is to be buried."""
        buried = {
            Fault.BELOW_PROMPT: self.thing.loose_evidence,
            Fault.NOT_FOUND: self.thing.unnamed_evidence,
        }
        return buried.get(self.fault, self.thing.evidence)

    @property
    def example(self) -> Example:
        """The question as a set has it."""
        thing, several = self.thing, len(self.thing.parts) > 1
        if self.fault in UNANSWERABLE:
            return Example(id=thing.document, question=self.question, answerable=False)
        return Example(
            id=thing.document,
            question=self.question,
            answers=() if several else thing.parts,
            required=tuple((part,) for part in thing.parts) if several else (),
            gold=in_(thing.document),
            evidence=(self.evidence,) if self.proven else (),
        )

    @property
    def plan(self) -> dict[str, Any]:
        """The script's plan."""
        thing = self.thing
        if self.fault in UNANSWERABLE:
            planned = {"answer": "", "wrong": thing.made_up, "evidence": []}
            return {"behaviour": self.behaviour, **planned}
        return {
            "behaviour": self.behaviour,
            "answer": thing.said if self.briefly else thing.reply,
            "wrong": thing.wrong_said if self.briefly else thing.wrong_reply,
            "evidence": [self.evidence],
        }

    def files(self) -> dict[str, str]:
        """Its documents in Markdown, by name."""
        language, title = self.thing.language, self.thing.title
        around, particulars, storage, enquiry = _SECTIONS[language]
        others, at = _OTHERS[language], self.thing.number
        gold = "" if self.fault is Fault.GOLD_REMOVED else self.evidence
        label = _LABEL[language].format(answer=self.thing.said.strip(".。"))
        sections = [
            (around, [others[at % 5]]),
            (particulars, [others[(at + 1) % 5], gold, others[(at + 2) % 5]]),
            (storage, [others[(at + 3) % 5], label if self.labelled else ""]),
            *([(enquiry, [self.thing.nearer])] if self.asked_within else []),
        ]
        if self.alone:
            sections = sections[1:2]
        if self.fault in _BURIED:
            title = _SHEET[language].format(number=at)
        files = {self.thing.document: _markdown(title, sections)}
        if count := _BURIED.get(self.fault):
            writer = _WRITER[language]
            letters = [
                (f"{enquiry} {number}", [self.thing.nearer, writer.format(house=3 * number + 2)])
                for number in range(count)
            ]
            files[f"letters-{self.thing.document}"] = _markdown(enquiry, letters)
        return files


def _markdown(title: str, sections: Sequence[tuple[str, Sequence[str]]]) -> str:
    parts = [f"## {heading}\n\n{' '.join(filter(None, body))}" for heading, body in sections]
    return "\n\n".join([f"# {title}", *parts]) + "\n"


def planted(language: Language, faults: Mapping[Fault, int]) -> list[Planted]:
    """So many questions of each fault, spread over all kinds of things.

    Where the gold text is lost, the model refuses every other time, else says something wrong.
    """
    order = [fault for fault, count in faults.items() for _ in range(count)]
    random.Random(7).shuffle(order)
    found: list[Planted] = []
    for thing, fault in zip(things(language, len(order)), order, strict=True):
        turn = sum(one.fault is fault for one in found)
        lost = "refuses" if turn % 2 else "wrong_answer"
        one = Planted(
            thing=thing,
            fault=fault,
            behaviour=BEHAVIOURS.get(fault, lost),
            briefly=turn % 4 < 2,
            proven=turn % 3 > 0,
            asked_within=turn % 5 < 2,
            labelled=turn % 3 > 0,  # without evidence nothing tells the label from the gold text
        )
        found.append(one)
    return found


def script_of(questions: Sequence[Planted]) -> dict[str, Any]:
    """The script that answers them."""
    return {one.question: one.plan for one in questions}


def set_of(questions: Sequence[Planted], settings: Settings, folder: Path) -> Dataset:
    """The question set over ``COLLECTION``, which is filled from files in ``folder``.

    The services that fill it are closed, so that Chroma is free for those that search.
    """
    files = {name: text for one in questions for name, text in one.files().items()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    documents = (read_document(folder / name, name=name, max_bytes=100_000) for name in files)
    with closing(Services(settings)) as services:
        services.embedder = WordEmbedder()
        services.ingestion.add_documents(documents, COLLECTION)
    digest = hashlib.sha256(repr([files, questions]).encode()).hexdigest()
    return Dataset(
        name="planted",
        examples=tuple(one.example for one in questions),
        corpus=LibraryCorpus(collections=(COLLECTION,), documents=len(files), digest=digest),
        digest=digest,
    )
