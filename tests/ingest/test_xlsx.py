from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from ingest.loaders import xlsx
from ingest.loaders.xlsx import XlsxLoader
from rag.errors import DamagedFile, FormatMismatch, LoadError, NoText
from rag.places import narrowed
from rag.types import Document
from tests.ingest.made_files import make_docx, make_xlsx, repacked


def load(path: Path) -> Document:
    return XlsxLoader().load(path, name="sales.xlsx")


def test_each_row_is_a_line_under_its_columns_names(tmp_path: Path) -> None:
    document = load(
        make_xlsx(
            tmp_path / "a.xlsx",
            {
                "Sales": [["Region", "2023", 2024], ["North", 12, 12.5], ["South", None, 1e6]],
                "费用": [["项目", "金额"], ["差旅", 300]],
            },
        )
    )
    assert [page.text for page in document.pages] == [
        "Sales\n\nRegion | 2023 | 2024\nRegion: North | 2023: 12 | 2024: 12.5\n"
        "Region: South | 2024: 1000000",
        "费用\n\n项目 | 金额\n项目: 差旅 | 金额: 300",
    ]
    assert [page.label for page in document.pages] == ["Sales!A1:C3", "费用!A1:B2"]
    assert [h.title for page in document.pages for h in page.headings] == ["Sales", "费用"]
    assert (document.title, document.paginated, document.warnings) == ("sales", True, ())


def test_a_lines_place_is_its_cells(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Part", "Price"], *([f"part {n}", n] for n in range(2, 300))]
    document = load(make_xlsx(tmp_path / "a.xlsx", {"Price list": rows}))
    page = next(page for page in document.pages if "part 250" in page.text)
    start = page.text.index("Part: part 250")
    assert narrowed(page.label, page.text, start, start + 9) == "'Price list'!A250:B250"


def test_values_are_written_as_excel_shows_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Share", "Day", "Done", "Sum"])
    sheet.append([0.125, date(2024, 3, 1), True, "=A2*2"])
    sheet["A2"].number_format = "0.0%"
    book.properties.title = "Plan 计划"
    book.save(str(tmp_path / "a.xlsx"))
    document = load(tmp_path / "a.xlsx")
    assert document.pages[0].text.splitlines()[-1] == "Share: 12.5% | Day: 2024-03-01 | Done: TRUE"
    assert document.warnings == ("formulas without a kept value: 1",)
    assert document.title == "Plan 计划"


def test_hidden_sheets_are_left_out_and_told(tmp_path: Path) -> None:
    path = make_xlsx(tmp_path / "a.xlsx", {"Open": [["seen", "x"]], "Secret": [["unseen", "x"]]})
    book = openpyxl.load_workbook(path)
    book["Secret"].sheet_state = "veryHidden"
    book.save(str(path))
    document = load(path)
    assert "unseen" not in "".join(page.text for page in document.pages)
    assert document.warnings == ("hidden sheet left out: Secret",)


def test_a_million_empty_rows_cost_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["XFD1048576"] = "first", "cell", "last"
    book.save(str(tmp_path / "a.xlsx"))
    pages = load(tmp_path / "a.xlsx").pages
    assert [page.text.splitlines()[-1] for page in pages] == ["first | cell", "last"]
    assert pages[1].label == "Sheet!A1048576:XFD1048576"


def test_reading_stops_at_a_bound_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_xlsx(tmp_path / "a.xlsx", {"S": [[f"row {n}", n] for n in range(10)]})
    monkeypatch.setattr(xlsx, "MOST_CELLS", 10)
    document = load(path)
    assert document.pages[0].label == "S!A1:B3"
    assert document.warnings == ("rows left out from S, row 4",)


def bombed(path: Path) -> Path:
    """Its shared strings expand: the text of nine nested entities."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    strings = f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY e0 "lol">{entities}]><sst>&e9;</sst>'
    return repacked(
        make_xlsx(path, {"S": [["a", "b"]]}), {"xl/sharedStrings.xml": strings.encode()}
    )


@pytest.mark.parametrize(
    "case", ["bomb", "no values", "only formulas", "broken", "word", "headless"]
)
def test_bad_files_are_refused(tmp_path: Path, case: str) -> None:
    path = tmp_path / "bad.xlsx"
    made: dict[str, tuple[type[LoadError], str]] = {
        "bomb": (DamagedFile, "declares XML entities"),
        "no values": (NoText, "1 sheets without values"),
        "only formulas": (NoText, "1 formulas without a kept value"),
        "broken": (DamagedFile, "structure is broken"),
        "headless": (DamagedFile, "structure is broken"),
        "word": (FormatMismatch, "a Word document"),
    }
    error, said = made[case]
    match case:
        case "bomb":
            bombed(path)
        case "no values":
            make_xlsx(path, {"S": [[None, None]]})
        case "only formulas":
            make_xlsx(path, {"S": [["=1+1"]]})
        case "broken":
            repacked(make_xlsx(path, {"S": [["a"]]}), {"xl/worksheets/sheet1.xml": b"<worksheet"})
        case "headless":
            repacked(make_xlsx(path, {"S": [["a"]]}), {"xl/workbook.xml": None})
        case "word":
            make_docx(path, ("Normal", "x"))
    with pytest.raises(error, match=re.escape(said)):
        load(path)
