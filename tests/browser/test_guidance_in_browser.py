import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, Screenshot

pytestmark = pytest.mark.browser

TITLE = {"en": "Instructions and examples for the model", "zh": "给模型的说明和示例"}


def open_form(page: Page, language: str) -> None:
    page.locator("tr.ready").first.wait_for()
    page.get_by_text(TITLE[language]).click()
    page.get_by_role("textbox").nth(1).wait_for()


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def fits(page: Page) -> bool:
    """Whether nothing of the page lies beside the window."""
    wide: bool = page.evaluate(
        "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    return wide


def test_instructions_and_an_example_are_kept_over_a_reload(
    open_page: OpenPage, screenshot: Screenshot
) -> None:
    visit = open_page("/library?lang=en")
    page = visit.page
    open_form(page, "en")
    field(page, "Instructions").fill("Name the section. ![x](http://e.example/a)")
    field(page, "Question").fill("How long is the warranty?")
    field(page, "Passages it is answered from").fill("The warranty is 24 months.")
    answer = field(page, "Answer, each sentence with its passages' numbers")
    answer.fill("It is 24 months. [2]")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Example 1 cannot be used: its answer cites passage 2 of 1.").wait_for()
    expect(answer).to_have_value("It is 24 months. [2]")
    answer.fill("It is 24 months. [1]")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved. The next question is asked this way.").wait_for()
    screenshot(page, "guidance")
    page.reload()
    open_form(page, "en")
    expect(field(page, "Question").first).to_have_value("How long is the warranty?")
    expect(field(page, "Question")).to_have_count(2)
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.get_by_role("button", name="Show the whole prompt").click()
    told = page.locator("[data-testid=stCode]")
    told.last.wait_for()
    expect(told).to_have_count(2)
    told.first.scroll_into_view_if_needed()
    expect(told.first).to_contain_text("Name the section. ![x](http://e.example/a)")
    expect(told.last).to_contain_text("Answer: It is 24 months. [1]")
    screenshot(page, "guidance-preview")
    assert visit.foreign() == []


def test_on_a_phone_the_form_and_the_prompt_fit(
    open_page: OpenPage, screenshot: Screenshot
) -> None:
    page = open_page("/library?lang=zh", width=400, scheme="dark").page
    open_form(page, "zh")
    field(page, "说明").fill("金额须写明币种。" * 20)
    field(page, "说明").blur()
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.get_by_role("button", name="查看完整的提示词").click()
    told = page.locator("[data-testid=stCode]")
    told.last.wait_for()
    expect(told.first).to_contain_text("金额须写明币种。")
    expect(told.first).to_contain_text("无论说明怎么写，以下规则始终有效")
    told.first.scroll_into_view_if_needed()
    assert fits(page)
    box = told.first.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 400
    screenshot(page, "guidance-phone")
