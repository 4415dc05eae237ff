"""An open source: the rows of a spreadsheet as a table, the text around, the way to the Library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect

from app.wiring import Services
from ingest.sources import find_sources
from rag.settings import Settings
from tests.browser.axe import serious_findings
from tests.browser.conftest import OpenPage, Screenshot, running_app

pytestmark = pytest.mark.browser

QUESTIONS: Final = {
    "en": "What is the list price of the pressure relief valve?",
    "zh": "压力表的保修期是多久？",
}
SHEETS: Final = {
    "en": (
        "spare-parts.xlsx",
        "Prices",
        [
            ["Part", "Name", "List price", "Lead time"],
            ["K-204", "Valve seal", "12 EUR", "3 days"],
            ["K-208", "Diaphragm", "48 EUR", "5 days"],
            ["K-216", "Gearbox grease", "19 EUR", "3 days"],
            ["K-230", "Pressure relief valve", "130 EUR", "12 days"],
            ["K-250", "Buffer battery", "9 EUR", "2 days"],
        ],
    ),
    "zh": (
        "配件清单.xlsx",
        "保修",
        [
            ["编号", "名称", "保修期", "价格"],
            ["B-1", "密封圈", "6 个月", "12 元"],
            ["B-2", "压力表", "24 个月", "310 元"],
            ["B-3", "过滤网", "3 个月", "45 元"],
        ],
    ),
}
WIDTHS: Final = {"en": (1280, "light"), "zh": (400, "dark")}
CITED: Final = {"en": ("5", "130 EUR"), "zh": ("3", "24 个月")}
TEXT: Final = {"en": "List price: 130 EUR", "zh": "保修期: 24 个月"}
OPEN: Final = {"en": "Open in Library", "zh": "在文档库中打开"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, models_cache: Path) -> Iterator[str]:
    """Where an app listens that has read two spreadsheets."""
    folder = tmp_path_factory.mktemp("sources")
    opened = Services(Settings(data_dir=folder / "data"))
    for name, title, rows in SHEETS.values():
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = title
        for row in rows:
            sheet.append(row)
        book.save(folder / name)
        (source,) = find_sources([folder / name])
        assert opened.ingestion.add(source, "parts").error is None
    opened.close()
    with running_app(folder / "data", folder / "app.log") as url:
        yield url


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_cited_cell_is_shown_in_its_table_and_opens_in_the_library(
    open_page: OpenPage, screenshot: Screenshot, language: str
) -> None:
    width, scheme = WIDTHS[language]
    visit = open_page(f"/?lang={language}", width=width, scheme=scheme)
    page = visit.page
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill(QUESTIONS[language])
    field.press("Enter")
    page.locator("[class*=st-key-copying-]").first.wait_for()
    page.locator('[data-test-script-state="notRunning"]').wait_for()
    page.locator("button.chip").first.click()
    row = page.locator(".source.open tr.cited")
    number, value = CITED[language]
    expect(row.locator("th")).to_contain_text(number)
    expect(row.get_by_text(value, exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not serious_findings(page)
    screenshot(page, f"table-{language}")
    page.locator(".source.open").get_by_role("tab").nth(1).click()
    expect(page.locator(".source.open mark")).to_contain_text(TEXT[language])
    with page.context.expect_page() as popup:
        page.get_by_role("link", name=OPEN[language]).click()
    library = popup.value
    dialog = library.get_by_test_id("stDialog")
    expect(dialog.get_by_text(SHEETS[language][0], exact=True)).to_be_visible()
    expect(dialog.locator(".pieces")).to_contain_text(TEXT[language])
    library.reload()
    expect(library.get_by_test_id("stDialog").locator(".pieces")).to_be_visible(timeout=15_000)
    library.keyboard.press("Escape")
    expect(library.get_by_test_id("stDialog")).to_have_count(0)
    library.wait_for_function("!location.search.includes('doc=')")
    assert visit.foreign() == []
