"""axe-core finds nothing serious: light and dark, English and Chinese, wide and narrow."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import serious_findings
from tests.browser.conftest import OpenPage, open_source, running_app
from tests.openai_server import ServerProcess

pytestmark = pytest.mark.browser

QUESTIONS: Final = {
    "en": "How often does the diaphragm of an X-200 pump need replacing?",
    "zh": "报销单逾期多少天后不再受理？",
}
SCRIPT: Final = {
    QUESTIONS["en"]: {
        "behaviour": "votes",
        "votes": [
            ["The diaphragm must be replaced every 8,000 operating hours.", "8,000 hours"],
            ["The diaphragm must be replaced every 90 days.", "90 days"],
            ["Every 8,000 operating hours the diaphragm must be replaced.", "8000 h"],
        ],
        "evidence": ["The diaphragm must be replaced every 8,000 operating hours or every 24"],
    },
    QUESTIONS["zh"]: {
        "behaviour": "votes",
        "votes": [["超过 60 天的不再受理。", "60 天"], ["超过 15 天的不再受理。", "15 天"]]
        + [["超过六十天的不再受理。", "六十天"]] * 3,
        "evidence": ["逾期提交的须由部门经理书面说明原因，超过 60 天的不再受理。"],
    },
}
WELCOME: Final = {"en": "Ask your documents", "zh": "向您的文档提问"}
EXPORT: Final = {"en": "Export", "zh": "导出"}
LOOKED_INTO: Final = {
    "en": ("x200-operating-manual.pdf", "How it was read"),
    "zh": ("信息安全管理规定.pdf", "读取情况"),
}


@pytest.fixture(scope="module")
def address(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an app listens whose model is of several minds."""
    folder = tmp_path_factory.mktemp("accessible")
    shutil.copytree(sample_data, folder / "data")
    script = folder / "script.json"
    script.write_text(json.dumps(SCRIPT, ensure_ascii=False), "utf-8")
    with (
        ServerProcess(script) as server,
        running_app(
            folder / "data", folder / "app.log", OPENAI_BASE_URL=server.url("scripted")
        ) as url,
    ):
        yield url


def wait_until_at_rest(page: Page) -> None:
    """What is faint because it is fading in would count as hard to read."""
    page.locator('[data-test-script-state="notRunning"]').wait_for()
    page.wait_for_timeout(400)
    page.wait_for_function("document.getAnimations().every((one) => one.playState !== 'running')")


def check(page: Page, what: str) -> None:
    """Nothing serious at 1280 and at 400 px."""
    for width in (400, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        wait_until_at_rest(page)
        found = serious_findings(page)
        assert not found, f"{what} at {width} px:\n" + "\n".join(map(str, found))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_asking_is_open_to_everyone(open_page: OpenPage, language: str, scheme: str) -> None:
    page = open_page(f"/?lang={language}", scheme=scheme).page
    page.get_by_text(WELCOME[language]).wait_for()
    expect(page.locator("html")).to_have_attribute("lang", {"zh": "zh-CN"}.get(language, language))
    name = f"{language}-{scheme}"
    check(page, f"{name}-welcome")
    page.get_by_test_id("stChatInputTextArea").fill(QUESTIONS[language])
    page.keyboard.press("Enter")
    headline = page.locator("summary.headline").first
    headline.wait_for()
    page.locator("button.chip").first.click()
    page.locator(".source.open").wait_for()
    check(page, f"{name}-answer")
    headline.click()
    open_source(page).locator("mark").wait_for()
    page.locator("[class*=st-key-thumb-] button").nth(1).click()
    page.get_by_test_id("stForm").first.wait_for()
    check(page, f"{name}-vote")
    page.get_by_test_id("stPopoverButton").filter(has_text=EXPORT[language]).click()
    page.get_by_test_id("stPopoverBody").wait_for()
    check(page, f"{name}-export")


def test_what_is_unreadable_is_found(open_page: OpenPage) -> None:
    page = open_page("/?lang=en").page
    page.get_by_text(WELCOME["en"]).wait_for()
    wait_until_at_rest(page)
    assert serious_findings(page) == []
    page.evaluate(
        """() => {
          const host = document.body.appendChild(document.createElement("div"));
          const inside = host.attachShadow({ mode: "open" });
          const button = inside.appendChild(document.createElement("button"));
          button.id = "unnamed";
        }"""
    )
    assert [one.rule for one in serious_findings(page)] == ["button-name"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_library_is_open_to_everyone(open_page: OpenPage, language: str, scheme: str) -> None:
    page = open_page(f"/library?lang={language}", scheme=scheme).page
    document, read = LOOKED_INTO[language]
    page.get_by_role("button", name=document, exact=True).wait_for()
    check(page, f"{language}-{scheme}-library")
    page.get_by_role("button", name=document, exact=True).click()
    page.get_by_text(read).wait_for()
    check(page, f"{language}-{scheme}-details")
