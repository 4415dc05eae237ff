"""What a reader sees of citations: the same live, reloaded, beside the next question, restarted."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import open_source, running_app

pytestmark = pytest.mark.browser

QUESTIONS: Final = {
    "en": ("What is the meal allowance per day for a European trip under the 2025 policy?", "Why?"),
    "zh": ("发现电脑中毒之类的安全事件，多久之内要上报？", "为什么？"),
}
EXPORT: Final = {"en": "Export", "zh": "导出"}


def ask(page: Page, question: str, language: str) -> None:
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill(question)
    field.press("Enter")
    page.get_by_text(question, exact=True).first.wait_for()
    page.get_by_test_id("stPopoverButton").filter(has_text=EXPORT[language]).wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for()


def cited(page: Page) -> list[tuple[str, str, str, str]]:
    """Of each chip of the first answer: its number, what it is called, the place, the words."""
    page.locator(".claim").first.wait_for()
    chips = page.locator(".answer").first.locator("button.chip")
    found = []
    for at in range(chips.count()):
        chip = chips.nth(at)
        if chip.get_attribute("aria-expanded") != "true":
            chip.click()
        source = open_source(page)
        expect(source.locator(".head")).to_have_text(re.compile(rf"^\s*{chip.inner_text()}\D"))
        mark = open_source(page).locator("mark")
        mark.wait_for()
        found.append(
            (
                chip.inner_text(),
                chip.get_attribute("aria-label") or "",
                source.locator(".head").inner_text(),
                mark.inner_text(),
            )
        )
    return found


def exported(page: Page, language: str, folder: Path) -> str:
    """The conversation as Markdown, without the signs that keep its text from being markup."""
    page.get_by_test_id("stPopoverButton").filter(has_text=EXPORT[language]).click()
    with page.expect_download() as download:
        page.get_by_test_id("stPopoverBody").get_by_role("button", name="Markdown").click()
    kept = folder / "exported.md"
    download.value.save_as(kept)
    page.keyboard.press("Escape")
    return kept.read_text("utf-8").replace("\\", "")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_reader_sees_the_same_citations_everywhere(
    browser: Browser, sample_data: Path, tmp_path: Path, language: str
) -> None:
    shutil.copytree(sample_data, tmp_path / "data")
    question, then = QUESTIONS[language]
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(30_000)
    page = context.new_page()
    with running_app(tmp_path / "data", tmp_path / "first.log") as url:
        page.goto(f"{url}/?lang={language}")
        ask(page, question, language)
        live = cited(page)
        assert live
        file = exported(page, language, tmp_path)
        for _, _, _, words in live:
            assert " ".join(words.split()) in file
        page.reload()
        assert cited(page) == live
        ask(page, then, language)
        assert cited(page) == live
        address = page.url.removeprefix(url)
    with running_app(tmp_path / "data", tmp_path / "second.log") as url:
        page.goto(f"{url}{address}")
        expect(page.get_by_text(then, exact=True).first).to_be_visible()
        assert cited(page) == live
        assert exported(page, language, tmp_path).startswith(file[: file.index("\n\n*")])
    context.close()
