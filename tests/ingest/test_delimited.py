from __future__ import annotations

from pathlib import Path

import pytest

from ingest.loaders.delimited import CSV_TYPE, TSV_TYPE, DelimitedLoader, delimiter_of
from rag.errors import EmptyFile, NoText
from rag.places import narrowed
from rag.types import Document


def load(tmp_path: Path, data: str | bytes, *, delimiter: str | None = None) -> Document:
    path = tmp_path / "a.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    kind = TSV_TYPE if delimiter else CSV_TYPE
    return DelimitedLoader(kind, delimiter).load(path, name="prices.csv")


def text_of(document: Document) -> str:
    return "\n\f\n".join(page.text for page in document.pages)


def test_rows_with_quotes_breaks_and_empty_cells(tmp_path: Path) -> None:
    document = load(tmp_path, 'Part,Note\r\nSeal,"old, ""worn""\nand loose"\r\nPump,\r\n')
    assert text_of(document) == 'Part | Note\nPart: Seal | Note: old, "worn" and loose\nPart: Pump'
    assert document.pages[0].label == "A1:B3"
    assert (document.title, document.media_type, document.warnings) == ("prices", "text/csv", ())
    assert narrowed("A1:B3", document.pages[0].text, 40, 44) == "A2:B2"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_chinese_in_several_encodings(tmp_path: Path, encoding: str) -> None:
    text = "部门，,人数\n采购部的员工,12\n这是一个说明,15\n"
    document = load(tmp_path, text.encode(encoding))
    assert "部门，: 采购部的员工 | 人数: 12" in text_of(document)
    assert document.warnings == (("encoding guessed: gb18030",) if encoding == "gb18030" else ())


@pytest.mark.parametrize(
    ("lines", "delimiter"),
    [
        (["a,b", "c,d"], ","),
        (["a;b;c", "1,5;2,5;3,5"], ";"),
        (["a\tb", "1,0\t2,0"], "\t"),
        (["a|b|c", "d|e|f"], "|"),
        (["one column", "only"], ","),
        (["a;b", '"open;c'], ";"),
        ([], ","),
    ],
)
def test_delimiters(lines: list[str], delimiter: str) -> None:
    assert delimiter_of(lines) == delimiter


def test_tabs_are_given_by_the_ending(tmp_path: Path) -> None:
    document = load(tmp_path, "a,x\tb,x\nc\td\n", delimiter="\t")
    assert text_of(document) == "a,x | b,x\na,x: c | b,x: d"
    assert document.media_type == "text/tab-separated-values"


def test_unbalanced_quotation_marks_cost_no_row(tmp_path: Path) -> None:
    document = load(tmp_path, 'Part,Note\nSeal,"open\nPump,fine\n')
    assert text_of(document) == 'Part | Note\nPart: Seal | Note: "open\nPart: Pump | Note: fine'
    assert document.warnings == ("unbalanced quotation marks: every line was taken as a row",)


def test_ten_thousand_columns_are_read_and_doubted(tmp_path: Path) -> None:
    document = load(tmp_path, ",".join(f"c{n}" for n in range(10_000)))
    assert text_of(document).endswith("c9998 | c9999")
    assert document.warnings == ("10000 columns: it may not be a table",)


def test_a_long_table_has_pages_of_the_same_columns(tmp_path: Path) -> None:
    rows = "".join(f"n{n},{n}\n" for n in range(2, 402))
    pages = load(tmp_path, f"Name,Count\n{rows}").pages
    assert [page.label for page in pages] == ["A1:B200", "A201:B400", "A401:B401"]
    assert pages[2].text == "Name: n401 | Count: 401"


def test_formulas_stay_text(tmp_path: Path) -> None:
    assert text_of(load(tmp_path, "a,b\n=1+1,@x\n")) == "a | b\na: =1+1 | b: @x"


def test_nothing_in_the_cells(tmp_path: Path) -> None:
    with pytest.raises(NoText):
        load(tmp_path, ",,,\n,,\n")
    with pytest.raises(EmptyFile):
        load(tmp_path, "\n")
