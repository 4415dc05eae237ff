"""Voting: accuracy beside the exact majority vote, what early stopping saves, labelled pairs.

    python -m benchmarks.voting [--questions 2000] [--over-http 200] [--part votes] [--json FILE]

The parts are ``votes``, ``stopping`` (which asks again what ``votes`` does) and ``pairs``.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from app.cli.console import services
from benchmarks.voting.pairs import labelled_pairs, told
from benchmarks.voting.votes import over_http, votes
from rag.voting.likeness import Likeness


def main() -> None:
    """Run the parts that the command line asks for and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--part", choices=("votes", "stopping", "pairs"), action="append")
    parser.add_argument("--questions", type=int, default=2000)
    parser.add_argument("--over-http", type=int, default=200, help="questions of them over HTTP")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    parts = given.part or ("votes", "stopping", "pairs")
    rows: dict[str, list[dict[str, Any]]] = {}
    if "votes" in parts or "stopping" in parts:
        found = votes(
            given.questions,
            given.seed,
            stopping="stopping" in parts,
            processes=given.processes,
        )
        for part, row in found:
            rows.setdefault(part, []).append(row)
            print(*[part, *(f"{name} {_cell(value)}" for name, value in row.items())], sep="  ")
    if "votes" in parts and given.over_http:
        row = over_http(given.over_http, given.seed)
        rows["http"] = [row]
        print(*["http", *(f"{name} {_cell(value)}" for name, value in row.items())], sep="  ")
    if "pairs" in parts:
        with services() as opened:
            counts = list(told(labelled_pairs(), partial(Likeness, embedder=opened.embedder)))
        rows["pairs"] = [{**asdict(one), "f1": one.f1} for one in counts]
        for one in counts:
            print(
                f"pairs  {one.group:26}{one.joined:5}{one.parted:5}{one.mixed:5}{one.kept:5}"
                f"  F1 {one.f1:.3f}"
            )
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1), "utf-8")


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
