"""Question sets that the tests of the command line ask, and what its files say."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.app.cli.conftest import Command

Row = tuple[str, str]
Line = dict[str, Any]

HOUSE: tuple[Row, ...] = (
    ("pump", "The pump weighs 4 kg. It was delivered in March."),
    ("valve", "The valve opens at 6 bar. The spare key hangs in the office."),
    ("boiler", "The boiler was built in 1998. Its inspector is Ms Okafor."),
)
HOUSE_QUESTIONS: tuple[Line, ...] = (
    {"qid": "h1", "question": "How heavy is the pump?", "answers": ["4 kg"], "gold": "pump"},
    {"qid": "h2", "question": "When does the valve open?", "answers": ["6 bar"], "gold": "valve"},
    {
        "qid": "h3",
        "question": "Who inspects the boiler?",
        "answers": ["Ms Okafor"],
        "gold": "boiler",
    },
    {"qid": "h4", "question": "Which colour has the zeppelin?", "answerable": False},
)
PLANT: tuple[Row, ...] = (
    ("水泵", "水泵的重量是四公斤。水泵每年检修两次。"),
    ("锅炉", "锅炉建于一九九八年。锅炉的检验员是王工。"),
    ("阀门", "阀门在六巴时打开。备用钥匙挂在办公室。"),
)
PLANT_QUESTIONS: tuple[Line, ...] = (
    {"qid": "p1", "question": "水泵每年检修几次？", "answers": ["两次"], "gold": "水泵"},
    {"qid": "p2", "question": "锅炉的检验员是谁？", "answers": ["王工"], "gold": "锅炉"},
    {"qid": "p3", "question": "备用钥匙挂在哪里？", "answers": ["办公室"], "gold": "阀门"},
    {"qid": "p4", "question": "飞艇是什么颜色的？", "answerable": False},
)


def write_set(folder: Path, rows: Iterable[Row], questions: Iterable[Line]) -> Path:
    """A set in the workbench's own format; ``gold`` names the one gold document."""
    folder.mkdir(parents=True)
    _write(folder / "corpus.jsonl", ({"doc_id": name, "text": text} for name, text in rows))
    _write(
        folder / "questions.jsonl",
        (
            {key: value for key, value in one.items() if key != "gold"}
            | ({"gold_doc_ids": [one["gold"]]} if "gold" in one else {})
            for one in questions
        ),
    )
    return folder


def write_prices(folder: Path, *, questions: int, documents: int = 24) -> Path:
    """A set about parts and their prices, English and Chinese in turn, each in its document."""
    rows = [(f"part{n}", _price_zh(n) if n % 2 else _price_en(n)) for n in range(documents)]
    asked = [
        {
            "qid": f"q{number}",
            "question": _asked_zh(number, number % documents)
            if number % documents % 2
            else _asked_en(number, number % documents),
            "answers": [str(number % documents + 70)],
            "gold": f"part{number % documents}",
        }
        for number in range(questions)
    ]
    return write_set(folder, rows, asked)


def _price_en(number: int) -> str:
    return f"Part A{number + 100} costs {number + 70} euros. It is made of steel."


def _price_zh(number: int) -> str:
    return f"零件 B{number + 100} 的价格是 {number + 70} 元。它由铜制成。"


def _asked_en(number: int, document: int) -> str:
    return f"Offer {number}: what does part A{document + 100} cost?"


def _asked_zh(number: int, document: int) -> str:
    return f"报价{number}：零件 B{document + 100} 的价格是多少？"


def without_timings(payload: dict[str, Any]) -> dict[str, Any]:
    """What a repetition of a run must say again, byte for byte."""
    return {key: value for key, value in payload.items() if key not in ("run", "timings")}


def numbers(bench: Command, *arguments: str | Path) -> Any:
    """What the command writes with ``--json -``."""
    result = bench(*arguments, "--json", "-")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def _write(path: Path, values: Iterable[Line]) -> None:
    lines = (json.dumps(value, ensure_ascii=False) for value in values)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
