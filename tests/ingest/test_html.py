from __future__ import annotations

from pathlib import Path

import pytest

from ingest.loaders.html import HtmlLoader
from rag.errors import NoText
from rag.types import Document

CHINESE = "水泵的压力不得超过三百千帕。"


def load(tmp_path: Path, data: bytes) -> Document:
    path = tmp_path / "page.html"
    path.write_bytes(data)
    return HtmlLoader().load(path, name="page.html")


@pytest.mark.parametrize(
    "data",
    [
        f"<meta charset=utf-8><p>{CHINESE}".encode(),
        f'<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><p>{CHINESE}'.encode(
            "gbk"
        ),
        f"<p>{CHINESE}".encode("gb18030"),
        f"<p>{CHINESE}".encode("utf-16"),
        f"<meta charset='iso-8859-5'><p>{CHINESE}".encode("utf-8-sig"),
        f"<meta charset=nonsense><p>{CHINESE}".encode(),
    ],
)
def test_encoding_by_mark_declaration_or_guess(tmp_path: Path, data: bytes) -> None:
    assert load(tmp_path, data).pages[0].text == CHINESE


def test_title_from_the_page_else_from_the_name(tmp_path: Path) -> None:
    assert load(tmp_path, b"<title>Manual</title><p>x").title == "Manual"
    assert load(tmp_path, b"<p>x").title == "page"


def test_headings_fit_the_text(tmp_path: Path) -> None:
    page = load(tmp_path, b"<h1>A\xc2\xa0b</h1><p>x</p><h2>C</h2><p>y</p>").pages[0]
    assert [page.text[h.span.start : h.span.end] for h in page.headings] == ["A b", "C"]


def test_a_page_of_scripts_has_no_text(tmp_path: Path) -> None:
    with pytest.raises(NoText, match=r"page\.html") as caught:
        load(tmp_path, b"<html><script>var a = 'text';</script></html>")
    assert caught.value.hint
