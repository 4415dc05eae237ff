"""Values the workbench's tests share: examples, results, plans, runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from evaluation.dataset import Dataset, Example, Place, TextCorpus
from evaluation.plan import Plan
from evaluation.results import Answered, Cost, Kind, Result, Retrieved, Run
from rag.answer import Outcome

ROWS = (
    ("pump.txt", "Pump", "The pump weighs 4 kg. It was delivered in March."),
    ("valve.txt", "Valve", "The valve opens at 6 bar. The spare key hangs in the office."),
    ("boiler.txt", "Boiler", "The boiler was built in 1998. Its inspector is Ms Okafor."),
    ("水泵.txt", "水泵", "水泵的重量是四公斤。水泵每年检修两次。"),
)


def an_example(number: int = 0, **values: Any) -> Example:
    """Answerable, with gold in its own document, unless told otherwise."""
    given = {
        "id": f"q{number}",
        "question": f"What is number {number}?",
        "answers": (f"answer {number}",),
        "gold": (Place(document=f"d{number}"),),
        **values,
    }
    return Example(**given)


def a_dataset(*examples: Example, **values: Any) -> Dataset:
    """A set over ``ROWS``."""
    asked = examples or (
        an_example(1, question="How heavy is the pump?", answers=("4 kg",), gold=in_("pump.txt")),
        an_example(
            2, question="When does the valve open?", answers=("6 bar",), gold=in_("valve.txt")
        ),
        an_example(
            3, question="Who inspects the boiler?", answers=("Ms Okafor",), gold=in_("boiler.txt")
        ),
        an_example(4, question="水泵每年检修几次？", answers=("两次",), gold=in_("水泵.txt")),
    )
    given = {
        "name": "small",
        "examples": asked,
        "corpus": TextCorpus(rows=ROWS, digest="rows"),
        "digest": "small",
        **values,
    }
    return Dataset(**given)


def in_(document: str, page: int | None = None) -> tuple[Place, ...]:
    """Gold in this document."""
    return (Place(document=document, page=page),)


def a_plan(**values: Any) -> Plan:
    """A retrieval plan of one system."""
    given = {
        "kind": Kind.RETRIEVAL,
        "dataset": "small",
        "dataset_digest": "0" * 64,
        "by_page": False,
        "synthetic": False,
        "seed": 0,
        "limit": 0,
        "settings": {},
        "code": "1" * 64,
        "systems": ("fused",),
        **values,
    }
    return Plan(**given)


def found(*units: str) -> Retrieved:
    """A ranking."""
    return Retrieved(units=units)


def said(text: str, **values: Any) -> Answered:
    """An answer; a refusal where ``text`` is empty."""
    outcome = Outcome.ANSWERED if text else Outcome.NOT_IN_DOCUMENTS
    return Answered(outcome=outcome, text=text, **values)


def a_run(
    examples: tuple[Example, ...], results: dict[str, tuple[Result, ...]], **values: Any
) -> Run:
    """A run of these results; each cost 10 ms."""
    kind = Kind.ANSWERS if isinstance(next(iter(results.values()))[0], Answered) else Kind.RETRIEVAL
    given = {
        "id": "run",
        "kind": kind,
        "dataset": "small",
        "dataset_digest": "0" * 64,
        "by_page": False,
        "synthetic": False,
        "seed": 0,
        "settings": {},
        "code": "1" * 64,
        "started_at": datetime(2026, 1, 2, tzinfo=UTC),
        "examples": examples,
        "results": results,
        "costs": {name: (Cost(total_ms=10.0),) * len(examples) for name in results},
        **values,
    }
    return Run(**given)
