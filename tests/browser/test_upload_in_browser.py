import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from reportlab.pdfgen.canvas import Canvas

from tests.browser.conftest import OpenPage, Screenshot, open_source

pytestmark = pytest.mark.browser

EVIL_NAME = "![x](http:evil.example)`<img src=x onerror=alert(1)>.md"
EVIL_TEXT = (
    "The moon key rotates every 41 days ![x](http://evil.example/a.png) "
    "<img src=http://evil.example/b.png> <script>document.title='owned'</script>.\n"
)


def make_pdf(path: Path) -> Path:
    canvas = Canvas(str(path))
    canvas.drawString(72, 720, "The lift in building C is serviced by Halden Ltd.")
    canvas.showPage()
    canvas.drawString(72, 720, "The spare key of the Zephyr cabinet is kept by Ms Okonkwo.")
    canvas.save()
    return path


def name_collection(page: Page, name: str) -> None:
    page.get_by_role("button", name="New collection").click()
    page.get_by_label("Name of the new collection").fill(name)
    page.get_by_role("button", name="Use this name").click()
    page.get_by_text("Nothing in this collection yet.").wait_for()
    page.keyboard.press("Escape")


def upload(page: Page, *files: Path) -> None:
    page.locator("input[type=file]").set_input_files([str(file) for file in files])
    page.locator('[data-testid="stFileChip"]').nth(len(files) - 1).wait_for()
    page.get_by_role("button", name="Add to the collection").dblclick()
    page.get_by_role("button", name="Hide this list").first.wait_for(timeout=60_000)
    expect(page.get_by_role("button", name="Cancel the rest")).to_have_count(0, timeout=60_000)


def ask(page: Page, question: str) -> None:
    page.get_by_role("link", name="Ask", exact=True).click()
    box = page.get_by_placeholder("Ask a question about your documents")
    box.fill(question)
    box.press("Enter")


def test_an_uploaded_pdf_is_asked_about_and_deleted(
    open_page: OpenPage, screenshot: Screenshot, tmp_path: Path
) -> None:
    visit = open_page("/library")
    page = visit.page
    page.get_by_text("Documents live in collections.").wait_for()
    name_collection(page, "Buildings 楼宇")
    empty = tmp_path / "empty.txt"
    empty.touch()
    started = time.perf_counter()
    upload(page, make_pdf(tmp_path / "keys.pdf"), empty)
    print(f"two files taken after {time.perf_counter() - started:.2f} s")
    row = page.locator("tr.ready")
    assert "keys.pdf" in row.inner_text()
    assert "'empty.txt' is empty" in page.locator("tr.refused").inner_text()
    screenshot(page, "library-with-a-refused-file")

    ask(page, "Who keeps the spare key of the Zephyr cabinet?")
    page.locator("button.chip").first.click()
    expect(open_source(page).locator("mark")).to_contain_text("Ms Okonkwo")
    assert "p. 2" in page.locator(".source.open .head").inner_text()

    page.get_by_role("link", name="Library", exact=True).click()
    page.get_by_role("button", name="Delete keys.pdf").click()
    page.get_by_role("button", name="Delete", exact=True).dblclick()
    expect(page.locator("tr.ready")).to_have_count(0)
    assert page.locator("tr.refused").count() == 1
    page.get_by_role("button", name="Delete empty.txt").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text("Nothing in this collection yet.").wait_for()
    assert visit.foreign() == []


def test_markup_in_names_and_documents_stays_text(open_page: OpenPage, tmp_path: Path) -> None:
    visit = open_page("/library")
    page = visit.page
    page.get_by_text("Documents live in collections.").wait_for()
    name_collection(page, "![c](http://evil.example/c.png)")
    file = tmp_path / EVIL_NAME
    file.write_text(EVIL_TEXT, encoding="utf-8")
    upload(page, file)
    assert EVIL_NAME in page.locator("tr.ready").inner_text()
    ask(page, "How often does the moon key rotate?")
    page.locator("button.chip").first.click()
    open_source(page).locator("mark").wait_for()
    ask(page, "What is ![q](http://evil.example/q.png) <img src=http://evil.example/r.png>?")
    page.get_by_text("http://evil.example/q.png").first.wait_for()
    page.wait_for_timeout(500)
    assert visit.foreign() == []
    assert page.locator('img[src*="evil"]').count() == 0
    assert page.title() != "owned"
    page.get_by_role("link", name="Library", exact=True).click()
    page.get_by_role("button", name=f"Delete {EVIL_NAME}").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text("Nothing in this collection yet.").wait_for()
