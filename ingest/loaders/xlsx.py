"""Excel workbooks (.xlsx): each row a line, every cell under its column's name, sheets as pages.

Formulas are read as the values that Excel kept for them. Hidden sheets, comments and charts are
left out. Reading stops at a bound, and says so.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from ingest.loaders.archive_bounds import PACKAGE_SURPRISES, broken
from ingest.loaders.cleaning import one_line
from ingest.loaders.file_bytes import read_bytes, stem_of, version_of
from ingest.loaders.office_package import check_package
from ingest.loaders.table_rows import Row, row_of, row_pages
from rag.errors import DamagedFile, NoText
from rag.types import Document, Page

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_CELLS: Final = 20_000_000

_SHEET_PART: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_FORMULA_WITHOUT_VALUE: Final = re.compile(
    rb"(?:</f>|<f[^>]*/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>", re.IGNORECASE
)
_PERCENT: Final = re.compile(r"0%")


class XlsxLoader:
    """Reads Excel workbooks."""

    def load(self, path: Path, *, name: str) -> Document:
        """Return pages of rows, labelled by their cells; raises a LoadError without any."""
        from openpyxl.utils.exceptions import InvalidFileException

        data = read_bytes(path, name=name)
        check_package(data, suffix=".xlsx", name=name)
        try:
            reading = _Reading(data)
            pages = tuple(reading.pages())
            unsaved = _formulas_without_value(data)
        except (InvalidFileException, *PACKAGE_SURPRISES) as error:
            raise DamagedFile(file=name, detail=broken(error)) from error
        if not pages:
            unread = f", {unsaved} formulas without a kept value" if unsaved else ""
            raise NoText(file=name, detail=f"{reading.sheets} sheets without values{unread}")
        if unsaved:
            reading.warnings.append(f"formulas without a kept value: {unsaved}")
        return Document(
            name=name,
            version=version_of(data),
            media_type=MEDIA_TYPE,
            title=reading.title or stem_of(name),
            pages=pages,
            paginated=True,
            warnings=tuple(reading.warnings),
        )


class _Reading:
    """Walks the sheets of a workbook; ``warnings`` grow on the way."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._cells = 0
        self.sheets = 0
        self.title = ""
        self.warnings: list[str] = []

    def pages(self) -> Iterator[Page]:
        """Yield every sheet's pages, in the workbook's order."""
        import openpyxl

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that openpyxl leaves out
            book = openpyxl.load_workbook(io.BytesIO(self._data), read_only=True, data_only=True)
            with closing(book):
                self.title = one_line(book.properties.title or "")
                number = 0
                for sheet in book.worksheets:
                    self.sheets += 1
                    if sheet.sheet_state != "visible":
                        self.warnings.append(f"hidden sheet left out: {one_line(sheet.title)}")
                        continue
                    for page in row_pages(self._rows(sheet), sheet=one_line(sheet.title)):
                        number += 1
                        yield Page(
                            number=number, text=page.text, label=page.label, headings=page.headings
                        )

    def _rows(self, sheet: Any) -> Iterator[Row]:
        """Yield the rows that are not empty, up to MOST_CELLS cells in the whole workbook."""
        sheet.reset_dimensions()  # a file may promise a million columns
        for number, cells in enumerate(sheet.iter_rows(), 1):
            self._cells += 1 + len(cells)
            if self._cells > MOST_CELLS:
                self.warnings.append(f"rows left out from {one_line(sheet.title)}, row {number}")
                return
            if row := row_of(number, map(_value, cells)):
                yield row


def _value(cell: Any) -> object:
    """Return the cell's value, a share as the percentage that Excel shows."""
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        number_format = cell.number_format
        if number_format and _PERCENT.search(number_format):
            return f"{value * 100:.12g}%"
    return value


def _formulas_without_value(data: bytes) -> int:
    """Count the formulas whose result the program that wrote the file did not keep."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return sum(
            len(_FORMULA_WITHOUT_VALUE.findall(archive.read(part)))
            for part in archive.namelist()
            if _SHEET_PART.fullmatch(part)
        )
