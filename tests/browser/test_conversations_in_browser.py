"""Conversations in a real browser: found, pinned, named, deleted, and taken along as files."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Screenshot, open_source

pytestmark = pytest.mark.browser

WORDS = {
    "en": ("More", "Pin", "Rename", "Name of the conversation", "Delete", "Delete for good?"),
    "zh": ("更多", "置顶", "重命名", "对话名称", "删除", "确定永久删除？"),
}
NEW = {"en": "New conversation", "zh": "新对话"}
LIST = {"en": "Conversations", "zh": "对话"}
EXPORT = {"en": "Export", "zh": "导出"}
QUESTIONS = {
    "en": ("How many days of annual leave do I get? <b>x</b>", "How long is the warranty?"),
    "zh": ("普通员工住宿标准是多少？![x](http://e.example/a)", "年假有几天？"),
}


def ask(page: Page, question: str, language: str) -> None:
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill(question)
    field.press("Enter")
    page.get_by_test_id("stPopoverButton").filter(has_text=EXPORT[language]).wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_conversations_are_opened_pinned_named_and_deleted(
    open_page: OpenPage, screenshot: Screenshot, language: str
) -> None:
    more, pin, rename, name, delete, sure = WORDS[language]
    first, second = QUESTIONS[language]
    visit = open_page(f"/?lang={language}")
    page = visit.page
    ask(page, first, language)
    page.get_by_role("button", name=NEW[language]).click()
    page.get_by_test_id("stPopoverButton").filter(has_text=EXPORT[language]).wait_for(
        state="detached"
    )
    ask(page, second, language)
    rows = page.get_by_role("list", name=LIST[language])
    titles = rows.locator(".title")
    expect(titles.nth(0)).to_have_text(second)
    expect(titles.nth(1)).to_have_text(first)
    rows.get_by_role("button", name=f"{more}: {first}").click()
    rows.get_by_role("button", name=pin, exact=True).click()
    expect(titles.nth(0)).to_have_text(first)
    rows.get_by_role("button", name=f"{more}: {second}").click()
    rows.get_by_role("button", name=rename).click()
    rows.get_by_label(name).fill("保修 <i>warranty</i>")
    rows.get_by_label(name).press("Enter")
    expect(titles.nth(1)).to_have_text("保修 <i>warranty</i>")
    screenshot(page, f"conversations-{language}")
    titles.nth(0).click()
    expect(page.get_by_test_id("stChatMessage").first).to_contain_text(first)
    rows.get_by_role("button", name=f"{more}: {first}").click()
    rows.get_by_role("button", name=delete, exact=True).click()
    rows.get_by_role("button", name=sure).click()
    expect(titles.filter(has_text=first)).to_have_count(0)
    expect(page.get_by_test_id("stChatMessage")).to_have_count(0)
    assert rows.locator("b, i, img").count() == 0
    assert visit.foreign() == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_conversation_is_taken_along(open_page: OpenPage, tmp_path: Path, language: str) -> None:
    page = open_page(f"/?lang={language}", width=400, scheme="dark").page
    question, _ = QUESTIONS[language]
    ask(page, question, language)
    page.locator("button.chip").first.click()
    words = open_source(page).locator("mark").inner_text()
    page.get_by_test_id("stPopoverButton").filter(has_text=EXPORT[language]).click()
    body = page.get_by_test_id("stPopoverBody")
    begins = {"Markdown": b"# ", "Word": b"PK", "PDF": b"%PDF"}
    for name, start in begins.items():
        with page.expect_download() as download:
            body.get_by_role("button", name=name).click()
        kept = tmp_path / download.value.suggested_filename
        download.value.save_as(kept)
        assert kept.read_bytes().startswith(start)
        if name == "Markdown":
            assert words in kept.read_text("utf-8")
