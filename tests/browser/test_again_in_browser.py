"""A question is asked again in another way; both answers stand side by side, and one is kept."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import serious_findings
from tests.browser.conftest import OpenPage, Screenshot, open_source, running_app
from tests.openai_server import ServerProcess

pytestmark = pytest.mark.browser

QUESTIONS: Final = {
    "en": "How often does the diaphragm of an X-200 pump need replacing?",
    "zh": "报销单逾期多少天后不再受理？",
}
SCRIPT: Final = {
    QUESTIONS["en"]: {
        "behaviour": "votes",
        "votes": [["The diaphragm must be replaced every 8,000 operating hours.", "8,000 hours"]],
        "evidence": ["The diaphragm must be replaced every 8,000 operating hours or every 24"],
    },
    QUESTIONS["zh"]: {
        "behaviour": "votes",
        "votes": [["超过 60 天的不再受理。", "60 天"]],
        "evidence": ["逾期提交的须由部门经理书面说明原因，超过 60 天的不再受理。"],
    },
}
WIDTHS: Final = {"en": (1280, "light"), "zh": (400, "dark")}
ANOTHER: Final = {"en": "gpt-4o-mini", "zh": "文档原句"}
DIFFERENCE: Final = {
    "en": "Says the same · 1 of 1 place cited by both",
    "zh": "说法不同 · 2 处引用中有 1 处相同",
}


@pytest.fixture(scope="module")
def address(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an app listens that lets three samples vote."""
    folder = tmp_path_factory.mktemp("again")
    shutil.copytree(sample_data, folder / "data")
    script = folder / "script.json"
    script.write_text(json.dumps(SCRIPT, ensure_ascii=False), "utf-8")
    with (
        ServerProcess(script) as server,
        running_app(
            folder / "data",
            folder / "app.log",
            OPENAI_BASE_URL=server.url("scripted"),
            QUORUM_SAMPLES="3",
        ) as url,
    ):
        yield url


def at_rest(page: Page) -> None:
    page.locator('[data-test-script-state="notRunning"]').wait_for()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_question_is_asked_again_and_the_other_answer_kept(
    open_page: OpenPage, screenshot: Screenshot, language: str
) -> None:
    width, scheme = WIDTHS[language]
    page = open_page(f"/?lang={language}", width=width, height=1000, scheme=scheme).page
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill(QUESTIONS[language])
    field.press("Enter")
    page.locator("[class*=st-key-again-] button").click()
    dialog = page.get_by_test_id("stDialog")
    dialog.locator("[class*=st-key-again-model] [role=combobox]").wait_for()
    dialog.locator("[class*=st-key-again-model] [role=combobox]").click()
    page.get_by_role("option").filter(has_text=ANOTHER[language]).click()
    expect(dialog.locator(".st-key-again-samples")).to_have_count(int(language == "en"))
    dialog.locator(".st-key-again-go button").click()
    sides = page.locator("[class*=st-key-sides-]")
    prefer = sides.locator("[class*=st-key-prefer-] button")
    prefer.wait_for()
    at_rest(page)
    expect(sides.get_by_text(DIFFERENCE[language])).to_be_visible()
    expect(sides.locator(".answer")).to_have_count(2)
    footer = sides.locator(".footer").last.inner_text()
    answer = sides.locator(".answer").last.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not serious_findings(page)
    screenshot(page, f"again-{language}")
    sides.locator(".answer").last.locator("button.chip").first.click()
    said = open_source(page).locator("mark").inner_text()
    prefer.click()
    page.locator("[class*=st-key-done-] button").click()
    expect(page.locator("[class*=st-key-sides-]")).to_have_count(0)
    page.reload()
    page.locator("[class*=st-key-compare-]").wait_for()
    at_rest(page)
    assert page.locator(".footer").inner_text() == footer
    assert page.locator(".answer").inner_text() == answer
    page.locator("button.chip").first.click()
    assert open_source(page).locator("mark").inner_text() == said
    page.locator("[class*=st-key-compare-] button").click()
    page.locator("[class*=st-key-forget-] button").click()
    expect(page.locator("[class*=st-key-forget-] button")).to_have_count(0)
