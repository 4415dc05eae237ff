"""An answer is copied with its sources, with the clipboard's permission and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Screenshot

pytestmark = pytest.mark.browser

SEEN = [
    ("en", 1280, "light", "Copy", "Copied, with its sources", "8,000 operating hours"),
    ("zh", 400, "dark", "复制", "已复制，含出处", "8,000"),
]


@pytest.mark.parametrize("case", SEEN, ids=["English", "Chinese"])
def test_an_answer_is_copied_with_its_sources(
    open_page: OpenPage, screenshot: Screenshot, case: tuple[str, int, str, str, str, str]
) -> None:
    language, width, scheme, copy, copied, said = case
    page = open_page(f"/?lang={language}", width=width, scheme=scheme).page
    if language == "en":
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("textarea").last.fill("How often does the diaphragm of an X-200 need replacing?")
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name=copy, exact=True)
    button.wait_for()
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(copied)).to_be_visible()
    screenshot(page, f"copied-{language}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    text = page.evaluate("navigator.clipboard.readText()")
    assert said in text.split("\n")[0]
    assert "[1]" in text
    assert "x200-operating-manual.pdf" in text
    expect(page.get_by_text(copied)).to_have_count(0)
