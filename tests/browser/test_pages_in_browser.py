"""A cited PDF page beside the answer: drawn, boxed, zoomed, turned, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Screenshot

pytestmark = pytest.mark.browser

WORDS = {
    "en": ("Next page", "Previous page", "Zoom in", "Zoom out", "Text", "2 of 3"),
    "zh": ("下一页", "上一页", "放大", "缩小", "文本", "第 2 页，共 3 页"),
}
QUESTION = "How many days of annual leave do I get?"
CITED = "Full-time employees are entitled to 30 working days of annual leave."


def open_page_of_source(page: Page) -> None:
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill(QUESTION)
    field.press("Enter")
    page.locator("button.chip").first.click()
    page.locator(".paper img").wait_for()


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 1280, "light"), ("zh", 400, "dark")]
)
def test_the_cited_page_is_shown_with_its_words_boxed(
    open_page: OpenPage, screenshot: Screenshot, language: str, width: int, scheme: str
) -> None:
    after, before, closer, wider, text, counted = WORDS[language]
    visit = open_page(f"/?lang={language}", width=width, scheme=scheme)
    page = visit.page
    open_page_of_source(page)
    expect(page.locator(".of")).to_have_text(counted)
    box, image = page.locator(".box").first, page.locator(".paper img")
    page.wait_for_timeout(500)
    drawn, inside = image.bounding_box(), box.bounding_box()
    assert drawn is not None
    assert inside is not None
    assert image.evaluate("one => one.naturalWidth") in (1400, 1401)
    assert drawn["x"] < inside["x"]
    assert inside["x"] + inside["width"] < drawn["x"] + drawn["width"]
    assert 0.1 < (inside["y"] - drawn["y"]) / drawn["height"] < 0.2
    screenshot(page, f"page-{language}")
    page.get_by_role("button", name=closer).click()
    wide = image.bounding_box()
    assert wide is not None
    assert wide["width"] == pytest.approx(1.5 * drawn["width"], rel=0.03)
    page.get_by_role("button", name=wider).click()
    turn = page.get_by_role("button", name=after)
    turn.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".of")).not_to_have_text(counted)
    expect(page.locator(".box")).to_have_count(0)
    expect(page.get_by_role("button", name=after)).to_be_disabled()
    page.get_by_role("button", name=before).click()
    expect(page.locator(".of")).to_have_text(counted)
    expect(page.locator(".box")).to_have_count(1)
    page.get_by_role("tab", name=text).click()
    expect(page.locator("mark")).to_have_text(CITED)
    assert visit.foreign() == []
