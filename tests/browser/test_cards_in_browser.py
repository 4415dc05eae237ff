"""A number in an answer shows its source at a glance: pointed at, reached by keys, tapped."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import serious_findings
from tests.browser.conftest import OpenPage, Screenshot

pytestmark = pytest.mark.browser

QUESTIONS: Final = {
    "en": "How often does the diaphragm of an X-200 pump need replacing?",
    "zh": "报销单逾期多少天后不再受理？",
}
QUOTES: Final = {"en": "every 8,000 operating hours", "zh": "超过 60 天的不再受理"}
HELD: Final = {"en": "supported", "zh": "出处支持"}


def first_chip(page: Page, language: str) -> Locator:
    """The first number of an answer that is whole."""
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill(QUESTIONS[language])
    field.press("Enter")
    chip = page.locator("button.chip").first
    chip.wait_for()
    page.locator("[class*=st-key-copying-]").first.wait_for()
    page.locator('[data-test-script-state="notRunning"]').wait_for()
    page.wait_for_timeout(300)
    return chip


def inside(page: Page, card: Locator) -> bool:
    box, window = card.bounding_box(), page.viewport_size
    assert box
    assert window
    return (
        min(box["x"], box["y"]) >= 0
        and box["x"] + box["width"] <= window["width"]
        and box["y"] + box["height"] <= window["height"]
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pointing_at_a_number_shows_its_source(
    open_page: OpenPage, screenshot: Screenshot, language: str
) -> None:
    page = open_page(f"/?lang={language}").page
    chip = first_chip(page, language)
    card = page.locator(".card").first
    expect(card).to_be_hidden()
    chip.hover()
    expect(card.locator("mark")).to_contain_text(QUOTES[language])
    expect(card.locator(".held")).to_have_text(HELD[language])
    expect(card.locator(".where")).not_to_be_empty()
    assert inside(page, card)
    assert not serious_findings(page)
    screenshot(page, f"card-{language}")
    card.locator("mark").hover()
    page.wait_for_timeout(600)
    expect(card).to_be_visible()
    page.mouse.move(2, 2)
    expect(card).to_be_hidden()
    chip.click()
    page.locator(".source.open").wait_for()
    page.wait_for_timeout(600)
    expect(card).to_be_hidden()


def test_keys_show_a_card_and_put_it_away(open_page: OpenPage) -> None:
    page = open_page("/?lang=en").page
    chip = first_chip(page, "en")
    card = page.locator(".card").first
    chip.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(card).to_be_visible()
    assert chip.get_attribute("aria-describedby") == card.get_attribute("id")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert chip.get_attribute("aria-describedby") is None
    page.keyboard.press("Enter")
    page.locator(".source.open").wait_for()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_tap_shows_a_card_and_a_second_one_opens_the_source(
    browser: Browser, address: str, language: str
) -> None:
    context = browser.new_context(
        viewport={"width": 400, "height": 860}, color_scheme="dark", has_touch=True
    )
    with context:
        page = context.new_page()
        page.goto(f"{address}/?lang={language}")
        chip = first_chip(page, language)
        card = page.locator(".card").first
        chip.tap()
        expect(card.locator("mark")).to_contain_text(QUOTES[language])
        assert inside(page, card)
        expect(page.locator(".source.open")).to_have_count(0)
        chip.tap()
        page.locator(".source.open").wait_for()
        expect(card).to_be_hidden()
