"""Tables as text (.csv, .tsv): encoding and delimiter found, every cell under its column's name.

Rows are numbered as a spreadsheet would number them, so a citation names cells.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ingest.loaders.encoding import decode
from ingest.loaders.file_bytes import read_bytes, stem_of, version_of
from ingest.loaders.table_rows import Row, row_of, row_pages
from rag.errors import NoText
from rag.types import Document, Page

CSV_TYPE: Final = "text/csv"
TSV_TYPE: Final = "text/tab-separated-values"
MANY_COLUMNS: Final = 1_000

_DELIMITERS: Final = ",;\t|"
_SAMPLE_LINES: Final = 50


class DelimitedLoader:
    """Reads tables whose cells are set apart by a character; ``delimiter`` None finds it."""

    def __init__(self, media_type: str, delimiter: str | None = None) -> None:
        self._media_type = media_type
        self._delimiter = delimiter

    def load(self, path: Path, *, name: str) -> Document:
        """Return pages of rows, labelled by their cells; raises a LoadError without any."""
        data = read_bytes(path, name=name)
        decoded = decode(data)
        warnings = list(decoded.warnings)
        text = decoded.text.replace("\0", "")
        lines = io.StringIO(text, newline=None).read().split("\n")
        delimiter = self._delimiter or delimiter_of(lines)
        records = _records(lines, delimiter)
        if records is None:
            warnings.append("unbalanced quotation marks: every line was taken as a row")
            records = [line.split(delimiter) for line in lines]
        rows = list(_rows(records))
        if not rows:
            raise NoText(file=name, detail="no cell has a value")
        columns = max(len(row.cells) for row in rows)
        if columns >= MANY_COLUMNS:
            warnings.append(f"{columns} columns: it may not be a table")
        pages = tuple(
            Page(number=number, text=page.text, label=page.label, headings=page.headings)
            for number, page in enumerate(row_pages(rows), 1)
        )
        return Document(
            name=name,
            version=version_of(data),
            media_type=self._media_type,
            title=stem_of(name),
            pages=pages,
            paginated=True,
            warnings=tuple(warnings),
        )


def delimiter_of(lines: list[str]) -> str:
    """Return the delimiter that cuts most of the first lines into equally many cells, or a comma.

    Between equals the one that gives more cells wins.
    """
    sample = [line for line in lines[:_SAMPLE_LINES] if line.strip()]
    best, best_score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        counts = Counter(
            len(record) for record in csv.reader(sample, delimiter=delimiter) if len(record) > 1
        )
        if counts:
            columns, agreeing = max(counts.items(), key=lambda item: (item[1], item[0]))
            score = (agreeing / len(sample), columns)
            if score > best_score:
                best, best_score = delimiter, score
    return best


def _records(lines: list[str], delimiter: str) -> list[list[str]] | None:
    """Return the cells of each record; None where quotation marks do not close."""
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True)
    try:
        return list(reader)
    except csv.Error:
        return None


def _rows(records: list[list[str]]) -> Iterator[Row]:
    for number, record in enumerate(records, 1):
        if row := row_of(number, record):
            yield row
