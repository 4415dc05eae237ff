import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Screenshot

pytestmark = pytest.mark.browser


def ask_first_sample(page: Page) -> None:
    page.locator("[class*=st-key-sample-] button").nth(1).click()
    page.locator(".claim").first.wait_for()


def test_a_thumb_and_a_correction_are_kept_over_a_reload(
    open_page: OpenPage, screenshot: Screenshot
) -> None:
    visit = open_page("/?lang=en")
    page = visit.page
    ask_first_sample(page)
    answer = page.locator(".answer").inner_text()
    page.get_by_role("radio", name="Thumbs down").click()
    page.get_by_label("What would have been right?").fill("Every 900 hours.")
    screenshot(page, "thumb-down")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Thank you. Your words are kept with this answer.").wait_for()
    assert page.locator(".answer").inner_text() == answer
    expect(page).to_have_url(re.compile("[?&]c="))
    page.reload()
    page.locator(".claim").first.wait_for()
    expect(page.get_by_role("radio", name="Thumbs down")).to_be_checked()
    expect(page.get_by_role("radio", name="Thumbs up")).not_to_be_checked()
    expect(page.get_by_label("What would have been right?")).to_have_count(0)
    assert visit.foreign() == []


def test_it_all_goes_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/?lang=zh").page
    ask_first_sample(page)
    page.get_by_role("radio", name="Thumbs up").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    field = page.get_by_label("正确的回答应该是什么？")
    field.wait_for()
    page.keyboard.press("Tab")
    expect(field).to_be_focused()
    page.keyboard.type("每 900 小时。")
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="提交", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_text("谢谢，您的意见已随这条回答保存。").wait_for()


def test_on_a_phone_the_form_fits_and_thumbs_can_be_hit(
    open_page: OpenPage, screenshot: Screenshot
) -> None:
    page = open_page("/?lang=zh", width=400, scheme="dark").page
    ask_first_sample(page)
    thumb = page.get_by_role("radio", name="Thumbs down")
    thumb.click()
    page.get_by_role("button", name="暂不填写").wait_for()
    screenshot(page, "thumb-down-phone-zh-dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    box = thumb.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 32
    page.get_by_role("button", name="暂不填写").click()
    expect(page.get_by_label("正确的回答应该是什么？")).to_have_count(0)
    expect(thumb).to_be_checked()
