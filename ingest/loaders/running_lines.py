"""The lines that every page repeats at its top or bottom: running titles and page numbers.

A number may differ from page to page if it counts the pages. A running title stays where it
stands first, for it may say what nothing else says (a revision, an owner). Knows no formats.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

EDGE_LINES: Final = 4
FEWEST_PAGES: Final = 3
SHARE_OF_PAGES: Final = 0.6

_NUMBER: Final = re.compile(r"(?<!\d)\d{1,5}(?!\d)")
_BARE_NUMBER: Final = re.compile(r"\W*(?:[A-Z]{1,2}-)?\d{1,4}\W*|\W*[ivxl]{1,6}\W*")
_PAGE_NUMBER: Final = "\0 bare number"


def without_running_lines(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the lines without running titles and page numbers; no page loses all its lines."""
    filled = [index for index, lines in enumerate(pages) if any(map(str.strip, lines))]
    running: dict[int, set[int]] = {}
    if len(filled) >= FEWEST_PAGES:
        running = _running(pages, filled)
    result = []
    for index, lines in enumerate(pages):
        marked = running.get(index, set())
        kept = [line for number, line in enumerate(lines) if number not in marked]
        result.append(kept if any(map(str.strip, kept)) else list(lines))
    return result


def _running(pages: Sequence[Sequence[str]], filled: Sequence[int]) -> dict[int, set[int]]:
    """For each page the numbers of its lines that repeat at the edges of the pages."""
    edges = {
        index: [
            (number, list(_keys(pages[index][number], index))) for number in _edge(pages[index])
        ]
        for index in filled
    }
    counts: Counter[str] = Counter()
    for lines in edges.values():
        counts.update({key for _, keys in lines for key in keys})
    repeated = {key for key, count in counts.items() if count >= SHARE_OF_PAGES * len(filled)}
    running: dict[int, set[int]] = {}
    seen: set[str] = set()
    for index, lines in edges.items():
        for number, (exact, *counting) in lines:
            if repeated.intersection(counting) or (exact in repeated and exact in seen):
                running.setdefault(index, set()).add(number)
            seen.add(exact)
    return running


def _edge(lines: Sequence[str]) -> list[int]:
    """Return the numbers of the outermost lines that are not blank, at the top and bottom."""
    numbers = [number for number, line in enumerate(lines) if line.strip()]
    return (
        numbers if len(numbers) <= 2 * EDGE_LINES else numbers[:EDGE_LINES] + numbers[-EDGE_LINES:]
    )


def _keys(line: str, index: int) -> Iterator[str]:
    """Yield the line itself, then what it is on every page if a number of it counts pages."""
    text = " ".join(line.split())
    yield text
    if _BARE_NUMBER.fullmatch(text):
        yield _PAGE_NUMBER
    for match in _NUMBER.finditer(text):
        yield f"{text[: match.start()]}\0{int(match[0]) - index:+d}{text[match.end() :]}"
