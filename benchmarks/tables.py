"""The command line of a simulation that prints a table a part, a row as soon as it is done."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping

Row = dict[str, str]
Part = Callable[[int, int, int], Iterator[tuple[str, Row]]]
"""Takes repetitions, resamples and a seed; gives names of rows with their cells by column."""


def run_parts(
    told: str, parts: Mapping[str, Part], *, resamples: int, widths: tuple[int, int]
) -> None:
    """Run the parts the command line asks for; ``widths`` are of a row's name and of a cell."""
    parser = argparse.ArgumentParser(description=told.splitlines()[0] if told else "")
    parser.add_argument("--part", choices=parts, action="append", help="default: all of them")
    parser.add_argument("--repetitions", type=int, default=1000)
    parser.add_argument("--resamples", type=int, default=resamples)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    named, cell_width = widths
    for part in given.part or parts:
        print(f"\n{part}: {given.repetitions} repetitions, {given.resamples} resamples")
        titles: list[str] = []
        for name, row in parts[part](given.repetitions, given.resamples, given.seed):
            if list(row) != titles:
                titles = list(row)
                print(" " * named + "".join(f"{title:>{cell_width}}" for title in titles))
            cells = "".join(f"{cell:>{cell_width}}" for cell in row.values())
            print(f"{name:{named}}{cells}", flush=True)
