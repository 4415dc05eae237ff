"""Why an answer is as it is: the passages found, the prompt, the time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import expect

from tests.browser.axe import serious_findings
from tests.browser.conftest import OpenPage, Screenshot, running_app
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
DOCUMENTS: Final = {"en": "x200-operating-manual.pdf", "zh": "差旅与报销制度-2025.docx"}


@pytest.fixture(scope="module")
def address(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an app listens that asks a model once."""
    folder = tmp_path_factory.mktemp("why")
    shutil.copytree(sample_data, folder / "data")
    script = folder / "script.json"
    script.write_text(json.dumps(SCRIPT, ensure_ascii=False), "utf-8")
    with (
        ServerProcess(script) as server,
        running_app(
            folder / "data",
            folder / "app.log",
            OPENAI_BASE_URL=server.url("scripted"),
            QUORUM_STRATEGY="direct",
        ) as url,
    ):
        yield url


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_answer_says_why_it_is_as_it_is(
    open_page: OpenPage, screenshot: Screenshot, language: str
) -> None:
    width, scheme = WIDTHS[language]
    visit = open_page(f"/?lang={language}", width=width, scheme=scheme)
    page = visit.page
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill(QUESTIONS[language])
    field.press("Enter")
    page.locator("[class*=st-key-copying-]").wait_for()
    line = page.locator("summary.line")
    expect(page.locator(".why .body")).to_have_count(0)
    line.focus()
    page.keyboard.press("Enter")
    body = page.locator(".why .body")
    body.wait_for()
    expect(line).to_be_focused()
    rows = body.locator("tbody tr")
    assert rows.count() >= 8
    expect(rows.first.locator(".where")).to_contain_text(DOCUMENTS[language])
    expect(rows.first.locator(".words")).to_contain_text("1")
    expect(body.locator(".stages li")).to_have_count(5)
    page.wait_for_timeout(800)
    box = line.bounding_box()
    assert box
    assert 0 < box["y"] < 700, "what is opened stays where it was"
    screenshot(page, f"why-{language}")
    body.locator(".prompt > summary").click()
    expect(body.locator("pre").last).to_contain_text(QUESTIONS[language])
    expect(body.locator("pre").last).to_contain_text('<passage number="1"')
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not serious_findings(page)
    page.reload()
    page.locator("summary.line").wait_for()
    expect(page.locator(".why .body")).to_have_count(0)
    page.locator("summary.line").click()
    expect(page.locator(".why tbody tr").first.locator(".where")).to_contain_text(
        DOCUMENTS[language]
    )
    page.locator("summary.line").click()
    expect(page.locator(".why .body")).to_have_count(0)
    assert visit.foreign() == []
